using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Pomost.App.Tests.Fixture;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: whoever gets a password or a name by the command line or by a partner's plugin gets none that the panel would refuse, learns of it, and an account is
/// made whole or not at all. Method: the program as a process, a mail server on the loopback, and a database that refuses a step.
/// </summary>
public sealed class AccountDoorTests
{
    const string Ewa = "ewa@example.test";
    const string Good = "zielony rower jedzie";

    [Fact]
    public async Task Passwords_and_names_of_the_command_line_are_held_to_what_the_panel_asks()
    {
        using var folder = new TemporaryFolder();
        foreach (var weak in new[] { "", "krótkie", "Password123!", "zaq1@WSXcde3", "ewa@example.test", "pomostpomost", new string('x', 1_025) })
            await RefusedAsync(folder, weak, "account", "add", "--email", Ewa, "--password-stdin");
        foreach (var name in new[] { "", new string('n', 101), "Ewa https://zly.example/x", "Ewa\nwww", "Ewa\u202Eawe" })
            await RefusedAsync(folder, null, "account", "add", "--email", Ewa, "--name", name);
        foreach (var email in new[] { "ewa", "ewa@example.test,jan@example.test", new string('e', 250) + "@example.test" })
            await RefusedAsync(folder, null, "account", "add", "--email", email);
        Assert.Empty((await CommandLineTests.OkAsync(folder, "account", "list")).AsArray());

        (await RunAsync(folder, null, Good, "account", "add", "--email", Ewa, "--name", "Lniana Łąka", "--password-stdin")).AssertExit(0);
        var hash = await TextAsync(folder, "SELECT password_hash FROM app_user");
        foreach (var weak in new[] { "krótkie", "Password123!", "LnianaLaka2026", Ewa })
            await RefusedAsync(folder, weak, "account", "password", "--email", Ewa, "--password-stdin");
        Assert.Equal(hash, await TextAsync(folder, "SELECT password_hash FROM app_user"));

        await RefusedAsync(folder, "Password123!", "hub", "account", "add", "--email", Ewa, "--password-stdin");
        await RefusedAsync(folder, null, "hub", "account", "add", "--email", Ewa, "--name", "www.zly.example");
        Assert.Empty((await CommandLineTests.OkAsync(folder, "hub", "account", "list")).AsArray());
        var made = (await RunAsync(folder, null, Good, "hub", "account", "add", "--email", Ewa, "--password-stdin")).Json["clientId"]!.GetValue<string>();
        hash = await TextAsync(folder, "SELECT password_hash FROM hub_user");
        await RefusedAsync(folder, "Password123!", "hub", "login", "set", "--client-id", made);
        Assert.Equal(hash, await TextAsync(folder, "SELECT password_hash FROM hub_user"));
        (await RunAsync(folder, null, "inny rower jedzie", "hub", "login", "set", "--client-id", made)).AssertExit(0);
        Assert.NotEqual(hash, await TextAsync(folder, "SELECT password_hash FROM hub_user"));
    }

    [Fact]
    public async Task Whose_password_was_set_on_the_command_line_learns_of_it_by_mail_or_the_command_says_that_they_do_not()
    {
        using var folder = new TemporaryFolder();
        await using var mail = new MailServer();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", Ewa, "--name", "Ewa");
        var untold = await CommandLineTests.OkAsync(folder, "account", "password", "--email", Ewa);
        Assert.False(untold["told"]!.GetValue<bool>());

        await using var server = Fixture.Pomost.StartWith(mail, null, "serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        server.NextJson();
        var told = (await RunAsync(folder, mail, null, "account", "password", "--email", Ewa)).Json;
        Assert.True(told["told"]!.GetValue<bool>());
        var letter = await mail.NextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((Ewa, "Osoba, która prowadzi instalację, ustawiła Ci nowe hasło"), (letter.To, letter.Subject));
        Assert.DoesNotContain(told["password"]!.GetValue<string>(), letter.Part("text/plain")!, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLineTests.OkAsync(folder, "audit", "--action", "profile.password_reset")).AsArray().Count);
    }

    [Fact]
    public async Task The_owners_of_a_team_learn_of_a_new_password_for_plugins_and_a_partners_customer_of_their_account()
    {
        using var folder = new TemporaryFolder();
        await using var mail = new MailServer();
        await using var server = Fixture.Pomost.StartWith(
            mail, null, "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "5", "--guests", "0", "--orders", "0", "--living", "3600");
        var hub = server.NextJson()["hub"]!;
        (await RunAsync(folder, mail, null, "hub", "login", "rotate")).AssertExit(0);
        var letter = await mail.NextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Wtyczki logują się nowym hasłem", letter.Subject);

        using var partner = await PartnerAsync(folder, hub);
        Assert.True((await RegisterAsync(partner, Good))["success"]!.GetValue<bool>());
        letter = await mail.NextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(("marta@sklep.example", "Potwierdź adres e-mail"), (letter.To, letter.Subject));
    }

    [Fact]
    public async Task An_account_of_a_partner_is_made_whole_or_not_at_all_and_of_what_the_panel_takes()
    {
        using var folder = new TemporaryFolder();
        await using var server = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "5", "--guests", "0", "--orders", "0", "--living", "3600");
        using var partner = await PartnerAsync(folder, server.NextJson()["hub"]!);
        foreach (var weak in new[] { "Password123!", "marta@sklep.example", "MartaZielinska1" })
            Assert.StartsWith("Cannot register appstore user", Said(await RegisterAsync(partner, weak)), StringComparison.Ordinal);
        foreach (var name in new[] { new string('n', 101), "Marta http://zly.example/x", "Marta\nZła" })
            Assert.StartsWith("Cannot register appstore user", Said(await RegisterAsync(partner, Good, name)), StringComparison.Ordinal);
        var before = await CountsAsync(folder);

        // The steps of making it, each refused once.
        foreach (var step in new[] { "account", "membership", "callback_address", "hub_callback", "destination", "audit_entry" })
        {
            await ExecuteAsync(folder, $"CREATE TRIGGER refuse_{step} BEFORE INSERT ON {step} BEGIN SELECT RAISE(ABORT, 'no'); END");
            Assert.False((await RegisterAsync(partner, Good))["success"]!.GetValue<bool>());
            await ExecuteAsync(folder, $"DROP TRIGGER refuse_{step}");
            Assert.Equal((step, before), (step, await CountsAsync(folder)));
        }

        var made = await RegisterAsync(partner, Good);
        Assert.True(made["success"]!.GetValue<bool>(), made.ToJsonString());
    }

    static async Task<HubCaller> PartnerAsync(TemporaryFolder folder, JsonNode hub)
    {
        var made = await CommandLineTests.OkAsync(folder, "hub", "account", "add", "--email", "partner@agencja.example", "--partner");
        return new HubCaller(new JsonObject
        {
            ["endpoint"] = hub["endpoint"]!.GetValue<string>(),
            ["clientId"] = made["clientId"]!.GetValue<string>(),
            ["apiSecret"] = made["apiSecret"]!.GetValue<string>(),
            ["owner"] = made["owner"]!.GetValue<string>(),
        });
    }

    static Task<JsonNode> RegisterAsync(HubCaller partner, string password, string name = "Marta Zielińska") => partner.CallAsync(
        "/api/account/registerAppstore", new JsonObject { ["name"] = name, ["email"] = "marta@sklep.example", ["password"] = password, ["lang"] = "PL" });

    static string Said(JsonNode answer) => answer["message"]![0]!.GetValue<string>();

    /// <summary>Everything that a partner's account is made of.</summary>
    static async Task<string> CountsAsync(TemporaryFolder folder)
    {
        string[] tables = ["app_user", "account", "membership", "destination", "callback_address", "hub_account", "hub_user", "hub_callback"];
        return await TextAsync(folder, $"SELECT {string.Join(" || ' ' || ", tables.Select(table => $"'{table} ' || (SELECT count(*) FROM {table})"))}");
    }

    static async Task<string> TextAsync(TemporaryFolder folder, string sql)
    {
        await using var connection = await OpenAsync(folder);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(TemporaryFolder folder, string sql)
    {
        await using var connection = await OpenAsync(folder);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    static async Task<SqliteConnection> OpenAsync(TemporaryFolder folder)
    {
        var connection = new SqliteConnection($"Data Source={folder.File("pomost.db")};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        return connection;
    }

    static async Task RefusedAsync(TemporaryFolder folder, string? input, params string[] command)
    {
        var outcome = await RunAsync(folder, null, input, command);
        Assert.True(outcome.ExitCode == 2, $"{string.Join(' ', command)} < {input}: {outcome.ExitCode}");
        Assert.Contains("Nothing was", outcome.Errors, StringComparison.Ordinal);
    }

    static async Task<Outcome> RunAsync(TemporaryFolder folder, MailServer? mail, string? input, params string[] command)
    {
        await using var program = Fixture.Pomost.StartWith(mail, input, [.. command, "--data", folder.Path, "--json"]);
        return await program.EndAsync();
    }
}
