using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>A new shopkeeper with three shops: through the six sections of each by the menu alone, until a choice made in one place holds in all three.</summary>
public sealed class ThreeShopsWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string NewsletterKey = "pomost_newsletter_consent";
    const string Known = "ola.wspolna@poczta.example";
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    static readonly string[] Names = ["Lniana Łąka", "Herbata z Kątów", "Rower i Spółka"];

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task Six_sections_of_three_shops_to_the_end(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var first = await StartAsync(0);
        await using var second = await StartAsync(1);
        await using var third = await StartAsync(2);
        await using var other = await OtherHub.StartAsync();
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);
        WooCommerceSimulator[] shops = [first, second, third];

        await WalkTests.FillRegistration(page, pomost, t);
        for (var i = 0; i < shops.Length; i++)
        {
            await Connect(page, shops[i], Names[i], i == 2 ? other : null, t);
            await Login(page, t, i == 2 ? other : null);
            await Integrations(page, t);
            await UserSettings(page, t, atHub: i != 2);
            await Settings(page, t, $"sklep {i + 1}");
            await Export(page, t, ExportStep.Contacts);
            await Export(page, t, ExportStep.Transactions);
            await Account(page, t);
        }

        await NewCustomer(page, second, t);
        await OneChoiceForAll(page, shops, t, watch);
        await Overview(page, t, watch);
        watch.AssertNothingWrong();
    }

    static async Task<WooCommerceSimulator> StartAsync(int number)
    {
        var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { ShopName = Names[number] });
        shop.Seed(new ShopSeedOptions { Customers = 20, Guests = 5, Orders = 30, Products = 20, Seed = number + 1 });
        shop.Shop.Register(new WooCustomer { Email = Known, FirstName = "Ola", LastName = "Wspólna", Meta = [new WooMeta(0, NewsletterKey, "1")] });
        return shop;
    }

    static async Task Connect(IPage page, WooCommerceSimulator shop, string name, OtherHub? account, PanelTexts t)
    {
        await Menu(page, t.Common.Dashboard);
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = t.Common.AddStore }).Or(page.Locator("aside.side nav").GetByRole(AriaRole.Link, new() { Name = t.Common.AddStore })).First.ClickAsync();
        await page.GetByText("WooCommerce", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next }).ClickAsync();
        await page.Locator("#f-url").FillAsync(shop.BaseAddress.ToString());
        await page.Locator("#f-consumer_key").FillAsync(shop.ConsumerKey);
        await page.Locator("#f-consumer_secret").FillAsync(shop.ConsumerSecret);
        await page.GetByLabel(t.Stores.Name).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Check }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        if (account is not null)
        {
            await page.Locator("#f-way-password").CheckAsync();
            await page.Locator("#f-email").FillAsync(OtherHub.Email);
            await page.Locator("#f-password").FillAsync(OtherHub.Password);
            await page.Locator("#f-endpoint").FillAsync(account.Address.ToString());
        }

        await WalkTests.Integrate(page, t);
        await page.WaitForURLAsync("**/stores/*-*/**");
    }

    static async Task Login(IPage page, PanelTexts t, OtherHub? account)
    {
        await Menu(page, t.Common.LoginSection);
        await page.GetByText(t.Destination.IsConnected, new() { Exact = true }).WaitForAsync();
        if (account is not null)
            Assert.Contains(account.Address.Authority, await page.Locator("#connected").InnerTextAsync(), StringComparison.Ordinal);
    }

    static async Task Integrations(IPage page, PanelTexts t)
    {
        await Menu(page, t.Common.Integrations);
        await page.Locator("#f-main").FillAsync("#23457a");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Common.Save, Exact = true }).ClickAsync();
        await page.Locator("main .alert.ok").First.WaitForAsync();
        Assert.Equal("#23457a", await page.Locator("#f-main").InputValueAsync());
    }

    static async Task UserSettings(IPage page, PanelTexts t, bool atHub)
    {
        await Menu(page, t.Common.UserSettings);
        if (!atHub)
        {
            // The account lists no modules at all.
            await page.GetByText(t.Modules.NotInAccount(t.Modules.Popup)).WaitForAsync();
            return;
        }

        await page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.Popup }).ClickAsync();
        await page.GetByText(t.Modules.SwitchedOn(t.Modules.Popup)).WaitForAsync();
        Assert.Equal("true", await page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.Popup }).GetAttributeAsync("aria-checked"));
    }

    static async Task Settings(IPage page, PanelTexts t, string tag)
    {
        await Menu(page, t.Common.Settings);
        await page.Locator("#f-tags_registration").FillAsync(tag);
        await page.Locator("#tags button[type=submit]").ClickAsync();
        await page.Locator("#tags .alert.ok").WaitForAsync();
        await page.Locator("#f-cart_minutes").FillAsync("90");
        await page.Locator("#carts button[type=submit]").ClickAsync();
        await page.Locator("#carts .alert.ok").WaitForAsync();
        Assert.Equal("90", await page.Locator("#f-cart_minutes").InputValueAsync());
    }

    static async Task Export(IPage page, PanelTexts t, ExportStep step)
    {
        await Menu(page, t.Common.Export);
        await WalkTests.Preview(page, t, step);
        await page.Locator("form[action$='/start'] button").ClickAsync();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
        await Menu(page, t.Common.Export);
        await WalkTests.Preview(page, t, step);
        await page.Locator("main p.t-ok", new() { HasText = t.Export.NothingToSend }).WaitForAsync();
    }

    static async Task Account(IPage page, PanelTexts t)
    {
        await Menu(page, t.Common.AccountSettings);
        await page.GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.TryOf(t.AccountSettings.OptOut) }).ClickAsync();
        await page.GetByText(t.AccountSettings.TrialWorks).WaitForAsync();
        await page.Locator("#f-downloads").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.SaveConsent }).ClickAsync();
        await page.Locator("main .alert.ok").First.WaitForAsync();
        Assert.True(await page.Locator("#f-downloads").IsCheckedAsync());
    }

    /// <summary>Somebody registers in the second shop: there with the tag that this shop's settings give, and no other shop's.</summary>
    static async Task NewCustomer(IPage page, WooCommerceSimulator shop, PanelTexts t)
    {
        shop.Shop.Register(new WooCustomer { Email = "nowa.klientka@poczta.example", FirstName = "Iga", LastName = "Nowakowska" });
        await page.Locator("aside.side .switcher").ClickAsync();
        await page.Locator("#switch-wide").GetByRole(AriaRole.Link, new() { Name = Names[1] }).ClickAsync();
        await Menu(page, t.Operation.Connection);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Operation.SyncNow }).ClickAsync();
        await page.GetByText(t.Operation.SyncAsked).WaitForAsync();
        await OpenCard(page, "Nowakowska");
        await Until(page, async () =>
        {
            await page.ReloadAsync();
            return await page.Locator("#tags .tag", new() { HasText = "SKLEP_2" }).CountAsync() == 1;
        });
        Assert.Equal(0, await page.Locator("#tags .tag", new() { HasText = "SKLEP_1" }).CountAsync());
    }

    /// <summary>One person in three shops and two accounts says no once.</summary>
    static async Task OneChoiceForAll(IPage page, WooCommerceSimulator[] shops, PanelTexts t, PageWatch watch)
    {
        await OpenCard(page, "Wspólna");
        await page.Locator(".tabs a[href$='/consents']").ClickAsync();
        await page.Locator("#proofs").GetByRole(AriaRole.Link, new() { Name = t.Contacts.ChangeConsent }).ClickAsync();
        await page.Locator("#f-channel-Email").CheckAsync();
        await page.Locator("#f-state-Withdrawn").CheckAsync();
        await page.Locator("#f-reason").FillAsync("rozmowa telefoniczna");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SaveConsent }).ClickAsync();
        await page.WaitForURLAsync("**/consents?saved=1");
        await Until(page, () => Task.FromResult(shops.All(shop => shop.Shop.CustomerByEmail(Known)!.Meta.Single(meta => meta.Key == NewsletterKey).Value is "0" or "")));
        await watch.LookAsync("consents of one person in three shops");
    }

    static async Task Overview(IPage page, PanelTexts t, PageWatch watch)
    {
        await Menu(page, t.Common.Dashboard);
        foreach (var name in Names)
            await page.Locator("main").GetByText(name, new() { Exact = true }).First.WaitForAsync();
        await watch.LookAsync("dashboard of three shops");
        await Menu(page, t.Deliveries.Title);
        await Until(page, async () =>
        {
            await page.ReloadAsync();
            return await page.GetByText(t.Deliveries.QueueEmpty).IsVisibleAsync();
        });
    }

    /// <summary>By the search in the head of the page, as soon as the contact is there.</summary>
    static async Task OpenCard(IPage page, string surname)
    {
        var link = page.Locator("tbody a.strong", new() { HasText = surname }).First;
        await Until(page, async () =>
        {
            await page.Locator("#search").FillAsync(surname);
            await page.Locator("#search").PressAsync("Enter");
            await page.WaitForURLAsync("**/contacts?q=*");
            return await link.CountAsync() > 0;
        });
        await link.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = surname, Level = 1 }).WaitForAsync();
    }

    static Task Menu(IPage page, string item) => page.Locator("aside.side nav").GetByRole(AriaRole.Link, new() { Name = item, Exact = true }).ClickAsync();

    // What the engine does by itself has no event a test could wait for in a shop; the deadline only ends a test that would never pass.
    static async Task Until(IPage page, Func<Task<bool>> seen)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!await seen())
        {
            Assert.True(patience.Elapsed < Deadline, "what was waited for did not come");
            await page.WaitForTimeoutAsync(250);
        }
    }
}
