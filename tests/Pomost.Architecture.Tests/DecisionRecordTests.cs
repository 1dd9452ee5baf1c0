namespace Pomost.Architecture.Tests;

/// <summary>Decision records stay short enough to be read and whole enough to be judged.</summary>
public class DecisionRecordTests
{
    const int ShortestLines = 15;
    const int LongestLines = 70;

    static readonly string[] Parts = ["# ", "Date: ", "Status: ", "## Context", "## Decision", "## Consequences"];

    public static TheoryData<string> Records => [.. Repository.Files("docs/decisions")];

    [Theory, MemberData(nameof(Records))]
    public void A_record_is_short_and_whole(string file) => Assert.Empty(Violations(Repository.Text(file)));

    [Fact]
    public void Records_are_numbered_without_a_gap()
    {
        var names = Repository.Files("docs/decisions").Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.All(names, (name, index) => Assert.Matches($"^{index + 1:0000}-[a-z-]+\\.md$", name));
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(70, null)]
    [InlineData(14, "14 lines")]
    [InlineData(71, "71 lines")]
    public void The_length_is_counted(int lines, string? expected)
    {
        var text = string.Join('\n', Parts.Concat(Enumerable.Repeat("text", lines - Parts.Length))) + "\n";
        Assert.Equal(expected is null ? [] : [expected], Violations(text));
    }

    [Theory]
    [InlineData("Date: ")]
    [InlineData("Status: ")]
    [InlineData("## Context")]
    [InlineData("## Decision")]
    [InlineData("## Consequences")]
    public void A_part_that_is_not_there_is_named(string part)
    {
        var text = string.Join('\n', Parts.Where(other => other != part).Concat(Enumerable.Repeat("text", 20))) + "\n";
        Assert.Equal([$"no line begins with '{part}'"], Violations(text));
    }

    static IReadOnlyList<string> Violations(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var length = lines.Length is < ShortestLines or > LongestLines ? [$"{lines.Length} lines"] : Array.Empty<string>();
        return
        [
            .. length,
            .. Parts.Where(part => !Array.Exists(lines, line => line.StartsWith(part, StringComparison.Ordinal)))
                .Select(part => $"no line begins with '{part}'"),
        ];
    }
}
