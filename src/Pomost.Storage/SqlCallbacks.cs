using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlCallbacks(Database database) : ICallbacks
{
    private const long EveryStore = 0;
    private const long Hour = 60 * 60 * 1000;

    public Task<CallbackAddress> EnsureAsync(CallbackAddress made, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("""
                INSERT INTO callback_address (account_id, store_id, token, protected_secret, created_at)
                VALUES (@account_id, @store_id, @token, @protected_secret, @now) ON CONFLICT DO NOTHING
                """)
                .With("account_id", made.AccountId).With("store_id", made.StoreId ?? EveryStore).With("token", made.Token)
                .With("protected_secret", made.ProtectedSecret).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            return (await session.Command("""
                SELECT account_id, store_id, token, protected_secret FROM callback_address WHERE account_id = @account_id AND store_id = @store_id
                """).With("account_id", made.AccountId).With("store_id", made.StoreId ?? EveryStore).FirstOrDefaultAsync(Map))!;
        },
        ct);

    public Task RotateAsync(CallbackAddress made, DateTimeOffset knownUntil, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            Statement OfAddress(string sql) => session.Command(sql).With("account_id", made.AccountId).With("store_id", made.StoreId ?? EveryStore)
                .With("token", made.Token).With("protected_secret", made.ProtectedSecret).With("now", database.Clock.GetUtcNow()).With("until", knownUntil);
            await OfAddress("DELETE FROM callback_address_before WHERE account_id = @account_id AND store_id = @store_id AND known_until <= @now").ExecuteAsync();
            await OfAddress("""
                INSERT INTO callback_address_before (account_id, store_id, token, protected_secret, known_until)
                SELECT account_id, store_id, token, protected_secret, @until FROM callback_address WHERE account_id = @account_id AND store_id = @store_id
                """).ExecuteAsync();
            await OfAddress("""
                INSERT INTO callback_address (account_id, store_id, token, protected_secret, created_at)
                VALUES (@account_id, @store_id, @token, @protected_secret, @now) ON CONFLICT (account_id, store_id)
                DO UPDATE SET token = excluded.token, protected_secret = excluded.protected_secret, created_at = excluded.created_at
                """).ExecuteAsync();
        },
        ct);

    public Task<CallbackAddress?> FindAsync(string token, CancellationToken ct) => database.ReadAsync(
        session => session.Command("""
            SELECT account_id, store_id, token, protected_secret FROM callback_address WHERE token = @token
            UNION ALL
            SELECT account_id, store_id, token, protected_secret FROM callback_address_before WHERE token = @token AND known_until > @now
            """)
            .With("token", token).With("now", database.Clock.GetUtcNow()).FirstOrDefaultAsync(Map),
        ct);

    public Task<IReadOnlyList<StoreKey>> TakeAsync(CallbackAddress address, string emailKey, ConsentState claimed, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var stores = await session.Command("""
                INSERT INTO card_hint (account_id, store_id, email_key, source, claimed_state, received_at, attempts, not_before)
                SELECT c.account_id, c.store_id, c.email_key, 'Callback', @claimed, @now, 0, 0 FROM contact AS c
                JOIN store AS s ON s.account_id = c.account_id AND s.id = c.store_id
                WHERE c.account_id = @account_id AND c.email_key = @email_key AND (@store_id = 0 OR c.store_id = @store_id)
                RETURNING store_id
                """)
                .With("account_id", address.AccountId).With("store_id", address.StoreId ?? EveryStore).With("email_key", emailKey)
                .With("claimed", NameOf(claimed)).With("now", database.Clock.GetUtcNow())
                .QueryAsync(row => new StoreKey(address.AccountId, row.Number("store_id")));
            foreach (var store in stores) await StoreWake.SetAsync(session, store);
            await CountAsync(session, address, claimed, stores.Count == 0 ? CallbackOutcome.UnknownAddress : CallbackOutcome.Taken);
            return (IReadOnlyList<StoreKey>)stores;
        },
        ct);

    public Task CountAsync(CallbackAddress address, ConsentState claimed, CallbackOutcome outcome, CancellationToken ct) =>
        database.WriteAsync(session => CountAsync(session, address, claimed, outcome), ct);

    public async Task<IReadOnlyList<LastCallback>> LastAsync(long accountId, long? storeId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT claimed_state, outcome, last_at FROM callback_last WHERE account_id = @account_id AND store_id = @store_id ORDER BY claimed_state")
            .With("account_id", accountId).With("store_id", storeId ?? EveryStore)
            .QueryAsync(row => new LastCallback(row.Name<ConsentState>("claimed_state"), row.Name<CallbackOutcome>("outcome"), row.Time("last_at"))),
        ct);

    public async Task<IReadOnlyList<CallbackCount>> CountsAsync(long accountId, DateTimeOffset since, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT store_id, outcome, sum(count) AS count, max(last_at) AS last_at FROM callback_count
            WHERE account_id = @account_id AND hour >= @hour GROUP BY store_id, outcome ORDER BY store_id, outcome
            """)
            .With("account_id", accountId).With("hour", since.ToUnixTimeMilliseconds() / Hour)
            .QueryAsync(row => new CallbackCount(StoreOf(row), row.Name<CallbackOutcome>("outcome"), row.Number("count"), row.Time("last_at"))),
        ct);

    private async Task CountAsync(DbSession session, CallbackAddress address, ConsentState claimed, CallbackOutcome outcome)
    {
        var now = database.Clock.GetUtcNow();
        Statement Counted(string sql) => session.Command(sql)
            .With("account_id", address.AccountId).With("store_id", address.StoreId ?? EveryStore).With("hour", now.ToUnixTimeMilliseconds() / Hour)
            .With("claimed", NameOf(claimed)).With("outcome", NameOf(outcome)).With("now", now);
        await Counted("""
            INSERT INTO callback_count (account_id, store_id, hour, outcome, count, last_at) VALUES (@account_id, @store_id, @hour, @outcome, 1, @now)
            ON CONFLICT (account_id, store_id, hour, outcome) DO UPDATE SET count = callback_count.count + 1, last_at = excluded.last_at
            """).ExecuteAsync();
        await Counted("""
            INSERT INTO callback_last (account_id, store_id, claimed_state, outcome, last_at) VALUES (@account_id, @store_id, @claimed, @outcome, @now)
            ON CONFLICT (account_id, store_id, claimed_state) DO UPDATE SET outcome = excluded.outcome, last_at = excluded.last_at
            """).ExecuteAsync();
    }

    private static CallbackAddress Map(Row row) => new(row.Number("account_id"), StoreOf(row), row.Text("token"), row.Text("protected_secret"));

    private static long? StoreOf(Row row) => row.Number("store_id") is var id && id == EveryStore ? null : id;
}
