using System.Text;

namespace Pomost.Engine;

/// <summary>Cells of a file that a spreadsheet opens without asking.</summary>
public static class CsvCells
{
    /// <summary>UTF-8 with its mark: without it spreadsheets take the letters for others.</summary>
    public static StreamWriter WriterOf(Stream output) => new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);

    /// <summary>One row, every cell in quotation marks. A cell that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    public static string Line(char separator, params IEnumerable<string> cells)
        => string.Join(separator, cells.Select(cell => $"\"{Harmless(cell).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";

    // Spreadsheets read the full-width signs as the plain ones.
    static string Harmless(string cell)
        => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n' ? $"'{cell}" : cell;
}
