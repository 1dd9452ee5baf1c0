using Microsoft.Playwright;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>Contacts, a card and what can be changed on it, the dashboard and deliveries, in a real browser against the real program and a simulated shop.</summary>
public sealed class ContactWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task From_the_dashboard_to_the_certificate_of_an_erasure(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { ShopName = "Lniana Łąka" });
        shop.Seed(new ShopSeedOptions { Customers = 70, Guests = 15, Orders = 90, OddRecords = true });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);
        await WalkTests.FillRegistration(page, pomost, t);
        await Empty(page, pomost, t, watch);
        await Connect(page, shop, t);
        foreach (var step in new[] { ExportStep.Contacts, ExportStep.Transactions })
            await Export(page, pomost, t, step);

        await Dashboard(page, pomost, t, watch);
        await Deliveries(page, pomost, t, watch);
        var contact = await Find(page, pomost, t, watch);
        await Tabs(page, contact, watch);
        await Tags(page, contact, t, watch);
        await Consent(page, contact, t, watch);
        await Resend(page, contact, t, watch);
        await Erase(page, contact, t, watch);
        watch.AssertNothingWrong();
    }

    [Fact]
    public async Task A_card_is_changed_without_a_script()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 10, Guests = 0, Orders = 10 });
        await using var pomost = await RunningPomost.StartAsync();
        string contact;
        await using (var context = await chromium.OpenAsync("pl-PL"))
        {
            context.SetDefaultTimeout(60_000);
            var page = await context.NewPageAsync();
            await WalkTests.FillRegistration(page, pomost, t);
            await Connect(page, shop, t);
            await Export(page, pomost, t, ExportStep.Contacts);
            await page.GotoAsync(new Uri(pomost.Panel, "/contacts").ToString());
            contact = new Uri(new Uri(page.Url), (await page.Locator("tbody a.strong").First.GetAttributeAsync("href"))!).ToString();
        }

        await using var plain = await chromium.OpenAsync("pl-PL", script: false);
        var reader = await plain.NewPageAsync();
        await reader.GotoAsync(new Uri(pomost.Panel, "/login").ToString());
        await reader.GetByLabel(t.Login.Email).FillAsync("marta@lnianalaka.example");
        await reader.Locator("#f-password").FillAsync("zielony rower jedzie");
        await reader.GetByRole(AriaRole.Button, new() { Name = t.Login.Submit, Exact = true }).ClickAsync();
        await reader.GotoAsync(contact);
        var hub = new PanelTexts(Language.Pl, DestinationWords.For(inPolish: true, isHub: true));
        await reader.GetByRole(AriaRole.Link, new() { Name = hub.Contacts.ReadCard }).ClickAsync();
        await reader.GetByText(t.Contacts.IdThere).WaitForAsync();
        await reader.Locator("#f-tags").FillAsync("stały klient");
        await reader.GetByRole(AriaRole.Button, new() { Name = t.Contacts.AddTagsButton, Exact = true }).ClickAsync();
        for (var tries = 0; tries < 200 && await reader.Locator("#tags .tag", new() { HasText = "STAŁY_KLIENT" }).CountAsync() == 0; tries++)
        {
            await reader.WaitForTimeoutAsync(100);
            await reader.GotoAsync(contact);
        }

        Assert.Equal(1, await reader.Locator("#tags .tag", new() { HasText = "STAŁY_KLIENT" }).CountAsync());
    }

    [Fact]
    public async Task When_the_stream_breaks_the_page_says_so_and_goes_on_asking()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 0 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await WalkTests.FillRegistration(page, pomost, t);
        await Connect(page, shop, t);
        await page.RouteAsync("**/stream**", route => route.AbortAsync());
        await page.GotoAsync(pomost.Panel.ToString());
        await page.GetByText(t.Common.Polled).WaitForAsync();
        var asked = await page.RunAndWaitForRequestAsync(() => Task.CompletedTask, request => request.Headers.ContainsKey("hx-request"));
        Assert.Equal("/", new Uri(asked.Url).AbsolutePath);
    }

    static async Task Empty(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/contacts").ToString());
        await page.GetByText(t.Contacts.Empty).WaitForAsync();
        await watch.LookAsync("contacts, nobody yet");
        await page.GotoAsync(new Uri(pomost.Panel, "/deliveries").ToString());
        await page.GetByText(t.Deliveries.QueueEmpty).WaitForAsync();
        await watch.LookAsync("deliveries, nothing yet");
        await page.GotoAsync(new Uri(pomost.Panel, "/deliveries/rejected").ToString());
        await page.GetByText(t.Deliveries.RejectedNone).WaitForAsync();
    }

    static async Task Connect(IPage page, WooCommerceSimulator shop, PanelTexts t)
    {
        await WalkTests.FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await WalkTests.Integrate(page, t);
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();
    }

    static async Task Export(IPage page, RunningPomost pomost, PanelTexts t, ExportStep step)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/lniana-laka/export").ToString());
        await WalkTests.Preview(page, t, step);
        await page.Locator("form[action$='/start'] button").ClickAsync();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
    }

    static async Task Dashboard(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(pomost.Panel.ToString());
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Dashboard.Events }).WaitForAsync();
        Assert.True(Figure(await page.Locator(".kpi .val").First.InnerTextAsync()) > 0);
        await page.GetByText(t.Dashboard.AsTable, new() { Exact = true }).ClickAsync();
        Assert.True(await page.Locator("#flow tbody tr").CountAsync() > 0);
        await watch.LookAsync("dashboard with its table");
        foreach (var period in new[] { t.Dashboard.LastHour, t.Dashboard.LastWeek, t.Dashboard.LastMonth })
        {
            await page.Locator(".page-h .seg a", new() { HasText = period }).ClickAsync();
            await page.WaitForURLAsync("**/?period=*");
            Assert.Equal("true", await page.Locator(".page-h .seg a", new() { HasText = period }).GetAttributeAsync("aria-current"));
        }

        await watch.LookAsync("dashboard of a month");
    }

    static async Task Deliveries(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/deliveries/delivered").ToString());
        Assert.Equal(50, await page.Locator("tbody tr").CountAsync());
        await watch.LookAsync("delivered");
        await page.GetByRole(AriaRole.Link, new() { Name = t.Deliveries.Next50 }).ClickAsync();
        await page.WaitForURLAsync("**before=*");
        await page.Locator("tbody a").First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Deliveries.Way }).WaitForAsync();
        await page.GetByText(t.Deliveries.NotKept).WaitForAsync();
        await watch.LookAsync("one record");

        await page.GotoAsync(new Uri(pomost.Panel, "/deliveries/withheld").ToString());
        await watch.LookAsync("withheld");
        await page.Locator("tbody a").First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Deliveries.Records }).WaitForAsync();
        await watch.LookAsync("withheld for one reason");

        // The seeded shop holds odd records, so that some are always rejected.
        await page.GotoAsync(new Uri(pomost.Panel, "/deliveries/rejected").ToString());
        await watch.LookAsync("rejected");
        var groups = await page.Locator("tbody tr").CountAsync();
        Assert.True(groups > 0);
        await page.Locator("tbody a").First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Deliveries.Close }).WaitForAsync();
        await watch.LookAsync("rejected for one reason");
        await page.Locator("#f-reason").FillAsync("wiem od jan@x.example");
        await page.Locator("#close button").ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("a reason refused");
        Assert.Equal("wiem od jan@x.example", await page.Locator("#f-reason").InputValueAsync());
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        await page.Locator("#f-reason").FillAsync("wyjaśnione");
        await page.Locator("#close button").ClickAsync();
        await page.WaitForURLAsync("**/deliveries/rejected?closed=*");
        Assert.Equal(groups - 1, await page.Locator("tbody tr").CountAsync());
    }

    static async Task<string> Find(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(pomost.Panel, "/contacts").ToString());
        await page.GetByText(t.Contacts.Filters, new() { Exact = true }).ClickAsync();
        await watch.LookAsync("contacts with filters");
        await page.Locator("#f-tag").FillAsync("nie ma takiego");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.Apply, Exact = true }).ClickAsync();
        await page.GetByText(t.Contacts.NoResult).WaitForAsync();
        await watch.LookAsync("contacts, nothing found");
        await page.Locator("#f-tag").FillAsync("REJESTRACJA");
        await page.Locator("#f-outcome").SelectOptionAsync("Sent");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.Apply, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**tag=REJESTRACJA**");
        Assert.Equal(50, await page.Locator("tbody tr").CountAsync());
        // A person who has a name, found again by both of its words.
        var name = await page.Locator("tbody a.strong", new() { HasText = " " }).First.InnerTextAsync();
        await page.Locator("#contact-search").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SearchButton, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**q=*");
        await page.Locator("body").PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 }).WaitForAsync();
        return page.Url;
    }

    static async Task Tabs(IPage page, string contact, PageWatch watch)
    {
        await page.Locator("[id^='destination-']").WaitForAsync();
        foreach (var tab in new[] { "", "/consents", "/orders", "/carts", "/visits", "/trace", "?show=Data" })
        {
            await page.GotoAsync(contact + tab);
            await page.Locator("[id^='destination-']").WaitForAsync();
            await watch.LookAsync($"card {tab}");
        }
    }

    static async Task Tags(IPage page, string contact, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(contact);
        await page.Locator("[id^='destination-']").WaitForAsync();
        await page.Locator("#f-tags").FillAsync("woocommerce_vip");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.AddTagsButton, Exact = true }).ClickAsync();
        await page.GetByText(t.Contacts.TagOfShop("WOOCOMMERCE_VIP")).WaitForAsync();
        await watch.LookAsync("a tag refused");
        await page.Locator("#f-tags").FillAsync("vip, stały klient");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.AddTagsButton, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**?saved=1");
        // Told by the stream, without a reload: the change was carried out.
        await page.Locator(".tl").GetByText(t.Reasons.OperatorTagged).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.GotoAsync(contact);
        await page.Locator("#tags").GetByRole(AriaRole.Button, new() { Name = t.Contacts.RemoveTag("VIP") }).ClickAsync();
        await page.WaitForURLAsync("**?saved=1");
    }

    static async Task Consent(IPage page, string contact, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(contact + "/consents");
        await page.Locator("#proofs").GetByRole(AriaRole.Link, new() { Name = t.Contacts.ChangeConsent }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Contacts.ChangeConsent, Level = 1 }).WaitForAsync();
        await watch.LookAsync("change of a consent");
        await page.Locator("#f-channel-Sms").CheckAsync();
        await page.Locator("#f-state-Granted").CheckAsync();
        await page.Locator("#f-reason").FillAsync("od kogos@poczta.example");
        await page.Locator("#f-document").FillAsync("list 7");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SaveConsent }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("change of a consent refused");
        Assert.True(await page.Locator("#f-channel-Sms").IsCheckedAsync());
        Assert.Equal("list 7", await page.Locator("#f-document").InputValueAsync());
        await page.Locator("#f-reason").FillAsync("rozmowa telefoniczna");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SaveConsent }).ClickAsync();
        await page.WaitForURLAsync("**/consents?saved=1");
        await page.Locator("#proofs").GetByText("rozmowa telefoniczna").WaitForAsync();
        // The box beside says the same, without a reload, and names the proof once the change was carried out.
        var sms = page.Locator("#consents li").Nth(1);
        await sms.Locator("a").WaitForAsync();
        Assert.Equal(t.Contacts.Granted, (await sms.Locator(".badge").InnerTextAsync()).Trim());
        await watch.LookAsync("consents with a stated one");
        var proof = await page.APIRequest.GetAsync(contact + "/proof.json");
        Assert.Contains("rozmowa telefoniczna", await proof.TextAsync(), StringComparison.Ordinal);
    }

    static async Task Resend(IPage page, string contact, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(contact + "/resend");
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Contacts.Difference }).WaitForAsync();
        await watch.LookAsync("sending again");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.ResendAnyway }).ClickAsync();
        await page.WaitForURLAsync("**?saved=1");
        await page.Locator(".tl").GetByText(t.Reasons.OperatorResent).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    static async Task Erase(IPage page, string contact, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(contact);
        var address = await page.Locator(".hero p span").First.InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.MoreActions }).ClickAsync();
        await watch.LookAsync("actions of a card");
        await page.GetByRole(AriaRole.Link, new() { Name = t.Contacts.Erase, Exact = true }).ClickAsync();
        await page.Locator("#f-confirm").FillAsync("tak");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.EraseButton }).ClickAsync();
        await page.GetByText(t.Contacts.EraseMismatch).First.WaitForAsync();
        await watch.LookAsync("erasing refused");
        await page.Locator("#f-confirm").FillAsync(address);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.EraseButton }).ClickAsync();
        await page.WaitForURLAsync("**/erasures/1");
        await watch.LookAsync("certificate");
        Assert.Equal(404, (await page.APIRequest.GetAsync(contact)).Status);
    }

    static long Figure(string text) => long.Parse(string.Concat(text.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);
}
