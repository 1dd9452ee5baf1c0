using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomost.App.Output;

/// <summary>Writes a command's result: JSON for programs, lines for people.</summary>
static class Printer
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>One JSON document on one line.</summary>
    public static void Json(object result, params IEnumerable<(string Name, long Value)> more)
    {
        var node = JsonSerializer.SerializeToNode(result, Options)!.AsObject();
        foreach (var (name, value) in more)
            node[name] = value;
        Console.Out.WriteLine(node.ToJsonString(Options));
    }

    public static void Json(object result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, Options));

    public static void Line(string text) => Console.Out.WriteLine(text);

    public static void Problem(string text) => Console.Error.WriteLine(text);
}
