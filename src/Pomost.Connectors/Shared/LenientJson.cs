using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pomost.Connectors.Shared;

// PHP shops write numbers as strings, strings as numbers, [] for an empty object and objects for lists with holes.
// These converters take what they can use and skip the rest, so that one odd field never costs a record.

/// <summary>Text from a string, a number or a truth value; anything else is absent.</summary>
sealed class LenientText : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return TextOf(ref reader);
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            default:
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TextOf(ref reader);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WritePropertyName(value!);

    static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: an emoji cut by a database column.
            return "\uFFFD";
        }
    }
}

/// <summary>A whole number from a number or a string; anything else is 0, which no platform uses as an id.</summary>
sealed class LenientNumber : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? whole
                    : reader.TryGetDouble(out var wide) && Math.Abs(wide) < long.MaxValue ? (long)wide : 0;
            case JsonTokenType.String:
                return Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used) && used == reader.ValueSpan.Length ? number : 0;
            case JsonTokenType.True:
                return 1;
            default:
                reader.Skip();
                return 0;
        }
    }

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>A truth value from true, 1, "1", "true" or "yes"; anything else is false.</summary>
sealed class LenientBool : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) && number != 0;
            case JsonTokenType.String:
                return reader.ValueTextEquals("1"u8) || reader.ValueTextEquals("true"u8) || reader.ValueTextEquals("yes"u8);
            default:
                reader.Skip();
                return false;
        }
    }

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}

/// <summary>An object; a list (PHP's empty object) or anything else is absent.</summary>
sealed class LenientObject<T> : JsonConverter<T?>
    where T : class
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T?>)options.GetTypeInfo(typeof(T)));
}

/// <summary>The objects of a list, or of an object (PHP's list with holes); anything else is an empty list, as are items that are no objects.</summary>
sealed class LenientList<T> : JsonConverter<List<T>>
    where T : class
{
    public override List<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var items = new List<T>();
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            reader.Skip();
            return items;
        }
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                continue;
            if (reader.TokenType == JsonTokenType.StartObject)
                items.Add(JsonSerializer.Deserialize(ref reader, type)!);
            else
                reader.Skip();
        }
        return items;
    }

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, List<T> value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, value, (JsonTypeInfo<List<T>>)options.GetTypeInfo(typeof(List<T>)));
}

/// <summary>Values shops write as text.</summary>
static class LenientValue
{
    /// <summary>A sum with a point or a comma; null when there is none or it is no number.</summary>
    public static decimal? Money(string? text)
        => decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) ? value
            : text is not null && text.Contains(',', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal)
                ? Money(text.Replace(',', '.')) : null;

    /// <summary>A UTC time written without zone, with Z or with an offset; null for zeros, for nothing and for nonsense.</summary>
    public static DateTimeOffset? UtcTime(string? text)
        => DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary>The text, trimmed; null when nothing is left.</summary>
    public static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
