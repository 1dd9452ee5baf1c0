using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>
/// One file per case in <c>Cases</c>: a record as the shop sends it, settings that differ from the defaults, and the part of our
/// record it must become. What the case does not mention is not compared.
/// </summary>
public sealed class WooCommerceMappingTests
{
    static readonly JsonSerializerOptions Readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Cases");

    public static TheoryData<string> Cases { get; } = [.. Directory.GetFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_record_becomes_what_its_case_says(string name)
    {
        var given = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")))!;
        Assert.NotEmpty(given["description"]!.GetValue<string>());
        var settings = SettingValues.Empty.With("url", "https://sklep.example")
            .With("consumer_key", "ck_" + new string('0', 40)).With("consumer_secret", "cs_" + new string('0', 40));
        foreach (var (key, value) in given["settings"]?.AsObject() ?? [])
            settings = settings.With(key, value!.GetValue<string>());

        var mapped = Mapped(given["kind"]!.GetValue<string>(), given["record"]!, WooCommerceSettings.Of(settings));

        Assert.Equal([], Differences("", given["expected"], mapped));
    }

    static JsonNode? Mapped(string kind, JsonNode record, WooCommerceSettings settings)
    {
        var list = Encoding.UTF8.GetBytes($"[{record.ToJsonString()}]");
        switch (kind)
        {
            case "customer":
                var customer = Assert.Single(WooCommerceApi.RowsOf(list, WooCommerceJson.Default.WooCustomer)).Value;
                return Node(new { IsCustomer = WooCommerceMapping.IsCustomer(customer, settings), Contact = WooCommerceMapping.Contact(customer, settings) });
            case "product":
                return Node(WooCommerceMapping.Product(Assert.Single(WooCommerceApi.RowsOf(list, WooCommerceJson.Default.WooProduct)).Value, []));
            default:
                var order = Assert.Single(WooCommerceApi.RowsOf(list, WooCommerceJson.Default.WooOrder)).Value;
                var (read, rejected) = WooCommerceMapping.Order(order, settings, product => product == 7 ? [new MenuPath(["Dom", "Miód"])] : []);
                return Node(new { Order = read, Rejected = rejected });
        }
    }

    static JsonNode? Node<T>(T record) => JsonSerializer.SerializeToNode(record, Readable);

    static IEnumerable<string> Differences(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonObject fields when actual is JsonObject found:
                return fields.SelectMany(field => found.ContainsKey(field.Key)
                    ? Differences($"{path}.{field.Key}", field.Value, found[field.Key]) : [$"{path}.{field.Key}: no such field"]);
            case JsonArray items when actual is JsonArray found && items.Count == found.Count:
                return items.SelectMany((item, at) => Differences($"{path}[{at}]", item, found[at]));
            default:
                return Same(expected, actual) ? [] : [$"{path}: expected {Text(expected)}, got {Text(actual)}"];
        }
    }

    static bool Same(JsonNode? expected, JsonNode? actual)
        => expected is JsonValue number && number.GetValueKind() == JsonValueKind.Number && actual?.GetValueKind() == JsonValueKind.Number
            ? decimal.Parse(Text(expected), System.Globalization.CultureInfo.InvariantCulture) == decimal.Parse(Text(actual), System.Globalization.CultureInfo.InvariantCulture)
            : JsonNode.DeepEquals(expected, actual);

    static string Text(JsonNode? node) => node?.ToJsonString(Readable) ?? "null";
}
