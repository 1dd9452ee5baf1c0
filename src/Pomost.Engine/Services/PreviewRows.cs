namespace Pomost.Engine;

/// <summary>How a list of a dry run is written.</summary>
/// <param name="Separator">Comma, or semicolon where the comma is the decimal sign.</param>
/// <param name="List">The words for the list.</param>
/// <param name="Email">How an address may be shown to the one who asked.</param>
public sealed record PreviewRowsFormat(char Separator, string List, Func<string, string> Email);

/// <summary>What a dry run listed, as a file.</summary>
public static class PreviewRows
{
    const int RowsPerLook = 500;

    static readonly string[] Columns = ["source_id", "email", "reason_code", "reason"];

    /// <summary>Writes a whole list as CSV in UTF-8 with its mark.</summary>
    public static async Task WriteAsync(Stream output, IExportRuns runs, ExportRun run, PreviewList list, PreviewRowsFormat format, CancellationToken ct)
    {
        await using var writer = CsvCells.WriterOf(output);
        await writer.WriteAsync(CsvCells.Line(format.Separator, Columns));
        var after = 0L;
        while (await runs.PreviewRowsAsync(run.Store.AccountId, run.Id, list, after, RowsPerLook, ct) is { Count: > 0 } page)
        {
            foreach (var row in page)
                await writer.WriteAsync(CsvCells.Line(format.Separator, [row.SourceId == row.Email ? format.Email(row.SourceId) : row.SourceId, format.Email(row.Email ?? ""), list.Name, format.List]));
            after = page[^1].Id;
        }
    }
}
