using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Who may see and change what of contacts and deliveries. Each role is a person of the same account.</summary>
public sealed class ContactGateTests
{
    const string Anna = "anna.maj@poczta.example";
    const string Phone = "+48 600 123 456";

    static readonly string[] Changes = ["consent", "tags", "tags/remove", "owner", "resend"];

    [Fact]
    public async Task A_viewer_sees_that_somebody_is_there_and_not_how_to_reach_them()
    {
        await using var host = await PanelHost.StartAsync();
        var (_, viewer, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var letter = await DeadLetterAsync(host, store);
        foreach (var page in new[]
        {
            "/", "/contacts", "/contacts?q=Maj", $"/contacts/{contact}", $"/contacts/{contact}/consents", $"/contacts/{contact}/trace", $"/contacts/{contact}/destination",
            "/deliveries", "/deliveries/delivered", "/deliveries/rejected", "/deliveries/withheld", $"/deliveries/{letter}",
        })
        {
            var answer = await viewer.GetAsync(page);
            Assert.Equal((page, HttpStatusCode.OK), (page, answer.StatusCode));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain(Anna, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("600 123", text, StringComparison.Ordinal);
        }

        Assert.Contains("a***@poczta.example", await viewer.GetStringAsync("/contacts?q=Maj"), StringComparison.Ordinal);
        // Not by guessing either: the beginning of an address finds nobody, the whole one does.
        Assert.DoesNotContain("Anna Maj", await viewer.GetStringAsync("/contacts?q=anna.m"), StringComparison.Ordinal);
        Assert.Contains("Anna Maj", await viewer.GetStringAsync("/contacts?q=" + Uri.EscapeDataString(Anna)), StringComparison.Ordinal);
        foreach (var file in new[] { "proof.json", "held.json" })
            Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync($"/contacts/{contact}/{file}")).StatusCode);
        await RefusedAsync(viewer, contact, Changes.Append("erase"));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync($"/deliveries/{letter}/data")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(viewer, "/contacts", "/deliveries/replay", ("id", letter))).StatusCode);
    }

    [Fact]
    public async Task A_marketer_changes_contacts_and_replays_but_neither_erases_nor_opens_data_nor_forces()
    {
        await using var host = await PanelHost.StartAsync();
        var (_, marketer, contact, store) = await ArrangeAsync(host, AccountRole.Marketer);
        var letter = await DeadLetterAsync(host, store);
        Assert.Contains(Anna, await marketer.GetStringAsync($"/contacts/{contact}"), StringComparison.Ordinal);
        await RefusedAsync(marketer, contact, ["erase"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await marketer.GetAsync($"/deliveries/{letter}/data")).StatusCode);
        Assert.DoesNotContain(Anna, await PayloadAsync(marketer, $"/deliveries/{letter}"), StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"force\"", await marketer.GetStringAsync($"/contacts/{contact}/resend"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(marketer, "/contacts", $"/contacts/{contact}/resend", ("how", "force"))).StatusCode);
        Assert.Equal($"/contacts/{contact}?saved=1", (await PanelHost.SendAsync(marketer, "/contacts", $"/contacts/{contact}/tags", ("tags", "stały klient"))).Headers.Location!.ToString());
        Assert.Equal("/deliveries/rejected?replayed=1&superseded=0", (await PanelHost.SendAsync(marketer, "/contacts", "/deliveries/replay", ("id", letter))).Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_agent_has_neither_contacts_nor_deliveries()
    {
        await using var host = await PanelHost.StartAsync();
        var (_, agent, contact, _) = await ArrangeAsync(host, AccountRole.Agent);
        foreach (var page in new[] { "/contacts", $"/contacts/{contact}", "/deliveries", "/deliveries/rejected", "/deliveries/d1" })
            Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync(page)).StatusCode);
        var dashboard = await agent.GetStringAsync("/");
        Assert.DoesNotContain("/deliveries", dashboard, StringComparison.Ordinal);
        Assert.DoesNotContain("/contacts", dashboard, StringComparison.Ordinal);
        await RefusedAsync(agent, contact, Changes.Append("erase"));
    }

    [Fact]
    public async Task Who_is_limited_to_a_store_meets_nothing_of_another()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, marketer, contact, store) = await ArrangeAsync(host, AccountRole.Marketer);
        var letter = await DeadLetterAsync(host, store);
        var second = await AddStoreAsync(host, store, "Drugi sklep");
        await AddContactAsync(host, second);
        var other = (await host.Services.GetRequiredService<IViews>().FindByEmailAsync(store.AccountId, Anna, default)).Single(row => row.Store == second.Key).Id;
        var group = Assert.Single(await host.Services.GetRequiredService<IDeliveryViews>().RejectedGroupsAsync(store.AccountId, null, default));
        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(owner, "/contacts", $"/contacts/{contact}/tags", ("tags", "stały klient"))).StatusCode);
        await LimitAsync(host, store.AccountId, second);
        foreach (var page in new[]
        {
            "/", "/contacts", "/contacts?outcome=Rejected", $"/contacts/{other}", $"/contacts/{other}/trace", $"/contacts/{other}/destination", $"/contacts/{other}/consent",
            "/deliveries", "/deliveries/delivered", "/deliveries/rejected", "/deliveries/withheld",
        })
        {
            var text = await marketer.GetStringAsync(page);
            Assert.DoesNotContain("Lniana", text, StringComparison.Ordinal);
            Assert.DoesNotContain($"/contacts/{contact}\"", text, StringComparison.Ordinal);
        }

        Assert.Contains($"/contacts/{other}\"", await marketer.GetStringAsync("/contacts"), StringComparison.Ordinal);
        foreach (var page in new[]
        {
            $"/contacts/{contact}", $"/contacts/{contact}/consents", $"/contacts/{contact}/destination", $"/contacts/{contact}/resend", $"/contacts/{other}/held.json",
            $"/contacts/{other}/proof.json", $"/deliveries/{letter}", $"/deliveries/rejected/{group.Key}", $"/deliveries/rejected/{group.Key}.csv",
        })
        {
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await marketer.GetAsync(page)).StatusCode));
        }

        foreach (var (address, field) in new[]
        {
            ($"/contacts/{contact}/tags", ("tags", "A")), ($"/contacts/{contact}/resend", ("how", "")), ("/deliveries/replay", ("id", letter)),
            ($"/deliveries/rejected/{group.Key}/replay", ("store", "")), ($"/deliveries/rejected/{group.Key}/close", ("reason", "x")),
        })
        {
            Assert.Equal((address, HttpStatusCode.NotFound), (address, (await PanelHost.SendAsync(marketer, "/", address, field)).StatusCode));
        }

        Assert.Equal("/deliveries/rejected?replayed=0&superseded=0", (await PanelHost.SendAsync(marketer, "/", "/deliveries/replay", ("id", "all"))).Headers.Location!.ToString());
        Assert.Equal(1, (await host.Services.GetRequiredService<IDeadLetters>().QueuesAsync(store.AccountId, default)).Sum(queue => queue.Dead));
    }

    [Fact]
    public async Task The_consent_to_sharing_is_withdrawn_on_the_card_once_asked_and_not_by_who_may_only_look()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, viewer, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var address = $"/contacts/{contact}/stop-sharing";
        Assert.Contains($"action=\"{address}\"", await owner.GetStringAsync($"/contacts/{contact}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(viewer, "/contacts", address)).StatusCode);
        Assert.Empty(await Edits(host, store));

        Assert.Equal($"/contacts/{contact}?saved=1", (await PanelHost.SendAsync(owner, "/contacts", address)).Headers.Location!.ToString());
        Assert.Equal(ContactEditKind.StopSharing, Assert.Single(await Edits(host, store)).Edit.Kind);
        Assert.Contains(await Audit(host, store), entry => entry.Entry.Action == "person.sharing_stopped");
    }

    [Fact]
    public async Task A_consent_is_stated_with_a_reason_noted_in_the_audit_log_and_nothing_typed_is_lost()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, _, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var form = $"/contacts/{contact}/consent";
        var refused = await PanelHost.SendAsync(owner, form, form, ("channel", "Sms"), ("state", "Withdrawn"), ("reason", "dzwoniła pani Maj"), ("document", "list 7"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("dzwoniła pani Maj", page, StringComparison.Ordinal);
        Assert.Contains("list 7", page, StringComparison.Ordinal);
        Assert.Empty(await Edits(host, store));

        var saved = await PanelHost.SendAsync(owner, form, form, ("channel", "Sms"), ("state", "Withdrawn"), ("reason", "telefon"), ("document", "list 7"));
        Assert.Equal($"/contacts/{contact}/consents?saved=1", saved.Headers.Location!.ToString());
        var edit = Assert.Single(await Edits(host, store));
        Assert.Equal((ConsentChannel.Sms, ConsentState.Withdrawn, "telefon", "list 7", "Marta Zielińska"), (edit.Edit.Channel, edit.Edit.State, edit.Edit.Reason, edit.Edit.Document, edit.Actor));
        Assert.Contains("Marta Zielińska", await owner.GetStringAsync($"/contacts/{contact}"), StringComparison.Ordinal);
        var kept = (await Audit(host, store)).Single(entry => entry.Entry.Action == "contact.consent_stated").Entry;
        Assert.Equal(contact.ToString(System.Globalization.CultureInfo.InvariantCulture), kept.Subject);
        Assert.DoesNotContain("anna", System.Text.Json.JsonSerializer.Serialize(kept), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Tags_typed_badly_come_back_with_what_is_wrong()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, _, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var refused = await PanelHost.SendAsync(owner, "/contacts", $"/contacts/{contact}/tags", ("tags", "dobry, woocommerce_zły"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("dobry, woocommerce_zły", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(owner, "/contacts", $"/contacts/{contact}/owner", ("owner", "ola@example.com"))).StatusCode);
        Assert.Empty(await Edits(host, store));
        Assert.Equal(HttpStatusCode.Redirect, (await PanelHost.SendAsync(owner, "/contacts", $"/contacts/{contact}/tags", ("tags", "stały klient"))).StatusCode);
        Assert.Equal(["STAŁY_KLIENT"], Assert.Single(await Edits(host, store)).Edit.AddTags);
    }

    [Fact]
    public async Task A_person_is_erased_only_when_the_address_is_typed_and_a_certificate_is_left()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, _, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var form = $"/contacts/{contact}/erase";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(owner, form, form, ("confirm", "anna"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/contacts/{contact}")).StatusCode);

        Assert.Equal("/erasures/1", (await PanelHost.SendAsync(owner, form, form, ("confirm", " Anna.Maj@poczta.example "))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync($"/contacts/{contact}")).StatusCode);
        var certificate = await owner.GetStringAsync("/erasures/1");
        Assert.Contains("Marta Zielińska", certificate, StringComparison.Ordinal);
        Assert.DoesNotContain(Anna, certificate + await owner.GetStringAsync("/erasures/1.json"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/erasures/2")).StatusCode);
        Assert.Contains(await Audit(host, store), entry => entry.Entry.Action == "contact.erased");
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_dates_that_cannot_be_read_are_told()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, _, contact, _) = await ArrangeAsync(host, AccountRole.Viewer);
        var found = await owner.GetStringAsync("/contacts?email=Granted&tag=rejestracja&from=2020-01-01&until=2099-12-31&outcome=Sent");
        Assert.Contains($"/contacts/{contact}\"", found, StringComparison.Ordinal);
        Assert.Contains("value=\"2020-01-01\"", found, StringComparison.Ordinal);
        Assert.DoesNotContain($"/contacts/{contact}\"", await owner.GetStringAsync("/contacts?email=Withdrawn"), StringComparison.Ordinal);
        foreach (var wrong in new[] { "from=wczoraj", "from=2026-02-01&until=2026-01-01" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.GetAsync("/contacts?" + wrong)).StatusCode);
        foreach (var odd in new[] { "store=none", "email=7", "outcome=x", "after=1-2-3", "after=--", "q=%00", "tag=%3Cb%3E" })
            Assert.Equal((odd, HttpStatusCode.OK), (odd, (await owner.GetAsync("/contacts?" + odd)).StatusCode));
    }

    [Fact]
    public async Task Rejected_records_are_shown_saved_and_closed_by_group_and_opening_their_data_is_noted()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var (owner, viewer, _, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var letter = await DeadLetterAsync(host, store);
        var stranger = host.Browser();
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        var group = Assert.Single(await host.Services.GetRequiredService<IDeliveryViews>().RejectedGroupsAsync(store.AccountId, null, default));
        var address = $"/deliveries/rejected/{group.Key}";
        Assert.Contains(address, await owner.GetStringAsync("/deliveries/rejected"), StringComparison.Ordinal);
        foreach (var page in new[] { address, address + ".csv", $"/deliveries/{letter}", $"/deliveries/{letter}/data" })
        {
            Assert.Equal((page, HttpStatusCode.OK), (page, (await owner.GetAsync(page)).StatusCode));
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await stranger.GetAsync(page)).StatusCode));
        }

        Assert.Contains(Anna, await PayloadAsync(owner, $"/deliveries/{letter}/data"), StringComparison.Ordinal);
        Assert.DoesNotContain(Anna, await PayloadAsync(owner, $"/deliveries/{letter}"), StringComparison.Ordinal);
        Assert.DoesNotContain("sekret", await PayloadAsync(owner, $"/deliveries/{letter}/data"), StringComparison.Ordinal);
        Assert.Equal([letter, letter, letter], (await Audit(host, store)).Where(entry => entry.Entry.Action == "delivery.data_opened").Select(entry => entry.Entry.Subject));
        Assert.Contains("a***@poczta.example", await viewer.GetStringAsync(address + ".csv"), StringComparison.Ordinal);
        var csv = await owner.GetByteArrayAsync(address + ".csv");
        Assert.Equal("\uFEFF\"record\";", System.Text.Encoding.UTF8.GetString(csv)[..10]);

        foreach (var change in new[] { "replay", "close" })
            Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(stranger, "/contacts", $"{address}/{change}", ("reason", "x"))).StatusCode);
        foreach (var reason in new[] { "", "wiem od anna@x.example" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PanelHost.SendAsync(owner, "/contacts", address + "/close", ("reason", reason))).StatusCode);
        Assert.Equal("/deliveries/rejected?closed=1", (await PanelHost.SendAsync(owner, "/contacts", address + "/close", ("reason", "wyjaśnione"))).Headers.Location!.ToString());
        Assert.Contains("Nic nie czeka na decyzję", await owner.GetStringAsync("/deliveries/rejected"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync(address)).StatusCode);
    }

    [Theory]
    [InlineData("/?period=1h", "5 minut")]
    [InlineData("/", "15 minut")]
    [InlineData("/?period=7d", "2 godziny")]
    [InlineData("/?period=30d", "dzień")]
    [InlineData("/?period=x", "15 minut")]
    public async Task The_period_of_the_dashboard_stands_in_its_address(string address, string bars)
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, _, _, _) = await ArrangeAsync(host, AccountRole.Viewer);
        Assert.Contains("Rekordy co " + bars, await owner.GetStringAsync(address), StringComparison.Ordinal);
    }

    static async Task<(HttpClient Owner, HttpClient Other, long Contact, Store Store)> ArrangeAsync(PanelHost host, AccountRole role)
    {
        var owner = host.Browser();
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        var setup = host.Services.GetRequiredService<StoreSetup>();
        var destination = await setup.AddDestinationAsync(
            account, isHub: true, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
        var store = await setup.AddAsync(
            account, destination.Id, "woocommerce", "Lniana Łąka",
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new Engine.StoreOptions(), default);
        await AddContactAsync(host, store);
        var contact = Assert.Single((await host.Services.GetRequiredService<IViews>().ContactsAsync(account, new ContactQuery(), default)).Rows).Id;
        return (owner, await PersonAsync(host, account, role), contact, store);
    }

    static Task<Store> AddStoreAsync(PanelHost host, Store beside, string name) => host.Services.GetRequiredService<StoreSetup>().AddAsync(
        beside.AccountId, beside.DestinationId, "woocommerce", name,
        new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://drugi.example" }), new Engine.StoreOptions(), default);

    static async Task AddContactAsync(PanelHost host, Store store)
    {
        var runs = host.Services.GetRequiredService<IStoreRuns>();
        var lease = (await runs.BeginAsync(store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                new ContactWrite
                {
                    EmailKey = Anna,
                    Contact = new ShopContact { SourceId = "7", Email = Anna, HasAccount = true, FirstName = "Anna", LastName = "Maj", Phone = Phone },
                    EmailConsent = new Consent(ConsentState.Granted), SmsConsent = Consent.None, WantedTags = ["rejestracja"], WantedHash = "00000000000000000000000000000000-10",
                    Outcome = RecordOutcome.Sent, Code = ReasonCode.SharingEveryone, FromAccountRead = true,
                },
            ],
            Consents = [new ConsentWrite(Anna, ConsentChannel.Email, ConsentState.NoStatement, new Consent(ConsentState.Granted))],
            Traces = [new TraceWrite(ShopStream.Contacts, "7", Anna, RecordOutcome.Sent, ReasonCode.SharingEveryone, [], null)],
        }, default);
    }

    static Task<int> LimitAsync(PanelHost host, long account, Store store) => host.Database.WriteAsync(session => session
        .Command("UPDATE membership SET stores = @stores WHERE account_id = @account_id AND role <> 'Owner'")
        .With("account_id", account).With("stores", $"[{store.Key.StoreId}]").ExecuteAsync());

    /// <summary>Somebody of the same account in another role.</summary>
    static async Task<HttpClient> PersonAsync(PanelHost host, long account, AccountRole role)
    {
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var user = new PomostUser { Id = Guid.NewGuid(), UserName = "ktos@sklep.example", Email = "ktos@sklep.example", FullName = "Ktoś Inny" };
            Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user, "niebieski rower stoi")).Succeeded);
            await host.Database.WriteAsync(session => session
                .Command("INSERT INTO membership (account_id, user_id, role, created_at) VALUES (@account_id, @user_id, @role, 0)")
                .With("account_id", account).With("user_id", user.Id.ToString()).With("role", role.ToString()).ExecuteAsync());
        }

        var browser = host.Browser();
        var answer = await PanelHost.SendAsync(browser, "/login", "/login", ("email", "ktos@sklep.example"), ("password", "niebieski rower stoi"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    [Fact]
    public async Task The_search_finds_orders_tags_stores_and_pages_too_and_only_what_one_may_see()
    {
        await using var host = await PanelHost.StartAsync();
        var (owner, viewer, contact, store) = await ArrangeAsync(host, AccountRole.Viewer);
        var runs = host.Services.GetRequiredService<IStoreRuns>();
        await runs.CommitAsync((await runs.BeginAsync(store.Key, default))!, new PageCommit
        {
            Orders =
            [
                new OrderWrite(
                    new ShopOrder
                    {
                        SourceId = "6448", Number = "FV/6448", Status = "completed", Stage = OrderStage.ConfirmedAndPaid, Buyer = new ShopContact { SourceId = "7", Email = Anna },
                        PlacedAt = new(2026, 11, 22, 0, 50, 0, TimeSpan.Zero), Currency = "PLN", Total = 198.48m,
                    },
                    Anna, RecordOutcome.Sent, ReasonCode.SharingEveryone),
            ],
        }, default);

        foreach (var number in new[] { "FV/6448", "#6448" })
            Assert.Contains($"href=\"/contacts/{contact}/orders\"", await SearchAsync(owner, number), StringComparison.Ordinal);
        Assert.Contains("198,48", await SearchAsync(owner, "6448"), StringComparison.Ordinal);
        Assert.DoesNotContain("198,48", await SearchAsync(owner, "644"), StringComparison.Ordinal);
        Assert.Contains($"/stores/{store.Slug}/export", Hits(await SearchAsync(owner, "lniana")), StringComparison.Ordinal);
        Assert.Contains("href=\"/team\"", Hits(await SearchAsync(owner, "zesp")), StringComparison.Ordinal);
        // A viewer has no team to look after.
        Assert.DoesNotContain("href=\"/team\"", Hits(await SearchAsync(viewer, "zesp")), StringComparison.Ordinal);
        Assert.DoesNotContain(Anna, await SearchAsync(viewer, "6448"), StringComparison.Ordinal);

        static Task<string> SearchAsync(HttpClient browser, string text) => browser.GetStringAsync("/contacts?q=" + Uri.EscapeDataString(text));

        static string Hits(string page) => page.IndexOf("id=\"hits\"", StringComparison.Ordinal) is >= 0 and var from ? page[from..page.IndexOf("</section>", from, StringComparison.Ordinal)] : "";
    }

    static async Task<string> DeadLetterAsync(PanelHost host, Store store)
    {
        var runs = host.Services.GetRequiredService<IStoreRuns>();
        var lease = (await runs.BeginAsync(store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            Deliveries =
            [
                new NewDelivery
                {
                    Kind = DeliveryKind.Contact, EmailKey = Anna, SourceId = Anna,
                    Payload = DeliveryPayload.Of(new OutgoingContact { Email = Anna, Name = "Anna Maj", Company = "https://lniana.example/koszyk?token=sekret" }),
                },
            ],
        }, default);
        var next = await runs.NextDeliveriesAsync(lease, 10, default);
        await runs.SettleAsync(lease, new Settlement { Refused = [(Assert.Single(next), "bad field")] }, default);
        // What is replayed must still be rejected on its row.
        await host.Database.WriteAsync(session => session
            .Command("UPDATE contact SET outcome = 'Rejected' WHERE account_id = @account_id").With("account_id", store.AccountId).ExecuteAsync());
        return Assert.Single(await host.Services.GetRequiredService<IDeadLetters>().ListAsync(store.AccountId, null, 10, default)).Name;
    }

    static async Task RefusedAsync(HttpClient browser, long contact, IEnumerable<string> changes)
    {
        foreach (var change in changes)
        {
            var answer = await PanelHost.SendAsync(browser, "/", $"/contacts/{contact}/{change}", ("confirm", Anna), ("tags", "A"), ("state", "Granted"), ("reason", "x"));
            Assert.Equal((change, HttpStatusCode.Forbidden), (change, answer.StatusCode));
        }
    }

    /// <summary>What the page shows as data, without its heading.</summary>
    static async Task<string> PayloadAsync(HttpClient browser, string page)
    {
        var text = await browser.GetStringAsync(page);
        var from = text.IndexOf("<pre", StringComparison.Ordinal);
        return WebUtility.HtmlDecode(text[from..text.IndexOf("</pre>", StringComparison.Ordinal)]);
    }

    static async Task<IReadOnlyList<PendingEdit>> Edits(PanelHost host, Store store) => await host.Services.GetRequiredService<IContactEdits>().NextAsync(store.Key, 10, default);

    static async Task<IReadOnlyList<KeptAuditEntry>> Audit(PanelHost host, Store store)
        => await host.Services.GetRequiredService<IAuditLog>().ListAsync(store.AccountId, new(), null, 50, default);
}
