using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Goal: with what the application gives out a plugin logs in, and what is renewed ends what came by the old.</summary>
public sealed class PluginLogInTests
{
    private const string NewPassword = "battery staple";

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_plugin_logs_in_with_the_password_that_was_set(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        Assert.True(await hub.Accounts.SetPasswordAsync(hub.Account.AccountId, hub.Account.OwnerEmail.ToUpperInvariant(), NewPassword));

        Assert.False(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)));
        var token = (await PostAsync(hub, "/api/authorization/token", LogIn(hub, NewPassword)))["token"]!.ToString();
        var integration = await PostAsync(hub, "/api/account/integration", new JsonObject { ["token"] = token, ["apiKey"] = "salt" });
        Assert.Equal(hub.Account.ClientId, integration["shortId"]!.ToString());
        Assert.Equal(RunningHub.Sign("salt", hub.Account), integration["sha1"]!.ToString());
        var key = (await PostAsync(hub, "/v3/auth/create", KeyRequest(hub, NewPassword)))["apiKey"]!.ToString();
        Assert.Empty((await CataloguesAsync(hub, key))["catalogs"]!.AsArray());
        var given = await PostAsync(hub, "/api/system/authorise", new JsonObject { ["userName"] = hub.Account.OwnerEmail, ["password"] = NewPassword });
        var temporary = hub.Account with { ApiSecret = given["token"]!.ToString() };
        Assert.True((await hub.CallAsync("/api/user/listByClient", [], temporary))["success"]!.GetValue<bool>());
    }

    /// <summary>Of hashes made when fewer rounds were usual.</summary>
    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_hash_of_fewer_rounds_still_lets_in_and_is_made_anew(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        Assert.Equal(210_000u, RoundsOf(await HashAsync()));
        var old = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 100_000 })).HashPassword(new object(), RunningHub.Password);
        await hub.Database.WriteAsync(session => session.Command("UPDATE hub_user SET password_hash = @hash").With("hash", old).ExecuteAsync());

        Assert.False(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, NewPassword)));
        Assert.Equal(old, await HashAsync());
        Assert.True(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)));
        Assert.Equal(210_000u, RoundsOf(await HashAsync()));
        Assert.True(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)));

        async Task<string> HashAsync() => (await hub.Database.ReadAsync(session => session.Command("SELECT password_hash FROM hub_user").QueryAsync(row => row.Text("password_hash"))))[0];
    }

    // A hash of Identity's third version: a byte, the function, the rounds, big-endian.
    private static uint RoundsOf(string hash) => BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_new_password_ends_tokens_and_keys_of_the_old_but_not_the_key_that_is_kept(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var token = (await PostAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)))["token"]!.ToString();
        var given = await PostAsync(hub, "/api/system/authorise", new JsonObject { ["userName"] = hub.Account.OwnerEmail, ["password"] = RunningHub.Password });
        var temporary = hub.Account with { ApiSecret = given["token"]!.ToString() };
        var key = (await PostAsync(hub, "/v3/auth/create", KeyRequest(hub, RunningHub.Password)))["apiKey"]!.ToString();
        var own = (await hub.Accounts.CreateKeyAsync(hub.Account.ClientId, "OWN"))!;
        var stranger = await hub.AddAccountAsync();
        var strangers = (await PostAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)))["token"]!.ToString();
        var first = (await hub.Accounts.ListAsync())[0];

        Assert.True(await hub.Accounts.SetPasswordAsync(first.AccountId, first.Owners[0], NewPassword, own));

        Assert.Equal("Authorization failed. Wrong Token", (await PropertiesAsync(hub, token))["message"]![0]!.ToString());
        Assert.False((await hub.CallAsync("/api/user/listByClient", [], temporary))["success"]!.GetValue<bool>());
        Assert.Equal(10, (await CataloguesAsync(hub, key))["reasonCode"]!.GetValue<int>());
        Assert.NotNull((await CataloguesAsync(hub, own))["catalogs"]);
        Assert.NotEqual("Authorization failed. Wrong Token", (await PropertiesAsync(hub, strangers))["message"]![0]!.ToString());
        Assert.True((await hub.CallAsync("/api/user/listByClient", [], stranger))["success"]!.GetValue<bool>());
        Assert.False(await hub.Accounts.SetPasswordAsync(first.AccountId, stranger.OwnerEmail, NewPassword));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Accounts.SetPasswordAsync(first.AccountId, first.Owners[0], "short"));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_new_secret_ends_the_tokens_that_would_give_a_signature_of_it(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var token = (await PostAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)))["token"]!.ToString();

        var renewed = (await hub.Accounts.RenewSecretAsync(hub.Account.AccountId))!;

        Assert.False(await SuccessAsync(hub, "/api/account/integration", new JsonObject { ["token"] = token, ["apiKey"] = "salt" }));
        Assert.Equal(renewed, await hub.Accounts.FindAsync(renewed.ClientId));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_locked_log_in_opens_with_its_new_password(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        for (var i = 0; i < 10; i++) Assert.False(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, "wrong wrong")));
        Assert.False(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, RunningHub.Password)));

        await hub.Accounts.SetPasswordAsync(hub.Account.AccountId, hub.Account.OwnerEmail, NewPassword);

        Assert.True(await SuccessAsync(hub, "/api/authorization/token", LogIn(hub, NewPassword)));
    }

    [Theory]
    [InlineData("/api/account/registerAppstore")]
    [InlineData("/api/system/registeraccount")]
    public async Task An_account_made_by_a_partner_signs_its_next_call_with_the_secret_of_the_answer(string path)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var made = await hub.CallAsync(path, new JsonObject
        {
            ["email"] = "merchant@example.test",
            ["password"] = "long enough",
            ["lang"] = "PL",
            ["items"] = "[{\"name\":\"EMAIL_MARKETING\",\"contactLimit\":1000},{\"name\":\"LIVE_CHAT\"}]",
        });
        var credentials = new HubCredentials(0, made["clientId"]!.ToString(), made["apiSecret"]!.ToString(), made["email"]!.ToString());

        // Signed as the library does it, in the order of its second step of a registration.
        var support = await hub.CallAsync("/api/contact/upsertVendorToSupport", new JsonObject { ["name"] = "Merchant", ["tags"] = new JsonArray("SM-REGISTER") }, credentials);
        Assert.True(support["success"]!.GetValue<bool>(), support.ToJsonString());
        Assert.NotNull(support["contactId"]);
        Assert.Equal("merchant@example.test", (await hub.CallAsync("/api/user/listByClient", [], credentials))["users"]![0]!.ToString());
        var type = await PostAsync(hub, "/api/account/accountTypeWithContacts", new JsonObject { ["token"] = made["token"]!.ToString(), ["clientId"] = credentials.ClientId });
        Assert.Equal((0, 1000), (type["contacts"]!.GetValue<int>(), type["contactLimit"]!.GetValue<int>()));
        Assert.True((await hub.CallAsync("/api/appstore/subscribeProducts", new JsonObject { ["items"] = "[{\"name\":\"WEB_PUSH\"}]" }, credentials))["success"]!.GetValue<bool>());
        var items = (await PostAsync(hub, "/api/account/items", new JsonObject { ["token"] = made["token"]!.ToString(), ["apiKey"] = "k" }))["items"]!.AsArray();
        Assert.Equal(["EMAIL_MARKETING", "LIVE_CHAT", "WEB_PUSH"], items.Select(item => item!["name"]!.ToString()));
        Assert.Equal("Already registered", (await hub.CallAsync(path, new JsonObject { ["email"] = "MERCHANT@example.test", ["password"] = "long enough" }))["message"]![0]!.ToString());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Who_is_no_partner_makes_no_account(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        Assert.True(await hub.Accounts.SetPartnerAsync(hub.Account.ClientId, isPartner: false));
        var refused = await hub.CallAsync("/api/account/registerAppstore", new JsonObject { ["email"] = "merchant@example.test", ["password"] = "long enough" });

        Assert.Equal("Not authorized", refused["message"]![0]!.ToString());
        Assert.False(Assert.Single(await hub.Accounts.ListAsync()).IsPartner);
        Assert.False(await hub.Accounts.SetPartnerAsync("nobody", isPartner: true));
    }

    private static JsonObject LogIn(RunningHub hub, string password) => new() { ["username"] = hub.Account.OwnerEmail, ["password"] = password };

    private static JsonObject KeyRequest(RunningHub hub, string password) => new()
    {
        ["email"] = hub.Account.OwnerEmail,
        ["password"] = password,
        ["keyName"] = "WORDPRESS_1700000000",
        ["expiry"] = "NEVER",
        ["endpoint"] = "app2.salesmanago.pl",
    };

    private static async Task<JsonNode> PostAsync(RunningHub hub, string path, JsonObject body) =>
        JsonNode.Parse(await (await hub.Http.PostAsJsonAsync(path, body)).Content.ReadAsStringAsync())!;

    private static async Task<bool> SuccessAsync(RunningHub hub, string path, JsonObject body) => (await PostAsync(hub, path, body))["success"]!.GetValue<bool>();

    private static Task<JsonNode> PropertiesAsync(RunningHub hub, string token) =>
        PostAsync(hub, "/api/account/integration/properties", new JsonObject { ["token"] = token });

    private static async Task<JsonNode> CataloguesAsync(RunningHub hub, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v3/product/catalogList") { Headers = { { "API-KEY", key } } };
        return JsonNode.Parse(await (await hub.Http.SendAsync(request)).Content.ReadAsStringAsync())!;
    }
}
