using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Pomost.App.Tests.Fixture;
using Pomost.Engine;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: a shop is connected, exported and looked into from the command line alone. Method: the program as its own shop.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task A_shop_is_connected_exported_and_looked_into()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "50", "--guests", "10", "--orders", "80", "--odd-records");
        var keys = shop.NextJson();

        var account = await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        Assert.Equal(16, account["password"]!.GetValue<string>().Length);
        Assert.Single((await OkAsync(folder, "account", "list")).AsArray());

        var added = await OkAsync(folder, AddStore(keys));
        Assert.True(added["stored"]!.GetValue<bool>());
        Assert.True(added["check"]!["ready"]!.GetValue<bool>());
        var slug = added["store"]!.GetValue<string>();
        var listed = Assert.Single((await OkAsync(folder, "store", "list")).AsArray())!;
        Assert.Equal((slug, "active"), (listed["store"]!.GetValue<string>(), listed["state"]!.GetValue<string>()));
        Assert.True((await OkAsync(folder, "store", "check", slug))["ready"]!.GetValue<bool>());

        // Who decided nothing is sent when asked for, as in the panel.
        var preset = await RunAsync(folder, "export", "contacts", "--dry-run");
        var dry = await RunAsync(folder, "export", "contacts", "--dry-run", "--consent", "Granted", "Withdrawn", "NoStatement");
        Assert.Equal(dry.Json["toSend"]!.GetValue<long>(), preset.Json["toSend"]!.GetValue<long>() + preset.Json["reasons"]!["ConsentStateNotChosen"]!.GetValue<long>());
        dry.AssertExit(3);
        var rejected = folder.File("rejected.csv");
        var real = await RunAsync(folder, "export", "contacts", "--tags", "wiosna, lato", "--rejected", rejected, "--consent", "Granted", "Withdrawn", "NoStatement");
        real.AssertExit(3);
        AssertAddsUp(real.Json);
        Assert.Equal(dry.Json["toSend"]!.GetValue<long>(), real.Json["sent"]!.GetValue<long>());
        var lines = await File.ReadAllLinesAsync(rejected);
        Assert.Equal(1 + real.Json["rejected"]!.GetValue<long>(), lines.Length);
        Assert.Contains("EmailTooLong", lines[1], StringComparison.Ordinal);

        var orders = await RunAsync(folder, "export", "transactions");
        orders.AssertExit(3);
        AssertAddsUp(orders.Json);
        var again = await RunAsync(folder, "export", "transactions");
        Assert.Equal(0, again.Json["sent"]!.GetValue<long>());

        var story = Assert.Single((await OkAsync(folder, "trace", "dawno.temu@poczta.example")).AsArray())!;
        Assert.Equal(("contact", "sent"), (story["kind"]!.GetValue<string>(), story["outcome"]!.GetValue<string>()));
        Assert.NotEmpty(story["entries"]![0]!["answers"]!.AsArray());
        (await RunAsync(folder, "trace", "nikt@poczta.example")).AssertExit(2);

        Assert.False((await OkAsync(folder, "products", "off"))["sends"]!.GetValue<bool>());
        Assert.False((await OkAsync(folder, "products", "status"))["sends"]!.GetValue<bool>());
        Assert.True((await OkAsync(folder, "products", "on"))["sends"]!.GetValue<bool>());
        Assert.True((await OkAsync(folder, "products", "sync"))["asked"]!.GetValue<bool>());
        var products = await OkAsync(folder, "products", "status");
        Assert.True(products["sends"]!.GetValue<bool>());
        Assert.Equal((0L, null), (products["refused"]!.GetValue<long>(), products["problem"]?.GetValue<string>()));
        (await RunAsync(folder, "destination", "change", "1", "--api-v3-key", "abc")).AssertExit(2);
        Assert.True((await OkAsync(folder, "doctor"))["healthy"]!.GetValue<bool>());

        await OkAsync(folder, "sync");
        await OkAsync(folder, "limits", "--shop-per-second", "5");
        (await RunAsync(folder, "person", "export", "dawno.temu@poczta.example")).AssertExit(0);
        var hook = await OkAsync(folder, "webhooks", "add", "http://127.0.0.1:1/hook", "--event", "export.finished");
        Assert.StartsWith("whsec_", hook["secret"]!.GetValue<string>(), StringComparison.Ordinal);
        (await RunAsync(folder, "webhooks", "test", "1")).AssertExit(4);
        Assert.Equal("export.finished", Assert.Single((await OkAsync(folder, "webhooks", "list")).AsArray())!["events"]![0]!.GetValue<string>());
        (await Fixture.Pomost.RunAsync("webhooks", "remove", "1", "--data", folder.Path)).AssertExit(0);
        (await RunAsync(folder, "webhooks", "add", "odbiorca")).AssertExit(2);
        await OkAsync(folder, "store", "pause", slug);
        var log = (await OkAsync(folder, "audit")).AsArray();
        Assert.Equal(
            ["store.paused", "webhook.removed", "webhook.tested", "webhook.added", "person.exported", "store.limited", "store.synced", "export.started", "export.started", "export.started",
                "export.previewed", "export.previewed", "store.added", "account.created"],
            log.Select(entry => entry!["action"]!.GetValue<string>()));
        Assert.All(log, entry => Assert.Equal("command line", entry!["actor"]!.GetValue<string>()));
        Assert.DoesNotContain("dawno.temu", log.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(keys["connection"]!["consumer_secret"]!.GetValue<string>(), log.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("shop_per_second", Assert.Single(log[5]!["changes"]!.AsArray())!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task People_unsubscribed_at_SALESmanago_are_listed_and_opted_in_by_a_deliberate_act_alone()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "10", "--guests", "0", "--orders", "0");
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var slug = (await OkAsync(folder, AddStore(shop.NextJson())))["store"]!.GetValue<string>();
        var dry = await RunAsync(folder, "export", "contacts", "--dry-run");
        Assert.Equal(0, dry.Json["held"]!.GetValue<long>());
        await OkAsync(folder, "export", "contacts");
        await ApiTests.HoldAsync(folder, 3);
        var held = (await OkAsync(folder, "consent", "held", "--store", slug)).AsArray();
        Assert.Equal(3, held.Count);
        Assert.Equal("2026-03-02T10:00:00+00:00", held[0]!["optedOutAt"]!.GetValue<string>());

        var asked = await RunAsync(folder, "consent", "overrule", "--reason", "zgoda w salonie");
        asked.AssertExit(2);
        Assert.Equal((3L, false), (asked.Json["people"]!.GetValue<long>(), asked.Json["overruled"]!.GetValue<bool>()));
        var told = await Fixture.Pomost.RunAsync("consent", "overrule", "--reason", "zgoda", "--data", folder.Path);
        told.AssertExit(2);
        Assert.Contains("3 people of", told.Output, StringComparison.Ordinal);
        (await RunAsync(folder, "consent", "overrule", "--yes")).AssertExit(2);
        (await RunAsync(folder, "consent", "overrule", "--reason", "pisał " + held[0]!["email"]!.GetValue<string>(), "--yes")).AssertExit(2);
        Assert.Equal(3, (await OkAsync(folder, "consent", "held")).AsArray().Count);

        var done = await OkAsync(folder, "consent", "overrule", "--store", slug, "--reason", "zgoda w salonie", "--document", "teczka 17", "--yes");
        Assert.Equal((3L, true), (done["people"]!.GetValue<long>(), done["overruled"]!.GetValue<bool>()));
        Assert.Empty((await OkAsync(folder, "consent", "held")).AsArray());
        Assert.False((await OkAsync(folder, "consent", "overrule", "--reason", "jeszcze raz", "--yes"))["overruled"]!.GetValue<bool>());
        var entry = Assert.Single((await OkAsync(folder, "audit", "--action", "held.")).AsArray())!;
        Assert.Equal((slug, "people"), (entry["subject"]!.GetValue<string>(), entry["changes"]![0]!["field"]!.GetValue<string>()));
        Assert.Contains("zgoda w salonie", entry.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);

        var again = await OkAsync(folder, "export", "contacts");
        Assert.Equal(0, again["held"]!.GetValue<long>());
        var lines = (await OkAsync(folder, "consent", "show", held[0]!["email"]!.GetValue<string>()))["lines"]!.AsArray();
        Assert.Equal("zgoda w salonie", lines[^1]!["evidence"]!["reason"]!.GetValue<string>());
        var said = await Fixture.Pomost.RunAsync("consent", "show", held[0]!["email"]!.GetValue<string>(), "--data", folder.Path);
        said.AssertExit(0);
        var words = said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // A question mark where the shop keeps no date, and no name of the program's own.
        Assert.Equal(2, words.Length);
        Assert.Matches("^20[0-9-]{8} [0-9:]{5}Z[?] E-mail no decision -> consent  +the shop's record  ", words[0]);
        Assert.Matches("^20[0-9-]{8} [0-9:]{5}Z  E-mail opt-out -> consent  +person in the panel  ", words[1]);
    }

    [Fact]
    public async Task Wrong_keys_end_with_4_and_store_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "5", "--guests", "0", "--orders", "0");
        var keys = shop.NextJson();
        keys["connection"]!["consumer_secret"] = "cs_" + new string('0', 40);
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");

        var outcome = await RunAsync(folder, AddStore(keys));

        outcome.AssertExit(4);
        Assert.False(outcome.Json["stored"]!.GetValue<bool>());
        Assert.Contains("credentialsRefused", outcome.Output, StringComparison.Ordinal);
        Assert.Empty((await OkAsync(folder, "store", "list")).AsArray());
    }

    [Fact]
    public async Task A_store_sends_the_accounts_it_has_only_when_told_to_and_slower_by_day()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "30", "--guests", "5", "--orders", "20");
        var keys = shop.NextJson();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");

        var silent = await OkAsync(folder, [.. AddStore(keys), "--name", "Milczy"]);
        var no = await OkAsync(folder, [.. AddStore(keys), "--name", "Nie", "--send-accounts", "no"]);
        var yes = await OkAsync(folder, [.. AddStore(keys), "--name", "Tak", "--send-accounts", "yes"]);
        var own = await OkAsync(folder, [.. AddStore(keys), "--name", "Tempo", "--send-accounts", "yes", "--export-budget", "30/600"]);
        var free = await OkAsync(folder, [.. AddStore(keys), "--name", "Bez tempa", "--send-accounts", "yes", "--export-budget", "off"]);

        foreach (var off in new[] { silent, no })
            Assert.Equal((false, null, null), (Sent(off), off["accounts"]!["run"], off["accounts"]!["exportBudget"]));
        Assert.Equal((true, 1), (Sent(yes), yes["accounts"]!["run"]!.GetValue<int>()));
        Assert.Equal(Rules.HourlyBudget.Reference.PerTenMinutes, Budget(yes));
        Assert.Equal(Rules.HourlyBudget.DayAndNight(30, 600, 6, 22).PerTenMinutes, Budget(own));
        Assert.Equal((true, null), (Sent(free), free["accounts"]!["exportBudget"]));
        Assert.Empty((await OkAsync(folder, "export", "status", "--store", "milczy"))["runs"]!.AsArray());
        var run = Assert.Single((await OkAsync(folder, "export", "status", "--store", "tak"))["runs"]!.AsArray())!;
        Assert.Equal(("contacts", "scheduled"), (run["kind"]!.GetValue<string>(), run["state"]!.GetValue<string>()));
        var log = (await OkAsync(folder, "audit", "--action", "export.started")).AsArray();
        Assert.Equal(["bez-tempa", "tempo", "tak"], log.Select(entry => entry!["subject"]!.GetValue<string>()));
        // Followed to its end: the accounts went, the orders of the past did not.
        var done = await RunAsync(folder, "export", "contacts", "--store", "tak");
        Assert.Equal((1, 30L), (done.Json["run"]!.GetValue<int>(), done.Json["sent"]!.GetValue<long>()));

        static bool Sent(JsonNode added) => added["accounts"]!["sends"]!.GetValue<bool>();
        static IEnumerable<int> Budget(JsonNode added) => added["accounts"]!["exportBudget"]!.AsArray().Select(number => number!.GetValue<int>());
    }

    [Fact]
    public async Task What_store_add_says_of_the_accounts_is_said_in_words()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "3", "--guests", "0", "--orders", "0");
        var keys = shop.NextJson();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        Task<Outcome> AddAsync(params string[] more)
            => Fixture.Pomost.RunAsync([.. AddStore(keys), .. more, "--data", folder.Path, "--allow-private-networks"]);

        var silent = await AddAsync("--name", "Milczy");
        var yes = await AddAsync("--name", "Tak", "--send-accounts", "yes");

        Assert.Contains("The accounts it already has are not sent", silent.Output, StringComparison.Ordinal);
        Assert.Contains("Run 1 sends the accounts it already has", yes.Output, StringComparison.Ordinal);
        Assert.Contains("200 from 06:00 to 22:00, 1000 by night", yes.Output, StringComparison.Ordinal);
        (await AddAsync("--send-accounts", "maybe")).AssertExit(2);
        (await AddAsync("--send-accounts", "yes", "--export-budget", "0/0")).AssertExit(2);
        Assert.Equal(2, (await OkAsync(folder, "store", "list")).AsArray().Count);
    }

    [Theory]
    [InlineData(null, "Europe/Warsaw")]
    [InlineData("America/New_York", "America/New_York")]
    public async Task A_person_made_on_the_command_line_has_a_time_zone_whatever_their_browser_says(string? typed, string zone)
    {
        using var folder = new TemporaryFolder();
        string[] more = typed is null ? [] : ["--time-zone", typed];
        await OkAsync(folder, ["account", "add", "--email", "ewa@example.test", .. more]);
        (await RunAsync(folder, "account", "add", "--email", "ola@example.test", "--time-zone", "Europa/Warszawa")).AssertExit(2);

        await using var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System);
        Assert.Equal([zone], await database.ReadAsync(session => session.Command("SELECT time_zone FROM app_user").QueryAsync(row => row.TextOrNull("time_zone"))));
    }

    [Fact]
    public async Task A_private_address_ends_with_4_unless_allowed()
    {
        using var folder = new TemporaryFolder();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var outcome = await Fixture.Pomost.RunAsync(
            "store", "add", "woocommerce", "--url", "http://127.0.0.1:9", "--consumer-key", "ck_" + new string('a', 40), "--consumer-secret", "cs_" + new string('b', 40),
            "--data", folder.Path, "--json");
        outcome.AssertExit(4);
        Assert.Contains("privateAddress", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_that_cannot_be_used_end_with_2_and_are_named()
    {
        using var folder = new TemporaryFolder();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var outcome = await RunAsync(folder, "store", "add", "woocommerce", "--url", "sklep", "--consumer-key", "klucz");
        outcome.AssertExit(2);
        foreach (var option in new[] { "--url:", "--consumer-key:", "--consumer-secret:" })
            Assert.Contains(option, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shop_that_takes_its_keys_back_ends_an_export_with_4_and_the_doctor_says_so()
    {
        using var folder = new TemporaryFolder();
        JsonNode keys;
        await using (var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "5", "--guests", "0", "--orders", "0"))
        {
            keys = shop.NextJson();
            await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
            var read = AddStore(keys);
            await OkAsync(folder, read);
        }

        // Another shop under the same address knows other keys.
        var port = new Uri(keys["url"]!.GetValue<string>()).Port;
        await using var stranger = new KeyRefusingShop(port);
        await stranger.StartAsync();
        var outcome = await RunAsync(folder, "export", "contacts");
        outcome.AssertExit(4);
        Assert.StartsWith("CredentialsRefused", outcome.Json["problem"]!.GetValue<string>(), StringComparison.Ordinal);
        var doctor = await RunAsync(folder, "doctor");
        doctor.AssertExit(4);
        Assert.False(doctor.Json["healthy"]!.GetValue<bool>());
        (await RunAsync(folder, "export", "contacts")).AssertExit(4);

        // Without a server nobody works on it; what is asked for stands all the same.
        Assert.Equal("running", (await OkAsync(folder, "export", "resume"))["state"]!.GetValue<string>());
        Assert.Equal("paused", (await OkAsync(folder, "export", "pause", "1"))["state"]!.GetValue<string>());
        Assert.Equal("cancelled", (await OkAsync(folder, "export", "cancel"))["state"]!.GetValue<string>());
        (await RunAsync(folder, "export", "resume")).AssertExit(5);
        (await RunAsync(folder, "export", "cancel", "7")).AssertExit(2);
    }

    [Fact]
    public async Task An_account_whose_address_is_taken_or_whose_password_is_weak_is_refused_with_2()
    {
        using var folder = new TemporaryFolder();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        (await RunAsync(folder, "account", "add", "--email", "ewa@example.test")).AssertExit(2);
        Assert.Single((await OkAsync(folder, "account", "list")).AsArray());
    }

    [Fact]
    public async Task Who_is_locked_out_is_let_in_again_and_another_person_runs_the_installation()
    {
        using var folder = new TemporaryFolder();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await OkAsync(folder, "account", "add", "--email", "jan@example.test");
        Assert.Equal([("ewa@example.test", true), ("jan@example.test", false)], await PeopleAsync(row => (row.Text("email"), row.Flag("is_operator"))));

        var password = (await OkAsync(folder, "account", "password", "--email", "EWA@example.test", "--without-second-factor"))["password"]!.GetValue<string>();
        var hash = (await PeopleAsync(row => row.Text("password_hash")))[0];
        Assert.Equal(PasswordVerificationResult.Success, new PasswordHasher<PomostUser>().VerifyHashedPassword(new PomostUser(), hash, password));
        await OkAsync(folder, "account", "operator", "--email", "jan@example.test");
        await OkAsync(folder, "account", "operator", "--email", "ewa@example.test", "--off");
        Assert.Equal([false, true], await PeopleAsync(row => row.Flag("is_operator")));
        (await RunAsync(folder, "account", "password", "--email", "nikt@example.test")).AssertExit(2);

        async Task<List<T>> PeopleAsync<T>(Func<Storage.Row, T> map)
        {
            await using var database = await Storage.Database.OpenAsync(Storage.DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System);
            return await database.ReadAsync(session => session.Command("SELECT email, is_operator, password_hash FROM app_user ORDER BY email").QueryAsync(map));
        }
    }

    [Fact]
    public async Task F12_a_problem_is_told_in_sentences_and_its_code_in_json_only()
    {
        using var folder = new TemporaryFolder();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        string[] add =
        [
            "store", "add", "woocommerce", "--url", "http://127.0.0.1:1", "--consumer-key", "ck_" + new string('0', 40), "--consumer-secret", "cs_" + new string('0', 40),
            "--data", folder.Path,
        ];
        var told = await Fixture.Pomost.RunAsync(add);
        told.AssertExit(4);
        Assert.DoesNotContain("PrivateAddress", told.Output + told.Errors, StringComparison.Ordinal);
        Assert.Contains("leads to an internal network", told.Output, StringComparison.Ordinal);
        var coded = await Fixture.Pomost.RunAsync([.. add, "--json"]);
        Assert.Contains("rivateAddress", coded.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A15_an_unknown_time_zone_is_refused_with_its_option()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start("simulate", "woocommerce", "--json", "--customers", "5", "--guests", "1", "--orders", "2");
        var keys = shop.NextJson();
        await OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var refused = await RunAsync(folder, [.. AddStore(keys), "--time-zone", "Europe/Nowhere"]);
        refused.AssertExit(2);
        Assert.Contains("--time-zone", refused.Errors, StringComparison.Ordinal);

        var added = await OkAsync(folder, [.. AddStore(keys), "--time-zone", "UTC-5"]);
        Assert.Equal("UTC-05:00", added["timeZone"]!.GetValue<string>());
        var slug = added["store"]!.GetValue<string>();
        (await RunAsync(folder, "store", "change", slug, "--time-zone", "Europe/Nowhere")).AssertExit(2);
        (await RunAsync(folder, "store", "change", slug)).AssertExit(2);
        Assert.Equal("Asia/Kathmandu", (await OkAsync(folder, "store", "change", slug, "--time-zone", "Asia/Kathmandu"))["timeZone"]!.GetValue<string>());
    }

    /// <summary>The command that connects a shop as <c>simulate --json</c> told of it.</summary>
    internal static string[] AddStore(JsonNode shop) =>
    [
        "store", "add", shop["platform"]!.GetValue<string>(),
        .. shop["connection"]!.AsObject().SelectMany(typed => new[] { "--" + typed.Key.Replace('_', '-'), typed.Value!.GetValue<string>() }),
    ];

    internal static async Task<JsonNode> OkAsync(TemporaryFolder folder, params string[] command)
    {
        var outcome = await RunAsync(folder, command);
        outcome.AssertExit(0);
        return outcome.Json;
    }

    internal static Task<Outcome> RunAsync(TemporaryFolder folder, params string[] command)
        => Fixture.Pomost.RunAsync([.. command, "--data", folder.Path, "--json", "--allow-private-networks"]);

    static void AssertAddsUp(JsonNode run)
    {
        long Number(string name) => run[name]!.GetValue<long>();
        Assert.Equal(Number("read"), Number("sent") + Number("skipped") + Number("rejected"));
        Assert.True(Number("sent") > 0);
    }
}
