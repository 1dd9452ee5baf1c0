using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pomost.App.Tests.Fixture;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: the demo shows a whole working day without being asked for anything.</summary>
public sealed class DemoTests
{
    static readonly string[] SmallShop = ["--customers", "60", "--guests", "20", "--orders", "120", "--urls", "http://127.0.0.1:0"];

    [Fact]
    public async Task Once_it_imports_sends_nothing_the_second_time_and_cleans_up()
    {
        using var temporary = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(temporary.Path, ["demo", "--once", "--json", .. SmallShop]);
        var outcome = await program.EndAsync();

        outcome.AssertExit(0);
        var result = outcome.Json;
        foreach (var (kind, read) in new[] { ("contacts", 60), ("transactions", 120) })
        {
            var (first, second) = (result[kind]!, result["second"]![kind]!);
            Assert.Equal(read, Number(first, "read"));
            Assert.True(Number(first, "sent") > 0);
            Assert.Equal(0, Number(first, "rejected"));
            Assert.Equal(read, Number(first, "sent") + Number(first, "skipped"));
            Assert.Equal((read, 0L), (Number(second, "read"), Number(second, "sent")));
        }

        Assert.True(result["seconds"]!.GetValue<double>() > 0);
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path, "pomost-*"));
    }

    [Fact]
    public async Task Over_https_alone_the_engine_reaches_the_hub_whose_certificate_nobody_signed()
    {
        using var temporary = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(temporary.Path, ["demo", "--once", "--json", .. SmallShop[..^1], "https://127.0.0.1:0"]);
        Assert.True(program.EndsWithin(TimeSpan.FromMinutes(1)), $"The import does not end.\n{program.Errors}");
        var result = (await program.EndAsync()).Json;

        foreach (var kind in new[] { "contacts", "transactions" })
            Assert.True(Number(result[kind]!, "sent") > 0);
    }

    [Fact]
    public async Task It_tells_programs_its_facts_the_hub_answers_and_the_living_shop_keeps_arriving()
    {
        using var temporary = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(temporary.Path, ["demo", "--json", "--living", "0.2", .. SmallShop]);
        var facts = program.NextJson();
        foreach (var name in new[] { "panel", "email", "password", "shop" })
            Assert.NotEqual("", facts[name]!.GetValue<string>());
        using var hub = new HubCaller(facts["hub"]!);

        var users = await hub.CallAsync("/api/user/listByClient", []);
        Assert.True(users["success"]!.GetValue<bool>(), users.ToJsonString());
        Assert.Contains(facts["hub"]!["owner"]!.GetValue<string>(), users["users"]!.AsArray().Select(user => user!.GetValue<string>()));

        using var plugin = new HttpClient { BaseAddress = new Uri(facts["hub"]!["endpoint"]!.GetValue<string>()) };
        var login = facts["hub"]!["login"]!;
        var token = await plugin.PostAsJsonAsync("/api/authorization/token", new { username = login["email"]!.GetValue<string>(), password = login["password"]!.GetValue<string>() });
        Assert.True(JsonNode.Parse(await token.Content.ReadAsStringAsync())!["success"]!.GetValue<bool>());

        Assert.True(await SomebodyRegisteredAsync(hub), $"Nobody new arrived.\n{program.Errors}");

        program.Terminate();
        (await program.EndAsync()).AssertExit(0);
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path, "pomost-*"));
    }

    /// <summary>Waits until the hub has somebody who registered since the demo began to live: such addresses bear the mark of the living shop.</summary>
    static async Task<bool> SomebodyRegisteredAsync(HubCaller hub)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        for (var looks = 0; looks < 400; looks++)
        {
            await look.WaitForNextTickAsync();
            var created = await hub.CallAsync("/api/contact/createdContacts", new JsonObject { ["from"] = 0 });
            if (created.ToJsonString().Contains(".nowy", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
