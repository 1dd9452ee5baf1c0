using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>The outbox as a queue: live traffic in lane 0, each export run in a lane of its own.</summary>
internal static class DeliveryQueue
{
    public const long LiveLane = 0;

    // "LIMIT 1 OFFSET 0" keeps PostgreSQL asking for each row by the index; else it may read the whole table once more.
    // A contact goes at once; an event only when no older row of its contact waits anywhere. A row sent by this very run is not
    // in doubt but under way; one sent by an earlier run is. What says how things stand now (a contact, an event's newest form) never overtakes
    // an older word about the same person that was put off: the older would be the last then.
    private const string NextInLane = """
        SELECT id, kind, state, email_key, source_id, payload, event_kind, event_external_id, event_location, export_run_id, counted, attempts, created_at, noticed_at,
          sent_at, problem
        FROM delivery AS d
        WHERE account_id = @account_id AND store_id = @store_id AND lane = @lane AND state <> 'Dead' AND not_before <= @now
          AND (state = 'Sent' AND sent_epoch < @epoch AND NOT (@only_in_doubt AND kind = 'Contact') OR state = 'Pending' AND NOT @only_in_doubt)
          AND (kind = 'Contact' OR NOT EXISTS (
            SELECT 1 FROM delivery AS c WHERE c.account_id = d.account_id AND c.store_id = d.store_id AND c.email_key = d.email_key
              AND c.kind = 'Contact' AND c.state <> 'Dead' AND c.id < d.id LIMIT 1 OFFSET 0))
          AND (kind <> 'Contact' OR NOT EXISTS (
            SELECT 1 FROM delivery AS o WHERE o.account_id = d.account_id AND o.store_id = d.store_id AND o.email_key = d.email_key
              AND o.kind = 'Contact' AND o.state <> 'Dead' AND o.id < d.id AND o.lane = d.lane AND o.not_before > @now LIMIT 1 OFFSET 0))
          AND (kind NOT IN ('EventUpdate', 'EventWithdrawal') OR NOT EXISTS (
            SELECT 1 FROM delivery AS o WHERE o.account_id = d.account_id AND o.store_id = d.store_id AND o.email_key = d.email_key
              AND o.kind IN ('EventUpdate', 'EventWithdrawal') AND o.state <> 'Dead' AND o.id < d.id AND o.lane = d.lane AND o.not_before > @now LIMIT 1 OFFSET 0))
        ORDER BY id LIMIT @max
        """;

    private static readonly BulkStatement<long> MarkSent = new BulkStatement<long>("""
        UPDATE delivery SET state = 'Sent', sent_epoch = @epoch, sent_at = COALESCE(sent_at, @now) FROM {rows} AS r
        WHERE delivery.account_id = r.account_id AND delivery.store_id = r.store_id AND delivery.id = r.id
        """)
        .PerStore()
        .Number("id", id => id);

    private static readonly BulkStatement<long> MarkLedgerSent = new BulkStatement<long>("""
        UPDATE event_ledger SET state = 'Sent', sent_at = @now FROM {rows} AS r, delivery AS d
        WHERE d.account_id = r.account_id AND d.store_id = r.store_id AND d.id = r.id
          AND event_ledger.account_id = d.account_id AND event_ledger.destination_id = @destination_id AND event_ledger.location = d.event_location
          AND event_ledger.kind = d.event_kind AND event_ledger.external_id = d.event_external_id
        """)
        .PerStore()
        .Number("id", id => id);

    public static async Task<IReadOnlyList<Delivery>> NextAsync(DbSession session, StoreLease lease, DateTimeOffset now, int max)
    {
        var next = await ReadLaneAsync(session, lease, LiveLane, onlyInDoubt: false, now, max);
        if (next.Count == max) return next;
        foreach (var (run, state) in await ReadLanesAsync(session, lease.Store))
        {
            if (state is ExportState.Paused or ExportState.Failed) continue;
            // Of a cancelled run only what is in doubt is looked after.
            next.AddRange(await ReadLaneAsync(session, lease, run, onlyInDoubt: state == ExportState.Cancelled, now, max - next.Count));
            if (next.Count == max) break;
        }
        return next;
    }

    public static async Task MarkSentAsync(DbSession session, StoreLease lease, IReadOnlyList<long> ids, DateTimeOffset now)
    {
        await StoreFence.HoldAsync(session, lease);
        await session.Bulk(MarkSent, ids).For(lease.Store).With("epoch", lease.Epoch).With("now", now).ExecuteAsync();
        await session.Bulk(MarkLedgerSent, ids).For(lease.Store).With("destination_id", lease.DestinationId).With("now", now).ExecuteAsync();
    }

    public static async Task<long> WaitingAsync(DbSession session, StoreKey store, long? exportRunId)
    {
        var statement = exportRunId is { } run
            ? session.Command("""
                SELECT (SELECT count(*) FROM delivery WHERE account_id = @account_id AND store_id = @store_id AND lane = @run AND state <> 'Dead')
                  + (SELECT count(*) FROM delivery WHERE account_id = @account_id AND store_id = @store_id AND lane = 0 AND state <> 'Dead' AND export_run_id = @run)
                """).With("run", run)
            : session.Command("SELECT count(*) FROM delivery WHERE account_id = @account_id AND store_id = @store_id AND state <> 'Dead'");
        return (await statement.For(store).NumberAsync())!.Value;
    }

    public static async Task<bool> HasCancelledAsync(DbSession session, StoreKey store) =>
        (await ReadLanesAsync(session, store)).Exists(lane => lane.State == ExportState.Cancelled);

    /// <summary>Takes the unsent rows of cancelled runs out of the queue, and forgets that they were owed, so that a later export sends them.</summary>
    public static async Task<long> DropCancelledAsync(DbSession session, StoreLease lease)
    {
        await StoreFence.HoldAsync(session, lease);
        var removed = 0;
        foreach (var (run, state) in await ReadLanesAsync(session, lease.Store))
            if (state == ExportState.Cancelled) removed += await DropAsync(session, lease, run);
        return removed;
    }

    private static async Task<int> DropAsync(DbSession session, StoreLease lease, long runId)
    {
        // A contact that may have arrived can be sent again by a later export; an event must first be known.
        const string pending = "account_id = @account_id AND store_id = @store_id AND lane = @run AND (state = 'Pending' OR state = 'Sent' AND kind = 'Contact')";
        Statement OfRun(string sql) => session.Command(sql).For(lease.Store).With("run", runId);
        await OfRun($"""
            DELETE FROM event_ledger WHERE account_id = @account_id AND destination_id = @destination_id AND (location, kind, external_id) IN (
              SELECT event_location, event_kind, event_external_id FROM delivery WHERE {pending} AND kind = 'Event')
            """).With("destination_id", lease.DestinationId).ExecuteAsync();
        await OfRun($"""
            UPDATE shop_order SET outcome = 'Withheld', code = 'ExportCancelled'
            WHERE account_id = @account_id AND store_id = @store_id AND outcome = 'Queued' AND source_id IN (
              SELECT source_id FROM delivery WHERE {pending} AND event_kind = 'Purchase')
            """).ExecuteAsync();
        // What was owed of reversals is worked out anew; the ledger drops what was sent.
        await OfRun($"""
            UPDATE shop_order SET reversals = NULL WHERE account_id = @account_id AND store_id = @store_id AND source_id IN (
              SELECT source_id FROM delivery WHERE {pending} AND event_kind IN ('Cancellation', 'Return'))
            """).ExecuteAsync();
        await OfRun($"""
            UPDATE contact SET outcome = 'Withheld', code = 'ExportCancelled', wanted_hash = NULL, wanted_tags = '[]'
            WHERE account_id = @account_id AND store_id = @store_id AND outcome = 'Queued' AND email_key IN (
              SELECT email_key FROM delivery WHERE {pending} AND kind = 'Contact')
            """).ExecuteAsync();
        return await OfRun($"DELETE FROM delivery WHERE {pending}").ExecuteAsync();
    }

    // Contacts before transactions, older runs before newer.
    private static Task<List<(long Run, ExportState State)>> ReadLanesAsync(DbSession session, StoreKey store) => session.Command("""
        SELECT id, state FROM export_run AS e WHERE account_id = @account_id AND store_id = @store_id AND EXISTS (
          SELECT 1 FROM delivery AS d WHERE d.account_id = e.account_id AND d.store_id = e.store_id AND d.lane = e.id AND d.state <> 'Dead' LIMIT 1 OFFSET 0)
        ORDER BY CASE kind WHEN 'Contacts' THEN 0 ELSE 1 END, id
        """).For(store).QueryAsync(row => (row.Number("id"), row.Name<ExportState>("state")));

    private static Task<List<Delivery>> ReadLaneAsync(DbSession session, StoreLease lease, long lane, bool onlyInDoubt, DateTimeOffset now, int max) => session
        .Command(NextInLane).For(lease.Store).With("lane", lane).With("now", now).With("epoch", lease.Epoch).With("only_in_doubt", onlyInDoubt).With("max", max)
        .QueryAsync(Map);

    private static Delivery Map(Row row) => new()
    {
        Id = row.Number("id"),
        Kind = row.Name<DeliveryKind>("kind"),
        State = row.Name<DeliveryState>("state"),
        EmailKey = row.Text("email_key"),
        SourceId = row.Text("source_id"),
        Payload = row.Text("payload"),
        Event = row.TextOrNull("event_kind") is null
            ? null
            : new EventIdentity(row.Name<OutgoingEventKind>("event_kind"), row.Text("event_external_id"), row.Text("event_location")),
        ExportRunId = row.NumberOrNull("export_run_id"),
        Counted = row.Flag("counted"),
        Attempts = row.Int("attempts"),
        CreatedAt = row.Time("created_at"),
        NoticedAt = row.TimeOrNull("noticed_at"),
        SentAt = row.TimeOrNull("sent_at"),
        Problem = row.TextOrNull("problem"),
    };
}
