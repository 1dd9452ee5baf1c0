using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>The pace of a run: live traffic before history, history within its budget, and what is waited for.</summary>
sealed partial class StoreStep
{
    static readonly TimeSpan WorthWaiting = TimeSpan.FromSeconds(2);

    TimeZoneInfo Zone => field ??= StoreSetup.ZoneOf(store);

    async Task PollIfDueAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (engine.Clock.GetUtcNow() < pace.NextPoll)
            return;
        await PullChangesAsync(connector, shop);
        await PollAsync(connector, shop);
        await PollCartsAsync(connector, shop);
        await PollProductsAsync(connector, shop);
        // A poll that ran out of time goes on in the next run instead of waiting for its turn.
        if (HasTime)
            pace.NextPoll = engine.Clock.GetUtcNow() + TimeSpan.FromSeconds(store.Options.PollSeconds);
    }

    /// <summary>Between two pages of an export: what was announced, said at the destination, owed to the shop or is due goes first.</summary>
    async Task GiveWayAsync(IPlatformConnector connector, ShopConnection shop)
    {
        await ReadInboxAsync(connector, shop);
        await PollIfDueAsync(connector, shop);
        await _cards.FollowAsync(() => HasTime);
        await WriteBackAsync(connector, shop);
    }

    /// <summary>False while the history rests; the reason stands in the pace.</summary>
    bool MayReadHistory()
    {
        var now = engine.Clock.GetUtcNow();
        if (ThrottleProfile.Ask(store.Options.ExportBudget, Zone, now, pace.Spent).Until is { } budget)
            pace.RestBulk(budget, WaitReason.BudgetUsed);
        else if (pace.BulkReason == WaitReason.BudgetUsed)
            pace.BulkNotBefore = DateTimeOffset.MinValue;
        if (engine.Connections.SignalsOf(store).BulkNotBefore is var rest && rest > now)
            pace.RestBulk(rest, WaitReason.ShopRestsBulk);
        return now >= pace.BulkNotBefore;
    }

    /// <summary>Notes a page of the history, and gives the shop the room it needs before the next. Gives how long that was.</summary>
    async Task<TimeSpan> SpendAsync(int records, DateTimeOffset? nextAt)
    {
        var now = engine.Clock.GetUtcNow();
        if (store.Options.ExportBudget is { IsUsable: true } budget)
            pace.Spent = ThrottleProfile.Spend(budget, Zone, now, pace.Spent, records);
        if (nextAt is { } prepared && prepared > now)
            pace.RestBulk(prepared, WaitReason.ShopPrepares);
        var pause = engine.Connections.SignalsOf(store).TakePause();
        if (pause > WorthWaiting)
        {
            pace.RestBulk(now + pause, WaitReason.ShopIsSlow);
            return TimeSpan.Zero;
        }

        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, engine.Clock, ct);
        return pause;
    }

    /// <summary>Says durably what is waited for, so that a person can see it. Written only when it changed.</summary>
    public async Task SavePaceAsync()
    {
        await CountLostAsync();
        var state = new PaceState(WaitingFor(engine.Clock.GetUtcNow()), pace.Spent);
        if (state == pace.Saved)
            return;
        await engine.Paces.WriteAsync(lease, state, CancellationToken.None);
        pace.Saved = state;
    }

    Waiting? WaitingFor(DateTimeOffset now)
        => pace.ShopNotBefore > now ? new Waiting(pace.ShopReason, pace.ShopNotBefore)
        // Silent until it answered, though the next try may be due.
        : pace is { ShopFailures: > 0, ShopReason: WaitReason.ShopFails } ? new Waiting(WaitReason.ShopFails, now)
        : pace.DestinationNotBefore > now ? new Waiting(pace.DestinationReason, pace.DestinationNotBefore)
        : _moreToExport && pace.BulkNotBefore > now ? new Waiting(pace.BulkReason, pace.BulkNotBefore)
        : null;
}
