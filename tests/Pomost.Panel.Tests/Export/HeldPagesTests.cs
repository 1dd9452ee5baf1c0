using System.Net;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Tests.Frame;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: people unsubscribed at SALESmanago are shown where an export is, listed for who may see them, and opted in by an owner or administrator alone,
/// with a reason and proof. Method: what the engine writes, the pages as browsers get them.</summary>
public sealed class HeldPagesTests
{
    static readonly ExportOptions Dry = new() { DryRun = true };

    [Fact]
    public async Task A_run_says_how_many_went_without_their_consent_beside_sums_that_still_add_up()
    {
        await using var shop = await PanelShop.StartAsync();
        await HoldAsync(shop, 2);
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, page => page with
        {
            Read = 1200,
            ToSend = 1100,
            NewToSend = 1100,
            Held = 200,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.NoRelation] = 100 },
            Listed = [new(PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago), "7", "anna.maj@poczta.example", null)],
        });
        var page = await shop.ReadAsync(shop.AddressOf(dry));
        Assert.Contains("Wypisani we wbudowanym centrum: 200", page, StringComparison.Ordinal);
        Assert.Contains("Wyślemy ich bez zgody, a wypis zapiszemy w sklepie.", page, StringComparison.Ordinal);
        Assert.Contains("Eksportuj 1100 kontaktów", page.Replace("\u00a0", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var list = $"{shop.AddressOf(dry)}/records/UnsubscribedAtSalesmanago";
        Assert.Contains($"href=\"{list}\"", page, StringComparison.Ordinal);
        Assert.Contains("kontakt wysłany bez zgody: 200", await shop.ReadAsync(list), StringComparison.Ordinal);

        var real = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions(), run => run with { Read = 5, Held = 2 });
        page = await shop.ReadAsync(shop.AddressOf(real));
        Assert.Contains("Wypisani we wbudowanym centrum: 2", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{shop.Address}/held\"", page, StringComparison.Ordinal);
        var quiet = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions(), run => run with { Read = 5 });
        Assert.DoesNotContain("Wypisani we wbudowanym centrum", await shop.ReadAsync(shop.AddressOf(quiet)), StringComparison.Ordinal);
        Assert.Contains("2 osoby ze zgodą w sklepie są wypisane we wbudowanym centrum", await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_comes_page_by_page_and_as_a_file_and_is_empty_at_first()
    {
        await using var shop = await PanelShop.StartAsync();
        var address = shop.Address + "/held";
        Assert.Contains("Nie ma tu nikogo.", await shop.ReadAsync(address), StringComparison.Ordinal);
        Assert.DoesNotContain("held/overrule", await shop.ReadAsync(address), StringComparison.Ordinal);
        await HoldAsync(shop, 60);
        var first = await shop.ReadAsync(address);
        var contact = Assert.Single(await shop.Get<IViews>().FindByEmailAsync(shop.Store.AccountId, Email(0), default)).Id;
        Assert.Contains($"href=\"/contacts/{contact}\">{Email(0)}<", first, StringComparison.Ordinal);
        Assert.DoesNotContain(Email(50), first, StringComparison.Ordinal);
        Assert.Contains("że 60 osób z tej listy zgodziło się ponownie", first, StringComparison.Ordinal);
        var next = System.Text.RegularExpressions.Regex.Match(
            first, "href=\"(?<next>[^\"]+after=[0-9]+)\"", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["next"].Value;
        var second = await shop.ReadAsync(next);
        Assert.DoesNotContain(Email(49), second, StringComparison.Ordinal);
        Assert.Contains(Email(59), second, StringComparison.Ordinal);

        var lines = (await shop.Browser.GetStringAsync(address + ".csv")).TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(61, lines.Length);
        Assert.Equal("\"contact\";\"email\";\"opted_out_at\";\"held_at\";\"channels\"", lines[0]);
        Assert.EndsWith(";\"email\"", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"\"{contact}\";\"{Email(0)}\";\"2026-03-02 10:00:00Z\";", lines[1], StringComparison.Ordinal);
        Assert.Equal(["held.downloaded"], await shop.AuditAsync());
    }

    [Fact]
    public async Task The_list_is_overruled_with_reason_and_proof_for_as_many_as_were_shown_and_only_then()
    {
        await using var shop = await PanelShop.StartAsync();
        await HoldAsync(shop, 3);
        var act = shop.Address + "/held/overrule";
        foreach (var (fields, words) in new ((string, string)[], string)[]
        {
            ([("people", "3"), ("proof", "1")], "Podaj powód"),
            ([("people", "3"), ("reason", "zgoda w salonie")], "Zaznacz, że masz dowód"),
            ([("reason", "zgoda w salonie"), ("proof", "1")], "Zaznacz, że masz dowód"),
            ([("people", "3"), ("reason", "pisał " + Email(1)), ("proof", "1")], "Nie wpisuj adresów, telefonów ani nazwisk."),
            ([("people", "3"), ("reason", "zgoda"), ("document", "list: Anna1 Maj1"), ("proof", "1")], "Nie wpisuj adresów, telefonów ani nazwisk."),
            ([("people", "2"), ("reason", "zgoda w salonie"), ("proof", "1")], "jest na niej teraz 3"),
        })
        {
            var answer = await shop.SendAsync(act, fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(words, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }

        Assert.Empty(await shop.Get<IContactEdits>().NextAsync(shop.Store.Key, 10, default));
        Assert.Empty(await shop.AuditAsync());
        var done = await shop.SendAsync(act, ("people", "3"), ("reason", "zgoda w salonie"), ("document", "teczka 17"), ("proof", "1"));
        Assert.Equal($"{shop.Address}/held?overruled=3", done.Headers.Location!.ToString());
        var page = await shop.ReadAsync(done.Headers.Location!.ToString());
        Assert.Contains("Zapisano zgody 3 osób.", page, StringComparison.Ordinal);
        Assert.Contains("Nie ma tu nikogo.", page, StringComparison.Ordinal);
        Assert.Equal(3, (await shop.Get<IContactEdits>().NextAsync(shop.Store.Key, 10, default)).Count);
        var entry = Assert.Single(await shop.Get<IAuditLog>().ListAsync(shop.Store.AccountId, new AuditFilter("held."), null, 10, default)).Entry;
        Assert.Equal(("Marta Zielińska", shop.Store.Slug, "127.0.0.1"), (entry.Actor, entry.Subject, entry.Origin));
        Assert.Contains("Zapisano zgody osób wypisanych w SALESmanago: 3, sklep " + shop.Store.Slug, await shop.ReadAsync("/audit"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await shop.SendAsync(act, ("people", "3"), ("reason", "jeszcze raz"), ("proof", "1"))).StatusCode);
    }

    [Fact]
    public async Task A_viewer_sees_masked_addresses_and_neither_he_nor_marketing_overrules_and_agents_see_nothing()
    {
        await using var shop = await PanelShop.StartAsync();
        await HoldAsync(shop, 1);
        var address = shop.Address + "/held";
        foreach (var role in new[] { AccountRole.Viewer, AccountRole.Marketer, AccountRole.Administrator, AccountRole.Agent })
        {
            var person = await PanelShop.PersonAsync(shop.Host, shop.Store.AccountId, role);
            var (page, file) = (await person.GetAsync(address), await person.GetAsync(address + ".csv"));
            Assert.Equal((role, role == AccountRole.Agent), (role, page.StatusCode == HttpStatusCode.Forbidden));
            Assert.Equal((role, role == AccountRole.Agent), (role, file.StatusCode == HttpStatusCode.Forbidden));
            if (role == AccountRole.Agent)
                continue;
            foreach (var text in new[] { await page.Content.ReadAsStringAsync(), await file.Content.ReadAsStringAsync() })
                Assert.Equal((role, role != AccountRole.Viewer), (role, text.Contains(Email(0), StringComparison.Ordinal)));
            Assert.Equal(role == AccountRole.Administrator, (await page.Content.ReadAsStringAsync()).Contains("held/overrule", StringComparison.Ordinal));
            if (role != AccountRole.Administrator)
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await PanelHost.SendAsync(
                    person, "/contacts", address + "/overrule", ("people", "1"), ("reason", "zgoda"), ("proof", "1"))).StatusCode);
            }
        }

        Assert.Empty(await shop.Get<IContactEdits>().NextAsync(shop.Store.Key, 10, default));
    }

    [Fact]
    public async Task A_shop_that_puts_its_own_value_back_is_named_with_the_field_among_what_was_rejected()
    {
        await using var shop = await PanelShop.StartAsync();
        await HoldAsync(shop, 1);
        var (runs, owed) = (shop.Get<IStoreRuns>(), shop.Get<IWriteBacks>());
        var lease = (await runs.BeginAsync(shop.Store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            WriteBacks = [WriteBackPayload.Of(Email(0), new ConsentChange("1000", Email(0), ConsentChannel.Email, new Consent(ConsentState.Withdrawn)))],
        }, default);
        var row = Assert.Single(await owed.NextAsync(shop.Store.Key, tags: false, 10, default));
        await owed.SettleAsync(lease, new WriteBackSettlement { Dead = [(row, PutBackReason.Of("newsletter_optin"))], PutBackField = "newsletter_optin" }, default);
        Assert.Contains("Sklep przywraca swoją wartość pola newsletter_optin", await shop.ReadAsync("/deliveries/rejected"), StringComparison.Ordinal);
        await shop.Get<AlertWatch>().LookAsync(default);
        var dashboard = await shop.ReadAsync("/");
        Assert.Contains("sklep przywraca wartość pola newsletter_optin", dashboard, StringComparison.Ordinal);
        Assert.Contains("href=\"/deliveries/rejected\"", dashboard, StringComparison.Ordinal);
    }

    /// <summary>So many people who are unsubscribed at SALESmanago, as the engine leaves them.</summary>
    internal static async Task HoldAsync(PanelShop shop, int people)
    {
        var runs = shop.Get<IStoreRuns>();
        var lease = (await runs.BeginAsync(shop.Store.Key, default))!;
        var optOut = new Consent(ConsentState.Withdrawn, new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), ConsentSource.SalesmanagoCard);
        await runs.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                .. Enumerable.Range(0, people).Select(number => new ContactWrite
                {
                    EmailKey = Email(number),
                    Contact = new ShopContact { SourceId = $"{1000 + number}", Email = Email(number), HasAccount = true, FirstName = $"Anna{number}", LastName = $"Maj{number}" },
                    EmailConsent = new Consent(ConsentState.Granted), SmsConsent = Consent.None, Outcome = RecordOutcome.Sent, Code = ReasonCode.SharingEveryone,
                    WantedHash = "00000000000000000000000000000000-10",
                }),
            ],
        }, default);
        await runs.CommitAsync(lease, new PageCommit
        {
            CardReadings =
            [
                .. Enumerable.Range(0, people).Select(number => new CardReadingWrite(
                    Email(number), optOut, Consent.None, "00000000000000000000000000000000-20", ConsentState.Withdrawn, ConsentState.NoStatement, IsNews: true)
                { IsHeld = true, IsEmailNews = true }),
            ],
        }, default);
    }

    internal static string Email(int number) => $"osoba{number:00}@poczta.example";
}
