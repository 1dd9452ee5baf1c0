using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The main path of a new shopkeeper, in a real browser against the real program and a simulated shop.</summary>
public sealed class WalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Password = "zielony rower jedzie";
    const int Customers = 120;

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task From_registration_to_the_story_of_one_contact(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { ShopName = "Lniana Łąka" });
        shop.Seed(new ShopSeedOptions { Customers = Customers, Guests = 20, Orders = 200, OddRecords = true });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);

        await Register(page, pomost, t, watch);
        await AddStore(page, shop, t, watch);
        await Export(page, t, ExportStep.Contacts, watch);
        await Export(page, t, ExportStep.Transactions, watch);
        await DownloadRejected(page, t, language, watch);
        await NothingIsLeft(page, t, ExportStep.Contacts, watch);
        await ReadTheStory(page, pomost, t, watch);
        await LogOutAndIn(page, pomost, t, watch);

        watch.AssertNothingWrong();
    }

    [Fact]
    public async Task Everything_works_without_a_script()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 20, Guests = 0, Orders = 20 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL", script: false);
        var page = await context.NewPageAsync();

        await FillRegistration(page, pomost, t);
        await FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        var next = page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true });
        await ReloadUntil(page, () => next.IsVisibleAsync());
        await next.ClickAsync();
        await Integrate(page, t);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.NextExport }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }).First.ClickAsync();
        var start = page.Locator("form[action$='/start'] button");
        await ReloadUntil(page, () => start.IsVisibleAsync());

        Assert.StartsWith(t.Export.StartContacts(5).Split(' ')[0], (await start.InnerTextAsync()).Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_export_can_be_paused_resumed_and_cancelled_from_its_page()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 2_000, Guests = 0, Orders = 0 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await FillRegistration(page, pomost, t);
        await FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await Integrate(page, t);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.NextExport }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }).First.ClickAsync();
        var start = page.Locator("form[action$='/start'] button");
        await start.WaitForAsync();
        shop.Faults.SlowBy = TimeSpan.FromSeconds(3);
        shop.Faults.WithProbability(Fault.Slow, 1);

        await start.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Pause }).ClickAsync();
        await State(page, t.Export.StatePaused).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Resume }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Pause }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Cancel, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.CancelYes }).ClickAsync();

        await State(page, t.Export.StateCancelled).WaitForAsync();
    }

    static async Task Register(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(pomost.Panel.ToString());
        Assert.Contains("/login", page.Url, StringComparison.Ordinal);
        await watch.LookAsync("login");
        await page.GotoAsync(new Uri(pomost.Panel, "/register").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = t.Registration.Submit }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("registration refused");
        await FillRegistration(page, pomost, t);
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Dashboard.EmptyTitle }).WaitForAsync();
        await watch.LookAsync("empty dashboard");
    }

    internal static async Task FillRegistration(IPage page, RunningPomost pomost, PanelTexts t)
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

    static async Task AddStore(IPage page, WooCommerceSimulator shop, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/stores/new").ToString());
        await watch.LookAsync("choice of platform");
        await FillAccess(page, shop, t, "ck_" + new string('0', 40), "cs_" + new string('0', 40));
        await page.GetByText(t.Problems.CredentialsRefused).WaitForAsync();
        await watch.LookAsync("check with a wrong key");
        await page.Locator("#f-consumer_key").FillAsync(shop.ConsumerKey);
        await page.Locator("#f-consumer_secret").FillAsync(shop.ConsumerSecret);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.CheckAgain }).ClickAsync();
        var next = page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true });
        await next.WaitForAsync();
        await watch.LookAsync("check passed");
        await next.ClickAsync();
        await watch.LookAsync("account");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await watch.LookAsync("look");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();
        await watch.LookAsync("connected");
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.NextExport }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Export.Title, Level = 1 }).WaitForAsync();
        await watch.LookAsync("export");
    }

    internal static async Task FillAccess(IPage page, WooCommerceSimulator shop, PanelTexts t, string key, string secret)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/stores/new").ToString());
        await page.GetByText("WooCommerce", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next }).ClickAsync();
        await page.Locator("#f-url").FillAsync(shop.BaseAddress.ToString());
        await page.Locator("#f-consumer_key").FillAsync(key);
        await page.Locator("#f-consumer_secret").FillAsync(secret);
        await page.GetByLabel(t.Stores.Name).FillAsync("Lniana Łąka");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Check }).ClickAsync();
    }

    /// <summary>The last two steps of the wizard, as they are offered.</summary>
    internal static async Task Integrate(IPage page, PanelTexts t)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }).ClickAsync();
    }

    static async Task Export(IPage page, PanelTexts t, ExportStep step, PageWatch watch)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/stores/lniana-laka/export").ToString());
        await Preview(page, t, step);
        var start = page.Locator("form[action$='/start'] button");
        await start.WaitForAsync();
        await watch.LookAsync($"preview of {step}");
        var sums = await page.Locator(".sums td").AllInnerTextsAsync();
        var figures = sums.Select(Figure).ToArray();
        Assert.Equal(figures[0], figures[1..].Sum());
        Assert.InRange(figures[1], 1, long.MaxValue);
        await LookAtRecords(page, t, step, watch);

        await start.ClickAsync();
        // Reached without a reload: the stream told the page.
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
        await watch.LookAsync($"finished export of {step}");
        Assert.Equal(figures[1], Figure(await page.Locator(".stat dd").Nth(2).InnerTextAsync()));
    }

    /// <summary>From the preview to the records behind its numbers, and back.</summary>
    static async Task LookAtRecords(IPage page, PanelTexts t, ExportStep step, PageWatch watch)
    {
        var preview = page.Url;
        await page.GetByRole(AriaRole.Link, new() { Name = t.Export.Examples }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Export.ExamplesTitle, Level = 1 }).WaitForAsync();
        Assert.Equal(3, await page.Locator("main .card").CountAsync());
        await watch.LookAsync($"examples of {step}", narrow: true);
        await page.GotoAsync(preview);
        await page.Locator(".sums .reasons a").First.ClickAsync();
        Assert.InRange(await page.Locator("#records tbody tr").CountAsync(), 1, 20);
        await watch.LookAsync($"records of {step}", narrow: true);
        await page.GotoAsync(preview);
    }

    // The seeded shop holds odd records, so that some rows are always refused.
    static async Task DownloadRejected(IPage page, PanelTexts t, Language language, PageWatch watch)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = t.Export.DownloadCsv }).ClickAsync());
        Assert.Matches("^pomost-lniana-laka-transactions-rejected-[0-9]+\\.csv$", download.SuggestedFilename);
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        Assert.Equal("\uFEFF"u8, bytes.AsSpan(0, 3));
        var separator = language == Language.Pl ? ';' : ',';
        var lines = System.Text.Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(string.Join(separator, "source_id,email,field,reason_code,reason,value,first_seen,attempts,trace_url".Split(',').Select(name => $"\"{name}\"")), lines[0]);
        Assert.Equal(Figure(await page.Locator("#h-rejected .count").InnerTextAsync()), lines.Length - 1);
        var run = page.Url;
        await page.GotoAsync(run.TrimEnd('/') + "/rejected");
        await page.Locator("main tbody tr").First.WaitForAsync();
        await watch.LookAsync("rejected rows of a run");
        // The address in the last cell leads to the story of the row.
        await page.GotoAsync(lines[1].Split(separator)[^1].Trim('"'));
        await page.Locator("#trace details.why summary").First.ClickAsync();
        await watch.LookAsync("trace of a rejected row", narrow: true);
    }

    static async Task NothingIsLeft(IPage page, PanelTexts t, ExportStep step, PageWatch watch)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/stores/lniana-laka/export").ToString());
        await Preview(page, t, step);
        await page.GetByText(t.Export.NothingToSend).WaitForAsync();
        await watch.LookAsync("nothing to send");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.CheckAgain }).WaitForAsync();
    }

    internal static async Task Preview(IPage page, PanelTexts t, ExportStep step)
    {
        var card = page.Locator(step == ExportStep.Contacts ? "#step-1" : "#step-2");
        if (step == ExportStep.Contacts)
            await card.GetByLabel(t.Export.NoDecision).CheckAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }).ClickAsync();
    }

    static async Task ReadTheStory(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(pomost.Panel.ToString());
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Dashboard.Events }).WaitForAsync();
        await watch.LookAsync("dashboard");
        await page.GotoAsync(new Uri(pomost.Panel, "/contacts").ToString());
        await watch.LookAsync("contacts");
        Assert.Equal(50, await page.Locator("tbody tr").CountAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Contacts.Next }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = t.Contacts.First }).WaitForAsync();

        // A buyer has both kinds of events.
        var buyer = page.Locator("tbody tr", new() { HasText = "@" }).First.Locator("a.strong");
        var name = await buyer.InnerTextAsync();
        await page.Locator("#contact-search").FillAsync(name.Split(' ')[^1]);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SearchButton, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 }).WaitForAsync();
        await watch.LookAsync("contact card");
        var why = page.Locator("details.why").First;
        await why.Locator("summary").ClickAsync();
        Assert.NotEmpty(await why.Locator("li").AllAsync());
        await watch.LookAsync("contact card with its reasons");
        foreach (var tab in new[] { "consents", "orders" })
        {
            await page.Locator($".tabs a[href$='/{tab}']").ClickAsync();
            await page.WaitForURLAsync($"**/{tab}");
            await watch.LookAsync($"contact card, {tab}");
        }

        var held = await page.APIRequest.GetAsync(new Uri(new Uri(page.Url), "held.json").ToString());
        Assert.Equal(200, held.Status);
        Assert.True((await held.JsonAsync())!.Value.GetProperty("held").GetProperty("contacts").GetArrayLength() > 0);
    }

    static async Task LogOutAndIn(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.Locator("button[popovertarget=menu-profile]").ClickAsync();
        await watch.LookAsync("profile menu");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Common.LogOut }).ClickAsync();
        await page.WaitForURLAsync("**/login");
        await page.GotoAsync(new Uri(pomost.Panel, "/register").ToString());
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Registration.ClosedTitle }).WaitForAsync();
        await page.GotoAsync(new Uri(pomost.Panel, "/contacts").ToString());
        await page.GetByLabel(t.Login.Email).FillAsync("marta@lnianalaka.example");
        await page.Locator("#f-password").FillAsync("nie to hasło wcale");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Submit, Exact = true }).ClickAsync();
        await page.GetByText(t.Login.WrongPair).WaitForAsync();
        await watch.LookAsync("log-in refused");
        await page.Locator("#f-password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Submit, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/contacts");
    }

    static ILocator State(IPage page, string word) => page.Locator("#run .badge", new() { HasText = word });

    static long Figure(string text) => long.Parse(string.Concat(text.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);

    // Without a script a person presses reload; the deadline only ends a test that would never pass.
    internal static async Task ReloadUntil(IPage page, Func<Task<bool>> seen)
    {
        for (var tries = 0; tries < 200 && !await seen(); tries++)
        {
            await page.WaitForTimeoutAsync(100);
            await page.ReloadAsync();
        }
    }
}

public enum ExportStep
{
    Contacts,
    Transactions,
}
