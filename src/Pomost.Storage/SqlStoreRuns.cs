using System.Globalization;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlStoreRuns(Database database) : IStoreRuns
{
    private const string ContactColumns = """
        c.id, c.email_key, c.source_id, c.has_account, c.from_account, c.data, c.email_state, c.email_at, c.email_source, c.email_wording,
          c.sms_state, c.sms_at, c.sms_source, c.sms_wording, c.sharing_consented, c.sharing_withdrawn_at, c.data_placed_at, c.has_bought,
          c.wanted_hash, c.wanted_tags, c.own_tags, c.written_tags, c.outcome, c.code,
          CASE WHEN c.from_account AND c.has_account AND c.outcome NOT IN ('Queued', 'Sent') THEN c.data END AS withheld_account,
          c.seen_email_state, c.seen_sms_state, c.email_memory, c.sms_memory, c.card_email_state, c.card_sms_state,
          (SELECT max(CASE WHEN w.begun_at IS NULL THEN 1 ELSE 2 END) FROM write_back AS w WHERE w.account_id = c.account_id AND w.store_id = c.store_id
            AND w.email_key = c.email_key AND w.kind = 'EmailConsent' AND w.state = 'Pending') AS email_debt,
          (SELECT max(CASE WHEN w.begun_at IS NULL THEN 1 ELSE 2 END) FROM write_back AS w WHERE w.account_id = c.account_id AND w.store_id = c.store_id
            AND w.email_key = c.email_key AND w.kind = 'SmsConsent' AND w.state = 'Pending') AS sms_debt
        """;

    private static readonly BulkStatement<string> FindContacts = new BulkStatement<string>($$"""
        SELECT {{ContactColumns}}
        FROM {rows} AS r JOIN contact AS c ON c.account_id = r.account_id AND c.email_key = r.email_key AND c.store_id = r.store_id
        """)
        .PerStore()
        .Text("email_key", key => key);

    private static readonly BulkStatement<string> FindAccounts = new BulkStatement<string>($$"""
        SELECT {{ContactColumns}}, EXISTS (
          SELECT 1 FROM contact AS o JOIN store AS s ON s.account_id = o.account_id AND s.id = o.store_id
          WHERE o.account_id = c.account_id AND o.email_key = c.email_key AND o.store_id <> c.store_id AND s.destination_id = @destination_id) AS is_shared
        FROM {rows} AS r JOIN contact AS c ON c.account_id = r.account_id AND c.store_id = r.store_id AND c.source_id = r.source_id
          AND c.has_account AND c.from_account
        """)
        .PerStore()
        .Text("source_id", id => id);

    // What this store knows itself is asked first. One other store that knows of a choice is enough to make it one.
    private static readonly BulkStatement<string> FindDefaultCards = new BulkStatement<string>("""
        SELECT c.email_key,
          CASE WHEN min(CASE WHEN c.card_email_state = 'NoStatement' AND c.email_state = 'NoStatement' THEN 0 WHEN c.card_email_state IS NULL THEN 1 ELSE 2 END) = 0
            AND max(CASE WHEN c.card_email_state IN ('Granted', 'Withdrawn') THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END AS email_default,
          CASE WHEN min(CASE WHEN c.card_sms_state = 'NoStatement' AND c.sms_state = 'NoStatement' THEN 0 WHEN c.card_sms_state IS NULL THEN 1 ELSE 2 END) = 0
            AND max(CASE WHEN c.card_sms_state IN ('Granted', 'Withdrawn') THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END AS sms_default,
          max(CASE WHEN c.email_state = 'Withdrawn' THEN c.email_at END) AS email_withdrawn_at,
          max(CASE WHEN c.sms_state = 'Withdrawn' THEN c.sms_at END) AS sms_withdrawn_at
        FROM {rows} AS r
        JOIN contact AS c ON c.account_id = r.account_id AND c.email_key = r.email_key
        JOIN store AS s ON s.account_id = c.account_id AND s.id = c.store_id
        WHERE s.destination_id = r.destination_id AND c.store_id <> @store_id
        GROUP BY c.email_key
        """)
        .Same("account_id")
        .Same("destination_id")
        .Text("email_key", key => key);

    private static readonly BulkStatement<string> FindNewerAddresses = new BulkStatement<string>("""
        SELECT a.former_key, a.email_key FROM {rows} AS r JOIN address_change AS a ON a.account_id = r.account_id AND a.store_id = r.store_id
          AND a.former_key = r.former_key
        """)
        .PerStore()
        .Text("former_key", key => key);

    private static readonly BulkStatement<string> FindOrders = new BulkStatement<string>("""
        SELECT o.source_id, o.status, o.email_key, o.outcome, o.code, o.sent_hash, o.sent_value, o.reversals, o.first_read_at, EXISTS (
          SELECT 1 FROM event_ledger AS l WHERE l.account_id = o.account_id AND l.destination_id = s.destination_id AND l.location = s.location
            AND l.kind = 'Purchase' AND l.external_id = o.source_id AND l.state <> 'Refused' LIMIT 1 OFFSET 0) AS in_ledger
        FROM {rows} AS r
        JOIN shop_order AS o ON o.account_id = r.account_id AND o.store_id = r.store_id AND o.source_id = r.source_id
        JOIN store AS s ON s.account_id = o.account_id AND s.id = o.store_id
        """)
        .PerStore()
        .Text("source_id", id => id);

    private static readonly BulkStatement<string> FindStoredOrders = new BulkStatement<string>("""
        SELECT o.data FROM {rows} AS r
        JOIN shop_order AS o ON o.account_id = r.account_id AND o.store_id = r.store_id AND o.source_id = r.source_id
        """)
        .PerStore()
        .Text("source_id", id => id);

    public async Task<IReadOnlyList<DueStore>> DueAsync(int slice, int sliceCount, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT s.account_id, s.id, d.woken FROM (
              SELECT account_id, store_id, 1 AS woken FROM store_wake
              UNION ALL
              SELECT r.account_id, r.store_id, 0 FROM store_run AS r WHERE r.due_at <= @now
                AND NOT EXISTS (SELECT 1 FROM store_wake AS w WHERE w.account_id = r.account_id AND w.store_id = r.store_id)
            ) AS d
            JOIN store AS s ON s.account_id = d.account_id AND s.id = d.store_id
            JOIN store_run AS r ON r.account_id = d.account_id AND r.store_id = d.store_id
            WHERE s.id % @slices = @slice AND s.state = 'Active'
            ORDER BY d.woken DESC, r.due_at, s.id LIMIT @max
            """)
            .With("now", database.Clock.GetUtcNow()).With("slices", sliceCount).With("slice", slice).With("max", max)
            .QueryAsync(row => new DueStore(new(row.Number("account_id"), row.Number("id")), row.Number("woken") == 1)),
        ct);

    public Task<StoreLease?> BeginAsync(StoreKey store, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var destination = await session
                .Command("SELECT destination_id FROM store WHERE account_id = @account_id AND id = @store_id AND state = 'Active'").For(store).NumberAsync();
            if (destination is null) return null;
            // Due until it ends: when the run is cut, by whatever, the next one begins at once.
            var epoch = await session.Command("""
                UPDATE store_run SET epoch = epoch + 1, due_at = CASE WHEN due_at > @now THEN @now ELSE due_at END
                WHERE account_id = @account_id AND store_id = @store_id RETURNING epoch
                """).For(store).With("now", database.Clock.GetUtcNow()).NumberAsync();
            await StoreWake.ClearAsync(session, store);
            return new StoreLease(store, destination.Value, epoch!.Value);
        },
        ct);

    public Task EndAsync(StoreLease lease, DateTimeOffset dueAt, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("UPDATE store_run SET due_at = @due_at WHERE account_id = @account_id AND store_id = @store_id")
                .For(lease.Store).With("due_at", dueAt).ExecuteAsync();
        },
        ct);

    public Task WakeAsync(StoreKey store, CancellationToken ct) => database.WriteAsync(session => StoreWake.SetAsync(session, store), ct);

    public async Task<IReadOnlyDictionary<string, ContactFacts>> ContactsAsync(
        StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(FindContacts, [.. emailKeys.Distinct(StringComparer.Ordinal)]).For(store).QueryAsync(MapContact), ct))
        .ToDictionary(contact => contact.EmailKey, StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, KnownAccount>> AccountsAsync(
        StoreLease lease, IReadOnlyCollection<string> sourceIds, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(FindAccounts, [.. sourceIds.Distinct(StringComparer.Ordinal)]).For(lease.Store).With("destination_id", lease.DestinationId)
            .QueryAsync(row => new KnownAccount(MapContact(row), row.Flag("is_shared"))),
        ct))
        .GroupBy(account => account.Facts.SourceId!, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.MaxBy(account => account.Facts.Id)!, StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, DefaultCard>> DefaultCardsAsync(
        StoreLease lease, IReadOnlyCollection<string> emailKeys, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(FindDefaultCards, [.. emailKeys.Distinct(StringComparer.Ordinal)])
            .For(lease.Store).With("destination_id", lease.DestinationId)
            .QueryAsync(row => (Key: row.Text("email_key"), Card: new DefaultCard(row.Number("email_default") == 1, row.Number("sms_default") == 1)
            {
                EmailWithdrawnAt = row.TimeOrNull("email_withdrawn_at"),
                SmsWithdrawnAt = row.TimeOrNull("sms_withdrawn_at"),
            })),
        ct))
        .ToDictionary(found => found.Key, found => found.Card, StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, string>> NewerAddressesAsync(
        StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(FindNewerAddresses, [.. emailKeys.Distinct(StringComparer.Ordinal)]).For(store)
            .QueryAsync(row => (Former: row.Text("former_key"), Newer: row.Text("email_key"))),
        ct))
        .ToDictionary(change => change.Former, change => change.Newer, StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, OrderFacts>> OrdersAsync(
        StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(FindOrders, [.. sourceIds.Distinct(StringComparer.Ordinal)]).For(store).QueryAsync(MapOrder), ct))
        .ToDictionary(order => order.SourceId, StringComparer.Ordinal);

    public Task<IReadOnlyList<ShopOrder>> StoredOrdersAsync(StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct)
        => database.ReadAsync<IReadOnlyList<ShopOrder>>(
            async session => await session.Bulk(FindStoredOrders, [.. sourceIds.Distinct(StringComparer.Ordinal)]).For(store)
                .QueryAsync(row => StorageJson.Read<ShopOrder>(row.Text("data"))),
            ct);

    public async Task<SyncCursor?> CursorAsync(StoreKey store, string name, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT value FROM stream_cursor WHERE account_id = @account_id AND store_id = @store_id AND name = @name")
            .For(store).With("name", name).FirstOrDefaultAsync(row => new SyncCursor(row.Text("value"))),
        ct);

    public Task ForgetCursorAsync(StoreLease lease, string name, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("DELETE FROM stream_cursor WHERE account_id = @account_id AND store_id = @store_id AND name = @name")
                .For(lease.Store).With("name", name).ExecuteAsync();
        },
        ct);

    public Task CommitAsync(StoreLease lease, PageCommit commit, CancellationToken ct) =>
        database.WriteAsync(session => new PageWriter(session, lease, database.Clock.GetUtcNow()).WriteAsync(commit), ct);

    public Task<IReadOnlyList<Delivery>> NextDeliveriesAsync(StoreLease lease, int max, CancellationToken ct) =>
        database.ReadAsync(session => DeliveryQueue.NextAsync(session, lease, database.Clock.GetUtcNow(), max), ct);

    public Task MarkSentAsync(StoreLease lease, IReadOnlyList<long> deliveryIds, CancellationToken ct) =>
        database.WriteAsync(session => DeliveryQueue.MarkSentAsync(session, lease, deliveryIds, database.Clock.GetUtcNow()), ct);

    public Task SettleAsync(StoreLease lease, Settlement settlement, CancellationToken ct) =>
        database.WriteAsync(session => new SettlementWriter(session, lease, database.Clock.GetUtcNow()).WriteAsync(settlement), ct);

    public Task<long> WaitingAsync(StoreKey store, long? exportRunId, CancellationToken ct) =>
        database.ReadAsync(session => DeliveryQueue.WaitingAsync(session, store, exportRunId), ct);

    private static ContactFacts MapContact(Row row) => new()
    {
        Id = row.Number("id"),
        EmailKey = row.Text("email_key"),
        SourceId = row.TextOrNull("source_id"),
        HasAccount = row.Flag("has_account"),
        EmailConsent = row.Consent("email"),
        SmsConsent = row.Consent("sms"),
        SharingConsented = row.Flag("sharing_consented"),
        SharingWithdrawnAt = row.TimeOrNull("sharing_withdrawn_at"),
        DataPlacedAt = row.TimeOrNull("data_placed_at"),
        WithheldAccount = row.TextOrNull("withheld_account") is { } account ? StorageJson.Read<ShopContact>(account) : null,
        HasBought = row.Flag("has_bought"),
        AccountRead = row.Flag("has_account") && row.Flag("from_account") ? AccountOf(row.Text("data")) : null,
        WantedHash = row.TextOrNull("wanted_hash"),
        WantedTags = StorageJson.Read<string[]>(row.Text("wanted_tags")),
        WrittenTags = row.TextOrNull("written_tags") is { } written ? StorageJson.Read<WrittenTags>(written) : WrittenTags.None,
        OwnTags = row.TextOrNull("own_tags") is { } own ? StorageJson.Read<string[]>(own) : [],
        Outcome = row.Name<RecordOutcome>("outcome"),
        Code = row.Name<ReasonCode>("code"),
        ShopEmail = MemoryOf(row, "email"),
        ShopSms = MemoryOf(row, "sms"),
        EmailDebt = (ShopDebt)(row.NumberOrNull("email_debt") ?? 0),
        SmsDebt = (ShopDebt)(row.NumberOrNull("sms_debt") ?? 0),
        CardEmail = StateOf(row, "card_email_state"),
        CardSms = StateOf(row, "card_sms_state"),
    };

    private static ShopMemory MemoryOf(Row row, string channel) =>
        row.TextOrNull(channel + "_memory") is { } memory ? StorageJson.Read<ShopMemory>(memory)
        // Written before more than the state was remembered, or by a connector that tells no more.
        : StateOf(row, $"seen_{channel}_state") is { } seen ? new ShopMemory { Seen = new RecordedState(seen) }
        : ShopMemory.Blank;

    private static Lazy<ShopContact> AccountOf(string data) => new(() => StorageJson.Read<ShopContact>(data));

    private static ConsentState? StateOf(Row row, string column) => row.TextOrNull(column) is null ? null : row.Name<ConsentState>(column);

    private static OrderFacts MapOrder(Row row) => new()
    {
        SourceId = row.Text("source_id"),
        Status = row.Text("status"),
        Outcome = row.Name<RecordOutcome>("outcome"),
        Code = row.Name<ReasonCode>("code"),
        PurchaseInLedger = row.Flag("in_ledger"),
        EmailKey = row.TextOrNull("email_key"),
        SentHash = row.TextOrNull("sent_hash"),
        FirstReadAt = row.TimeOrNull("first_read_at"),
        SentValue = row.TextOrNull("sent_value") is { } value ? decimal.Parse(value, CultureInfo.InvariantCulture) : null,
        Reversals = row.TextOrNull("reversals") is { } json ? StorageJson.Read<SentReversal[]>(json) : [],
    };
}
