using System.Text.Json;
using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The hub's product catalogues in the database.</summary>
internal sealed class HubProductStore(Database database) : IHubProductStore
{
    private const string CatalogueColumns = "c.catalogue_id, c.name, c.currency, c.location, c.is_default, c.created_at, c.modified_at";
    private const string ProductColumns = "product_id, card, created_at, modified_at";
    private const string OfCatalogue = "account_id = @account AND catalogue_id = @catalogue";

    private static readonly BulkStatement<string> Find = new BulkStatement<string>(
        """
        SELECT p.product_id, p.card, p.created_at, p.modified_at FROM {rows} AS r CROSS JOIN hub_product AS p
        WHERE p.account_id = r.account AND p.catalogue_id = @catalogue AND p.product_id = r.product_id
        """)
        .Same("account")
        .Text("product_id", id => id);

    private static readonly BulkStatement<HubProduct> Save = new BulkStatement<HubProduct>(
        """
        INSERT INTO hub_product (account_id, catalogue_id, product_id, is_shown, card, created_at, modified_at)
        SELECT @account, @catalogue, r.product_id, r.is_shown, r.card, r.created_at, r.modified_at FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, catalogue_id, product_id) DO UPDATE SET is_shown = excluded.is_shown, card = excluded.card, modified_at = excluded.modified_at
        """)
        .Text("product_id", product => product.ProductId)
        .Flag("is_shown", product => product.Card.IsShown)
        .Text("card", product => JsonSerializer.Serialize(product.Card, HubStoredJson.Default.HubProductCard))
        .Time("created_at", product => product.CreatedAt)
        .Time("modified_at", product => product.ModifiedAt);

    public Task<IReadOnlyList<HubCatalogue>> ListCataloguesAsync(long accountId, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubCatalogue>>(async session => await ListAsync(session, accountId), ct);

    public Task<IReadOnlyList<HubCatalogueSummary>> CountProductsAsync(long accountId, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubCatalogueSummary>>(
            async session => await session.Command(
                $"""
                SELECT {CatalogueColumns},
                  (SELECT count(*) FROM hub_product AS p WHERE p.account_id = c.account_id AND p.catalogue_id = c.catalogue_id) AS products,
                  (SELECT count(*) FROM hub_product AS p WHERE p.account_id = c.account_id AND p.catalogue_id = c.catalogue_id AND p.is_shown) AS shown
                FROM hub_catalogue AS c WHERE c.account_id = @account ORDER BY c.created_at, c.catalogue_id
                """)
                .With("account", accountId)
                .QueryAsync(row => new HubCatalogueSummary(ToCatalogue(row), row.Number("products"), row.Number("shown"))),
            ct);

    public Task<HubCatalogue> SaveCatalogueAsync(long accountId, Func<IReadOnlyList<HubCatalogue>, HubCatalogue> decide, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Catalogues of one account take turns, so that two of one name cannot be made side by side.
            await session.Command(session.ByDialect(
                "SELECT account_id FROM hub_account WHERE account_id = @account",
                "SELECT account_id FROM hub_account WHERE account_id = @account FOR NO KEY UPDATE")).With("account", accountId).NumberAsync();
            var saved = decide(await ListAsync(session, accountId));
            if (saved.IsDefault)
                await session.Command("UPDATE hub_catalogue SET is_default = false WHERE account_id = @account AND is_default").With("account", accountId).ExecuteAsync();
            await session.Command(
                """
                INSERT INTO hub_catalogue (account_id, catalogue_id, name, currency, location, is_default, created_at, modified_at)
                VALUES (@account, @catalogue, @name, @currency, @location, @is_default, @created_at, @modified_at)
                ON CONFLICT (account_id, catalogue_id) DO UPDATE SET name = excluded.name, currency = excluded.currency, location = excluded.location,
                  is_default = excluded.is_default, modified_at = excluded.modified_at
                """)
                .With("account", accountId)
                .With("catalogue", saved.Id.ToString())
                .With("name", saved.Name)
                .With("currency", saved.Currency)
                .With("location", saved.Location)
                .With("is_default", saved.IsDefault)
                .With("created_at", saved.CreatedAt)
                .With("modified_at", saved.ModifiedAt)
                .ExecuteAsync();
            return saved;
        },
        ct);

    public Task<bool> RemoveCatalogueAsync(long accountId, Guid catalogueId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await LockAsync(session, accountId, catalogueId);
            await session.Command($"DELETE FROM hub_product WHERE {OfCatalogue}").With("account", accountId).With("catalogue", catalogueId.ToString()).ExecuteAsync();
            return await session.Command($"DELETE FROM hub_catalogue WHERE {OfCatalogue}")
                .With("account", accountId).With("catalogue", catalogueId.ToString()).ExecuteAsync() > 0;
        },
        ct);

    public Task<bool> ChangeProductsAsync(
        long accountId, Guid catalogueId, IReadOnlyCollection<string> productIds, Func<IReadOnlyDictionary<string, HubProduct>, IReadOnlyList<HubProduct>> decide,
        CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            if (!await LockAsync(session, accountId, catalogueId)) return false;
            var known = await session.Bulk(Find, [.. productIds]).With("account", accountId).With("catalogue", catalogueId.ToString()).QueryAsync(ToProduct);
            var changed = decide(known.ToDictionary(product => product.ProductId, StringComparer.Ordinal));
            await session.Bulk(Save, changed).With("account", accountId).With("catalogue", catalogueId.ToString()).ExecuteAsync();
            return true;
        },
        ct);

    public Task<IReadOnlyList<HubProduct>> ListProductsAsync(long accountId, Guid catalogueId, string? after, int take, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubProduct>>(
            async session => await session.Command(
                $"SELECT {ProductColumns} FROM hub_product WHERE {OfCatalogue} AND product_id > @after ORDER BY product_id LIMIT @take")
                .With("account", accountId).With("catalogue", catalogueId.ToString()).With("after", after ?? "").With("take", take).QueryAsync(ToProduct),
            ct);

    public Task<HubProduct?> FindProductAsync(long accountId, Guid catalogueId, string productId, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {ProductColumns} FROM hub_product WHERE {OfCatalogue} AND product_id = @product")
            .With("account", accountId).With("catalogue", catalogueId.ToString()).With("product", productId).FirstOrDefaultAsync(ToProduct),
        ct);

    // Writes to one catalogue take turns: a product is read, merged and saved.
    private static async Task<bool> LockAsync(DbSession session, long accountId, Guid catalogueId) =>
        await session.Command(session.ByDialect(
            $"SELECT account_id FROM hub_catalogue WHERE {OfCatalogue}",
            $"SELECT account_id FROM hub_catalogue WHERE {OfCatalogue} FOR UPDATE")).With("account", accountId).With("catalogue", catalogueId.ToString()).NumberAsync() is not null;

    private static Task<List<HubCatalogue>> ListAsync(DbSession session, long accountId) => session
        .Command($"SELECT {CatalogueColumns} FROM hub_catalogue AS c WHERE c.account_id = @account ORDER BY c.created_at, c.catalogue_id")
        .With("account", accountId).QueryAsync(ToCatalogue);

    private static HubCatalogue ToCatalogue(Row row) => new(
        Guid.Parse(row.Text("catalogue_id")), row.Text("name"), row.Text("currency"), row.Text("location"), row.Flag("is_default"), row.Time("created_at"),
        row.Time("modified_at"));

    private static HubProduct ToProduct(Row row) => new(
        row.Text("product_id"), JsonSerializer.Deserialize(row.Text("card"), HubStoredJson.Default.HubProductCard)!, row.Time("created_at"), row.Time("modified_at"));
}
