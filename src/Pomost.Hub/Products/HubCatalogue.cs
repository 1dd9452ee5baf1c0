using System.Text.Json.Serialization;

namespace Pomost.Hub;

/// <summary>A product catalogue of an account.</summary>
/// <param name="Location">Joins it with the events of the same location.</param>
/// <param name="IsDefault">Recommendations use it where no catalogue is named; one of an account at most.</param>
public sealed record HubCatalogue(Guid Id, string Name, string Currency, string Location, bool IsDefault, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>A catalogue with how much it holds.</summary>
/// <param name="Products">All of them.</param>
/// <param name="Shown">Those that are active and available.</param>
public sealed record HubCatalogueSummary(HubCatalogue Catalogue, long Products, long Shown);

/// <summary>One product of a catalogue as stored; immutable, so that a change shows by comparison of <see cref="Card"/>.</summary>
public sealed record HubProduct(string ProductId, HubProductCard Card, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>What a product says; names as in the protocol.</summary>
public sealed record HubProductCard
{
    public required string Name { get; init; }

    public required string MainCategory { get; init; }

    public long? CategoryExternalId { get; init; }

    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Description { get; init; }

    public string? ProductUrl { get; init; }

    public string? MainImageUrl { get; init; }

    public IReadOnlyList<string> ImageUrls { get; init; } = [];

    /// <summary>False while it cannot be bought.</summary>
    public bool Available { get; init; } = true;

    /// <summary>False when the shop no longer has it.</summary>
    public bool Active { get; init; } = true;

    public decimal? Quantity { get; init; }

    public decimal? Price { get; init; }

    public decimal? DiscountPrice { get; init; }

    /// <summary>brand, manufacturer, color and the like, by name.</summary>
    public IReadOnlyDictionary<string, string> SystemDetails { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>detail1 to detail5 by name.</summary>
    public IReadOnlyDictionary<string, string> CustomDetails { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True when it may be shown to a shopper.</summary>
    [JsonIgnore]
    public bool IsShown => Active && Available;
}
