using System.Globalization;
using System.Text;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Export;

/// <summary>The rejected rows of a run as a file that a spreadsheet opens without asking: UTF-8 with its mark, the separator of the language.</summary>
static class RejectedCsv
{
    const int PageSize = 500;

    public static async Task WriteAsync(Stream output, IExportRuns runs, ExportRun run, PanelTexts t, Language language, Func<string, string> shown, string site, CancellationToken cancel)
    {
        var separator = language == Language.Pl ? ';' : ',';
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(Row(separator, "source_id", "email", "field", "reason_code", "reason", "value", "first_seen", "attempts", "trace_url"));
        var after = 0L;
        while (await runs.RejectedAsync(run.Store.AccountId, run.Id, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                await writer.WriteAsync(Row(
                    separator, row.SourceId, shown(row.Email ?? ""), row.Field, row.Code.ToString(), t.Reasons.Of(row.Code),
                    row.Value == row.Email ? shown(row.Value ?? "") : row.Value ?? "",
                    Formats.Machine(row.FirstSeen), row.Attempts.ToString(CultureInfo.InvariantCulture),
                    string.IsNullOrEmpty(row.Email) ? "" : $"{site}/contacts?q={Uri.EscapeDataString(shown(row.Email))}"));
            }

            after = page[^1].Id;
        }
    }

    public static string NameOf(string slug, ExportRun run)
        => $"pomost-{slug}-{(run.Kind == ExportKind.Contacts ? "contacts" : "transactions")}-rejected-{run.Number}.csv";

    internal static string Row(char separator, params ReadOnlySpan<string> cells)
    {
        var line = new StringBuilder();
        foreach (var cell in cells)
        {
            if (line.Length > 0)
                line.Append(separator);
            line.Append('"').Append(Harmless(cell).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        return line.Append("\r\n").ToString();
    }

    // A spreadsheet would take these for formulas.
    static string Harmless(string cell) => cell.Length > 0 && (cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r') ? "'" + cell : cell;
}
