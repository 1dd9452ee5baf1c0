using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlWebhookStates(Database database) : IWebhookStates
{
    public Task<WebhookHealth?> FindAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command("""
            SELECT active, address, repaired, checked_at, last_seen_at FROM webhook_state WHERE account_id = @account_id AND store_id = @store_id
            """).For(store).FirstOrDefaultAsync(row => new WebhookHealth(
                row.Flag("active"), row.TextOrNull("address") is { } address ? new Uri(address) : null, row.Number("repaired"), row.TimeOrNull("checked_at"),
                row.TimeOrNull("last_seen_at"))),
        ct);

    public Task CheckedAsync(StoreLease lease, bool active, int repaired, Uri address, CancellationToken ct) => WriteAsync(
        lease,
        session => session.Command("""
            INSERT INTO webhook_state (account_id, store_id, active, address, repaired, checked_at)
            VALUES (@account_id, @store_id, @active, @address, 0, @now)
            ON CONFLICT (account_id, store_id) DO UPDATE SET active = excluded.active, address = excluded.address,
              repaired = webhook_state.repaired + @repaired, checked_at = excluded.checked_at
            """)
            .For(lease.Store).With("active", active).With("address", address.AbsoluteUri).With("repaired", repaired).With("now", database.Clock.GetUtcNow()),
        ct);

    public Task SeenAsync(StoreLease lease, DateTimeOffset receivedAt, CancellationToken ct) => WriteAsync(
        lease,
        session => session.Command("""
            INSERT INTO webhook_state (account_id, store_id, active, repaired, last_seen_at) VALUES (@account_id, @store_id, true, 0, @at)
            ON CONFLICT (account_id, store_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
            """)
            .For(lease.Store).With("at", receivedAt),
        ct);

    public Task LostAsync(StoreLease lease, DateOnly day, int count, CancellationToken ct) => WriteAsync(
        lease,
        session => session.Command("""
            INSERT INTO webhook_lost (account_id, store_id, day, count) VALUES (@account_id, @store_id, @day, @count)
            ON CONFLICT (account_id, store_id, day) DO UPDATE SET count = webhook_lost.count + excluded.count
            """)
            .For(lease.Store).With("day", day.DayNumber).With("count", count),
        ct);

    public async Task<IReadOnlyDictionary<StoreKey, long>> LostSinceAsync(long accountId, DateOnly day, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("""
            SELECT store_id, CAST(sum(count) AS BIGINT) AS lost FROM webhook_lost WHERE account_id = @account_id AND day >= @day GROUP BY store_id
            """)
            .With("account_id", accountId).With("day", day.DayNumber)
            .QueryAsync(row => (Store: new StoreKey(accountId, row.Number("store_id")), Lost: row.Number("lost"))),
        ct)).ToDictionary(row => row.Store, row => row.Lost);

    private Task WriteAsync(StoreLease lease, Func<DbSession, Statement> statement, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await statement(session).ExecuteAsync();
        },
        ct);
}
