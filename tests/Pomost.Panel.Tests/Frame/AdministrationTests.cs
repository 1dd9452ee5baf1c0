using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Keys and the audit log: who may see and do what, and that nothing crosses from one account to another.</summary>
public sealed partial class AdministrationTests
{
    const string Owner = "marta@sklep.example";
    const string Other = "jan@sklep.example";

    [Theory]
    [InlineData(AccountRole.Owner, "/api-keys /webhooks /audit /audit/file.csv /system")]
    [InlineData(AccountRole.Administrator, "/api-keys /webhooks /audit /audit/file.csv /system")]
    [InlineData(AccountRole.Marketer, "")]
    [InlineData(AccountRole.Agent, "")]
    [InlineData(AccountRole.Viewer, "/audit /audit/file.csv /system")]
    public async Task Each_role_reaches_its_pages_and_sees_no_way_to_the_others(AccountRole role, string open)
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        await PanelHost.RegisterAsync(host.Browser(), Owner);
        await PanelHost.RegisterAsync(host.Browser(), Other);
        await host.MoveAsync(Other, Owner, role);
        var browser = await LogInAsync(host, Other);
        var menu = await browser.GetStringAsync("/");

        foreach (var page in new[] { "/api-keys", "/webhooks", "/audit", "/audit/file.csv", "/system" })
        {
            var may = open.Split(' ').Contains(page);
            var answer = await browser.GetAsync(page);
            Assert.Equal((page, may), (page, answer.StatusCode == HttpStatusCode.OK));
            if (!may)
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            if (page != "/audit/file.csv")
                Assert.Equal((page, may), (page, menu.Contains($"href=\"{page}\"", StringComparison.Ordinal)));
        }

        var made = await PanelHost.SendAsync(browser, "/", "/api-keys", ("name", "Mój"));
        Assert.Equal(role is AccountRole.Owner or AccountRole.Administrator ? HttpStatusCode.Redirect : HttpStatusCode.Forbidden, made.StatusCode);
    }

    [Fact]
    public async Task Who_sees_only_some_stores_sees_neither_the_log_nor_the_others_health()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        await PanelHost.RegisterAsync(host.Browser(), Owner);
        await PanelHost.RegisterAsync(host.Browser(), Other);
        await host.MoveAsync(Other, Owner, AccountRole.Viewer);
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var seen = await Given.StoreAsync(host, account, "Lniana Łąka");
        await Given.StoreAsync(host, account, "Ciche Buty");
        await host.Database.WriteAsync(session => session.Command("UPDATE membership SET stores = @stores WHERE role = 'Viewer'").With("stores", $"[{seen.Id}]").ExecuteAsync());
        var browser = await LogInAsync(host, Other);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/audit")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/audit/file.csv")).StatusCode);
        Assert.DoesNotContain("href=\"/audit\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
        var health = await browser.GetStringAsync("/system");
        Assert.Contains("Lniana Łąka", health, StringComparison.Ordinal);
        Assert.DoesNotContain("Ciche Buty", health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_then_only_by_its_beginning()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        await PanelHost.SendAsync(browser, "/api-keys", "/api-keys", ("name", "Agencja"), ("scope", "write"));

        var first = await browser.GetStringAsync("/api-keys");
        var second = await browser.GetStringAsync("/api-keys");

        var secret = WholeKey().Match(first).Value;
        Assert.Contains("Skopiuj teraz. Później pokażemy tylko początek.", first, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, second, StringComparison.Ordinal);
        Assert.Contains(secret[..13] + "…", second, StringComparison.Ordinal);
        var (key, _) = await host.Services.GetRequiredService<ApiKeyRing>().RecogniseAsync(secret, default);
        Assert.Equal(("Agencja", true), (key!.Name, key.MayWrite));
        Assert.InRange(key.ExpiresAt!.Value - key.CreatedAt, TimeSpan.FromDays(364.9), TimeSpan.FromDays(365.1));
        Assert.DoesNotContain(secret, await browser.GetStringAsync("/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_stays_when_a_key_is_refused()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        await Given.StoreAsync(host, account, "Sklep");

        var answer = await PanelHost.SendAsync(browser, "/api-keys", "/api-keys", ("name", ""), ("scope", "write"), ("stores", "chosen"), ("days", "90"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("2 pola wymagają poprawki", page, StringComparison.Ordinal);
        Assert.Contains("Zaznacz co najmniej jeden sklep.", page, StringComparison.Ordinal);
        Assert.True(new Html(page).One("input[value=write]").HasAttribute("checked"));
        Assert.Single(new Html(page).All("option[value='90'][selected]"));
        Assert.Empty(await host.Services.GetRequiredService<IApiKeys>().ListAsync(account, default));
    }

    [Fact]
    public async Task An_administrator_leaves_the_owners_keys_alone_and_the_owner_all_keys_not()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var owner = host.Browser();
        await PanelHost.RegisterAsync(owner, Owner);
        await PanelHost.RegisterAsync(host.Browser(), Other);
        await host.MoveAsync(Other, Owner, AccountRole.Administrator);
        var administrator = await LogInAsync(host, Other);
        await PanelHost.SendAsync(owner, "/api-keys", "/api-keys", ("name", "Właściciela"));
        await PanelHost.SendAsync(administrator, "/api-keys", "/api-keys", ("name", "Administratora"));
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var keys = await host.Services.GetRequiredService<IApiKeys>().ListAsync(account, default);
        var (theOwners, theirs) = (keys.Single(key => key.Name == "Właściciela").Id, keys.Single(key => key.Name == "Administratora").Id);

        foreach (var verb in new[] { "rotate", "revoke" })
            Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(administrator, "/api-keys", $"/api-keys/{theOwners}/{verb}")).StatusCode);
        Assert.DoesNotContain($"/api-keys/{theOwners}/revoke", await administrator.GetStringAsync("/api-keys"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(owner, "/api-keys", $"/api-keys/{theirs}/revoke")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(owner, "/api-keys", $"/api-keys/{theOwners}/rotate")).StatusCode);
    }

    [Fact]
    public async Task Keys_and_entries_of_one_account_are_not_there_for_another()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (owner, stranger) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(owner, Owner);
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        await PanelHost.SendAsync(owner, "/api-keys", "/api-keys", ("name", "Tajna nazwa"));
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var key = Assert.Single(await host.Services.GetRequiredService<IApiKeys>().ListAsync(account, default));

        foreach (var page in new[] { "/api-keys", "/audit", "/audit?kind=key", "/audit/file.csv" })
        {
            Assert.Contains("Tajna nazwa", await owner.GetStringAsync(page), StringComparison.Ordinal);
            Assert.DoesNotContain("Tajna nazwa", await stranger.GetStringAsync(page), StringComparison.Ordinal);
        }

        foreach (var verb in new[] { "rotate", "revoke" })
            Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(stranger, "/api-keys", $"/api-keys/{key.Id}/{verb}")).StatusCode);
        Assert.Null(Assert.Single(await host.Services.GetRequiredService<IApiKeys>().ListAsync(account, default)).ReplacedBy);
    }

    [Fact]
    public async Task A_webhook_of_one_account_is_not_there_for_another()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (owner, stranger) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(owner, Owner);
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        var made = await PanelHost.SendAsync(owner, "/webhooks", "/webhooks", ("url", "https://odbiorca.example/tajna-droga"), ("event", "contact.sent"), ("event", "alert.opened"));
        var page = made.Headers.Location!.ToString().Split('?')[0];
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;

        Assert.Contains("Jeszcze nic nie wysłano", await owner.GetStringAsync(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(page)).StatusCode);
        Assert.DoesNotContain("odbiorca.example", await stranger.GetStringAsync("/webhooks"), StringComparison.Ordinal);
        foreach (var verb in new[] { "", "/test", "/pause", "/resume", "/rotate", "/replay", "/remove" })
        {
            var answer = await PanelHost.SendAsync(stranger, "/webhooks", page + verb, ("url", "https://obcy.example/"), ("event", "alert.closed"));
            Assert.Equal((verb, HttpStatusCode.NotFound), (verb, answer.StatusCode));
        }

        var kept = Assert.Single(await host.Services.GetRequiredService<IOutgoingWebhooks>().ListAsync(account, default));
        Assert.Equal((new Uri("https://odbiorca.example/tajna-droga"), false), (kept.Url, kept.IsPaused));
        Assert.DoesNotContain("tajna-droga", await owner.GetStringAsync("/audit/file.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_of_a_webhook_is_shown_once_and_kept_encrypted()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var page = (await PanelHost.SendAsync(browser, "/webhooks", "/webhooks", ("url", "https://odbiorca.example/"), ("event", "contact.sent"))).Headers.Location!.ToString();

        var secret = WebhookSecret().Match(WebUtility.HtmlDecode(await browser.GetStringAsync(page))).Value;
        Assert.Equal(50, secret.Length);
        Assert.DoesNotContain(secret, WebUtility.HtmlDecode(await browser.GetStringAsync(page)), StringComparison.Ordinal);
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var kept = Assert.Single(await host.Services.GetRequiredService<IOutgoingWebhooks>().ListAsync(account, default));
        Assert.DoesNotContain(secret, kept.ProtectedSecret, StringComparison.Ordinal);
        Assert.Equal([secret], host.Services.GetRequiredService<WebhookDesk>().SecretsOf(kept));
    }

    [Theory]
    [InlineData("", "Uzupełnij to pole.")]
    [InlineData("odbiorca", "Podaj pełny adres, zaczynający się od https://")]
    [InlineData("ftp://odbiorca.example/", "Podaj pełny adres, zaczynający się od https://")]
    [InlineData("https://kto:haslo@odbiorca.example/", "Podaj pełny adres, zaczynający się od https://")]
    [InlineData("http://odbiorca.example/", "Ten adres nie jest szyfrowany. Zmień http na https.")]
    public async Task An_address_that_cannot_be_used_is_refused_beside_its_field(string url, string message)
    {
        await using var host = await PanelHost.StartAsync(replace: services => services.AddSingleton(new OutgoingOptions()));
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);

        var answer = await PanelHost.SendAsync(browser, "/webhooks", "/webhooks", ("url", url), ("email", "1"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(message, page, StringComparison.Ordinal);
        Assert.Contains("Zaznacz co najmniej jedno zdarzenie.", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{url}\"", page, StringComparison.Ordinal);
        Assert.Matches("name=\"email\" value=\"1\" checked", page);
    }

    [Fact]
    public async Task Each_line_of_the_health_says_its_state_number_limit_and_what_to_do_and_is_of_this_account_alone()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (owner, stranger) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(owner, Owner);
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var store = await Given.StoreAsync(host, account, "Lniana Łąka");
        await host.Services.GetRequiredService<IStores>().SetStateAsync(store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        await host.Services.GetRequiredService<ISystemState>().SeeAsync(
            new NodeFacts("maszyna/1", "", "engine,panel", TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(7)), [], false, default);

        var page = await owner.GetStringAsync("/system");

        Assert.Contains("Co zrobić", page, StringComparison.Ordinal);
        Assert.Contains("Sklep nie przyjął klucza", page, StringComparison.Ordinal);
        Assert.Contains("Włącz synchronizację czasu (NTP) na tej maszynie.", page, StringComparison.Ordinal);
        Assert.Contains("Ustaw POMOST_SMTP_HOST", page, StringComparison.Ordinal);
        Assert.Contains("4 rzeczy wymagają uwagi", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", Body().Match(page).Value, StringComparison.Ordinal);
        using var part = new HttpRequestMessage(HttpMethod.Get, "/system");
        part.Headers.Add("HX-Request", "true");
        Assert.StartsWith("<div class=\"stack\" id=\"health-body\"", await (await owner.SendAsync(part)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Lniana", await stranger.GetStringAsync("/system"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_topic_in_every_state_has_words_a_number_and_advice_in_both_languages()
    {
        foreach (var language in Enum.GetValues<Panel.Texts.Language>())
        {
            var (texts, formats) = (new Panel.Texts.PanelTexts(language), new Panel.Texts.Formats(language, TimeZoneInfo.Utc, TimeProvider.System));
            foreach (var topic in Enum.GetValues<HealthTopic>())
            {
                foreach (var state in Enum.GetValues<HealthState>())
                {
                    var line = new HealthLine(topic, state, "x", 5, 10, TimeProvider.System.GetUtcNow(), "given");
                    Assert.NotEmpty(Panel.Features.Health.HealthLooks.Name(texts.Health, line));
                    Assert.NotEmpty(Panel.Features.Health.HealthLooks.Figure(texts, formats, line));
                    Assert.NotEmpty(Panel.Features.Health.HealthLooks.Limit(texts.Health, formats, line));
                    Assert.NotEmpty(Panel.Features.Health.HealthLooks.Do(texts, line));
                }
            }
        }
    }

    [Fact]
    public async Task The_log_is_filtered_by_its_address_and_read_on_page_by_page()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        var log = host.Services.GetRequiredService<IAuditLog>();
        for (var n = 0; n < 60; n++)
            await log.AddAsync(new AuditEntry { AccountId = account, Actor = "API key: nocny eksport", Action = "export.started", Subject = "sklep", Changes = [new("run", null, $"{n}")] }, default);
        await log.AddAsync(new AuditEntry { AccountId = account, Actor = "command line", Action = "rocket.launched", Subject = "=1+1" }, default);

        var first = await browser.GetStringAsync("/audit?kind=export");
        Assert.Equal(50, Entries().Count(first));
        Assert.Contains("Uruchomiono eksport nr 59 ze sklepu sklep", first, StringComparison.Ordinal);
        Assert.Contains("klucz API: nocny eksport", first, StringComparison.Ordinal);
        var older = WebUtility.HtmlDecode(Older().Match(first).Groups["address"].Value);
        Assert.StartsWith("/audit?kind=export&before=", older, StringComparison.Ordinal);
        var second = await browser.GetStringAsync(older);
        Assert.Equal(10, Entries().Count(second));
        Assert.Contains("Uruchomiono eksport nr 0 ze sklepu sklep", second, StringComparison.Ordinal);

        Assert.Equal(1, Entries().Count(await browser.GetStringAsync("/audit?who=command%20line")));
        Assert.Equal(1, Entries().Count(await browser.GetStringAsync("/audit?subject=%3D1%2B1")));
        Assert.Contains("rocket.launched: =1", await browser.GetStringAsync("/audit?who=command%20line"), StringComparison.Ordinal);
        Assert.Contains("Wyczyść filtry", await browser.GetStringAsync("/audit?subject=nic"), StringComparison.Ordinal);
        var user = (await log.ListAsync(account, new AuditFilter("account."), null, 1, default))[0].Entry.UserId;
        // The account was created and the person logged in.
        Assert.Equal(2, Entries().Count(await browser.GetStringAsync($"/audit?who={user}")));
    }

    [Fact]
    public async Task The_file_holds_the_whole_log_and_no_formula()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        var log = host.Services.GetRequiredService<IAuditLog>();
        for (var n = 0; n < 1_200; n++)
            await log.AddAsync(new AuditEntry { AccountId = account, Actor = "=cmd|' /C calc'!A1", Action = "store.paused", Subject = "+sklep", Origin = "@host" }, default);

        var answer = await browser.GetAsync("/audit/file.csv?kind=store");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Matches("^pomost-audit-[0-9]{4}-[0-9]{2}-[0-9]{2}\\.csv$", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("\uFEFF"u8, bytes.AsSpan(0, 3));
        var lines = System.Text.Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1_201, lines.Length);
        Assert.All(lines.Skip(1).SelectMany(line => line.Split(';')), cell => Assert.DoesNotMatch("^\"[=+@-]", cell));
        Assert.Contains("\"'=cmd", lines[1], StringComparison.Ordinal);
        Assert.Equal("audit.downloaded", (await log.ListAsync(account, new AuditFilter(), null, 1, default))[0].Entry.Action);
    }

    static async Task<HttpClient> LogInAsync(PanelHost host, string email)
    {
        var browser = host.Browser();
        var answer = await PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", "zielony rower jedzie"));
        // Who has one store is led to its section, everybody else to the dashboard.
        Assert.Contains(answer.Headers.Location!.ToString(), new[] { "/", "/stores/lniana-laka/integrations" });
        return browser;
    }

    [GeneratedRegex("pomost_[A-Za-z0-9_-]{43}", RegexOptions.None, 1000)]
    private static partial Regex WholeKey();

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+", RegexOptions.None, 1000)]
    private static partial Regex WebhookSecret();

    [GeneratedRegex("<body.*", RegexOptions.Singleline, 1000)]
    private static partial Regex Body();

    [GeneratedRegex("<tr id=\"entry-", RegexOptions.None, 1000)]
    private static partial Regex Entries();

    [GeneratedRegex("btn-sm\" href=\"(?<address>/audit[^\"]*before=[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Older();
}
