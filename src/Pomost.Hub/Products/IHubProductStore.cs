namespace Pomost.Hub;

/// <summary>Keeps product catalogues. Every method sees one account only.</summary>
public interface IHubProductStore
{
    /// <summary>The account's catalogues, oldest first.</summary>
    Task<IReadOnlyList<HubCatalogue>> ListCataloguesAsync(long accountId, CancellationToken ct);

    /// <summary>The same with how much each holds. Counts rows: meant for a page, not for a loop.</summary>
    Task<IReadOnlyList<HubCatalogueSummary>> CountProductsAsync(long accountId, CancellationToken ct);

    /// <summary>One transaction: loads the account's catalogues, saves what <paramref name="decide"/> makes of them. A default one ends the others being it.</summary>
    /// <param name="decide">May run again after a conflict; what it throws saves nothing.</param>
    Task<HubCatalogue> SaveCatalogueAsync(long accountId, Func<IReadOnlyList<HubCatalogue>, HubCatalogue> decide, CancellationToken ct);

    /// <summary>Removes a catalogue with its products.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> RemoveCatalogueAsync(long accountId, Guid catalogueId, CancellationToken ct);

    /// <summary>One transaction: loads the products named, saves those that <paramref name="decide"/> gives back.</summary>
    /// <param name="decide">May run again after a conflict; what it throws saves nothing.</param>
    /// <returns>False when there is no such catalogue.</returns>
    Task<bool> ChangeProductsAsync(
        long accountId, Guid catalogueId, IReadOnlyCollection<string> productIds, Func<IReadOnlyDictionary<string, HubProduct>, IReadOnlyList<HubProduct>> decide,
        CancellationToken ct);

    /// <summary>Products after an id, in the order of ids.</summary>
    Task<IReadOnlyList<HubProduct>> ListProductsAsync(long accountId, Guid catalogueId, string? after, int take, CancellationToken ct);

    /// <summary>One product; null when there is none.</summary>
    Task<HubProduct?> FindProductAsync(long accountId, Guid catalogueId, string productId, CancellationToken ct);
}
