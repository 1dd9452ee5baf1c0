using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>Export runs: the history, read page by page.</content>
sealed partial class StoreStep
{
    PreviewRoom? _room;

    /// <summary>Works on open export runs, contacts before transactions, until done or out of time.</summary>
    async Task ExportAsync(IPlatformConnector connector, ShopConnection shop, Func<Task> giveWay, Func<bool> pumpEnded)
    {
        foreach (var open in await engine.Exports.OpenAsync(lease.Store, ct))
        {
            pace.HasExportsInHand = true;
            await engine.Exports.WorkOnAsync(lease, open.Id, process, engine.Options.IsAlone, ct);
            if (open.ReadToEnd)
                continue;
            if (!HasTime || !MayReadHistory())
            {
                NoteRest(open);
                _moreToExport = true;
                return;
            }

            engine.Connections.SignalsOf(store).BeginBulk(open.Id);

            var run = open;
            if (!await HasSourceAsync(run, connector))
            {
                await engine.Exports.SetStateAsync(
                    lease.Store.AccountId, run.Id, ExportState.Failed, [ExportState.Scheduled, ExportState.Running], $"{ConnectionProblem.Other}:subscribers", ct);
                continue;
            }

            if (run.State == ExportState.Scheduled)
                run = await BeginAsync(run, connector, shop);
            _room = run.Options.DryRun ? new PreviewRoom(run) : null;
            if (!await ReadHistoryAsync(run, connector, shop, giveWay, pumpEnded))
            {
                _moreToExport = true;
                return;
            }
        }
    }

    /// <summary>The shop's own count is told at once: the first page may take long.</summary>
    async Task<ExportRun> BeginAsync(ExportRun run, IPlatformConnector connector, ShopConnection shop)
    {
        await engine.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Running, [ExportState.Scheduled], null, ct);
        var total = await CountAsync(connector, shop, run);
        if (total is not null)
            await engine.Runs.CommitAsync(lease, new PageCommit { Run = new RunGain { RunId = run.Id, Total = total } }, ct);
        return run with { Total = total };
    }

    Task<bool> ReadHistoryAsync(ExportRun run, IPlatformConnector connector, ShopConnection shop, Func<Task> giveWay, Func<bool> pumpEnded)
    {
        var request = new ReadRequest
        {
            Purpose = ReadPurpose.Backfill,
            From = run.Cursor,
            Since = run.Options.Choice.From,
            Until = run.Options.Choice.Until,
        };
        return run.Kind switch
        {
            ExportKind.Contacts => ExportAsync(
                run, run.Options.RetryOf is null ? connector.ReadContactsAsync(shop, request, ct) : RejectedContacts(run, request, (IReadsById)connector, shop, ct),
                (page, gain) => CommitContactsAsync(page, connector, null, (run, gain)), giveWay, pumpEnded),
            ExportKind.Subscribers => ExportAsync(
                run, EarlierSubscribers(run, request, connector, shop),
                (page, gain) => CommitSubscribersAsync(page, connector, null, (run, gain), isListing: run.Options.Subscribers is null), giveWay, pumpEnded),
            _ => ExportAsync(
                run, run.Options.RetryOf is null ? connector.ReadOrdersAsync(shop, request, ct) : RejectedOrders(run, request, (IReadsById)connector, shop, ct),
                (page, gain) => CommitOrdersAsync(page, connector, null, (run, gain)), giveWay, pumpEnded),
        };
    }

    /// <summary>Reads pages of one run. Gives true when the shop had nothing more.</summary>
    async Task<bool> ExportAsync<T>(
        ExportRun run, IAsyncEnumerable<Page<T>> pages, Func<Page<T>, RunGain, Task> commit, Func<Task> giveWay, Func<bool> pumpEnded)
    {
        var total = run.Total;
        var signals = engine.Connections.SignalsOf(store);
        var rested = TakeRest(run);
        var enumerator = pages.GetAsyncEnumerator(ct);
        await using var _ = enumerator;
        _wroteToShop = false;
        while (true)
        {
            var watch = Stopwatch.StartNew();
            var any = await enumerator.MoveNextAsync();
            // A page is read ahead, while the one before is worked on and the shop is written to.
            var mayBeStale = _wroteToShop;
            _wroteToShop = false;
            var waited = watch.ElapsedMilliseconds;
            var limited = Math.Min(signals.TakeHeldBack(), waited);
            var gain = new RunGain
            {
                RunId = run.Id,
                ShopMilliseconds = waited - limited,
                LimitMilliseconds = limited,
                RestMilliseconds = (long)rested.TotalMilliseconds,
            };
            if (!any)
            {
                await engine.Runs.CommitAsync(lease, new PageCommit { Run = gain with { ReadToEnd = true } }, ct);
                return true;
            }

            watch.Restart();
            var page = enumerator.Current;
            total = page.Total ?? total;
            _pageMayBeStale = mayBeStale;
            if (!await CouldAskCardsAsync(() => commit(page, gain with { Cursor = page.Next, Total = total, Pages = 1 })))
                return false;
            _pageMayBeStale = false;
            rested = await SpendAsync(page.Items.Count + page.Rejected.Count, page.NextAt);
            await giveWay();
            if (!HasTime || !MayReadHistory() || await IsStoppedAsync(run) || await IsFarAheadAsync(pumpEnded))
            {
                NoteRest(run);
                return false;
            }
        }
    }

    /// <summary>A dry run looks at the cards of the people it would send, as the delivery does before it opts somebody in: who is held, and of whom something
    /// would be written into the shop.</summary>
    async Task CountHeldAsync(PageDraft draft)
    {
        if (draft.ToSend is not { Count: > 0 } candidates)
            return;
        var connector = engine.Connections.ConnectorOf(store);
        var tags = connector is IWritesTags ? connector.Info.Tags : null;
        try
        {
            var cards = await CardLook.AtAsync(engine, lease, to, [.. candidates.Select(one => one.EmailKey)], ct);
            foreach (var one in candidates)
            {
                var card = cards.Of(one.EmailKey);
                var isHeld = one.OptsIn && (one with { Known = one.Known?.With(cards.MadeOf(one.EmailKey)) }).After(card).IsHeld;
                if (isHeld)
                    draft.Hold(one.EmailKey);
                if ((isHeld && connector is IWritesConsent) || (card is not null && tags is not null && draft.TagsOwed(one.EmailKey, card.Tags, tags) is not null))
                    draft.CountShopWrite();
            }
        }
        catch (RetryLaterException e)
        {
            throw new CardsNotReadException(e);
        }
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
            pace.DestinationFailures++;
            pace.DestinationNotBefore = engine.Clock.GetUtcNow() + Backoff.After(pace.DestinationFailures, e.Failure.After, engine.Chance);
            pace.DestinationReason = e.Failure.After is null ? WaitReason.DestinationFails : WaitReason.DestinationAsked;
            return false;
        }
    }

    /// <summary>The destination's failure, told apart from the shop's.</summary>
    sealed class CardsNotReadException(RetryLaterException failure) : Exception(failure.Message, failure)
    {
        public RetryLaterException Failure => failure;
    }

    async Task<bool> IsStoppedAsync(ExportRun run)
        => (await engine.Exports.FindAsync(lease.Store.AccountId, run.Id, ct))?.State != ExportState.Running;

    /// <summary>An export does not fill the disk while the destination is slow or down.</summary>
    async Task<bool> IsFarAheadAsync(Func<bool> pumpEnded)
    {
        while (await engine.Runs.WaitingAsync(lease.Store, null, ct) > engine.Options.ReadAhead)
        {
            if (pumpEnded() || !HasTime)
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), engine.Clock, ct);
        }

        return false;
    }

    async Task<long?> CountAsync(IPlatformConnector connector, ShopConnection shop, ExportRun run)
    {
        if (run.Options.RetryOf is { } retried)
            return (await engine.Exports.RejectCountsAsync(lease.Store.AccountId, retried, ct)).Values.Sum();
        var counts = await connector.CountAsync(shop, ct);
        return run.Kind switch
        {
            ExportKind.Contacts => counts.Contacts,
            ExportKind.Transactions => counts.Orders,
            _ => null,
        };
    }

    /// <summary>False when what the run reads from is gone, or was never there: then this run fails, and the store goes on.</summary>
    async Task<bool> HasSourceAsync(ExportRun run, IPlatformConnector connector) => run switch
    {
        { Options.RetryOf: not null } => connector is IReadsById,
        { Kind: ExportKind.Subscribers } => await HasSubscribersAsync(run, connector),
        _ => true,
    };

    /// <summary>The rejected rows of an earlier run, read from the shop once more.</summary>
    IAsyncEnumerable<Page<ShopContact>> RejectedContacts(ExportRun run, ReadRequest request, IReadsById connector, ShopConnection shop, CancellationToken cancel)
        => RejectedAgainAsync(run, request, connector, ids => connector.ReadContactsByIdAsync(shop, ids, cancel), contact => contact.SourceId, cancel);

    IAsyncEnumerable<Page<ShopOrder>> RejectedOrders(ExportRun run, ReadRequest request, IReadsById connector, ShopConnection shop, CancellationToken cancel)
        => RejectedAgainAsync(run, request, connector, ids => connector.ReadOrdersByIdAsync(shop, ids, cancel), order => order.SourceId, cancel);

    async IAsyncEnumerable<Page<T>> RejectedAgainAsync<T>(
        ExportRun run, ReadRequest request, IReadsById connector, Func<IReadOnlyList<string>, Task<Page<T>>> read, Func<T, string?> idOf,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = request.From is { } place ? long.Parse(place.Value, CultureInfo.InvariantCulture) : 0;
        while (await engine.Exports.RejectedAsync(lease.Store.AccountId, run.Options.RetryOf!.Value, after, connector.IdsPerCall, cancel) is { Count: > 0 } rows)
        {
            after = rows[^1].Id;
            var ids = rows.Select(row => row.SourceId).Distinct(StringComparer.Ordinal).ToList();
            var page = await read([.. ids.Where(id => id.Length > 0)]);
            var gone = ids.Except(page.Items.Select(idOf).Concat(page.Rejected.Select(record => record.SourceId)), StringComparer.Ordinal);
            yield return page with
            {
                Next = new SyncCursor(after.ToString(CultureInfo.InvariantCulture)),
                Rejected = [.. page.Rejected, .. gone.Select(id => new RejectedRecord(id!, "id", "The shop does not have it any more.") { Code = ReasonCode.GoneInShop })],
            };
        }
    }

    /// <summary>Runs that read everything and have nothing waiting are done.</summary>
    public async Task FinishExportsAsync()
    {
        foreach (var run in await engine.Exports.OpenAsync(lease.Store, CancellationToken.None))
        {
            if (!run.ReadToEnd || await engine.Runs.WaitingAsync(lease.Store, run.Id, CancellationToken.None) > 0)
                continue;
            await engine.Exports.SetStateAsync(
                lease.Store.AccountId, run.Id, run.Rejected > 0 ? ExportState.DoneWithRejects : ExportState.Done,
                [ExportState.Running, ExportState.Scheduled], null, CancellationToken.None);
            if (run.Options is { Subscribers: { } file, DryRun: false })
                await engine.SubscriberFiles.DeleteAsync(lease.Store.AccountId, file.FileId, CancellationToken.None);
        }

        // A run that waited for another, or for the destination, is looked at again.
        var open = await engine.Exports.OpenAsync(lease.Store, CancellationToken.None);
        _moreToExport |= open.Any(run => !run.ReadToEnd);
        if (!pace.HasExportsInHand)
            return;
        await engine.Exports.LeaveStoppedAsync(lease, CancellationToken.None);
        pace.HasExportsInHand = open.Count > 0;
    }

    /// <summary>Notes that a run begins to rest, so that it can be told later how long it did.</summary>
    void NoteRest(ExportRun run)
    {
        var now = engine.Clock.GetUtcNow();
        if (pace.BulkNotBefore > now && pace.Resting?.RunId != run.Id)
            pace.Resting = (run.Id, now, pace.BulkNotBefore);
    }

    /// <summary>How long the run rested before it was allowed to go on.</summary>
    TimeSpan TakeRest(ExportRun run)
    {
        if (pace.Resting is not { } rest)
            return TimeSpan.Zero;
        pace.Resting = null;
        var end = engine.Clock.GetUtcNow();
        return rest.RunId == run.Id ? (end < rest.Until ? end : rest.Until) - rest.Since : TimeSpan.Zero;
    }
}
