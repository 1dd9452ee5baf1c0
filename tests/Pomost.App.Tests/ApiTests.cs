using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: <c>/api/v1</c> does what the command line does, for the key's account alone and within its scope. Method: the demo as a program; every endpoint
/// of its own description is called without a key, with a stranger's key and with one that may only read.
/// </summary>
public sealed class ApiTests
{
    // Written down for each look; how often is of no matter here.
    static readonly string[] Openings = ["held.listed", "person.found", "delivery.listed"];

    [Fact]
    public async Task Every_endpoint_answers_its_own_account_alone_and_a_reading_key_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "20", "--guests", "5", "--orders", "10", "--living", "3600");
        var panel = new Uri(program.NextJson()["panel"]!.GetValue<string>());
        using var none = new HttpClient { BaseAddress = panel };
        using var writer = await KeyAsync(folder, panel, "1", "--write");
        using var reader = await KeyAsync(folder, panel, "1");
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "obca@example.test");
        using var stranger = await KeyAsync(folder, panel, "2", "--write");

        var store = (await JsonAsync(writer, HttpMethod.Get, "stores"))[0]!;
        var slug = store["store"]!.GetValue<string>();
        Assert.Equal(("Active", 0L), (store["state"]!.GetValue<string>(), store["dead"]!.GetValue<long>()));
        var person = await SomebodyAsync(folder);

        var description = (await none.GetFromJsonAsync<JsonNode>("/openapi/v1.json"))!["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(verb => (Path: path.Key, Verb: verb.Key))).ToList();
        Assert.True(description.Count >= 15, $"{description.Count} endpoints");
        foreach (var (path, verb) in description)
        {
            var address = path.Replace("{store}", slug, StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal).Replace("{action}", "cancel", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(none, verb, address, person)).Status);
            // However the address is spelled: routing knows it again, so the guard must, too.
            foreach (var spelled in Spellings(address))
            {
                Assert.Equal((spelled, HttpStatusCode.Unauthorized), (spelled, (await SendSpelledAsync(none, verb, spelled, person))));
                if (verb != "get" && !path.StartsWith("/api/v1/people/", StringComparison.Ordinal))
                    Assert.Equal((spelled, HttpStatusCode.Forbidden), (spelled, (await SendSpelledAsync(reader, verb, spelled, person))));
            }

            var (status, text) = await SendAsync(stranger, verb, address, person);
            Assert.True(status is not HttpStatusCode.InternalServerError, address);
            Assert.False(path.Contains("{store}", StringComparison.Ordinal) && status is HttpStatusCode.OK or HttpStatusCode.Accepted, address);
            Assert.DoesNotContain(person, path.EndsWith("/erase", StringComparison.Ordinal) ? "" : text, StringComparison.Ordinal);
            if (verb != "get" && !path.StartsWith("/api/v1/people/", StringComparison.Ordinal))
                Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, verb, address, person)).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, "post", "/api/v1/people/erase", person)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(none, "get", "/api/v1/no-such-call", person)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(reader, "get", "/api/v1/no-such-call", person)).Status);
        Assert.Equal(person, (await JsonAsync(reader, HttpMethod.Post, "people/find", new { email = person }))[0]!["email"]!.GetValue<string>());
        // Whose data was opened stands in the log, without saying who they are.
        var opened = (await JsonAsync(reader, HttpMethod.Get, "audit?action=person.found"))[0]!;
        Assert.Equal("person.found", opened["action"]!.GetValue<string>());
        Assert.DoesNotContain(person, opened.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Active", (await JsonAsync(reader, HttpMethod.Get, $"stores/{slug}"))["state"]!.GetValue<string>());
        Assert.Equal(2, (await JsonAsync(reader, HttpMethod.Get, $"stores/{slug}/exports")).AsArray().Count);
    }

    [Fact]
    public async Task It_starts_exports_pauses_stores_proves_and_erases_and_names_the_field_it_refuses()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "20", "--guests", "0", "--orders", "5", "--living", "3600");
        var panel = new Uri(program.NextJson()["panel"]!.GetValue<string>());
        using var api = await KeyAsync(folder, panel, "1", "--write");
        var slug = (await JsonAsync(api, HttpMethod.Get, "stores"))[0]!["store"]!.GetValue<string>();
        var person = await SomebodyAsync(folder);

        Assert.Equal("Contacts", (await JsonAsync(api, HttpMethod.Post, $"stores/{slug}/exports", new { kind = "contacts", dryRun = true }))["kind"]!.GetValue<string>());
        Assert.Equal("Paused", (await JsonAsync(api, HttpMethod.Post, $"stores/{slug}/pause"))["state"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(api, "post", $"/api/v1/stores/{slug}/sync", person)).Status);
        Assert.Equal("Active", (await JsonAsync(api, HttpMethod.Post, $"stores/{slug}/resume"))["state"]!.GetValue<string>());
        Assert.Equal(0, (await JsonAsync(api, HttpMethod.Post, "deadletters/replay", new { }))["replayed"]!.GetValue<int>());
        Assert.Contains("/opt-out?email=$email$", (await JsonAsync(api, HttpMethod.Get, "callbacks"))["optOut"]!.GetValue<string>(), StringComparison.Ordinal);

        var added = await JsonAsync(api, HttpMethod.Post, "webhooks", new { url = "https://127.0.0.1:1/hook?token=tajne", events = new[] { "contact.sent" } });
        Assert.StartsWith("whsec_", added["secret"]!.GetValue<string>(), StringComparison.Ordinal);
        var hook = added["webhook"]!["id"]!.GetValue<long>();
        Assert.Equal("ConnectionError", (await JsonAsync(api, HttpMethod.Post, $"webhooks/{hook}/test"))["problem"]!.GetValue<string>());
        foreach (var verb in new[] { "pause", "resume", "replay", "rotate" })
            await JsonAsync(api, HttpMethod.Post, $"webhooks/{hook}/{verb}");
        Assert.Single((await JsonAsync(api, HttpMethod.Get, $"webhooks/{hook}/attempts")).AsArray());
        Assert.Equal("contact.sent", Assert.Single((await JsonAsync(api, HttpMethod.Get, "webhooks")).AsArray())!["events"]![0]!.GetValue<string>());
        await JsonAsync(api, HttpMethod.Delete, $"webhooks/{hook}");
        foreach (var (wrong, field) in new[] { (new { url = "odbiorca", events = new[] { "contact.sent" } }, "url"), (new { url = "https://odbiorca.example/", events = new[] { "webhook.test" } }, "events") })
        {
            using var refused = await api.PostAsJsonAsync(new Uri("/api/v1/webhooks", UriKind.Relative), wrong);
            Assert.Equal((HttpStatusCode.BadRequest, field), (refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonNode>())!["field"]!.GetValue<string>()));
        }

        await HoldAsync(folder, 2);
        var held = await JsonAsync(api, HttpMethod.Get, $"stores/{slug}/held");
        Assert.Equal((2L, 2), (held["people"]!.GetValue<long>(), held["held"]!.AsArray().Count));
        var last = held["held"]![1]!["contact"]!.GetValue<long>();
        Assert.Empty((await JsonAsync(api, HttpMethod.Get, $"stores/{slug}/held?after={last}"))["held"]!.AsArray());
        foreach (var (wrong, code) in new (object, HttpStatusCode)[]
        {
            (new { reason = "zgoda" }, HttpStatusCode.BadRequest), (new { people = 2 }, HttpStatusCode.BadRequest),
            (new { people = 2, reason = held["held"]![0]!["email"]!.GetValue<string>() }, HttpStatusCode.BadRequest), (new { people = 3, reason = "zgoda" }, HttpStatusCode.Conflict),
        })
        {
            using var refused = await api.PostAsJsonAsync(new Uri($"/api/v1/stores/{slug}/held/overrule", UriKind.Relative), wrong);
            Assert.Equal(code, refused.StatusCode);
        }

        Assert.Equal(2, (await JsonAsync(api, HttpMethod.Post, $"stores/{slug}/held/overrule", new { people = 2, reason = "zgoda w salonie" }))["people"]!.GetValue<long>());
        Assert.Equal(0, (await JsonAsync(api, HttpMethod.Get, $"stores/{slug}/held"))["people"]!.GetValue<long>());

        var (status, text) = await SendAsync(api, "post", $"/api/v1/stores/{slug}/exports", null);
        Assert.Equal((HttpStatusCode.BadRequest, "kind"), (status, JsonNode.Parse(text)!["field"]!.GetValue<string>()));
        (status, text) = await SendAsync(api, "post", "/api/v1/people/find", "nobody");
        Assert.Equal((HttpStatusCode.BadRequest, "email"), (status, JsonNode.Parse(text)!["field"]!.GetValue<string>()));
        using var broken = await api.PostAsync(new Uri(panel, "/api/v1/people/find"), new StringContent("{", new MediaTypeHeaderValue("application/json")));
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (broken.StatusCode, broken.Content.Headers.ContentType?.MediaType));

        Assert.Equal(person, (await JsonAsync(api, HttpMethod.Post, "people/held", new { email = person }))["email"]!.GetValue<string>());
        var certificate = await JsonAsync(api, HttpMethod.Post, "people/erase", new { email = person });
        Assert.Equal(1, certificate["removed"]!["contacts"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(api, "get", $"/api/v1/erasures/{certificate["number"]}", null)).Status);
        Assert.Empty((await JsonAsync(api, HttpMethod.Post, "people/find", new { email = person })).AsArray());

        var log = (await CommandLineTests.OkAsync(folder, "audit", "--account", "1", "--max", "200")).AsArray();
        var ofKey = log.Where(entry => entry!["actor"]!.GetValue<string>() == "API key: test").Select(entry => entry!["action"]!.GetValue<string>()).Reverse();
        Assert.Equal(["export.previewed", "store.paused", "store.resumed", "delivery.replayed", "webhook.added", "webhook.tested", "webhook.paused", "webhook.resumed",
            "webhook.replayed", "webhook.rotated", "webhook.removed", "held.overruled", "person.exported", "person.erased"], ofKey.Where(action => !Openings.Contains(action, StringComparer.Ordinal)));
        Assert.Contains("held.listed", ofKey);
        Assert.DoesNotContain("tajne", log.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("command line", log.Single(entry => entry!["action"]!.GetValue<string>() == "key.created")!["actor"]!.GetValue<string>());
        Assert.DoesNotContain(person, log.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(log.Count, (await JsonAsync(api, HttpMethod.Get, "audit")).AsArray().Count);

        var key = (await CommandLineTests.OkAsync(folder, "apikey", "list", "--account", "1"))[0]!["id"]!.GetValue<long>();
        await Fixture.Pomost.RunAsync("apikey", "revoke", key.ToString(System.Globalization.CultureInfo.InvariantCulture), "--account", "1", "--data", folder.Path);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(api, "get", "/api/v1/stores", null)).Status);
    }

    [Fact]
    public async Task A_key_of_chosen_stores_opens_no_other_and_nothing_of_the_whole_account_and_a_rotated_one_goes_on()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "10", "--guests", "0", "--orders", "5", "--living", "3600");
        var panel = new Uri(program.NextJson()["panel"]!.GetValue<string>());
        using var all = await KeyAsync(folder, panel, "1", "--write");
        var slug = (await JsonAsync(all, HttpMethod.Get, "stores"))[0]!["store"]!.GetValue<string>();
        using var mine = await KeyAsync(folder, panel, "1", "--write", "--store", slug);
        var person = await SomebodyAsync(folder);
        await using (var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System))
            await database.WriteAsync(session => session.Command("UPDATE api_key SET store_ids = '[999]' WHERE id = 1").ExecuteAsync());

        Assert.Equal(slug, (await JsonAsync(mine, HttpMethod.Get, $"stores/{slug}"))["store"]!.GetValue<string>());
        Assert.Empty((await JsonAsync(all, HttpMethod.Get, "stores")).AsArray());
        foreach (var path in new[] { $"stores/{slug}/pause", $"stores/{slug}/sync", $"stores/{slug}/exports", $"stores/{slug}/held/overrule" })
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await SendAsync(all, "post", $"/api/v1/{path}", null)).Status));
        Assert.Empty((await JsonAsync(all, HttpMethod.Post, "people/find", new { email = person })).AsArray());
        foreach (var path in new[] { "people/erase", "people/held", "people/consents", "deadletters/replay" })
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await SendAsync(mine, "post", $"/api/v1/{path}", person)).Status));
        foreach (var path in new[] { "audit", "callbacks", "destinations", "deadletters", "erasures/1", "webhooks" })
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await SendAsync(mine, "get", $"/api/v1/{path}", null)).Status));

        var rotated = await CommandLineTests.OkAsync(folder, "apikey", "rotate", "2", "--account", "1");
        using var next = new HttpClient { BaseAddress = panel, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", rotated["key"]!.GetValue<string>()) } };
        Assert.Equal(slug, (await JsonAsync(next, HttpMethod.Get, "stores"))[0]!["store"]!.GetValue<string>());
        Assert.Equal(slug, (await JsonAsync(mine, HttpMethod.Get, "stores"))[0]!["store"]!.GetValue<string>());
        await using (var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System))
            await database.WriteAsync(session => session.Command("UPDATE api_key SET expires_at = 1772000000000 WHERE id = 2").ExecuteAsync());
        var (status, text) = await SendAsync(mine, "get", "/api/v1/stores", null);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("2026-02-25", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_a_hurry_is_told_to_wait()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var api = await KeyAsync(folder, new Uri(program.NextJson()["panel"]!.GetValue<string>()), "1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => api.GetAsync(new Uri("/api/v1/destinations", UriKind.Relative))));
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
    }

    static async Task<HttpClient> KeyAsync(TemporaryFolder folder, Uri panel, string account, params string[] more)
    {
        var key = (await CommandLineTests.OkAsync(folder, ["apikey", "create", "test", "--account", account, .. more]))["key"]!.GetValue<string>();
        return new HttpClient { BaseAddress = panel, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
    }

    /// <summary>So many people are unsubscribed at SALESmanago, as an export leaves them.</summary>
    internal static async Task HoldAsync(TemporaryFolder folder, int people)
    {
        await using var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System);
        var changed = await database.WriteAsync(session => session.Command("""
            UPDATE contact SET email_state = 'Withdrawn', email_source = 'SalesmanagoCard', email_at = 1772445600000, held_at = 1772445600000
            WHERE id IN (SELECT id FROM contact WHERE has_account ORDER BY id LIMIT @people)
            """).With("people", people).ExecuteAsync());
        Assert.Equal(people, changed);
    }

    static async Task<string> SomebodyAsync(TemporaryFolder folder)
    {
        await using var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System);
        return await database.ReadAsync(async session => (await session.Command("SELECT email_key FROM contact ORDER BY id LIMIT 1").TextAsync())!);
    }

    static async Task<JsonNode> JsonAsync(HttpClient http, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/{path}", UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Other ways to write the same address.</summary>
    static IEnumerable<string> Spellings(string address) =>
    [
        address.Replace("/api/v1", "/api/V1", StringComparison.Ordinal), address.Replace("/api/v1", "/API/v1", StringComparison.Ordinal), address + "/",
        address.Replace("/api/v1", "/%61pi/%761", StringComparison.Ordinal), address.Replace("/api/v1", "/api/%561", StringComparison.Ordinal) + "/?a=1",
    ];

    static async Task<HttpStatusCode> SendSpelledAsync(HttpClient http, string verb, string path, string? email)
    {
        var address = new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(verb), address) { Content = verb == "get" ? null : JsonContent.Create(new { email }) };
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient http, string verb, string path, string? email)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(path, UriKind.Relative)) { Content = verb == "get" ? null : JsonContent.Create(new { email }) };
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
