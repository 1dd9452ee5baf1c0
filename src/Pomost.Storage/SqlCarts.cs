using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlCarts(Database database) : ICarts
{
    private const string OfStore = "account_id = @account_id AND store_id = @store_id";

    private static readonly BulkStatement<string> Find = new BulkStatement<string>("""
        SELECT c.data, c.state, c.sent_hash, c.code FROM {rows} AS r
        JOIN cart AS c ON c.account_id = r.account_id AND c.store_id = r.store_id AND c.source_id = r.source_id
        """)
        .PerStore()
        .Text("source_id", id => id);

    private static readonly BulkStatement<string> Living = new BulkStatement<string>("""
        SELECT c.data, c.state, c.sent_hash, c.code FROM {rows} AS r
        JOIN cart AS c ON c.account_id = r.account_id AND c.store_id = r.store_id AND c.email_key = r.email_key
        WHERE c.state IN ('Open', 'Abandoned')
        """)
        .PerStore()
        .Text("email_key", key => key);

    private static readonly BulkStatement<CartWrite> Upsert = new BulkStatement<CartWrite>("""
        INSERT INTO cart (account_id, store_id, source_id, email_key, state, code, data, modified_at, due_at, sent_hash, changed_at)
        SELECT @account_id, @store_id, r.source_id, r.email_key, r.state, r.code, r.data, r.modified_at, r.due_at, r.sent_hash, @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, store_id, source_id) DO UPDATE SET email_key = excluded.email_key, state = excluded.state, code = excluded.code,
          data = excluded.data, modified_at = excluded.modified_at, due_at = excluded.due_at, sent_hash = excluded.sent_hash, changed_at = excluded.changed_at
        """)
        .Text("source_id", row => row.Cart.SourceId)
        .Text("email_key", row => row.EmailKey)
        .Text("state", row => NameOf(row.State))
        .Text("code", row => NameOf(row.Code))
        .Text("data", row => StorageJson.Of(row.Cart))
        .Time("modified_at", row => row.Cart.ModifiedAt)
        .Time("due_at", row => row.DueAt)
        .Text("sent_hash", row => row.SentHash);

    public async Task<IReadOnlyDictionary<string, CartFacts>> FindAsync(StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct) =>
        (await database.ReadAsync(session => session.Bulk(Find, [.. sourceIds.Distinct(StringComparer.Ordinal)]).For(store).QueryAsync(Map), ct))
        .ToDictionary(facts => facts.Cart.SourceId, StringComparer.Ordinal);

    public async Task<IReadOnlyList<CartFacts>> DueAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT data, state, sent_hash, code FROM cart WHERE {OfStore} AND due_at <= @now ORDER BY due_at LIMIT @max")
            .For(store).With("now", database.Clock.GetUtcNow()).With("max", max).QueryAsync(Map),
        ct);

    public async Task<IReadOnlyList<CartFacts>> LivingAsync(StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct) => await database.ReadAsync(
        session => session.Bulk(Living, [.. emailKeys.Distinct(StringComparer.Ordinal)]).For(store).QueryAsync(Map), ct);

    public Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT min(due_at) AS due FROM cart WHERE {OfStore} AND due_at IS NOT NULL").For(store)
            .FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    public async Task<IReadOnlyList<(string Currency, long Count, decimal Value)>> WonBackAsync(
        long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct) =>
        [.. (await database.ReadAsync(
            session => session.Command($"SELECT data FROM cart WHERE account_id = @account_id AND state = 'WonBack' AND changed_at >= @since{StoreIds.Among("store_id", stores)}")
                .With("account_id", accountId).With("since", since).QueryAsync(row => StorageJson.Read<ShopCart>(row.Text("data"))),
            ct))
            .GroupBy(cart => cart.Currency, StringComparer.Ordinal).Select(group => (group.Key, (long)group.Count(), group.Sum(cart => cart.Total)))];

    /// <summary>Writes the carts of a page, in its transaction.</summary>
    public static Task<int> WriteAsync(DbSession session, StoreKey store, IReadOnlyList<CartWrite> carts, DateTimeOffset now)
    {
        var last = new Dictionary<string, CartWrite>(carts.Count, StringComparer.Ordinal);
        foreach (var cart in carts) last[cart.Cart.SourceId] = cart;
        return session.Bulk(Upsert, [.. last.Values]).For(store).With("now", now).ExecuteAsync();
    }

    private static CartFacts Map(Row row) => new(
        StorageJson.Read<ShopCart>(row.Text("data")), row.Name<CartState>("state"), row.TextOrNull("sent_hash"), row.Name<ReasonCode>("code"));
}
