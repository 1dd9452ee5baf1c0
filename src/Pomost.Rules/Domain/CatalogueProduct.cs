namespace Pomost.Rules;

/// <summary>A product as it is owed to the destination's catalogue.</summary>
public sealed record CatalogueProduct
{
    /// <summary>Id, equal to the one in events.</summary>
    public required string Id { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Main category; null = none.</summary>
    public string? MainCategory { get; init; }

    /// <summary>Categories, the main one among them.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Plain text.</summary>
    public string? Description { get; init; }

    /// <summary>Page of the product.</summary>
    public Uri? Page { get; init; }

    /// <summary>Pictures, the main one first.</summary>
    public IReadOnlyList<Uri> Images { get; init; } = [];

    /// <summary>True when it can be bought.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <summary>False when the shop no longer shows it, or no longer has it.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Stock; null = unknown.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Price, gross, in the catalogue's currency; null = none.</summary>
    public decimal? Price { get; init; }

    /// <summary>Price of a sale; null = no sale.</summary>
    public decimal? SalePrice { get; init; }

    /// <summary>Brand.</summary>
    public string? Brand { get; init; }

    /// <summary>Maker.</summary>
    public string? Manufacturer { get; init; }
}
