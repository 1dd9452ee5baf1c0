using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: the export's pages take what a person may do, refuse the rest beside the field, and show what was counted.</summary>
public sealed class ExportPagesTests
{
    static readonly ExportOptions Dry = new() { DryRun = true };

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_starts_nothing()
    {
        await using var shop = await PanelShop.StartAsync();

        var answer = await shop.SendAsync($"{shop.Address}/contacts", ("export", "1"), ("none", "1"), ("from", "kiedyś"), ("tags", "VIP, <x>"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("2 pola wymagają poprawki", page, StringComparison.Ordinal);
        Assert.Contains("href=\"#f-from-contacts\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"kiedyś\"", page, StringComparison.Ordinal);
        Assert.Contains("VIP, <x>", new Html(page).Texts("textarea"));
        Assert.Contains("ma niedozwolony znak „<”", page, StringComparison.Ordinal);
        Assert.Empty(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Empty(await shop.AuditAsync());
    }

    [Fact]
    public async Task A_preset_works_without_a_script_and_starts_nothing()
    {
        await using var shop = await PanelShop.StartAsync();

        var answer = await shop.SendAsync($"{shop.Address}/transactions/fill", ("export", "1"), ("status", "completed"), ("tags", "vip"), ("preset", "30"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        var today = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw"));
        Assert.Contains($"value=\"{today.AddDays(-30):yyyy-MM-dd}\"", page, StringComparison.Ordinal);
        Assert.Contains("vip", new Html(page).Texts("textarea"));
        Assert.Empty(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
    }

    [Fact]
    public async Task Tags_are_told_as_they_will_be_stored()
    {
        await using var shop = await PanelShop.StartAsync();

        var part = WebUtility.HtmlDecode(await (await shop.SendAsync("/tags/read", ("tags", "wiosna 2026;VIP,vip\nlato"))).Content.ReadAsStringAsync());

        Assert.Superset(new HashSet<string>(["WIOSNA_2026", "VIP", "LATO"], StringComparer.Ordinal), new Html(part).Texts("span").ToHashSet(StringComparer.Ordinal));
        Assert.Contains("Poprawiliśmy: 1 spację, 1 powtórzenie.", part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_is_started_with_what_was_chosen_and_its_page_leads_on()
    {
        await using var shop = await PanelShop.StartAsync();

        var answer = await shop.SendAsync($"{shop.Address}/contacts", ("export", "1"), ("granted", "1"), ("tags", "wiosna 2026"));

        Assert.Equal($"{shop.Address}/runs/1", answer.Headers.Location!.ToString());
        var run = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Equal((ExportKind.Contacts, true, "WIOSNA_2026"), (run.Kind, run.Options.DryRun, Assert.Single(run.Options.Tags)));
        Assert.Equal([ConsentState.Granted], run.Options.Choice.States);
        // One run of a kind: a second click leads to it, and says nothing new.
        Assert.Equal($"{shop.Address}/runs/1", (await shop.SendAsync($"{shop.Address}/contacts", ("export", "1"), ("granted", "1"))).Headers.Location!.ToString());
        Assert.Contains($"href=\"{shop.Address}/runs/1\"", await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
        Assert.Equal(["export.previewed"], await shop.AuditAsync());
    }

    [Fact]
    public async Task Only_a_dry_run_that_was_looked_at_today_can_be_sent()
    {
        var mail = new MailServerToSet();
        await using var shop = await PanelShop.StartAsync(replace: services => services.AddSingleton<IMailServer>(mail));
        mail.IsSet = true;
        var real = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions());
        await shop.SendAsync(shop.AddressOf(real) + "/start");
        Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));

        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry with { Tags = ["VIP"] }, page => page with { Read = 3, ToSend = 3, NewToSend = 3 });
        var page = await shop.ReadAsync(shop.AddressOf(dry));
        Assert.Contains("Eksportuj 3 kontakty", page, StringComparison.Ordinal);
        Assert.Contains("Napisz na owner@sklep.example", page, StringComparison.Ordinal);
        var started = await shop.SendAsync(shop.AddressOf(dry) + "/start", ("notice", "1"));

        Assert.Equal($"{shop.Address}/runs/3?started=1", started.Headers.Location!.ToString());
        var run = (await shop.Runs.FindByNumberAsync(shop.Store.Key, 3, default))!;
        Assert.Equal((false, 2, "VIP"), (run.Options.DryRun, run.Options.PreviewNumber, Assert.Single(run.Options.Tags)));
        await shop.Runs.SetStateAsync(shop.Store.AccountId, run.Id, ExportState.Done, [ExportState.Scheduled], null, default);
        var notice = Assert.Single(await shop.Get<IExportNotices>().DueAsync(10, default));
        Assert.Equal(("owner@sklep.example", "pl"), (notice.Email, notice.Language));
        Assert.Equal(["export.started"], await shop.AuditAsync());
    }

    [Theory]
    [InlineData("UTC", "Europe/Warsaw")]
    [InlineData("America/Los_Angeles", "Europe/Warsaw")]
    [InlineData("Pacific/Auckland", "Europe/Warsaw")]
    [InlineData("Europe/Warsaw", "America/New_York")]
    public async Task The_range_of_a_run_is_the_days_of_the_shop_wherever_it_is_read(string reader, string zoneOfShop)
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.Get<IStores>().ChangeOptionsAsync(shop.Store.Key, options => options with { TimeZone = zoneOfShop }, default);
        await shop.Host.Database.WriteAsync(session => session.Command("UPDATE app_user SET time_zone = @zone").With("zone", reader).ExecuteAsync());
        await shop.SendAsync($"{shop.Address}/contacts", ("export", "1"), ("granted", "1"), ("from", "2026-06-01"), ("until", "2026-06-30"));

        var page = await shop.ReadAsync($"{shop.Address}/runs/1");

        Assert.Contains($"01.06.2026 – 30.06.2026 ({zoneOfShop})", page, StringComparison.Ordinal);
        await shop.Runs.SetStateAsync(shop.Store.AccountId, 1, ExportState.Cancelled, [ExportState.Scheduled], null, default);
        await shop.SendAsync($"{shop.Address}/contacts", ("export", "1"), ("granted", "1"), ("until", "2026-06-30"));
        Assert.Contains($"– 30.06.2026 ({zoneOfShop})", await shop.ReadAsync($"{shop.Address}/runs/2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_read_out_of_a_run_says_how_far_it_is_and_how_long_it_took()
    {
        await using var shop = await PanelShop.StartAsync();
        var done = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions(), page => page with { Read = 3 });
        Assert.Equal("Gotowe.", await SaidAsync(done));
        await LastedAsync(done, 15 * 60);
        Assert.Equal("Gotowe. Trwało 15\u00a0min.", await SaidAsync(done));
        Assert.Contains("Trwało 15\u00a0min.", await shop.ReadAsync(shop.AddressOf(done)), StringComparison.Ordinal);

        var running = await shop.RunAsync(ExportKind.Contacts, ExportState.Running, new ExportOptions(), page => page with { Read = 3, ReadToEnd = false, Total = 100 });
        Assert.Equal("W toku: mniej niż 10 procent.", await SaidAsync(running));
        await LastedAsync(running, 125);
        Assert.Equal("W toku: mniej niż 10 procent. Czas: 2\u00a0min.", await SaidAsync(running));

        async Task<string> SaidAsync(ExportRun run)
        {
            var page = await shop.ReadAsync(shop.AddressOf(run));
            return page.Split("id=\"run-said\">")[1].Split("</p>")[0];
        }

        Task LastedAsync(ExportRun run, int seconds) => shop.Host.Database.WriteAsync(session => session
            .Command("UPDATE export_run SET started_at = COALESCE(finished_at, started_at) - @length WHERE id = @id")
            .With("length", seconds * 1000L).With("id", run.Id).ExecuteAsync());
    }

    [Fact]
    public async Task A_preview_of_yesterday_must_be_counted_again()
    {
        await using var shop = await PanelShop.StartAsync();
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, page => page with { Read = 3, ToSend = 3 });
        await shop.Host.Database.WriteAsync(session => session.Command("UPDATE export_run SET finished_at = finished_at - @day").With("day", 24L * 60 * 60 * 1000 + 60_000).ExecuteAsync());

        var page = await shop.ReadAsync(shop.AddressOf(dry));
        Assert.Contains("Ten podgląd ma ponad dobę", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Eksportuj 3 kontakty", page, StringComparison.Ordinal);
        await shop.SendAsync(shop.AddressOf(dry) + "/start");
        Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));

        Assert.Equal($"{shop.Address}/runs/2", (await shop.SendAsync(shop.AddressOf(dry) + "/again")).Headers.Location!.ToString());
        Assert.True((await shop.Runs.FindByNumberAsync(shop.Store.Key, 2, default))!.Options.DryRun);
    }

    [Fact]
    public async Task The_sums_of_a_dry_run_add_up_and_lead_to_their_records()
    {
        await using var shop = await PanelShop.StartAsync();
        var dry = await shop.RunAsync(ExportKind.Transactions, ExportState.DoneWithRejects, Dry, page => page with
        {
            Read = 10,
            ToSend = 4,
            NewToSend = 3,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.Unchanged] = 3, [ReasonCode.OrderCancelled] = 2 },
            Rejects = [new("77", "anna.maj@@poczta.example", "email", ReasonCode.EmailInvalid, "anna.maj@@poczta.example")],
            Listed = [new(PreviewList.New, "70", "ola@poczta.example", null), new(PreviewList.Of(ReasonCode.OrderCancelled), "71", "ela@poczta.example", null)],
            Sums = [new("PLN", true, 4, 1349.5m), new("PLN", false, 3, 100m)],
        });

        var page = await shop.ReadAsync(shop.AddressOf(dry));

        Assert.Contains("3 zamówienia należą do osób, których jeszcze nie ma", page, StringComparison.Ordinal);
        Assert.Contains("1\u00a0349,50", page, StringComparison.Ordinal);
        Assert.Contains("1\u00a0449,50", page, StringComparison.Ordinal);
        Assert.Contains("Eksportuj 4 zamówienia", page, StringComparison.Ordinal);
        foreach (var (list, record) in new[] { ("records/New", "70"), ("records/OrderCancelled", "71"), ("rejected?reason=EmailInvalid", "77") })
        {
            Assert.Contains($"href=\"{shop.AddressOf(dry)}/{list}\"", page, StringComparison.Ordinal);
            Assert.Contains($">{record}<", await shop.ReadAsync($"{shop.AddressOf(dry)}/{list}"), StringComparison.Ordinal);
        }

        foreach (var wrong in new[] { "records/made-up", "records/3", "rejected?reason=made-up", "rejected/999" })
            Assert.Equal((wrong, HttpStatusCode.NotFound), (wrong, (await shop.Browser.GetAsync($"{shop.AddressOf(dry)}/{wrong}")).StatusCode));
    }

    [Theory]
    [InlineData("pl", ';')]
    [InlineData("en", ',')]
    public async Task Lists_come_as_files_that_a_spreadsheet_opens_and_runs_nothing_of(string language, char separator)
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.SendAsync("/choose/language", ("language", language), ("back", "/"));
        var run = await shop.RunAsync(ExportKind.Transactions, ExportState.DoneWithRejects, Dry, page => page with
        {
            Read = 2,
            ToSend = 1,
            Rejects = [new("77", "=cmd()@x", "email", ReasonCode.EmailInvalid, "=cmd()@x")],
            Listed = [new(PreviewList.New, "70", "-ola@poczta.example", null)],
        });

        var rejected = await shop.Browser.GetAsync(shop.AddressOf(run) + "/rejected.csv");
        Assert.Equal($"pomost-{shop.Store.Slug}-transactions-rejected-1.csv", rejected.Content.Headers.ContentDisposition!.FileName);
        var bytes = await rejected.Content.ReadAsByteArrayAsync();
        Assert.Equal("\uFEFF"u8, bytes.AsSpan(0, 3));
        var lines = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(3)).Split("\r\n");
        Assert.Equal("source_id,email,field,reason_code,reason,value,first_seen,attempts,trace_url".Split(','), Cells(lines[0], separator));
        var row = Cells(lines[1], separator);
        Assert.Equal(["77", "'=cmd()@x", "email", "EmailInvalid"], row[..4]);
        Assert.Equal("'=cmd()@x", row[5]);
        // The address of the trace leads to the row, and names no person.
        Assert.DoesNotContain("@", row[8], StringComparison.Ordinal);
        Assert.Contains("77", await shop.ReadAsync(new Uri(row[8]).PathAndQuery), StringComparison.Ordinal);

        var listed = await shop.Browser.GetStringAsync(shop.AddressOf(run) + "/records/New.csv");
        Assert.Equal(["70", "'-ola@poczta.example", "New"], Cells(listed.Split("\r\n")[1], separator)[..3]);
        Assert.Equal(["export.rejected_downloaded", "export.records_downloaded"], await shop.AuditAsync());
    }

    [Fact]
    public async Task Who_may_only_look_sees_addresses_masked_wherever_they_stand()
    {
        await using var shop = await PanelShop.StartAsync(AccountRole.Viewer);
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.DoneWithRejects, Dry, page => page with
        {
            Read = 2,
            ToSend = 1,
            NewToSend = 1,
            Rejects = [new("anna.maj@@poczta.example", "anna.maj@@poczta.example", "email", ReasonCode.EmailInvalid, "anna.maj@@poczta.example")],
            Listed = [new(PreviewList.New, "anna.maj@poczta.example", "anna.maj@poczta.example", null)],
        });
        var id = Assert.Single(await shop.Runs.RejectedAsync(shop.Store.AccountId, dry.Id, 0, 10, default)).Id;

        foreach (var part in new[] { "", "/rejected", $"/rejected/{id}", "/rejected.csv", "/records/New", "/records/New.csv" })
        {
            var text = await shop.ReadAsync(shop.AddressOf(dry) + part);
            Assert.DoesNotContain("anna.maj", text, StringComparison.Ordinal);
            Assert.True(part == "" || text.Contains("a***@", StringComparison.Ordinal), part);
        }

        // Nor does a viewer see what can be started, or records whole.
        Assert.DoesNotContain("/start\"", await shop.ReadAsync(shop.AddressOf(dry)), StringComparison.Ordinal);
        Assert.DoesNotContain("<form method=\"post\" action=\"" + shop.Address, await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
        foreach (var hidden in new[] { $"{shop.AddressOf(dry)}/examples", $"{shop.Address}/import" })
            Assert.Equal(HttpStatusCode.Forbidden, (await shop.Browser.GetAsync(hidden)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await shop.SendAsync(shop.AddressOf(dry) + "/start")).StatusCode);
        Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
    }

    [Fact]
    public async Task An_agent_does_not_see_exports()
    {
        await using var shop = await PanelShop.StartAsync(AccountRole.Agent);
        Assert.Equal(HttpStatusCode.Forbidden, (await shop.Browser.GetAsync(shop.Address)).StatusCode);
    }

    [Fact]
    public async Task Rejected_rows_of_a_real_run_are_retried_and_those_of_a_dry_run_are_not()
    {
        await using var shop = await PanelShop.StartAsync();
        static RunGain Refused(RunGain page) => page with { Read = 2, Rejects = [new("7", "x@", "email", ReasonCode.EmailInvalid, "x@")] };
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.DoneWithRejects, Dry, Refused);
        Assert.DoesNotContain("/retry\"", await shop.ReadAsync(shop.AddressOf(dry)), StringComparison.Ordinal);
        await shop.SendAsync(shop.AddressOf(dry) + "/retry");
        var real = await shop.RunAsync(ExportKind.Contacts, ExportState.DoneWithRejects, new ExportOptions { Tags = ["VIP"] }, Refused);
        Assert.Contains("Ponów poprawione", await shop.ReadAsync(shop.AddressOf(real)), StringComparison.Ordinal);

        var answer = await shop.SendAsync(shop.AddressOf(real) + "/retry");

        Assert.Equal($"{shop.Address}/runs/3?started=1", answer.Headers.Location!.ToString());
        var retry = (await shop.Runs.FindByNumberAsync(shop.Store.Key, 3, default))!;
        Assert.Equal((real.Id, "VIP"), (retry.Options.RetryOf, Assert.Single(retry.Options.Tags)));
        Assert.Contains("Ponowienie odrzuconych z przebiegu 2", await shop.ReadAsync(shop.AddressOf(retry)), StringComparison.Ordinal);
        Assert.Equal(["export.retried"], await shop.AuditAsync());
    }

    [Fact]
    public async Task A_run_is_paused_resumed_and_cancelled_and_each_is_written_down()
    {
        await using var shop = await PanelShop.StartAsync(AccountRole.Marketer);
        var run = await shop.RunAsync(ExportKind.Contacts, ExportState.Running, new ExportOptions());
        foreach (var verb in new[] { "resume", "pause", "pause", "resume", "cancel", "cancel" })
            Assert.Equal(shop.AddressOf(run), (await shop.SendAsync($"{shop.AddressOf(run)}/{verb}")).Headers.Location!.ToString());

        Assert.Equal(ExportState.Cancelled, (await shop.Runs.FindAsync(shop.Store.AccountId, run.Id, default))!.State);
        Assert.Equal(["export.paused", "export.resumed", "export.cancelled"], await shop.AuditAsync());
    }

    [Fact]
    public async Task A_run_tells_of_its_restart_of_the_change_since_its_preview_and_of_its_end()
    {
        await using var shop = await PanelShop.StartAsync();
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, page => page with { Read = 4, ToSend = 4 });
        var run = await shop.RunAsync(ExportKind.Contacts, ExportState.Running, new ExportOptions { PreviewNumber = dry.Number }, page => page with
        {
            Read = 5,
            ToSend = 3,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.Unchanged] = 1 },
            Rejects = [new("7", "x@", "email", ReasonCode.EmailInvalid, "x@")],
        });
        var lease = (await shop.Get<IStoreRuns>().BeginAsync(shop.Store.Key, default))!;
        await shop.Runs.WorkOnAsync(lease, run.Id, "one", true, default);
        await shop.Runs.WorkOnAsync(lease, run.Id, "two", true, default);

        var page = await shop.ReadAsync(shop.AddressOf(run));
        Assert.Contains("Pomost uruchomił się ponownie o", page, StringComparison.Ordinal);
        Assert.Contains("Wznowiliśmy od rekordu 5, nic nie zostało wysłane dwa razy.", page, StringComparison.Ordinal);
        Assert.Contains("Od podglądu sklep się zmienił: było 4, jest 5.", page, StringComparison.Ordinal);
        Assert.Contains("role=\"progressbar\" aria-label=\"Postęp eksportu\" aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"40\"", page, StringComparison.Ordinal);
        Assert.Contains("W toku: co najmniej 40 procent.", page, StringComparison.Ordinal);

        await shop.Host.Database.WriteAsync(session => session.Command("UPDATE export_run SET sent = 3 WHERE id = @id").With("id", run.Id).ExecuteAsync());
        await shop.Runs.SetStateAsync(shop.Store.AccountId, run.Id, ExportState.DoneWithRejects, [ExportState.Running], null, default);
        Assert.Contains("Sklep podaje 5. Dostarczone 3, już były 1, pominięte 0, odrzucone 1. Razem 5.", await shop.ReadAsync(shop.AddressOf(run)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_send_is_said_in_green_with_the_last_export()
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.RunAsync(ExportKind.Transactions, ExportState.Done, new ExportOptions(), page => page with { Read = 2, ToSend = 2 });
        var dry = await shop.RunAsync(ExportKind.Transactions, ExportState.Done, Dry, page => page with { Read = 2, Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.Unchanged] = 2 } });

        var page = await shop.ReadAsync(shop.AddressOf(dry));

        Assert.Contains("class=\"alert ok\"", page, StringComparison.Ordinal);
        Assert.Contains("0 do wysłania. Wszystkie 2 zamówienia są już na kartach kontaktów.", page, StringComparison.Ordinal);
        Assert.Contains("Ostatni eksport: ", page, StringComparison.Ordinal);
        Assert.Contains("Sprawdź ponownie", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Eksportuj", page.Split("<main")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_show_the_shop_the_rules_and_the_fields_that_are_sent()
    {
        await using var shop = await PanelShop.StartAsync();
        var contact = new ShopContact { SourceId = "7", Email = "Anna.Maj@Poczta.example", FirstName = "Anna", LastName = "Maj", EmailConsent = new Consent(ConsentState.Granted) };
        var dry = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, page => page with
        {
            Read = 1,
            ToSend = 1,
            NewToSend = 1,
            Listed =
            [
                new(PreviewList.New, "7", contact.Email, new ExportSample
                {
                    Contact = contact,
                    SentContact = new OutgoingContact { Email = "Anna.Maj@poczta.example", Name = "Anna Maj", EmailConsent = ConsentState.Granted, Tags = ["REJESTRACJA"] },
                }),
            ],
        });

        var page = await shop.ReadAsync(shop.AddressOf(dry) + "/examples");

        Assert.Contains("Anna.Maj@Poczta.example", new Html(page).Texts("td"));
        Assert.Contains("<code>contact.email</code> = Anna.Maj@poczta.example", page, StringComparison.Ordinal);
        Assert.Contains("<code>tags</code> = REJESTRACJA", page, StringComparison.Ordinal);
        Assert.Contains("<code>forceOptIn</code> = True", page, StringComparison.Ordinal);
        Assert.Equal(["export.examples_opened"], await shop.AuditAsync());
    }

    [Fact]
    public async Task The_settings_of_a_run_can_be_copied_into_the_form()
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions { Tags = ["WIOSNA"], Choice = new ExportChoice { States = [ConsentState.NoStatement] } });

        Assert.Contains("WIOSNA", new Html(await shop.ReadAsync(shop.Address + "?copy=1")).Texts("textarea"));
        Assert.DoesNotContain("WIOSNA", new Html(await shop.ReadAsync(shop.Address + "?copy=17")).Texts("textarea"));
    }

    [Fact]
    public async Task The_part_of_a_step_is_sent_alone()
    {
        await using var shop = await PanelShop.StartAsync();
        using var asks = new HttpRequestMessage(HttpMethod.Get, shop.Address + "?step=transactions");
        asks.Headers.Add("HX-Request", "true");

        var part = await (await shop.Browser.SendAsync(asks)).Content.ReadAsStringAsync();

        Assert.StartsWith("<div id=\"part-transactions\"", part, StringComparison.Ordinal);
    }

    static string[] Cells(string line, char separator) => [.. line.Split($"\"{separator}\"").Select(cell => cell.Trim('"'))];

    /// <summary>A mail server that is set only once people have registered, so that nobody waits for a letter.</summary>
    sealed class MailServerToSet : IMailServer
    {
        public bool IsSet { get; set; }

        public Task SendAsync(string to, string subject, string text, string? html, CancellationToken ct) => Task.CompletedTask;
    }
}
