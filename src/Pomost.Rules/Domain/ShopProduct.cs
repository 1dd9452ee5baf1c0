namespace Pomost.Rules;

/// <summary>A product of the shop's catalogue as a connector read it. Nothing is decided yet.</summary>
public sealed record ShopProduct
{
    /// <summary>The platform's id.</summary>
    public required string SourceId { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Stock-keeping code.</summary>
    public string? Sku { get; init; }

    /// <summary>Address of its page.</summary>
    public Uri? Address { get; init; }

    /// <summary>Address of its main picture.</summary>
    public Uri? Picture { get; init; }

    /// <summary>Addresses of its other pictures, in the shop's order.</summary>
    public IReadOnlyList<Uri> FurtherPictures { get; init; } = [];

    /// <summary>Plain text.</summary>
    public string? Description { get; init; }

    /// <summary>Brand, where the platform keeps one.</summary>
    public string? Brand { get; init; }

    /// <summary>Regular gross price.</summary>
    public decimal? Price { get; init; }

    /// <summary>Reduced gross price, while there is one.</summary>
    public decimal? DiscountPrice { get; init; }

    /// <summary>Pieces in stock; null where stock is not kept.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>True when it can be bought now.</summary>
    public bool IsAvailable { get; init; }

    /// <summary>False while shoppers do not see it at all: a draft, a private product, one in the bin.</summary>
    public bool IsPublished { get; init; } = true;

    /// <summary>Ways through the menu to it.</summary>
    public IReadOnlyList<MenuPath> MenuPaths { get; init; } = [];

    /// <summary>When the shop last changed it, UTC.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }
}
