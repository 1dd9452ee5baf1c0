using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Registration, log-in, second factors and log-ins, over HTTP.</summary>
public sealed partial class PeopleTests
{
    const string Password = "zielony rower jedzie";
    const string Marta = "marta@sklep.example";

    [Fact]
    public async Task Consents_are_kept_with_their_wording_time_and_language()
    {
        var clock = Now();
        await using var host = await PanelHost.StartAsync(clock: clock);
        var browser = host.Browser();
        browser.DefaultRequestHeaders.AcceptLanguage.Clear();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        await PanelHost.SendAsync(
            browser, "/register", "/register", ("name", "Marta Zielińska"), ("email", Marta), ("password", Password), ("language", "pl"), ("agree", "1"), ("news", "1"));

        var words = new PanelTexts(Language.En).Registration;
        var user = await UserAsync(host);
        // Read in English, though the panel is to be Polish.
        Assert.Equal((words.Agree, "en", "pl"), (user.ProcessingConsentWording, user.ProcessingConsentLanguage, user.Language));
        Assert.Equal((words.News, "en"), (user.NewsConsentWording, user.NewsConsentLanguage));
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds(), user.ProcessingConsentAt!.Value.ToUnixTimeMilliseconds());

        clock.Advance(TimeSpan.FromHours(1));
        await PanelHost.SendAsync(browser, "/profile", "/profile/news");
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds(), (await UserAsync(host)).NewsConsentWithdrawnAt!.Value.ToUnixTimeMilliseconds());
        await PanelHost.SendAsync(browser, "/profile", "/profile/news", ("news", "1"));
        user = await UserAsync(host);
        Assert.Null(user.NewsConsentWithdrawnAt);
        Assert.Equal((new PanelTexts(Language.Pl).Registration.News, "pl"), (user.NewsConsentWording, user.NewsConsentLanguage));
    }

    [Fact]
    public async Task The_first_person_runs_the_installation_and_opens_registration()
    {
        await using var host = await PanelHost.StartAsync();
        var (first, second) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(first, Marta);
        Assert.True((await UserAsync(host)).IsOperator);
        Assert.Equal(HttpStatusCode.Forbidden, (await second.PostAsync("/register", await FormAsync(second, "/login"))).StatusCode);

        await PanelHost.SendAsync(first, "/system/installation", "/system/installation", ("registration", "open"));
        Assert.Equal("/", (await PanelHost.RegisterAsync(second, "obca@inny.example")).Headers.Location!.ToString());
        foreach (var page in new[] { "/system/mail", "/system/mail/1", "/system/installation" })
        {
            Assert.Equal((page, HttpStatusCode.OK), (page, (await first.GetAsync(page)).StatusCode));
            var refused = await second.GetAsync(page);
            Assert.Equal((page, HttpStatusCode.Forbidden), (page, refused.StatusCode));
            Assert.Contains("operator instalacji", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/system/mail", await second.GetStringAsync("/"), StringComparison.Ordinal);
        await PanelHost.SendAsync(first, "/system/installation", "/system/installation", ("registration", "invitation"));
        Assert.Contains(new PanelTexts(Language.Pl).Registration.ClosedTitle, await host.Browser().GetStringAsync("/register"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_server_nobody_waits_for_a_confirmation_and_the_letter_lies_in_the_panel()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var first = host.Browser();
        Assert.Equal("/", (await PanelHost.RegisterAsync(first, Marta)).Headers.Location!.ToString());
        await host.NextLetterAsync();
        Assert.Equal("/", (await PanelHost.RegisterAsync(host.Browser(), "obca@inny.example")).Headers.Location!.ToString());
        var letter = await host.NextLetterAsync();

        Assert.Contains("obca@inny.example", await first.GetStringAsync("/system/mail"), StringComparison.Ordinal);
        Assert.Equal("obca@inny.example", letter.To);
        Assert.Equal("/", (await LogInAsync(host.Browser(), "obca@inny.example")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task With_a_mail_server_an_address_is_confirmed_before_the_first_log_in()
    {
        await using var mail = new MailServer();
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true, mail: mail);
        Assert.Equal("/", (await PanelHost.RegisterAsync(host.Browser(), Marta)).Headers.Location!.ToString());
        Assert.Equal(Marta, (await mail.NextAsync()).To);
        var browser = host.Browser();
        var registered = await PanelHost.RegisterAsync(browser, "nowa@inny.example");
        Assert.Equal(HttpStatusCode.OK, registered.StatusCode);
        await mail.NextAsync();

        var refused = await LogInAsync(browser, "nowa@inny.example");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("Potwierdź adres: wysłaliśmy link na nowa@inny.example.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Potwierdź adres", await (await LogInAsync(browser, "nowa@inny.example", "nie to hasło wcale")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await PanelHost.SendAsync(browser, "/login", "/confirm/resend", ("email", "nowa@inny.example"));
        var link = LinkIn((await mail.NextAsync()).Part("text/plain")!);
        Assert.DoesNotContain("nowa", link.PathAndQuery, StringComparison.Ordinal);

        // Looking at it is not enough: mail programs do so by themselves.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(browser, "nowa@inny.example")).StatusCode);
        var confirmed = await PanelHost.SendAsync(browser, link.PathAndQuery, "/confirm", FieldsOf(link));
        Assert.Equal("/login?done=confirmed", confirmed.Headers.Location!.ToString());
        Assert.Equal("/", (await LogInAsync(browser, "nowa@inny.example")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task With_a_mail_server_registration_does_not_tell_which_addresses_exist()
    {
        await using var mail = new MailServer();
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true, mail: mail);
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        await mail.NextAsync();

        var known = await PanelHost.RegisterAsync(host.Browser(), Marta);
        Assert.Equal(new PanelTexts(Language.Pl).Letters.InUseTitle, (await mail.NextAsync()).Subject);
        var unknown = await PanelHost.RegisterAsync(host.Browser(), "nowa@sklep.example");
        Assert.Equal(known.StatusCode, unknown.StatusCode);
        Assert.Equal(await SaidAsync(known, Marta), await SaidAsync(unknown, "nowa@sklep.example"));
    }

    [Fact]
    public async Task A_password_is_reset_by_a_mailed_link_that_works_once_and_ends_all_log_ins()
    {
        await using var host = await PanelHost.StartAsync();
        var (marta, anybody) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(marta, Marta);
        await host.NextLetterAsync();

        var known = await PanelHost.SendAsync(anybody, "/password", "/password", ("email", Marta));
        var unknown = await PanelHost.SendAsync(anybody, "/password", "/password", ("email", "nikt@sklep.example"));
        Assert.Equal(await SaidAsync(known, Marta), await SaidAsync(unknown, "nikt@sklep.example"));
        var link = LinkIn((await host.NextLetterAsync()).ToText());
        Assert.DoesNotContain("marta", link.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(host.Address.Authority, link.Authority);

        var weak = await SetAsync("haslo1234567");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.StatusCode);
        Assert.Equal("/login?done=password", (await SetAsync("niebieski rower stoi")).Headers.Location!.ToString());
        Assert.StartsWith("/login", (await marta.GetAsync("/")).Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await anybody.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(anybody, Marta)).StatusCode);
        Assert.Equal("/", (await LogInAsync(anybody, Marta, "niebieski rower stoi")).Headers.Location!.ToString());
        var audit = await host.Services.GetRequiredService<IAuditLog>().ListAsync((await PlaceAsync(host)).AccountId, new AuditFilter("profile."), null, 10, default);
        Assert.Equal("profile.password_reset", Assert.Single(audit).Entry.Action);

        Task<HttpResponseMessage> SetAsync(string password) => PanelHost.SendAsync(anybody, "/login", "/password/new", [.. FieldsOf(link), ("password", password)]);
    }

    [Fact]
    public async Task A_link_leads_to_the_address_of_the_panel_whatever_host_the_request_names()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.PublicAddress = () => new Uri("https://pomost.example/"));
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        await host.NextLetterAsync();
        var browser = host.Browser();
        browser.DefaultRequestHeaders.Host = "evil.example";
        await PanelHost.SendAsync(browser, "/password", "/password", ("email", Marta));

        Assert.Equal("pomost.example", LinkIn((await host.NextLetterAsync()).ToText()).Authority);
    }

    [Fact]
    public async Task Nobody_is_flooded_with_letters()
    {
        await using var host = await PanelHost.StartAsync();
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        for (var times = 0; times < 6; times++)
            await PanelHost.SendAsync(host.Browser(), "/password", "/password", ("email", Marta));
        await PanelHost.SendAsync(host.Browser(), "/password", "/password", ("email", "inna@sklep.example"));
        // One confirmation and two resets; whatever is asked now comes after them.
        for (var letters = 0; letters < 3; letters++)
            await host.NextLetterAsync();
        await host.Services.GetRequiredService<MailRoom>().PostAsync(MailKind.Alert, new Letter("koniec@sklep.example", "koniec", [new LetterPart("pl", "koniec", [])]), default);
        Assert.Equal("koniec", (await host.NextLetterAsync()).Subject);
    }

    [Fact]
    public async Task A_lock_says_until_when_and_a_new_password_ends_it()
    {
        await using var host = await PanelHost.StartAsync();
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        await host.NextLetterAsync();
        var browser = host.Browser();
        for (var attempt = 0; attempt < 5; attempt++)
            await LogInAsync(browser, Marta, "nie to hasło wcale");
        var locked = await (await LogInAsync(browser, Marta)).Content.ReadAsStringAsync();
        Assert.Matches("Za dużo prób. Spróbuj o [0-9]{2}:[0-9]{2}\\.", locked);
        Assert.Contains("href=\"/password\"", locked, StringComparison.Ordinal);

        await PanelHost.SendAsync(browser, "/password", "/password", ("email", Marta));
        var link = LinkIn((await host.NextLetterAsync()).ToText());
        await PanelHost.SendAsync(browser, "/login", "/password/new", [.. FieldsOf(link), ("password", "niebieski rower stoi")]);
        Assert.Equal("/", (await LogInAsync(browser, Marta, "niebieski rower stoi")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_log_in_lasts_twelve_hours_or_thirty_days_on_a_device_that_is_remembered()
    {
        var clock = Now();
        await using var host = await PanelHost.StartAsync(clock: clock);
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        var (today, remembered) = (host.Browser(), host.Browser());
        Assert.DoesNotContain("expires", CookieOf(await LogInAsync(today, Marta)), StringComparison.OrdinalIgnoreCase);
        var answer = await PanelHost.SendAsync(remembered, "/login", "/login", ("email", Marta), ("password", Password), ("remember", "1"));
        Assert.Contains("expires", CookieOf(answer), StringComparison.OrdinalIgnoreCase);

        clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal(HttpStatusCode.Redirect, (await today.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await remembered.GetAsync("/profile")).StatusCode);
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(HttpStatusCode.OK, (await remembered.GetAsync("/profile")).StatusCode);
        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(HttpStatusCode.Redirect, (await remembered.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task A_log_in_ended_elsewhere_is_out_at_its_next_request()
    {
        await using var host = await PanelHost.StartAsync();
        var (here, lost, third) = (host.Browser(), host.Browser(), host.Browser());
        lost.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await PanelHost.RegisterAsync(here, Marta);
        await LogInAsync(lost, Marta);
        await LogInAsync(third, Marta);
        var page = await here.GetStringAsync("/profile");
        Assert.Contains("Firefox, Linux", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<time ", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var ids = SessionField().Matches(page).Select(match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, ids.Count);

        foreach (var id in ids)
            await PanelHost.SendAsync(here, "/profile", "/profile/sessions/end", ("session", id));
        Assert.Equal(HttpStatusCode.Redirect, (await lost.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await third.GetAsync("/stream?topics=events")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile")).StatusCode);

        await LogInAsync(lost, Marta);
        await PanelHost.SendAsync(here, "/profile", "/profile/sessions/end-others");
        Assert.Equal(HttpStatusCode.Redirect, (await lost.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task Nobody_ends_the_log_in_of_somebody_else()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (marta, obca) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(marta, Marta);
        await PanelHost.RegisterAsync(obca, "obca@inny.example");
        var session = Assert.Single(await host.Services.GetRequiredService<ILoginSessions>().ListAsync((await UserAsync(host)).Id, default));

        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(obca, "/profile", "/profile/sessions/end", ("session", session.Id))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await marta.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task A_copied_cookie_is_worth_nothing_after_log_out()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        var cookie = CookieOf(await PanelHost.RegisterAsync(browser, Marta)).Split(';')[0];
        await PanelHost.SendAsync(browser, "/profile", "/logout");

        using var thief = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = host.Address };
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task Changing_the_password_asks_for_the_present_one_and_ends_the_other_log_ins()
    {
        await using var host = await PanelHost.StartAsync();
        var (here, other) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(here, Marta);
        await LogInAsync(other, Marta);

        var refused = await PanelHost.SendAsync(here, "/profile", "/profile/password", ("current", "nie to hasło wcale"), ("new", "niebieski rower stoi"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("To nie jest obecne hasło.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/profile?done=password", (await PanelHost.SendAsync(here, "/profile", "/profile/password", ("current", Password), ("new", "niebieski rower stoi"))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(host.Browser(), Marta, "niebieski rower stoi")).StatusCode);
    }

    [Fact]
    public async Task Choices_of_the_profile_hold_on_every_device()
    {
        await using var host = await PanelHost.StartAsync();
        var (here, other) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(here, Marta);
        await LogInAsync(other, Marta);
        var refused = await PanelHost.SendAsync(here, "/profile", "/profile", ("name", ""), ("phone", "12"), ("language", "en"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("value=\"12\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await PanelHost.SendAsync(
            here, "/profile", "/profile", ("name", "Marta Nowak"), ("phone", "+48 600 100 200"), ("language", "en"), ("theme", "dark"), ("zone", "Europe/Lisbon"), ("density", "dense"));
        var page = await other.GetStringAsync("/profile");
        var read = new Html(page);
        Assert.Equal(("en", "dark", "dense", "off"), (read.Root("lang"), read.Root("data-bs-theme"), read.Root("data-density"), read.Root("data-keys")));
        Assert.Contains("Marta Nowak", page, StringComparison.Ordinal);
        Assert.Single(read.All("option[value='Europe/Lisbon'][selected]"));
        await PanelHost.SendAsync(other, "/profile", "/choose/theme", ("theme", "light"), ("back", "/"));
        Assert.Contains("data-bs-theme=\"light\"", await here.GetStringAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_a_code_opens_once()
    {
        var clock = Now();
        await using var host = await PanelHost.StartAsync(panel => panel.LoginsPerMinute = 100, clock);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        var (key, recovery) = await SwitchOnAsync(browser, clock);
        Assert.Equal(10, recovery.Distinct(StringComparer.Ordinal).Count());

        var visitor = host.Browser();
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.StartsWith("/verify", (await LogInAsync(visitor, Marta)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/profile")).StatusCode);
        var code = Authenticator.CodeAt(key, clock.GetUtcNow());
        var wrong = code == "000000" ? "000001" : "000000";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VerifyAsync(visitor, wrong)).StatusCode);
        Assert.Equal("/", (await VerifyAsync(visitor, $" {code[..3]} {code[3..]} ")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/profile")).StatusCode);

        var thief = host.Browser();
        await LogInAsync(thief, Marta);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VerifyAsync(thief, code)).StatusCode);
        Assert.Equal("/", (await VerifyAsync(thief, recovery[3], recovery: true)).Headers.Location!.ToString());
        var again = host.Browser();
        await LogInAsync(again, Marta);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VerifyAsync(again, recovery[3], recovery: true)).StatusCode);
        Assert.Contains("Zostało 9 kodów zapasowych.", await browser.GetStringAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_codes_locks_as_guessing_passwords_does()
    {
        var clock = Now();
        await using var host = await PanelHost.StartAsync(panel => panel.LoginsPerMinute = 100, clock);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        var (key, recovery) = await SwitchOnAsync(browser, clock);
        var visitor = host.Browser();
        await LogInAsync(visitor, Marta);
        for (var attempt = 0; attempt < 3; attempt++)
            await VerifyAsync(visitor, "12345x");
        for (var attempt = 0; attempt < 2; attempt++)
            await VerifyAsync(visitor, "AAAAA-AAAAA", recovery: true);

        clock.Advance(TimeSpan.FromSeconds(30));
        foreach (var answer in new[] { await VerifyAsync(visitor, Authenticator.CodeAt(key, clock.GetUtcNow())), await VerifyAsync(visitor, recovery[0], recovery: true) })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("Za dużo prób. Spróbuj o ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Switching_codes_off_and_making_new_ones_asks_for_the_password()
    {
        var clock = Now();
        await using var host = await PanelHost.StartAsync(clock: clock);
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        var (_, old) = await SwitchOnAsync(browser, clock);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("/profile#codes", (await browser.GetAsync("/profile/codes")).Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(browser, "/profile", "/profile/codes/recovery", ("recovery_password", "nie to"))).StatusCode);
        var renewed = CodesIn(await (await PanelHost.SendAsync(browser, "/profile", "/profile/codes/recovery", ("recovery_password", Password))).Content.ReadAsStringAsync());
        Assert.Equal(10, renewed.Count);
        Assert.Empty(renewed.Intersect(old));
        // Whoever has just given it is not asked again.
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(browser, "/profile", "/profile/codes/off", ("off_password", ""))).StatusCode);
        Assert.True((await UserAsync(host)).TwoFactorEnabled);
        Assert.StartsWith("/profile", (await PanelHost.SendAsync(browser, "/profile", "/profile/codes/off", ("off_password", Password))).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.False((await UserAsync(host)).TwoFactorEnabled);
        Assert.Equal("/", (await LogInAsync(host.Browser(), Marta)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_passkey_that_was_never_asked_for_opens_nothing()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Marta);
        await ConfirmAsync(browser);
        foreach (var credential in new[] { "", "{", "{}", "{\"id\":\"AAAA\",\"type\":\"public-key\",\"response\":{}}" })
        {
            Assert.Equal((credential, HttpStatusCode.UnprocessableEntity), (credential, (await PanelHost.SendAsync(host.Browser(), "/login", "/login/passkey", ("credential", credential))).StatusCode));
            Assert.Equal((credential, HttpStatusCode.UnprocessableEntity), (credential, (await PanelHost.SendAsync(browser, "/profile", "/profile/passkeys", ("credential", credential))).StatusCode));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(browser, "/profile", "/profile/passkeys/delete", ("passkey", "AAAA"))).StatusCode);
    }

    static FakeClock Now() => new(TimeProvider.System.GetUtcNow());

    /// <summary>Switches one-time codes on; gives the app's key and the recovery codes.</summary>
    static async Task<(string Key, List<string> Recovery)> SwitchOnAsync(HttpClient browser, FakeClock clock)
    {
        await ConfirmAsync(browser);
        var page = await browser.GetStringAsync("/profile/codes");
        var key = Key().Match(page).Groups["key"].Value;
        Assert.Contains("<path d=\"M", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(browser, "/profile/codes", "/profile/codes", ("code", "000"))).StatusCode);
        var answer = await PanelHost.SendAsync(browser, "/profile/codes", "/profile/codes", ("code", Authenticator.CodeAt(key, clock.GetUtcNow())));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (key, CodesIn(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Proves in a log-in who one is.</summary>
    internal static async Task ConfirmAsync(HttpClient browser, string password = Password)
        => Assert.Equal("/profile", (await PanelHost.SendAsync(browser, "/profile/confirm", "/profile/confirm", ("password", password), ("back", "/profile"))).Headers.Location!.ToString());

    static List<string> CodesIn(string page) => [.. RecoveryCode().Matches(page).Select(match => match.Groups["code"].Value)];

    static Task<HttpResponseMessage> LogInAsync(HttpClient browser, string email, string password = Password)
        => PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", password));

    static Task<HttpResponseMessage> VerifyAsync(HttpClient browser, string code, bool recovery = false)
        => PanelHost.SendAsync(browser, "/verify", "/verify", ("code", code), ("recovery", recovery ? "1" : ""));

    static async Task<FormUrlEncodedContent> FormAsync(HttpClient browser, string page) => new([
        new("__RequestVerificationToken", PanelHost.Token().Match(await browser.GetStringAsync(page)).Groups["token"].Value),
        new("name", "Ktoś"), new("email", "ktos@sklep.example"), new("password", Password), new("agree", "1"),
    ]);

    static async Task<string> SaidAsync(HttpResponseMessage answer, string email)
        => PanelHost.Token().Replace(await answer.Content.ReadAsStringAsync(), "").Replace(email, "", StringComparison.Ordinal);

    static async Task<PomostUser> UserAsync(PanelHost host, string email = Marta)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().FindByEmailAsync(email))!;
    }

    static async Task<Membership> PlaceAsync(PanelHost host)
        => Assert.Single(await host.Services.GetRequiredService<IAccounts>().MembershipsAsync((await UserAsync(host)).Id, default));

    internal static Uri LinkIn(string text) => new(Link().Match(text).Value);

    internal static (string Name, string Value)[] FieldsOf(Uri link)
        => [.. link.Query.TrimStart('?').Split('&').Select(pair => (pair.Split('=')[0], Uri.UnescapeDataString(pair.Split('=')[1])))];

    static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("pomost_person=", StringComparison.Ordinal));

    [GeneratedRegex("name=\"session\" value=\"(?<id>[0-9a-f]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SessionField();

    [GeneratedRegex("id=\"totp-key\">(?<key>[A-Z2-7 ]+)<", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex("<li>(?<code>[A-Z0-9]{5}-[A-Z0-9]{5})</li>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecoveryCode();

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
