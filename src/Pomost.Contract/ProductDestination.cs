using Pomost.Rules;

namespace Pomost.Contract;

/// <summary>The catalogue that a shop's products stand in.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Currency">ISO 4217 code of its prices.</param>
/// <param name="Location">Location id; equal to that of the shop's events, which is how the destination joins the two.</param>
public sealed record WantedCatalogue(string Name, string Currency, string Location);

/// <summary>Where products are delivered. It has a key of its own (<see cref="DestinationConnection.ApiV3Key"/>): contacts and events do without.</summary>
/// <remarks>Raises <see cref="RetryLaterException"/> and <see cref="NeedsOperatorException"/>; a refused product is part of the result.</remarks>
public interface IProductDestination
{
    /// <summary>The setting that holds the key, as errors name it.</summary>
    const string KeySetting = "api_v3_key";

    /// <summary>The catalogue, as errors name it.</summary>
    const string CatalogueSetting = "catalogue";

    /// <summary>Most products in one call.</summary>
    int ProductsPerCall { get; }

    /// <summary>Checks the key.</summary>
    /// <exception cref="NeedsOperatorException">Names what is wrong.</exception>
    Task CheckAsync(DestinationConnection destination, CancellationToken ct);

    /// <summary>The destination's id of the catalogue of a location, made or mended where need be.</summary>
    Task<string> FindOrMakeCatalogueAsync(DestinationConnection destination, WantedCatalogue wanted, CancellationToken ct);

    /// <summary>Creates or updates products, at most <see cref="ProductsPerCall"/>. Sending again is harmless.</summary>
    /// <exception cref="NeedsOperatorException">Names <see cref="CatalogueSetting"/> with <see cref="ConnectionProblem.InvalidSetting"/> when there is no such catalogue.</exception>
    Task<BatchResult> UpsertProductsAsync(
        DestinationConnection destination, string catalogueId, IReadOnlyList<CatalogueProduct> products, CancellationToken ct);
}
