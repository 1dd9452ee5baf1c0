using System.Globalization;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>Writes what became of deliveries, in the one transaction of the session.</summary>
internal sealed class SettlementWriter(DbSession session, StoreLease lease, DateTimeOffset now)
{
    // What a rejected row names as its field when the whole record was refused.
    private const string RefusedField = "destination";

    public async Task WriteAsync(Settlement settlement)
    {
        await StoreFence.HoldAsync(session, lease);
        await TakeAsync(settlement.Taken);
        await session.Bulk(SetCards, settlement.Cards).For(lease.Store).ExecuteAsync();
        await HoldAsync(settlement.Held);
        await RefuseAsync(settlement.Refused);
        await PutOffAsync(settlement);
        await AddDestinationTimeAsync(settlement);
        await CountPackageAsync(settlement);
        if (settlement.SentNext.Count > 0) await DeliveryQueue.MarkSentAsync(session, lease, settlement.SentNext, now);
    }

    private async Task TakeAsync(IReadOnlyList<Delivery> taken)
    {
        if (taken.Count == 0) return;
        await session.Bulk(Delete, taken).For(lease.Store).ExecuteAsync();
        await SetLedgerAsync(taken, "Confirmed", now);
        await SetContactsAsync(taken, RecordOutcome.Sent, code: null);
        await session.Bulk(SetExported, [.. taken.Where(delivery => delivery is { Kind: DeliveryKind.Contact, ExportRunId: not null }).DistinctBy(delivery => delivery.EmailKey)])
            .For(lease.Store).With("now", now).ExecuteAsync();
        await SetOrdersAsync(taken, RecordOutcome.Sent, code: null);
        await session.Bulk(TracesToSent, taken).For(lease.Store).ExecuteAsync();
        foreach (var run in ByRun(taken))
        {
            var counted = run.Count(delivery => delivery.Counted);
            await session.Command("UPDATE export_run SET sent = sent + @count WHERE account_id = @account_id AND id = @run")
                .With("account_id", lease.Store.AccountId).With("run", run.Key).With("count", counted).ExecuteAsync();
            await ExportDetailTables.CountAsync(session, lease.Store.AccountId, run.Key, counted, now);
        }
        await CountAsync(taken);
        await WebhookOutbox.ContactsSentAsync(session, lease.Store, taken, now);
    }

    private async Task HoldAsync(IReadOnlyList<Delivery> held)
    {
        foreach (var run in ByRun(held))
        {
            await session.Command("UPDATE export_run SET held = held + @count WHERE account_id = @account_id AND id = @run")
                .With("account_id", lease.Store.AccountId).With("run", run.Key)
                .With("count", run.DistinctBy(delivery => delivery.EmailKey).Count()).ExecuteAsync();
        }
    }

    private async Task RefuseAsync(IReadOnlyList<(Delivery Delivery, string Message)> refused)
    {
        if (refused.Count == 0) return;
        var deliveries = refused.Select(row => row.Delivery).ToList();
        await FlowTable.AddAsync(session, lease.Store, [], refused.Count, now);
        await session.Bulk(Bury, refused).For(lease.Store).ExecuteAsync();
        await SetLedgerAsync(deliveries, "Refused", confirmedAt: null);
        await SetContactsAsync(deliveries, RecordOutcome.Rejected, ReasonCode.RefusedByDestination);
        await SetOrdersAsync(deliveries, RecordOutcome.Rejected, ReasonCode.RefusedByDestination);
        await TraceTable.AddAsync(
            session,
            lease.Store,
            [.. refused.Select(row => new TraceWrite(
                StreamOf(row.Delivery), row.Delivery.SourceId, row.Delivery.EmailKey, RecordOutcome.Rejected, ReasonCode.RefusedByDestination, [],
                row.Delivery.ExportRunId, row.Message))],
            now);
        await WebhookOutbox.RejectedAsync(
            session, lease.Store,
            [.. refused.Select(row => (
                string.Create(CultureInfo.InvariantCulture, $"d{row.Delivery.Id}"),
                NameOf(row.Delivery.Kind == DeliveryKind.Contact ? DeadLetterKind.Contact : DeadLetterKind.Event), row.Delivery.SourceId, row.Delivery.EmailKey, row.Message))],
            now);
        foreach (var run in refused.Where(row => row.Delivery is { ExportRunId: not null, Counted: true }).GroupBy(row => row.Delivery.ExportRunId!.Value))
        {
            var added = await RejectTable.AddAsync(
                session,
                lease.Store.AccountId,
                run.Key,
                run.Select(row => new RejectWrite(row.Delivery.SourceId, row.Delivery.EmailKey, RefusedField, ReasonCode.RefusedByDestination, row.Message)),
                now);
            await session.Command("UPDATE export_run SET rejected = rejected + @count WHERE account_id = @account_id AND id = @run")
                .With("account_id", lease.Store.AccountId).With("run", run.Key).With("count", added).ExecuteAsync();
            await ExportDetailTables.CountAsync(session, lease.Store.AccountId, run.Key, added, now);
        }
    }

    private async Task PutOffAsync(Settlement settlement)
    {
        await session.Bulk(PutOff, settlement.PutOff).For(lease.Store)
            .With("state", NameOf(settlement.PutOffInDoubt ? DeliveryState.Sent : DeliveryState.Pending))
            .With("not_before", settlement.NotBefore ?? now).With("problem", settlement.PutOffReason).ExecuteAsync();
        await SetLedgerAsync(settlement.PutOff, settlement.PutOffInDoubt ? "Sent" : "Reserved", confirmedAt: null);
    }

    /// <summary>One settlement is one answer of the destination.</summary>
    private async Task CountPackageAsync(Settlement settlement)
    {
        foreach (var run in ByRun(settlement.Taken.Concat(settlement.Refused.Select(row => row.Delivery))))
        {
            await session.Command("UPDATE export_run SET packages = packages + 1 WHERE account_id = @account_id AND id = @run")
                .With("account_id", lease.Store.AccountId).With("run", run.Key).ExecuteAsync();
        }
    }

    /// <summary>Shares the time among the runs by their rows.</summary>
    private async Task AddDestinationTimeAsync(Settlement settlement)
    {
        var all = settlement.Taken.Concat(settlement.Refused.Select(row => row.Delivery)).Concat(settlement.PutOff).ToList();
        if (settlement.DestinationMilliseconds == 0) return;
        foreach (var run in ByRun(all))
        {
            await session.Command("UPDATE export_run SET destination_ms = destination_ms + @ms WHERE account_id = @account_id AND id = @run")
                .With("account_id", lease.Store.AccountId).With("run", run.Key).With("ms", settlement.DestinationMilliseconds * run.Count() / all.Count)
                .ExecuteAsync();
        }
    }

    private static IEnumerable<IGrouping<long, Delivery>> ByRun(IEnumerable<Delivery> deliveries) =>
        deliveries.Where(delivery => delivery.ExportRunId is not null).GroupBy(delivery => delivery.ExportRunId!.Value);

    private async Task SetLedgerAsync(IReadOnlyList<Delivery> deliveries, string state, DateTimeOffset? confirmedAt) =>
        await session.Bulk(SetLedger, [.. deliveries.Where(delivery => delivery.Kind == DeliveryKind.Event)])
            .With("account_id", lease.Store.AccountId).With("destination_id", lease.DestinationId)
            .With("state", state).With("confirmed_at", confirmedAt).ExecuteAsync();

    private async Task SetContactsAsync(IReadOnlyList<Delivery> deliveries, RecordOutcome outcome, ReasonCode? code) =>
        await session.Bulk(SetContacts, [.. deliveries.Where(delivery => delivery.Kind == DeliveryKind.Contact).DistinctBy(delivery => delivery.EmailKey)])
            .For(lease.Store).With("outcome", NameOf(outcome)).With("code", code is { } reason ? NameOf(reason) : null).ExecuteAsync();

    private async Task SetOrdersAsync(IReadOnlyList<Delivery> deliveries, RecordOutcome outcome, ReasonCode? code) =>
        await session.Bulk(SetOrders, [.. deliveries.Where(delivery => StreamOf(delivery) == ShopStream.Orders)])
            .For(lease.Store).With("outcome", NameOf(outcome)).With("code", code is { } reason ? NameOf(reason) : null).ExecuteAsync();

    private async Task CountAsync(IReadOnlyList<Delivery> taken)
    {
        await FlowTable.AddAsync(session, lease.Store, taken, refused: 0, now);
        await session.Command("UPDATE store_run SET last_delivery_at = @now WHERE account_id = @account_id AND store_id = @store_id")
            .For(lease.Store).With("now", now).ExecuteAsync();
    }

    private static ShopStream StreamOf(Delivery delivery) => delivery.Event?.Kind switch
    {
        null => ShopStream.Contacts,
        OutgoingEventKind.Cart => ShopStream.Carts,
        _ => ShopStream.Orders,
    };

    private static readonly BulkStatement<Delivery> Delete = new BulkStatement<Delivery>("""
        DELETE FROM delivery WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", delivery => delivery.Id);

    private static readonly BulkStatement<(Delivery Delivery, string Message)> Bury = new BulkStatement<(Delivery Delivery, string Message)>("""
        UPDATE delivery SET state = 'Dead', attempts = attempts + 1, problem = r.problem FROM {rows} AS r
        WHERE delivery.account_id = r.account_id AND delivery.store_id = r.store_id AND delivery.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.Delivery.Id)
        .Text("problem", row => row.Message);

    private static readonly BulkStatement<Delivery> PutOff = new BulkStatement<Delivery>("""
        UPDATE delivery SET state = @state, attempts = attempts + 1, not_before = @not_before, problem = @problem FROM {rows} AS r
        WHERE delivery.account_id = r.account_id AND delivery.store_id = r.store_id AND delivery.id = r.id
        """)
        .PerStore()
        .Number("id", delivery => delivery.Id);

    private static readonly BulkStatement<Delivery> SetLedger = new BulkStatement<Delivery>("""
        UPDATE event_ledger SET state = @state, confirmed_at = COALESCE(@confirmed_at, confirmed_at) FROM {rows} AS r
        WHERE event_ledger.account_id = r.account_id AND event_ledger.destination_id = r.destination_id AND event_ledger.location = r.location
          AND event_ledger.kind = r.kind AND event_ledger.external_id = r.external_id
        """)
        .Same("account_id")
        .Same("destination_id")
        .Text("location", delivery => delivery.Event!.Location)
        .Text("kind", delivery => NameOf(delivery.Event!.Kind))
        .Text("external_id", delivery => delivery.Event!.ExternalId);

    // A contact that was queued again meanwhile stays queued.
    private static readonly BulkStatement<Delivery> SetContacts = new BulkStatement<Delivery>("""
        UPDATE contact SET outcome = @outcome, code = COALESCE(@code, code) FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key AND contact.outcome = 'Queued'
          AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.account_id = r.account_id AND d.store_id = r.store_id AND d.email_key = r.email_key
            AND d.kind = 'Contact' AND d.state <> 'Dead' LIMIT 1 OFFSET 0)
        """)
        .PerStore()
        .Text("email_key", delivery => delivery.EmailKey);

    private static readonly BulkStatement<Delivery> SetExported = new BulkStatement<Delivery>("""
        UPDATE contact SET exported_at = @now FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", delivery => delivery.EmailKey);

    private static readonly BulkStatement<KnownCardWrite> SetCards = new BulkStatement<KnownCardWrite>("""
        UPDATE contact SET card_email_state = COALESCE(r.email, contact.card_email_state), card_sms_state = COALESCE(r.sms, contact.card_sms_state)
        FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", card => card.EmailKey)
        .Text("email", card => card.Email is { } state ? NameOf(state) : null)
        .Text("sms", card => card.Sms is { } state ? NameOf(state) : null);

    private static readonly BulkStatement<Delivery> SetOrders = new BulkStatement<Delivery>("""
        UPDATE shop_order SET outcome = @outcome, code = COALESCE(@code, code) FROM {rows} AS r
        WHERE shop_order.account_id = r.account_id AND shop_order.store_id = r.store_id AND shop_order.source_id = r.source_id AND shop_order.outcome = 'Queued'
        """)
        .PerStore()
        .Text("source_id", delivery => delivery.SourceId);

    // The line that told of the queueing now tells of the delivery; lines written after the row was queued belong to a later one.
    private static readonly BulkStatement<Delivery> TracesToSent = new BulkStatement<Delivery>("""
        UPDATE trace SET outcome = 'Sent' FROM {rows} AS r
        WHERE trace.account_id = r.account_id AND trace.store_id = r.store_id AND trace.stream = r.stream AND trace.source_id = r.source_id
          AND trace.outcome = 'Queued' AND trace.at <= r.created_at
        """)
        .PerStore()
        .Text("stream", delivery => NameOf(StreamOf(delivery)))
        .Text("source_id", delivery => delivery.SourceId)
        .Time("created_at", delivery => delivery.CreatedAt);
}
