using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlProducts(Database database) : IProducts
{
    private const string OfStore = "account_id = @account_id AND store_id = @store_id";
    private const string OfRow = "product.account_id = r.account_id AND product.store_id = r.store_id AND product.source_id = r.source_id";

    private static readonly BulkStatement<string> Find = new BulkStatement<string>("""
        SELECT p.data, p.wanted_hash, p.is_gone FROM {rows} AS r
        JOIN product AS p ON p.account_id = r.account_id AND p.store_id = r.store_id AND p.source_id = r.source_id
        """)
        .PerStore()
        .Text("source_id", id => id);

    // Owed unless the destination has exactly this. What was refused is owed again only once it says something else.
    private static readonly BulkStatement<ProductWrite> Upsert = new BulkStatement<ProductWrite>("""
        INSERT INTO product (account_id, store_id, source_id, data, wanted_hash, outcome, lane, is_gone, attempts, not_before, queued_at, seen_at)
        SELECT @account_id, @store_id, r.source_id, r.data, r.wanted_hash, 'Queued', r.lane, r.is_gone, 0, 0, @now, @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, store_id, source_id) DO UPDATE SET data = excluded.data, wanted_hash = excluded.wanted_hash, is_gone = excluded.is_gone,
          outcome = CASE WHEN product.wanted_hash = excluded.wanted_hash THEN product.outcome
            WHEN product.sent_hash = excluded.wanted_hash THEN 'Sent' ELSE 'Queued' END,
          lane = CASE WHEN product.outcome <> 'Queued' OR excluded.lane < product.lane THEN excluded.lane ELSE product.lane END,
          problem = CASE WHEN product.wanted_hash = excluded.wanted_hash THEN product.problem END,
          attempts = CASE WHEN product.wanted_hash = excluded.wanted_hash THEN product.attempts ELSE 0 END,
          not_before = CASE WHEN product.wanted_hash = excluded.wanted_hash THEN product.not_before ELSE 0 END,
          queued_at = CASE WHEN product.outcome = 'Queued' OR product.wanted_hash = excluded.wanted_hash THEN product.queued_at ELSE excluded.queued_at END,
          seen_at = CASE WHEN excluded.is_gone THEN product.seen_at ELSE excluded.seen_at END
        """)
        .Text("source_id", row => row.Product.Id)
        .Text("data", row => StorageJson.Of(row.Product))
        .Text("wanted_hash", row => row.Hash)
        .Number("lane", row => row.IsLive ? 0 : 1)
        .Flag("is_gone", row => row.IsGone);

    private static readonly BulkStatement<string> See = new BulkStatement<string>(
        $$"""UPDATE product SET seen_at = @now FROM {rows} AS r WHERE {{OfRow}}""")
        .PerStore()
        .Text("source_id", id => id);

    private static readonly BulkStatement<OwedProduct> MarkSent = new BulkStatement<OwedProduct>(
        $$"""UPDATE product SET sent_hash = NULL FROM {rows} AS r WHERE {{OfRow}}""")
        .PerStore()
        .Text("source_id", row => row.Product.Id);

    private static readonly BulkStatement<OwedProduct> Take = new BulkStatement<OwedProduct>($$"""
        UPDATE product SET sent_hash = r.sent_hash, settled_at = @now, outcome = CASE WHEN wanted_hash = r.sent_hash THEN 'Sent' ELSE 'Queued' END,
          problem = NULL, attempts = 0, not_before = 0
        FROM {rows} AS r WHERE {{OfRow}}
        """)
        .PerStore()
        .Text("source_id", row => row.Product.Id)
        .Text("sent_hash", row => row.Hash);

    // One that changed meanwhile was not what was refused.
    private static readonly BulkStatement<(OwedProduct Product, string Message)> Refuse = new BulkStatement<(OwedProduct Product, string Message)>($$"""
        UPDATE product SET outcome = 'Rejected', problem = r.problem, settled_at = @now, attempts = attempts + 1
        FROM {rows} AS r WHERE {{OfRow}} AND product.wanted_hash = r.wanted_hash
        """)
        .PerStore()
        .Text("source_id", row => row.Product.Product.Id)
        .Text("wanted_hash", row => row.Product.Hash)
        .Text("problem", row => row.Message);

    private static readonly BulkStatement<OwedProduct> PutOff = new BulkStatement<OwedProduct>($$"""
        UPDATE product SET attempts = attempts + 1, not_before = @not_before, problem = @problem
        FROM {rows} AS r WHERE {{OfRow}} AND product.wanted_hash = r.wanted_hash
        """)
        .PerStore()
        .Text("source_id", row => row.Product.Id)
        .Text("wanted_hash", row => row.Hash);

    public async Task<IReadOnlyDictionary<string, ProductFacts>> FindAsync(StoreKey store, IReadOnlyCollection<string> productIds, CancellationToken ct) =>
        (await database.ReadAsync(session => session.Bulk(Find, [.. productIds.Distinct(StringComparer.Ordinal)]).For(store).QueryAsync(MapFacts), ct))
        .ToDictionary(facts => facts.Product.Id, StringComparer.Ordinal);

    public async Task<IReadOnlyList<ProductFacts>> UnseenAsync(StoreKey store, DateTimeOffset since, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT data, wanted_hash, is_gone FROM product WHERE {OfStore} AND NOT is_gone AND seen_at < @since ORDER BY id LIMIT @max")
            .For(store).With("since", since).With("max", max).QueryAsync(MapFacts),
        ct);

    public Task<bool> AnySeenAsync(StoreKey store, DateTimeOffset since, CancellationToken ct) => database.ReadAsync(
        async session => await session.Command($"SELECT 1 FROM product WHERE {OfStore} AND NOT is_gone AND seen_at >= @since LIMIT 1")
            .For(store).With("since", since).NumberAsync() is not null,
        ct);

    public async Task<IReadOnlyList<OwedProduct>> NextAsync(StoreLease lease, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT data, wanted_hash, attempts, queued_at FROM product WHERE {OfStore} AND outcome = 'Queued' AND not_before <= @now ORDER BY lane, queued_at, id LIMIT @max
            """)
            .For(lease.Store).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new OwedProduct(ProductOf(row), row.Text("wanted_hash"), row.Int("attempts"), row.Time("queued_at"))),
        ct);

    public Task MarkSentAsync(StoreLease lease, IReadOnlyList<OwedProduct> products, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(MarkSent, products).For(lease.Store).ExecuteAsync();
        },
        ct);

    public Task SettleAsync(StoreLease lease, ProductSettlement settlement, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            var now = database.Clock.GetUtcNow();
            await session.Bulk(Take, settlement.Taken).For(lease.Store).With("now", now).ExecuteAsync();
            await session.Bulk(Refuse, settlement.Refused).For(lease.Store).With("now", now).ExecuteAsync();
            await session.Bulk(PutOff, settlement.PutOff).For(lease.Store)
                .With("not_before", settlement.NotBefore ?? now).With("problem", settlement.PutOffReason).ExecuteAsync();
            await TraceTable.AddAsync(
                session,
                lease.Store,
                [.. settlement.Refused.Select(row => new TraceWrite(
                    ShopStream.Products, row.Product.Product.Id, null, RecordOutcome.Rejected, ReasonCode.RefusedByDestination, [], null, row.Message))],
                now);
        },
        ct);

    public Task OweAgainAsync(StoreLease lease, bool everything, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command($"""
                UPDATE product SET outcome = 'Queued', sent_hash = NULL, problem = NULL, attempts = 0, not_before = 0, queued_at = @now
                WHERE {OfStore} AND (outcome = 'Rejected' OR @everything)
                """)
                .For(lease.Store).With("now", database.Clock.GetUtcNow()).With("everything", everything).ExecuteAsync();
        },
        ct);

    public Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT min(not_before) AS due FROM product WHERE {OfStore} AND outcome = 'Queued'").For(store)
            .FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    public Task<ProductRoute?> RouteAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT destination_id, catalogue_id, problem, shop_problem FROM product_route WHERE {OfStore}").For(store)
            .FirstOrDefaultAsync(row => new ProductRoute(
                row.Number("destination_id"), row.TextOrNull("catalogue_id"), row.TextOrNull("problem"), row.TextOrNull("shop_problem"))),
        ct);

    public Task SaveRouteAsync(StoreLease lease, ProductRoute route, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                INSERT INTO product_route (account_id, store_id, destination_id, catalogue_id, problem, shop_problem)
                VALUES (@account_id, @store_id, @destination_id, @catalogue_id, @problem, @shop_problem)
                ON CONFLICT (account_id, store_id) DO UPDATE SET destination_id = excluded.destination_id, catalogue_id = excluded.catalogue_id,
                  problem = excluded.problem, shop_problem = excluded.shop_problem
                """)
                .For(lease.Store).With("destination_id", route.DestinationId).With("catalogue_id", route.CatalogueId)
                .With("problem", route.Problem).With("shop_problem", route.ShopProblem).ExecuteAsync();
        },
        ct);

    public async Task<ProductNumbers> CountAsync(StoreKey store, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT count(CASE WHEN NOT is_gone THEN 1 END) AS known, count(CASE WHEN is_gone THEN 1 END) AS gone,
              count(CASE WHEN outcome = 'Queued' THEN 1 END) AS waiting, count(CASE WHEN outcome = 'Rejected' THEN 1 END) AS refused,
              max(CASE WHEN outcome = 'Sent' THEN settled_at END) AS last_sent
            FROM product WHERE {OfStore}
            """).For(store)
            .FirstOrDefaultAsync(row => new ProductNumbers(
                row.Number("known"), row.Number("gone"), row.Number("waiting"), row.Number("refused"), row.TimeOrNull("last_sent"))),
        ct) ?? new ProductNumbers(0, 0, 0, 0, null);

    public async Task<IReadOnlyList<RefusedProduct>> RefusedAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT data, problem, settled_at FROM product WHERE {OfStore} AND outcome = 'Rejected' ORDER BY settled_at DESC, id LIMIT @max")
            .For(store).With("max", max)
            .QueryAsync(row => new RefusedProduct(ProductOf(row).Id, ProductOf(row).Name, row.TextOrNull("problem") ?? "", row.Time("settled_at"))),
        ct);

    /// <summary>Writes the products of a page, in its transaction.</summary>
    public static async Task WriteAsync(DbSession session, StoreKey store, PageCommit commit, DateTimeOffset now)
    {
        var last = new Dictionary<string, ProductWrite>(commit.Products.Count, StringComparer.Ordinal);
        foreach (var product in commit.Products) last[product.Product.Id] = product;
        await session.Bulk(Upsert, [.. last.Values]).For(store).With("now", now).ExecuteAsync();
        await session.Bulk(See, [.. commit.ProductsSeen.Where(id => !last.ContainsKey(id)).Distinct(StringComparer.Ordinal)]).For(store).With("now", now).ExecuteAsync();
    }

    private static ProductFacts MapFacts(Row row) => new(ProductOf(row), row.Text("wanted_hash"), row.Flag("is_gone"));

    private static CatalogueProduct ProductOf(Row row) => StorageJson.Read<CatalogueProduct>(row.Text("data"));
}
