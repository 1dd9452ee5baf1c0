using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Pomost.App.Tests.Fixture;

/// <summary>Calls a hub over its API with the credentials a program was told.</summary>
sealed class HubCaller(JsonNode hub) : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = new Uri(hub["endpoint"]!.GetValue<string>()) };

    public async Task<JsonNode> CallAsync(string path, JsonObject body)
    {
        var (client, secret) = (hub["clientId"]!.GetValue<string>(), hub["apiSecret"]!.GetValue<string>());
        body["clientId"] = client;
        body["apiKey"] = "k1";
        body["requestTime"] = 1;
        body["sha"] = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes("k1" + client + secret)));
        body["owner"] = hub["owner"]!.GetValue<string>();
        using var answer = await _http.PostAsJsonAsync(path, body);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public void Dispose() => _http.Dispose();
}
