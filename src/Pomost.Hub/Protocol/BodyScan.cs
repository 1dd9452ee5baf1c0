using System.Text.Json;

namespace Pomost.Hub;

/// <summary>
/// Reads a large body once from its beginning to its end, as it comes, and keeps only what says who calls: no more than that may be built of it before the
/// caller is known, and nothing of a body whose values would outgrow the memory.
/// </summary>
internal sealed class BodyScan
{
    /// <summary>Names and values a body may have; a batch of a thousand contacts with every field filled has a tenth of it.</summary>
    public const int MostTokens = 1_000_000;

    private const int LongestName = 32;
    private const int LongestValue = 4 * 1024;

    private readonly Dictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
    private JsonReaderState state = new(new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
    private string? name;
    private int consumed;
    private int tokens;

    /// <summary>Texts and numbers of the outermost object by name, as far as it was read; long ones are left out.</summary>
    public IReadOnlyDictionary<string, string> Found => found;

    /// <summary>Reads on.</summary>
    /// <param name="body">The body from its beginning, as far as it has come.</param>
    /// <param name="isWhole">Nothing will follow.</param>
    /// <exception cref="HubRefusal">Not JSON, not an object, or too many values.</exception>
    public void GoOn(ReadOnlySpan<byte> body, bool isWhole)
    {
        if (consumed == 0 && body.StartsWith("\uFEFF"u8)) consumed = 3;
        var reader = new Utf8JsonReader(body[consumed..], isWhole, state);
        try
        {
            while (reader.Read()) Take(ref reader);
        }
        catch (JsonException)
        {
            throw RequestBody.Malformed("Request body is not valid JSON");
        }
        consumed += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        if (++tokens > MostTokens) throw new HubRefusal("Request body has too many values", StatusCodes.Status413PayloadTooLarge);
        if (tokens == 1 && reader.TokenType != JsonTokenType.StartObject) throw RequestBody.Malformed("Request body is not a JSON object");
        if (reader.CurrentDepth != 1) return;
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            name = reader.ValueSpan.Length <= LongestName ? TextOf(ref reader) : null;
            return;
        }
        if (name is { } wanted && reader.TokenType is (JsonTokenType.String or JsonTokenType.Number) && reader.ValueSpan.Length <= LongestValue)
            found.TryAdd(wanted, TextOf(ref reader));
        name = null;
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.Number ? System.Text.Encoding.ASCII.GetString(reader.ValueSpan) : reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new HubRefusal("Request body holds text that is not Unicode", reasonCode: HubRefusal.WrongType);
        }
    }
}
