namespace Pomost.Engine;

/// <summary>A line of a file that a spreadsheet opens without asking and without harm.</summary>
public static class CsvLine
{
    /// <summary>Every cell in quotation marks. One that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    /// <param name="separator">Comma, or semicolon where the comma is the decimal sign.</param>
    /// <param name="cells">The cells.</param>
    public static string Of(char separator, params IEnumerable<string> cells)
        => string.Join(separator, cells.Select(cell => $"\"{Harmless(cell).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";

    static string Harmless(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{cell}" : cell;
}
