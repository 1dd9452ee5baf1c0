using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomost.Panel.Features.Deliveries;

/// <summary>What is sent, for reading: secrets struck out always, the person unless one may see them.</summary>
static partial class PayloadText
{
    const string Struck = "•••";
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What may be read by everybody; whatever else a record gains is struck out until somebody thinks of it.
    static readonly HashSet<string> Impersonal = new(StringComparer.OrdinalIgnoreCase)
    {
        "Kind", "Channel", "State", "Source", "Consent", "EmailConsent", "SmsConsent", "Tags", "RemoveTags", "Set", "Remove", "At", "Value", "Currency", "Location", "ShopDomain",
        "Products", "Id", "Quantity", "Sku", "ExternalId", "DeliveryMethod", "OrderNumber", "Language", "Country",
    };

    // Containers whose own members are asked one by one.
    static readonly HashSet<string> Containers = new(StringComparer.OrdinalIgnoreCase) { "Address" };

    public static string Of(string payload, bool showsPerson)
    {
        try
        {
            return JsonNode.Parse(payload) is { } node ? Shown(node, null, showsPerson)!.ToJsonString(Readable) : Struck;
        }
        catch (JsonException)
        {
            return Struck;
        }
    }

    static JsonNode? Shown(JsonNode? node, string? name, bool showsPerson) => node switch
    {
        JsonObject members => new JsonObject(members.Select(pair => KeyValuePair.Create(pair.Key, Member(pair.Key, name, pair.Value, showsPerson)))),
        JsonArray items => new JsonArray([.. items.Select(item => Shown(item, name, showsPerson))]),
        JsonValue value => Text(value),
        _ => null,
    };

    static JsonNode? Member(string key, string? within, JsonNode? value, bool showsPerson)
    {
        if (SecretName().IsMatch(key))
            return Struck;
        // Tags are the names of members where they carry points.
        var isAllowed = showsPerson || Impersonal.Contains(key) || Containers.Contains(key) || within is "Set";
        if (!isAllowed)
            return value is null ? null : Struck;
        // A product's name is no person's.
        return Shown(value, key, showsPerson || key == "Products");
    }

    // A link that opens a cart again, or logs somebody in, carries its secret in the query.
    static JsonNode Text(JsonValue value)
        => value.TryGetValue<string>(out var text) && Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" && link.Query.Length > 0
            ? JsonValue.Create(link.GetLeftPart(UriPartial.Path) + "?" + Struck) : value.DeepClone();

    [GeneratedRegex("secret|password|token|signature|apikey|api_key", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();
}
