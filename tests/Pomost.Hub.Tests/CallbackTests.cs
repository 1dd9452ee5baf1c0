using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Goal: receivers hear what a person or an operator decides, once, and nothing of what they wrote themselves. Method: the real hub and its links, a recorded way out.</summary>
public sealed class CallbackTests
{
    private const string Email = "anna+news@example.test";
    private static readonly HubCallbacks Both = new(
        "https://shop.example/in.php?email=$email$&key=sha1($email$S3CRET)", "https://shop.example/out.php?email=$email$&key=sha1($email$S3CRET)");

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_operators_change_calls_the_address_with_the_person_and_the_key(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var id = await WriteAsync(hub, new() { ["forceOptOut"] = true });

        Assert.True(await hub.Operator.SetConsentAsync(hub.Account.AccountId, id, HubChannel.Email, granted: true, "operator"));
        await hub.Sender.SendDueAsync();

        var key = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Email + "S3CRET")));
        Assert.Equal([$"https://shop.example/in.php?email=anna%2Bnews%40example.test&key={key}"], hub.WayOut.Called);
        Assert.Empty(await hub.Operator.ListOwedAsync(hub.Account.AccountId));
        await hub.Sender.SendDueAsync();
        Assert.Single(hub.WayOut.Called);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task What_an_integration_wrote_itself_an_unchanged_state_and_the_phone_call_nobody(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var id = await WriteAsync(hub, new() { ["forceOptIn"] = true });
        await hub.CallAsync("/api/contact/optout", new() { ["email"] = Email });
        await hub.CallAsync("/api/contact/optin", new() { ["email"] = Email });

        await hub.Operator.SetConsentAsync(hub.Account.AccountId, id, HubChannel.Email, granted: true, "operator");
        await hub.Operator.SetConsentAsync(hub.Account.AccountId, id, HubChannel.Phone, granted: true, "operator");

        Assert.Equal(0, await hub.Sender.SendDueAsync());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_person_opts_out_by_the_button_behind_the_link_and_the_change_shows(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var id = await WriteAsync(hub, new() { ["forceOptIn"] = true });
        hub.Clock.Advance(TimeSpan.FromMinutes(5));
        var before = hub.Clock.GetUtcNow();
        var link = hub.Operator.UnsubscribePath(hub.Account.AccountId, id);

        using var opened = await hub.Http.GetAsync(link);
        Assert.Contains("<button>", await opened.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False((await BasicAsync(hub))["optedOut"]!.GetValue<bool>());
        using var pressed = await hub.Http.PostAsync(link, null);

        Assert.Equal(HttpStatusCode.OK, pressed.StatusCode);
        var basic = await BasicAsync(hub);
        Assert.True(basic["optedOut"]!.GetValue<bool>());
        Assert.Equal(before.ToUnixTimeMilliseconds(), basic["modifiedOn"]!.GetValue<long>());
        var modified = await hub.CallAsync("/api/contact/modifiedContacts", new() { ["from"] = before.ToUnixTimeMilliseconds() });
        Assert.Equal(id.ToString(), Assert.Single(modified["modifiedContacts"]!.AsArray())!["id"]!.ToString());
        await hub.Sender.SendDueAsync();
        Assert.StartsWith("https://shop.example/out.php?", Assert.Single(hub.WayOut.Called), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_double_opt_in_mails_a_link_and_waits_for_it(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        await WriteAsync(hub, new() { ["forceOptIn"] = true, ["useApiDoubleOptIn"] = true });
        await hub.Sender.SendDueAsync();
        var mail = Assert.Single(hub.WayOut.Mails);
        Assert.Equal((Email, hub.Account.OwnerEmail), (mail.Email, mail.Owner));
        Assert.True((await BasicAsync(hub))["optedOut"]!.GetValue<bool>());

        using var pressed = await hub.Http.PostAsync(mail.LinkPath, null);
        using var wrongPage = await hub.Http.PostAsync(mail.LinkPath.Replace("/hub/c/", "/hub/u/", StringComparison.Ordinal), null);
        await hub.Sender.SendDueAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (pressed.StatusCode, wrongPage.StatusCode));
        Assert.False((await BasicAsync(hub))["optedOut"]!.GetValue<bool>());
        Assert.StartsWith("https://shop.example/in.php?", Assert.Single(hub.WayOut.Called), StringComparison.Ordinal);

        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await hub.CallAsync("/api/contact/optout", new() { ["email"] = Email });
        using var late = await hub.Http.PostAsync(mail.LinkPath, null);
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        Assert.True((await BasicAsync(hub))["optedOut"]!.GetValue<bool>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_batch_that_says_nothing_of_it_asks_for_a_double_opt_in(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        await hub.CallAsync("/api/contact/batchupsert", new()
        {
            ["upsertDetails"] = new JsonArray(new JsonObject { ["contact"] = new JsonObject { ["email"] = Email }, ["forceOptIn"] = true }),
        });
        await hub.Sender.SendDueAsync();

        Assert.True((await BasicAsync(hub))["optedOut"]!.GetValue<bool>());
        Assert.Single(hub.WayOut.Mails);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_failing_receiver_is_called_again_for_a_day_then_given_up_until_asked(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var id = await WriteAsync(hub, new() { ["forceOptIn"] = true });
        hub.WayOut.Status = 500;
        await hub.Operator.SetConsentAsync(hub.Account.AccountId, id, HubChannel.Email, granted: false, "operator");
        Assert.Equal(1, await hub.Sender.SendDueAsync());
        Assert.Equal(0, await hub.Sender.SendDueAsync());
        hub.WayOut.Status = null;
        for (var hour = 0; hour < 25; hour++)
        {
            hub.Clock.Advance(TimeSpan.FromHours(1));
            await hub.Sender.SendDueAsync();
        }

        var owed = Assert.Single(await hub.Operator.ListOwedAsync(hub.Account.AccountId));
        Assert.True(owed.IsDead);
        Assert.InRange(hub.WayOut.Called.Count, 20, 30);
        hub.WayOut.Status = 200;
        hub.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await hub.Sender.SendDueAsync());
        Assert.Equal(1, await hub.Operator.ReviveAsync(hub.Account.AccountId));
        Assert.Equal(1, await hub.Sender.SendDueAsync());
        Assert.Empty(await hub.Operator.ListOwedAsync(hub.Account.AccountId));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Only_the_newest_choice_is_told(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var id = await WriteAsync(hub, new() { ["forceOptIn"] = true });
        foreach (var granted in new[] { false, true, false })
            await hub.Operator.SetConsentAsync(hub.Account.AccountId, id, HubChannel.Email, granted, "operator");

        await hub.Sender.SendDueAsync();

        Assert.StartsWith("https://shop.example/out.php?", Assert.Single(hub.WayOut.Called), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://shop.example/?e=$email$")]
    [InlineData("https://shop.example/")]
    [InlineData("/optin?e=$email$")]
    [InlineData("https://user:password@shop.example/?e=$email$")]
    public async Task An_address_that_cannot_be_called_is_refused(string template)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Operator.SetCallbacksAsync(hub.Account.AccountId, new(template, null)));
        Assert.Equal(new HubCallbacks(null, null), await hub.Operator.ReadCallbacksAsync(hub.Account.AccountId));
    }

    private static async Task<RunningHub> StartAsync(Dialect dialect)
    {
        var hub = await RunningHub.StartWithAccountAsync(dialect);
        await hub.Operator.SetCallbacksAsync(hub.Account.AccountId, Both);
        Assert.Equal(Both, await hub.Operator.ReadCallbacksAsync(hub.Account.AccountId));
        return hub;
    }

    private static async Task<Guid> WriteAsync(RunningHub hub, JsonObject body)
    {
        body["contact"] = new JsonObject { ["email"] = Email };
        return Guid.Parse((await hub.CallAsync("/api/contact/upsert", body))["contactId"]!.ToString());
    }

    private static async Task<JsonNode> BasicAsync(RunningHub hub) =>
        (await hub.CallAsync("/api/contact/basic", new() { ["email"] = new JsonArray(Email) }))["contacts"]![0]!;
}
