using System.Globalization;

namespace Pomost.Hub;

/// <summary>What one call says about one event; null means keep when the event exists.</summary>
internal sealed record EventWrite
{
    private const int MaxProducts = 512;
    private const int MaxDescription = 2048;
    private const int MaxText = 255;
    private const int MaxLocation = 36;
    private const int Details = 20;
    private const decimal MaxValue = 9_999_999_999_999_999_999m;

    public Guid? EventId { get; init; }

    public bool NamesEvent { get; init; }

    public DateTimeOffset? At { get; init; }

    public string? Type { get; init; }

    public string? Products { get; init; }

    public decimal? Value { get; init; }

    public string? Location { get; init; }

    public string? Description { get; init; }

    public string? ExternalId { get; init; }

    public string? ShopDomain { get; init; }

    public IReadOnlyDictionary<string, string>? DetailTexts { get; init; }

    /// <summary>True when there is nothing in it but the event's id.</summary>
    public bool SaysNothing =>
        this is { At: null, Type: null, Products: null, Value: null, Location: null, Description: null, ExternalId: null, ShopDomain: null, DetailTexts: null };

    /// <summary>Reads <c>contactEvent</c>. Texts that only describe are cut at their limit; what identifies or counts is refused beyond it.</summary>
    /// <exception cref="HubRefusal">A field cannot be read or is out of its limits.</exception>
    public static EventWrite From(Fields fields) => new()
    {
        EventId = fields.TryId("eventId", out var id) ? id : null,
        NamesEvent = fields.Text("eventId") is not null,
        At = fields.Time("date"),
        Type = TypeOf(fields.Text("contactExtEventType")),
        Products = ProductsOf(fields),
        Value = ValueOf(fields.Amount("value")),
        Location = LocationOf(fields.Text("location")),
        Description = Cut(fields.Text("description"), MaxDescription),
        ExternalId = ExternalIdOf(fields.Text("externalId")),
        ShopDomain = Cut(fields.Text("shopDomain"), MaxText),
        DetailTexts = DetailsOf(fields),
    };

    /// <summary>The keys under which the event, or an earlier copy of it, is looked for.</summary>
    public void AddKeys(HubKeys keys)
    {
        if (EventId is { } id) keys.EventIds.Add(id);
        if (ExternalId is not null) keys.EventExternalIds.Add(ExternalId);
    }

    /// <summary>The event as it is added.</summary>
    public HubEvent ToNew(Guid id, Guid contactId) => new()
    {
        Id = id,
        ContactId = contactId,
        Type = Type ?? throw HubRefusal.Missing("contactExtEventType"),
        At = At ?? throw HubRefusal.Missing("date"),
        Products = Products,
        Value = Value,
        Location = Location,
        Description = Description,
        ExternalId = ExternalId,
        ShopDomain = ShopDomain,
        Details = DetailTexts,
    };

    /// <summary>A stored event with what this call says anew.</summary>
    public HubEvent Over(HubEvent stored, Guid? contactId = null) => stored with
    {
        ContactId = contactId ?? stored.ContactId,
        Type = Type ?? stored.Type,
        At = At ?? stored.At,
        Products = Products ?? stored.Products,
        Value = Value ?? stored.Value,
        Location = Location ?? stored.Location,
        Description = Description ?? stored.Description,
        ExternalId = ExternalId ?? stored.ExternalId,
        ShopDomain = ShopDomain ?? stored.ShopDomain,
        Details = DetailTexts is null ? stored.Details : Merged(stored.Details, DetailTexts),
    };

    private static string? TypeOf(string? given) => given is null
        ? null
        : Choice.Of(EventTypes.All, given) ?? throw new HubRefusal("contactExtEventType is not known", reasonCode: HubRefusal.PatternNotMatched);

    private static decimal? ValueOf(decimal? value) => value is null || Math.Abs(value.Value) <= MaxValue
        ? value is null ? null : Math.Round(value.Value, 2, MidpointRounding.AwayFromZero)
        : throw new HubRefusal("value is out of range");

    // A list of ids, comma-joined or a JSON list; one cut in the middle would name another product.
    private static string? ProductsOf(Fields fields)
    {
        var products = string.Join(',', fields.Texts("products"));
        if (products.Length <= MaxProducts) return products.Length == 0 ? null : products;
        var lastWhole = products.LastIndexOf(',', MaxProducts);
        return lastWhole > 0 ? products[..lastWhole] : throw new HubRefusal($"products is longer than {MaxProducts} characters");
    }

    private static string? LocationOf(string? location) =>
        location is null || (location.Length <= MaxLocation && location.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-'))
            ? location
            : throw new HubRefusal(
                $"location may have {MaxLocation} characters out of A-Z a-z 0-9 / _ . -", reasonCode: HubRefusal.PatternNotMatched);

    private static string? ExternalIdOf(string? id) =>
        id is null or { Length: <= MaxText } ? id : throw new HubRefusal($"externalId is longer than {MaxText} characters");

    private static Dictionary<string, string>? DetailsOf(Fields fields)
    {
        Dictionary<string, string>? details = null;
        for (var number = 1; number <= Details; number++)
        {
            var name = "detail" + number.ToString(CultureInfo.InvariantCulture);
            if (Cut(fields.Text(name), MaxText) is { } text) (details ??= new(StringComparer.Ordinal))[name] = text;
        }
        return details;
    }

    // The same object when nothing is new, so that an event told twice is not written twice.
    private static IReadOnlyDictionary<string, string> Merged(IReadOnlyDictionary<string, string>? old, IReadOnlyDictionary<string, string> written)
    {
        if (old is not null && written.All(detail => old.GetValueOrDefault(detail.Key) == detail.Value)) return old;
        var merged = new Dictionary<string, string>(old ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, text) in written) merged[name] = text;
        return merged;
    }

    private static string? Cut(string? text, int length) => text is null || text.Length <= length
        ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
