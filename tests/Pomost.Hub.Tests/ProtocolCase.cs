using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomost.Hub.Tests;

/// <summary>One case of <c>cases/salesmanago</c>; the shape is described in the README beside the cases.</summary>
internal sealed record ProtocolCase(string Name, JsonObject Json)
{
    public static IEnumerable<ProtocolCase> All() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "cases", "salesmanago"), "*.json")
            .Order(StringComparer.Ordinal)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(node =>
                new ProtocolCase($"{Path.GetFileNameWithoutExtension(file)}: {node!["name"]}", node.AsObject())));

    public static ProtocolCase Named(string name) => All().Single(candidate => candidate.Name == name);
}

/// <summary>The values behind the placeholders of a case, and the comparison with what was expected.</summary>
internal sealed partial class CaseValues(IDictionary<string, JsonNode> values)
{
    public void Keep(string name, JsonNode value) => values[name] = value;

    /// <summary>Puts values in place of placeholders; a text that is one placeholder takes the value's own type.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject given => new JsonObject(given.Select(pair => KeyValuePair.Create(FillText(pair.Key).ToString(), Fill(pair.Value)))),
        JsonArray given => new JsonArray([.. given.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) => FillText(text),
        _ => node?.DeepClone(),
    };

    /// <summary>Where the answer differs from what was expected; null when it does not.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, string path = "$") => expected switch
    {
        JsonObject wanted => actual is JsonObject given ? ObjectDifference(wanted, given, path) : Differs(path, expected, actual),
        JsonArray wanted => actual is JsonArray given ? ArrayDifference(wanted, given, path) : Differs(path, expected, actual),
        JsonValue value when value.TryGetValue<string>(out var text) && Matcher().IsMatch(text) => Matches(text, actual) ? null : Differs(path, expected, actual),
        _ => JsonNode.DeepEquals(expected, actual) ? null : Differs(path, expected, actual),
    };

    private JsonNode FillText(string text)
    {
        if (Placeholder().Match(text) is { Success: true } whole && whole.Length == text.Length && values.TryGetValue(whole.Groups["name"].Value, out var value))
            return value.DeepClone();
        return Placeholder().Replace(text, match => values.TryGetValue(match.Groups["name"].Value, out var part) ? part.ToString() : match.Value);
    }

    private static string? ObjectDifference(JsonObject wanted, JsonObject given, string path)
    {
        var missing = wanted.Select(pair => pair.Key).Except(given.Select(pair => pair.Key), StringComparer.Ordinal).ToList();
        var extra = given.Select(pair => pair.Key).Except(wanted.Select(pair => pair.Key), StringComparer.Ordinal).ToList();
        if (missing.Count + extra.Count > 0) return $"{path}: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", extra)}]";
        return wanted.Select(pair => Difference(pair.Value, given[pair.Key], $"{path}.{pair.Key}")).FirstOrDefault(found => found is not null);
    }

    private static string? ArrayDifference(JsonArray wanted, JsonArray given, string path) => wanted.Count != given.Count
        ? $"{path}: expected {wanted.Count} elements, got {given.Count}: {given.ToJsonString()}"
        : wanted.Select((node, index) => Difference(node, given[index], string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))
            .FirstOrDefault(found => found is not null);

    private static bool Matches(string matcher, JsonNode? actual) => matcher switch
    {
        "{{any}}" => true,
        "{{text}}" => actual is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0,
        "{{uuid}}" => actual is JsonValue value && value.TryGetValue<string>(out var text) && Guid.TryParseExact(text, "D", out var id) && text == id.ToString(),
        "{{int}}" => actual is JsonValue value && value.TryGetValue<long>(out _),
        "{{ms}}" => actual is JsonValue value && value.TryGetValue<long>(out var number) && number > 1_000_000_000_000,
        "{{hex40}}" => actual is JsonValue value && value.TryGetValue<string>(out var text) && Hex40().IsMatch(text),
        _ => throw new InvalidOperationException($"No value and no matcher is called {matcher}."),
    };

    private static string Differs(string path, JsonNode? expected, JsonNode? actual) =>
        $"{path}: expected {expected?.ToJsonString() ?? "null"}, got {actual?.ToJsonString() ?? "null"}";

    [GeneratedRegex(@"\{\{(?<name>[A-Za-z0-9:]+)\}\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\{\{[A-Za-z0-9]+\}\}$", RegexOptions.None, 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex("^[0-9a-f]{40}$", RegexOptions.None, 1000)]
    private static partial Regex Hex40();
}
