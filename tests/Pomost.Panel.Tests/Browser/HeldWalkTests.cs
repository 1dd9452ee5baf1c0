using Microsoft.Playwright;
using Pomost.Engine;
using Pomost.Panel.Tests.Export;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Browser;

/// <summary>Goal: the list of people unsubscribed at SALESmanago can be read and overruled by anybody, on a telephone too. Method: a browser, both languages.</summary>
public sealed class HeldWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task The_list_is_looked_at_refused_and_overruled(Language language, string locale)
    {
        var t = new PanelTexts(language, DestinationWords.For(language == Language.Pl, isHub: true));
        await using var shop = await PanelShop.StartAsync();
        await HeldPagesTests.HoldAsync(shop, 3);
        await shop.SendAsync("/choose/language", ("language", language.Code()), ("back", "/"));
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = new PageWatch(page, shop.Host.Address, ColorScheme.Light, ColorScheme.Dark);
        await page.GotoAsync(new Uri(shop.Host.Address, "/login").ToString());
        await page.Locator("#f-email").FillAsync("owner@sklep.example");
        await page.Locator("#f-password").FillAsync("zielony rower jedzie");
        await page.Locator("main form button.btn-primary").ClickAsync();
        await page.WaitForURLAsync("**/integrations");
        await page.GotoAsync(new Uri(shop.Host.Address, shop.Address).ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Export.HeldLook }).ClickAsync();
        await page.WaitForURLAsync("**/held");
        await watch.LookAsync("held people", narrow: true);

        await page.Locator("#f-reason").FillAsync("zgoda w salonie");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.OverruleButton(3) }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await watch.LookAsync("held people refused", narrow: true);
        Assert.Equal("zgoda w salonie", await page.Locator("#f-reason").InputValueAsync());
        await page.GetByLabel(t.Export.OverruleProof(3)).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Export.OverruleButton(3) }).ClickAsync();
        await page.GetByText(t.Export.Overruled(3)).WaitForAsync();
        await watch.LookAsync("held people overruled", narrow: true);
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions { DryRun = true }, run => run with { Read = 5, ToSend = 5, NewToSend = 5, Held = 3 });
        await page.GotoAsync(new Uri(shop.Host.Address, shop.AddressOf(dry)).ToString());
        await watch.LookAsync("dry run with held people", narrow: true);
        watch.AssertNothingWrong();
    }
}
