using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: what an operator's Prometheus reads is well-formed, true, and nobody else's. Method: the demo as a program, its figures compared with the API's.</summary>
public sealed partial class MetricsTests
{
    const string Token = "tajny-token-prometheusa";

    [Fact]
    public async Task Without_a_token_there_is_no_such_page_and_the_health_of_the_system_is_told_to_keys()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var http = new HttpClient { BaseAddress = new Uri(program.NextJson()["panel"]!.GetValue<string>()) };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);

        var key = (await CommandLineTests.OkAsync(folder, "apikey", "create", "test", "--account", "1"))["key"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        JsonNode? node = null;
        // The process says that it lives right after its start.
        while (node is null)
            node = (await http.GetFromJsonAsync<JsonArray>("/api/v1/system"))!.FirstOrDefault(line => line!["topic"]!.GetValue<string>() == "Node");
        var lines = (await http.GetFromJsonAsync<JsonArray>("/api/v1/system"))!.ToLookup(line => line!["topic"]!.GetValue<string>());
        Assert.StartsWith("intake,engine,panel ", node["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach (var topic in new[] { "Lag", "Disk", "Database", "Clock", "Version", "EncryptionKey" })
            Assert.Equal((topic, "Ok"), (topic, Assert.Single(lines[topic])!["state"]!.GetValue<string>()));
        Assert.True(Assert.Single(lines["EncryptionKey"])!["at"]!.GetValue<DateTimeOffset>() > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task With_its_token_the_figures_are_well_formed_and_true()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.StartWith(
            "POMOST_METRICS_TOKEN", Token, "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "20", "--guests", "5", "--orders", "10", "--living", "3600");
        using var http = new HttpClient { BaseAddress = new Uri(program.NextJson()["panel"]!.GetValue<string>()) };
        foreach (var wrong in new[] { null, "Bearer x", Token, "Bearer " + Token + "x", "Basic " + Token })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Authorization", wrong);
            Assert.Equal((wrong, HttpStatusCode.Unauthorized), (wrong, (await http.SendAsync(request)).StatusCode));
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var kinds = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Kind().Match(line) is { Success: true } kind)
                kinds.Add(kind.Groups["name"].Value, kind.Groups["kind"].Value);
            if (line[0] == '#')
                continue;
            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            values.Add(sample.Groups["series"].Value.Replace("{}", "", StringComparison.Ordinal), double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
            Assert.Contains(kinds.Keys, name => sample.Groups["name"].Value.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.Equal(("counter", "histogram", "gauge"), (kinds["pomost_deliveries_total"], kinds["pomost_request_duration_seconds"], kinds["pomost_queue_waiting"]));
        Assert.True(values["pomost_deliveries_total{kind=\"Contact\",outcome=\"taken\"}"] >= 20);
        Assert.Equal(0, values["pomost_queue_waiting{account=\"1\",store=\"1\"}"]);
        Assert.Equal(1, values["pomost_nodes"]);
        Assert.True(values["dotnet_process_memory_working_set_bytes"] > 10_000_000);
        var buckets = values.Where(pair => pair.Key.StartsWith("pomost_request_duration_seconds_bucket{outcome=\"2xx\",to=\"shop\"", StringComparison.Ordinal)).Select(pair => pair.Value).ToList();
        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal(buckets[^1], values["pomost_request_duration_seconds_count{outcome=\"2xx\",to=\"shop\"}"]);
        Assert.DoesNotContain("@", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_is_handed_the_figures_and_there_is_still_no_page()
    {
        using var folder = new TemporaryFolder();
        var handed = Channel.CreateUnbounded<(string Path, string Key, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/{**path}", async (HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body, Encoding.Latin1);
            await handed.Writer.WriteAsync((request.Path, request.Headers["x-key"].ToString(), await body.ReadToEndAsync()));
        });
        await collector.StartAsync();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=tajny",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };
        await using var program = Fixture.Pomost.StartWith(
            variables, "serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var http = new HttpClient { BaseAddress = new Uri(program.NextJson()["panel"]!.GetValue<string>()) };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        (string Path, string Key, string Body) last;
        // Figures of the database follow with the first look.
        do
            last = await handed.Reader.ReadAsync(patience.Token);
        while (!last.Body.Contains("pomost.database", StringComparison.Ordinal));
        Assert.Equal(("/v1/metrics", "tajny"), (last.Path, last.Key));
        string[] names = ["service.name", "service.instance.id", "pomost.nodes", "pomost.build.info", "dotnet.process.memory.working_set"];
        foreach (var name in names)
            Assert.Contains(name, last.Body, StringComparison.Ordinal);
    }

    /// <summary>Who was refused by panel, API and hub is counted and logged, and neither says whose address, password or key it was.</summary>
    [Fact]
    public async Task Refusals_of_panel_api_and_hub_are_counted_and_logged_without_saying_whose()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var (client, login) = ((await CommandLineTests.OkAsync(folder, "hub", "account", "add", "--email", "ewa@example.test"))["clientId"]!.GetValue<string>(), "ewa@example.test");
        await using var program = Fixture.Pomost.StartWith("POMOST_METRICS_TOKEN", Token, "serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var http = new HttpClient { BaseAddress = new Uri(program.NextJson()["panel"]!.GetValue<string>()) };
        var key = (await CommandLineTests.OkAsync(folder, "apikey", "create", "test"))["key"]!.GetValue<string>();

        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, "pomost_tajny_klucz_stranger")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(HttpMethod.Post, key)).StatusCode);
        var tooMany = (await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => AskAsync(HttpMethod.Get, key)))).Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(tooMany > 0);

        await HubAsync("/api/user/listByClient", new JsonObject { ["clientId"] = client, ["apiKey"] = "tajny", ["sha"] = new string('0', 40) });
        await HubAsync("/api/account/items", new JsonObject { ["token"] = "tajny" });
        await HubAsync("/v3/product/catalogUpsert", []);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/api/authorization/authorize?t=tajny", UriKind.Relative))).StatusCode);
        var busy = 0;
        for (var i = 0; i < 25; i++)
            busy += await HubAsync("/api/authorization/token", new JsonObject { ["username"] = login, ["password"] = "tajne hasło" }) == HttpStatusCode.TooManyRequests ? 1 : 0;
        Assert.True(busy > 0);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var values = (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(line => line.Contains("refusals_total", StringComparison.Ordinal) && line[0] != '#').ToList();
        Assert.Equal(
            [
                "pomost_api_refusals_total{status=\"401\"} 2",
                "pomost_api_refusals_total{status=\"403\"} 1",
                string.Create(CultureInfo.InvariantCulture, $"pomost_api_refusals_total{{status=\"429\"}} {tooMany}"),
                string.Create(CultureInfo.InvariantCulture, $"pomost_hub_refusals_total{{outcome=\"NotAuthenticated\"}} {4 + 25 - busy}"),
                string.Create(CultureInfo.InvariantCulture, $"pomost_hub_refusals_total{{outcome=\"TooMany\"}} {busy}"),
            ],
            values);
        program.Terminate();
        var log = (await program.EndAsync()).Errors;
        Assert.Equal((2, 1, tooMany), (Lines("refused with 401, key none"), Lines("refused with 403, key 1"), Lines("refused with 429, key 1")));
        Assert.Equal((25 - busy, busy), (Lines("authorization/token was refused (NotAuthenticated)"), Lines("authorization/token was refused (TooMany)")));
        foreach (var secret in new[] { "tajny", "tajne", key, client, login, "@" })
            Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase);

        int Lines(string part) => log.Split('\n').Count(line => line.Contains(part, StringComparison.Ordinal) && line.Contains("\"Message\"", StringComparison.Ordinal));

        Task<HttpResponseMessage> AskAsync(HttpMethod method, string bearer)
        {
            var request = new HttpRequestMessage(method, new Uri(method == HttpMethod.Get ? "/api/v1/stores" : "/api/v1/people/erase", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            request.Content = method == HttpMethod.Get ? null : JsonContent.Create(new { });
            return http.SendAsync(request);
        }

        async Task<HttpStatusCode> HubAsync(string path, JsonObject body)
        {
            using var answer = await http.PostAsJsonAsync(path, body);
            return answer.StatusCode;
        }
    }

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<kind>counter|gauge|histogram)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kind();

    [GeneratedRegex("^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\.)*\",?)*\\})?) (?<value>[-+0-9.eEInf]+|NaN)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();
}
