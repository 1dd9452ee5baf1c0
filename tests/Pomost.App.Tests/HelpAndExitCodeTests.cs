using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: every command explains itself, and its exit code says what happened.</summary>
public sealed class HelpAndExitCodeTests
{
    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("demo")]
    [InlineData("store")]
    [InlineData("store", "add")]
    [InlineData("store", "add", "woocommerce")]
    [InlineData("store", "list")]
    [InlineData("store", "check")]
    [InlineData("export")]
    [InlineData("export", "contacts")]
    [InlineData("export", "transactions")]
    [InlineData("store", "pause")]
    [InlineData("store", "resume")]
    [InlineData("store", "disconnect")]
    [InlineData("limits")]
    [InlineData("sync")]
    [InlineData("alerts")]
    [InlineData("alerts", "list")]
    [InlineData("alerts", "set")]
    [InlineData("alerts", "test")]
    [InlineData("deadletters", "list")]
    [InlineData("replay")]
    [InlineData("export", "status")]
    [InlineData("trace")]
    [InlineData("consent", "held")]
    [InlineData("consent", "overrule")]
    [InlineData("erase")]
    [InlineData("destination")]
    [InlineData("destination", "add")]
    [InlineData("destination", "list")]
    [InlineData("destination", "change")]
    [InlineData("products")]
    [InlineData("products", "status")]
    [InlineData("products", "sync")]
    [InlineData("products", "on")]
    [InlineData("products", "off")]
    [InlineData("module")]
    [InlineData("callbacks")]
    [InlineData("callbacks", "show")]
    [InlineData("callbacks", "test")]
    [InlineData("simulate")]
    [InlineData("simulate", "woocommerce")]
    [InlineData("account")]
    [InlineData("account", "add")]
    [InlineData("account", "list")]
    [InlineData("account", "password")]
    [InlineData("account", "operator")]
    [InlineData("account", "first-code")]
    [InlineData("doctor")]
    public async Task Help_is_there(params string[] command)
    {
        var outcome = await Fixture.Pomost.RunAsync([.. command, "--help"]);
        outcome.AssertExit(0);
        Assert.Contains("Usage:", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Errors);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("serve", "--nonsense")]
    [InlineData("export", "contacts", "--from", "yesterday")]
    [InlineData("export", "contacts", "--from", "2026-02-01", "--to", "2026-01-01")]
    [InlineData("export", "contacts", "--tags", "a\u0001b")]
    [InlineData("export", "contacts")]
    [InlineData("store", "list")]
    [InlineData("store", "check", "nobody")]
    [InlineData("module", "nobody", "--out", "module.zip")]
    [InlineData("module")]
    [InlineData("trace", "nobody@poczta.example", "--account", "7")]
    public async Task A_mistake_at_the_keyboard_ends_with_2_and_one_clear_line(params string[] command)
    {
        using var folder = new TemporaryFolder();
        var outcome = await Fixture.Pomost.RunAsync([.. command, "--data", folder.Path]);
        outcome.AssertExit(2);
        Assert.NotEqual("", outcome.Errors);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>Goal: no free text of the command line is kept that is too long, or holds signs that no page or mail should show.</summary>
    [Fact]
    public async Task Free_text_is_bounded_before_anything_of_it_is_kept()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var (shop, audit) = (new string('a', 300), await AuditAsync());
        string[] store = ["store", "add", "woocommerce", "--url", "http://127.0.0.1:1", "--consumer-key", "ck_" + new string('0', 40), "--consumer-secret", "cs_" + new string('0', 40), "--even-if-incomplete"];
        foreach (var command in new string[][]
        {
            ["alerts", "set", "--email", shop + "@example.test"],
            ["alerts", "set", "--email", "ewa@example.test\nBcc: jan@example.test"],
            ["alerts", "set", "--email", "Ewa <ewa@example.test>"],
            ["alerts", "set", "--webhook", "https://example.test/" + new string('a', 2_000)],
            ["alerts", "set", "--webhook", "https://ewa:haslo@example.test/"],
            ["webhooks", "add", "https://example.test/" + new string('a', 2_000)],
            ["apikey", "create", "klucz www.zly.example"],
            ["apikey", "create", new string('k', 81)],
            ["apikey", "create", "klucz\u202E"],
            [.. store, "--name", new string('s', 81)],
            [.. store, "--name", "Sklep http://zly.example/x"],
            [.. store, "--owner", "nikt"],
            [.. store[..5], "ck_\u0007", .. store[6..]],
            ["destination", "add", "--endpoint", "https://example.test", "--client-id", shop + shop, "--api-secret", "x", "--owner", "ewa@example.test"],
            ["destination", "add", "--endpoint", "https://example.test", "--client-id", "x", "--api-secret", "x", "--owner", "ewa\t@example.test"],
            ["export", "contacts", "--tags", new string('t', 9_000)],
            ["export", "transactions", "--status", shop],
        })
        {
            var outcome = await CommandLineTests.RunAsync(folder, command);
            Assert.True(outcome.ExitCode == 2, $"{outcome.ExitCode}: {string.Join(' ', command)}\n{outcome.Errors}");
        }

        Assert.Equal(audit, await AuditAsync());
        var alerts = await CommandLineTests.OkAsync(folder, "alerts", "set");
        Assert.Equal((null, null), (alerts["email"]?.GetValue<string>(), alerts["webhook"]?.GetValue<string>()));
        Assert.Empty((await CommandLineTests.OkAsync(folder, "apikey", "list")).AsArray());
        Assert.Empty((await CommandLineTests.OkAsync(folder, "store", "list")).AsArray());

        async Task<string> AuditAsync() => (await CommandLineTests.OkAsync(folder, "audit")).ToJsonString();
    }

    [Fact]
    public async Task Something_unexpected_ends_with_1_and_its_message()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("pomost.db"), "this is no database, and long enough to be read as one by mistake");
        var outcome = await Fixture.Pomost.RunAsync("account", "list", "--data", folder.Path);
        outcome.AssertExit(1);
        Assert.NotEqual("", outcome.Errors);
    }
}
