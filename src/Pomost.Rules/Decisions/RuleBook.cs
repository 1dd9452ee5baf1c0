using System.Reflection;
using System.Text;

namespace Pomost.Rules;

/// <summary>All rules of the product, read from their attributes.</summary>
public static class RuleBook
{
    /// <summary>Every rule, by name.</summary>
    public static IReadOnlyList<(RuleAttribute Rule, Type Type)> All { get; } =
    [
        .. typeof(RuleBook).Assembly.GetTypes()
            .Select(type => (Rule: type.GetCustomAttribute<RuleAttribute>(), Type: type))
            .Where(entry => entry.Rule is not null)
            .Select(entry => (entry.Rule!, entry.Type))
            .OrderBy(entry => entry.Item1.Name, StringComparer.Ordinal),
    ];

    /// <summary>The page <c>docs/rules.md</c>.</summary>
    public static string ToMarkdown()
    {
        var page = new StringBuilder(
            """
            # The rules

            What Pomost sends, what it withholds, and why. Each rule is one class in `src/Pomost.Rules/Decisions`, has a table test in
            `tests/Pomost.Rules.Tests`, and its name stands in the trace of every record it decided. *Guide* is the configuration guide of the
            SALESmanago integration panel, *FAQ* the IdoSell answers on SALESmanago, *derived* our own, needed to make the first two hold.

            This page is generated from the code; a test fails when it is out of date.

            | Rule | What it says | Source | Code |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var (rule, type) in All)
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{rule.Name}` | {rule.Sentence} | {rule.Source} | `{type.Name}` |\n");
        page.Append("""

            ## The FAQ, question by question

            Each question of the IdoSell answers on SALESmanago has a test of its name in `tests/Pomost.Rules.Tests/FaqTests.cs`.

            | Question | Here | Rules | Test |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var entry in FaqBook.All)
        {
            var rules = string.Join(", ", entry.Rules.Select(rule => $"`{rule}`"));
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {entry.Question} | {entry.Answer} | {rules} | `{entry.Name}` |\n");
        }

        return page.ToString();
    }
}
