using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlDeadLetters(Database database) : IDeadLetters
{
    private const string Rows = "(account_id, id) IN (SELECT r.account_id, r.id FROM {rows} AS r)";

    // Newer data was taken meanwhile, or the person may no longer be sent: what the mirror says wins.
    private static readonly BulkStatement<long> DropContacts = Of($$"""
        DELETE FROM delivery WHERE state = 'Dead' AND kind = 'Contact' AND {{Rows}}
          AND NOT EXISTS (SELECT 1 FROM contact AS c WHERE c.account_id = delivery.account_id AND c.store_id = delivery.store_id
            AND c.email_key = delivery.email_key AND c.outcome = 'Rejected')
        """);

    private static readonly BulkStatement<long> DropEvents = Of($$"""
        DELETE FROM delivery WHERE state = 'Dead' AND kind = 'Event' AND {{Rows}}
          AND (NOT EXISTS (SELECT 1 FROM event_ledger AS l JOIN store AS s ON s.account_id = l.account_id AND s.destination_id = l.destination_id
              WHERE s.account_id = delivery.account_id AND s.id = delivery.store_id AND l.location = delivery.event_location
                AND l.kind = delivery.event_kind AND l.external_id = delivery.event_external_id AND l.state = 'Refused')
            OR event_kind = 'Purchase' AND NOT EXISTS (SELECT 1 FROM shop_order AS o WHERE o.account_id = delivery.account_id
              AND o.store_id = delivery.store_id AND o.source_id = delivery.source_id AND o.outcome = 'Rejected'))
        """);

    private static readonly BulkStatement<long> QueueContacts = Of("""
        UPDATE contact SET outcome = 'Queued' FROM {rows} AS r, delivery AS d WHERE d.account_id = r.account_id AND d.id = r.id AND d.state = 'Dead'
          AND d.kind = 'Contact' AND contact.account_id = d.account_id AND contact.store_id = d.store_id AND contact.email_key = d.email_key
        """);

    private static readonly BulkStatement<long> QueueOrders = Of("""
        UPDATE shop_order SET outcome = 'Queued' FROM {rows} AS r, delivery AS d WHERE d.account_id = r.account_id AND d.id = r.id AND d.state = 'Dead'
          AND d.event_kind = 'Purchase' AND shop_order.account_id = d.account_id AND shop_order.store_id = d.store_id AND shop_order.source_id = d.source_id
        """);

    private static readonly BulkStatement<long> DoubtLedger = Of("""
        UPDATE event_ledger SET state = 'Sent' FROM {rows} AS r, delivery AS d, store AS s
        WHERE d.account_id = r.account_id AND d.id = r.id AND d.state = 'Dead' AND s.account_id = d.account_id AND s.id = d.store_id
          AND event_ledger.account_id = s.account_id AND event_ledger.destination_id = s.destination_id AND event_ledger.location = d.event_location
          AND event_ledger.kind = d.event_kind AND event_ledger.external_id = d.event_external_id
        """);

    // As live traffic: the numbers of the export run that gave it up stay as they are.
    private static readonly BulkStatement<long> Revive = Of($$"""
        UPDATE delivery SET state = CASE WHEN kind = 'Event' OR sent_at IS NOT NULL THEN 'Sent' ELSE 'Pending' END,
          sent_epoch = CASE WHEN kind = 'Event' OR sent_at IS NOT NULL THEN 0 END,
          lane = 0, export_run_id = NULL, counted = false, attempts = 0, not_before = 0, created_at = @now, noticed_at = @now, problem = NULL
        WHERE state = 'Dead' AND {{Rows}}
        """);

    private static readonly BulkStatement<long> DropWriteBacks = Of($$"""
        DELETE FROM write_back WHERE state = 'Dead' AND {{Rows}}
          AND EXISTS (SELECT 1 FROM write_back AS n WHERE n.account_id = write_back.account_id AND n.store_id = write_back.store_id
            AND n.email_key = write_back.email_key AND n.kind = write_back.kind AND n.id > write_back.id)
        """);

    private static readonly BulkStatement<long> ReviveWriteBacks = Of($$"""
        UPDATE write_back SET state = 'Pending', attempts = 0, not_before = 0, created_at = @now, problem = NULL WHERE state = 'Dead' AND {{Rows}}
        """);

    public async Task<IReadOnlyList<DeadLetter>> ListAsync(long accountId, long? storeId, int max, CancellationToken ct) => await database.ReadAsync(
        async session =>
        {
            var deliveries = await session.Command("""
                SELECT id, store_id, CASE kind WHEN 'Contact' THEN 'Contact' ELSE 'Event' END AS kind, source_id, email_key, problem, attempts, created_at FROM delivery
                WHERE account_id = @account_id AND state = 'Dead' AND (@store_id IS NULL OR store_id = @store_id) ORDER BY id DESC LIMIT @max
                """).With("account_id", accountId).With("store_id", storeId).With("max", max)
                .QueryAsync(row => Map(row, accountId, row.Name<DeadLetterKind>("kind"), row.Text("source_id")));
            var writeBacks = await session.Command("""
                SELECT id, store_id, email_key, problem, attempts, created_at FROM write_back
                WHERE account_id = @account_id AND state = 'Dead' AND (@store_id IS NULL OR store_id = @store_id) ORDER BY id DESC LIMIT @max
                """).With("account_id", accountId).With("store_id", storeId).With("max", max)
                .QueryAsync(row => Map(row, accountId, DeadLetterKind.WriteBack, row.Text("email_key")));
            return deliveries.Concat(writeBacks).OrderByDescending(letter => letter.CreatedAt).Take(max).ToList();
        },
        ct);

    public Task<IReadOnlyList<long>> DeliveriesAsync(long accountId, long? storeId, long before, int max, CancellationToken ct)
        => IdsAsync("delivery", accountId, storeId, before, max, ct);

    public Task<IReadOnlyList<long>> WriteBacksAsync(long accountId, long? storeId, long before, int max, CancellationToken ct)
        => IdsAsync("write_back", accountId, storeId, before, max, ct);

    public async Task<IReadOnlyList<QueueNumbers>> QueuesAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT s.id,
              (SELECT count(*) FROM delivery AS d WHERE d.account_id = s.account_id AND d.store_id = s.id AND d.state <> 'Dead' AND d.state = 'Pending') AS waiting,
              (SELECT count(*) FROM delivery AS d WHERE d.account_id = s.account_id AND d.store_id = s.id AND d.state <> 'Dead' AND d.state = 'Sent') AS in_doubt,
              (SELECT count(*) FROM write_back AS w WHERE w.account_id = s.account_id AND w.store_id = s.id AND w.state = 'Pending') AS to_shop,
              (SELECT count(*) FROM delivery AS d WHERE d.account_id = s.account_id AND d.store_id = s.id AND d.state = 'Dead')
                + (SELECT count(*) FROM write_back AS w WHERE w.account_id = s.account_id AND w.store_id = s.id AND w.state = 'Dead') AS dead,
              (SELECT min(w.put_back_field) FROM write_back AS w WHERE w.account_id = s.account_id AND w.store_id = s.id AND w.state = 'Dead') AS put_back_field,
              (SELECT min(d.created_at) FROM delivery AS d WHERE d.account_id = s.account_id AND d.store_id = s.id AND d.lane = 0 AND d.state <> 'Dead') AS oldest,
              (SELECT min(w.created_at) FROM write_back AS w WHERE w.account_id = s.account_id AND w.store_id = s.id AND w.state = 'Pending' AND w.kind <> 'Tags') AS write_oldest,
              (SELECT min(e.made_at) FROM contact_edit AS e WHERE e.account_id = s.account_id AND e.store_id = s.id) AS edit_oldest
            FROM store AS s WHERE s.account_id = @account_id ORDER BY s.number
            """).With("account_id", accountId)
            .QueryAsync(row => new QueueNumbers(
                new(accountId, row.Number("id")), row.Number("waiting"), row.Number("in_doubt"), row.Number("to_shop"), row.Number("dead"), row.TimeOrNull("oldest"))
            {
                PutBackField = row.TextOrNull("put_back_field"),
                ToShopOldestAt = Earlier(row.TimeOrNull("write_oldest"), row.TimeOrNull("edit_oldest")),
            }),
        ct);

    public Task<ReplayResult> ReplayDeliveriesAsync(long accountId, IReadOnlyList<long> deliveryIds, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            BulkCommand<long> Run(BulkStatement<long> statement) => session.Bulk(statement, deliveryIds).With("account_id", accountId);
            var superseded = await Run(DropContacts).ExecuteAsync() + await Run(DropEvents).ExecuteAsync();
            await Run(QueueContacts).ExecuteAsync();
            await Run(QueueOrders).ExecuteAsync();
            await Run(DoubtLedger).ExecuteAsync();
            var replayed = await Run(Revive).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            await WakeAsync(session, accountId);
            return new ReplayResult(replayed, superseded);
        },
        ct);

    public Task<ReplayResult> ReplayWriteBacksAsync(long accountId, IReadOnlyList<long> writeBackIds, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var superseded = await session.Bulk(DropWriteBacks, writeBackIds).With("account_id", accountId).ExecuteAsync();
            var replayed = await session.Bulk(ReviveWriteBacks, writeBackIds).With("account_id", accountId).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            await WakeAsync(session, accountId);
            return new ReplayResult(replayed, superseded);
        },
        ct);

    private async Task<IReadOnlyList<long>> IdsAsync(string table, long accountId, long? storeId, long before, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT id FROM {table} WHERE account_id = @account_id AND state = 'Dead' AND (@store_id IS NULL OR store_id = @store_id) AND id < @before
            ORDER BY id DESC LIMIT @max
            """).With("account_id", accountId).With("store_id", storeId).With("before", before).With("max", max).QueryAsync(row => row.Number("id")),
        ct);

    private static Task<int> WakeAsync(DbSession session, long accountId) => session.Command("""
        INSERT INTO store_wake (account_id, store_id) SELECT account_id, id FROM store WHERE account_id = @account_id AND state = 'Active' ON CONFLICT DO NOTHING
        """).With("account_id", accountId).ExecuteAsync();

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static BulkStatement<long> Of(string sql) => new BulkStatement<long>(sql).Same("account_id").Number("id", id => id);

    private static DeadLetter Map(Row row, long accountId, DeadLetterKind kind, string sourceId) => new(
        new(accountId, row.Number("store_id")), kind, row.Number("id"), sourceId, row.Text("email_key"), row.TextOrNull("problem"), row.Int("attempts"),
        row.Time("created_at"));
}
