using System.Net;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: a switch does what it says, and what is on here but not there is said.</summary>
public sealed class ModuleSectionTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task At_the_hub_a_switch_acts_at_once_is_kept_by_the_hub_and_can_be_taken_back()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        var on = await host.SendAsync("user-settings", "/live-chat/switch", ("on", "1"));
        var page = await host.Owner.GetStringAsync(on.Headers.Location!.ToString());
        Assert.Equal(host.Address("user-settings?switched=live-chat"), on.Headers.Location!.ToString());
        Assert.Matches("value=\"0\" aria-checked=\"true\" aria-labelledby=\"h-live-chat\"", page);
        Assert.Matches("value=\"1\" aria-checked=\"false\" aria-labelledby=\"h-pop-up\"", page);
        // No shopper sees any of it yet, and no word promises it.
        Assert.Contains(T.Modules.LeadSoon, page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split($">{T.Modules.Soon}</span>").Length - 1);
        Assert.DoesNotContain(T.Modules.Lead, page, StringComparison.Ordinal);
        Assert.Contains(T.Modules.Undo, page, StringComparison.Ordinal);
        await host.SendAsync("user-settings", "/live-chat/switch", ("on", "0"));

        Assert.Matches("value=\"1\" aria-checked=\"false\" aria-labelledby=\"h-live-chat\"", await host.Owner.GetStringAsync(host.Address("user-settings")));
        Assert.Equal(["store.module-switched", "store.module-switched"], await host.AuditAsync());
        Assert.Equal(new AuditChange("live-chat", "on", "off"), Assert.Single((await host.LastAuditAsync()).Changes));
    }

    [Fact]
    public async Task Modules_of_one_store_are_not_those_of_another()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var second = await host.Get<StoreSetup>().AddAsync(
            host.Store.AccountId, host.Store.DestinationId, "woocommerce", "Drugi",
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://drugi.example" }), new Engine.StoreOptions(), default);

        await host.SendAsync("user-settings", "/web-push/switch", ("on", "1"));

        Assert.DoesNotContain("aria-checked=\"true\"", await host.Owner.GetStringAsync($"/stores/{second.Slug}/user-settings"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hubs_own_page_renames_a_module_and_refuses_an_empty_name()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        var empty = await host.SendAsync("user-settings/pop-up", "", ("name", "  "), ("active", "1"));
        var saved = await host.SendAsync("user-settings/pop-up", "", ("name", "Zapisz się"), ("active", "1"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
        Assert.Contains("f-name-error", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("<h1>Zapisz się</h1>", await host.Owner.GetStringAsync(saved.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Contains(new AuditChange("pop-up.name", "Pop-up", "Zapisz się"), (await host.LastAuditAsync()).Changes);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Owner.GetAsync(host.Address("user-settings/inny"))).StatusCode);
    }

    [Fact]
    public async Task At_an_account_the_page_says_what_was_switched_here_and_what_is_there()
    {
        await using var host = await SectionHost.StartAsync();
        var asked = await host.Owner.GetStringAsync(host.Address("user-settings/state"));
        Assert.Contains(T.Modules.ThereOff, asked, StringComparison.Ordinal);
        Assert.Contains(T.Modules.ThereOn, asked, StringComparison.Ordinal);
        Assert.Contains(T.Modules.NotInAccount(T.Modules.Popup), asked, StringComparison.Ordinal);

        await host.SendAsync("user-settings", "/live-chat/switch", ("on", "1"));
        var agreed = await host.Owner.GetStringAsync(host.Address("user-settings"));
        host.Account.IgnoresSwitches = true;
        await host.SendAsync("user-settings", "/live-chat/switch", ("on", "0"));
        var ignored = await host.Owner.GetStringAsync(host.Address("user-settings"));
        host.Account.IsDown = true;
        await host.SendAsync("user-settings", "/web-push/switch", ("on", "0"));
        var unheard = await host.Owner.GetStringAsync(host.Address("user-settings"));

        Assert.Equal(ModuleState.On, host.Account.Modules[0].State);
        Assert.Contains(T.Modules.HereOn, agreed, StringComparison.Ordinal);
        Assert.DoesNotContain(T.Modules.Differs, agreed, StringComparison.Ordinal);
        Assert.Contains(T.Modules.HereOff, ignored, StringComparison.Ordinal);
        Assert.Contains(T.Modules.Differs, ignored, StringComparison.Ordinal);
        Assert.Contains(T.Modules.NotTold(T.Problems.DestinationTimedOut), unheard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_the_account_lacks_cannot_be_switched_on()
    {
        await using var host = await SectionHost.StartAsync();

        var answer = await host.SendAsync("user-settings", "/pop-up/switch", ("on", "1"));

        Assert.Equal(host.Address("user-settings?missing=pop-up"), answer.Headers.Location!.ToString());
        Assert.Contains(T.Modules.NotInAccount(T.Modules.Popup), await host.Owner.GetStringAsync(answer.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Empty(await host.Get<IStoreModules>().ListAsync(host.Store.Key, default));
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("user-settings", "/inny/switch", ("on", "1"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("user-settings", "/pop-up/switch", ("on", "tak"))).StatusCode);
    }

    [Fact]
    public async Task Only_who_administers_gets_a_way_into_the_account()
    {
        await using var host = await SectionHost.StartAsync();
        var marketer = await host.ColleagueAsync(AccountRole.Marketer);

        Assert.Contains("/login/open", await host.Owner.GetStringAsync(host.Address("user-settings")), StringComparison.Ordinal);
        Assert.DoesNotContain("/login/open", await marketer.GetStringAsync(host.Address("user-settings")), StringComparison.Ordinal);
    }
}
