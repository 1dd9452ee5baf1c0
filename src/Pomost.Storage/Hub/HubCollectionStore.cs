using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The hub's collections of products in the database.</summary>
internal sealed class HubCollectionStore(Database database) : IHubCollectionStore
{
    private static readonly BulkStatement<CollectedProduct> Add = new BulkStatement<CollectedProduct>(
        """
        INSERT INTO hub_collection_product (account_id, collection_id, contact_id, product_id, added_at)
        SELECT @account, @collection, r.contact_id, r.product_id, @now FROM {rows} AS r
        WHERE EXISTS (SELECT 1 FROM hub_contact AS c WHERE c.account_id = @account AND c.contact_id = r.contact_id)
        ON CONFLICT DO NOTHING
        """)
        .Text("contact_id", row => row.ContactId.ToString())
        .Text("product_id", row => row.ProductId);

    private static readonly BulkStatement<CollectedProduct> Remove = new BulkStatement<CollectedProduct>(
        """
        DELETE FROM hub_collection_product WHERE account_id = @account AND collection_id = @collection
          AND (contact_id, product_id) IN (SELECT r.contact_id, r.product_id FROM {rows} AS r)
        """)
        .Text("contact_id", row => row.ContactId.ToString())
        .Text("product_id", row => row.ProductId);

    public Task<IReadOnlyList<HubCollection>> ListAsync(long accountId, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubCollection>>(async session => await ListAsync(session, accountId), ct);

    public Task<HubCollection> AddAsync(long accountId, Func<IReadOnlyList<HubCollection>, HubCollection> decide, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await HubJobTable.LockAccountAsync(session, accountId);
            var added = decide(await ListAsync(session, accountId));
            await session.Command(
                "INSERT INTO hub_collection (account_id, collection_id, catalogue_id, name, created_at) VALUES (@account, @id, @catalogue, @name, @created_at)")
                .With("account", accountId)
                .With("id", added.Id.ToString())
                .With("catalogue", added.CatalogueId?.ToString())
                .With("name", added.Name)
                .With("created_at", added.CreatedAt)
                .ExecuteAsync();
            return added;
        },
        ct);

    public Task<bool> RemoveAsync(long accountId, Guid collectionId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("DELETE FROM hub_collection_product WHERE account_id = @account AND collection_id = @id")
                .With("account", accountId).With("id", collectionId.ToString()).ExecuteAsync();
            return await session.Command("DELETE FROM hub_collection WHERE account_id = @account AND collection_id = @id")
                .With("account", accountId).With("id", collectionId.ToString()).ExecuteAsync() == 1;
        },
        ct);

    public Task<bool> ChangeProductsAsync(
        long accountId, Guid collectionId, IReadOnlyCollection<CollectedProduct> products, bool add, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Nobody is erased, and no collection removed, in between.
            await HubJobTable.LockAccountAsync(session, accountId);
            if (!await ExistsAsync(session, accountId, collectionId)) return false;
            var statement = session.Bulk(add ? Add : Remove, [.. products]).With("account", accountId).With("collection", collectionId.ToString());
            await (add ? statement.With("now", now) : statement).ExecuteAsync();
            return true;
        },
        ct);

    public Task<IReadOnlyList<string>?> ReadProductsAsync(long accountId, Guid collectionId, Guid contactId, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<string>?>(
            async session => !await ExistsAsync(session, accountId, collectionId)
                ? null
                : await session.Command(
                    """
                    SELECT product_id FROM hub_collection_product
                    WHERE account_id = @account AND collection_id = @id AND contact_id = @contact ORDER BY added_at, product_id
                    """)
                    .With("account", accountId).With("id", collectionId.ToString()).With("contact", contactId.ToString()).QueryAsync(row => row.Text("product_id")),
            ct);

    private static async Task<bool> ExistsAsync(DbSession session, long accountId, Guid collectionId) =>
        await session.Command("SELECT count(*) FROM hub_collection WHERE account_id = @account AND collection_id = @id")
            .With("account", accountId).With("id", collectionId.ToString()).NumberAsync() > 0;

    private static Task<List<HubCollection>> ListAsync(DbSession session, long accountId) => session
        .Command("SELECT collection_id, catalogue_id, name, created_at FROM hub_collection WHERE account_id = @account ORDER BY created_at, collection_id")
        .With("account", accountId)
        .QueryAsync(row => new HubCollection(
            Guid.Parse(row.Text("collection_id")), row.TextOrNull("catalogue_id") is { } catalogue ? Guid.Parse(catalogue) : null, row.Text("name"), row.Time("created_at")));
}
