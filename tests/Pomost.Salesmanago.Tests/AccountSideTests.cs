using System.Text.Json.Nodes;
using Pomost.Contract;

namespace Pomost.Salesmanago.Tests;

/// <summary>Looks, modules and forms of an account. The answers of these calls are documented badly, so odd ones are tried, too.</summary>
public sealed class AccountSideTests
{
    static readonly AccountToken Token = new("token-1", DateTimeOffset.UnixEpoch.AddYears(70));

    [Theory]
    [InlineData("""{"success":true,"message":[],"items":[{"name":"LIVE_CHAT","active":true,"id":7},{"name":"web_push","active":"no"}]}""",
        "LiveChat On LIVE_CHAT 7, WebPush Unknown web_push , Popup NotInAccount  ")]
    [InlineData("""{"success":true,"message":[],"LIVE_CHAT":{"active":false,"intId":"x"},"CF_P_LP":{"items":[1]}}""",
        "LiveChat Off LIVE_CHAT x, WebPush NotInAccount  , Popup Unknown CF_P_LP ")]
    [InlineData("""{"success":true,"message":[],"modules":{"list":[{"type":"POPUP","Active":true}]}}""",
        "LiveChat NotInAccount  , WebPush NotInAccount  , Popup On POPUP ")]
    [InlineData("""{"success":true,"message":[],"items":["LIVE_CHAT"]}""", "LiveChat Unknown LIVE_CHAT , WebPush NotInAccount  , Popup NotInAccount  ")]
    [InlineData("""{"success":true,"message":[],"items":[]}""", "LiveChat NotInAccount  , WebPush NotInAccount  , Popup NotInAccount  ")]
    [InlineData("""{"success":true,"message":[]}""", "LiveChat Unknown  , WebPush Unknown  , Popup Unknown  ")]
    public async Task Modules_are_found_wherever_they_stand_and_what_is_not_told_is_unknown(string answer, string modules)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/account/items", answer);

        var found = await new SalesmanagoAccounts(server.Clock).ModulesAsync(server.Destination, Token, default);

        Assert.Equal(modules, string.Join(", ", found.Select(one => $"{one.Module} {one.State} {one.Name} {one.Id}")));
        Assert.Equal("token-1", server.Received[0].Text("token"));
        Assert.NotEmpty(server.Received[0].Text("apiKey"));
    }

    [Fact]
    public async Task A_module_is_switched_with_a_signed_call()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/wm/itemAction", """{"success":true,"message":[]}""")
            .Expect("/api/wm/itemAction", """{"success":false,"message":["Cannot create live chat. Permission denied to Live Chat Module"]}""");
        var accounts = new SalesmanagoAccounts(server.Clock);
        var module = new AccountModule(StoreModule.LiveChat, ModuleState.Off, "LIVE_CHAT", "7");

        await accounts.SwitchModuleAsync(server.Destination, module, on: true, default);
        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => accounts.SwitchModuleAsync(server.Destination, module, on: false, default));

        var body = server.Received[0].Body!;
        Assert.Equal(("LIVE_CHAT", "7", true), (body["name"]!.GetValue<string>(), body["id"]!.GetValue<string>(), body["active"]!.GetValue<bool>()));
        Assert.NotEmpty(server.Received[0].Text("sha"));
        Assert.Equal(ConnectionProblem.PermissionMissing, refusal.Problem);
    }

    [Fact]
    public async Task A_look_is_saved_beside_what_others_keep_there()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/account/integration/properties", """{"success":true,"message":[],"properties":"{\"shop\":\"x\",\"lang\":\"EN\"}"}""")
            .Expect("/api/account/integration/setProperties", """{"success":true,"message":[]}""");
        var look = new AccountLook("pl", "#0b6670", "#ffffff", "#f2bd63", "#14202a", new Uri("https://pictures.example/1.png"));

        await new SalesmanagoAccounts(server.Clock).SetLookAsync(server.Destination, Token, look, default);

        var saved = JsonNode.Parse(server.Received[1].Text("properties"))!;
        Assert.Equal(("x", "PL", "https://pictures.example/1.png"), (saved["shop"]!.GetValue<string>(), saved["lang"]!.GetValue<string>(), saved["logo"]!.GetValue<string>()));
        Assert.Equal("""{"main":"#0b6670","mainFont":"#ffffff","additional":"#f2bd63","additionalFont":"#14202a"}""", saved["color"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"success":false,"message":["No integration properties found"]}""")]
    [InlineData("""{"success":true,"message":[],"properties":"not json"}""")]
    public async Task A_first_look_needs_nothing_there(string properties)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/account/integration/properties", properties).Expect("/api/account/integration/setProperties", """{"success":true,"message":[]}""");

        await new SalesmanagoAccounts(server.Clock).SetLookAsync(server.Destination, Token, new AccountLook(null, "#000000", "#ffffff", "#ffffff", "#000000", null), default);

        Assert.Equal(["color"], JsonNode.Parse(server.Received[1].Text("properties"))!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task A_picture_goes_as_a_form_and_its_address_comes_back()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/wm/uploadImage.json", """{"success":true,"message":[],"anything":"https://pictures.example/1.png"}""")
            .Expect("/api/wm/uploadImage.json", """{"success":true,"message":[]}""");
        var accounts = new SalesmanagoAccounts(server.Clock);
        var picture = new AccountPicture("logo.png", "image/png", "picture"u8.ToArray());

        Assert.Equal("https://pictures.example/1.png", (await accounts.UploadPictureAsync(server.Destination, picture, default)).AbsoluteUri);
        await Assert.ThrowsAsync<RetryLaterException>(() => accounts.UploadPictureAsync(server.Destination, picture, default));

        var sent = server.Received[0];
        Assert.StartsWith("multipart/form-data", sent.Headers.ContentType.ToString(), StringComparison.Ordinal);
        foreach (var part in new[] { "name=attachment; filename=logo.png", "name=clientId", "name=apiKey", "name=sha", "name=email", "owner@example.test", "demo0client0id00", "picture" })
            Assert.Contains(part, sent.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forms_are_listed_by_their_numbers()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/consent/form/data", """{"success":true,"message":[],"consentFormList":[{"intId":17,"name":"Wiosna"},{"name":"bez numeru"},{"intId":"18"}]}""");

        Assert.Equal([new PushForm("17", "Wiosna"), new PushForm("18", "18")], await new SalesmanagoAccounts(server.Clock).PushFormsAsync(server.Destination, default));
    }

    [Fact]
    public async Task A_token_is_renewed_for_as_long_as_the_official_plugin_counts()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/authorization/refreshToken", """{"success":true,"message":[],"token":"token-2"}""");

        var token = await new SalesmanagoAccounts(server.Clock).RefreshTokenAsync(server.Destination, default);

        Assert.Equal(("token-2", server.Clock.GetUtcNow() + SalesmanagoLogin.TokenLife), (token.Value, token.ValidUntil));
        Assert.DoesNotContain("token-2", $"{token}", StringComparison.Ordinal);
        Assert.EndsWith("/api/authorization/authorize?t=token-2", new SalesmanagoAccounts(server.Clock).PanelAddress(server.Destination, token).AbsoluteUri, StringComparison.Ordinal);
    }
}
