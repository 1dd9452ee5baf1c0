using System.Globalization;
using System.Text.RegularExpressions;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Reads the colour pairs from the style sheet itself: text needs 4.5 : 1, edges and the focus ring 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public sealed partial class ContrastTests
{
    static readonly Dictionary<string, (string Light, string Dark)> Tokens = Pair()
        .Matches(File.ReadAllText(Path.Combine(Repository.Panel, "Assets/styles/tokens.css")))
        .ToDictionary(match => match.Groups["token"].Value, match => (match.Groups["light"].Value, match.Groups["dark"].Value), StringComparer.Ordinal);

    [Theory]
    [InlineData("ink", "surface")]
    [InlineData("ink", "bg")]
    [InlineData("ink-2", "surface")]
    [InlineData("ink-2", "sunken")]
    [InlineData("ink-3", "surface")]
    [InlineData("ink-3", "bg")]
    [InlineData("ink-3", "sunken")]
    [InlineData("on-primary", "primary")]
    [InlineData("on-primary", "primary-hover")]
    [InlineData("link", "surface")]
    [InlineData("link", "bg")]
    [InlineData("link", "primary-soft")]
    [InlineData("ok", "ok-soft")]
    [InlineData("ok", "surface")]
    [InlineData("warn", "warn-soft")]
    [InlineData("warn", "surface")]
    [InlineData("bad", "bad-soft")]
    [InlineData("bad", "surface")]
    [InlineData("info", "info-soft")]
    [InlineData("plum", "plum-soft")]
    public void Text_can_be_read_in_both_themes(string text, string ground) => AssertAtLeast(4.5, text, ground);

    [Theory]
    [InlineData("edge", "surface")]
    [InlineData("edge", "bg")]
    [InlineData("focus", "surface")]
    [InlineData("focus", "bg")]
    public void Edges_and_the_focus_ring_can_be_seen_in_both_themes(string line, string ground) => AssertAtLeast(3.0, line, ground);

    static void AssertAtLeast(double ratio, string front, string ground)
    {
        Assert.InRange(Contrast(Tokens[front].Light, Tokens[ground].Light), ratio, 21);
        Assert.InRange(Contrast(Tokens[front].Dark, Tokens[ground].Dark), ratio, 21);
    }

    static double Contrast(string a, string b)
    {
        var (lighter, darker) = (Math.Max(Luminance(a), Luminance(b)), Math.Min(Luminance(a), Luminance(b)));
        return (lighter + 0.05) / (darker + 0.05);
    }

    static double Luminance(string hex)
    {
        var six = hex.Length == 3 ? string.Concat(hex.Select(digit => $"{digit}{digit}")) : hex;
        double Channel(int at)
        {
            var value = int.Parse(six.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    [GeneratedRegex(@"--(?<token>[\w-]+): light-dark\(#(?<light>\w{3,6}), ?#(?<dark>\w{3,6})\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pair();
}
