using System.Globalization;
using Pomost.Engine;
using Spectre.Console;

namespace Pomost.App.Output;

/// <summary>Follows an export run until it ends, with a progress bar for people.</summary>
static class ExportDisplay
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>True for states a run leaves only by a person's act.</summary>
    public static bool HasEnded(ExportRun run) => run.State is ExportState.Done or ExportState.DoneWithRejects or ExportState.Cancelled
        or ExportState.Failed or ExportState.Paused;

    /// <summary>Waits for the end of a run.</summary>
    public static async Task<ExportRun> FollowAsync(IExportRuns runs, ExportRun run, bool withBar, CancellationToken ct)
    {
        if (!withBar)
            return await WaitAsync(runs, run, _ => { }, ct);
        var title = run.Kind.ToString();
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title);
                return await WaitAsync(runs, run, now => Show(bar, title, now), ct);
            });
    }

    static async Task<ExportRun> WaitAsync(IExportRuns runs, ExportRun run, Action<ExportRun> show, CancellationToken ct)
    {
        while (true)
        {
            var now = await runs.FindAsync(run.Store.AccountId, run.Id, ct) ?? throw new InvalidOperationException("The run is gone.");
            show(now);
            if (HasEnded(now))
                return now;
            await Task.Delay(LookEvery, ct);
        }
    }

    static void Show(ProgressTask bar, string title, ExportRun run)
    {
        // Progress is what has been settled; rows still under way do not count.
        var settled = run.Options.DryRun ? run.Read : run.Sent + run.SkippedTotal + run.Rejected;
        bar.MaxValue = Math.Max(1, Math.Max(run.Total ?? 0, run.Read));
        bar.Value = HasEnded(run) && run.State is ExportState.Done or ExportState.DoneWithRejects ? bar.MaxValue : settled;
        bar.Description = string.Create(CultureInfo.InvariantCulture, $"{title}: {settled:N0} of {bar.MaxValue:N0}");
    }
}
