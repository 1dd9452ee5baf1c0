using Pomost.Engine;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests;

public sealed class RejectedCsvTests
{
    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("+48 600", "'+48 600")]
    [InlineData("-49.00", "'-49.00")]
    [InlineData("@home", "'@home")]
    [InlineData("\tx", "'\tx")]
    [InlineData("say \"hi\"", "say \"\"hi\"\"")]
    [InlineData("plain", "plain")]
    public void A_cell_is_never_taken_for_a_formula(string value, string cell)
        => Assert.Equal($"\"1\";\"{cell}\"\r\n", RejectedCsv.Row(';', "1", value));

    [Fact]
    public void Every_reason_and_problem_has_words_in_both_languages()
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            var t = new PanelTexts(language);
            Assert.All(Enum.GetValues<ReasonCode>(), code => Assert.NotEmpty(t.Reasons.Of(code)));
            Assert.All(Enum.GetValues<Contract.ConnectionProblem>(), problem => Assert.NotEmpty(t.Problems.Of(problem, "x")));
            Assert.All(Enum.GetValues<AccountRole>(), role => Assert.NotEmpty(t.Common.Of(role)));
        }
    }
}
