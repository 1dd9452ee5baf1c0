using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Who is let into an account, as what, and how they leave it.</summary>
public sealed class TeamTests
{
    const string Owner = "marta@sklep.example";

    [Fact]
    public async Task An_invitation_makes_a_member_with_the_role_it_names()
    {
        await using var team = await StartAsync();
        var invited = team.Host.Browser();
        var link = await team.InviteAsync("anna@sklep.example", "Marketer");
        Assert.Contains("marketer", await invited.GetStringAsync(link), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(invited, link, link, ("name", "Anna"), ("password", "krótkie"))).StatusCode);
        Assert.Equal("/", (await TeamUnderTest.AcceptAsync(invited, link, "Anna Maj")).Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.OK, (await invited.GetAsync("/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await invited.GetAsync("/team")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await team.Host.Browser().GetAsync(link)).StatusCode);
        var page = await team.Browser.GetStringAsync("/team");
        Assert.Contains("anna@sklep.example", page, StringComparison.Ordinal);
        Assert.Equal(["team.joined", "team.invited"], await team.ActionsAsync());
    }

    [Fact]
    public async Task Who_has_an_account_already_joins_with_it_and_changes_between_accounts()
    {
        await using var team = await StartAsync();
        var guest = team.Host.Browser();
        await PanelHost.RegisterAsync(guest, "gosc@inny.example");
        await team.Host.NextLetterAsync();
        var link = await team.InviteAsync("Gosc@inny.example", "Viewer");

        Assert.Contains("/login?back=/invite/", await team.Host.Browser().GetStringAsync(link), StringComparison.Ordinal);
        Assert.Contains("To zaproszenie jest dla Gosc@inny.example", await team.Browser.GetStringAsync(link), StringComparison.Ordinal);
        Assert.Equal(link, (await PanelHost.SendAsync(team.Browser, "/", link + "/join")).Headers.Location!.ToString());
        Assert.Equal("/", (await PanelHost.SendAsync(guest, link, link + "/join")).Headers.Location!.ToString());
        Assert.Contains(TeamUnderTest.StoreName, await guest.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.GetAsync("/stores/new")).StatusCode);

        var own = (await team.Host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Single(account => account.Id != team.Store.AccountId);
        Assert.Equal("/", (await PanelHost.SendAsync(guest, "/", "/choose/account", ("account", own.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))).Headers.Location!.ToString());
        Assert.DoesNotContain(TeamUnderTest.StoreName, await guest.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(team.Browser, "/", "/choose/account", ("account", own.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))).StatusCode);
    }

    [Fact]
    public async Task A_removed_person_is_out_at_once_and_told_so_at_the_next_log_in()
    {
        await using var team = await StartAsync();
        var (anna, id) = await team.JoinAsync("anna@sklep.example", "Administrator");
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/team")).StatusCode);

        Assert.Equal("/team?done=removed", (await PanelHost.SendAsync(team.Browser, "/team", $"/team/{id}/remove")).Headers.Location!.ToString());
        Assert.StartsWith("/login", (await anna.GetAsync("/team")).Headers.Location!.OriginalString, StringComparison.Ordinal);
        var refused = await PanelHost.SendAsync(anna, "/login", "/login", ("email", "anna@sklep.example"), ("password", "zielony rower jedzie"));
        Assert.Contains("nie należy już do żadnego zespołu", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_opens_the_account_ends_with_a_persons_place_unless_it_is_kept()
    {
        await using var team = await StartAsync();
        var keys = team.Host.Services.GetRequiredService<IApiKeys>();
        var (anna, id) = await team.JoinAsync("anna@sklep.example", "Administrator");
        await PanelHost.SendAsync(anna, "/api-keys", "/api-keys", ("name", "Agencja"), ("scope", "write"));
        var sent = await PanelHost.SendAsync(anna, "/team", "/team/invite", ("email", "kolega@sklep.example"), ("role", "Administrator"), ("which", "all"));
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var link = PeopleTests.LinkIn((await team.Host.NextLetterAsync()).ToText()).PathAndQuery;
        var page = WebUtility.HtmlDecode(await team.Browser.GetStringAsync($"/team/{id}"));
        Assert.Contains("Agencja", page, StringComparison.Ordinal);
        Assert.Contains("kolega@sklep.example", page, StringComparison.Ordinal);

        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Administrator"), ("which", "all"), ("asks_keys", "1"), ("end_keys", "1"));
        Assert.Single(await keys.ListAsync(team.Store.AccountId, default));
        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Viewer"), ("which", "all"), ("asks_keys", "1"));
        Assert.Single(await keys.ListAsync(team.Store.AccountId, default));
        Assert.Equal(HttpStatusCode.NotFound, (await team.Host.Browser().GetAsync(link)).StatusCode);

        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}/remove", ("asks_keys", "1"), ("end_keys", "1"));
        Assert.Empty(await keys.ListAsync(team.Store.AccountId, default));
        Assert.Empty(await team.Host.Services.GetRequiredService<ILoginSessions>().ListAsync(id, default));
        var written = (await team.Host.Services.GetRequiredService<IAuditLog>().ListAsync(team.Store.AccountId, new AuditFilter("team.removed"), null, 1, default)).Single().Entry;
        Assert.Contains(written.Changes, change => change is { Field: "keys", New: "Agencja" });
    }

    [Fact]
    public async Task A_demotion_ends_the_keys_as_a_removal_does()
    {
        await using var team = await StartAsync();
        var (anna, id) = await team.JoinAsync("anna@sklep.example", "Administrator");
        await PanelHost.SendAsync(anna, "/api-keys", "/api-keys", ("name", "Agencja"), ("scope", "write"));

        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Marketer"), ("which", "all"));

        Assert.Empty(await team.Host.Services.GetRequiredService<IApiKeys>().ListAsync(team.Store.AccountId, default));
    }

    [Fact]
    public async Task Only_an_owner_demands_a_second_factor()
    {
        await using var team = await StartAsync();
        var (admin, _) = await team.JoinAsync("admin@sklep.example", "Administrator");
        Assert.DoesNotContain("/team/second-factor", await admin.GetStringAsync("/team"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(admin, "/team", "/team/second-factor", ("second_factor", "Everybody"))).StatusCode);
        Assert.Equal(SecondFactorDemand.Nobody, (await team.Host.Services.GetRequiredService<IAccounts>().FindAsync(team.Store.AccountId, default))!.SecondFactorOf);
    }

    [Fact]
    public async Task The_stream_tells_nothing_of_stores_a_person_is_not_to_see()
    {
        await using var team = await StartAsync();
        var other = await team.AddStoreAsync("Drugi");
        var run = (await team.Host.Services.GetRequiredService<IExportRuns>().CreateAsync(team.Store.Key, ExportKind.Contacts, new ExportOptions(), null, default)).Run;
        var topics = team.Host.Services.GetServices<ILiveTopic>().ToDictionary(topic => topic.Kind, StringComparer.Ordinal);
        var (all, limited) = (RequestOf(null), RequestOf([other.Id]));
        var key = run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.NotNull(await topics["run"].StampAsync(key, all, default));
        Assert.Null(await topics["run"].StampAsync(key, limited, default));
        var (before, unseen) = (await topics["events"].StampAsync("", all, default), await topics["events"].StampAsync("", limited, default));
        await team.Host.Database.WriteAsync(session => session.Command("""
            INSERT INTO alert (account_id, store_id, kind, state, opened_at, told) VALUES (@account_id, @store_id, 'StoreStopped', 'Open', 0, '{}')
            """).With("account_id", team.Store.AccountId).With("store_id", team.Store.Id).ExecuteAsync());
        Assert.NotEqual(before, await topics["events"].StampAsync("", all, default));
        Assert.Equal(unseen, await topics["events"].StampAsync("", limited, default));

        DefaultHttpContext RequestOf(IReadOnlyList<long>? stores) => new()
        {
            User = PanelClaims.Of(new PersonAtWork
            {
                SessionId = "1",
                LastSeenAt = default,
                UserId = Guid.NewGuid(),
                Email = "anna@sklep.example",
                FullName = "Anna",
                Language = "pl",
                Accounts = 1,
                Place = new Membership(team.Store.AccountId, Guid.NewGuid(), AccountRole.Marketer, stores),
            }),
        };
    }

    [Fact]
    public async Task A_changed_role_and_chosen_stores_hold_at_the_next_request()
    {
        await using var team = await StartAsync();
        var (anna, id) = await team.JoinAsync("anna@sklep.example", "Marketer");
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync($"/stores/{team.Store.Slug}/export")).StatusCode);
        var other = await team.AddStoreAsync("Drugi");
        var contact = await team.AddContactAsync(team.Store);

        var nothing = await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Marketer"), ("which", "some"));
        Assert.Contains("Zaznacz co najmniej jeden sklep.", await nothing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Marketer"), ("which", "some"), ("store", other.Slug));
        foreach (var page in new[] { $"/stores/{team.Store.Slug}/export", $"/stores/{team.Store.Slug}/connection", $"/contacts/{contact}", $"/contacts/{contact}/held.json", $"/stores/{team.Store.Slug}/export/held", $"/stores/{team.Store.Slug}/export/held.csv" })
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await anna.GetAsync(page)).StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync($"/stores/{other.Slug}/export")).StatusCode);
        foreach (var page in new[] { "/", "/contacts", "/deliveries" })
        {
            var text = await anna.GetStringAsync(page);
            Assert.DoesNotContain(TeamUnderTest.StoreName, text, StringComparison.Ordinal);
            Assert.DoesNotContain("anna.maj", text, StringComparison.Ordinal);
            Assert.Contains("Drugi", text, StringComparison.Ordinal);
        }

        await PanelHost.SendAsync(team.Browser, $"/team/{id}", $"/team/{id}", ("role", "Viewer"), ("which", "all"));
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync($"/contacts/{contact}")).StatusCode);
        Assert.Contains("a***@poczta.example", await anna.GetStringAsync("/contacts"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(anna, "/", $"/stores/{other.Slug}/export/contacts", ("granted", "1"))).StatusCode);
    }

    [Fact]
    public async Task The_last_owner_can_neither_be_removed_nor_demoted()
    {
        await using var team = await StartAsync();
        var id = (await team.MembersAsync()).Single().UserId;
        foreach (var answer in new[]
        {
            await PanelHost.SendAsync(team.Browser, "/team", $"/team/{id}/remove"),
            await PanelHost.SendAsync(team.Browser, "/team", $"/team/{id}", ("role", "Viewer"), ("which", "all")),
        })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("Najpierw wskaż innego właściciela.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await team.JoinAsync("druga@sklep.example", "Owner");
        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(team.Browser, "/team", $"/team/{id}/remove")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await team.Browser.GetAsync("/team")).StatusCode);
    }

    [Fact]
    public async Task An_administrator_touches_no_owner_and_makes_none()
    {
        await using var team = await StartAsync();
        var owner = (await team.MembersAsync()).Single().UserId;
        var (admin, _) = await team.JoinAsync("admin@sklep.example", "Administrator");
        var (_, viewer) = await team.JoinAsync("widz@sklep.example", "Viewer");

        Assert.DoesNotContain("value=\"Owner\"", await admin.GetStringAsync("/team"), StringComparison.Ordinal);
        foreach (var (address, fields) in new (string, (string, string)[])[]
        {
            ($"/team/{owner}/remove", []),
            ($"/team/{owner}", [("role", "Viewer"), ("which", "all")]),
            ($"/team/{viewer}", [("role", "Owner"), ("which", "all")]),
            ("/team/invite", [("email", "nowy@sklep.example"), ("role", "Owner"), ("which", "all")]),
        })
        {
            var answer = await PanelHost.SendAsync(admin, "/team", address, fields);
            Assert.Equal((address, HttpStatusCode.UnprocessableEntity), (address, answer.StatusCode));
            Assert.Contains("Rolę właściciela zmienia tylko właściciel.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(admin, "/team", $"/team/{viewer}", ("role", "Agent"), ("which", "all"))).StatusCode);
        Assert.Equal([AccountRole.Owner, AccountRole.Administrator, AccountRole.Agent], (await team.MembersAsync()).Select(member => member.Role));
    }

    [Fact]
    public async Task An_invitation_is_withdrawn_replaced_and_never_made_twice_for_a_member()
    {
        await using var team = await StartAsync();
        var first = await team.InviteAsync("anna@sklep.example", "Viewer");
        var second = await team.InviteAsync("anna@sklep.example", "Agent");
        Assert.Equal(HttpStatusCode.NotFound, (await team.Host.Browser().GetAsync(first)).StatusCode);
        var invitation = Assert.Single(await team.Host.Services.GetRequiredService<ITeams>().InvitationsAsync(team.Store.AccountId, default));
        Assert.Equal("/team?done=withdrawn", (await PanelHost.SendAsync(team.Browser, "/team", $"/team/invitations/{invitation.Id}/withdraw")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await team.Host.Browser().GetAsync(second)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(team.Host.Browser(), "/login", second, ("name", "Anna"), ("password", "zielony rower jedzie"), ("agree", "1"))).StatusCode);

        var refused = await PanelHost.SendAsync(team.Browser, "/team", "/team/invite", ("email", Owner.ToUpperInvariant()), ("role", "Viewer"), ("which", "all"));
        Assert.Contains("Ta osoba jest już w zespole.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var typed = await PanelHost.SendAsync(team.Browser, "/team", "/team/invite", ("email", "to nie adres"), ("role", "Agent"), ("which", "all"));
        Assert.Contains("value=\"to nie adres\"", await typed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Owner", "/,/contacts,/deliveries,/team,/stores/new,/stores/lniana-laka/export,/stores/lniana-laka/connection")]
    [InlineData("Administrator", "/,/contacts,/deliveries,/team,/stores/new,/stores/lniana-laka/export,/stores/lniana-laka/connection")]
    [InlineData("Marketer", "/,/contacts,/deliveries,/stores/lniana-laka/export,/stores/lniana-laka/connection")]
    [InlineData("Agent", "/")]
    [InlineData("Viewer", "/,/contacts,/deliveries,/stores/lniana-laka/export,/stores/lniana-laka/connection")]
    public async Task Each_role_opens_its_own_pages_and_is_shown_no_others(string role, string allowed)
    {
        await using var team = await StartAsync();
        var (person, _) = await team.JoinAsync("osoba@sklep.example", role);
        var may = allowed.Split(',');
        var home = await person.GetStringAsync("/");
        foreach (var page in new[] { "/", "/contacts", "/deliveries", "/team", "/stores/new", "/stores/lniana-laka/export", "/stores/lniana-laka/connection", "/system/mail" })
        {
            var answer = await person.GetAsync(page);
            Assert.Equal((page, may.Contains(page) ? HttpStatusCode.OK : HttpStatusCode.Forbidden), (page, answer.StatusCode));
            if (may.Contains(page))
                continue;
            Assert.Contains("Nie masz dostępu. Potrzebna rola:", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.DoesNotContain($"href=\"{page}\"", home, StringComparison.Ordinal);
        }
    }

    static async Task<TeamUnderTest> StartAsync()
    {
        var host = await PanelHost.StartAsync(panel => (panel.OpenRegistration, panel.LoginsPerMinute) = (true, 1_000));
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        await host.NextLetterAsync();
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
        var team = new TeamUnderTest(host, browser, account.Id);
        team.Store = await team.AddStoreAsync(TeamUnderTest.StoreName);
        return team;
    }

    /// <summary>An account with an owner, a store and whoever joins.</summary>
    sealed class TeamUnderTest(PanelHost host, HttpClient browser, long account) : IAsyncDisposable
    {
        public const string StoreName = "Lniana Łąka";

        public PanelHost Host => host;

        /// <summary>The owner's.</summary>
        public HttpClient Browser => browser;

        public Store Store { get; set; } = null!;

        /// <summary>Invites somebody; gives the path of the link in the letter.</summary>
        public async Task<string> InviteAsync(string email, string role)
        {
            var answer = await PanelHost.SendAsync(browser, "/team", "/team/invite", ("email", email), ("role", role), ("which", "all"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var letter = await host.NextLetterAsync();
            Assert.Equal(email, letter.To);
            var link = PeopleTests.LinkIn(letter.ToText());
            // Without a mail server the page itself hands the link over, this once.
            Assert.Contains(link.ToString(), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(link.ToString(), await browser.GetStringAsync("/team"), StringComparison.Ordinal);
            return link.PathAndQuery;
        }

        public static Task<HttpResponseMessage> AcceptAsync(HttpClient invited, string link, string name)
            => PanelHost.SendAsync(invited, link, link, ("name", name), ("password", "zielony rower jedzie"), ("language", "pl"), ("agree", "1"));

        public async Task<(HttpClient Browser, Guid Id)> JoinAsync(string email, string role)
        {
            var invited = host.Browser();
            await AcceptAsync(invited, await InviteAsync(email, role), email.Split('@')[0]);
            return (invited, (await MembersAsync()).Single(member => member.Email == email).UserId);
        }

        public Task<IReadOnlyList<TeamMember>> MembersAsync() => host.Services.GetRequiredService<ITeams>().MembersAsync(account, default);

        public async Task<IEnumerable<string>> ActionsAsync()
            => (await host.Services.GetRequiredService<IAuditLog>().ListAsync(account, new AuditFilter("team."), null, 10, default)).Select(kept => kept.Entry.Action);

        public async Task<Store> AddStoreAsync(string name)
        {
            var setup = host.Services.GetRequiredService<StoreSetup>();
            var destination = await setup.AddDestinationAsync(
                account, isHub: true, new Uri("http://127.0.0.1:1"), "client", Owner, new Dictionary<string, string>(StringComparer.Ordinal), default);
            return await setup.AddAsync(
                account, destination.Id, "woocommerce", name,
                new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://sklep.example" }), new StoreOptions(), default);
        }

        public async Task<long> AddContactAsync(Store store)
        {
            var runs = host.Services.GetRequiredService<IStoreRuns>();
            await runs.CommitAsync((await runs.BeginAsync(store.Key, default))!, new PageCommit
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
            return Assert.Single((await host.Services.GetRequiredService<IViews>().ContactsAsync(account, new ContactQuery(), default)).Rows).Id;
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
