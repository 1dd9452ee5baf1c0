using System.Text.Json;

namespace Pomost.Rules;

/// <summary>Finds the e-mail addresses in what people and programs wrote: a cell of a file, a field of a shop, a stored record.</summary>
/// <remarks>Only whole addresses are found: none is part of another.</remarks>
public static class AddressesInText
{
    // None of these stands in an address that is accepted.
    static readonly char[] Between = [',', ';', ':', '<', '>', '(', ')', '[', ']', '"', '\\', '\u201E', '\u201D', '\u201C'];

    // These may, and yet people put them between two addresses, and programs around one.
    static readonly char[] Doubtful = ['/', '|', '\'', '`', '=', '&', '?'];

    static readonly char[] Around = ['.', '-', '*', '!', '\'', '`'];

    /// <summary>Keys (<see cref="EmailAddress.Key"/>) of all addresses in a text, each once. Never throws.</summary>
    /// <param name="text">May be null, or anything.</param>
    public static IReadOnlyList<string> KeysOf(string? text)
    {
        if (text is null || !text.Contains('@', StringComparison.Ordinal))
            return [];
        if (EmailAddress.TryParse(text, out var whole, out _))
            return [whole.Key];
        return [.. Words(text, Between).SelectMany(KeysOfWord).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The same of every string in a JSON text; what is no JSON is read as it stands.</summary>
    public static IReadOnlyList<string> KeysOfJson(string? json)
    {
        if (json is null || !json.Contains('@', StringComparison.Ordinal))
            return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. Strings(document.RootElement).SelectMany(KeysOf).Distinct(StringComparer.Ordinal)];
        }
        catch (JsonException)
        {
            return KeysOf(json);
        }
    }

    static IEnumerable<string> KeysOfWord(string word)
    {
        if (EmailAddress.TryParse(word, out var address, out _) || EmailAddress.TryParse(word.Trim(Around), out address, out _))
            return [address.Key];
        return Words(word, Doubtful)
            .Select(part => EmailAddress.TryParse(part.Trim(Around), out var found, out _) ? found.Key : null).OfType<string>();
    }

    static IEnumerable<string> Words(string text, char[] separators)
    {
        foreach (var part in text.Split(separators))
        {
            foreach (var word in part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (word.Contains('@', StringComparison.Ordinal))
                    yield return word;
            }
        }
    }

    static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Strings(property.Value)),
        _ => [],
    };
}
