using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>The catalogue: changes as they come, everything once at the beginning and once a night. A shop that gives no products still gives its people.</summary>
sealed class ProductStream(StoreRun run, IReadsProducts reader, ProductDelivery products, HistoryPace history, Func<Task> giveWay) : IShopStream
{
    const string Place = "live:Products";
    const string SweepPlace = "sweep:Products";
    const string SweepBegan = "sweep-began:Products";
    const string SweepDone = "sweep-done:Products";
    const int UnseenPerStep = 500;
    const int MostAnnouncedTries = 10;

    // Its answers are compared with one another, not with those of an export.
    const long AsBulk = -1;

    static readonly TimeSpan RefusedWait = TimeSpan.FromHours(1);

    readonly Comparison _comparison = new(run, ShopStream.Products);

    public ShopStream Stream => ShopStream.Products;

    public WorkPace Pace { get; } = run.Pace.Of(nameof(ShopStream.Products));

    bool MayAsk => products.IsOpen && run.Now >= Pace.NotBefore;

    public Task PollAsync() => MayAsk ? GivenAsync(async () =>
    {
        if (await run.CursorAsync(Place) is not { } from)
        {
            // What was there before is read by the first comparison.
            await run.SaveCursorAsync(Place, await run.Connector.CursorAtEndAsync(run.Shop, Stream, run.Cancel));
            return;
        }

        await foreach (var page in reader.ReadProductsAsync(run.Shop, new ReadRequest { Purpose = ReadPurpose.Increment, From = from }, run.Cancel))
        {
            await CommitAsync(page, new CursorWrite(Place, page.Next), isLive: true);
            run.HasMoreToRead |= !run.HasTime;
            if (!run.HasTime)
                return;
        }
    }) : Task.CompletedTask;

    /// <summary>Reads announced products again. Those that are not there any more are gone, whatever the announcement said.</summary>
    public async Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        if (!products.IsOpen)
            await run.DropAnnouncedAsync(entries);
        else if (!MayAsk || !await GivenAsync(() => ReadAgainAsync(entries)))
            await PutOffAsync(entries);
    }

    /// <summary>Reads everything: at once when the store is new (a catalogue holds no people), then every night, and when a person asks.
    /// Finds what no announcement told, and what is gone.</summary>
    public async Task CompareAsync()
    {
        if (!MayAsk)
            return;
        var isFirst = await run.CursorAsync(SweepDone) is null;
        if (await run.CursorAsync(SweepBegan) is null)
        {
            if (!isFirst && await _comparison.BeginAsync(byItself: true, Comparison.Nightly) is null)
                return;
            await products.BeginComparisonAsync(run.Cancel);
            if (isFirst)
                await run.SaveMomentAsync(SweepBegan, run.Now);
        }

        await GivenAsync(() => CompareAsync(isFirst));
    }

    async Task CompareAsync(bool isFirst)
    {
        run.Engine.Connections.SignalsOf(run.Store).BeginBulk(AsBulk);
        var request = new ReadRequest { Purpose = isFirst ? ReadPurpose.Backfill : ReadPurpose.Sweep, From = await run.CursorAsync(SweepPlace) };
        await foreach (var page in reader.ReadProductsAsync(run.BulkShop, request, run.Cancel))
        {
            await CommitAsync(page, new CursorWrite(SweepPlace, page.Next), isLive: false);
            await history.SpendAsync(0, page.NextAt);
            await giveWay();
            run.HasMoreToRead |= !run.HasTime;
            if (!run.HasTime || !history.MayReadCatalogue())
                return;
        }

        if (await MarkGoneAsync((await run.MomentAsync(SweepBegan))!.Value))
            await _comparison.EndAsync();
    }

    async Task ReadAgainAsync(IReadOnlyList<InboxEntry> entries)
    {
        var byId = run.Connector as IReadsProductsById;
        if (byId is null || entries.Any(entry => entry.Change.SourceId is null))
            Pace.NextPoll = DateTimeOffset.MinValue;
        var ids = entries.Where(entry => byId is not null || entry.Change.Kind == ChangeKind.Deleted)
            .Select(entry => entry.Change.SourceId).OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var pack in ids.Chunk(byId?.ProductIdsPerCall ?? UnseenPerStep))
        {
            var page = byId is null ? new Page<ShopProduct>([], new SyncCursor("")) : await byId.ReadProductsByIdAsync(run.Shop, pack, run.Cancel);
            var there = page.Items.Select(product => product.SourceId).Concat(page.Rejected.Select(record => record.SourceId));
            var done = entries.Where(entry => pack.Contains(entry.Change.SourceId)).ToList();
            await CommitAsync(page, null, isLive: true, [.. pack.Except(there, StringComparer.Ordinal)], done);
            entries = [.. entries.Except(done)];
        }

        if (entries.Count > 0)
            await run.DropAnnouncedAsync(entries);
    }

    /// <summary>What stood on no page is gone. False when the time is over before the end.</summary>
    async Task<bool> MarkGoneAsync(DateTimeOffset began)
    {
        // A list without a single product is a shop in trouble, not one that sells nothing any more.
        if (!await run.Engine.Products.AnySeenAsync(run.Key, began, run.Cancel))
        {
            StoreRunLog.ProductListEmpty(run.Log, run.Key.StoreId);
            return true;
        }

        while (await run.Engine.Products.UnseenAsync(run.Key, began, UnseenPerStep, run.Cancel) is { Count: > 0 } unseen)
        {
            await run.Engine.Runs.CommitAsync(run.Lease, new PageCommit { Products = [.. ProductDecider.Gone(unseen, isLive: false)] }, run.Cancel);
            run.NoteQueued();
            run.HasMoreToRead |= !run.HasTime;
            if (!run.HasTime)
                return false;
        }

        return true;
    }

    async Task CommitAsync(
        Page<ShopProduct> page, CursorWrite? cursor, bool isLive, IReadOnlyList<string>? missing = null, IReadOnlyList<InboxEntry>? done = null)
    {
        string[] ids = [.. page.Items.Select(product => product.SourceId)];
        var known = await run.Engine.Products.FindAsync(run.Key, [.. ids, .. missing ?? []], run.Cancel);
        await run.Engine.Runs.CommitAsync(run.Lease, new PageCommit
        {
            Products =
            [
                .. ProductDecider.Decide(page.Items, known, isLive),
                .. ProductDecider.Gone((missing ?? []).Select(id => known.GetValueOrDefault(id)).OfType<ProductFacts>(), isLive),
            ],
            // One that could not be read is there all the same.
            ProductsSeen = [.. ids, .. page.Rejected.Select(record => record.SourceId)],
            Traces =
            [
                .. page.Rejected.Select(record => new TraceWrite(
                    ShopStream.Products, record.SourceId, null, RecordOutcome.Rejected, ReasonCode.Unreadable, [], null, $"{record.Field}: {record.Message}")),
            ],
            Cursor = cursor,
            InboxDone = [.. (done ?? []).Select(entry => entry.Id)],
        }, run.Cancel);
        run.NoteQueued();
    }

    /// <summary>Tries announced products again later. What failed often is left to the nightly comparison.</summary>
    async Task PutOffAsync(IReadOnlyList<InboxEntry> entries)
    {
        var again = entries.Where(entry => entry.Attempts < MostAnnouncedTries).ToList();
        if (again.Count > 0)
        {
            run.IsDueAt(Pace.NotBefore);
            await run.Engine.Inbox.PutOffAsync(run.Lease, [.. again.Select(entry => entry.Id)], Pace.NotBefore, run.Cancel);
        }

        if (again.Count < entries.Count)
            await run.DropAnnouncedAsync([.. entries.Except(again)]);
    }

    /// <summary>Asks the shop for products. A shop that gives none still gives its people, so what is wrong is noted here and goes no further.</summary>
    async Task<bool> GivenAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            Pace.NoteAnswer();
            await products.NoteShopAsync(null);
            return true;
        }
        catch (ConnectorException e)
        {
            StoreRunLog.ProductsNotGiven(run.Log, run.Key.StoreId, e.Message);
            var wait = e is NeedsOperatorException ? RefusedWait : Backoff.After(Pace.Failures + 1, (e as RetryLaterException)?.After, run.Engine.Chance);
            Pace.NoteFailure(run.Now, run.Now + wait);
            if (e is NeedsOperatorException problem)
                await products.NoteShopAsync(problem);
            return false;
        }
    }
}
