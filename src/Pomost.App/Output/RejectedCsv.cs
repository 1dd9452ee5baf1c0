using System.Globalization;
using Pomost.Engine;

namespace Pomost.App.Output;

/// <summary>Writes the rejected rows of a run to a CSV file.</summary>
static class RejectedCsv
{
    const int RowsPerLook = 1_000;

    public static async Task WriteAsync(IExportRuns runs, ExportRun run, string storeSlug, string path, CancellationToken ct)
    {
        await using var file = new StreamWriter(path, append: false, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await RejectedRows.WriteCsvAsync(file, Rows(runs, run, ct), ',', id => string.Create(CultureInfo.InvariantCulture, $"{storeSlug}/{run.Kind}/{id}"), ct);
    }

    static async IAsyncEnumerable<RejectedRow> Rows(
        IExportRuns runs, ExportRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        long after = 0;
        while (true)
        {
            var rows = await runs.RejectedAsync(run.Store.AccountId, run.Id, after, RowsPerLook, ct);
            foreach (var row in rows)
                yield return row;
            if (rows.Count < RowsPerLook)
                yield break;
            after = rows[^1].Id;
        }
    }
}
