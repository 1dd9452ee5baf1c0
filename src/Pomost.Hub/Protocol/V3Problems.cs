using System.Globalization;

namespace Pomost.Hub;

/// <summary>One problem as API v3 names it.</summary>
/// <param name="ReasonCode">See <see cref="HubRefusal"/>.</param>
/// <param name="Message"><c>field|…|text</c>; the field says which product, where there are several: <c>products[2].price</c>.</param>
internal sealed record V3Problem(int ReasonCode, string Message);

/// <summary>The call was refused because of what is in it; nothing of it was stored.</summary>
internal sealed class V3Refusal(IReadOnlyList<V3Problem> problems) : Exception(problems[0].Message)
{
    public IReadOnlyList<V3Problem> Problems => problems;

    public static V3Refusal Of(int reasonCode, string message) => new([new(reasonCode, message)]);
}

/// <summary>Reads the fields of one object and gathers what is wrong with them: faults, for which the call is refused, and warnings about what was cut.</summary>
/// <param name="fields">The object.</param>
/// <param name="place">Which object, where there are several: <c>products[3]</c>. Clients look for the number before the first bar.</param>
internal sealed class V3Reader(Fields fields, string? place)
{
    private readonly List<V3Problem> faults = [];
    private readonly List<V3Problem> warnings = [];

    public IReadOnlyList<V3Problem> Faults => faults;

    public IReadOnlyList<V3Problem> Warnings => warnings;

    public string? Text(string name, int maxLength)
    {
        if (fields.Text(name) is not { } text || text.Length <= maxLength) return fields.Text(name);
        Warn(name, maxLength);
        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    public IReadOnlyList<string>? Texts(string name, int maxCount, int maxLength)
    {
        if (!Has(name)) return null;
        var texts = fields.Texts(name);
        if (texts.Count > maxCount || texts.Exists(text => text.Length > maxLength)) Warn(name, maxCount);
        return [.. texts.Take(maxCount).Select(text => text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)])];
    }

    /// <summary>What names something, so it is never cut.</summary>
    public string? Id(string name, int maxLength)
    {
        if (fields.Text(name) is not { } text || text.Length <= maxLength) return fields.Text(name);
        Exceeds(name, 1, maxLength);
        return null;
    }

    public string? Url(string name, int maxLength)
    {
        if (Id(name, maxLength) is not { } text) return null;
        if (IsUrl(text)) return text;
        Fault(HubRefusal.PatternNotMatched, $"{name}|must be an http or https address");
        return null;
    }

    public IReadOnlyList<string>? Urls(string name, int maxCount, int maxLength)
    {
        if (!Has(name)) return null;
        var urls = fields.Texts(name);
        if (urls.Count > maxCount) Warn(name, maxCount);
        if (urls.Exists(url => url.Length > maxLength || !IsUrl(url))) Fault(HubRefusal.PatternNotMatched, $"{name}|must be http or https addresses");
        return [.. urls.Take(maxCount)];
    }

    public bool? Flag(string name) => Read(name, "boolean", () => fields.FlagOrNull(name));

    public long? Integer(string name) => Read(name, "integer", () => fields.Integer(name));

    /// <summary>A number that is not negative, with at most so many digits behind the point.</summary>
    public decimal? Amount(string name, int digits, decimal max)
    {
        if (Read(name, "number", () => fields.Amount(name)) is not { } amount) return null;
        if (amount < 0 || amount > max)
        {
            Exceeds(name, 0, max);
            return null;
        }
        return Math.Round(amount, digits, MidpointRounding.AwayFromZero);
    }

    /// <summary>True when the field is there at all; null counts as absent.</summary>
    public bool Has(string name) => fields.Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    public void Missing(string name) => Fault(HubRefusal.RequiredFieldMissing, $"{name}|is required");

    /// <summary>In the place of the object stands something else.</summary>
    public void IsNoObject() => faults.Add(new(HubRefusal.WrongType, $"{place}:object|has the wrong type"));

    public void Exceeds(string name, decimal min, decimal max) =>
        Fault(HubRefusal.ExceedsLimits, string.Create(CultureInfo.InvariantCulture, $"{name}|min:{min}|max:{max}|is out of its limits"));

    public void Fault(int reasonCode, string message) => faults.Add(new(reasonCode, Placed(message)));

    private void Warn(string name, int max) =>
        warnings.Add(new(HubRefusal.WasTrimmed, Placed(string.Create(CultureInfo.InvariantCulture, $"{name}|max:{max}|was trimmed"))));

    private string Placed(string message) => place is null ? message : $"{place}.{message}";

    private T? Read<T>(string name, string type, Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (HubRefusal)
        {
            Fault(HubRefusal.WrongType, $"{name}:{type}|has the wrong type");
            return default;
        }
    }

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}
