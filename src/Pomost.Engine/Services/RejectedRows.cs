using System.Globalization;
using System.Text;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>How a file of rejected rows is written.</summary>
/// <param name="Separator">Comma, or semicolon where the comma is the decimal sign.</param>
/// <param name="Reason">The words for a reason.</param>
/// <param name="Email">How an address may be shown to the one who asked.</param>
/// <param name="Trace">Where the row's story is told.</param>
public sealed record RejectedRowsFormat(char Separator, Func<ReasonCode, string> Reason, Func<string, string> Email, Func<RejectedRow, string> Trace);

/// <summary>Rejected rows as a file that a spreadsheet opens without asking.</summary>
public static class RejectedRows
{
    const int RowsPerLook = 500;

    static readonly string[] Columns = ["source_id", "email", "field", "reason_code", "reason", "value", "first_seen", "attempts", "trace"];

    /// <summary>Writes every rejected row of a run as CSV in UTF-8 with its mark. Times are UTC.</summary>
    public static async Task WriteAsync(Stream output, IExportRuns runs, ExportRun run, RejectedRowsFormat format, CancellationToken ct)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(CsvLine.Of(format.Separator, Columns));
        var after = 0L;
        while (await runs.RejectedAsync(run.Store.AccountId, run.Id, after, RowsPerLook, ct) is { Count: > 0 } page)
        {
            foreach (var row in page)
                await writer.WriteAsync(LineOf(row, format));
            after = page[^1].Id;
        }
    }

    /// <summary>One row of the file. A cell that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    public static string LineOf(RejectedRow row, RejectedRowsFormat format) => CsvLine.Of(format.Separator,
    [
        row.SourceId,
        format.Email(row.Email ?? ""),
        row.Field,
        row.Code.ToString(),
        format.Reason(row.Code),
        row.Value == row.Email ? format.Email(row.Value ?? "") : row.Value ?? "",
        row.FirstSeen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        row.Attempts.ToString(CultureInfo.InvariantCulture),
        format.Trace(row),
    ]);
}
