using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a spreadsheet shows rejected rows as they are and runs nothing of them.</summary>
public sealed class RejectedRowsTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b;c", "a,b;c")]
    [InlineData("say \"hi\"", "say \"\"hi\"\"")]
    [InlineData("two\nlines", "two\nlines")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+48 500", "'+48 500")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("=HYPERLINK(\"a\",\"b\")", "'=HYPERLINK(\"\"a\"\",\"\"b\"\")")]
    [InlineData(null, "")]
    public void A_cell_is_written_harmless(string? value, string cell) => Assert.Equal(
        $"\"17\";\"a@poczta.example\";\"email\";\"EmailInvalid\";\"not an address\";\"{cell}\";\"2026-03-02T10:00:00Z\";\"1\";\"sklep/17\"\r\n",
        RejectedRows.LineOf(Row(value), new RejectedRowsFormat(';', _ => "not an address", email => email, row => $"sklep/{row.SourceId}")));

    [Fact]
    public void Who_may_not_see_addresses_sees_none_in_the_value_either()
        => Assert.DoesNotContain(
            "poczta", RejectedRows.LineOf(Row("a@poczta.example"), new RejectedRowsFormat(',', _ => "", _ => "a***", _ => "")), StringComparison.Ordinal);

    static RejectedRow Row(string? value) => new(
        1, 1, "17", "a@poczta.example", "email", ReasonCode.EmailInvalid, value, new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.FromHours(1)), 1);
}
