using System.Net;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: after log-in one is in "Integracje" (Guide, section 2), as far as there is one such page and the person may see it.</summary>
public sealed class LandingTests
{
    [Theory]
    [InlineData(AccountRole.Owner, true)]
    [InlineData(AccountRole.Administrator, true)]
    [InlineData(AccountRole.Marketer, true)]
    [InlineData(AccountRole.Viewer, true)]
    [InlineData(AccountRole.Agent, false)]
    public async Task Log_in_leads_to_Integracje_of_the_store_for_who_may_see_it(AccountRole role, bool leads)
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        await host.ColleagueAsync(role);

        var answer = await LogInAsync(host, $"{role}@sklep.example".ToLowerInvariant());

        Assert.Equal(leads ? host.Address("integrations") : "/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_page_that_was_asked_for_comes_before_it()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        Assert.Equal("/contacts?q=Maj", (await LogInAsync(host, "marta@sklep.example", "/contacts?q=Maj")).Headers.Location!.ToString());
        Assert.Equal(host.Address("integrations"), (await LogInAsync(host, "marta@sklep.example", "https://obcy.example/")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Without_a_store_the_first_page_offers_to_connect_one()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        await host.StrangerAsync();
        var browser = host.Panel.Browser();

        Assert.Equal("/", (await LogInAsync(host, "obcy@inny.example", browser: browser)).Headers.Location!.ToString());
        Assert.Contains("href=\"/stores/new\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_stores_the_one_not_yet_integrated_is_opened_and_the_dashboard_once_all_are()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var second = await host.AddStoreAsync("Drugi sklep");
        Assert.Equal(host.Address("integrations"), await LandAsync());

        await host.Get<StoreLooks>().SaveAsync(host.Store, new ModuleLook(), null, false, default);
        Assert.Equal($"/stores/{second.Slug}/integrations", await LandAsync());
        await host.Get<StoreLooks>().SaveAsync(second, new ModuleLook(), null, false, default);
        Assert.Equal("/", await LandAsync());

        await host.Get<IStores>().SetStateAsync(second.Key, StoreState.Disconnected, null, default);
        Assert.Equal(host.Address("integrations"), await LandAsync());

        async Task<string> LandAsync() => (await LogInAsync(host, "marta@sklep.example")).Headers.Location!.ToString();
    }

    static async Task<HttpResponseMessage> LogInAsync(SectionHost host, string email, string back = "", HttpClient? browser = null)
    {
        var answer = await PanelHost.SendAsync(
            browser ?? host.Panel.Browser(), "/login", "/login", ("email", email), ("password", "zielony rower jedzie"), ("back", back));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer;
    }
}
