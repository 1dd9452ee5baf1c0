using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Domain event to wire event, within the limits of API v2. Pure. The README holds the table of fields.</summary>
static partial class EventMapping
{
    const int MaxProducts = 512;
    const int MaxDescription = 2048;
    const int MaxDetail = 255;
    const int MaxLocation = 36;
    const int MaxExternalId = 255;

    /// <summary>19 digits before the decimals.</summary>
    const decimal MaxValue = 9_999_999_999_999_999_999m;

    /// <summary>Says what makes an event unfit to be sent: identity must not be cut, so it is refused here.</summary>
    public static string? Problem(OutgoingEvent happened) => happened switch
    {
        { ExternalId.Length: 0 or > MaxExternalId } => $"externalId is empty or longer than {MaxExternalId} characters.",
        { Location.Length: 0 or > MaxLocation } => $"location is empty or longer than {MaxLocation} characters.",
        _ when !LocationText().IsMatch(happened.Location) => "location holds other characters than A-Z a-z 0-9 / _ . -",
        _ when Math.Abs(happened.Value) > MaxValue => "value has more than 19 digits.",
        _ => null,
    };

    public static EventBody Body(OutgoingEvent happened, string? eventId = null)
    {
        // Ids, names, quantities and codes stand at the same places, as far as each list reaches: a product that no longer exists leaves its id empty.
        var products = happened.Products;
        return new EventBody
        {
            EventId = eventId,
            Date = happened.At.ToUnixTimeMilliseconds(),
            ContactExtEventType = TypeOf(happened.Kind),
            Products = products.Any(product => !string.IsNullOrEmpty(product.Id)) ? Joined(products.Select(product => product.Id), ',', MaxProducts, cutFirst: false) : null,
            Value = Math.Round(happened.Value, 2, MidpointRounding.AwayFromZero),
            Location = happened.Location,
            Description = Description(happened),
            ExternalId = happened.ExternalId,
            ShopDomain = Cut(happened.ShopDomain, MaxDetail),
            Detail1 = Joined(products.Select(product => Item(product.Name)), ',', MaxDetail, cutFirst: true),
            Detail3 = Joined(products.Select(product => product.Quantity.ToString("0.####", CultureInfo.InvariantCulture)), '/', MaxDetail, cutFirst: false),
            Detail5 = Cut(happened.DeliveryMethod, MaxDetail),
            Detail6 = products.Any(product => !string.IsNullOrEmpty(product.Sku))
                ? Joined(products.Select(product => Item(product.Sku)), ',', MaxDetail, cutFirst: false)
                : null,
            Detail9 = Cut(happened.Currency, MaxDetail),
            Detail10 = Cut(happened.PickUpPlace, MaxDetail),
            Detail11 = Cut(happened.OrderNumber, MaxDetail),
        };
    }

    public static string TypeOf(OutgoingEventKind kind) => kind switch
    {
        OutgoingEventKind.Purchase => "PURCHASE",
        OutgoingEventKind.Cart => "CART",
        OutgoingEventKind.Cancellation => "CANCELLATION",
        OutgoingEventKind.Return => "RETURN",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of event."),
    };

    /// <summary>Reads an event's identity off a card; false for kinds that are not ours and for events without an id.</summary>
    public static bool TryIdentity(CardEvent onCard, [NotNullWhen(true)] out EventIdentity? identity)
    {
        OutgoingEventKind? kind = onCard.ContactExtEventType?.ToUpperInvariant() switch
        {
            "PURCHASE" => OutgoingEventKind.Purchase,
            "CART" => OutgoingEventKind.Cart,
            "CANCELLATION" => OutgoingEventKind.Cancellation,
            "RETURN" => OutgoingEventKind.Return,
            _ => null,
        };
        identity = kind is { } known && !string.IsNullOrEmpty(onCard.ExternalId)
            ? new EventIdentity(known, onCard.ExternalId, onCard.Location ?? "")
            : null;
        return identity is not null;
    }

    /// <summary>Values of an event that may not stand in a message.</summary>
    public static string?[] Personal(OutgoingEvent happened) => [happened.Email];

    /// <summary>A cart's link leads nowhere when cut, so a link that is too long is left out.</summary>
    static string? Description(OutgoingEvent happened)
        => happened is { Kind: OutgoingEventKind.Cart, Description.Length: > MaxDescription } ? null : Cut(happened.Description, MaxDescription);

    /// <summary>An item of a list without the comma that would make it two: <c>Kawa, mielona 0,5 kg</c> is <c>Kawa mielona 0.5 kg</c>.</summary>
    static string Item(string? text)
        => text is null || !text.Contains(',', StringComparison.Ordinal) ? text ?? "" : Commas().Replace(DecimalComma().Replace(text, "."), " ").Trim();

    /// <summary>Joins as many items as fit whole; a half id or quantity would be another one.</summary>
    static string? Joined(IEnumerable<string?> items, char separator, int maxLength, bool cutFirst)
    {
        var joined = new StringBuilder();
        var first = true;
        foreach (var item in items)
        {
            var text = item ?? "";
            if (joined.Length + text.Length + (first ? 0 : 1) > maxLength)
            {
                if (first && cutFirst)
                    joined.Append(Cut(text, maxLength));
                break;
            }

            if (!first)
                joined.Append(separator);
            joined.Append(text);
            first = false;
        }

        return joined.Length == 0 ? null : joined.ToString();
    }

    /// <summary>Cuts between whole characters; an empty text is not sent.</summary>
    static string? Cut(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text) || text.Length <= maxLength)
            return string.IsNullOrEmpty(text) ? null : text;
        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    [GeneratedRegex("(?<=[0-9]),(?=[0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"\s*,\s*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Commas();

    [GeneratedRegex("^[A-Za-z0-9/_.-]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LocationText();
}
