using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests;

/// <summary>Goal: whatever can be decided or go wrong has words a person can read.</summary>
public sealed class WordsTests
{
    [Fact]
    public void Every_reason_and_problem_has_words_in_both_languages()
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            var t = new PanelTexts(language);
            Assert.All(Enum.GetValues<ReasonCode>(), code => Assert.NotEmpty(t.Reasons.Of(code)));
            Assert.All(Enum.GetValues<Contract.ConnectionProblem>(), problem => Assert.NotEmpty(t.Problems.Of(problem, "x")));
            Assert.All(Enum.GetValues<WaitReason>(), reason => Assert.Contains("10:00", t.Waits.Of(reason, "10:00")));
            Assert.All(Enum.GetValues<AccountRole>(), role => Assert.NotEmpty(t.Common.Of(role)));
        }
    }
}
