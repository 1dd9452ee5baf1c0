using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Pomost.Hub;

/// <summary>
/// The fields of one JSON object as other people's programs write them: names in any case, numbers as text and text as numbers,
/// null and empty text as absent, PHP arrays that became objects.
/// </summary>
internal sealed class Fields
{
    // A number below this is seconds, from here on milliseconds: seconds reach it in the year 5138, milliseconds passed it in 1973.
    private const long FirstMillisecond = 100_000_000_000;

    private readonly Dictionary<string, JsonElement> values;

    private Fields(Dictionary<string, JsonElement> values) => this.values = values;

    /// <summary>Reads an object; anything else has no fields.</summary>
    public static Fields From(JsonElement element)
    {
        var read = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
                    read[Decoded(property, static p => p.Name)] = property.Value;
            }
        }
        return new Fields(read);
    }

    public IEnumerable<string> Names => values.Keys;

    /// <summary>Text without surrounding white space; null when absent or empty.</summary>
    public string? Text(string name) => values.TryGetValue(name, out var value) ? TextOf(value) : null;

    public string RequiredText(string name) => Text(name) ?? throw HubRefusal.Missing(name);

    public bool Flag(string name) => FlagOrNull(name) ?? false;

    public bool? FlagOrNull(string name) => Text(name)?.ToUpperInvariant() switch
    {
        null => null,
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => throw new HubRefusal(name + " must be true or false", reasonCode: HubRefusal.WrongType),
    };

    public long? Integer(string name)
    {
        if (Text(name) is not { } text) return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : throw new HubRefusal(name + " must be a whole number", reasonCode: HubRefusal.WrongType);
    }

    public decimal? Amount(string name)
    {
        if (Text(name) is not { } text) return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new HubRefusal(name + " must be a number", reasonCode: HubRefusal.WrongType);
    }

    /// <summary>A moment as milliseconds or seconds since 1970, or ISO 8601 text (UTC unless it says otherwise).</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            var milliseconds = Math.Abs(number) < FirstMillisecond ? number * 1000 : number;
            if (milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()) return DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        }
        else if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
        {
            return moment;
        }
        throw new HubRefusal(name + " must be a time in milliseconds or ISO 8601", reasonCode: HubRefusal.WrongType);
    }

    /// <summary>An identifier of ours; false when absent or not one, and then nothing can be found by it.</summary>
    public bool TryId(string name, out Guid id) => Guid.TryParse(Text(name), out id);

    public bool TryObject(string name, [NotNullWhen(true)] out Fields? fields)
    {
        fields = values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Object ? From(value) : null;
        return fields is not null;
    }

    /// <summary>An object, or one without fields when it is absent.</summary>
    public Fields Object(string name) => TryObject(name, out var fields) ? fields : new Fields([]);

    /// <summary>Texts of a list; a single text counts as a list of one, an object as the list of its values.</summary>
    public List<string> Texts(string name)
    {
        var texts = new List<string>();
        if (!values.TryGetValue(name, out var value)) return texts;
        foreach (var element in Listed(value))
        {
            if (TextOf(element) is { } text) texts.Add(text);
        }
        return texts;
    }

    /// <summary>Elements of a list of objects; a single object counts as a list of one unless it only numbers other objects.</summary>
    public List<JsonElement> Elements(string name)
    {
        if (!values.TryGetValue(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any(property => property.Value.ValueKind != JsonValueKind.Object))
            return [value];
        return [.. Listed(value).Where(element => element.ValueKind == JsonValueKind.Object)];
    }

    /// <summary>
    /// Elements of a list with those that are no objects among them, so that each keeps its number: who sends a list of rows is told about every one.
    /// </summary>
    public List<JsonElement> Rows(string name)
    {
        if (!values.TryGetValue(name, out var value)) return [];
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : Elements(name);
    }

    /// <summary>Text of a field that may itself be JSON, which is then kept as written.</summary>
    public string? TextOrJson(string name) => values.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
        ? value.GetRawText()
        : Text(name);

    private static IEnumerable<JsonElement> Listed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        JsonValueKind.Object => value.EnumerateObject().Select(property => property.Value),
        _ => [value],
    };

    private static string? TextOf(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => Decoded(value, static v => v.GetString()!),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
        if (string.IsNullOrEmpty(text)) return null;
        // No database column takes a NUL, and no name or address has one.
        if (text.Contains('\0', StringComparison.Ordinal)) text = text.Replace("\0", "", StringComparison.Ordinal);
        text = text.Trim();
        return text.Length == 0 ? null : text;
    }

    // Half of a surrogate pair is legal JSON and no text.
    private static string Decoded<T>(T value, Func<T, string> read)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException)
        {
            throw new HubRefusal("Request body holds text that is not Unicode", reasonCode: HubRefusal.WrongType);
        }
    }
}
