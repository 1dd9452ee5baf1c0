using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

/// <summary>An answer of the form <c>{"code","message","data":{"status"}}</c>.</summary>
sealed class WooError(int status, string code, string message) : Exception(message)
{
    public int Status => status;
    public string Code => code;

    /// <summary>Arguments that were missing (<c>rest_missing_callback_param</c>).</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Arguments that were wrong, each with its detail code and text (<c>rest_invalid_param</c>).</summary>
    public IReadOnlyList<(string Name, string Code, string Text)> Invalid { get; init; } = [];

    public static WooError InvalidParameters(IReadOnlyList<(string Name, string Code, string Text)> invalid) =>
        new(400, "rest_invalid_param", "Invalid parameter(s): " + string.Join(", ", invalid.Select(each => each.Name))) { Invalid = invalid };

    public static WooError InvalidParameter(string name, string code, string text) => InvalidParameters([(name, code, text)]);

    public static WooError MissingParameters(params string[] names) =>
        new(400, "rest_missing_callback_param", "Missing parameter(s): " + string.Join(", ", names)) { Missing = names };

    public static WooError NoRoute() => new(404, "rest_no_route", "No route was found matching the URL and request method.");

    public static WooError NoTrash(string what) =>
        new(501, "woocommerce_rest_trash_not_supported", what + " do not support trashing.");

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("message", Message);
        json.WriteStartObject("data");
        json.WriteNumber("status", status);
        if (Missing.Count > 0)
        {
            json.WriteStartArray("params");
            foreach (var name in Missing)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }
        if (Invalid.Count > 0)
        {
            json.WriteStartObject("params");
            foreach (var (name, _, text) in Invalid)
                json.WriteString(name, text);
            json.WriteEndObject();
            json.WriteStartObject("details");
            foreach (var (name, detail, text) in Invalid)
            {
                json.WriteStartObject(name);
                json.WriteString("code", detail);
                json.WriteString("message", text);
                json.WriteNull("data");
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
