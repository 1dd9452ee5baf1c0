using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Salesmanago;

/// <summary>Delivers products to a catalogue of API v3: the vendor's servers and the built-in hub speak it alike. Keeps no state.</summary>
public sealed class SalesmanagoProducts : IProductDestination
{
    const int MaxId = 255;
    const int MaxName = 64;

    /// <inheritdoc/>
    public int ProductsPerCall => SalesmanagoCatalogue.ProductsPerCall;

    /// <inheritdoc/>
    public Task CheckAsync(DestinationConnection destination, CancellationToken ct)
        => Client(destination).ListCataloguesAsync(AccountOf(destination), ct);

    /// <inheritdoc/>
    /// <remarks>The first catalogue of an account becomes its default one; later ones leave that alone.</remarks>
    public async Task<string> FindOrMakeCatalogueAsync(DestinationConnection destination, WantedCatalogue wanted, CancellationToken ct)
    {
        var (client, account) = (Client(destination), AccountOf(destination));
        var there = (await client.ListCataloguesAsync(account, ct)).Catalogues;
        var known = there.FirstOrDefault(one => one.Id is not null && one.Location == wanted.Location);
        if (known is not null && known.Currency.Equals(wanted.Currency, StringComparison.OrdinalIgnoreCase))
            return known.Id!;
        var catalogue = known is not null
            ? known with { Currency = wanted.Currency }
            : new ProductCatalogue(null, FreeName(wanted, there), wanted.Currency, wanted.Location, IsDefault: there.Count == 0);
        try
        {
            return await client.UpsertCatalogueAsync(account, catalogue, ct);
        }
        catch (SkipRecordException refused)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.Other, SalesmanagoSettings.Catalogue, $"API v3 refused the catalogue: {refused.Message}", refused.Field, refused);
        }
    }

    /// <inheritdoc/>
    public async Task<BatchResult> UpsertProductsAsync(
        DestinationConnection destination, string catalogueId, IReadOnlyList<CatalogueProduct> products, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(products.Count, ProductsPerCall, nameof(products));
        // Cut, an id would name another product.
        int[] fit = [.. products.Index().Where(one => one.Item.Id.Length is > 0 and <= MaxId).Select(one => one.Index)];
        var refused = products.Index().Where(one => !fit.Contains(one.Index))
            .Select(one => new RefusedRecord(one.Index, $"The product's id has {one.Item.Id.Length} characters; API v3 takes 1 to {MaxId}.")).ToList();
        if (fit.Length > 0)
        {
            var result = await Client(destination).UpsertProductsAsync(
                AccountOf(destination), catalogueId, [.. fit.Select(index => products[index])], ct);
            refused.AddRange(result.Refused.Select(one => one with { Index = fit[one.Index] }));
        }

        return refused.Count == 0 ? BatchResult.AllTaken : new BatchResult([.. refused.OrderBy(one => one.Index)]);
    }

    // Blanks as the official plugin writes them; a name is taken once in an account, a location once in a shop.
    static string FreeName(WantedCatalogue wanted, IReadOnlyList<ProductCatalogue> there)
    {
        var name = wanted.Name.Trim().Replace(' ', '_');
        name = name.Length <= MaxName ? name : name[..(char.IsHighSurrogate(name[MaxName - 1]) ? MaxName - 1 : MaxName)];
        return name.Length == 0 || there.Any(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ? wanted.Location : name;
    }

    static SalesmanagoCatalogue Client(DestinationConnection destination) => new(destination.Http, destination.Clock);

    static CatalogueConnection AccountOf(DestinationConnection destination) => new(
        destination.Endpoint,
        destination.ApiV3Key ?? throw new NeedsOperatorException(
            ConnectionProblem.InvalidSetting, SalesmanagoSettings.ApiV3Key, "The destination has no key of API v3."));
}
