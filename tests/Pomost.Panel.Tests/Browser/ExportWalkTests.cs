using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>What an export's pages do by themselves: live, by keys, across a restart; and the import of a file.</summary>
public sealed class ExportWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Store = "/stores/lniana-laka/export";

    [Fact]
    public async Task A_killed_program_goes_on_and_its_page_says_so_without_a_reload()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 1_500, Guests = 0, Orders = 0 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        context.SetDefaultTimeout(120_000);
        var page = await ConnectAsync(context, pomost, shop, t);
        await PreviewAsync(page, t, everybody: true);
        shop.Faults.SlowBy = TimeSpan.FromSeconds(1);
        shop.Faults.WithProbability(Fault.Slow, 1);
        await page.Locator("form[action$='/start'] button").ClickAsync();
        // Something is sent, and much is not.
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#run [role=progressbar]')?.getAttribute('aria-valuenow')) >= 10");

        await pomost.KillAsync();
        await page.GetByText(t.Common.Polled).WaitForAsync();
        await pomost.StartAgainAsync();

        await page.GetByText(t.Export.Restarted("").Trim(), new() { Exact = false }).WaitForAsync();
        await page.GetByText(t.Common.Live, new() { Exact = true }).WaitForAsync();
        shop.Faults.Clear();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
        var figures = await page.Locator("#run .stat dd").AllInnerTextsAsync();
        Assert.Equal("1500", Digits(figures[2]));
        Assert.Contains("nic nie zostało wysłane dwa razy", await page.Locator("#run").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_focus_goes_to_the_running_card_and_p_pauses_it()
    {
        var t = new PanelTexts(Language.En);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 1_500, Guests = 0, Orders = 0 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("en-GB");
        context.SetDefaultTimeout(60_000);
        var page = await ConnectAsync(context, pomost, shop, t);
        await PreviewAsync(page, t, everybody: true);
        shop.Faults.SlowBy = TimeSpan.FromSeconds(2);
        shop.Faults.WithProbability(Fault.Slow, 1);
        await page.Locator("form[action$='/start'] button").ClickAsync();

        await page.WaitForFunctionAsync("() => document.activeElement?.id === 'h-run'");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Pause }).WaitForAsync();
        var watch = new PageWatch(page, pomost.Panel, ColorScheme.Light, ColorScheme.Dark);
        await watch.LookAsync("running export", narrow: true);
        // As for a person who switched single keys off in the profile.
        await page.EvaluateAsync("document.documentElement.dataset.keys = 'off'");
        await page.Keyboard.PressAsync("p");
        Assert.Null(await page.Locator("form[action$='/pause']").GetAttributeAsync("data-sent"));
        await page.EvaluateAsync("delete document.documentElement.dataset.keys");
        await page.Keyboard.PressAsync("p");
        await page.Locator("#run .badge", new() { HasText = t.Export.StatePaused }).WaitForAsync();

        // Outside the card the key is a letter like any other, and the start page shows the run instead of the form.
        await page.GotoAsync(new Uri(pomost.Panel, Store).ToString());
        Assert.Equal(0, await page.Locator("#step-1 form").CountAsync());
        await page.Locator("#step-1").GetByRole(AriaRole.Link, new() { Name = t.Export.OpenRun }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.Cancel, Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        Assert.Contains(t.Export.CancelBody("X").Split('X')[^1].Trim(), await dialog.InnerTextAsync(), StringComparison.Ordinal);
        await watch.LookAsync("question before cancelling", narrow: true);
        watch.AssertNothingWrong();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#run .badge", new() { HasText = t.Export.StatePaused }).WaitForAsync();
    }

    [Fact]
    public async Task Presets_and_tags_answer_without_leaving_the_page()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 5 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        var page = await ConnectAsync(context, pomost, shop, t);
        await page.GotoAsync(new Uri(pomost.Panel, Store).ToString());
        var card = page.Locator("#step-2");
        await card.GetByText(t.Export.Advanced).ClickAsync();

        await card.GetByRole(AriaRole.Button, new() { Name = t.Export.Preset30 }).ClickAsync();
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", await card.Locator("#f-from-transactions").InputValueAsync());
        await card.GetByRole(AriaRole.Button, new() { Name = t.Export.PresetAll, Exact = true }).ClickAsync();
        Assert.Equal("", await card.Locator("#f-from-transactions").InputValueAsync());
        await card.Locator("#f-status-pending").CheckAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = t.Export.ByDefault }).ClickAsync();
        Assert.False(await card.Locator("#f-status-pending").IsCheckedAsync());
        Assert.True(await card.Locator("#f-status-completed").IsCheckedAsync());
        await card.Locator("#f-tags-transactions").PressSequentiallyAsync("wiosna 2026, vip;VIP");
        await card.Locator(".chips .tag", new() { HasText = "WIOSNA_2026" }).WaitForAsync();
        await card.GetByText(t.Tags.Mended($"{t.Tags.Spaces(1)}, {t.Tags.Repeats(1)}")).WaitForAsync();
        Assert.Equal("wiosna 2026, vip;VIP", await card.Locator("#f-tags-transactions").InputValueAsync());
        await card.Locator("#f-export-transactions").UncheckAsync();
        Assert.False(await card.Locator("#f-tags-transactions").IsVisibleAsync());
        Assert.EndsWith(Store, page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task A_file_of_subscribers_is_looked_at_sent_and_its_wrong_lines_come_back(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 3, Guests = 0, Orders = 0 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await ConnectAsync(context, pomost, shop, t);
        var watch = PageWatch.For(language, page, pomost.Panel);
        await page.GotoAsync(new Uri(pomost.Panel, Store + "/import").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = t.Import.Upload }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("import refused", narrow: true);

        await page.Locator("#f-file").SetInputFilesAsync(new FilePayload
        {
            Name = "lista.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("Adres;Kto\nala@poczta.example;Ala\nola@poczta.example;Ola\nto nie adres;Nikt\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = t.Import.Upload }).ClickAsync();
        await page.WaitForURLAsync("**/import/*");
        await watch.LookAsync("columns of a file", narrow: true);
        await page.GetByLabel(t.Import.FirstName, new() { Exact = true }).SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Import.Check }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("columns refused", narrow: true);
        await page.GetByLabel(t.Import.EverybodyGranted).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Import.Check }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.StartSubscribers(2) }).ClickAsync();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDoneWithRejects }).WaitForAsync();
        await watch.LookAsync("finished import", narrow: true);

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = t.Export.DownloadCsv }).ClickAsync());
        Assert.Matches("^pomost-lniana-laka-subscribers-rejected-[0-9]+\\.csv$", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"lista.csv:4\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"EmailInvalid\"", lines[1], StringComparison.Ordinal);
        await page.GotoAsync(new Uri(pomost.Panel, Store + "/vanished").ToString());
        await watch.LookAsync("nobody vanished", narrow: true);
        watch.AssertNothingWrong();
    }

    /// <summary>Registers, connects the shop and gives the page where exports begin.</summary>
    static async Task<IPage> ConnectAsync(IBrowserContext context, RunningPomost pomost, WooCommerceSimulator shop, PanelTexts t)
    {
        var page = await context.NewPageAsync();
        await WalkTests.FillRegistration(page, pomost, t);
        await WalkTests.FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await WalkTests.Integrate(page, t);
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.NextExport }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Export.Title, Level = 1 }).WaitForAsync();
        return page;
    }

    static async Task PreviewAsync(IPage page, PanelTexts t, bool everybody)
    {
        var card = page.Locator("#step-1");
        await card.GetByLabel(t.Export.NoDecision).SetCheckedAsync(everybody);
        await card.GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }).ClickAsync();
        await page.Locator("form[action$='/start'] button").WaitForAsync();
    }

    static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit)).ToString(CultureInfo.InvariantCulture);
}
