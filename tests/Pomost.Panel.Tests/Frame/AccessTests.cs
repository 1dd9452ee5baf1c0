using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Features.Profile;
using Pomost.Panel.Texts;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: a log-in left open for a moment becomes no lasting way in, and whoever owns an account hears of each way in that changes.</summary>
public sealed partial class AccessTests
{
    const string Password = "zielony rower jedzie";
    const string Marta = "marta@sklep.example";

    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task Adding_or_removing_a_way_to_log_in_asks_once_more_who_one_is()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var host = await PanelHost.StartAsync(clock: clock);
        var (here, other) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(here, Marta);
        await LogInAsync(other);
        await AssertAskedAsync(here);

        var wrong = await PanelHost.SendAsync(here, "/profile/confirm", "/profile/confirm", ("password", "nie to hasło wcale"), ("back", "/profile/codes"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        await AssertAskedAsync(here);
        var right = await PanelHost.SendAsync(here, "/profile/confirm", "/profile/confirm", ("password", Password), ("back", "/profile/codes"));
        Assert.Equal("/profile/codes", right.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile/codes")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(here, "/profile", "/profile/passkeys", ("credential", "{}"))).StatusCode);
        // Of this log-in alone, for a few minutes, and not beyond log-out.
        await AssertAskedAsync(other);
        clock.Advance(ProfileDesk.ConfirmedFor);
        await AssertAskedAsync(here);
        await PeopleTests.ConfirmAsync(here);
        await PanelHost.SendAsync(here, "/profile", "/logout");
        await LogInAsync(here);
        await AssertAskedAsync(here);
        Assert.False((await UserAsync(host)).TwoFactorEnabled);

        static async Task AssertAskedAsync(HttpClient browser)
        {
            const string Confirm = "/profile/confirm?back=";
            Assert.StartsWith(Confirm, (await browser.GetAsync("/profile/codes")).Headers.Location!.ToString(), StringComparison.Ordinal);
            foreach (var address in new[] { "/profile/codes", "/profile/passkeys", "/profile/passkeys/delete" })
            {
                var answer = await PanelHost.SendAsync(browser, "/profile", address, ("credential", "{}"), ("passkey", "AAAA"), ("code", "000000"));
                Assert.Equal((address, HttpStatusCode.Redirect), (address, answer.StatusCode));
                Assert.StartsWith(Confirm, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
            }

            foreach (var (address, field) in new[] { ("/profile/codes/off", "off_password"), ("/profile/codes/recovery", "recovery_password") })
                Assert.NotEqual("/profile?done=codes_off", (await PanelHost.SendAsync(browser, "/profile", address, (field, ""))).Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task Each_change_of_a_way_to_log_in_is_mailed_to_the_person()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var mail = new MailServer();
        await using var host = await PanelHost.StartAsync(clock: clock, mail: mail);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        await mail.NextAsync();
        await PeopleTests.ConfirmAsync(browser);
        var key = Key().Match(await browser.GetStringAsync("/profile/codes")).Groups["key"].Value;
        await PanelHost.SendAsync(browser, "/profile/codes", "/profile/codes", ("code", Authenticator.CodeAt(key, clock.GetUtcNow())));
        await AssertToldAsync(T.Letters.AccessCodesOn);
        await PanelHost.SendAsync(browser, "/profile", "/profile/codes/recovery");
        await AssertToldAsync(T.Letters.AccessRecovery);
        await PanelHost.SendAsync(browser, "/profile", "/profile/codes/off");
        await AssertToldAsync(T.Letters.AccessCodesOff);
        var passkey = await AddPasskeyAsync(host, "Telefon");
        await PanelHost.SendAsync(browser, "/profile", "/profile/passkeys/delete", ("passkey", passkey));
        await AssertToldAsync(T.Letters.AccessPasskeyRemoved);
        await PanelHost.SendAsync(browser, "/profile", "/profile", ("name", "Marta Zielińska"), ("language", "en"));
        await PanelHost.SendAsync(browser, "/profile", "/profile/password", ("current", Password), ("new", "niebieski rower stoi"));
        // In the person's language.
        await AssertToldAsync(new PanelTexts(Language.En).Letters.AccessPassword);

        async Task AssertToldAsync(string subject)
        {
            var letter = await mail.NextAsync();
            Assert.Equal((Marta, subject), (letter.To, letter.Subject));
            Assert.Contains("/password", letter.Part("text/plain"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_new_address_is_told_to_both_mailboxes()
    {
        await using var mail = new MailServer();
        await using var host = await PanelHost.StartAsync(mail: mail);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        await mail.NextAsync();
        await PanelHost.SendAsync(browser, "/profile", "/profile/email", ("new_email", "nowa@sklep.example"), ("email_password", Password));
        var letters = new[] { await mail.NextAsync(), await mail.NextAsync() };
        var link = PeopleTests.LinkIn(letters.Single(letter => letter.To == "nowa@sklep.example").Part("text/plain")!);
        await PanelHost.SendAsync(browser, link.PathAndQuery, "/confirm/address", [.. PeopleTests.FieldsOf(link)]);

        letters = [await mail.NextAsync(), await mail.NextAsync()];
        Assert.Equal(
            [(Marta, T.Letters.ChangedTitle), ("nowa@sklep.example", T.Letters.AccessAddress)], letters.Select(letter => (letter.To, letter.Subject)).Order());
    }

    [Fact]
    public async Task A_change_of_password_offers_to_remove_passkeys_and_a_reset_lists_them()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        await host.NextLetterAsync();
        var own = await AddPasskeyAsync(host, "Telefon Marty");
        var planted = await AddPasskeyAsync(host, "Obcy laptop");

        await PanelHost.SendAsync(browser, "/profile", "/password", ("email", Marta));
        var link = PeopleTests.LinkIn((await host.NextLetterAsync()).ToText());
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync(link));
        Assert.Contains("Telefon Marty", page, StringComparison.Ordinal);
        Assert.Contains("Obcy laptop", page, StringComparison.Ordinal);
        await PanelHost.SendAsync(browser, "/profile", "/password/new", [.. PeopleTests.FieldsOf(link), ("password", "niebieski rower stoi"), ("remove_passkey", planted)]);
        Assert.Equal([own], await PasskeysAsync(host));

        await PanelHost.SendAsync(browser, "/login", "/login", ("email", Marta), ("password", "niebieski rower stoi"));
        Assert.Contains("name=\"remove_passkeys\"", await browser.GetStringAsync("/profile"), StringComparison.Ordinal);
        await PanelHost.SendAsync(browser, "/profile", "/profile/password", ("current", "niebieski rower stoi"), ("new", "czerwony rower śpi"));
        Assert.Equal([own], await PasskeysAsync(host));
        await PanelHost.SendAsync(browser, "/profile", "/profile/password", ("current", "czerwony rower śpi"), ("new", "czarny rower jeździ"), ("remove_passkeys", "1"));
        Assert.Empty(await PasskeysAsync(host));
    }

    [Fact]
    public async Task A_demanded_second_factor_is_set_up_before_anything_else_opens()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var host = await PanelHost.StartAsync(clock: clock);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        Assert.Equal("/team?done=demand", (await PanelHost.SendAsync(browser, "/team", "/team/second-factor", ("second_factor", "Administrators"))).Headers.Location!.ToString());

        foreach (var page in new[] { "/", "/team", "/profile", "/contacts", "/api-keys" })
            Assert.Equal((page, "/profile/second-factor"), (page, (await browser.GetAsync(page)).Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/stream?topics=events")).StatusCode);
        var refused = await PanelHost.SendAsync(browser, "/profile/second-factor", "/team/second-factor", ("second_factor", "Nobody"));
        Assert.Equal("/profile/second-factor", refused.Headers.Location!.ToString());
        Assert.Contains("/profile/codes", await browser.GetStringAsync("/profile/second-factor"), StringComparison.Ordinal);

        await PanelHost.SendAsync(browser, "/profile/confirm", "/profile/confirm", ("password", Password), ("back", "/profile/codes"));
        var key = Key().Match(await browser.GetStringAsync("/profile/codes")).Groups["key"].Value;
        await PanelHost.SendAsync(browser, "/profile/codes", "/profile/codes", ("code", Authenticator.CodeAt(key, clock.GetUtcNow())));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/team")).StatusCode);
        Assert.Equal("/profile", (await browser.GetAsync("/profile/second-factor")).Headers.Location!.ToString());
    }

    static Task<HttpResponseMessage> LogInAsync(HttpClient browser) => PanelHost.SendAsync(browser, "/login", "/login", ("email", Marta), ("password", Password));

    static async Task<string> AddPasskeyAsync(PanelHost host, string name)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        var passkey = new UserPasskeyInfo(Guid.NewGuid().ToByteArray(), [1, 2, 3], TimeProvider.System.GetUtcNow(), 0, ["internal"], true, false, false, [1], [1]) { Name = name };
        Assert.True((await users.AddOrUpdatePasskeyAsync((await users.FindByEmailAsync(Marta))!, passkey)).Succeeded);
        return PasskeyEndpoints.IdOf(passkey);
    }

    static async Task<IReadOnlyList<string>> PasskeysAsync(PanelHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        return [.. (await users.GetPasskeysAsync((await users.FindByEmailAsync(Marta))!)).Select(PasskeyEndpoints.IdOf)];
    }

    static async Task<PomostUser> UserAsync(PanelHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().FindByEmailAsync(Marta))!;
    }

    [GeneratedRegex("id=\"totp-key\">(?<key>[A-Z2-7 ]+)<", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();
}
