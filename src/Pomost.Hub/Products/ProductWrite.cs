using System.Globalization;
using System.Text.Json;

namespace Pomost.Hub;

/// <summary>What one call says about one product; null means keep when the product exists.</summary>
internal sealed record ProductWrite
{
    private const string Uncategorized = "Uncategorized";
    private const int MaxText = 255;
    private const int MaxDescription = 16_384;
    private const int MaxUrl = 2048;
    private const int MaxFurther = 5;
    private const int Details = 5;
    private const decimal MaxAmount = 99_999_999_999_999_999.99m;

    private static readonly (string Name, int MaxLength)[] SystemTexts = [("brand", 255), ("manufacturer", 100), ("season", 40), ("color", 40)];
    private static readonly string[] SystemValues = ["popularity", "gender", "bestseller", "newProduct"];

    private static readonly string[] Genders = ["-1", "0", "1", "2", "4"];

    private static readonly string[] Clearable =
    [
        "categoryExternalId", "categories", "description", "productUrl", "mainImageUrl", "imageUrls", "quantity", "price", "discountPrice",
        .. SystemTexts.Select(text => text.Name), .. SystemValues, .. Enumerable.Range(1, Details).Select(DetailName),
    ];

    private static readonly string[] NeverNull = ["productId", "name", "mainCategory", "available", "active"];

    public string? ProductId { get; init; }

    public string? Name { get; init; }

    private string? MainCategory { get; init; }

    private long? CategoryExternalId { get; init; }

    private IReadOnlyList<string>? Categories { get; init; }

    private string? Description { get; init; }

    private string? ProductUrl { get; init; }

    private string? MainImageUrl { get; init; }

    private IReadOnlyList<string>? ImageUrls { get; init; }

    private bool? Available { get; init; }

    private bool? Active { get; init; }

    private decimal? Quantity { get; init; }

    private decimal? Price { get; init; }

    private decimal? DiscountPrice { get; init; }

    private IReadOnlyDictionary<string, string> SystemDetails { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private IReadOnlyDictionary<string, string> CustomDetails { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private HashSet<string> Cleared { get; init; } = [];

    /// <summary>Reads a product of <c>product/upsert</c>.</summary>
    public static ProductWrite From(JsonElement element, V3Reader reader, Fields fields) => new()
    {
        ProductId = IdOf(reader, fields),
        Name = reader.Text("name", MaxText),
        MainCategory = reader.Text("mainCategory", MaxText),
        CategoryExternalId = reader.Integer("categoryExternalId"),
        Categories = reader.Texts("categories", MaxFurther, MaxText),
        Description = reader.Text("description", MaxDescription),
        ProductUrl = reader.Url("productUrl", MaxUrl),
        MainImageUrl = reader.Url("mainImageUrl", MaxUrl),
        ImageUrls = reader.Urls("imageUrls", MaxFurther, MaxUrl),
        Available = reader.Flag("available"),
        Active = reader.Flag("active"),
        Quantity = reader.Amount("quantity", 4, MaxAmount),
        Price = reader.Amount("price", 2, MaxAmount),
        DiscountPrice = reader.Amount("discountPrice", 2, MaxAmount),
        SystemDetails = SystemDetailsOf(reader, fields.Object("systemDetails")),
        CustomDetails = CustomDetailsOf(fields.Object("customDetails")),
        Cleared = ClearedBy(reader, fields),
    };

    /// <summary>Reads a product of <c>product/updateQuantity</c>.</summary>
    public static ProductWrite OfQuantity(JsonElement element, V3Reader reader, Fields fields)
    {
        if (!reader.Has("quantity")) reader.Missing("quantity");
        return new() { ProductId = IdOf(reader, fields), Quantity = reader.Amount("quantity", 4, MaxAmount) };
    }

    /// <summary>Reads a product of <c>product/updatePrice</c>: here a sale price of null ends the sale.</summary>
    public static ProductWrite OfPrice(JsonElement element, V3Reader reader, Fields fields)
    {
        if (!reader.Has("price")) reader.Missing("price");
        var endsSale = element.EnumerateObject().Any(
            property => property.Value.ValueKind == JsonValueKind.Null && property.Name.Equals("discountPrice", StringComparison.OrdinalIgnoreCase));
        return new()
        {
            ProductId = IdOf(reader, fields),
            Price = reader.Amount("price", 2, MaxAmount),
            DiscountPrice = reader.Amount("discountPrice", 2, MaxAmount),
            Cleared = new HashSet<string>(endsSale ? ["discountPrice"] : [], StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>A stored product with what this call says anew, or a new one.</summary>
    public HubProductCard Over(HubProductCard? stored) => new()
    {
        Name = Name ?? stored!.Name,
        MainCategory = MainCategory ?? stored?.MainCategory ?? Uncategorized,
        CategoryExternalId = Kept("categoryExternalId", CategoryExternalId, stored?.CategoryExternalId),
        Categories = Kept("categories", Categories, stored?.Categories) ?? [],
        Description = Kept("description", Description, stored?.Description),
        ProductUrl = Kept("productUrl", ProductUrl, stored?.ProductUrl),
        MainImageUrl = Kept("mainImageUrl", MainImageUrl, stored?.MainImageUrl),
        ImageUrls = Kept("imageUrls", ImageUrls, stored?.ImageUrls) ?? [],
        Available = Available ?? stored?.Available ?? true,
        Active = Active ?? stored?.Active ?? true,
        Quantity = Kept("quantity", Quantity, stored?.Quantity),
        Price = Kept("price", Price, stored?.Price),
        DiscountPrice = Kept("discountPrice", DiscountPrice, stored?.DiscountPrice),
        SystemDetails = Merged(stored?.SystemDetails, SystemDetails),
        CustomDetails = Merged(stored?.CustomDetails, CustomDetails),
    };

    public static bool IsSame(HubProductCard one, HubProductCard other) =>
        JsonSerializer.Serialize(one, HubStoredJson.Default.HubProductCard) == JsonSerializer.Serialize(other, HubStoredJson.Default.HubProductCard);

    private static string DetailName(int number) => "detail" + number.ToString(CultureInfo.InvariantCulture);

    private static string? IdOf(V3Reader reader, Fields fields)
    {
        if (fields.Text("productId") is null) reader.Missing("productId");
        return reader.Id("productId", MaxText);
    }

    private static Dictionary<string, string> SystemDetailsOf(V3Reader reader, Fields fields)
    {
        if (fields.Text("gender") is { } gender && !Genders.Contains(gender, StringComparer.Ordinal))
            reader.Fault(HubRefusal.PatternNotMatched, $"systemDetails.gender|must be one of {string.Join(", ", Genders)}");
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, maxLength) in SystemTexts)
            if (Cut(fields.Text(name), maxLength) is { } text) details[name] = text;
        foreach (var name in SystemValues)
            if (fields.Text(name) is { } value) details[name] = value;
        return details;
    }

    private static Dictionary<string, string> CustomDetailsOf(Fields fields)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Enumerable.Range(1, Details).Select(DetailName))
            if (Cut(fields.Text(name), MaxText) is { } text) details[name] = text;
        return details;
    }

    // The official library sends an empty description to say that there is none; every other empty field it leaves out.
    private static HashSet<string> ClearedBy(V3Reader reader, Fields fields)
    {
        var cleared = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (reader.Has("description") && fields.Text("description") is null) cleared.Add("description");
        foreach (var name in fields.Texts("setAsNull"))
        {
            if (NeverNull.Contains(name, StringComparer.OrdinalIgnoreCase)) reader.Fault(HubRefusal.RequiredSetToNull, $"{name}|cannot be null");
            else if (Clearable.Contains(name, StringComparer.OrdinalIgnoreCase)) cleared.Add(name);
            else reader.Fault(HubRefusal.PatternNotMatched, $"setAsNull|knows no {name}");
        }
        return cleared;
    }

    // What the call both sets and clears is set.
    private T? Kept<T>(string name, T? said, T? stored) => said is not null ? said : Cleared.Contains(name) ? default : stored;

    private SortedDictionary<string, string> Merged(IReadOnlyDictionary<string, string>? stored, IReadOnlyDictionary<string, string> said)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in stored ?? new Dictionary<string, string>(StringComparer.Ordinal))
            if (!Cleared.Contains(name)) merged[name] = text;
        foreach (var (name, text) in said) merged[name] = text;
        return merged;
    }

    private static string? Cut(string? text, int length) => text is null || text.Length <= length
        ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
