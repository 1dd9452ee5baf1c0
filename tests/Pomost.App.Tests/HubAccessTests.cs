using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pomost.App.Tests.Fixture;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: what the command line gives out lets a plugin in, and a partner's plugin makes an account that can log in to the panel. Method: the demo as a running
/// server, commands on its data folder, calls over HTTP.
/// </summary>
public sealed class HubAccessTests
{
    [Fact]
    public async Task The_file_for_WordPress_is_written_for_this_server_and_for_none_unnamed()
    {
        var written = await Fixture.Pomost.RunAsync("hub", "wordpress", "--server", "https://shop.example/pomost");
        written.AssertExit(0);
        Assert.StartsWith("<?php\n", written.Output, StringComparison.Ordinal);
        Assert.Contains("$hub  = 'https://shop.example/pomost';", written.Output, StringComparison.Ordinal);
        (await Fixture.Pomost.RunAsync("hub", "wordpress")).AssertExit(2);
    }

    [Fact]
    public async Task What_the_commands_give_out_lets_plugins_in_and_what_they_renew_ends_the_old()
    {
        using var folder = new TemporaryFolder();
        await using var server = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "20", "--guests", "0", "--orders", "5", "--living", "3600");
        var facts = server.NextJson();
        var hub = facts["hub"]!;
        using var http = new HttpClient { BaseAddress = new Uri(hub["endpoint"]!.GetValue<string>()) };

        var shown = await CommandLineTests.OkAsync(folder, "hub", "access", "--server", "https://pomost.example.com");
        Assert.Equal(
            ("pomost.example.com", Text(hub, "clientId"), Text(hub, "apiSecret"), Text(hub, "owner")),
            (Text(shown, "endpoint"), Text(shown, "clientId"), Text(shown, "apiSecret"), Text(shown, "owner")));

        var login = await CommandLineTests.OkAsync(folder, "hub", "login", "rotate");
        Assert.False(await LogsInAsync(http, hub["login"]!));
        Assert.True(await LogsInAsync(http, login));

        var renewed = await CommandLineTests.OkAsync(folder, "hub", "access", "rotate");
        using (var former = new HubCaller(hub))
            Assert.False((await former.CallAsync("/api/user/listByClient", []))["success"]!.GetValue<bool>());
        using (var present = new HubCaller(WithSecret(hub, Text(renewed, "apiSecret"))))
            Assert.True((await present.CallAsync("/api/user/listByClient", []))["success"]!.GetValue<bool>());

        // The store that sends there was given the new secret.
        (await CommandLineTests.RunAsync(folder, "export", "contacts")).AssertExit(0);

        var audit = (await CommandLineTests.OkAsync(folder, "audit", "--action", "hub.")).ToJsonString();
        foreach (var action in new[] { "hub.access_shown", "hub.password_renewed", "hub.secret_renewed" })
            Assert.Contains(action, audit, StringComparison.Ordinal);
        Assert.DoesNotContain(Text(renewed, "apiSecret"), audit, StringComparison.Ordinal);
        Assert.DoesNotContain(Text(login, "password"), audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partners_plugin_makes_an_account_that_logs_in_to_the_panel()
    {
        using var folder = new TemporaryFolder();
        await using var server = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "5", "--guests", "0", "--orders", "0", "--living", "3600");
        var hub = server.NextJson()["hub"]!;
        var made = await CommandLineTests.OkAsync(folder, "hub", "account", "add", "--email", "partner@agencja.example", "--partner");
        Assert.True(made["partner"]!.GetValue<bool>());
        var partner = new JsonObject { ["endpoint"] = Text(hub, "endpoint"), ["clientId"] = Text(made, "clientId"), ["apiSecret"] = Text(made, "apiSecret"), ["owner"] = Text(made, "owner") };
        using var caller = new HubCaller(partner);
        JsonObject Form(string password) => new()
        {
            ["name"] = "Marta Zielińska",
            ["email"] = "marta@sklep.example",
            ["password"] = password,
            ["phone"] = "+48500600700",
            ["lang"] = "PL",
        };

        Assert.StartsWith("Cannot register appstore user", (await caller.CallAsync("/api/account/registerAppstore", Form("aaaaaaaa")))["message"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var account = await caller.CallAsync("/api/account/registerAppstore", Form("zielony rower jedzie"));
        Assert.True(account["success"]!.GetValue<bool>(), account.ToJsonString());
        Assert.Equal("Already registered", (await caller.CallAsync("/api/account/registerAppstore", Form("zielony rower jedzie")))["message"]![0]!.GetValue<string>());
        var merchant = new JsonObject { ["endpoint"] = Text(hub, "endpoint"), ["clientId"] = Text(account, "clientId"), ["apiSecret"] = Text(account, "apiSecret"), ["owner"] = "marta@sklep.example" };
        using (var plugin = new HubCaller(merchant))
            Assert.True((await plugin.CallAsync("/api/contact/upsertVendorToSupport", new JsonObject { ["name"] = "Marta" }))["success"]!.GetValue<bool>());

        var there = (await CommandLineTests.OkAsync(folder, "account", "list")).AsArray();
        var id = there.Single(one => Text(one!, "name") == "Marta Zielińska")!["account"]!.GetValue<long>();
        var access = await CommandLineTests.OkAsync(folder, "hub", "access", "--account", $"{id}");
        Assert.Equal(Text(account, "apiSecret"), Text(access, "apiSecret"));
        Assert.True(await LogsInToPanelAsync(Text(hub, "endpoint"), "marta@sklep.example", "zielony rower jedzie"));

        Assert.False((await CommandLineTests.OkAsync(folder, "hub", "account", "partner", Text(made, "clientId"), "--off"))["partner"]!.GetValue<bool>());
        Assert.Equal("Not authorized", (await caller.CallAsync("/api/account/registerAppstore", Form("zielony rower jedzie")))["message"]![0]!.GetValue<string>());
        (await CommandLineTests.RunAsync(folder, "hub", "account", "partner", "nobody")).AssertExit(2);
    }

    [Fact]
    public async Task Without_an_account_in_the_hub_the_command_says_how_to_get_one()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var refused = await CommandLineTests.RunAsync(folder, "hub", "access");
        refused.AssertExit(2);
        Assert.Contains("hub account add", refused.Errors, StringComparison.Ordinal);

        var made = await CommandLineTests.OkAsync(folder, "hub", "account", "add", "--email", "ewa@example.test");
        Assert.Equal(Text(made, "apiSecret"), Text(await CommandLineTests.OkAsync(folder, "hub", "access", "--client-id", Text(made, "clientId")), "apiSecret"));
        (await CommandLineTests.RunAsync(folder, "hub", "account", "add", "--email", "ewa@example.test")).AssertExit(2);
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static JsonNode WithSecret(JsonNode hub, string secret)
    {
        var copy = hub.DeepClone();
        copy["apiSecret"] = secret;
        return copy;
    }

    static async Task<bool> LogsInAsync(HttpClient http, JsonNode login)
    {
        using var answer = await http.PostAsJsonAsync("/api/authorization/token", new { username = Text(login, "email"), password = Text(login, "password") });
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["success"]!.GetValue<bool>();
    }

    static async Task<bool> LogsInToPanelAsync(string address, string email, string password)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(address) };
        const string mark = "__RequestVerificationToken\" value=\"";
        var page = await browser.GetStringAsync("/login");
        var begin = page.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
        var token = page[begin..page.IndexOf('"', begin)];
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = email, ["password"] = password, ["__RequestVerificationToken"] = token });
        using var answer = await browser.PostAsync("/login", form);
        return answer.StatusCode == HttpStatusCode.Redirect && !answer.Headers.Location!.ToString().Contains("login", StringComparison.Ordinal);
    }
}
