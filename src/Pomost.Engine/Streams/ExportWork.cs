using System.Diagnostics;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Open export runs: the history, read page by page, contacts before transactions, until done or out of time.</summary>
sealed class ExportWork(StoreRun run, ExportPages pages, HistoryPace history, Func<Task> giveWay, Func<bool> pumpEnded, string process)
{
    public WorkPace Pace { get; } = run.Pace.Of("exports");

    public async Task WorkAsync()
    {
        foreach (var open in await run.Engine.Exports.OpenAsync(run.Key, run.Cancel))
        {
            run.Pace.HasExportsInHand = true;
            await run.Engine.Exports.WorkOnAsync(run.Lease, open.Id, process, run.Engine.Options.IsAlone, run.Cancel);
            if (open.ReadToEnd)
                continue;
            if (!run.HasTime || !history.MayRead())
            {
                NoteRest(open);
                run.HasMoreToExport = true;
                return;
            }

            run.Engine.Connections.SignalsOf(run.Store).BeginBulk(open.Id);
            if (!await pages.HasSourceAsync(open))
            {
                await run.Engine.Exports.SetStateAsync(
                    run.Key.AccountId, open.Id, ExportState.Failed, [ExportState.Scheduled, ExportState.Running], $"{ConnectionProblem.Other}:subscribers", run.Cancel);
                continue;
            }

            if (!await ReadAsync(open.State == ExportState.Scheduled ? await BeginAsync(open) : open))
            {
                run.HasMoreToExport = true;
                return;
            }
        }
    }

    /// <summary>Runs that read everything and have nothing waiting are done.</summary>
    public async Task FinishAsync()
    {
        var (exports, account) = (run.Engine.Exports, run.Key.AccountId);
        foreach (var open in await exports.OpenAsync(run.Key, CancellationToken.None))
        {
            if (!open.ReadToEnd || await run.Engine.Runs.WaitingAsync(run.Key, open.Id, CancellationToken.None) > 0)
                continue;
            await exports.SetStateAsync(
                account, open.Id, open.Rejected > 0 ? ExportState.DoneWithRejects : ExportState.Done, [ExportState.Running, ExportState.Scheduled], null,
                CancellationToken.None);
            if (open.Options is { Subscribers: { } file, DryRun: false })
                await run.Engine.SubscriberFiles.DeleteAsync(account, file.FileId, CancellationToken.None);
        }

        // A run that waited for another, or for the destination, is looked at again.
        var left = await exports.OpenAsync(run.Key, CancellationToken.None);
        run.HasMoreToExport |= left.Any(open => !open.ReadToEnd);
        if (!run.Pace.HasExportsInHand)
            return;
        await exports.LeaveStoppedAsync(run.Lease, CancellationToken.None);
        run.Pace.HasExportsInHand = left.Count > 0;
    }

    /// <summary>The shop's own count is told at once: the first page may take long.</summary>
    async Task<ExportRun> BeginAsync(ExportRun open)
    {
        await run.Engine.Exports.SetStateAsync(run.Key.AccountId, open.Id, ExportState.Running, [ExportState.Scheduled], null, run.Cancel);
        var total = await pages.CountAsync(open);
        if (total is not null)
            await run.Engine.Runs.CommitAsync(run.Lease, new PageCommit { Run = new RunGain { RunId = open.Id, Total = total } }, run.Cancel);
        return open with { Total = total };
    }

    Task<bool> ReadAsync(ExportRun open)
    {
        var source = new PageSource { Run = open, Room = open.Options.DryRun ? new PreviewRoom(open) : null };
        return open.Kind switch
        {
            ExportKind.Contacts => ReadAsync(open, pages.Contacts(open), source, pages.CommitAsync),
            ExportKind.Subscribers => ReadAsync(open, pages.Subscribers(open), source, pages.CommitSubscribersAsync),
            _ => ReadAsync(open, pages.Orders(open), source, pages.CommitAsync),
        };
    }

    /// <summary>Reads pages of one run. Gives true when the shop had nothing more.</summary>
    async Task<bool> ReadAsync<T>(ExportRun open, IAsyncEnumerable<Page<T>> read, PageSource source, Func<Page<T>, PageSource, Task> commit)
    {
        var (total, rested) = (open.Total, TakeRest(open));
        await using var enumerator = read.GetAsyncEnumerator(run.Cancel);
        run.WroteToShop = false;
        while (true)
        {
            var watch = Stopwatch.StartNew();
            var any = await enumerator.MoveNextAsync();
            // A page is read ahead, while the one before is worked on and the shop is written to.
            var mayBeStale = run.WroteToShop;
            run.WroteToShop = false;
            var gain = GainOf(open, watch.ElapsedMilliseconds, rested);
            if (!any)
            {
                await run.Engine.Runs.CommitAsync(run.Lease, new PageCommit { Run = gain with { ReadToEnd = true } }, run.Cancel);
                return true;
            }

            var page = enumerator.Current;
            total = page.Total ?? total;
            var from = source with { Gain = gain with { Cursor = page.Next, Total = total, Pages = 1 }, MayBeStale = mayBeStale };
            if (!await CouldAskCardsAsync(() => commit(page, from)))
                return false;
            rested = await history.SpendAsync(page.Items.Count + page.Rejected.Count, page.NextAt);
            await giveWay();
            if (run.HasTime && history.MayRead() && !await IsStoppedAsync(open) && !await IsFarAheadAsync())
                continue;
            NoteRest(open);
            return false;
        }
    }

    RunGain GainOf(ExportRun open, long waited, TimeSpan rested)
    {
        var limited = Math.Min(run.Engine.Connections.SignalsOf(run.Store).TakeHeldBack(), waited);
        return new RunGain
        {
            RunId = open.Id,
            ShopMilliseconds = waited - limited,
            LimitMilliseconds = limited,
            RestMilliseconds = (long)rested.TotalMilliseconds,
        };
    }

    /// <summary>False when the destination cannot tell of cards now: the page is read again later, and the shop is not to blame.</summary>
    async Task<bool> CouldAskCardsAsync(Func<Task> commit)
    {
        try
        {
            await commit();
            return true;
        }
        catch (CardsNotReadException e)
        {
            run.Pace.DestinationFailures++;
            run.Pace.DestinationNotBefore = run.Now + Backoff.After(run.Pace.DestinationFailures, e.Failure.After, run.Engine.Chance);
            run.Pace.DestinationReason = e.Failure.After is null ? WaitReason.DestinationFails : WaitReason.DestinationAsked;
            return false;
        }
    }

    async Task<bool> IsStoppedAsync(ExportRun open) => (await run.Engine.Exports.FindAsync(run.Key.AccountId, open.Id, run.Cancel))?.State != ExportState.Running;

    /// <summary>An export does not fill the disk while the destination is slow or down.</summary>
    async Task<bool> IsFarAheadAsync()
    {
        while (await run.Engine.Runs.WaitingAsync(run.Key, null, run.Cancel) > run.Engine.Options.ReadAhead)
        {
            if (pumpEnded() || !run.HasTime)
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), run.Engine.Clock, run.Cancel);
        }

        return false;
    }

    /// <summary>Notes that a run begins to rest, so that it can be told later how long it did.</summary>
    void NoteRest(ExportRun open)
    {
        if (run.Pace.BulkNotBefore > run.Now && run.Pace.Resting?.RunId != open.Id)
            run.Pace.Resting = (open.Id, run.Now, run.Pace.BulkNotBefore);
    }

    /// <summary>How long the run rested before it was allowed to go on.</summary>
    TimeSpan TakeRest(ExportRun open)
    {
        if (run.Pace.Resting is not { } rest)
            return TimeSpan.Zero;
        run.Pace.Resting = null;
        return rest.RunId == open.Id ? Moment.Earlier(run.Now, rest.Until) - rest.Since : TimeSpan.Zero;
    }
}
