using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed partial class SqlExportRuns(Database database) : IExportRuns
{
    private const string Columns = """
        id, account_id, store_id, number, kind, options, state, problem, cursor, read_to_end, total, read_count, to_send, sent, rejected,
        shop_ms, destination_ms, own_ms, created_at, started_at, finished_at, started_by,
        new_count, held, shop_writes, pages, packages, limit_ms, rest_ms, state_at, worker, resumed_at, resumed_from
        """;

    // Failed can be resumed, so it is not finished. The same list stands in the index export_run_unfinished.
    private const string Unfinished = "('Scheduled', 'Running', 'Paused', 'Failed')";

    private static readonly ExportState[] Finished = [ExportState.Done, ExportState.DoneWithRejects, ExportState.Cancelled, ExportState.Failed];

    public Task<(ExportRun Run, bool Created)> CreateAsync(
        StoreKey store, ExportKind kind, ExportOptions options, string? startedBy, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // The account's row makes two creations at once wait for each other.
            await session.Command(session.ByDialect("SELECT id FROM account WHERE id = @id", "SELECT id FROM account WHERE id = @id FOR UPDATE"))
                .With("id", store.AccountId).NumberAsync();
            if (await FindUnfinishedAsync(session, store, kind) is { } unfinished) return (unfinished, false);
            var id = await session.Command("""
                INSERT INTO export_run (account_id, store_id, number, kind, options, state, read_to_end, read_count, to_send, sent, rejected,
                  shop_ms, destination_ms, own_ms, created_at, started_by)
                SELECT @account_id, @store_id, COALESCE(MAX(number), 0) + 1, @kind, @options, @state, false, 0, 0, 0, 0, 0, 0, 0, @now, @started_by
                FROM export_run WHERE account_id = @account_id AND store_id = @store_id RETURNING id
                """)
                .For(store).With("kind", NameOf(kind)).With("options", StorageJson.Of(options)).With("state", NameOf(ExportState.Scheduled))
                .With("now", database.Clock.GetUtcNow()).With("started_by", startedBy).NumberAsync();
            await StoreWake.SetAsync(session, store);
            return ((await FindAsync(session, store.AccountId, id!.Value))!, true);
        },
        ct);

    public Task<ExportRun?> FindAsync(long accountId, long runId, CancellationToken ct) =>
        database.ReadAsync(session => FindAsync(session, accountId, runId), ct);

    public Task<ExportRun?> FindByNumberAsync(StoreKey store, int number, CancellationToken ct) => database.ReadAsync(
        async session => (await WithDetailsAsync(session, store.AccountId, await session
            .Command($"SELECT {Columns} FROM export_run WHERE account_id = @account_id AND store_id = @store_id AND number = @number")
            .For(store).With("number", number).QueryAsync(Map))).SingleOrDefault(),
        ct);

    public Task<IReadOnlyList<ExportRun>> ListAsync(StoreKey store, int max, CancellationToken ct) => database.ReadAsync(
        async session => await WithDetailsAsync(session, store.AccountId, await session
            .Command($"SELECT {Columns} FROM export_run WHERE account_id = @account_id AND store_id = @store_id ORDER BY number DESC LIMIT @max")
            .For(store).With("max", max).QueryAsync(Map)),
        ct);

    public Task<IReadOnlyList<ExportRun>> OpenAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        async session => await WithDetailsAsync(session, store.AccountId, await session
            .Command($"""
                SELECT {Columns} FROM export_run WHERE account_id = @account_id AND store_id = @store_id AND state IN ('Scheduled', 'Running')
                ORDER BY CASE kind WHEN 'Transactions' THEN 1 ELSE 0 END, id
                """)
            .For(store).QueryAsync(Map)),
        ct);

    public Task<bool> SetStateAsync(
        long accountId, long runId, ExportState state, IReadOnlyCollection<ExportState> allowedFrom, string? problem, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var present = await session.Command(session.ByDialect(
                "SELECT state FROM export_run WHERE account_id = @account_id AND id = @id",
                "SELECT state FROM export_run WHERE account_id = @account_id AND id = @id FOR UPDATE"))
                .With("account_id", accountId).With("id", runId).TextAsync();
            if (present is null || !allowedFrom.Contains(Enum.Parse<ExportState>(present))) return false;
            await session.Command("""
                UPDATE export_run SET state = @state, problem = @problem, state_at = @now,
                  started_at = CASE WHEN @starts THEN COALESCE(started_at, @now) ELSE started_at END,
                  finished_at = CASE WHEN @finishes THEN @now END
                WHERE account_id = @account_id AND id = @id
                """)
                .With("account_id", accountId).With("id", runId).With("state", NameOf(state)).With("problem", problem)
                .With("starts", state == ExportState.Running).With("finishes", Finished.Contains(state)).With("now", database.Clock.GetUtcNow())
                .ExecuteAsync();
            if (Finished.Contains(state)) await WebhookOutbox.ExportFinishedAsync(session, (await FindAsync(session, accountId, runId))!, database.Clock.GetUtcNow());
            return true;
        },
        ct);

    public async Task<long> DropCancelledAsync(StoreLease lease, CancellationToken ct) =>
        await database.ReadAsync(session => DeliveryQueue.HasCancelledAsync(session, lease.Store), ct)
            ? await database.WriteAsync(session => DeliveryQueue.DropCancelledAsync(session, lease), ct) : 0;

    private static async Task<ExportRun?> FindAsync(DbSession session, long accountId, long runId) => (await WithDetailsAsync(session, accountId, await session
        .Command($"SELECT {Columns} FROM export_run WHERE account_id = @account_id AND id = @id")
        .With("account_id", accountId).With("id", runId).QueryAsync(Map))).SingleOrDefault();

    private static async Task<ExportRun?> FindUnfinishedAsync(DbSession session, StoreKey store, ExportKind kind) =>
        (await WithDetailsAsync(session, store.AccountId, await session
            .Command($"SELECT {Columns} FROM export_run WHERE account_id = @account_id AND store_id = @store_id AND kind = @kind AND state IN {Unfinished}")
            .For(store).With("kind", NameOf(kind)).QueryAsync(Map))).SingleOrDefault();

    private static readonly BulkStatement<long> Skips = new BulkStatement<long>(
        "SELECT s.run_id, s.code, s.count FROM {rows} AS r JOIN export_run_skip AS s ON s.account_id = r.account_id AND s.run_id = r.id")
        .Same("account_id").Number("id", id => id);

    private static async Task<IReadOnlyList<ExportRun>> WithDetailsAsync(DbSession session, long accountId, List<ExportRun> runs)
    {
        var skips = (await session.Bulk(Skips, [.. runs.Select(run => run.Id)]).With("account_id", accountId)
            .QueryAsync(row => (Run: row.Number("run_id"), Code: row.Name<ReasonCode>("code"), Count: row.Number("count")))).ToLookup(skip => skip.Run);
        // Only dry runs sum anything up.
        var dry = runs.Where(run => run.Options.DryRun).ToLookup(run => run.Kind == ExportKind.Transactions, run => run.Id);
        var sums = await ExportDetailTables.SumsAsync(session, accountId, [.. dry[true]]);
        var states = await ExportDetailTables.StatesAsync(session, accountId, [.. dry[false]]);
        return [.. runs.Select(run => run with { Skipped = skips[run.Id].ToDictionary(skip => skip.Code, skip => skip.Count), Sums = [.. sums[run.Id]], States = states[run.Id].ToDictionary(found => found.State, found => found.Count) })];
    }

    private static ExportRun Map(Row row) => new()
    {
        Id = row.Number("id"),
        Store = new(row.Number("account_id"), row.Number("store_id")),
        Number = row.Int("number"),
        Kind = row.Name<ExportKind>("kind"),
        Options = StorageJson.Read<ExportOptions>(row.Text("options")),
        State = row.Name<ExportState>("state"),
        Problem = row.TextOrNull("problem"),
        Cursor = row.TextOrNull("cursor") is { } cursor ? new SyncCursor(cursor) : null,
        ReadToEnd = row.Flag("read_to_end"),
        Total = row.NumberOrNull("total"),
        Read = row.Number("read_count"),
        ToSend = row.Number("to_send"),
        Sent = row.Number("sent"),
        Rejected = row.Number("rejected"),
        ShopMilliseconds = row.Number("shop_ms"),
        DestinationMilliseconds = row.Number("destination_ms"),
        OwnMilliseconds = row.Number("own_ms"),
        CreatedAt = row.Time("created_at"),
        StartedAt = row.TimeOrNull("started_at"),
        FinishedAt = row.TimeOrNull("finished_at"),
        StartedBy = row.TextOrNull("started_by"),
        NewToSend = row.Number("new_count"),
        Held = row.Number("held"),
        ShopWrites = row.Number("shop_writes"),
        Pages = row.Number("pages"),
        Packages = row.Number("packages"),
        LimitMilliseconds = row.Number("limit_ms"),
        RestMilliseconds = row.Number("rest_ms"),
        StateAt = row.TimeOrNull("state_at"),
        IsInHand = row.TextOrNull("worker") is not null,
        ResumedAt = row.TimeOrNull("resumed_at"),
        ResumedFrom = row.NumberOrNull("resumed_from"),
    };
}
