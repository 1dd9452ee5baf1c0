namespace Pomost.Panel.Features.Deliveries;

/// <summary>Lines of a file that a spreadsheet opens without asking.</summary>
static class CsvCells
{
    public static string Line(char separator, params ReadOnlySpan<string> cells)
    {
        var line = new System.Text.StringBuilder();
        foreach (var cell in cells)
            line.Append(line.Length > 0 ? separator : "").Append('"').Append(Harmless(cell).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return line.Append("\r\n").ToString();
    }

    // A cell that begins so would be taken for a formula.
    static string Harmless(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{cell}" : cell;
}
