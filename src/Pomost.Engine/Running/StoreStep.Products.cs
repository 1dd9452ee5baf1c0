using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>The catalogue: changes as they come, everything once at the beginning and once a night. A shop that gives no products still gives its people.</content>
sealed partial class StoreStep
{
    const string ProductPlace = "live:Products";
    const string ProductSweepPlace = "sweep:Products";
    const string ProductSweepBegan = "sweep-began:Products";
    const string ProductSweepDone = "sweep-done:Products";
    const int UnseenPerStep = 500;
    const int MostAnnouncedTries = 10;

    // Its answers are compared with one another, not with those of an export.
    const long ProductsAsBulk = -1;

    static readonly TimeSpan ProductsRefusedWait = TimeSpan.FromHours(1);

    bool MayAskForProducts => products.IsOpen && engine.Clock.GetUtcNow() >= pace.ProductReadsNotBefore;

    async Task PollProductsAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (connector is not IReadsProducts reader || !MayAskForProducts)
            return;
        try
        {
            var from = await engine.Runs.CursorAsync(lease.Store, ProductPlace, ct);
            if (from is null)
            {
                // What was there before is read by the first comparison.
                from = await GivenAsync(() => connector.CursorAtEndAsync(shop, ShopStream.Products, ct));
                await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(ProductPlace, from) }, ct);
                return;
            }

            await foreach (var page in GivenAsync(() => reader.ReadProductsAsync(shop, new ReadRequest { Purpose = ReadPurpose.Increment, From = from }, ct)))
            {
                await CommitProductsAsync(page, new CursorWrite(ProductPlace, page.Next), isLive: true);
                if (!HasTime)
                {
                    _moreToRead = true;
                    return;
                }
            }

            await NoteGivenAsync();
        }
        catch (ProductsNotGivenException e)
        {
            await NoteNotGivenAsync(e);
        }
    }

    /// <summary>Reads announced products again. Those that are not there any more are gone, whatever the announcement said.</summary>
    async Task ReadAnnouncedProductsAsync(IPlatformConnector connector, ShopConnection shop, IReadOnlyList<InboxEntry> entries)
    {
        if (entries.Count == 0)
            return;
        if (!products.IsOpen)
        {
            await DropAnnouncedAsync(entries);
            return;
        }

        try
        {
            if (!MayAskForProducts)
            {
                await PutOffAnnouncedAsync(entries);
                return;
            }

            if (connector is not IReadsProductsById || entries.Any(entry => entry.Change.SourceId is null))
                pace.NextPoll = DateTimeOffset.MinValue;
            var byId = connector as IReadsProductsById;
            var ids = entries.Where(entry => byId is not null || entry.Change.Kind == ChangeKind.Deleted)
                .Select(entry => entry.Change.SourceId).OfType<string>().Distinct(StringComparer.Ordinal);
            foreach (var pack in ids.Chunk(byId?.ProductIdsPerCall ?? UnseenPerStep))
            {
                var page = byId is null ? new Page<ShopProduct>([], new SyncCursor("")) : await GivenAsync(() => byId.ReadProductsByIdAsync(shop, pack, ct));
                var there = page.Items.Select(product => product.SourceId).Concat(page.Rejected.Select(record => record.SourceId));
                await CommitProductsAsync(page, null, isLive: true, [.. pack.Except(there, StringComparer.Ordinal)]);
            }

            await DropAnnouncedAsync(entries);
        }
        catch (ProductsNotGivenException e)
        {
            await NoteNotGivenAsync(e);
            await PutOffAnnouncedAsync(entries);
        }
    }

    /// <summary>Reads everything: at once when the store is new (a catalogue holds no people), then every night, and when a person asks.
    /// Finds what no announcement told, and what is gone.</summary>
    async Task SweepProductsAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (connector is not IReadsProducts reader || !MayAskForProducts || !await IsProductSweepDueAsync())
            return;
        try
        {
            await SweepProductsAsync(connector, reader, shop);
        }
        catch (ProductsNotGivenException e)
        {
            await NoteNotGivenAsync(e);
        }
    }

    async Task SweepProductsAsync(IPlatformConnector connector, IReadsProducts reader, ShopConnection shop)
    {
        var isFirst = await engine.Runs.CursorAsync(lease.Store, ProductSweepDone, ct) is null;
        if (await engine.Runs.CursorAsync(lease.Store, ProductSweepBegan, ct) is not { } began)
        {
            await products.BeginComparisonAsync(ct);
            began = Instant(engine.Clock.GetUtcNow());
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(ProductSweepBegan, began) }, ct);
        }

        engine.Connections.SignalsOf(store).BeginBulk(ProductsAsBulk);
        var request = new ReadRequest
        {
            Purpose = isFirst ? ReadPurpose.Backfill : ReadPurpose.Sweep,
            From = await engine.Runs.CursorAsync(lease.Store, ProductSweepPlace, ct),
        };
        await foreach (var page in GivenAsync(() => reader.ReadProductsAsync(engine.Connections.ShopOf(store, isBulk: true), request, ct)))
        {
            await CommitProductsAsync(page, new CursorWrite(ProductSweepPlace, page.Next), isLive: false);
            await SpendAsync(0, page.NextAt);
            await GiveWayAsync(connector, shop);
            _moreToRead |= !HasTime;
            if (!HasTime || !MayReadCatalogue())
                return;
        }

        await NoteGivenAsync();
        if (!await MarkGoneAsync(InstantOf(began)))
            return;
        await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(ProductSweepDone, Instant(engine.Clock.GetUtcNow())) }, ct);
        await engine.Runs.ForgetCursorAsync(lease, ProductSweepPlace, ct);
        await engine.Runs.ForgetCursorAsync(lease, ProductSweepBegan, ct);
    }

    /// <summary>What stood on no page is gone. False when the time is over before the end.</summary>
    async Task<bool> MarkGoneAsync(DateTimeOffset began)
    {
        // A list without a single product is a shop in trouble, not one that sells nothing any more.
        if (!await engine.Products.AnySeenAsync(lease.Store, began, ct))
        {
            StoreRunLog.ProductListEmpty(log, lease.Store.StoreId);
            return true;
        }

        while (await engine.Products.UnseenAsync(lease.Store, began, UnseenPerStep, ct) is { Count: > 0 } unseen)
        {
            await engine.Runs.CommitAsync(lease, new PageCommit { Products = [.. ProductDecider.Gone(unseen, isLive: false)] }, ct);
            _queued.Release();
            if (!HasTime)
            {
                _moreToRead = true;
                return false;
            }
        }

        return true;
    }

    async Task<bool> IsProductSweepDueAsync()
        => await TakeAskedAsync(ProductSweepPlace)
            || await engine.Runs.CursorAsync(lease.Store, ProductSweepDone, ct) is null
            || await IsNightlyAsync(ProductSweepBegan, ProductSweepDone, AgeOfNightly);

    /// <summary>The budget is for people's history; that the shop wants rest concerns everything.</summary>
    bool MayReadCatalogue()
    {
        var now = engine.Clock.GetUtcNow();
        return engine.Connections.SignalsOf(store).BulkNotBefore <= now && (pace.BulkNotBefore <= now || pace.BulkReason == WaitReason.BudgetUsed);
    }

    async Task CommitProductsAsync(Page<ShopProduct> page, CursorWrite? cursor, bool isLive, IReadOnlyList<string>? missing = null)
    {
        string[] ids = [.. page.Items.Select(product => product.SourceId)];
        var known = await engine.Products.FindAsync(lease.Store, [.. ids, .. missing ?? []], ct);
        await engine.Runs.CommitAsync(lease, new PageCommit
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
        }, ct);
        _queued.Release();
    }

    Task DropAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
        => engine.Runs.CommitAsync(lease, new PageCommit { InboxDone = [.. entries.Select(entry => entry.Id)] }, ct);

    /// <summary>Tries announced products again later. What failed often is left to the nightly comparison.</summary>
    async Task PutOffAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        var again = entries.Where(entry => entry.Attempts < MostAnnouncedTries).ToList();
        if (again.Count > 0)
        {
            _inboxDue = _inboxDue is { } due ? Earlier(due, pace.ProductReadsNotBefore) : pace.ProductReadsNotBefore;
            await engine.Inbox.PutOffAsync(lease, [.. again.Select(entry => entry.Id)], pace.ProductReadsNotBefore, ct);
        }

        if (again.Count < entries.Count)
            await DropAnnouncedAsync([.. entries.Except(again)]);
    }

    Task NoteGivenAsync()
    {
        pace.ProductReadFailures = 0;
        return products.NoteShopAsync(null);
    }

    async Task NoteNotGivenAsync(ProductsNotGivenException e)
    {
        var now = engine.Clock.GetUtcNow();
        StoreRunLog.ProductsNotGiven(log, lease.Store.StoreId, e.InnerException!.Message);
        if (e.InnerException is NeedsOperatorException problem)
        {
            pace.ProductReadsNotBefore = now + ProductsRefusedWait;
            await products.NoteShopAsync(problem);
        }
        else
            pace.ProductReadsNotBefore = now + Backoff.After(++pace.ProductReadFailures, (e.InnerException as RetryLaterException)?.After, engine.Chance);
    }

    static async Task<T> GivenAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ConnectorException e)
        {
            throw new ProductsNotGivenException(e);
        }
    }

    static async IAsyncEnumerable<Page<ShopProduct>> GivenAsync(Func<IAsyncEnumerable<Page<ShopProduct>>> read)
    {
        await using var enumerator = await GivenAsync(() => Task.FromResult(read().GetAsyncEnumerator()));
        while (await GivenAsync(() => enumerator.MoveNextAsync().AsTask()))
            yield return enumerator.Current;
    }
}

/// <summary>The shop did not give its products; everything else goes on.</summary>
sealed class ProductsNotGivenException(ConnectorException cause) : Exception(cause.Message, cause);
