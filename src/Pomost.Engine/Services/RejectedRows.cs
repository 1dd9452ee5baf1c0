using System.Globalization;
using System.Text;

namespace Pomost.Engine;

/// <summary>Rejected rows as a file for a spreadsheet.</summary>
public static class RejectedRows
{
    static readonly string[] Columns = ["source_id", "email", "field", "reason_code", "value", "first_seen", "attempts", "trace"];

    /// <summary>Writes rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    /// <param name="writer">Where to; UTF-8 with byte order mark is the writer's business.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="separator">Comma, or semicolon where the comma is the decimal sign.</param>
    /// <param name="traceOf">Where the story of a source id is told.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task WriteCsvAsync(
        TextWriter writer, IAsyncEnumerable<RejectedRow> rows, char separator, Func<string, string> traceOf, CancellationToken ct)
    {
        await writer.WriteAsync(string.Join(separator, Columns) + "\r\n");
        await foreach (var row in rows.WithCancellation(ct))
        {
            string[] cells =
            [
                row.SourceId, row.Email ?? "", row.Field, row.Code.ToString(), row.Value ?? "",
                row.FirstSeen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                row.Attempts.ToString(CultureInfo.InvariantCulture), traceOf(row.SourceId),
            ];
            await writer.WriteAsync(string.Join(separator, cells.Select(cell => Cell(cell, separator))) + "\r\n");
        }
    }

    static string Cell(string text, char separator)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text;
        if (!safe.AsSpan().ContainsAny(separator, '"') && !safe.AsSpan().ContainsAny('\r', '\n'))
            return safe;
        return new StringBuilder(safe.Length + 8).Append('"').Append(safe.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"').ToString();
    }
}
