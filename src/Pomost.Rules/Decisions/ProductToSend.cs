using System.Security.Cryptography;
using System.Text.Json;

namespace Pomost.Rules;

/// <summary>What of a product is sent.</summary>
[Rule(
    "product-to-send",
    "Sent of a product: the id that its purchases name, name, description, page, pictures, price and sale price, stock, and every way through the menu to it. " +
    "One that cannot be bought now goes as unavailable, one that is no longer shown or no longer there as inactive; one never shown is not sent. " +
    "What the destination already has is not sent again.",
    "derived: recommendations and mails name goods by the ids of events, so the catalogue must hold them as the shop shows them")]
public static class ProductToSend
{
    /// <summary>Longest description the catalogue takes, in characters.</summary>
    public const int LongestDescription = 16_384;

    const string Below = " > ";
    const int HashBytes = 16;

    /// <summary>Makes the outgoing product. Never throws.</summary>
    public static CatalogueProduct Of(ShopProduct product)
    {
        var places = PlacesOf(product.MenuPaths);
        var price = product.Price ?? product.DiscountPrice;
        return new CatalogueProduct
        {
            Id = product.SourceId,
            Name = PlainText.Present(product.Name) ?? product.SourceId,
            MainCategory = places.Count == 0 ? null : places[0],
            Categories = places,
            Description = Cut(PlainText.Present(product.Description)),
            Page = product.Address,
            Images = product.Picture is null ? product.FurtherPictures : [product.Picture, .. product.FurtherPictures],
            // What has no price is shown in no mail.
            IsAvailable = product is { IsAvailable: true, IsPublished: true } && price is not null,
            IsActive = product.IsPublished,
            Quantity = product.Quantity is { } pieces ? Math.Max(0, Math.Floor(pieces)) : null,
            Price = Rounded(price),
            SalePrice = product.DiscountPrice < price ? Rounded(product.DiscountPrice) : null,
            Brand = PlainText.Present(product.Brand),
        };
    }

    /// <summary>The product once the shop no longer has it: it stays in the catalogue, for the sake of old purchases, and is shown nowhere.</summary>
    /// <param name="last">As it was last wanted.</param>
    public static CatalogueProduct Gone(CatalogueProduct last) => last with { IsActive = false, IsAvailable = false };

    /// <summary>True for one that shoppers see, or that the destination knows from the time when they did.</summary>
    /// <param name="product">The product as it is now.</param>
    /// <param name="isKnown">True when it was sent before, or is on its way.</param>
    public static bool IsSent(CatalogueProduct product, bool isKnown) => product.IsActive || isKnown;

    /// <summary>A hash of everything that is sent: equal hashes mean there is nothing new.</summary>
    /// <returns>32 lower-case hexadecimal characters.</returns>
    public static string HashOf(CatalogueProduct product) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(product, ProductHashContext.Default.CatalogueProduct)).AsSpan(0, HashBytes));

    /// <summary>Every way through the menu, written from the top down: <c>Kuchnia > Herbaty</c>. A way that is the beginning of another says nothing new.</summary>
    /// <remarks>The whole way and not its last level alone, because two sections of a menu may be called alike.</remarks>
    public static IReadOnlyList<string> PlacesOf(IReadOnlyList<MenuPath> paths) =>
    [
        .. paths.Where(path => path.Levels.Count > 0 && !paths.Any(other => IsBeginning(path, other)))
            .Select(path => string.Join(Below, path.Levels.Select(PlainText.Composed)))
            .Distinct(StringComparer.Ordinal),
    ];

    static bool IsBeginning(MenuPath path, MenuPath other)
        => other.Levels.Count > path.Levels.Count && other.Levels.Take(path.Levels.Count).SequenceEqual(path.Levels, StringComparer.Ordinal);

    // Always two decimals, so that 20 and 20.00 are one price and one hash.
    static decimal? Rounded(decimal? price) => price is { } amount ? Math.Round(amount, 2, MidpointRounding.AwayFromZero) + 0.00m : null;

    static string? Cut(string? text) => text is null || text.Length <= LongestDescription
        ? text
        : text[..(char.IsHighSurrogate(text[LongestDescription - 1]) ? LongestDescription - 1 : LongestDescription)];
}

[System.Text.Json.Serialization.JsonSerializable(typeof(CatalogueProduct))]
sealed partial class ProductHashContext : System.Text.Json.Serialization.JsonSerializerContext;
