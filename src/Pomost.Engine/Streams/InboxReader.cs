using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Hands what was announced to the streams it concerns. A stream that cannot read now delays its own announcements only.</summary>
sealed class InboxReader(StoreRun run, IReadOnlyList<IShopStream> streams, ShopGate gate, LostWebhooks lost)
{
    const int EntriesPerLook = 500;

    /// <summary>Failures after which an announcement is followed alone, so that it holds up no other.</summary>
    const int AttemptsInCompany = 3;

    /// <summary>Tries of an announcement that fails for a reason nobody foresaw. Polling and the comparisons find later what it told.</summary>
    const int MostTries = 10;

    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public async Task ReadAsync()
    {
        while (run.HasTime)
        {
            var entries = await run.Engine.Inbox.NextAsync(run.Key, EntriesPerLook, run.Cancel);
            if (entries.Count == 0)
                return;
            await NoteAskedAsync(entries);
            await lost.NoteAnnouncedAsync(entries);
            await EraseAsync([.. entries.Where(entry => entry.Change.Kind == ChangeKind.Erased)]);
            foreach (var ofStream in entries.Where(entry => entry.Change.Kind != ChangeKind.Erased).GroupBy(entry => entry.Change.Stream))
                await ReadAsync(streams.FirstOrDefault(stream => stream.Stream == ofStream.Key), [.. ofStream]);
        }

        // The wake was answered when the run began, so what is left must be due.
        run.HasMoreToRead = true;
    }

    async Task ReadAsync(IShopStream? stream, List<InboxEntry> entries)
    {
        // What a platform does not give, it need not announce.
        if (stream is null)
        {
            await run.DropAnnouncedAsync(entries);
            return;
        }

        foreach (var pack in stream.Stream == ShopStream.Products ? [entries] : PacksOf(entries, stream.Stream, IdsPerCall(stream.Stream)))
        {
            if (!run.HasTime)
                return;
            Exception? unforeseen = null;
            if (!await gate.AskAsync(stream.Pace, () => FollowAsync(), stream.Stream == ShopStream.Products ? false : null))
                await PutOffAsync(stream, pack);
            else if (unforeseen is not null)
                await PutOffOrGiveUpAsync(stream, pack, unforeseen);

            async Task FollowAsync()
            {
                try
                {
                    await stream.ReadAnnouncedAsync(pack);
                }
                catch (Exception e) when (Poison.Is(e))
                {
                    unforeseen = e;
                }
            }
        }
    }

    /// <summary>Other announcements of the stream go on. One that fails alone, and goes on failing, is given up and told with the record.</summary>
    async Task PutOffOrGiveUpAsync(IShopStream stream, List<InboxEntry> pack, Exception e)
    {
        StoreRunLog.RecordsFailed(run.Log, run.Key.StoreId, pack.Count, stream.Stream, Poison.TraceOf(e));
        var spent = pack.Where(entry => entry.Attempts + 1 >= MostTries).ToList();
        if (spent.Count < pack.Count)
            await PutOffAsync(stream, [.. pack.Except(spent)]);
        if (spent.Count == 0)
            return;
        StoreRunLog.AnnouncementsGivenUp(run.Log, run.Key.StoreId, spent.Count, stream.Stream);
        await run.Engine.Runs.CommitAsync(run.Lease, new PageCommit
        {
            InboxDone = [.. spent.Select(entry => entry.Id)],
            Traces =
            [
                .. spent.Select(entry => entry.Change.SourceId).OfType<string>().Distinct(StringComparer.Ordinal).Select(id => new TraceWrite(
                    stream.Stream, id, null, RecordOutcome.Rejected, ReasonCode.Unreadable, [], null, Poison.ReasonOf(e))),
            ],
        }, run.Cancel);
    }

    /// <summary>Who asked the shop to forget them is forgotten in the whole account: it is one merchant's.</summary>
    async Task EraseAsync(IReadOnlyList<InboxEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (EmailAddress.TryParse(entry.Change.Facts, out var address, out _))
                await run.Engine.Erasure.EraseAsync(run.Key.AccountId, address, run.Store.Slug, run.Cancel);
        }

        if (entries.Count > 0)
            await run.DropAnnouncedAsync(entries);
    }

    int? IdsPerCall(ShopStream stream) => stream switch
    {
        ShopStream.Contacts => (run.Connector as IReadsById)?.IdsPerCall,
        ShopStream.Orders => (run.Connector as IReadsOrdersById)?.OrderIdsPerCall,
        _ => null,
    };

    /// <summary>Announcements as they can be followed together: those of named records in the platform's packs, the failed ones apart.</summary>
    static IEnumerable<List<InboxEntry>> PacksOf(IEnumerable<InboxEntry> entries, ShopStream stream, int? idsPerCall)
    {
        foreach (var some in entries.GroupBy(entry => entry.Attempts > 0))
        {
            var named = some.Where(entry => idsPerCall is not null && entry.Change.SourceId is not null
                && (entry.Change.Kind == ChangeKind.Changed || stream == ShopStream.Orders)).ToList();
            var rest = some.Except(named).ToList();
            foreach (var alone in rest.Where(entry => entry.Attempts >= AttemptsInCompany))
                yield return [alone];
            if (rest.Where(entry => entry.Attempts < AttemptsInCompany).ToList() is { Count: > 0 } together)
                yield return together;
            foreach (var id in named.Where(entry => entry.Attempts >= AttemptsInCompany).GroupBy(entry => entry.Change.SourceId, StringComparer.Ordinal))
                yield return [.. id];
            foreach (var ids in named.Where(entry => entry.Attempts < AttemptsInCompany).GroupBy(entry => entry.Change.SourceId, StringComparer.Ordinal).Chunk(idsPerCall ?? 1))
                yield return [.. ids.SelectMany(id => id)];
        }
    }

    // Not much later than the shop is asked again: what was announced must not stay behind once it answers.
    async Task PutOffAsync(IShopStream stream, IReadOnlyList<InboxEntry> pack)
    {
        var wait = Moment.Later(stream.Pace.NotBefore, run.Pace.ShopNotBefore);
        var at = Moment.Earlier(Moment.Later(wait, run.Now + Backoff.After(pack.Max(entry => entry.Attempts) + 1, null, run.Engine.Chance)), run.Now + LongestWait);
        run.IsDueAt(at);
        await run.Engine.Inbox.PutOffAsync(run.Lease, [.. pack.Select(entry => entry.Id)], at, run.Cancel);
    }

    /// <summary>What a person asks for is looked at now, whatever waits.</summary>
    async Task NoteAskedAsync(IReadOnlyList<InboxEntry> entries)
    {
        var asked = entries.Where(entry => entry is { Source: InboxSource.Operator, Change: { Kind: ChangeKind.Changed, SourceId: null } }).ToList();
        if (asked.Count == 0)
            return;
        gate.LookAtOnce();
        if (asked.Exists(entry => entry.Change.Stream == ShopStream.Products))
            run.Pace.ProductsNotBefore = DateTimeOffset.MinValue;
        if (asked.Exists(entry => entry.Change.Stream == ShopStream.Contacts))
            run.Pace.NextCardPoll = DateTimeOffset.MinValue;
        var everything = asked.Where(entry => entry.Change.Facts == Synchronization.Everything).Select(entry => entry.Change.Stream).ToHashSet();
        foreach (var stream in streams.Select(stream => stream.Stream).Where(stream => stream != ShopStream.Carts))
        {
            if (everything.Contains(ShopStream.Contacts) || (everything.Contains(ShopStream.Products) && stream == ShopStream.Products))
                await Comparison.AskForAsync(run, stream);
        }
    }
}
