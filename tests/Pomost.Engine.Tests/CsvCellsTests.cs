namespace Pomost.Engine.Tests;

public sealed class CsvCellsTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+48 600 111 222")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(A1)")]
    public void A_cell_that_a_spreadsheet_would_take_for_a_formula_is_made_a_text(string cell) => Assert.Equal($"\"'{cell}\"\r\n", CsvCells.Line(',', cell));

    [Theory]
    [InlineData("Anna Maj")]
    [InlineData("1=1")]
    [InlineData("")]
    public void Any_other_cell_stays_as_it_is(string cell) => Assert.Equal($"\"{cell}\"\r\n", CsvCells.Line(',', cell));
}
