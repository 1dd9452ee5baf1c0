using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;

namespace Pomost.Hub.Tests;

/// <summary>Goal: the hub answers every case of the protocol as written. Method: each case in an account of its own, on both databases.</summary>
public sealed class ProtocolCaseTests(ProtocolCaseTests.Hubs hubs) : IClassFixture<ProtocolCaseTests.Hubs>
{
    public static TheoryData<string, Dialect> Cases
    {
        get
        {
            var data = new TheoryData<string, Dialect>();
            foreach (var dialect in new[] { Dialect.Sqlite, Dialect.PostgreSql })
            {
                foreach (var candidate in ProtocolCase.All()) data.Add(candidate.Name, dialect);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_hub_answers_as_the_case_says(string name, Dialect dialect)
    {
        var json = ProtocolCase.Named(name).Json;
        var hub = await hubs.OfAsync(dialect);
        var values = await ValuesInNewAccountAsync(hub, json);
        foreach (var step in json["given"]?.AsArray() ?? [])
        {
            var (_, body) = await SendAsync(hub, values, step!.AsObject());
            Assert.True(step["fails"] is not null || body?["success"]?.GetValue<bool>() is not false, $"given step failed: {body}");
            foreach (var (kept, path) in step["keep"]?.AsObject() ?? []) values.Keep(kept, At(body!, path!.GetValue<string>()));
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (status, answer) = await SendAsync(hub, values, json["request"]!.AsObject());

        var expected = json["response"]!;
        Assert.Equal(expected["status"]?.GetValue<int>() ?? 200, status);
        if (expected["body"] is { } expectedBody) Assert.Null(CaseValues.Difference(values.Fill(expectedBody), answer));
    }

    private static async Task<CaseValues> ValuesInNewAccountAsync(RunningHub hub, JsonObject json)
    {
        var account = await hub.AddAccountAsync();
        var secondOwner = "second." + account.OwnerEmail;
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        // Hashing a password takes its time, so the second user is there only for the cases that name it.
        if (json.ToJsonString().Contains("{{secondOwner}}", StringComparison.Ordinal))
            await hub.Accounts.AddUserAsync(account.AccountId, secondOwner, RunningHub.Password);
        var now = hub.Clock.GetUtcNow();
        return new CaseValues(new Dictionary<string, JsonNode>(StringComparer.Ordinal)
        {
            ["clientId"] = hub.Account.ClientId,
            ["apiSecret"] = hub.Account.ApiSecret,
            ["apiKey"] = "k1",
            ["SHA"] = RunningHub.Sign("k1", hub.Account).ToUpperInvariant(),
            ["sha"] = RunningHub.Sign("k1", hub.Account),
            ["owner"] = account.OwnerEmail,
            ["secondOwner"] = secondOwner,
            ["OWNER"] = account.OwnerEmail.ToUpperInvariant(),
            ["newOwner"] = "new." + account.OwnerEmail,
            ["password"] = RunningHub.Password,
            ["endpoint"] = hub.Http.BaseAddress!.GetLeftPart(UriPartial.Authority),
            ["now"] = now.ToUnixTimeMilliseconds(),
            ["now:text"] = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["nowSeconds"] = now.ToUnixTimeSeconds(),
            ["nowIso"] = now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        });
    }

    private static async Task<(int Status, JsonNode? Body)> SendAsync(RunningHub hub, CaseValues values, JsonObject request)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request["method"]?.GetValue<string>() ?? "POST"), values.Fill(request["path"])!.GetValue<string>());
        if (BodyOf(values, request) is { } body)
        {
            message.Content = new StringContent(body, Encoding.UTF8);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        foreach (var (header, value) in request["headers"]?.AsObject() ?? []) message.Headers.TryAddWithoutValidation(header, values.Fill(value)!.ToString());
        using var response = await hub.Http.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private static string? BodyOf(CaseValues values, JsonObject request)
    {
        if (request["rawBody"] is { } raw) return raw.GetValue<string>();
        if (request["bodySize"] is { } size) return "{\"padding\":\"" + new string('x', size.GetValue<int>() - 14) + "\"}";
        return values.Fill(request["body"])?.ToJsonString();
    }

    /// <summary>One hub on each database, started when the first case needs it.</summary>
    public sealed class Hubs : IAsyncDisposable
    {
        private readonly Dictionary<Dialect, RunningHub> hubs = [];

        internal async Task<RunningHub> OfAsync(Dialect dialect)
        {
            if (!hubs.TryGetValue(dialect, out var hub)) hubs[dialect] = hub = await RunningHub.StartAsync(dialect);
            return hub;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var hub in hubs.Values) await hub.DisposeAsync();
        }
    }

    // "contacts.0.id": names and positions, joined by dots.
    private static JsonNode At(JsonNode node, string path) => path.Split('.').Aggregate(
        node, (current, step) => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? current[index]! : current[step]!);
}
