using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Finds people whom a quotation mark swallowed: it was never closed, and one further down ended the cell in good order. Pure.</summary>
static class CsvSwallowing
{
    /// <summary>Refuses a record one of whose cells holds lines that look like records: an address in its place among separators.</summary>
    /// <param name="record">As it was read.</param>
    /// <param name="separator">The sign between cells.</param>
    /// <param name="columns">How many the file has.</param>
    /// <exception cref="SubscriberFileException">It does; names the line on which the cell begins.</exception>
    public static void Refuse(CsvRecord record, char separator, int columns)
    {
        var line = record.Line;
        foreach (var cell in record.Cells)
        {
            var lines = Lines(cell);
            if (lines.Length > 1 && lines.Skip(1).Any(one => IsRecord(one, separator, columns)))
                throw new SubscriberFileException(SubscriberFileProblem.UnclosedQuote, line);
            line += lines.Length - 1;
        }
    }

    // Text of several lines may name an address; a record has it first, or among as many cells as the file has columns.
    static bool IsRecord(string line, char separator, int columns)
    {
        var cells = line.Split(separator);
        var address = Array.FindIndex(cells, cell => EmailAddress.TryParse(cell.Trim().Trim('"'), out _, out _));
        return address >= 0 && (cells.Length >= Math.Max(2, columns - 1) || (address == 0 && (cells.Length > 1 || columns == 1)));
    }

    static string[] Lines(string cell)
        => cell.AsSpan().ContainsAny('\r', '\n') ? cell.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\r', '\n') : [cell];
}
