using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>Goal: the accounts of a shop go when the merchant says yes, at the end of the wizard or later, and the past's orders do not.</summary>
public sealed class ActivationWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const int Customers = 40;

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task A_yes_in_the_wizard_sends_the_accounts_by_itself(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await ShopAsync();
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);
        await ToTheLastStepAsync(page, pomost, shop, t);

        Assert.True(await page.Locator("#f-accounts-later").IsCheckedAsync());
        Assert.False(await page.Locator("#f-day").IsVisibleAsync());
        await page.Locator("#f-accounts-yes").CheckAsync();
        Assert.Equal(("200", "1000"), (await page.Locator("#f-day").InputValueAsync(), await page.Locator("#f-night").InputValueAsync()));
        await watch.LookAsync("question about the accounts", narrow: true);
        await page.Locator("#f-day").FillAsync("-5");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
        await watch.LookAsync("pace refused");
        await page.Locator("#f-day").FillAsync("1500");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();
        await watch.LookAsync("connected, accounts under way", narrow: true);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.AccountsSee }).ClickAsync();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
        await watch.LookAsync("accounts sent");
        Assert.Equal("40", (await page.Locator(".stat dd").Nth(2).InnerTextAsync()).Trim());
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/lniana-laka/export").ToString());
        Assert.Equal(1, await page.Locator("main table tbody tr").CountAsync());
        watch.AssertNothingWrong();
    }

    [Fact]
    public async Task Without_an_answer_the_question_stays_and_a_later_yes_does_the_same()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await ShopAsync();
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL", script: false);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await ToTheLastStepAsync(page, pomost, shop, t);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.GetByText(t.Stores.AccountsNotSent).WaitForAsync();
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/lniana-laka/export").ToString());
        await page.GetByText(t.Export.HistoryEmpty).WaitForAsync();

        await page.GotoAsync(pomost.Panel.ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Dashboard.AccountsDecide }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.AccountsSend }).ClickAsync();

        await WalkTests.ReloadUntil(page, () => page.GetByText(t.Stores.AccountsSent).IsVisibleAsync());
        Assert.True(await page.GetByText(t.Stores.AccountsSent).IsVisibleAsync());
        await page.GotoAsync(pomost.Panel.ToString());
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = t.Dashboard.AccountsDecide }).CountAsync());
    }

    static async Task<WooCommerceSimulator> ShopAsync()
    {
        var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { ShopName = "Lniana Łąka" });
        shop.Seed(new ShopSeedOptions { Customers = Customers, Guests = 5, Orders = 30 });
        return shop;
    }

    static async Task ToTheLastStepAsync(IPage page, RunningPomost pomost, WooCommerceSimulator shop, PanelTexts t)
    {
        await WalkTests.FillRegistration(page, pomost, t);
        await WalkTests.FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        var next = page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true });
        await WalkTests.ReloadUntil(page, () => next.IsVisibleAsync());
        await next.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
    }
}
