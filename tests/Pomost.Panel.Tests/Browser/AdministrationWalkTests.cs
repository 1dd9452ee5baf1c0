using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The administrator's pages, in a real browser against the real program.</summary>
public sealed class AdministrationWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task Keys_webhooks_the_log_and_the_health(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { ShopName = "Lniana Łąka" });
        shop.Seed(new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 5 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.Panel);
        await WalkTests.FillRegistration(page, pomost, t);
        await WalkTests.FillAccess(page, shop, t, shop.ConsumerKey, shop.ConsumerSecret);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }).ClickAsync();
        await WalkTests.Integrate(page, t);
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Stores.ConnectedTitle }).WaitForAsync();

        await KeysAsync(page, pomost, t, watch);
        await WebhooksAsync(page, pomost, t, watch);
        await LogAsync(page, t, watch);
        await HealthAsync(page, t, watch);

        watch.AssertNothingWrong();
    }

    static async Task KeysAsync(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(pomost.Panel.ToString());
        await page.Locator(".side").GetByRole(AriaRole.Link, new() { Name = t.Keys.Title }).ClickAsync();
        await watch.LookAsync("no keys");
        await page.GetByLabel(t.Keys.Chosen).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Keys.Create }).ClickAsync();
        await page.GetByText(t.Keys.NoStoreChosen).First.WaitForAsync();
        await watch.LookAsync("refused key");
        await page.GetByLabel(t.Keys.Name, new() { Exact = true }).FillAsync("Agencja Fala");
        await page.Locator("#f-store-lniana-laka").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Keys.Create }).ClickAsync();
        var secret = await page.Locator("#f-new-key").InputValueAsync();
        Assert.StartsWith("pomost_", secret, StringComparison.Ordinal);
        await watch.LookAsync("new key");

        var stores = await page.APIRequest.GetAsync(new Uri(pomost.Panel, "/api/v1/stores").ToString(), new() { Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {secret}" } });
        Assert.Equal(200, stores.Status);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Keys.Rotate }).ClickAsync();
        Assert.NotEqual(secret, await page.Locator("#f-new-key").InputValueAsync());
        Assert.Equal(2, await page.Locator("#keys tbody tr").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = t.Keys.Revoke }).First.ClickAsync();
        await watch.LookAsync("question before revoking");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Keys.RevokeYes }).ClickAsync();
        await page.GetByText(t.Keys.Revoked).WaitForAsync();
        Assert.Equal(1, await page.Locator("#keys tbody tr").CountAsync());
    }

    static async Task WebhooksAsync(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await page.Locator(".side").GetByRole(AriaRole.Link, new() { Name = t.Webhooks.Title }).ClickAsync();
        await watch.LookAsync("no webhooks");
        await page.GetByLabel(t.Webhooks.Url, new() { Exact = true }).FillAsync("odbiorca");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Add }).ClickAsync();
        await page.GetByText(t.Webhooks.NotAnAddress).First.WaitForAsync();
        await watch.LookAsync("refused webhook");
        await page.GetByLabel(t.Webhooks.Url, new() { Exact = true }).FillAsync(receiver.Address.ToString());
        foreach (var happened in new[] { "contact-sent", "export-finished" })
            await page.Locator($"#f-event-{happened}").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Add }).ClickAsync();
        Assert.StartsWith("whsec_", await page.Locator("#f-new-secret").InputValueAsync(), StringComparison.Ordinal);
        await watch.LookAsync("new webhook");

        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Test }).ClickAsync();
        await page.GetByText(t.Webhooks.TestTaken(t.Webhooks.Answered("200"))).WaitForAsync();
        receiver.Status = 503;
        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Test }).ClickAsync();
        await page.GetByText(t.Webhooks.TestRefused(t.Webhooks.Answered("503"))).WaitForAsync();
        await watch.LookAsync("webhook that fails");
        receiver.Status = 200;

        // A real export, told by the running program.
        await page.GotoAsync(new Uri(pomost.Panel, "/stores/lniana-laka/export").ToString());
        await page.Locator("#step-1").GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }).ClickAsync();
        await page.Locator("form[action$='/start'] button").ClickAsync();
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
        await page.GotoAsync(new Uri(pomost.Panel, "/webhooks/1").ToString());
        var told = page.Locator("#attempts").GetByText(t.Webhooks.ExportFinished, new() { Exact = true });
        await WalkTests.ReloadUntil(page, () => told.IsVisibleAsync());
        Assert.Contains("contact.sent", receiver.Types);
        await watch.LookAsync("webhook that works");

        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Pause }).ClickAsync();
        await page.GetByText(t.Webhooks.PausedBody).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = t.Webhooks.Title }).First.ClickAsync();
        await page.Locator("#webhooks").GetByText(t.Webhooks.Paused).WaitForAsync();
        await watch.LookAsync("webhooks");
        await page.Locator("#webhook-1 a").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.Remove, Exact = true }).ClickAsync();
        await watch.LookAsync("question before removing");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Webhooks.RemoveYes }).ClickAsync();
        await page.GetByText(t.Webhooks.RemovedDone).WaitForAsync();
    }

    static async Task HealthAsync(IPage page, PanelTexts t, PageWatch watch)
    {
        await page.Locator(".side").GetByRole(AriaRole.Link, new() { Name = t.Health.Title }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Health.Nodes }).WaitForAsync();
        Assert.Equal(6, await page.Locator("#health-body table").CountAsync());
        await page.Locator("#machine").GetByText(t.Health.DoMail).WaitForAsync();
        await watch.LookAsync("health");
        // The stream makes the page ask for its figures by itself.
        await page.RunAndWaitForResponseAsync(() => Task.CompletedTask, answer => answer.Url.EndsWith("/system", StringComparison.Ordinal) && answer.Request.Headers.ContainsKey("hx-request"));
        Assert.Equal(6, await page.Locator("#health-body table").CountAsync());
    }

    static async Task LogAsync(IPage page, PanelTexts t, PageWatch watch)
    {
        await page.Locator(".side").GetByRole(AriaRole.Link, new() { Name = t.Audit.Title }).ClickAsync();
        foreach (var sentence in new[] { t.Audit.StoreAdded("lniana-laka"), t.Audit.KeyCreated("Agencja Fala"), t.Audit.KeyRotated("Agencja Fala"), t.Audit.KeyRevoked("Agencja Fala"), t.Audit.AccountCreated })
            await page.GetByText(sentence, new() { Exact = true }).WaitForAsync();
        await watch.LookAsync("log");
        await page.GetByLabel(t.Audit.Kind).SelectOptionAsync("key");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Audit.Filter, Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**kind=key**");
        Assert.Equal(3, await page.Locator("tbody tr").CountAsync());
        await watch.LookAsync("filtered log");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = t.Audit.Download }).ClickAsync());
        Assert.StartsWith("pomost-audit-", download.SuggestedFilename, StringComparison.Ordinal);
    }
}
