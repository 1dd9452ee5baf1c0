namespace Pomost.Rules.Tests;

/// <summary>Goal: every question of the FAQ leads to rules that exist and to a test. Method: the table against the rules and the test methods.</summary>
public class FaqBookTests
{
    public static TheoryData<string> Questions => [.. FaqBook.All.Select(question => question.Name)];

    [Theory, MemberData(nameof(Questions))]
    public void A_question_has_rules_and_a_test_of_its_name(string name)
    {
        var question = FaqBook.All.Single(entry => entry.Name == name);

        Assert.NotEmpty(question.Rules);
        Assert.All(question.Rules, rule => Assert.Contains(RuleBook.All, entry => entry.Rule.Name == rule));
        Assert.Contains(typeof(FaqTests).GetMethods(), method => method.Name == name && method.GetCustomAttributes(typeof(FactAttribute), true).Length == 1);
        Assert.DoesNotContain('|', question.Question + question.Answer);
    }

    [Fact]
    public void Every_test_of_the_FAQ_stands_in_the_table() => Assert.Equal(
        FaqBook.All.Select(question => question.Name).Order(StringComparer.Ordinal),
        typeof(FaqTests).GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), true).Length > 0)
            .Select(method => method.Name).Order(StringComparer.Ordinal));
}
