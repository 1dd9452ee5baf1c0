using Microsoft.Playwright;
using Pomost.Panel.Texts;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Browser;

/// <summary>What people do about themselves and their team, in a real browser against the real program.</summary>
public sealed class PeopleWalkTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Email = "marta@lnianalaka.example";
    const string Password = "zielony rower jedzie";

    [Theory]
    [InlineData(Language.Pl, "pl-PL")]
    [InlineData(Language.En, "en-GB")]
    public async Task From_the_profile_through_second_factors_to_a_team(Language language, string locale)
    {
        var t = new PanelTexts(language);
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync(locale);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = PageWatch.For(language, page, pomost.ByName);
        await RegisterAsync(page, pomost.ByName, t, Email, pomost.FirstCode);

        await Profile(page, pomost, t, watch);
        var recovery = await OneTimeCodes(page, pomost, t, watch);
        await Passkeys(page, pomost, t, watch);
        await SwitchCodesOff(page, pomost, t, recovery[1]);
        await Mail(page, pomost, t, watch);
        await Team(page, pomost, t, watch, locale);
        await Sessions(page, pomost, t, watch);
        await Forgotten(page, pomost, t, watch);

        watch.AssertNothingWrong();
    }

    [Fact]
    public async Task Profile_team_and_codes_work_without_a_script()
    {
        var t = new PanelTexts(Language.Pl);
        await using var pomost = await RunningPomost.StartAsync();
        await using var context = await chromium.OpenAsync("pl-PL", script: false);
        var page = await context.NewPageAsync();
        await RegisterAsync(page, pomost.Panel, t, Email, pomost.FirstCode);

        await page.GotoAsync(new Uri(pomost.Panel, "/profile/codes").ToString());
        await ConfirmAsync(page, t);
        await page.GetByLabel(t.Login.Code).FillAsync(Authenticator.CodeAt(await page.Locator("#totp-key").InnerTextAsync(), Now()));
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.SwitchOn }).ClickAsync();
        Assert.Equal(10, await page.Locator(".recovery li").CountAsync());
        await page.GotoAsync(new Uri(pomost.Panel, "/profile").ToString());
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.PasskeyAdd }).CountAsync());
        await page.Locator("#f-theme").SelectOptionAsync("dark");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.Save, Exact = true }).ClickAsync();
        Assert.Equal("dark", await page.Locator("html").GetAttributeAsync("data-bs-theme"));

        await page.GotoAsync(new Uri(pomost.Panel, "/team").ToString());
        await page.GetByLabel(t.Team.Email).FillAsync("anna@lnianalaka.example");
        await page.GetByLabel(t.Team.Role, new() { Exact = true }).SelectOptionAsync("Agent");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.Invite }).ClickAsync();
        Assert.Contains("/invite/", await page.Locator("#f-link").InputValueAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_mail_server_a_stranger_confirms_the_address_and_is_let_in()
    {
        var t = new PanelTexts(Language.Pl);
        await using var mail = new MailServer();
        await using var pomost = await RunningPomost.StartAsync(mail);
        await using var owners = await chromium.OpenAsync("pl-PL");
        var owner = await owners.NewPageAsync();
        await RegisterAsync(owner, pomost.Panel, t, Email, pomost.FirstCode);
        Assert.Equal(Email, (await mail.NextAsync()).To);
        await owner.GotoAsync(new Uri(pomost.Panel, "/system/installation").ToString());
        await owner.GetByLabel(t.Mail.Open).CheckAsync();
        await owner.GetByRole(AriaRole.Button, new() { Name = t.Mail.Save, Exact = true }).ClickAsync();
        await owner.GetByText(t.Mail.Saved).WaitForAsync();

        await using var context = await chromium.OpenAsync("pl-PL");
        var page = await context.NewPageAsync();
        var watch = new PageWatch(page, pomost.Panel, ColorScheme.Light, ColorScheme.Dark);
        await FillRegistrationAsync(page, pomost.Panel, t, "obca@inny.example");
        await page.GetByText(t.Login.Unconfirmed("obca@inny.example")).WaitForAsync();
        await watch.LookAsync("address to confirm");
        var letter = await mail.NextAsync();
        await LogInAsync(page, pomost.Panel, t, "obca@inny.example");
        await page.GetByText(t.Login.Unconfirmed("obca@inny.example")).WaitForAsync();
        await watch.LookAsync("log-in before confirmation");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Resend }).ClickAsync();
        await page.GetByText(t.Registration.SentAgain).WaitForAsync();
        await watch.LookAsync("sent again");
        await mail.NextAsync();

        await page.GotoAsync(Frame.PeopleTests.LinkIn(letter.Part("text/plain")!).ToString());
        await watch.LookAsync("confirmation");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Registration.ConfirmSubmit }).ClickAsync();
        await page.GetByText(t.Login.Confirmed).WaitForAsync();
        await LogInAsync(page, pomost.Panel, t, "obca@inny.example");
        await page.WaitForURLAsync(pomost.Panel.ToString());
        watch.Refuses("/system/mail");
        await page.GotoAsync(new Uri(pomost.Panel, "/system/mail").ToString());
        await page.GetByText(t.Common.Denied(t.Common.RoleOperator)).WaitForAsync();
        await watch.LookAsync("no access");

        // What was sent is listed, without the link that was its reader's.
        await owner.GotoAsync(new Uri(pomost.Panel, "/system/mail").ToString());
        await owner.GetByRole(AriaRole.Link, new() { Name = t.Letters.ConfirmTitle }).First.ClickAsync();
        Assert.Contains("[link usunięty po wysłaniu]", await owner.Locator("#letter-text").InnerTextAsync(), StringComparison.Ordinal);
        watch.AssertNothingWrong();
    }

    static async Task Profile(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.Locator("button[popovertarget=menu-profile]").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = t.Common.Profile }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Profile.Title, Level = 1 }).WaitForAsync();
        await watch.LookAsync("profile");
        await page.GetByLabel(t.Registration.FullName).FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.Save, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
        await watch.LookAsync("profile refused");
        await page.GetByLabel(t.Registration.FullName).FillAsync("Marta Nowak");
        await page.Locator("#f-density").SelectOptionAsync("dense");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.Save, Exact = true }).ClickAsync();
        await page.GetByText(t.Profile.DoneSaved, new() { Exact = true }).WaitForAsync();
        Assert.Equal("dense", await page.Locator("html").GetAttributeAsync("data-density"));
        await watch.LookAsync("profile, dense");
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await page.Locator("#f-current").FillAsync("nie to hasło wcale");
        await page.Locator("#f-new").FillAsync("niebieski rower stoi");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.ChangePassword }).ClickAsync();
        await page.GetByText(t.Profile.PasswordWrong).First.WaitForAsync();
    }

    static async Task<IReadOnlyList<string>> OneTimeCodes(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Profile.CodesOn }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Profile.ConfirmTitle, Level = 1 }).WaitForAsync();
        await watch.LookAsync("confirm that it is you");
        await ConfirmAsync(page, t);
        var key = await page.Locator("#totp-key").InnerTextAsync();
        await watch.LookAsync("codes to switch on");
        await page.GetByLabel(t.Login.Code).FillAsync("12");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.SwitchOn }).ClickAsync();
        await page.GetByText(t.Login.CodeWrong).First.WaitForAsync();
        await watch.LookAsync("code refused");
        await page.GetByLabel(t.Login.Code).FillAsync(Authenticator.CodeAt(key, Now()));
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.SwitchOn }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Profile.RecoveryTitle, Level = 1 }).WaitForAsync();
        var recovery = await page.Locator(".recovery li").AllInnerTextsAsync();
        Assert.Equal(10, recovery.Count);
        await watch.LookAsync("recovery codes");
        await page.GetByRole(AriaRole.Link, new() { Name = t.Profile.RecoveryKept }).ClickAsync();
        await page.GetByText(t.Profile.RecoveryLeft(10)).WaitForAsync();
        await watch.LookAsync("profile with codes");

        // The next code: the one that switched them on opens nothing else.
        await LogOutAsync(page, t);
        await LogInAsync(page, pomost.ByName, t, Email);
        await page.GetByRole(AriaRole.Heading, new() { Name = t.Login.VerifyTitle }).WaitForAsync();
        await watch.LookAsync("second step");
        await page.GetByLabel(t.Login.Code).FillAsync(Authenticator.CodeAt(key, Now() + TimeSpan.FromSeconds(30)));
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.VerifySubmit }).ClickAsync();
        await page.WaitForURLAsync(pomost.ByName.ToString());

        await LogOutAsync(page, t);
        await LogInAsync(page, pomost.ByName, t, Email);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Login.UseRecovery }).ClickAsync();
        await page.GetByLabel(t.Login.RecoveryCode).FillAsync("AAAAA-BBBBB");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.VerifySubmit }).ClickAsync();
        await page.GetByText(t.Login.RecoveryWrong).WaitForAsync();
        await watch.LookAsync("recovery code refused");
        await page.GetByLabel(t.Login.RecoveryCode).FillAsync(recovery[0]);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.VerifySubmit }).ClickAsync();
        await page.WaitForURLAsync(pomost.ByName.ToString());
        return recovery;
    }

    static async Task Passkeys(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Profile.PasskeyAdd }).ClickAsync();
        await ConfirmAsync(page, t);
        await page.Locator("#f-passkey_name").FillAsync("Laptop w biurze");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.PasskeyAdd }).ClickAsync();
        await page.GetByText(t.Profile.DonePasskey).WaitForAsync();
        await page.Locator("#passkeys summary").ClickAsync();
        await watch.LookAsync("profile with a passkey");
        await page.Locator("#passkeys details input[name=name]").FillAsync("Laptop w domu");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.PasskeyRename }).ClickAsync();
        await page.GetByText("Laptop w domu", new() { Exact = true }).First.WaitForAsync();

        // The passkey alone: neither password nor code.
        await LogOutAsync(page, t);
        // Nor does it wait for what strangers try.
        using (var stranger = new HttpClient { BaseAddress = pomost.Panel })
        {
            for (var attempt = 0; attempt < 5; attempt++)
                await Frame.PanelHost.SendAsync(stranger, "/login", "/login", ("email", Email), ("password", "nie to hasło wcale"));
        }

        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Passkey }).ClickAsync();
        await page.WaitForURLAsync(pomost.ByName.ToString());
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await page.Locator("#passkeys summary").ClickAsync();
        // Asked for once more; the passkey itself is proof enough.
        await page.Locator("#passkeys .btn-danger").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Passkey }).ClickAsync();
        await page.Locator("#passkeys summary").ClickAsync();
        await page.Locator("#passkeys .btn-danger").ClickAsync();
        await page.GetByText(t.Profile.DonePasskeyDeleted).WaitForAsync();

        // The device still has it, the panel does not.
        await LogOutAsync(page, t);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Passkey }).ClickAsync();
        await page.GetByText(t.Login.PasskeyRefused).WaitForAsync();
        await watch.LookAsync("passkey refused");
        await devtools.SendAsync("WebAuthn.disable");
    }

    static async Task SwitchCodesOff(IPage page, RunningPomost pomost, PanelTexts t, string recovery)
    {
        await LogInAsync(page, pomost.ByName, t, Email);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Login.UseRecovery }).ClickAsync();
        await page.GetByLabel(t.Login.RecoveryCode).FillAsync(recovery);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.VerifySubmit }).ClickAsync();
        await page.WaitForURLAsync(pomost.ByName.ToString());
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await page.GetByText(t.Profile.SwitchOff, new() { Exact = true }).ClickAsync();
        await page.Locator("#f-off_password").FillAsync("nie to hasło wcale");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.SwitchOffYes, Exact = true }).ClickAsync();
        await page.GetByText(t.Profile.PasswordWrong).First.WaitForAsync();
        await page.Locator("#f-off_password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.SwitchOffYes, Exact = true }).ClickAsync();
        await page.GetByText(t.Profile.DoneCodesOff).WaitForAsync();
    }

    static async Task Mail(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await page.GotoAsync(new Uri(pomost.ByName, "/system/mail").ToString());
        await watch.LookAsync("mail");
        await page.GetByRole(AriaRole.Link, new() { Name = t.Letters.ConfirmTitle }).ClickAsync();
        await page.FrameLocator("iframe").GetByRole(AriaRole.Link, new() { Name = t.Letters.ConfirmLink }).WaitForAsync();
        await watch.LookAsync("one mail");
        var letter = await page.Context.NewPageAsync();
        var letterWatch = new PageWatch(letter, pomost.ByName, ColorScheme.Light);
        await letter.SetContentAsync((await page.Locator("iframe").GetAttributeAsync("srcdoc"))!);
        await letterWatch.LookAsync("the letter itself");
        letterWatch.AssertNothingWrong();
        await letter.CloseAsync();
        var link = Frame.PeopleTests.LinkIn(await page.Locator("#letter-text").InnerTextAsync());
        await page.GotoAsync(new Uri(pomost.ByName, link.PathAndQuery).ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = t.Registration.ConfirmSubmit }).ClickAsync();
        await page.GetByText(t.Profile.DoneConfirmed).WaitForAsync();
        await page.GotoAsync(new Uri(pomost.ByName, "/system/installation").ToString());
        await watch.LookAsync("installation");
    }

    async Task Team(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch, string locale)
    {
        await page.GotoAsync(new Uri(pomost.ByName, "/team").ToString());
        await watch.LookAsync("team");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.Invite }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
        await watch.LookAsync("invitation refused");
        await page.GetByLabel(t.Team.Email).FillAsync("anna@lnianalaka.example");
        await page.GetByLabel(t.Team.Role, new() { Exact = true }).SelectOptionAsync("Viewer");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.Invite }).ClickAsync();
        var link = new Uri(pomost.ByName, new Uri(await page.Locator("#f-link").InputValueAsync()).PathAndQuery);
        await watch.LookAsync("team with an invitation");

        await using var invited = await chromium.OpenAsync(locale);
        var guest = await invited.NewPageAsync();
        var guestWatch = new PageWatch(guest, pomost.ByName, ColorScheme.Light, ColorScheme.Dark);
        await guest.GotoAsync(link.ToString());
        await guestWatch.LookAsync("invitation");
        await guest.GetByLabel(t.Registration.FullName).FillAsync("Anna Maj");
        await guest.Locator("#f-password").FillAsync(Password);
        await guest.GetByLabel(t.Registration.Agree).CheckAsync();
        await guest.GetByRole(AriaRole.Button, new() { Name = t.Team.Join }).ClickAsync();
        await guest.WaitForURLAsync(pomost.ByName.ToString());
        await guestWatch.LookAsync("dashboard of a viewer");
        guestWatch.Refuses("/team");
        guestWatch.Refuses("/invite/");
        await guest.GotoAsync(new Uri(pomost.ByName, "/team").ToString());
        await guest.GetByText(t.Common.DeniedTitle).First.WaitForAsync();
        await guestWatch.LookAsync("no access");
        await guest.GotoAsync(link.ToString());
        await guest.GetByText(t.Team.DeadTitle).WaitForAsync();
        await guestWatch.LookAsync("invitation that was used");

        await page.GotoAsync(new Uri(pomost.ByName, "/team").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Anna Maj" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Anna Maj" }).WaitForAsync();
        await watch.LookAsync("one member");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.Remove }).ClickAsync();
        await watch.LookAsync("asked before removing");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.RemoveYes }).ClickAsync();
        await page.GetByText(t.Team.DoneRemoved).WaitForAsync();
        await guest.GotoAsync(pomost.ByName.ToString());
        Assert.Contains("/login", guest.Url, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Marta Nowak" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.Remove }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Team.RemoveYes }).ClickAsync();
        await page.GetByText(t.Team.LastOwner).WaitForAsync();
        await watch.LookAsync("the last owner");
        guestWatch.AssertNothingWrong();
    }

    async Task Sessions(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await using var elsewhere = await chromium.OpenAsync("en-GB");
        // A device that is known: what strangers tried before does not hold it up.
        await elsewhere.AddCookiesAsync((await page.Context.CookiesAsync()).Where(cookie => cookie.Name.StartsWith("pomost_device_", StringComparison.Ordinal))
            .Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
        var other = await elsewhere.NewPageAsync();
        await LogInAsync(other, pomost.ByName, t: new PanelTexts(Language.En), Email);
        await other.WaitForURLAsync(pomost.ByName.ToString());
        await page.GotoAsync(new Uri(pomost.ByName, "/profile").ToString());
        await watch.LookAsync("profile with two devices");
        await page.Locator("#sessions li form button").ClickAsync();
        await page.GetByText(t.Profile.DoneEnded).WaitForAsync();
        await other.ReloadAsync();
        Assert.Contains("/login", other.Url, StringComparison.Ordinal);
    }

    static async Task Forgotten(IPage page, RunningPomost pomost, PanelTexts t, PageWatch watch)
    {
        await LogOutAsync(page, t);
        await page.GetByRole(AriaRole.Link, new() { Name = t.Login.Forgotten }).ClickAsync();
        await watch.LookAsync("forgotten password");
        await page.GetByLabel(t.Login.Email).FillAsync("nie adres");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.ForgottenSubmit }).ClickAsync();
        await page.GetByText(t.Common.Email).WaitForAsync();
        await page.GetByLabel(t.Login.Email).FillAsync(Email);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.ForgottenSubmit }).ClickAsync();
        // The walk tries more in a minute than a person does.
        for (var tries = 0; tries < 14 && await page.GetByText(t.Login.TooFast).CountAsync() > 0; tries++)
        {
            await page.WaitForTimeoutAsync(5_000);
            await page.GetByRole(AriaRole.Button, new() { Name = t.Login.ForgottenSubmit }).ClickAsync();
        }

        await page.GetByText(t.Login.AskedTitle).First.WaitForAsync();
        await watch.LookAsync("link asked for");

        await LogInAsync(page, pomost.ByName, t, Email);
        await page.WaitForURLAsync(pomost.ByName.ToString());
        await page.GotoAsync(new Uri(pomost.ByName, "/system/mail").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = t.Letters.ResetTitle }).ClickAsync();
        var link = new Uri(pomost.ByName, Frame.PeopleTests.LinkIn(await page.Locator("#letter-text").InnerTextAsync()).PathAndQuery);
        await page.GotoAsync(link.ToString());
        await page.Locator("#f-password").FillAsync("haslo1234567");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.NewSubmit }).ClickAsync();
        await page.GetByText(t.Registration.Weak).WaitForAsync();
        await watch.LookAsync("new password refused");
        await page.Locator("#f-password").FillAsync("niebieski rower stoi");
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.NewSubmit }).ClickAsync();
        await page.GetByText(t.Login.PasswordSet).WaitForAsync();
        await watch.LookAsync("log-in with the new password");
        await page.GotoAsync(link.ToString());
        await page.GetByText(t.Login.LinkDead).WaitForAsync();
        await watch.LookAsync("dead link");
    }

    static async Task RegisterAsync(IPage page, Uri panel, PanelTexts t, string email, string code)
    {
        await FillRegistrationAsync(page, panel, t, email, code);
        await page.WaitForURLAsync(panel.ToString());
    }

    static async Task FillRegistrationAsync(IPage page, Uri panel, PanelTexts t, string email, string? code = null)
    {
        await page.GotoAsync(new Uri(panel, "/register").ToString());
        await page.GetByLabel(t.Registration.FullName).FillAsync("Marta Zielińska");
        await page.GetByLabel(t.Registration.Email).FillAsync(email);
        await page.Locator("#f-password").FillAsync(Password);
        if (code is not null)
            await page.GetByLabel(t.Registration.Code).FillAsync(code);
        await page.GetByLabel(t.Registration.Agree).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Registration.Submit }).ClickAsync();
    }

    static async Task LogInAsync(IPage page, Uri panel, PanelTexts t, string email)
    {
        await page.GotoAsync(new Uri(panel, "/login").ToString());
        await page.GetByLabel(t.Login.Email).FillAsync(email);
        await page.Locator("#f-password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Login.Submit, Exact = true }).ClickAsync();
    }

    static async Task ConfirmAsync(IPage page, PanelTexts t)
    {
        await page.Locator("#f-password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = t.Profile.ConfirmSubmit, Exact = true }).ClickAsync();
    }

    static async Task LogOutAsync(IPage page, PanelTexts t)
    {
        await page.Locator("button[popovertarget=menu-profile]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = t.Common.LogOut }).ClickAsync();
        await page.WaitForURLAsync("**/login");
    }

    static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
}
