using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomost.Salesmanago.Wire;

/// <summary>Reads a text that may come as a number or a boolean. Ids do: the same field is "42" in one answer and 42 in the next.</summary>
sealed class LenientText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                return whole.ToString(CultureInfo.InvariantCulture);
            case JsonTokenType.Number when reader.TryGetDecimal(out var fraction):
                return fraction.ToString(CultureInfo.InvariantCulture);
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            default:
                // An object or array where a text is expected carries nothing we use.
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.GetString() ?? "";

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        => writer.WritePropertyName(value);
}

/// <summary>Reads a boolean that may come as "true", 1 or "1". Anything else is false.</summary>
sealed class LenientFlag : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) && number != 0;
            case JsonTokenType.String:
                return reader.GetString() is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));
            default:
                reader.Skip();
                return false;
        }
    }

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}

/// <summary>Reads a whole number that may come as a text or with a fraction; an unreadable one is 0.</summary>
sealed class LenientNumber : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                return whole;
            case JsonTokenType.Number when reader.TryGetDouble(out var fraction) && Math.Abs(fraction) < long.MaxValue:
                return (long)fraction;
            case JsonTokenType.String when long.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var parsed):
                return parsed;
            default:
                reader.Skip();
                return 0;
        }
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads a list of texts that may come as one text, as null, or with objects in it.</summary>
/// <remarks>From an object the first field that names a record is taken; <c>failedContacts</c> is documented by name only.</remarks>
sealed class LenientTexts : JsonConverter<IReadOnlyList<string>>
{
    static readonly string[] NamingFields = ["email", "contactId", "value", "message", "name", "id"];

    public override bool HandleNull => true;

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(TextOf).OfType<string>()]
            : TextOf(document.RootElement) is { } one ? [one] : [];
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    static string? TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.Object => NamingFields
            .Select(field => element.TryGetProperty(field, out var value) ? TextOf(value) : null)
            .FirstOrDefault(text => text is not null),
        _ => null,
    };
}
