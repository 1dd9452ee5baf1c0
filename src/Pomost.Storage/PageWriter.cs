using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>Writes everything one page leaves behind, in the one transaction of the session.</summary>
internal sealed class PageWriter(DbSession session, StoreLease lease, DateTimeOffset now)
{
    public async Task WriteAsync(PageCommit commit)
    {
        await StoreFence.HoldAsync(session, lease);
        foreach (var change in commit.AddressChanges) await AddressChangeTables.WriteAsync(session, lease.Store, change, now);
        await AddressChangeTables.TakeAsync(
            session, lease.Store, [.. commit.Contacts.Where(contact => contact is { FromAccountRead: true, Contact.HasAccount: true }).Select(contact => contact.EmailKey).Distinct(StringComparer.Ordinal)]);
        await session.Bulk(ContactUpsert, LastOfEach(commit.Contacts, contact => contact.EmailKey)).For(lease.Store).With("now", now).ExecuteAsync();
        await session.Bulk(OrderUpsert, LastOfEach(commit.Orders, order => order.Order.SourceId)).For(lease.Store).With("now", now).ExecuteAsync();
        var dropped = await AddDeliveriesAsync(commit.Deliveries, commit.NoticedAt);
        await session.Bulk(PersonInsert, [.. commit.Consents.Select(consent => consent.EmailKey).Distinct(StringComparer.Ordinal)])
            .With("account_id", lease.Store.AccountId).ExecuteAsync();
        await session.Bulk(ConsentInsert, commit.Consents).For(lease.Store).With("now", now).ExecuteAsync();
        await WebhookOutbox.ConsentsChangedAsync(session, lease.Store, commit.Consents, now);
        await TraceTable.AddAsync(session, lease.Store, commit.Traces, now);
        await session.Bulk(InboxDelete, commit.InboxDone).For(lease.Store).ExecuteAsync();
        await session.Bulk(ReadAgain, [.. commit.ReadAgain.DistinctBy(read => read.SourceId, StringComparer.Ordinal)]).For(lease.Store).With("now", now).ExecuteAsync();
        await TagColumns.WantAsync(session, lease.Store, commit.WantedTags);
        await TagColumns.RememberAsync(session, lease.Store, commit.WrittenTags);
        await SubscriberTables.SeeAsync(session, lease.Store, commit.SubscribersSeen, now);
        await SubscriberTables.SendRemovalsAsync(session, lease.Store, commit.RemovalsSent);
        await SqlCarts.WriteAsync(session, lease.Store, commit.Carts, now);
        await SqlProducts.WriteAsync(session, lease.Store, commit, now);
        await SqlCardHints.WriteAsync(session, lease.Store, commit, now);
        await SqlWriteBacks.AddAsync(session, lease.Store, commit.WriteBacks, now);
        await SqlContactEdits.DoneAsync(session, lease.Store, commit.EditsDone);
        if (commit.Cursor is { } cursor) await SaveCursorAsync(cursor);
        if (commit.Run is { } run) await AddGainAsync(run, dropped.Count(delivery => delivery.Counted && delivery.ExportRunId == run.RunId));
    }

    private async Task<List<NewDelivery>> AddDeliveriesAsync(IReadOnlyList<NewDelivery> deliveries, DateTimeOffset? noticedAt)
    {
        var events = deliveries.Where(delivery => delivery.Kind == DeliveryKind.Event).DistinctBy(delivery => delivery.Event).ToList();
        var reserved = (await session.Bulk(Reserve, events)
            .With("account_id", lease.Store.AccountId).With("destination_id", lease.DestinationId).With("store_id", lease.Store.StoreId).With("now", now)
            .QueryAsync(row => new Contract.EventIdentity(row.Name<OutgoingEventKind>("kind"), row.Text("external_id"), row.Text("location"))))
            .ToHashSet();
        var owed = new List<NewDelivery>(deliveries.Count);
        var dropped = new List<NewDelivery>();
        foreach (var delivery in deliveries)
        {
            // Removing it from the set drops a second delivery of the same event within this page.
            if (delivery.Kind != DeliveryKind.Event || reserved.Remove(delivery.Event!)) owed.Add(delivery);
            else dropped.Add(delivery);
        }
        await session.Bulk(DeliveryInsert, owed).For(lease.Store).With("now", now).With("noticed_at", noticedAt ?? now).ExecuteAsync();
        // Live traffic must not wait behind the history its contact was queued with, nor be overwritten by it later.
        var live = owed.Where(delivery => delivery.ExportRunId is null).Select(delivery => delivery.EmailKey).Distinct(StringComparer.Ordinal).ToList();
        await session.Bulk(ContactsToLive, live).For(lease.Store).ExecuteAsync();
        await session.Bulk(OrdersAlreadyConfirmed, [.. dropped.Where(delivery => delivery.Event!.Kind == OutgoingEventKind.Purchase)])
            .For(lease.Store).With("destination_id", lease.DestinationId).ExecuteAsync();
        return dropped;
    }

    private async Task SaveCursorAsync(CursorWrite cursor) => await session.Command("""
        INSERT INTO stream_cursor (account_id, store_id, name, value, saved_at) VALUES (@account_id, @store_id, @name, @value, @now)
        ON CONFLICT (account_id, store_id, name) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at
        """)
        .For(lease.Store).With("name", cursor.Name).With("value", cursor.Cursor.Value).With("now", now).ExecuteAsync();

    private async Task AddGainAsync(RunGain gain, int dropped)
    {
        var skipped = new Dictionary<ReasonCode, int>(gain.Skipped);
        // The ledger had these events already: they count as unchanged, not as sent.
        if (dropped > 0) skipped[ReasonCode.Unchanged] = skipped.GetValueOrDefault(ReasonCode.Unchanged) + dropped;
        var rejected = await RejectTable.AddAsync(session, lease.Store.AccountId, gain.RunId, gain.Rejects, now);
        await session.Bulk(SkipUpsert, [.. skipped.Where(skip => skip.Value != 0)])
            .With("account_id", lease.Store.AccountId).With("run_id", gain.RunId).ExecuteAsync();
        await ExportDetailTables.AddAsync(session, lease.Store.AccountId, gain);
        await ExportDetailTables.CountAsync(session, lease.Store.AccountId, gain.RunId, gain.IsDry ? gain.Read : skipped.Values.Sum() + rejected, now);
        await session.Command("""
            UPDATE export_run SET cursor = COALESCE(@cursor, cursor), read_to_end = read_to_end OR @read_to_end, total = COALESCE(@total, total),
              read_count = read_count + @read, to_send = to_send + @to_send, rejected = rejected + @rejected, shop_ms = shop_ms + @shop_ms, own_ms = own_ms + @own_ms,
              new_count = new_count + @new, held = held + @held, shop_writes = shop_writes + @shop_writes, pages = pages + @pages,
              limit_ms = limit_ms + @limit_ms, rest_ms = rest_ms + @rest_ms
            WHERE account_id = @account_id AND id = @run_id
            """)
            .With("account_id", lease.Store.AccountId).With("run_id", gain.RunId).With("cursor", gain.Cursor?.Value).With("read_to_end", gain.ReadToEnd)
            .With("total", gain.Total).With("read", gain.Read).With("to_send", gain.ToSend - dropped).With("rejected", rejected)
            .With("shop_ms", gain.ShopMilliseconds).With("own_ms", gain.OwnMilliseconds)
            .With("new", gain.NewToSend).With("held", gain.Held).With("shop_writes", gain.ShopWrites).With("pages", gain.Pages)
            .With("limit_ms", gain.LimitMilliseconds).With("rest_ms", gain.RestMilliseconds).ExecuteAsync();
    }

    // PostgreSQL refuses to change one row twice in a statement, and the last word of a page is what counts.
    private static List<T> LastOfEach<T>(IReadOnlyList<T> rows, Func<T, string> key)
    {
        var last = new Dictionary<string, T>(rows.Count, StringComparer.Ordinal);
        foreach (var row in rows) last[key(row)] = row;
        return [.. last.Values];
    }

    private static readonly BulkStatement<ContactWrite> ContactUpsert = new BulkStatement<ContactWrite>($$"""
        INSERT INTO contact (account_id, store_id, email_key, source_id, from_account, has_account, data, first_name_key, last_name_key, phone_key,
          email_state, email_at, email_source, email_wording, sms_state, sms_at, sms_source, sms_wording,
          sharing_consented, sharing_withdrawn_at, data_placed_at, has_bought, wanted_hash, wanted_tags, own_tags, outcome, code, changed_at, seen_email_state, seen_sms_state, email_memory, sms_memory)
        SELECT @account_id, @store_id, r.email_key, r.source_id, r.from_account, r.has_account, r.data, r.first_name_key, r.last_name_key, r.phone_key,
          r.email_state, r.email_at, r.email_source, r.email_wording, r.sms_state, r.sms_at, r.sms_source, r.sms_wording,
          r.sharing_consented, r.sharing_withdrawn_at, r.data_placed_at, r.has_bought, r.wanted_hash, r.wanted_tags, r.own_tags,
          {{Kept("outcome")}}, {{Kept("code")}}, @now, r.seen_email_state, r.seen_sms_state, r.email_memory, r.sms_memory
        FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, email_key, store_id) DO UPDATE SET
          {{KeptFromAccount("source_id", "has_account", "data", "first_name_key", "last_name_key", "phone_key")}},
          from_account = contact.from_account OR excluded.from_account,
          held_at = CASE WHEN contact.email_state = excluded.email_state AND contact.email_source = excluded.email_source THEN contact.held_at END,
          email_state = excluded.email_state, email_at = excluded.email_at, email_source = excluded.email_source, email_wording = excluded.email_wording,
          sms_state = excluded.sms_state, sms_at = excluded.sms_at, sms_source = excluded.sms_source, sms_wording = excluded.sms_wording,
          sharing_consented = excluded.sharing_consented, sharing_withdrawn_at = COALESCE(excluded.sharing_withdrawn_at, contact.sharing_withdrawn_at),
          data_placed_at = CASE WHEN excluded.data_placed_at IS NULL OR excluded.data_placed_at < contact.data_placed_at
            THEN contact.data_placed_at ELSE excluded.data_placed_at END, has_bought = excluded.has_bought, wanted_hash = excluded.wanted_hash,
          wanted_tags = excluded.wanted_tags, own_tags = COALESCE(excluded.own_tags, contact.own_tags), outcome = excluded.outcome, code = excluded.code, changed_at = excluded.changed_at,
          seen_email_state = COALESCE(excluded.seen_email_state, contact.seen_email_state), seen_sms_state = COALESCE(excluded.seen_sms_state, contact.seen_sms_state),
          email_memory = COALESCE(excluded.email_memory, contact.email_memory), sms_memory = COALESCE(excluded.sms_memory, contact.sms_memory)
        """)
        .Text("email_key", row => row.EmailKey)
        .Text("source_id", row => row.Contact.SourceId)
        .Flag("from_account", row => row.FromAccountRead)
        .Flag("has_account", row => row.Contact.HasAccount)
        .Text("data", row => StorageJson.Of(row.Contact))
        .Text("first_name_key", row => SearchKeys.OfName(row.Contact.FirstName))
        .Text("last_name_key", row => SearchKeys.OfName(row.Contact.LastName))
        .Text("phone_key", row => SearchKeys.OfPhone(row.Contact.Phone))
        .Consent("email", row => row.EmailConsent)
        .Consent("sms", row => row.SmsConsent)
        .Flag("sharing_consented", row => row.SharingConsented)
        .Time("sharing_withdrawn_at", row => row.SharingWithdrawnAt)
        .Time("data_placed_at", row => row.DataPlacedAt)
        .Flag("has_bought", row => row.HasBought)
        .Text("wanted_hash", row => row.WantedHash)
        .Text("wanted_tags", row => row.WantedTags.Count == 0 ? "[]" : StorageJson.Of(row.WantedTags))
        .Text("own_tags", row => row.OwnTags is { } own ? StorageJson.Of(own) : null)
        .Text("outcome", row => NameOf(row.Outcome))
        .Text("code", row => NameOf(row.Code))
        .Flag("keeps_outcome", row => row.KeepsOutcome)
        .Text("seen_email_state", row => row.ShopEmail?.Seen is { } seen ? NameOf(seen.State) : null)
        .Text("seen_sms_state", row => row.ShopSms?.Seen is { } seen ? NameOf(seen.State) : null)
        .Text("email_memory", row => row.ShopEmail is { Seen: not null } memory ? StorageJson.Of(memory) : null)
        .Text("sms_memory", row => row.ShopSms is { Seen: not null } memory ? StorageJson.Of(memory) : null);

    // What an order knows of its buyer never replaces what was read from the account itself, nor what a newer order said.
    private static string KeptFromAccount(params string[] columns) => string.Join(",\n  ", columns.Select(column => $"""
        {column} = CASE WHEN excluded.from_account
            OR NOT contact.from_account AND (contact.data_placed_at IS NULL OR COALESCE(excluded.data_placed_at, contact.data_placed_at) >= contact.data_placed_at)
          THEN excluded.{column} ELSE contact.{column} END
        """));

    // A delivery settled since the page was decided has the last word.
    private static string Kept(string column) => $"""
        CASE WHEN r.keeps_outcome THEN COALESCE((SELECT c.{column} FROM contact AS c
          WHERE c.account_id = @account_id AND c.store_id = @store_id AND c.email_key = r.email_key), r.{column}) ELSE r.{column} END
        """;

    private static readonly BulkStatement<OrderWrite> OrderUpsert = new BulkStatement<OrderWrite>("""
        INSERT INTO shop_order (account_id, store_id, source_id, number, status, email_key, placed_at, data, outcome, code, changed_at, sent_hash, sent_value, reversals, first_read_at)
        SELECT @account_id, @store_id, r.source_id, r.number, r.status, r.email_key, r.placed_at, r.data, r.outcome, r.code, @now, r.sent_hash, r.sent_value, r.reversals, @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, store_id, source_id) DO UPDATE SET number = excluded.number, status = excluded.status, email_key = excluded.email_key,
          placed_at = excluded.placed_at, data = excluded.data, outcome = excluded.outcome, code = excluded.code, changed_at = excluded.changed_at,
          sent_hash = COALESCE(excluded.sent_hash, shop_order.sent_hash), sent_value = COALESCE(excluded.sent_value, shop_order.sent_value),
          reversals = COALESCE(excluded.reversals, shop_order.reversals)
        """)
        .Text("source_id", row => row.Order.SourceId)
        .Text("number", row => row.Order.Number)
        .Text("status", row => row.Order.Status)
        .Text("email_key", row => row.EmailKey)
        .Time("placed_at", row => row.Order.PlacedAt)
        .Text("data", row => StorageJson.Of(row.Order))
        .Text("outcome", row => NameOf(row.Outcome))
        .Text("code", row => NameOf(row.Code))
        .Text("sent_hash", row => row.SentHash)
        .Text("sent_value", row => row.SentValue?.ToString(CultureInfo.InvariantCulture))
        .Text("reversals", row => row.Reversals is { } reversals ? StorageJson.Of(reversals) : null);

    // A refused event may be tried anew; every other row means that the event is owed or was taken.
    private static readonly BulkStatement<NewDelivery> Reserve = new BulkStatement<NewDelivery>("""
        INSERT INTO event_ledger (account_id, destination_id, location, kind, external_id, store_id, state, reserved_at)
        SELECT @account_id, @destination_id, r.location, r.kind, r.external_id, @store_id, 'Reserved', @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, destination_id, location, kind, external_id) DO UPDATE SET state = 'Reserved', reserved_at = excluded.reserved_at
          WHERE event_ledger.state = 'Refused'
        RETURNING kind, external_id, location
        """)
        .Text("location", row => row.Event!.Location)
        .Text("kind", row => NameOf(row.Event!.Kind))
        .Text("external_id", row => row.Event!.ExternalId);

    private static readonly BulkStatement<NewDelivery> DeliveryInsert = new BulkStatement<NewDelivery>("""
        INSERT INTO delivery (account_id, store_id, lane, kind, state, email_key, source_id, payload, event_kind, event_external_id, event_location,
          export_run_id, counted, attempts, not_before, created_at, noticed_at)
        SELECT @account_id, @store_id, r.lane, r.kind, 'Pending', r.email_key, r.source_id, r.payload, r.event_kind, r.event_external_id, r.event_location,
          r.export_run_id, r.counted, 0, 0, @now, @noticed_at FROM {rows} AS r
        """)
        .Number("lane", row => row.ExportRunId ?? DeliveryQueue.LiveLane)
        .Text("kind", row => NameOf(row.Kind))
        .Text("email_key", row => row.EmailKey)
        .Text("source_id", row => row.SourceId)
        .Text("payload", row => row.Payload)
        .Text("event_kind", row => row.Event is { } happened ? NameOf(happened.Kind) : null)
        .Text("event_external_id", row => row.Event?.ExternalId)
        .Text("event_location", row => row.Event?.Location)
        .Number("export_run_id", row => row.ExportRunId)
        .Flag("counted", row => row.Counted);

    private static readonly BulkStatement<string> ContactsToLive = new BulkStatement<string>("""
        UPDATE delivery SET lane = 0 FROM {rows} AS r
        WHERE delivery.account_id = r.account_id AND delivery.store_id = r.store_id AND delivery.email_key = r.email_key
          AND delivery.kind = 'Contact' AND delivery.state <> 'Dead' AND delivery.lane <> 0
        """)
        .PerStore()
        .Text("email_key", key => key);

    private static readonly BulkStatement<NewDelivery> OrdersAlreadyConfirmed = new BulkStatement<NewDelivery>("""
        UPDATE shop_order SET outcome = 'Sent', code = 'Unchanged' FROM {rows} AS r
        WHERE shop_order.account_id = r.account_id AND shop_order.store_id = r.store_id AND shop_order.source_id = r.source_id AND EXISTS (
          SELECT 1 FROM event_ledger AS l WHERE l.account_id = r.account_id AND l.destination_id = @destination_id AND l.location = r.location
            AND l.kind = 'Purchase' AND l.external_id = r.external_id AND l.state = 'Confirmed' LIMIT 1 OFFSET 0)
        """)
        .PerStore()
        .Text("source_id", row => row.SourceId)
        .Text("location", row => row.Event!.Location)
        .Text("external_id", row => row.Event!.ExternalId);

    private static readonly BulkStatement<string> PersonInsert = new BulkStatement<string>("""
        INSERT INTO person (account_id, email_key) SELECT r.account_id, r.email_key FROM {rows} AS r WHERE true ON CONFLICT DO NOTHING
        """)
        .Same("account_id")
        .Text("email_key", key => key);

    private static readonly BulkStatement<ConsentWrite> ConsentInsert = new BulkStatement<ConsentWrite>("""
        INSERT INTO consent_line (account_id, store_id, person_id, channel, previous, state, at, source, wording, actor, reason, document, recorded_at)
        SELECT p.account_id, @store_id, p.id, r.channel, r.previous, r.state, r.at, r.source, r.wording, r.actor, r.reason, r.document, @now
        FROM {rows} AS r JOIN person AS p ON p.account_id = r.account_id AND p.email_key = r.email_key
        """)
        .Same("account_id")
        .Text("email_key", row => row.EmailKey)
        .Text("channel", row => NameOf(row.Channel))
        .Text("previous", row => NameOf(row.Previous))
        .Text("state", row => NameOf(row.Consent.State))
        .Time("at", row => row.Consent.At)
        .Text("source", row => NameOf(row.Consent.Source))
        .Text("wording", row => row.Consent.Wording)
        .Text("actor", row => row.Evidence?.Actor)
        .Text("reason", row => row.Evidence?.Reason)
        .Text("document", row => row.Evidence?.Document);

    private static readonly BulkStatement<RepeatedRead> ReadAgain = new BulkStatement<RepeatedRead>("""
        INSERT INTO inbox (account_id, store_id, source, stream, kind, source_id, facts, received_at, attempts, not_before)
        SELECT @account_id, @store_id, 'Repeat', 'Contacts', 'Changed', r.source_id, NULL, @now, 0, r.not_before FROM {rows} AS r
        WHERE NOT EXISTS (SELECT 1 FROM inbox AS i WHERE i.account_id = @account_id AND i.store_id = @store_id AND i.stream = 'Contacts'
          AND i.source_id = r.source_id AND i.source = 'Repeat' AND i.not_before > @now)
        """)
        .Text("source_id", read => read.SourceId)
        .Time("not_before", read => read.NotBefore);

    private static readonly BulkStatement<long> InboxDelete = new BulkStatement<long>("""
        DELETE FROM inbox WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", id => id);

    private static readonly BulkStatement<KeyValuePair<ReasonCode, int>> SkipUpsert = new BulkStatement<KeyValuePair<ReasonCode, int>>("""
        INSERT INTO export_run_skip (account_id, run_id, code, count) SELECT @account_id, @run_id, r.code, r.count FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, run_id, code) DO UPDATE SET count = export_run_skip.count + excluded.count
        """)
        .Text("code", skip => NameOf(skip.Key))
        .Number("count", skip => skip.Value);
}
