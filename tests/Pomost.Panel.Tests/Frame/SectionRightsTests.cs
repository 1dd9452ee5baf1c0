using System.Net;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Who may open and change the sections of a store.</summary>
public sealed class SectionRightsTests
{
    const string Administrative = "login account";

    static readonly string[] Sections = ["login", "integrations", "user-settings", "settings", "account"];

    /// <summary>Every change of the sections; none of them may be made by a stranger or by who lacks the role.</summary>
    static readonly string[] Changes =
    [
        "login", "login/disconnect", "login/module", "account/owner", "account/push-form", "account/product-key", "account/consent-download", "account/consent-download/now", "account/callbacks/rotate", "account/callbacks/try", "account/plugins/password", "account/plugins/secret",
        "integrations", "integrations/tell", "user-settings/live-chat", "user-settings/live-chat/switch",
        "settings/tags", "settings/sharing", "settings/carts", "settings/orders", "settings/products", "settings/products/now", "settings/pace", "settings/chips", "settings/find",
    ];

    [Theory]
    [InlineData(AccountRole.Administrator, true, true, true)]
    [InlineData(AccountRole.Marketer, true, true, false)]
    [InlineData(AccountRole.Viewer, true, false, false)]
    [InlineData(AccountRole.Agent, false, false, false)]
    public async Task A_role_sees_and_changes_what_it_may(AccountRole role, bool sees, bool changes, bool administers)
    {
        await using var host = await SectionHost.StartAsync();
        var browser = await host.ColleagueAsync(role);
        foreach (var section in Sections)
        {
            var may = IsAdministrative(section) ? administers : sees;
            var answer = await browser.GetAsync(host.Address(section));
            Assert.Equal((section, may ? HttpStatusCode.OK : HttpStatusCode.Forbidden), (section, answer.StatusCode));
            // Who sees nothing of a store has no page with its menu.
            if (sees)
                Assert.Equal((section, may), (section, (await browser.GetStringAsync(host.Address("export"))).Contains($"href=\"{host.Address(section)}\"", StringComparison.Ordinal)));
        }

        foreach (var change in Changes)
        {
            var may = IsAdministrative(change) ? administers : changes;
            var answer = await PanelHost.SendAsync(browser, "/", host.Address(change));
            Assert.Equal((change, may), (change, answer.StatusCode != HttpStatusCode.Forbidden));
        }
    }

    [Fact]
    public async Task Nothing_of_a_section_can_be_reached_from_another_account()
    {
        await using var host = await SectionHost.StartAsync();
        var stranger = await host.StrangerAsync();
        var before = (await host.StoreNowAsync(), await host.DestinationNowAsync());

        foreach (var section in Sections.Concat(["login/open", "account/lists", "integrations/logo", "user-settings/state", "user-settings/live-chat"]))
            Assert.Equal((section, HttpStatusCode.NotFound), (section, (await stranger.GetAsync(host.Address(section))).StatusCode));
        foreach (var change in Changes)
            Assert.Equal((change, HttpStatusCode.NotFound), (change, (await PanelHost.SendAsync(stranger, "/", host.Address(change), ("way", "hub"), ("on", "1"), ("name", "Czat"))).StatusCode));

        var (store, destination) = (await host.StoreNowAsync(), await host.DestinationNowAsync());
        Assert.Equal((before.Item1.DestinationId, before.Item1.State), (store.DestinationId, store.State));
        Assert.Equal(before.Item2, destination);
        Assert.Empty(await host.AuditAsync());
    }

    [Fact]
    public async Task The_sections_of_a_disconnected_store_lead_to_its_connection()
    {
        await using var host = await SectionHost.StartAsync();
        await PanelHost.SendAsync(host.Owner, host.Address("connection"), host.Address("connection/disconnect"), ("data", "keep"));

        foreach (var section in Sections)
            Assert.Equal(host.Address("connection"), (await host.Owner.GetAsync(host.Address(section))).Headers.Location!.ToString());
        foreach (var change in Changes)
            Assert.Equal(host.Address("connection"), (await PanelHost.SendAsync(host.Owner, "/", host.Address(change), ("way", "hub"))).Headers.Location!.ToString());
        Assert.Equal(StoreState.Disconnected, (await host.StoreNowAsync()).State);
    }

    [Fact]
    public async Task Choosing_another_store_stays_on_the_same_page()
    {
        await using var host = await SectionHost.StartAsync();
        var second = await host.AddStoreAsync("Drugi sklep");

        foreach (var section in Sections)
            Assert.NotEmpty(new Html(await host.Owner.GetStringAsync(host.Address(section))).All($"a.menu-i[href='/stores/{second.Slug}/{section}']"));
        Assert.NotEmpty(new Html(await host.Owner.GetStringAsync("/contacts")).All($"a.menu-i[href='/stores/{second.Slug}/export']"));
    }

    static bool IsAdministrative(string address) => Administrative.Split(' ').Contains(address.Split('/')[0], StringComparer.Ordinal);
}
