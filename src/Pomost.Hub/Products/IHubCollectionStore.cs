namespace Pomost.Hub;

/// <summary>A collection of products, another selection for each contact.</summary>
/// <param name="CatalogueId">Where its products are from; null = not said.</param>
public sealed record HubCollection(Guid Id, Guid? CatalogueId, string Name, DateTimeOffset CreatedAt);

/// <summary>A product in a contact's selection of a collection.</summary>
public sealed record CollectedProduct(Guid ContactId, string ProductId);

/// <summary>Keeps collections of products. Every method sees one account only.</summary>
public interface IHubCollectionStore
{
    /// <summary>The account's collections, oldest first.</summary>
    Task<IReadOnlyList<HubCollection>> ListAsync(long accountId, CancellationToken ct);

    /// <summary>One transaction: loads the account's collections, adds the one that <paramref name="decide"/> makes.</summary>
    /// <param name="decide">May run again after a conflict; what it throws saves nothing.</param>
    Task<HubCollection> AddAsync(long accountId, Func<IReadOnlyList<HubCollection>, HubCollection> decide, CancellationToken ct);

    /// <summary>Removes a collection with its selections.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(long accountId, Guid collectionId, CancellationToken ct);

    /// <summary>Puts products into selections, or takes them out; of contacts that are not there nothing is kept.</summary>
    /// <returns>False when there is no such collection.</returns>
    Task<bool> ChangeProductsAsync(long accountId, Guid collectionId, IReadOnlyCollection<CollectedProduct> products, bool add, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ids of products in a contact's selection, oldest first; null when there is no such collection.</summary>
    Task<IReadOnlyList<string>?> ReadProductsAsync(long accountId, Guid collectionId, Guid contactId, CancellationToken ct);
}
