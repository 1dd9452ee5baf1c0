using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <content>What a run's pages ask besides its row.</content>
internal sealed partial class SqlExportRuns
{
    private const string RejectColumns = "id, source_id, email, field, code, value, first_seen, attempts";

    public async Task<IReadOnlyList<RejectedRow>> RejectedAsync(long accountId, long runId, long afterId, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {RejectColumns} FROM export_reject
            WHERE account_id = @account_id AND run_id = @run_id AND id > @after ORDER BY id LIMIT @max
            """)
            .With("account_id", accountId).With("run_id", runId).With("after", afterId).With("max", max).QueryAsync(row => MapReject(row, runId)),
        ct);

    public async Task<IReadOnlyList<RejectedRow>> RejectedAsync(long accountId, long runId, ReasonCode code, long afterId, int max, CancellationToken ct) =>
        await database.ReadAsync(
            session => session.Command($"""
                SELECT {RejectColumns} FROM export_reject
                WHERE account_id = @account_id AND run_id = @run_id AND code = @code AND id > @after ORDER BY id LIMIT @max
                """)
                .With("account_id", accountId).With("run_id", runId).With("code", NameOf(code)).With("after", afterId).With("max", max)
                .QueryAsync(row => MapReject(row, runId)),
            ct);

    public Task<RejectedRow?> FindRejectedAsync(long accountId, long runId, long rejectedId, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {RejectColumns} FROM export_reject WHERE account_id = @account_id AND run_id = @run_id AND id = @id")
            .With("account_id", accountId).With("run_id", runId).With("id", rejectedId).FirstOrDefaultAsync(row => MapReject(row, runId)),
        ct);

    public async Task<IReadOnlyDictionary<ReasonCode, long>> RejectCountsAsync(long accountId, long runId, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("SELECT code, count(*) AS count FROM export_reject WHERE account_id = @account_id AND run_id = @run_id GROUP BY code")
            .With("account_id", accountId).With("run_id", runId).QueryAsync(row => (Code: row.Name<ReasonCode>("code"), Count: row.Number("count"))),
        ct)).ToDictionary(counted => counted.Code, counted => counted.Count);

    public async Task<IReadOnlyList<PreviewRow>> PreviewRowsAsync(long accountId, long runId, PreviewList list, long afterId, int max, CancellationToken ct) =>
        await database.ReadAsync(session => ExportDetailTables.RowsAsync(session, accountId, runId, list, afterId, max), ct);

    public async Task<IReadOnlyList<PreviewRow>> SamplesAsync(long accountId, long runId, CancellationToken ct) =>
        await database.ReadAsync(session => ExportDetailTables.SamplesAsync(session, accountId, runId), ct);

    public async Task<IReadOnlyList<ExportPace>> PaceAsync(long accountId, long runId, DateTimeOffset since, CancellationToken ct) =>
        await database.ReadAsync(session => ExportDetailTables.PaceAsync(session, accountId, runId, since), ct);

    public Task<ExportRun?> LastDoneAsync(StoreKey store, ExportKind kind, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            // Whether it was dry stands in the options; a store has few runs.
            var done = await session.Command($"""
                SELECT {Columns} FROM export_run WHERE account_id = @account_id AND store_id = @store_id AND kind = @kind AND state IN ('Done', 'DoneWithRejects')
                ORDER BY number DESC
                """).For(store).With("kind", NameOf(kind)).QueryAsync(Map);
            var last = done.FirstOrDefault(run => run.Options is { DryRun: false, RetryOf: null });
            return last is null ? null : (await WithDetailsAsync(session, store.AccountId, [last])).Single();
        },
        ct);

    public Task WorkOnAsync(StoreLease lease, long runId, string process, bool tellsRestart, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                UPDATE export_run SET worker = @worker,
                  resumed_at = CASE WHEN @tells AND worker IS NOT NULL THEN @now ELSE resumed_at END,
                  resumed_from = CASE WHEN @tells AND worker IS NOT NULL THEN read_count ELSE resumed_from END
                WHERE account_id = @account_id AND store_id = @store_id AND id = @id AND (worker IS NULL OR worker <> @worker)
                """)
                .For(lease.Store).With("id", runId).With("worker", process).With("tells", tellsRestart).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
        },
        ct);

    public Task LeaveStoppedAsync(StoreLease lease, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                UPDATE export_run SET worker = NULL
                WHERE account_id = @account_id AND store_id = @store_id AND worker IS NOT NULL AND state NOT IN ('Scheduled', 'Running')
                """).For(lease.Store).ExecuteAsync();
        },
        ct);

    private static RejectedRow MapReject(Row row, long runId) => new(
        row.Number("id"), runId, row.Text("source_id"), row.TextOrNull("email"), row.Text("field"), row.Name<ReasonCode>("code"),
        row.TextOrNull("value"), row.Time("first_seen"), row.Int("attempts"));
}

internal sealed class SqlExportNotices(Database database, IExportRuns runs) : IExportNotices
{
    public Task AskAsync(ExportRun run, string email, string language, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            INSERT INTO export_notice (account_id, run_id, email, language) VALUES (@account_id, @run_id, @email, @language) ON CONFLICT DO NOTHING
            """)
            .With("account_id", run.Store.AccountId).With("run_id", run.Id).With("email", email).With("language", language).ExecuteAsync(),
        ct);

    public async Task<IReadOnlyList<ExportNotice>> DueAsync(int max, CancellationToken ct)
    {
        var due = await database.ReadAsync(
            session => session.Command("""
                SELECT n.account_id, n.run_id, n.email, n.language FROM export_notice AS n
                JOIN export_run AS e ON e.account_id = n.account_id AND e.id = n.run_id AND e.state IN ('Done', 'DoneWithRejects', 'Cancelled', 'Failed')
                ORDER BY n.account_id, n.run_id LIMIT @max
                """)
                .With("max", max).QueryAsync(row => (Account: row.Number("account_id"), Run: row.Number("run_id"), Email: row.Text("email"), Language: row.Text("language"))),
            ct);
        var notices = new List<ExportNotice>(due.Count);
        foreach (var one in due)
        {
            if (await runs.FindAsync(one.Account, one.Run, ct) is { } run) notices.Add(new ExportNotice(run, one.Email, one.Language));
        }
        return notices;
    }

    public Task RemoveAsync(ExportNotice notice, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM export_notice WHERE account_id = @account_id AND run_id = @run_id")
            .With("account_id", notice.Run.Store.AccountId).With("run_id", notice.Run.Id).ExecuteAsync(),
        ct);
}
