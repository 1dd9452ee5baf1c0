using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The way of a new shopkeeper who has no mouse: after the first address nothing but keys, and the focus is always seen.</summary>
public sealed class KeyboardWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    // More stops than any page has: a part that cannot be reached ends the test.
    const int MostStops = 250;

    [Fact]
    public async Task From_registration_to_logging_out_by_keys_alone()
    {
        var t = new PanelTexts(Language.Pl);
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        shop.Seed(new ShopSeedOptions { Customers = 12, Guests = 0, Orders = 12 });
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(pomost.Panel, "/register").ToString());

        await Register(page, t, pomost.FirstCode);
        await AddStore(page, shop, t);
        await Sections(page, t);
        await Export(page, t);
        await Contacts(page, t);
        await Shortcuts(page, t);
        await LogOut(page, t);
    }

    static async Task Register(IPage page, PanelTexts t, string code)
    {
        await Type(page, page.GetByLabel(t.Registration.FullName), "Marta Zielińska");
        await Type(page, page.GetByLabel(t.Registration.Email), "marta@lnianalaka.example");
        await Type(page, page.Locator("#f-password"), "zielony rower jedzie");
        await Type(page, page.GetByLabel(t.Registration.Code), code);
        // Refused first: the summary takes the focus, and its link leads to the field.
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.activeElement?.getAttribute('role') === 'alert'");
        await Press(page, page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link), "Enter");
        await page.WaitForFunctionAsync("() => document.activeElement?.id === 'f-agree' || location.hash === '#f-agree'");
        Assert.Equal("marta@lnianalaka.example", await page.GetByLabel(t.Registration.Email).InputValueAsync());
        await Type(page, page.Locator("#f-password"), "zielony rower jedzie");
        await Type(page, page.GetByLabel(t.Registration.Code), code);
        await Press(page, page.GetByLabel(t.Registration.Agree), "Space");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Registration.Submit }), "Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Dashboard.EmptyTitle }).WaitForAsync();
    }

    static async Task AddStore(IPage page, WooCommerceSimulator shop, PanelTexts t)
    {
        // The skip link comes first and leads past the menu.
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal(t.Common.Skip, await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.activeElement?.id === 'content'");
        await Press(page, page.Locator("main").GetByRole(AriaRole.Link, new() { Name = t.Common.AddStore }), "Enter");
        await page.WaitForURLAsync("**/stores/new");
        await Choose(page, page.Locator("input[name=platform][value=woocommerce]"));
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next }), "Enter");
        await Type(page, page.Locator("#f-url"), shop.BaseAddress.ToString());
        await Type(page, page.Locator("#f-consumer_key"), shop.ConsumerKey);
        await Type(page, page.Locator("#f-consumer_secret"), shop.ConsumerSecret);
        await Type(page, page.GetByLabel(t.Stores.Name), "Lniana Łąka");
        await page.Keyboard.PressAsync("Enter");
        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = t.Stores.Next, Exact = true }), "Enter");
        await page.WaitForURLAsync("**/account");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Next, Exact = true }), "Enter");
        await page.WaitForURLAsync("**/look");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Stores.Integrate }), "Enter");
        await page.WaitForURLAsync("**/stores/lniana-laka/**");
    }

    static async Task Sections(IPage page, PanelTexts t)
    {
        await Menu(page, t.Common.LoginSection, "login");
        await Menu(page, t.Common.Integrations, "integrations");
        await Type(page, page.Locator("#f-additional"), "#e0c080");
        await page.Keyboard.PressAsync("Control+s");
        await page.Locator("main .alert.ok").First.WaitForAsync();
        await Menu(page, t.Common.UserSettings, "user-settings");
        await Press(page, page.GetByRole(AriaRole.Switch, new() { Name = t.Modules.WebPush }), "Space");
        await page.GetByText(t.Modules.SwitchedOn(t.Modules.WebPush)).WaitForAsync();
        await Menu(page, t.Common.Settings, "settings");
        await Type(page, page.Locator("#f-tags_purchase"), "stały klient");
        await page.Keyboard.PressAsync("Control+s");
        await page.Locator("#chips-tags_purchase .tag", new() { HasText = "STAŁY_KLIENT" }).WaitForAsync();
        await page.Locator("#tags .alert.ok").WaitForAsync();
        await Menu(page, t.Common.AccountSettings, "account");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.AccountSettings.Rotate }).First, "Enter");
        await page.Locator("dialog#ask-rotate[open]").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        // The focus goes back to where the question was asked.
        Assert.Equal("ask-rotate", await page.EvaluateAsync<string>("document.activeElement.getAttribute('commandfor')"));
    }

    static async Task Export(IPage page, PanelTexts t)
    {
        await Menu(page, t.Common.Export, "export");
        await Press(page, page.Locator("#step-1").GetByLabel(t.Export.NoDecision), "Space");
        await Press(page, page.Locator("#step-1").GetByRole(AriaRole.Button, new() { Name = t.Export.Preview }), "Enter");
        await Press(page, page.Locator("form[action$='/start'] button"), "Enter");
        await page.Locator("#run .badge", new() { HasText = t.Export.StateDone }).WaitForAsync();
    }

    static async Task Contacts(IPage page, PanelTexts t)
    {
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("k");
        await page.WaitForURLAsync("**/contacts");
        var rows = page.Locator("tbody a.strong");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await AssertInFocus(page, rows.Nth(1));
        await page.Keyboard.PressAsync("ArrowDown");
        await AssertInFocus(page, rows.Nth(2));
        await page.Keyboard.PressAsync("k");
        await AssertInFocus(page, rows.Nth(1));
        var name = await rows.Nth(1).InnerTextAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 }).WaitForAsync();
        await Press(page, page.Locator(".tabs a[href$='/consents']"), "Enter");
        await page.WaitForURLAsync("**/consents");
        await Press(page, page.Locator("#proofs").GetByRole(AriaRole.Link, new() { Name = t.Contacts.ChangeConsent }), "Enter");
        await Choose(page, page.Locator("#f-channel-Sms"));
        await Choose(page, page.Locator("#f-state-Granted"));
        await Type(page, page.Locator("#f-reason"), "rozmowa telefoniczna");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Contacts.SaveConsent }), "Enter");
        await page.WaitForURLAsync("**/consents?saved=1");
    }

    static async Task Shortcuts(IPage page, PanelTexts t)
    {
        await page.Keyboard.PressAsync("?");
        var list = page.GetByRole(AriaRole.Dialog, new() { Name = t.Common.Keys });
        await list.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await list.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.Keyboard.PressAsync("/");
        await AssertInFocus(page, page.Locator("#search"));
        // In a field letters are letters.
        await page.Keyboard.TypeAsync("g d?");
        Assert.Equal("g d?", await page.Locator("#search").InputValueAsync());
        Assert.False(await list.IsVisibleAsync());
    }

    static async Task LogOut(IPage page, PanelTexts t)
    {
        await Press(page, page.Locator("button[popovertarget=menu-profile]"), "Enter");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = t.Common.LogOut }), "Enter");
        await page.WaitForURLAsync("**/login");
    }

    static async Task Menu(IPage page, string item, string section)
    {
        await Press(page, page.Locator("aside.side nav").GetByRole(AriaRole.Link, new() { Name = item, Exact = true }), "Enter");
        await page.WaitForURLAsync($"**/stores/lniana-laka/{section}");
    }

    static async Task Type(IPage page, ILocator field, string text)
    {
        await Reach(page, field);
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync(text);
    }

    static async Task Press(IPage page, ILocator target, string key)
    {
        await Reach(page, target);
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>Tab leads to a group of radio buttons, arrows within it.</summary>
    static async Task Choose(IPage page, ILocator radio)
    {
        await Reach(page, radio, "wanted => wanted.type === 'radio' && wanted.name === document.activeElement.name && wanted.form === document.activeElement.form");
        await page.Keyboard.PressAsync("Space");
        for (var stop = 0; stop < MostStops && !await radio.IsCheckedAsync(); stop++)
            await page.Keyboard.PressAsync("ArrowDown");
        await AssertInFocus(page, radio);
    }

    /// <summary>Tab by Tab until the target has the focus; on each stop the focus is to be seen.</summary>
    static async Task Reach(IPage page, ILocator target, string isReached = "wanted => wanted === document.activeElement")
    {
        await target.WaitForAsync();
        for (var stop = 0; stop < MostStops; stop++)
        {
            if (await target.EvaluateAsync<bool>(isReached))
                return;
            await page.Keyboard.PressAsync("Tab");
            var unseen = await page.EvaluateAsync<string?>(
                """
                () => {
                  const focused = document.activeElement
                  if (!focused || focused === document.body || focused.tagName === 'IFRAME') return null
                  const shows = (node) => { const style = getComputedStyle(node); return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none' }
                  return [focused, focused.closest('label'), focused.closest('.search')].some((node) => node && shows(node)) ? null : focused.outerHTML.slice(0, 200)
                }
                """);
            Assert.True(unseen is null, $"The focus is not seen on {unseen} at {page.Url}");
        }

        Assert.Fail($"Not reached by Tab at {page.Url}: {target}");
    }

    static async Task AssertInFocus(IPage page, ILocator wanted)
        => Assert.True(await wanted.EvaluateAsync<bool>("node => node === document.activeElement"), $"the focus is on {await page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)")}");
}
