using System.Text;
using Pomost.App.Tests.Fixture;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: a file never subscribes anybody who did not ask, whatever its columns are called, and what is wrong with it is said.
/// Method: files as newsletter programs and spreadsheets write them, through the command as it is typed, and the ledger.</summary>
public sealed class ImportFileTests(ConnectedShop shop) : IClassFixture<ConnectedShop>
{
    const string Mailchimp = "Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_REASON\n{0},Anna,K,2024-03-01 10:00:00,NORMAL\n";

    [Theory]
    [InlineData("a3-anna", Mailchimp, "Withdrawn")]
    [InlineData("a3-ola", "email;imie;Zgoda marketingowa\n{0};Ola;NIE\n", "Withdrawn")]
    [InlineData("a3-shopify", "First Name,Last Name,Email,Accepts Email Marketing,Phone\nOla,N,{0},no,\n", "Withdrawn")]
    [InlineData("a3-poet1", "\"Email\",\"First name\",\"Global Status\",\"List\"\n\"{0}\",\"Ula\",\"Unsubscribed\",\"A\"\n", "Withdrawn")]
    [InlineData("a3-poet2", "\"Email\",\"First name\",\"Global Status\",\"List\"\n\"{0}\",\"Ula\",\"Bounced\",\"A\"\n", null)]
    [InlineData("a3-poet3", "\"Email\",\"First name\",\"Global Status\",\"List\"\n\"{0}\",\"Ula\",\"Unconfirmed\",\"A\"\n", null)]
    [InlineData("a3-poet4", "\"Email\",\"First name\",\"Global Status\",\"List\"\n\"{0}\",\"Ula\",\"Inactive\",\"A\"\n", null)]
    [InlineData("a3-yes", "\"Email\",\"First name\",\"Global Status\",\"List\"\n\"{0}\",\"Ula\",\"Subscribed\",\"A\"\n", "Granted")]
    [InlineData("a3-klaviyo", "Email,Email Marketing Consent\n{0},NEVER_SUBSCRIBED\n", null)]
    [InlineData("a3-cleaned", "Email Address,OPTIN_TIME,CLEAN_TIME\n{0},2022-03-01 10:00:00,2024-03-01 10:00:00\n", "Withdrawn")]
    [InlineData("a3-black", "email;blacklist\n{0};1\n", "Withdrawn")]
    public async Task A_column_that_speaks_of_consent_is_believed_and_only_a_clear_yes_is_a_yes(string name, string text, string? state)
    {
        var email = name + "@poczta.example";
        await shop.ImportAsync(text.Replace("{0}", email, StringComparison.Ordinal));
        Assert.Equal(state, await shop.StateAsync(email));
    }

    [Theory]
    [InlineData("email;imie\n{0};Ola\n", "not used: none")]
    [InlineData("email;firma;miasto\n{0};F;Łódź\n", "not used: miasto")]
    [InlineData("{0}\nb-{0}\n", null)]
    [InlineData("email;kolumna\n{0};NIE\n", "kolumna")]
    public async Task A_file_that_says_nothing_of_consent_is_refused_until_the_operator_says_it(string text, string? unused)
    {
        var email = $"nic-{Guid.NewGuid():N}@poczta.example";
        var outcome = await shop.ImportAsync(text.Replace("{0}", email, StringComparison.Ordinal));
        outcome.AssertExit(2);
        Assert.Contains("--everybody", outcome.Errors, StringComparison.Ordinal);
        if (unused is not null)
            Assert.Contains(unused, outcome.Errors, StringComparison.Ordinal);
        Assert.Null(await shop.StateAsync(email));
        Assert.Equal((0, 0), await shop.KeptAsync());
    }

    [Theory]
    [InlineData("granted", "Granted")]
    [InlineData("WITHDRAWN", "Withdrawn")]
    [InlineData("none", null)]
    [InlineData("NoStatement", null)]
    public async Task What_the_operator_says_of_everybody_is_taken(string said, string? state)
    {
        var email = $"wszyscy-{said.ToLowerInvariant()}@poczta.example";
        (await shop.ImportAsync($"email;imie\n{email};Ola\n", "--everybody", said)).AssertExit(0);
        Assert.Equal(state, await shop.StateAsync(email));
    }

    [Theory]
    [InlineData("Global Status", "Unsubscribed")]
    [InlineData("zgoda na  Newsletter", "nie")]
    [InlineData("opt_in", "0")]
    [InlineData("E-mail marketing status", "not_subscribed")]
    [InlineData("confirmed", "no")]
    [InlineData("Zapisany", "")]
    [InlineData("AKTYWNY", "N")]
    [InlineData("notatki", "unsubscribed")]
    [InlineData("kolumna", "nie")]
    [InlineData("Status klienta", "jakiś")]
    public async Task Everybody_granted_does_not_overrule_a_column_that_speaks_of_consent_unless_it_is_named(string column, string value)
    {
        var email = $"mimo-{Guid.NewGuid():N}@poczta.example";
        var text = $"email;imie;{column}\n{email};Ola;{value}\n";
        var refused = await shop.ImportAsync(text, "--everybody", "granted");
        refused.AssertExit(2);
        Assert.Contains(column, refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--ignore-column", refused.Errors, StringComparison.Ordinal);
        Assert.Null(await shop.StateAsync(email));
        (await shop.ImportAsync(text, "--everybody", "granted", "--ignore-column", column)).AssertExit(0);
        Assert.Equal("Granted", await shop.StateAsync(email));
    }

    [Theory]
    [InlineData("unsubscribed_at", "2024-03-01 10:00:00", "Withdrawn")]
    [InlineData("Unsubscribed", "TRUE", "Withdrawn")]
    [InlineData("BOUNCED", "true", null)]
    [InlineData("opt_out", "1", "Withdrawn")]
    public async Task Who_unsubscribed_or_cannot_be_reached_is_left_out_of_what_is_said_of_everybody(string column, string value, string? state)
    {
        var (gone, other) = ($"poza-{Guid.NewGuid():N}@poczta.example", $"reszta-{Guid.NewGuid():N}@poczta.example");
        (await shop.ImportAsync($"email;{column}\n{gone};{value}\n{other};\n")).AssertExit(2);
        (await shop.ImportAsync($"email;{column}\n{gone};{value}\n{other};\n", "--everybody", "granted")).AssertExit(0);
        Assert.Equal((state, "Granted"), (await shop.StateAsync(gone), await shop.StateAsync(other)));
    }

    [Fact]
    public async Task Columns_that_say_nothing_of_consent_do_not_stand_in_the_way()
    {
        (await shop.ImportAsync("email;imie;miasto;Suma zamówień;Subscriber ID;sms_consent;data zapisu\nobok@poczta.example;Ola;Łódź;0;7;nie;2024-03-01\n",
            "--everybody", "granted")).AssertExit(0);
        Assert.Equal("Granted", await shop.StateAsync("obok@poczta.example"));
    }

    [Fact]
    public async Task Two_columns_of_consent_are_asked_about_and_the_one_named_is_read()
    {
        const string text = "email,Status,List Status\ndwie@poczta.example,subscribed,unsubscribed\n";
        var refused = await shop.ImportAsync(text);
        refused.AssertExit(2);
        Assert.Contains("List Status", refused.Errors, StringComparison.Ordinal);
        (await shop.ImportAsync(text, "--map", "consent=List Status", "--ignore-column", "Status")).AssertExit(0);
        Assert.Equal("Withdrawn", await shop.StateAsync("dwie@poczta.example"));
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("C")]
    public async Task A_word_nobody_knows_rejects_the_row_with_the_word(string word)
    {
        var email = $"slowo-{Guid.NewGuid():N}@poczta.example";
        var outcome = await shop.ImportAsync($"email;zgoda\n{email};{word}\n", "--dry-run");
        outcome.AssertExit(3);
        Assert.Equal(word, outcome.Json["problems"]![0]!["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Anna-1@Poczta.Example;1\n anna-1@poczta.example ;0\n", "anna-1", "Withdrawn")]
    [InlineData("anna-2@poczta.example;0\nAnna-2@Poczta.Example;1\n", "anna-2", "Withdrawn")]
    [InlineData("anna-3@poczta.example;1;2024-05-01\nanna-3@poczta.example;0;\n", "anna-3", "Withdrawn")]
    [InlineData("anna-4@poczta.example;1;\nanna-4@poczta.example;0;2024-05-01\n", "anna-4", "Withdrawn")]
    [InlineData("anna-5@poczta.example;1;2024-05-01 12:00\nanna-5@poczta.example;0;2024-05-01 10:00\n", "anna-5", "Withdrawn")]
    [InlineData("anna-6@poczta.example;0;2024-05-01\nanna-6@poczta.example;1;2024-06-01\n", "anna-6", "Granted")]
    [InlineData("anna-7@poczta.example;1;2024-06-01\nanna-7@poczta.example;0;2024-05-01\n", "anna-7", "Granted")]
    public async Task Rows_of_one_address_that_contradict_each_other_end_in_the_withdrawal(string rows, string name, string state)
    {
        var outcome = await shop.ImportAsync("email;zgoda;data\n" + rows);
        outcome.AssertExit(0);
        Assert.Equal(state, await shop.StateAsync(name + "@poczta.example"));
        Assert.Equal(1, outcome.Json["contradicting"]?.GetValue<long>());
    }

    [Fact]
    public async Task Rows_that_contradict_each_other_pages_apart_end_in_the_withdrawal()
    {
        var text = new StringBuilder("email;zgoda;data\ndaleko-1@poczta.example;1;2024-05-01\ndaleko-2@poczta.example;0\n");
        for (var number = 0; number < 1_200; number++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"srodek-{number}@poczta.example;\n");
        text.Append("Daleko-1@poczta.example;0\nDALEKO-2@poczta.example;1;2024-05-01\n");
        (await shop.ImportAsync(text.ToString())).AssertExit(0);
        Assert.Equal("Withdrawn", await shop.StateAsync("daleko-1@poczta.example"));
        Assert.Equal("Withdrawn", await shop.StateAsync("daleko-2@poczta.example"));
    }

    [Theory]
    [InlineData("email;firma;zgoda\nanna@example.com;\"Firma \"\"A\"\";1\nola@example.com;B;1\nula@example.com;C;1", "line 2")]
    [InlineData("email;firma;zgoda\na@example.com;A;1\nanna@example.com;\"Firma A;1\nola@example.com;\"B\";1\nula@example.com;C;1\n", "line 3")]
    [InlineData("email;firma;zgoda\nanna@example.com;\"Firma A;1\nola@example.com;B;1\nula@example.com;C\";1\n", "line 2")]
    [InlineData("\"email;firma;zgoda\nanna@example.com;A;1\n", "line 1")]
    public async Task A_quotation_mark_that_is_never_closed_is_refused_with_its_line(string text, string line)
    {
        var outcome = await shop.ImportAsync(text);
        outcome.AssertExit(2);
        Assert.Contains(line, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("quotation mark", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal((0, 0), await shop.KeptAsync());
    }

    [Theory]
    [InlineData("sep=;\nEmail;Imię;Zgoda\n{0};Ola;tak\n", "utf-8")]
    [InlineData("SEP=,\r\nEmail,Imię,Zgoda\r\n{0},Ola,tak\r\n", "utf-8")]
    [InlineData("\"sep=;\"\n\"Email\";\"Imię\";\"Zgoda\"\n\"{0}\";\"Ola\";\"tak\"\n", "utf-8")]
    [InlineData("Email;Imię;Zgoda\n\n;;\n \n{0};Ola;tak;;;\n;;;;\n", "utf-8")]
    [InlineData(" Email ; Imię ; Zgoda \n{0};Ola; tak \n", "utf-8")]
    [InlineData("\ufeffEmail;Imię;Zgoda\n{0};Ola;tak\n", "utf-8")]
    [InlineData("\ufeffEmail;Imię;Zgoda\n{0};Ola;tak\n", "utf-16")]
    [InlineData("\ufeffEmail;Imię;Zgoda\n{0};Ola;tak\n", "utf-16BE")]
    [InlineData("Email;Imię;Zgoda\n{0};Ola;tak\n", "utf-16")]
    [InlineData("Email;Imię;Zgoda\n{0};Ola;tak\n", "utf-16BE")]
    [InlineData("Email;Imię;Zgoda\n{0};Jaś Źąk;tak\n", "windows-1250")]
    [InlineData("Email;Imię;Zgoda\n{0};Jaś Źąk;tak\n", "iso-8859-2")]
    public async Task A_file_is_read_in_the_way_its_program_wrote_it(string text, string encoding)
    {
        var email = $"plik-{Guid.NewGuid():N}@poczta.example";
        var written = text.Replace("{0}", email, StringComparison.Ordinal);
        var codes = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var outcome = await shop.ImportAsync(codes.GetBytes(written), "--dry-run");
        outcome.AssertExit(0);
        var person = Assert.Single(outcome.Json["first"]!.AsArray())!;
        Assert.Equal(
            (email, written.Contains("Jaś", StringComparison.Ordinal) ? "Jaś Źąk" : "Ola", "granted"),
            (person["email"]!.GetValue<string>(), person["firstName"]!.GetValue<string>(), person["consent"]!.GetValue<string>()));
        Assert.Equal(1, outcome.Json["lines"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("45321", "2024-01-29T23:00:00+00:00")]
    [InlineData("45321.38", "2024-01-30T08:07:12+00:00")]
    [InlineData("45321,38", "2024-01-30T08:07:12+00:00")]
    [InlineData("1.2.2024 9:05", "2024-02-01T08:05:00+00:00")]
    [InlineData("01.02.2024 09:05:07", "2024-02-01T08:05:07+00:00")]
    [InlineData("1.2.2024", "2024-01-31T23:00:00+00:00")]
    [InlineData("2/15/2024 9:05", "2024-02-15T08:05:00+00:00")]
    [InlineData("2/15/2024 9:05 PM", "2024-02-15T20:05:00+00:00")]
    [InlineData("15/2/2024", "2024-02-14T23:00:00+00:00")]
    [InlineData("2024-02-01 9:05", "2024-02-01T08:05:00+00:00")]
    [InlineData("2024-02-01T09:05:00Z", "2024-02-01T09:05:00+00:00")]
    [InlineData("2024-02-01 09:05:00 +0100", "2024-02-01T08:05:00+00:00")]
    [InlineData("2024-02-01 09:05:00 UTC", "2024-02-01T09:05:00+00:00")]
    public async Task Dates_are_read_as_spreadsheets_write_them(string written, string at)
    {
        var outcome = await shop.ImportAsync($"email;zgoda;data\ndata@poczta.example;tak;{written}\n", "--dry-run");
        outcome.AssertExit(0);
        Assert.Equal(DateTimeOffset.Parse(at, null), outcome.Json["first"]![0]!["at"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task A_column_of_dates_that_can_be_read_two_ways_is_asked_about()
    {
        const string text = "email;zgoda;data\nkiedy@poczta.example;tak;3/4/2024\nkiedy-2@poczta.example;tak;5/6/2024\n";
        var refused = await shop.ImportAsync(text);
        refused.AssertExit(2);
        Assert.Contains("data", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--dates", refused.Errors, StringComparison.Ordinal);
        var day = await shop.ImportAsync(text, "--dates", "day-first", "--dry-run");
        Assert.Equal(new DateTimeOffset(2024, 4, 2, 22, 0, 0, TimeSpan.Zero), day.Json["first"]![0]!["at"]!.GetValue<DateTimeOffset>());
        var month = await shop.ImportAsync(text, "--dates", "month-first", "--dry-run");
        Assert.Equal(new DateTimeOffset(2024, 3, 3, 23, 0, 0, TimeSpan.Zero), month.Json["first"]![0]!["at"]!.GetValue<DateTimeOffset>());
        // One day after the twelfth tells for the whole column.
        var told = await shop.ImportAsync(text + "kiedy-3@poczta.example;tak;4/13/2024\n", "--dry-run");
        Assert.Equal(new DateTimeOffset(2024, 3, 3, 23, 0, 0, TimeSpan.Zero), told.Json["first"]![0]!["at"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task A_sign_nobody_sees_is_shown_and_a_telephone_a_spreadsheet_broke_is_left_out()
    {
        var outcome = await shop.ImportAsync(
            "email;telefon;zgoda\nola\u200b@example.com;;tak\n\u00a0\ufeffewa-z@poczta.example\u200b;4,86E+10;tak\niza-z@poczta.example;4.86E+10;tak\n", "--dry-run");
        outcome.AssertExit(3);
        Assert.Equal("ola⟨U+200B⟩@example.com", outcome.Json["problems"]![0]!["value"]!.GetValue<string>());
        Assert.Equal("ewa-z@poczta.example", outcome.Json["first"]![0]!["email"]!.GetValue<string>());
        Assert.All(outcome.Json["first"]!.AsArray(), person => Assert.Null(person!["phone"]));
        Assert.Equal(2, outcome.Json["phonesLeftOut"]!.GetValue<long>());
    }
}

/// <summary>An installation with one simulated shop connected, and a file at a time.</summary>
public sealed class ConnectedShop : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly Fixture.Pomost _shop = Fixture.Pomost.Start(
        "simulate", "woocommerce", "--json", "--customers", "1", "--guests", "0", "--orders", "0");

    public async ValueTask InitializeAsync()
    {
        var keys = _shop.NextJson();
        await CommandLineTests.OkAsync(_folder, "account", "add", "--email", "ewa@example.test");
        await CommandLineTests.OkAsync(_folder, CommandLineTests.AddStore(keys));
    }

    internal Task<Outcome> ImportAsync(string text, params string[] options) => ImportAsync(Encoding.UTF8.GetBytes(text), options);

    internal async Task<Outcome> ImportAsync(byte[] content, params string[] options)
    {
        var file = _folder.File("lista.csv");
        await File.WriteAllBytesAsync(file, content);
        return await CommandLineTests.RunAsync(_folder, ["import", "subscribers", file, .. options]);
    }

    /// <summary>The person's newest statement in the ledger; null = none.</summary>
    internal async Task<string?> StateAsync(string email)
    {
        var outcome = await CommandLineTests.RunAsync(_folder, "consent", "show", email);
        return outcome.ExitCode == 0 ? outcome.Json["lines"]!.AsArray()[^1]!["state"]!.GetValue<string>() : null;
    }

    /// <summary>Files and lines in the database.</summary>
    internal async Task<(long Files, long Lines)> KeptAsync()
    {
        await using var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(_folder.File("pomost.db")), TimeProvider.System);
        return (await CountAsync("subscriber_file"), await CountAsync("subscriber_line"));

        async Task<long> CountAsync(string table)
            => (await database.ReadAsync(session => session.Command($"SELECT count(*) FROM {table}").NumberAsync()))!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        _folder.Dispose();
    }
}
