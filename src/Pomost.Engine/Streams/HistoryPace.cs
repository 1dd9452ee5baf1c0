using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>The pace of the history: within its budget, and with the room the shop needs. Live traffic does not wait for it.</summary>
sealed class HistoryPace(StoreRun run)
{
    static readonly TimeSpan WorthWaiting = TimeSpan.FromSeconds(2);

    /// <summary>False while the history rests; the reason stands in the pace.</summary>
    public bool MayRead()
    {
        var (now, pace) = (run.Now, run.Pace);
        if (ThrottleProfile.Ask(run.Store.Options.ExportBudget, run.Zone, now, pace.Spent).Until is { } budget)
            pace.RestBulk(budget, WaitReason.BudgetUsed);
        else if (pace.BulkReason == WaitReason.BudgetUsed)
            pace.BulkNotBefore = DateTimeOffset.MinValue;
        if (run.Engine.Connections.SignalsOf(run.Store).BulkNotBefore is var rest && rest > now)
            pace.RestBulk(rest, WaitReason.ShopRestsBulk);
        return now >= pace.BulkNotBefore;
    }

    /// <summary>The budget is for people's history; that the shop wants rest concerns everything.</summary>
    public bool MayReadCatalogue()
    {
        var (now, pace) = (run.Now, run.Pace);
        return run.Engine.Connections.SignalsOf(run.Store).BulkNotBefore <= now && (pace.BulkNotBefore <= now || pace.BulkReason == WaitReason.BudgetUsed);
    }

    /// <summary>Notes a page of the history, and gives the shop the room it needs before the next. Gives how long that was.</summary>
    public async Task<TimeSpan> SpendAsync(int records, DateTimeOffset? nextAt)
    {
        var (now, pace) = (run.Now, run.Pace);
        if (run.Store.Options.ExportBudget is { IsUsable: true } budget)
            pace.Spent = ThrottleProfile.Spend(budget, run.Zone, now, pace.Spent, records);
        if (nextAt is { } prepared && prepared > now)
            pace.RestBulk(prepared, WaitReason.ShopPrepares);
        var pause = run.Engine.Connections.SignalsOf(run.Store).TakePause();
        if (pause > WorthWaiting)
        {
            pace.RestBulk(now + pause, WaitReason.ShopIsSlow);
            return TimeSpan.Zero;
        }

        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, run.Engine.Clock, run.Cancel);
        return pause;
    }
}
