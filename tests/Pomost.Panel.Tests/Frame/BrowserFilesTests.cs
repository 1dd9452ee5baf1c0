using System.Text.RegularExpressions;
using Pomost.Panel.Web;

namespace Pomost.Panel.Tests.Frame;

public sealed partial class BrowserFilesTests
{
    static readonly System.Reflection.Assembly Panel = typeof(PanelAssets).Assembly;

    [Theory]
    [InlineData("panel.css", 32_000)]
    [InlineData("panel.js", 24_000)]
    [InlineData("icons.svg", 12_000)]
    public void A_browser_file_keeps_its_budget_in_Brotli(string name, int budget)
        => Assert.InRange(Length(new PanelAssets()[name] + ".br"), 1, budget);

    [Fact]
    public void The_fonts_keep_their_budget()
        => Assert.InRange(Length(new PanelAssets()["inter-latin.woff2"]) + Length(new PanelAssets()["inter-central-europe.woff2"]), 1, 50_000);

    [Fact]
    public void The_sprite_holds_the_icons_used_and_no_others()
    {
        var listed = File.ReadAllLines(Path.Combine(Repository.Panel, "Assets/icons.txt")).Where(name => name.Length > 0).ToArray();
        var code = string.Concat(Repository.PanelFiles("*.razor").Concat(Repository.PanelFiles("*.cs")).Select(File.ReadAllText));
        var named = IconName().Matches(code).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Subset(listed.ToHashSet(StringComparer.Ordinal), named);
        Assert.DoesNotContain(listed, name => !code.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    static long Length(string address)
    {
        using var stream = Panel.GetManifestResourceStream(address.TrimStart('/'))!;
        return stream.Length;
    }

    [GeneratedRegex("Icon Name=\"(?<name>[a-z-]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IconName();
}
