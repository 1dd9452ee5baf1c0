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
