using System.Net;
using System.Text;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: an owner lets a plugin in to the built-in hub without a command line; the operator adds partners.</summary>
public sealed class PluginAccessTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task A_password_and_a_secret_for_plugins_are_made_shown_once_and_written_into_the_audit_log()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var destination = await host.DestinationNowAsync();
        var before = (await host.Get<HubAccounts>().FindAsync(destination.ClientId))!;
        var page = await host.Owner.GetStringAsync(host.Address("account"));
        Assert.Contains(T.AccountSettings.Plugins, page, StringComparison.Ordinal);
        Assert.DoesNotContain(before.ApiSecret, page, StringComparison.Ordinal);

        var password = await MadeAsync(host, "/plugins/password", "plugin-password");
        Assert.Equal(16, password.Length);
        Assert.Equal("hub.password_renewed", (await host.LastAuditAsync()).Action);

        var secret = await MadeAsync(host, "/plugins/secret", "plugin-secret");
        Assert.NotEqual(before.ApiSecret, secret);
        Assert.Equal((secret, secret), (
            (await host.Get<HubAccounts>().FindAsync(destination.ClientId))!.ApiSecret, host.Get<Connections>().DestinationOf(await host.DestinationNowAsync()).ApiSecret));
        var entry = await host.LastAuditAsync();
        Assert.Equal(("hub.secret_renewed", AuditChange.OfSecret("api_secret")), (entry.Action, Assert.Single(entry.Changes)));
    }

    [Fact]
    public async Task The_WordPress_plugin_is_given_a_file_that_leads_it_here()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var file = host.Address("account/plugins/pomost-hub.php");
        Assert.Contains($"href=\"{file}\"", await host.Owner.GetStringAsync(host.Address("account")), StringComparison.Ordinal);
        using var answer = await host.Owner.GetAsync(file);
        Assert.Equal("pomost-hub.php", answer.Content.Headers.ContentDisposition!.FileName);
        var php = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("<?php\n", php, StringComparison.Ordinal);
        Assert.Contains($"$hub  = '{host.Owner.BaseAddress!.GetLeftPart(UriPartial.Authority)}';", php, StringComparison.Ordinal);

        var writer = await host.ColleagueAsync(AccountRole.Marketer);
        Assert.Equal(HttpStatusCode.Forbidden, (await writer.GetAsync(file)).StatusCode);
    }

    [Theory]
    [InlineData("https://pomost.example/", "pomost.example", "https://pomost.example")]
    [InlineData("https://shop.example:8443/pomost/", "shop.example:8443/pomost", "https://shop.example:8443/pomost")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("https://shop.example/it's", "shop.example/it's", "https://shop.example/it%27s")]
    public void Plugins_are_told_the_whole_address_also_below_a_path(string server, string endpoint, string inFile)
    {
        Assert.Equal(endpoint, PluginAccess.EndpointOf(new Uri(server)));
        Assert.Contains($" = '{inFile}';", Encoding.UTF8.GetString(WordPressFile.Make(new Uri(server))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_at_a_SALESmanago_account_has_no_such_card()
    {
        await using var host = await SectionHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.Owner.GetAsync(host.Address("account/plugins/pomost-hub.php"))).StatusCode);
        Assert.DoesNotContain(T.AccountSettings.Plugins, await host.Owner.GetStringAsync(host.Address("account")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("account", "/plugins/secret")).StatusCode);
    }

    [Fact]
    public async Task The_operator_adds_a_partner_and_takes_it_back_and_nobody_else_does()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var added = await PanelHost.SendAsync(host.Owner, "/system/hub", "/system/hub/partners", ("email", "partner@agencja.example"));
        Assert.Equal(HttpStatusCode.Redirect, added.StatusCode);
        var partner = Assert.Single(await host.Get<HubAccounts>().ListAsync(), one => one.IsPartner);
        var shown = await host.Owner.GetStringAsync(added.Headers.Location!.ToString());
        Assert.Contains((await host.Get<HubAccounts>().FindAsync(partner.ClientId))!.ApiSecret, shown, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(host.Owner, "/system/hub", "/system/hub/partners", ("email", "partner@agencja.example"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(host.Owner, "/system/hub", "/system/hub/partners", ("email", "nikt"))).StatusCode);

        await PanelHost.SendAsync(host.Owner, "/system/hub", $"/system/hub/{partner.ClientId}/partner", ("partner", "0"));
        Assert.DoesNotContain(await host.Get<HubAccounts>().ListAsync(), one => one.IsPartner);
        Assert.Equal("hub.partner_changed", (await host.LastAuditAsync()).Action);

        var administrator = await host.ColleagueAsync(AccountRole.Administrator);
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync("/system/hub")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(administrator, "/", "/system/hub/partners", ("email", "x@agencja.example"))).StatusCode);
    }

    static async Task<string> MadeAsync(SectionHost host, string action, string field)
    {
        var answer = await host.SendAsync("account", action);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var address = answer.Headers.Location!.ToString();
        var value = ValueOf(await host.Owner.GetStringAsync(address), field)!;
        Assert.Null(ValueOf(await host.Owner.GetStringAsync(address), field));
        return value;
    }

    static string? ValueOf(string page, string name)
    {
        var at = page.IndexOf($"name=\"{name}\"", StringComparison.Ordinal);
        if (at < 0)
            return null;
        const string mark = "value=\"";
        var begin = page.IndexOf(mark, at, StringComparison.Ordinal) + mark.Length;
        return page[begin..page.IndexOf('"', begin)];
    }
}
