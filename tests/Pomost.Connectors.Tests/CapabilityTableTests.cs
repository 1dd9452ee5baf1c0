using System.Runtime.CompilerServices;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests;

/// <summary>Goal: what the documents say of the platforms of this build is what their connectors declare. With <c>POMOST_APPROVE=1</c> the tables are written anew.</summary>
public sealed class CapabilityTableTests
{
    const string Begin = "<!-- made from what the connectors declare: POMOST_APPROVE=1 dotnet test tests/Pomost.Connectors.Tests -->";
    const string End = "<!-- end -->";

    [Theory]
    [InlineData("README.md", "docs/platforms/")]
    [InlineData("docs/platforms/capabilities.md", "")]
    public void The_table_of_platforms_says_what_is_declared(string page, string folder)
    {
        var file = Path.Combine(Root(), page);
        var text = File.ReadAllText(file);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(start >= 0 && end > start, $"{page} has no place for the table.");
        var expected = $"{text[..start]}{Begin}\n\n{Table(folder)}\n{text[end..]}";
        if (Environment.GetEnvironmentVariable("POMOST_APPROVE") == "1")
            File.WriteAllText(file, expected);

        Assert.True(File.ReadAllText(file) == expected, $"{page} differs from what the connectors declare. Run this test with POMOST_APPROVE=1, read the difference, and commit it.");
    }

    [Fact]
    public void The_loop_guard_knows_every_platform_there_is_and_those_to_come()
    {
        Assert.Empty(new PlatformCatalogue().All.Select(connector => connector.Info.Key).Except(TagLoopGuard.PlatformKeys, StringComparer.Ordinal));
        Assert.Equal(
            ["clickshop", "idosell", "magento1", "magento2", "opencart", "prestashop", "shoper", "shopify", "shoplo", "sugarcrm", "woocommerce"],
            TagLoopGuard.PlatformKeys.Order(StringComparer.Ordinal));
    }

    static string Table(string folder)
    {
        string[] head =
        [
            "| Platform | Accounts | Subscribers without account | Orders | Carts | Products | Announces changes | Consents written | Tags written |",
            "|---|---|---|---|---|---|---|---|---|",
        ];
        return string.Concat(head.Concat(new PlatformCatalogue().All.OrderBy(connector => connector.Info.Name, StringComparer.Ordinal).Select(connector => Row(connector, folder)))
            .Select(line => line + "\n"));
    }

    static string Row(IPlatformConnector connector, string folder)
    {
        var info = connector.Info;
        string[] cells =
        [
            $"[{info.Name}]({folder}{info.Key}.md)",
            .. new[] { ShopStream.Contacts, ShopStream.Subscribers, ShopStream.Orders, ShopStream.Carts, ShopStream.Products }.Select(stream => Cell(connector, stream)),
            connector is IReceivesWebhooks ? "by webhook" : connector is IUsesModule ? "by module" : "no",
            connector is IWritesConsent ? "yes" : "no",
            connector is not IWritesTags || info.Tags is not { } tags ? "no" : (tags.HasPoints ? "with points" : "without points") + (tags.WithoutAccount ? "" : ", of accounts"),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    static string Cell(IPlatformConnector connector, ShopStream stream)
        => connector.Info.Streams.FirstOrDefault(info => info.Stream == stream) is not { } declared ? "no"
            : (declared.HasModificationTime ? "yes" : "yes; changes by comparison") + ((connector as IUsesModule)?.ModuleStreams.Contains(stream) == true ? ", with the module" : "");

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
