using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlSystemState(Database database) : ISystemState
{
    private const long Minute = 60 * 1000;
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private static readonly BulkStatement<ApiUse> AddUse = new BulkStatement<ApiUse>("""
        INSERT INTO api_use (account_id, subject, minute, requests) SELECT r.account_id, r.subject, @minute, r.requests FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, subject, minute) DO UPDATE SET requests = api_use.requests + excluded.requests
        """)
        .Number("account_id", use => use.AccountId)
        .Text("subject", use => use.Subject)
        .Number("requests", use => use.Requests);

    public Task<DatabaseFacts> DatabaseAsync(CancellationToken ct) => database.ReadAsync(
        async session => new DatabaseFacts(
            session.ByDialect("SQLite", "PostgreSQL"),
            (await session.Command(session.ByDialect(
                "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()", "SELECT pg_database_size(current_database()) AS bytes")).NumberAsync())!.Value),
        ct);

    public async Task<DateTimeOffset> ClockAsync(CancellationToken ct) => database.Dialect == Dialect.Sqlite
        ? database.Clock.GetUtcNow()
        : DateTimeOffset.FromUnixTimeMilliseconds((await database.ReadAsync(
            session => session.Command("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now").NumberAsync(), ct))!.Value);

    public Task SeeAsync(NodeFacts node, IReadOnlyList<ApiUse> used, bool isAlone, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("""
                INSERT INTO node (name, version, roles, started_at, seen_at, clock_ahead) VALUES (@name, @version, @roles, @started, @seen, @ahead)
                ON CONFLICT (name) DO UPDATE SET version = excluded.version, roles = excluded.roles, started_at = excluded.started_at, seen_at = excluded.seen_at,
                  clock_ahead = excluded.clock_ahead
                """)
                .With("name", node.Name).With("version", node.Version).With("roles", node.Roles).With("started", node.StartedAt).With("seen", node.SeenAt)
                .With("ahead", (long)node.ClockAhead.TotalMilliseconds).ExecuteAsync();
            await session.Command("DELETE FROM node WHERE name <> @name AND (@alone OR seen_at < @before)")
                .With("name", node.Name).With("alone", isAlone).With("before", node.SeenAt - Forgotten).ExecuteAsync();
            await session.Bulk(AddUse, used).With("minute", MinuteOf(node.SeenAt)).ExecuteAsync();
            await session.Command("DELETE FROM api_use WHERE minute < @before").With("before", MinuteOf(node.SeenAt - Forgotten)).ExecuteAsync();
        },
        ct);

    public Task LeaveAsync(string node, CancellationToken ct) =>
        database.WriteAsync(session => session.Command("DELETE FROM node WHERE name = @name").With("name", node).ExecuteAsync(), ct);

    public async Task<IReadOnlyList<NodeFacts>> NodesAsync(CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT name, version, roles, started_at, seen_at, clock_ahead FROM node WHERE seen_at >= @since ORDER BY name")
            .With("since", database.Clock.GetUtcNow() - Forgotten)
            .QueryAsync(row => new NodeFacts(
                row.Text("name"), row.Text("version"), row.Text("roles"), row.Time("started_at"), row.Time("seen_at"), TimeSpan.FromMilliseconds(row.Number("clock_ahead")))),
        ct);

    public async Task<IReadOnlyDictionary<string, long>> UseAsync(long accountId, DateTimeOffset minute, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("SELECT subject, requests FROM api_use WHERE account_id = @account_id AND minute = @minute")
            .With("account_id", accountId).With("minute", MinuteOf(minute)).QueryAsync(row => (Subject: row.Text("subject"), Requests: row.Number("requests"))),
        ct)).ToDictionary(row => row.Subject, row => row.Requests, StringComparer.Ordinal);

    private static long MinuteOf(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / Minute;
}
