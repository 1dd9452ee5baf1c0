using System.Runtime.CompilerServices;

namespace Pomost.Rules.Tests;

public class RuleBookTests
{
    public static TheoryData<string> Rules => [.. RuleBook.All.Select(entry => entry.Type.Name)];

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_has_a_sentence_a_source_and_a_test_class(string type)
    {
        var rule = RuleBook.All.Single(entry => entry.Type.Name == type).Rule;

        Assert.Matches("^[a-z]+(-[a-z]+)+$", rule.Name);
        Assert.Matches(@"^[A-Z].{20,}\.$", rule.Sentence);
        Assert.Matches("^(Guide, |FAQ, |derived: ).+", rule.Source);
        Assert.Contains(typeof(RuleBookTests).Assembly.GetTypes(), test => test.Name == $"{type}Tests" && HasTests(test));
    }

    [Fact]
    public void The_book_holds_every_rule_once()
    {
        Assert.NotEmpty(RuleBook.All);
        Assert.Equal(RuleBook.All.Count, RuleBook.All.Select(entry => entry.Rule.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void No_sentence_breaks_the_table_it_stands_in() => Assert.All(
        RuleBook.ToMarkdown().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        line => Assert.Equal(5, line.Count(character => character == '|')));

    [Fact]
    public void The_page_of_rules_is_up_to_date()
    {
        var file = PageFile();
        if (Environment.GetEnvironmentVariable("POMOST_APPROVE") == "1")
            File.WriteAllText(file, RuleBook.ToMarkdown());
        Assert.True(File.Exists(file), "docs/rules.md is missing. Run this test with POMOST_APPROVE=1 to write it.");
        Assert.True(
            RuleBook.ToMarkdown() == File.ReadAllText(file).ReplaceLineEndings("\n"),
            "docs/rules.md differs from the rules in the code. Run this test with POMOST_APPROVE=1, read the difference, and commit it.");
    }

    static string PageFile([CallerFilePath] string here = "")
        => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "rules.md"));

    static bool HasTests(Type type) => type.GetMethods().Any(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0);
}
