namespace Pomost.Hub;

/// <summary>The hub's catalogues for code of the same process. No key is asked for, so the caller answers for who asks.</summary>
public sealed class HubProducts
{
    private readonly IHubProductStore products;

    internal HubProducts(IHubProductStore products) => this.products = products;

    /// <summary>The account's catalogues with how much each holds, oldest first.</summary>
    public Task<IReadOnlyList<HubCatalogueSummary>> CataloguesAsync(long accountId, CancellationToken ct = default) => products.CountProductsAsync(accountId, ct);

    /// <summary>One page of a catalogue, in the order of ids.</summary>
    /// <param name="after">Id of the last product of the page before.</param>
    public Task<IReadOnlyList<HubProduct>> ListAsync(long accountId, Guid catalogueId, string? after = null, int size = 50, CancellationToken ct = default) =>
        products.ListProductsAsync(accountId, catalogueId, after, size, ct);

    /// <summary>One product; null when there is none.</summary>
    public Task<HubProduct?> FindAsync(long accountId, Guid catalogueId, string productId, CancellationToken ct = default) =>
        products.FindProductAsync(accountId, catalogueId, productId, ct);
}
