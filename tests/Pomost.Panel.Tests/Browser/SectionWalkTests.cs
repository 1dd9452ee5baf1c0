using Microsoft.Playwright;
using Pomost.Panel.Tests.Frame;
using Pomost.Panel.Texts;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The six sections of a store in a real browser, against the real program, a simulated shop and a foreign account.</summary>
public sealed class SectionWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Password = "zielony rower jedzie";

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task From_the_wizard_through_every_section_and_back_to_the_hub(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        await using var other = await OtherHub.StartAsync();
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);

        await Register(page, pomost, t);
        await Wizard(page, pomost, shop, other, t, watch);
        await Integrations(page, pomost, t, watch);
        await Settings(page, pomost, t, watch);
        await Account(page, pomost, t, watch);
        await AtAnAccount(page, pomost, t, watch);
        await BackToTheHub(page, pomost, t, watch);

        watch.AssertNothingWrong();
    }

    [Fact]
    public async Task The_sections_work_without_a_script()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        await using var other = await OtherHub.StartAsync();
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL", script: false);
        var page = await context.NewPageAsync();
        await Register(page, pomost, t);
        await Access(page, pomost, shop, t);
        var next = page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true });
        for (var tries = 0; tries < 200 && !await next.IsVisibleAsync(); tries++)
        {
            await page.WaitForTimeoutAsync(100);
            await page.ReloadAsync();
        }

        await next.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await page.Locator("#f-main").FillAsync("#123456");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();

        await Open(page, pomost, "user-settings");
        await page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.WebPush }).ClickAsync();
        await page.GetByText(t.Modules.SwitchedOn(t.Modules.WebPush)).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Modules.Undo }).ClickAsync();
        await page.GetByText(t.Modules.SwitchedOff(t.Modules.WebPush)).WaitForAsync();

        await Open(page, pomost, "settings");
        await page.Locator("#f-tags_purchase").FillAsync("stały klient, vip");
        await Save(page, "#tags", t);
        await page.Locator("#chips-tags_purchase .tag", new() { HasText = "STAŁY_KLIENT" }).WaitForAsync();
        await page.Locator("#f-pace-Hours").CheckAsync();
        await page.Locator("#f-h7").FillAsync("70");
        await Save(page, "#pace", t);
        Assert.Equal("70", await page.Locator("#f-h7").InputValueAsync());
        Assert.True(await page.Locator("#f-pace-Hours").IsCheckedAsync());

        await Open(page, pomost, "login");
        await page.Locator("#f-way-key").CheckAsync();
        await page.Locator("#f-client_id").FillAsync(other.Account.ClientId);
        await page.Locator("#f-api_secret").FillAsync(other.Account.ApiSecret);
        await page.Locator("#f-key_endpoint").FillAsync(other.Address.ToString());
        await page.Locator("#f-owner").FillAsync(OtherHub.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Destination.Connect, Exact = true }).ClickAsync();
        await page.GetByText(t.Destination.DoneMoved).WaitForAsync();
        await Open(page, pomost, "account");
        await page.GetByRole(AriaRole.Link, new() { Name = t.AccountSettings.Refresh }).ClickAsync();
        Assert.Equal(OtherHub.Email, await page.Locator("#f-owner").InputValueAsync());
    }

    static async Task Register(IPage page, RunningPomost pomost, PanelTexts t)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/register").ToString());
        await page.GetByLabel(t.Registration.FullName).FillAsync("Marta Zielińska");
        await page.GetByLabel(t.Registration.Email).FillAsync("marta@lnianalaka.example");
        await page.Locator("#f-password").FillAsync(Password);
        await page.GetByLabel(t.Registration.Code).FillAsync(pomost.FirstCode);
        await page.GetByLabel(t.Registration.Agree).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Registration.Submit }).ClickAsync();
        await page.WaitForURLAsync(pomost.Panel.ToString());
    }

    static async Task Access(IPage page, RunningPomost pomost, WooCommerceSimulator shop, PanelTexts t)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/new/woocommerce").ToString());
        await page.Locator("#f-url").FillAsync(shop.BaseAddress.ToString());
        await page.Locator("#f-consumer_key").FillAsync(shop.ConsumerKey);
        await page.Locator("#f-consumer_secret").FillAsync(shop.ConsumerSecret);
        await page.GetByLabel(t.Stores.Name).FillAsync("Lniana Łąka");
        // Enter sends the check, not the way by redirect.
        await page.GetByLabel(t.Stores.Name).PressAsync("Enter");
        await page.Locator("#check-body .ck").WaitForAsync();
    }

    static async Task Wizard(IPage page, RunningPomost pomost, WooCommerceSimulator shop, OtherHub other, PanelTexts t, PageWatch watch)
    {
        await Access(page, pomost, shop, t);
        var next = page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true });
        await next.WaitForAsync();
        // Left and found again among the unfinished.
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Later }).ClickAsync();
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/new").ToString());
        await watch.LookAsync("unfinished stores");
        await page.GetByRole(AriaRole.Link, new() { Name = "Lniana Łąka" }).ClickAsync();
        await next.ClickAsync();
        await page.Locator("#f-way-password").CheckAsync();
        await page.Locator("#f-email").FillAsync(OtherHub.Email);
        await page.Locator("#f-password").FillAsync("nie to hasło");
        await page.Locator("#f-endpoint").FillAsync(other.Address.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await page.Locator("#f-password-error").WaitForAsync();
        await watch.LookAsync("account refused");
        Assert.Equal(OtherHub.Email, await page.Locator("#f-email").InputValueAsync());
        await page.Locator("#f-password").FillAsync(OtherHub.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/look");
        await page.Locator("#f-main").FillAsync("zielony");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.Locator("#f-main-error").WaitForAsync();
        await watch.LookAsync("look refused");
        await page.Locator("#f-main").FillAsync("#ffdd55");
        // The preview follows while one types.
        await page.GetByText(t.Looks.EdgeAdded).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();
    }

    static async Task Integrations(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await Open(page, pomost, "integrations");
        Assert.Equal("#ffdd55", await page.Locator("#f-main").InputValueAsync());
        // The account took the look in the wizard.
        await page.GetByText(t.Looks.ToldAt("").Trim(' ', '.')).WaitForAsync();
        await watch.LookAsync("integrations");
        await page.Locator("#f-logo").SetInputFilesAsync(new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = Pictures.Png(900, 300) });
        await page.Locator("#palette button", new() { HasText = t.Looks.AsMain }).First.ClickAsync();
        Assert.Equal("#0b6670", await page.Locator("#f-main").InputValueAsync());
        await watch.LookAsync("colours of the logo");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Common.Save, Exact = true }).ClickAsync();
        // The account takes the logo, too.
        await page.GetByText(t.Looks.Told).WaitForAsync();
        await watch.LookAsync("look told");
        var logo = page.Locator("img.logo-shown");
        Assert.Equal((480, 160), (await logo.EvaluateAsync<int>("image => image.naturalWidth"), await logo.EvaluateAsync<int>("image => image.naturalHeight")));
        await page.Locator("#f-logo").SetInputFilesAsync(new FilePayload { Name = "logo.svg", MimeType = "image/svg+xml", Buffer = "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = t.Common.Save, Exact = true }).ClickAsync();
        await page.Locator("#f-logo-error").WaitForAsync();
        await watch.LookAsync("logo refused");
    }

    static async Task Settings(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await Open(page, pomost, "settings");
        await page.Locator("#f-tags_registration").PressSequentiallyAsync("nowy klient,vip,vip");
        await page.Locator("#chips-tags_registration .tag", new() { HasText = "NOWY_KLIENT" }).WaitForAsync();
        await page.GetByText(t.Tags.Repeats(1)).WaitForAsync();
        await watch.LookAsync("settings while tags are typed");
        await Save(page, "#tags", t);
        await page.Locator("#f-cart_minutes").FillAsync("5");
        await page.Locator("#carts button[type=submit]").ClickAsync();
        await page.Locator("#f-cart_minutes-error").WaitForAsync();
        await watch.LookAsync("settings refused");
        await page.Locator("#f-pace-Hours").CheckAsync();
        await page.Locator("svg.hours").ScrollIntoViewIfNeededAsync();
        // The bar of noon, 200, is drawn up to where that of midnight ends, 1000.
        var (noon, midnight) = ((await page.Locator("rect[data-hour='12']").BoundingBoxAsync())!, (await page.Locator("rect[data-hour='0']").BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(noon.X + (noon.Width / 2), noon.Y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(noon.X + (noon.Width / 2), midnight.Y);
        await page.Mouse.UpAsync();
        var dragged = await page.Locator("#f-h12").InputValueAsync();
        Assert.InRange(int.Parse(dragged, System.Globalization.CultureInfo.InvariantCulture), 960, 1040);
        Assert.Equal("200", await page.Locator("#f-h11").InputValueAsync());
        await watch.LookAsync("pace by hours");
        await Save(page, "#pace", t);
        Assert.Equal(dragged, await page.Locator("#f-h12").InputValueAsync());
        await Unsaved(page, pomost, t, watch);
    }

    /// <summary>Changes in several cards are counted together, dropped together and saved together.</summary>
    static async Task Unsaved(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await Open(page, pomost, "settings");
        var bar = page.Locator("#unsaved");
        Assert.False(await bar.IsVisibleAsync());
        await page.Locator("#f-tags_newsletter").FillAsync("list");
        await page.Locator("#f-cart_minutes").FillAsync("90");
        await page.Locator("#f-products").UncheckAsync();
        await bar.GetByText(t.Common.Unsaved("3")).WaitForAsync();
        await watch.LookAsync("unsaved changes", narrow: true);
        await bar.GetByRole(AriaRole.Button, new() { Name = t.Common.Discard }).ClickAsync();
        await bar.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal("60", await page.Locator("#f-cart_minutes").InputValueAsync());
        Assert.True(await page.Locator("#f-products").IsCheckedAsync());

        // A card that is refused says so; what was typed in the others stays.
        await page.Locator("#f-tags_newsletter").FillAsync("a<b");
        await page.Locator("#f-cart_minutes").FillAsync("90");
        await bar.GetByRole(AriaRole.Button, new() { Name = t.Common.Save }).ClickAsync();
        await page.Locator("#f-tags_newsletter-error").WaitForAsync();
        Assert.Equal("90", await page.Locator("#f-cart_minutes").InputValueAsync());
        await bar.GetByText(t.Common.Unsaved("2")).WaitForAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = t.Common.Discard }).ClickAsync();
        await bar.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await page.Locator("#f-tags_newsletter").FillAsync("list");
        await page.Locator("#f-cart_minutes").FillAsync("90");
        await page.Locator("#f-products").UncheckAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = t.Common.Save }).ClickAsync();
        await page.WaitForURLAsync("**/settings?done=*");
        await Open(page, pomost, "settings");
        Assert.Equal(("LIST", "90"), (await page.Locator("#f-tags_newsletter").InputValueAsync(), await page.Locator("#f-cart_minutes").InputValueAsync()));
        Assert.False(await page.Locator("#f-products").IsCheckedAsync());
        Assert.False(await bar.IsVisibleAsync());
    }

    static async Task Account(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await Open(page, pomost, "account");
        await page.Locator("#part-account:not([hx-get])").WaitForAsync();
        await watch.LookAsync("account settings");
        await page.Locator("button[data-copy='f-opt-out']").ClickAsync();
        await page.Locator("[data-copy='f-opt-out'] + [role=status]", new() { HasText = t.Common.Copied }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Equal(await page.Locator("#f-opt-out").InputValueAsync(), await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.TryOf(t.AccountSettings.OptOut) }).ClickAsync();
        await page.GetByText(t.AccountSettings.TrialWorks).WaitForAsync();
        await page.GetByText(t.AccountSettings.OutcomeUnknown).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.Rotate }).First.ClickAsync();
        await watch.LookAsync("rotation asked");
        await page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.Rotate }).ClickAsync();
        await page.GetByText(t.AccountSettings.Rotated).WaitForAsync();
    }

    static async Task AtAnAccount(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await Open(page, pomost, "user-settings");
        // The account lists no modules at all.
        await page.GetByText(t.Modules.NotInAccount(t.Modules.LiveChat)).WaitForAsync();
        await watch.LookAsync("modules of an account");
        await Open(page, pomost, "login");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Destination.Disconnect }).First.ClickAsync();
        await watch.LookAsync("disconnection asked");
        await page.Locator("dialog#ask-leave").GetByRole(AriaRole.Button, new() { Name = t.Common.Cancel }).ClickAsync();
        await watch.LookAsync("login section");
    }

    static async Task BackToTheHub(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.Locator("#f-way-hub").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Destination.Connect, Exact = true }).ClickAsync();
        await page.GetByText(t.Destination.DoneMoved).WaitForAsync();
        await Open(page, pomost, "user-settings");
        await page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.LiveChat }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Modules.Undo }).WaitForAsync();
        Assert.Equal("true", await page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.LiveChat }).GetAttributeAsync("aria-checked"));
        await watch.LookAsync("modules of the hub");
        await page.Locator("#module-live-chat").GetByRole(AriaRole.Link, new() { Name = t.Modules.Edit }).ClickAsync();
        await watch.LookAsync("module of the hub");
    }

    static Task<IResponse?> Open(IPage page, RunningPomost pomost, string section) => page.GotoAsync(new Uri(pomost.Panel, $"/stores/lniana-laka/{section}").ToString());

    static async Task Save(IPage page, string card, PanelTexts t)
    {
        await page.Locator($"{card} button[type=submit]").ClickAsync();
        await page.Locator($"{card} .alert.ok").WaitForAsync();
        Assert.Contains(t.Common.SavedAt("").Trim(), await page.Locator($"{card} .alert.ok").InnerTextAsync(), StringComparison.Ordinal);
    }
}
