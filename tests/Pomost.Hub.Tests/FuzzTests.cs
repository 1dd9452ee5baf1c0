using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Goal: whatever a stranger or a client sends to the hub, it answers in the protocol and never with a server error. Method: the recorded
/// requests, changed by chance, with and without valid credentials.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Recorded_requests_changed_by_chance_are_answered_in_the_protocol()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var (paths, samples) = await RecordedAsync(hub);
        var fuzz = new Fuzz(samples, 3_000);
        var failures = new List<string>();
        var known = Encoding.UTF8.GetBytes(
            $"{{\"clientId\":\"{hub.Account.ClientId}\",\"apiKey\":\"k1\",\"sha\":\"{RunningHub.Sign("k1", hub.Account)}\",\"owner\":\"{hub.Account.OwnerEmail}\",\"x\":0,");
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            var input = fuzz.NextInput();
            // Behind credentials that hold, three times in four: what is refused at the door tests the door alone.
            if (fuzz.Next(4) > 0 && input.Length > 0)
                input = [.. known, .. input.AsSpan(1)];
            var path = fuzz.Of(paths);
            using var body = new ByteArrayContent(input);
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(fuzz.Of(Types));
            using var answer = await hub.Http.PostAsync(path, body);
            var text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode >= 500)
                failures.Add(fuzz.Told(path, input, $"HTTP {(int)answer.StatusCode}"));
            else if (path.StartsWith("/api", StringComparison.Ordinal) && !IsJson(text))
                failures.Add(fuzz.Told(path, input, $"HTTP {(int)answer.StatusCode} without JSON"));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {fuzz.Count}:\n{string.Join('\n', failures.Take(10))}");
    }

    private static readonly string[] Types =
    [
        "application/json", "application/json", "application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=zz",
    ];

    private static async Task<(List<string> Paths, List<byte[]> Samples)> RecordedAsync(RunningHub hub)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "cases", "salesmanago")))
            folder = folder.Parent!;
        var (paths, samples) = (new List<string> { "/api/wm/uploadImage.json", "/api/unknown", "/v3/unknown" }, new List<byte[]>());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.FullName, "cases", "salesmanago"), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var request in Requests(JsonNode.Parse(await File.ReadAllTextAsync(file))))
            {
                if (request["path"]?.ToString() is not { } path || request["body"] is not { } body)
                    continue;
                paths.Add(path);
                samples.Add(Encoding.UTF8.GetBytes(body.ToJsonString()
                    .Replace("{{clientId}}", hub.Account.ClientId, StringComparison.Ordinal).Replace("{{apiKey}}", "k1", StringComparison.Ordinal)
                    .Replace("{{owner}}", hub.Account.OwnerEmail, StringComparison.Ordinal)
                    .Replace("{{sha}}", RunningHub.Sign("k1", hub.Account), StringComparison.Ordinal)));
            }
        }

        Assert.True(samples.Count > 50, "The recorded requests were not found.");
        return ([.. paths.Distinct(StringComparer.Ordinal)], samples);
    }

    private static IEnumerable<JsonObject> Requests(JsonNode? node) => node switch
    {
        JsonObject one when one["request"] is JsonObject request => [request, .. one.SelectMany(pair => Requests(pair.Value))],
        JsonObject one => one.SelectMany(pair => Requests(pair.Value)),
        JsonArray all => all.SelectMany(Requests),
        _ => [],
    };

    private static bool IsJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is not null;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
