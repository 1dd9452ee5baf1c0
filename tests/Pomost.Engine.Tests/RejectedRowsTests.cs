using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a spreadsheet shows rejected rows as they are and runs nothing of them.</summary>
public sealed class RejectedRowsTests
{
    const string Head = "source_id,email,field,reason_code,value,first_seen,attempts,trace\r\n";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+48 500", "'+48 500")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"")]
    [InlineData(null, "")]
    public async Task A_cell_is_written_harmless(string? value, string cell)
        => Assert.Equal($"{Head}17,a@poczta.example,email,EmailInvalid,{cell},2026-03-02T10:00:00Z,1,sklep/17\r\n", await WriteAsync(value, ','));

    [Fact]
    public async Task With_semicolons_a_comma_needs_no_quotes_and_a_semicolon_does()
    {
        Assert.Contains(";a,b;", await WriteAsync("a,b", ';'), StringComparison.Ordinal);
        Assert.Contains(";\"a;b\";", await WriteAsync("a;b", ';'), StringComparison.Ordinal);
    }

    static async Task<string> WriteAsync(string? value, char separator)
    {
        var row = new RejectedRow(1, 1, "17", "a@poczta.example", "email", ReasonCode.EmailInvalid, value, new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.FromHours(1)), 1);
        await using var writer = new StringWriter();
        await RejectedRows.WriteCsvAsync(writer, new[] { row }.ToAsyncEnumerable(), separator, id => $"sklep/{id}", default);
        return writer.ToString();
    }
}
