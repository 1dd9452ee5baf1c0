using System.Globalization;
using System.Text;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a file of earlier subscribers is previewed as it will be stored and imported without overriding anybody's later choice.
/// Method: files as shops and spreadsheets write them, on both databases, the hub's cards.</summary>
public sealed class SubscriberImportTests
{
    const string Polish = "\"Adres e-mail\";\"Imię\";Nazwisko;Telefon;\"Data zapisu\";Status\r\n" +
        "ala@poczta.example;Ała;\"Żółć; \"\"Zi\"\"\";'+48600100200;02.03.2024 10:15;TAK\r\n" +
        "ola@poczta.example;=HYPERLINK(1);;;2024-05-01;nie\r\n\r\n" +
        "to nie adres;;;;;tak\r\n" +
        "ela@poczta.example;Ela;;;31.02.2024;tak\r\n" +
        "ula@poczta.example;Ula;;;01.01.2999;tak\r\n" +
        "iza@poczta.example;Iza;;;;może\r\n" +
        "ALA@poczta.example;Ala;;;;\r\n";

    [Theory]
    [InlineData(Dialect.Sqlite, false)]
    [InlineData(Dialect.PostgreSql, true)]
    public async Task A_polish_file_is_previewed_and_imported(Dialect dialect, bool windows1250)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var import = engine.Get<SubscriberImport>();
        var encoding = windows1250 ? CodePagesEncodingProvider.Instance.GetEncoding(1250)! : new UTF8Encoding(true);
        var file = await StoreAsync(engine, [.. encoding.GetPreamble(), .. encoding.GetBytes(Polish)]);
        var guess = await import.GuessAsync(file, default);
        var columns = SubscriberGuess.ToColumns(guess, ConsentState.Granted)!;
        Assert.Equal((0, 1, 2, 3, 4, 5), (columns.Email, columns.FirstName, columns.LastName, columns.Phone, columns.Date, columns.Consent));

        var preview = await import.PreviewAsync(file, columns, Warsaw, default);
        Assert.Equal((7L, 3L, 4L, 1L), (preview.Lines, preview.Usable, preview.Wrong, preview.Repeated));
        Assert.Equal((1L, 1L, 1L), (preview.States[ConsentState.Granted], preview.States[ConsentState.Withdrawn], preview.States[ConsentState.NoStatement]));
        Assert.Equal(
            [(5L, "email", ReasonCode.EmailInvalid), (6L, "date", ReasonCode.Unreadable), (7L, "date", ReasonCode.DateImplausible), (8L, "consent", ReasonCode.Unreadable)],
            preview.Problems.Select(problem => (problem.Line, problem.Field, problem.Code)));
        var ala = preview.First[0];
        Assert.Equal(("Ała", "Żółć; \"Zi\"", "+48600100200"), (ala.FirstName, ala.LastName, ala.Phone));
        Assert.Equal(new Consent(ConsentState.Granted, new DateTimeOffset(2024, 3, 2, 9, 15, 0, TimeSpan.Zero), ConsentSource.Import), ala.EmailConsent);
        Assert.Null(preview.First[1].FirstName);
        Assert.Empty(await engine.HubAddressesAsync());

        var run = await engine.FinishAsync((await import.StartAsync(file, columns, ["DAWNI"], "Ewa", dryRun: false, default)).Run);
        Assert.Equal((ExportState.DoneWithRejects, 7L, 4L), (run.State, run.Read, run.Rejected));
        Assert.Equal(["ala@poczta.example", "ola@poczta.example"], (await engine.HubAddressesAsync()).Order(StringComparer.Ordinal));
        var card = (await engine.CardAsync("ala@poczta.example"))!;
        Assert.Equal(["DAWNI", "NEWSLETTER"], card.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal));
        Assert.Equal(HubConsent.Withdrawn, (await engine.CardAsync("ola@poczta.example"))!.Card.EmailConsent);
        var rejected = await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, run.Id, 0, 10, default);
        Assert.Equal(
            [
                ("lista.csv:5", "email", ReasonCode.EmailInvalid, "to nie adres"), ("lista.csv:6", "date", ReasonCode.Unreadable, "31.02.2024"),
                ("lista.csv:7", "date", ReasonCode.DateImplausible, "01.01.2999"), ("lista.csv:8", "consent", ReasonCode.Unreadable, "może"),
            ],
            rejected.Select(row => (row.SourceId, row.Field, row.Code, row.Value)));
        Assert.Equal(["to nie adres", null, null, null], rejected.Select(row => row.Email));
        Assert.Equal(0, await engine.CountRowsAsync("subscriber_line"));
        Assert.Equal(0, await engine.CountRowsAsync("subscriber_file"));
    }

    [Fact]
    public async Task An_import_never_overrides_a_withdrawal_nor_the_data_of_an_account()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = "ala@poczta.example", FirstName = "Alicja", Meta = [RunningEngine.Newsletter("0")] });
        // Later than the first quarter of an hour: before that an empty box is no opt-out.
        engine.Clock.Advance(TimeSpan.FromMinutes(20));
        await engine.ExportAsync(ExportKind.Contacts);
        var file = await StoreAsync(engine, "email,first_name\nala@poczta.example,Podrobiona\n"u8.ToArray());
        await ImportAsync(engine, file);

        var card = (await engine.CardAsync("ala@poczta.example"))!;
        Assert.Equal(("Alicja", HubConsent.Withdrawn), (card.Card.Name, card.Card.EmailConsent));
        Assert.Equal(ConsentState.Withdrawn, (await engine.Views.FindByEmailAsync(engine.Account.Id, "ala@poczta.example", default))[0].EmailConsent);
    }

    [Theory]
    [InlineData("a@poczta.example\nb@poczta.example\n", 2)]
    [InlineData("a@poczta.example;1\nb@poczta.example;0", 2)]
    [InlineData("\u65e5\u672c\temail\nx\ta@poczta.example\n", 1)]
    [InlineData("id|mail\n1|a@poczta.example\r2|b@poczta.example\r", 2)]
    public async Task Files_without_header_or_with_other_separators_are_understood(string text, int people)
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(engine, Encoding.UTF8.GetBytes(text));
        var columns = SubscriberGuess.ToColumns(await engine.Get<SubscriberImport>().GuessAsync(file, default), ConsentState.Granted)!;
        var preview = await engine.Get<SubscriberImport>().PreviewAsync(file, columns, Warsaw, default);
        Assert.Equal((people, people), (preview.Lines, preview.Usable));
    }

    [Fact]
    public async Task A_file_in_UTF_16_is_read()
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(engine, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Imię;email\nŻaneta;a@poczta.example\n")]);
        Assert.Equal(["Imię", "email"], file.Header);
    }

    [Theory]
    [InlineData("", SubscriberFileProblem.Empty)]
    [InlineData(" \r\n\r\n", SubscriberFileProblem.Empty)]
    [InlineData("email,imie\r\n", SubscriberFileProblem.Empty)]
    [InlineData("PK\u0003\u0004\u0000\u0000", SubscriberFileProblem.NotText)]
    public async Task A_file_that_cannot_be_imported_leaves_nothing(string text, SubscriberFileProblem problem)
    {
        await using var engine = await RunningEngine.StartAsync();
        var refused = await Assert.ThrowsAsync<SubscriberFileException>(() => StoreAsync(engine, Encoding.UTF8.GetBytes(text)));
        Assert.Equal(problem, refused.Problem);
        Assert.Equal(0, await engine.CountRowsAsync("subscriber_file"));
    }

    [Fact]
    public async Task A_quotation_mark_that_is_never_closed_names_its_line_and_leaves_nothing()
    {
        await using var engine = await RunningEngine.StartAsync();
        var text = "email,imie\na@poczta.example,A\nb@poczta.example,\"B\n" + string.Concat(Enumerable.Repeat("c@poczta.example,C\n", 5_000));
        var refused = await Assert.ThrowsAsync<SubscriberFileException>(() => StoreAsync(engine, Encoding.UTF8.GetBytes(text)));
        Assert.Equal((SubscriberFileProblem.RecordTooLong, 3L), (refused.Problem, refused.Line));
        Assert.Equal(0, await engine.CountRowsAsync("subscriber_line"));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_yes_yields_to_a_no_pages_below_under_the_reading_it_was_found_by(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var import = engine.Get<SubscriberImport>();
        var text = new StringBuilder("email;zgoda;data\nala@poczta.example;tak;2024-05-01\n");
        for (var number = 0; number < 2_100; number++)
            text.Append(CultureInfo.InvariantCulture, $"osoba{number}@poczta.example;\n");
        var file = await StoreAsync(engine, Encoding.UTF8.GetBytes(text + "\u200bALA@poczta.example;nie\n"));
        var columns = SubscriberGuess.ToColumns(await import.GuessAsync(file, default), ConsentState.NoStatement)!;
        var preview = await import.PreviewAsync(file, columns, Warsaw, default);
        Assert.Equal((1L, 1L, 0L), (preview.Contradicting, preview.States[ConsentState.Withdrawn], preview.States[ConsentState.Granted]));

        // Read by another column in between: what was found by one reading is not taken for another.
        await engine.FinishAsync((await import.StartAsync(file, columns, [], null, dryRun: true, default)).Run);
        var others = columns with { Consent = null, EverybodyIs = ConsentState.Granted };
        await engine.FinishAsync((await import.StartAsync(file, others, [], null, dryRun: true, default)).Run);
        var run = await engine.FinishAsync((await import.StartAsync(file, columns, [], null, dryRun: false, default)).Run);

        Assert.Equal(1, run.Options.Subscribers!.Contradicting);
        var card = (await engine.CardAsync("ala@poczta.example"))!.Card;
        Assert.Equal(HubConsent.Withdrawn, card.EmailConsent);
        var row = (await engine.Views.FindByEmailAsync(engine.Account.Id, "ala@poczta.example", default))[0];
        Assert.Equal([ConsentState.Withdrawn], (await engine.Views.ContactAsync(engine.Account.Id, row.Id, default))!.Consents.Select(entry => entry.Consent.State));
    }

    [Fact]
    public async Task A_no_that_is_rejected_for_its_date_still_stops_the_yes_of_another_line()
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(engine, "email;zgoda;data\na@poczta.example;tak;2024-05-01\na@poczta.example;nie;31.02.2024\n"u8.ToArray());
        var run = await ImportAsync(engine, file);
        Assert.Equal((1L, 1L), (run.Sent, run.Rejected));
        Assert.Equal(ConsentState.NoStatement, (await engine.Views.FindByEmailAsync(engine.Account.Id, "a@poczta.example", default))[0].EmailConsent);
    }

    [Fact]
    public async Task Text_of_several_lines_is_no_record_unless_it_looks_like_one()
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(
            engine, "email;uwagi;zgoda\na@poczta.example;\"Dzwonić rano,\nalbo pisać: b@poczta.example\n\nEwa\";tak\nc@poczta.example;5\" rura;tak\n"u8.ToArray());
        Assert.Equal(2, file.Lines);
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_before_it_is_read()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var large = new EndlessFile(SubscriberImport.MaxBytes + 1);
        var refused = await Assert.ThrowsAsync<SubscriberFileException>(
            () => engine.Get<SubscriberImport>().StoreAsync(engine.Store.Key, "lista.csv", large, null, default));
        Assert.Equal(SubscriberFileProblem.TooLarge, refused.Problem);
    }

    [Fact]
    public async Task Ten_thousand_lines_go_through_page_by_page()
    {
        await using var engine = await RunningEngine.StartAsync();
        var text = new StringBuilder("email\n");
        for (var number = 0; number < 10_000; number++)
            text.Append(CultureInfo.InvariantCulture, $"osoba{number}@poczta.example\n");
        var file = await StoreAsync(engine, Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Equal(10_000, file.Lines);
        var run = await ImportAsync(engine, file);
        Assert.Equal((10_000L, 10_000L), (run.Read, run.Sent));
    }

    [Fact]
    public async Task A_file_that_is_gone_fails_its_run_and_stops_nothing_else()
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(engine, "email\na@poczta.example\n"u8.ToArray());
        var (run, _) = await engine.Get<SubscriberImport>().StartAsync(file, new SubscriberColumns { Email = 0 }, [], null, dryRun: false, default);
        await engine.Get<ISubscriberFiles>().DeleteAsync(engine.Account.Id, file.Id, default);
        var ended = await engine.FinishAsync(run);
        Assert.Equal((ExportState.Failed, StoreState.Active), (ended.State, (await engine.StoreNowAsync()).State));
    }

    [Fact]
    public async Task Files_nobody_imported_are_deleted_after_a_day()
    {
        await using var engine = await RunningEngine.StartAsync();
        var old = await StoreAsync(engine, "email\na@poczta.example\n"u8.ToArray());
        engine.Clock.Advance(TimeSpan.FromHours(25));
        await StoreAsync(engine, "email\nb@poczta.example\n"u8.ToArray());
        Assert.Null(await engine.Get<ISubscriberFiles>().FindAsync(engine.Account.Id, old.Id, default));
        Assert.Equal(1, await engine.CountRowsAsync("subscriber_line"));
    }

    [Fact]
    public async Task Another_accounts_file_is_not_read()
    {
        await using var engine = await RunningEngine.StartAsync();
        var file = await StoreAsync(engine, "email\na@poczta.example\n"u8.ToArray());
        Assert.Null(await engine.Get<ISubscriberFiles>().FindAsync(engine.Account.Id + 1, file.Id, default));
        Assert.Empty(await engine.Get<ISubscriberFiles>().LinesAsync(engine.Account.Id + 1, file.Id, 0, 10, default));
    }

    static readonly TimeZoneInfo Warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");

    static async Task<SubscriberFile> StoreAsync(RunningEngine engine, byte[] content)
    {
        await using var stream = new MemoryStream(content);
        return await engine.Get<SubscriberImport>().StoreAsync(engine.Store.Key, @"C:\listy\lista.csv", stream, "Ewa", default);
    }

    static async Task<ExportRun> ImportAsync(RunningEngine engine, SubscriberFile file)
    {
        var import = engine.Get<SubscriberImport>();
        var columns = SubscriberGuess.ToColumns(await import.GuessAsync(file, default), ConsentState.Granted)!;
        return await engine.FinishAsync((await import.StartAsync(file, columns, [], "Ewa", dryRun: false, default)).Run);
    }

    /// <summary>Claims to be long; must not be read.</summary>
    sealed class EndlessFile(long length) : MemoryStream
    {
        public override long Length => length;

        public override int Read(Span<byte> buffer) => throw new InvalidOperationException("Was read.");
    }
}
