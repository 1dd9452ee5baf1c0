using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlStorePaces(Database database) : IStorePaces
{
    public async Task<PaceState> ReadAsync(StoreKey store, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT waiting_reason, waiting_until, waiting_since, budget_window, budget_spent FROM store_pace WHERE account_id = @account_id AND store_id = @store_id
            """).For(store).FirstOrDefaultAsync(row => new PaceState(
                row.TextOrNull("waiting_reason") is null ? null : new Waiting(row.Name<WaitReason>("waiting_reason"), row.Time("waiting_until")) { Since = row.TimeOrNull("waiting_since") },
                row.TimeOrNull("budget_window") is { } window ? new BudgetSpent(window, row.Number("budget_spent")) : null)),
        ct) ?? new PaceState(null, null);

    public Task WriteAsync(StoreLease lease, PaceState state, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                INSERT INTO store_pace (account_id, store_id, waiting_reason, waiting_until, waiting_since, budget_window, budget_spent)
                VALUES (@account_id, @store_id, @reason, @until, CASE WHEN @reason IS NULL THEN NULL ELSE @now END, @window, @spent)
                ON CONFLICT (account_id, store_id) DO UPDATE SET waiting_reason = excluded.waiting_reason, waiting_until = excluded.waiting_until,
                  waiting_since = CASE WHEN store_pace.waiting_reason = excluded.waiting_reason THEN store_pace.waiting_since ELSE excluded.waiting_since END,
                  budget_window = excluded.budget_window, budget_spent = excluded.budget_spent
                """)
                .For(lease.Store).With("reason", state.Waiting is { } waiting ? NameOf(waiting.Reason) : null).With("until", state.Waiting?.Until)
                .With("now", database.Clock.GetUtcNow())
                .With("window", state.Spent?.Window).With("spent", state.Spent?.Records).ExecuteAsync();
        },
        ct);

    public async Task<IReadOnlyDictionary<StoreKey, Waiting>> WaitingAsync(long accountId, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("""
            SELECT p.store_id, p.waiting_reason, p.waiting_until, p.waiting_since FROM store_pace AS p
            JOIN store AS s ON s.account_id = p.account_id AND s.id = p.store_id
            WHERE p.account_id = @account_id AND p.waiting_until > @now AND s.state = 'Active'
            """)
            .With("account_id", accountId).With("now", database.Clock.GetUtcNow())
            .QueryAsync(row => (
                Store: new StoreKey(accountId, row.Number("store_id")), Waiting: new Waiting(row.Name<WaitReason>("waiting_reason"), row.Time("waiting_until"))
                { Since = row.TimeOrNull("waiting_since") })),
        ct)).ToDictionary(row => row.Store, row => row.Waiting);

    public Task<IReadOnlyDictionary<StoreKey, DateTimeOffset>> SilentSinceAsync(long accountId, CancellationToken ct) => SinceAsync(accountId, WaitReason.ShopFails, ct);

    public Task<IReadOnlyDictionary<StoreKey, DateTimeOffset>> PartFailsSinceAsync(long accountId, CancellationToken ct) => SinceAsync(accountId, WaitReason.PartFails, ct);

    private async Task<IReadOnlyDictionary<StoreKey, DateTimeOffset>> SinceAsync(long accountId, WaitReason reason, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("""
            SELECT p.store_id, p.waiting_since FROM store_pace AS p JOIN store AS s ON s.account_id = p.account_id AND s.id = p.store_id
            WHERE p.account_id = @account_id AND p.waiting_reason = @reason AND p.waiting_since IS NOT NULL AND s.state = 'Active'
            """)
            .With("account_id", accountId).With("reason", NameOf(reason))
            .QueryAsync(row => (Store: new StoreKey(accountId, row.Number("store_id")), Since: row.Time("waiting_since"))),
        ct)).ToDictionary(row => row.Store, row => row.Since);
}
