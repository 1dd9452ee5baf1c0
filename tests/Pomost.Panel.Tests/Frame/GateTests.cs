using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Who gets in, and what they may then see.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task Every_page_carries_the_security_policy_and_is_kept_by_nobody()
    {
        await using var host = await PanelHost.StartAsync();
        foreach (var page in new[] { "/login", "/register", "/no-such-page" })
        {
            var answer = await host.Browser().GetAsync(page);

            Assert.Equal(
                "default-src 'self'; object-src 'none'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.DoesNotContain(" style=", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Browser_files_are_kept_for_ever_under_the_name_of_their_content()
    {
        await using var host = await PanelHost.StartAsync();
        var address = new PanelAssets()["panel.css"];
        using var asks = new HttpRequestMessage(HttpMethod.Get, address);
        asks.Headers.AcceptEncoding.ParseAdd("br");

        var answer = await host.Browser().SendAsync(asks);

        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Equal("br", Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync("/assets/manifest.json")).StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        await using var host = await PanelHost.StartAsync();
        using var form = new FormUrlEncodedContent([new("name", "Marta"), new("email", "marta@sklep.example"), new("password", "zielony rower jedzie"), new("agree", "1")]);

        var answer = await host.Browser().PostAsync("/register", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
    }

    [Fact]
    public async Task The_first_person_becomes_the_owner_and_registration_closes()
    {
        await using var host = await PanelHost.StartAsync();
        var first = await PanelHost.RegisterAsync(host.Browser(), "marta@sklep.example");
        var second = host.Browser();

        Assert.Equal("/", first.Headers.Location!.ToString());
        Assert.Equal(AccountRole.Owner, (await Membership(host)).Role);
        Assert.DoesNotContain("name=\"password\"", await second.GetStringAsync("/register"), StringComparison.Ordinal);
        var refused = await PanelHost.SendAsync(second, "/login", "/register",
            ("name", "Ktoś"), ("email", "ktos@sklep.example"), ("password", "niebieski rower"), ("agree", "1"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
    }

    [Fact]
    public async Task Two_people_who_register_at_once_do_not_both_become_owners()
    {
        await using var host = await PanelHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => PanelHost.RegisterAsync(host.Browser(), $"osoba{n}@sklep.example")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
        Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
    }

    [Fact]
    public async Task A_refused_log_in_does_not_tell_which_addresses_exist()
    {
        await using var host = await PanelHost.StartAsync();
        await PanelHost.RegisterAsync(host.Browser(), "marta@sklep.example");
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            var known = await LogIn(host.Browser(), "marta@sklep.example", "nie to hasło wcale");
            var unknown = await LogIn(host.Browser(), "nikt0@sklep.example", "nie to hasło wcale");

            Assert.Equal((attempt, HttpStatusCode.UnprocessableEntity), (attempt, known.StatusCode));
            Assert.Equal(await Said(known, "marta@sklep.example"), await Said(unknown, "nikt0@sklep.example"));
        }
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_waits_too()
    {
        await using var host = await PanelHost.StartAsync();
        await PanelHost.RegisterAsync(host.Browser(), "marta@sklep.example");
        for (var attempt = 0; attempt < 5; attempt++)
            await LogIn(host.Browser(), "marta@sklep.example", "nie to hasło wcale");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogIn(host.Browser(), "marta@sklep.example", "zielony rower jedzie")).StatusCode);
    }

    [Fact]
    public async Task Many_attempts_from_one_place_are_slowed_down_whoever_they_name()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.LoginsPerMinute = 3);
        for (var attempt = 0; attempt < 3; attempt++)
            await LogIn(host.Browser(), $"osoba{attempt}@sklep.example", "nie to hasło wcale");

        var answer = await LogIn(host.Browser(), "jeszcze@sklep.example", "nie to hasło wcale");

        Assert.Contains("Za dużo prób z tego miejsca", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/contacts", "/contacts")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    public async Task After_log_in_one_returns_to_a_page_of_ours(string back, string to)
    {
        await using var host = await PanelHost.StartAsync();
        await PanelHost.RegisterAsync(host.Browser(), "marta@sklep.example");

        var answer = await PanelHost.SendAsync(host.Browser(), "/login", "/login",
            ("email", "marta@sklep.example"), ("password", "zielony rower jedzie"), ("back", back));

        Assert.Equal(to, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Nothing_of_one_account_can_be_reached_from_another()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (owner, stranger) = (host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var store = await AddStore(host, (await Membership(host)).AccountId);
        var (run, _) = await host.Services.GetRequiredService<IExportRuns>().CreateAsync(store.Key, ExportKind.Contacts, new ExportOptions(), null, default);
        var contact = await AddContact(host, store);
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        string[] pages =
        [
            $"/stores/{store.Slug}/export", $"/stores/{store.Slug}/export/runs/{run.Number}", $"/stores/{store.Slug}/export/runs/{run.Number}/rejected.csv",
            $"/contacts/{contact}", $"/contacts/{contact}/consents", $"/contacts/{contact}/orders", $"/contacts/{contact}/carts", $"/contacts/{contact}/visits",
            $"/contacts/{contact}/trace", $"/contacts/{contact}/destination", $"/contacts/{contact}/consent", $"/contacts/{contact}/resend", $"/contacts/{contact}/erase",
            $"/contacts/{contact}/held.json", $"/stores/{store.Slug}/connection", $"/stores/{store.Slug}/export/held", $"/stores/{store.Slug}/export/held.csv",
        ];
        string[] changes = ["contacts", "transactions", $"runs/{run.Number}/start", $"runs/{run.Number}/again", $"runs/{run.Number}/pause", $"runs/{run.Number}/resume", $"runs/{run.Number}/cancel", "held/overrule"];

        foreach (var page in pages)
        {
            Assert.Equal((page, HttpStatusCode.OK), (page, (await owner.GetAsync(page)).StatusCode));
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await stranger.GetAsync(page)).StatusCode));
        }

        foreach (var change in changes)
            Assert.Equal((change, HttpStatusCode.NotFound), (change, (await PanelHost.SendAsync(stranger, "/", $"/stores/{store.Slug}/export/{change}", ("granted", "1"))).StatusCode));
        foreach (var change in new[] { "sync", "compare", "pause", "resume", "disconnect" })
            Assert.Equal((change, HttpStatusCode.NotFound), (change, (await PanelHost.SendAsync(stranger, "/", $"/stores/{store.Slug}/connection/{change}", ("data", "erase"))).StatusCode));
        foreach (var change in new[] { "consent", "tags", "tags/remove", "owner", "resend", "erase" })
        {
            Assert.Equal((change, HttpStatusCode.NotFound), (change, (await PanelHost.SendAsync(
                stranger, "/", $"/contacts/{contact}/{change}", ("channel", "Email"), ("state", "Granted"), ("reason", "x"), ("tags", "VIP"), ("tag", "VIP"), ("owner", "x"),
                ("confirm", "anna.maj@poczta.example"))).StatusCode));
        }

        Assert.NotNull(await host.Services.GetRequiredService<IViews>().ContactAsync(store.AccountId, contact, default));
        Assert.Equal(StoreState.Active, (await host.Services.GetRequiredService<IStores>().FindAsync(store.Key, default))!.State);
        Assert.DoesNotContain(store.Name, await stranger.GetStringAsync("/deliveries"), StringComparison.Ordinal);
        Assert.DoesNotContain("anna.maj", await stranger.GetStringAsync("/contacts?q=anna"), StringComparison.Ordinal);
        Assert.Contains("anna.maj", await owner.GetStringAsync("/contacts?q=anna"), StringComparison.Ordinal);
        Assert.DoesNotContain(store.Name, await stranger.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(ExportState.Scheduled, (await host.Services.GetRequiredService<IExportRuns>().FindByNumberAsync(store.Key, run.Number, default))!.State);
    }

    [Fact]
    public async Task An_owner_pauses_resumes_and_disconnects_a_store_and_sees_the_queues()
    {
        await using var host = await PanelHost.StartAsync();
        var owner = host.Browser();
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var store = await AddStore(host, (await Membership(host)).AccountId);
        var contact = await AddContact(host, store);
        var address = $"/stores/{store.Slug}/connection";
        Assert.Contains(store.Name, await owner.GetStringAsync("/deliveries"), StringComparison.Ordinal);
        // Replayed by somebody else meanwhile: no mistake. What names no record is one.
        Assert.Equal("/deliveries/rejected?replayed=0&superseded=0", (await PanelHost.SendAsync(owner, "/deliveries", "/deliveries/replay", ("id", "d999"))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(owner, "/deliveries", "/deliveries/replay", ("id", "nothing"))).StatusCode);

        await PanelHost.SendAsync(owner, address, address + "/pause");
        Assert.Equal(StoreState.Paused, await StateAsync());
        await PanelHost.SendAsync(owner, address, address + "/resume");
        Assert.Equal(StoreState.Active, await StateAsync());
        Assert.Equal(address + "?asked=1", (await PanelHost.SendAsync(owner, address, address + "/compare")).Headers.Location!.ToString());
        await PanelHost.SendAsync(owner, address, address + "/disconnect", ("data", "keep"));
        Assert.Equal(StoreState.Disconnected, await StateAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(owner, address, address + "/resume")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/contacts/{contact}")).StatusCode);

        async Task<StoreState> StateAsync() => (await host.Services.GetRequiredService<IStores>().FindAsync(store.Key, default))!.State;
    }

    [Fact]
    public async Task A_visitor_is_sent_to_log_in_and_the_script_is_told_plainly()
    {
        await using var host = await PanelHost.StartAsync();
        using var part = new HttpRequestMessage(HttpMethod.Get, "/contacts/1");
        part.Headers.Add("HX-Request", "true");

        Assert.StartsWith("/login?back=%2Fcontacts", (await host.Browser().GetAsync("/contacts")).Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Browser().SendAsync(part)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Browser().GetAsync("/stream?topics=events")).StatusCode);
    }

    [Fact]
    public void A_store_named_new_does_not_take_the_address_of_the_form()
        => Assert.Equal("sklep", StoreSetup.SlugOf("New"));

    [Fact]
    public async Task Language_and_theme_are_kept_for_the_next_page()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();

        await PanelHost.SendAsync(browser, "/login", "/choose/language", ("language", "en"), ("back", "/login"));
        await PanelHost.SendAsync(browser, "/login", "/choose/theme", ("theme", "dark"), ("back", "/login"));
        var page = await browser.GetStringAsync("/login");

        Assert.Equal(("en", "dark"), (new Html(page).Root("lang"), new Html(page).Root("data-bs-theme")));
        Assert.Contains("Log in", page, StringComparison.Ordinal);
    }

    static Task<HttpResponseMessage> LogIn(HttpClient browser, string email, string password)
        => PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", password));

    // The page without what differs by nature: the token and the address typed.
    static async Task<string> Said(HttpResponseMessage answer, string email)
        => PanelHost.Token().Replace(await answer.Content.ReadAsStringAsync(), "").Replace(email, "", StringComparison.Ordinal);

    static async Task<Membership> Membership(PanelHost host)
    {
        var accounts = host.Services.GetRequiredService<IAccounts>();
        await using var scope = host.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<PomostUser>>().FindByEmailAsync("marta@sklep.example");
        return Assert.Single(await accounts.MembershipsAsync(user!.Id, default));
    }

    static async Task<Store> AddStore(PanelHost host, long accountId)
    {
        var setup = host.Services.GetRequiredService<StoreSetup>();
        var destination = await setup.AddDestinationAsync(
            accountId, isHub: true, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["api_secret"] = "sekret" }, default);
        return await setup.AddAsync(
            accountId, destination.Id, "woocommerce", "Lniana Łąka",
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new StoreOptions(), default);
    }

    static async Task<long> AddContact(PanelHost host, Store store)
    {
        var runs = host.Services.GetRequiredService<IStoreRuns>();
        var lease = (await runs.BeginAsync(store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                new ContactWrite
                {
                    EmailKey = "anna.maj@poczta.example", Contact = new ShopContact { SourceId = "7", Email = "anna.maj@poczta.example", HasAccount = true },
                    EmailConsent = Consent.None, SmsConsent = Consent.None, Outcome = RecordOutcome.Withheld, Code = ReasonCode.NoRelation,
                },
            ],
        }, default);
        return Assert.Single((await host.Services.GetRequiredService<IViews>().ContactsAsync(store.AccountId, new ContactQuery(), default)).Rows).Id;
    }
}
