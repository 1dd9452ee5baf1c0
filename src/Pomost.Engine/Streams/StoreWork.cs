using System.Diagnostics;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>
/// The order of a store's work: what people of the panel changed, what people said at the destination, what the shop announced and changed, what is owed to the
/// shop, then comparisons, exports and tags.
/// </summary>
sealed class StoreWork
{
    const int EditsPerStep = 100;

    readonly StoreRun _run;
    readonly Standstill _standstill;
    readonly ShopGate _gate;
    readonly LostWebhooks _lost;
    readonly PageWork _pages;
    readonly CardReader _cards;
    readonly HistoryPace _history;
    readonly ShopWrites _writes;
    readonly ModuleLog _module;
    readonly ContactStream _contacts;
    readonly CartStream _carts;
    readonly IReadOnlyList<IShopStream> _streams;
    readonly InboxReader _inbox;
    readonly ExportWork _exports;
    readonly ProductDelivery _products;
    readonly WorkPace _edits;
    readonly WorkPace _following;
    readonly WorkPace _dueCarts;

    public StoreWork(StoreRun run, Destination target, DestinationConnection to, ProductDelivery products, string process, Func<bool> pumpEnded)
    {
        (_run, _products) = (run, products);
        (_edits, _following, _dueCarts) = (run.Pace.Of("edits"), run.Pace.Of("cards"), run.Pace.Of("due carts"));
        _standstill = new Standstill(run, target);
        _gate = new ShopGate(run, _standstill);
        _lost = new LostWebhooks(run);
        _pages = new PageWork(run, new PreviewCards(run, to), _lost);
        _cards = new CardReader(run.Engine, run.Log, run.Lease, run.Store, run.Pace, target, to, run.Cancel);
        _history = new HistoryPace(run);
        _writes = new ShopWrites(run, _gate, _history);
        _module = new ModuleLog(run, _gate);
        var (contacts, subscribers, orders) = (new ContactPages(run, _pages), new SubscriberPages(run, _pages), new OrderPages(run, _pages));
        _contacts = new ContactStream(run, contacts);
        _carts = new CartStream(run, _pages);
        _streams = [.. Declared(subscribers, orders)];
        _inbox = new InboxReader(run, _streams, _gate, _lost);
        _exports = new ExportWork(run, new ExportPages(run, contacts, subscribers, orders), _history, GiveWayAsync, pumpEnded, process);
    }

    /// <summary>Does what is due.</summary>
    public async Task DoAsync()
    {
        await _gate.GuardAsync(_edits, CarryOutEditsAsync);
        var isWithDestination = true;
        await _gate.GuardAsync(_following, async () => isWithDestination = await ReadCardsAsync());
        if (!isWithDestination)
            return;
        await _writes.WriteLeftOptOutsAsync();
        await _inbox.ReadAsync();
        await EnsureWebhooksAsync();
        await PollAsync();
        await _gate.GuardAsync(_dueCarts, _carts.SendDueAsync);
        await _writes.WriteConsentsAsync();
        foreach (var stream in _streams.Where(stream => stream.Stream != ShopStream.Products))
            await AskAsync(stream, stream.CompareAsync);
        await _gate.AskAsync(_contacts.Pace, _contacts.CompareSomeAsync);
        // An export that failed and was ended leaves nothing that could fail.
        if (_run.Now >= _run.Pace.DestinationNotBefore && await _gate.AskAsync(_exports.Pace, _exports.WorkAsync) && !_run.HasMoreToExport)
            _exports.Pace.NoteAnswer();
        if (_run.Now >= _run.Pace.ShopNotBefore)
            await _writes.WriteTagsAsync(GiveWayAsync);
        if (_streams.FirstOrDefault(stream => stream.Stream == ShopStream.Products) is { } catalogue)
            await AskAsync(catalogue, catalogue.CompareAsync);
        _gate.Conclude();
    }

    public Task FinishExportsAsync() => _exports.FinishAsync();

    public Task StandStillForDestinationAsync(NeedsOperatorException problem) => _standstill.BeginForDestinationAsync(problem);

    /// <summary>Says durably what is waited for, so that a person can see it. Written only when it changed.</summary>
    public async Task SavePaceAsync()
    {
        await _lost.CountAsync();
        var state = new PaceState(WaitingFor(_run.Now), _run.Pace.Spent);
        if (state == _run.Pace.Saved)
            return;
        await _run.Engine.Paces.WriteAsync(_run.Lease, state, CancellationToken.None);
        _run.Pace.Saved = state;
    }

    /// <summary>When this store has something to do again.</summary>
    public async Task<DateTimeOffset> DueAtAsync(PumpEnd end)
    {
        var (engine, pace, key) = (_run.Engine, _run.Pace, _run.Key);
        var due = Moment.Later(_streams.Min(stream => stream.Pace.NextTurn), pace.ShopNotBefore);
        if (_run.HasMoreToRead)
            due = Moment.Earlier(due, Moment.Later(pace.ShopNotBefore, pace.DestinationNotBefore));
        if (_run.HasMoreToExport)
            due = Moment.Earlier(due, Moment.Later(Moment.Later(pace.BulkNotBefore, _exports.Pace.NotBefore), Moment.Later(pace.ShopNotBefore, pace.DestinationNotBefore)));
        foreach (var other in new[] { _run.PutOffUntil, end.NotBefore, await engine.Erasures.NextDueAsync(key.AccountId, _run.Lease.DestinationId, CancellationToken.None) })
            due = Moment.Earlier(due, other ?? DateTimeOffset.MaxValue);
        if (_run.Store.Options.SendsCarts && await engine.Carts.NextDueAsync(key, CancellationToken.None) is { } cart)
            due = Moment.Earlier(due, Moment.Later(cart, _dueCarts.NotBefore));
        foreach (var other in new[] { await _writes.DueAtAsync(), await _products.DueAtAsync(), Moment.Later(await _cards.DueAtAsync(), _following.NotBefore) })
            due = Moment.Earlier(due, other);
        return Moment.Later(due, _run.Now);
    }

    IEnumerable<IShopStream> Declared(SubscriberPages subscribers, OrderPages orders)
    {
        var declared = _run.Connector.Info.Streams.Select(info => info.Stream).ToHashSet();
        yield return _contacts;
        if (declared.Contains(ShopStream.Subscribers) && _run.Connector is IReadsSubscribers)
            yield return new SubscriberStream(_run, _pages, subscribers);
        if (declared.Contains(ShopStream.Orders) && _run.Connector is IReadsOrders)
            yield return new OrderStream(_run, orders);
        if (declared.Contains(ShopStream.Carts) && _run.Connector is IReadsCarts && _run.Store.Options.SendsCarts)
            yield return _carts;
        if (declared.Contains(ShopStream.Products) && _run.Connector is IReadsProducts reader)
            yield return new ProductStream(_run, reader, _products, _history, GiveWayAsync);
    }

    /// <summary>Polls the streams whose turn it is.</summary>
    async Task PollAsync()
    {
        if (_run.Now >= _contacts.Pace.NextPoll && _run.Now >= _run.Pace.ShopNotBefore && await _module.PullAsync())
            await _inbox.ReadAsync();
        foreach (var stream in _streams.Where(stream => _run.Now >= stream.Pace.NextPoll))
        {
            // A poll that ran out of time goes on in the next run instead of waiting for its turn.
            if (await AskAsync(stream, stream.PollAsync, stream.Stream == ShopStream.Contacts ? true : null) && _run.HasTime)
                stream.Pace.NextPoll = _run.Now + TimeSpan.FromSeconds(_run.Store.Options.PollSeconds);
        }
    }

    Task<bool> AskAsync(IShopStream stream, Func<Task> work, bool? answers = null) => _run.IsOfModule(stream.Stream)
        ? _gate.AskOptionalAsync(work, _module.NoteFailure, stream.Pace) : _gate.AskAsync(stream.Pace, work, stream.Stream == ShopStream.Products ? false : answers);

    /// <summary>Between two pages of an export: what was announced, said at the destination, owed to the shop or is due goes first.</summary>
    async Task GiveWayAsync()
    {
        await _inbox.ReadAsync();
        await PollAsync();
        await _gate.GuardAsync(_following, () => _cards.FollowAsync(() => _run.HasTime));
        await _writes.WriteConsentsAsync();
    }

    /// <summary>Carries out what people of the panel changed, before anything else: it asks neither the shop nor the destination.</summary>
    async Task CarryOutEditsAsync()
    {
        while (await _run.Engine.Edits.NextAsync(_run.Key, EditsPerStep, _run.Cancel) is { Count: > 0 } edits)
        {
            // One change of a person after the other: each is decided by what the one before left.
            var round = edits.DistinctBy(edit => edit.EmailKey).ToList();
            var known = await _pages.ContactsAsync([.. round.Select(edit => edit.EmailKey)]);
            var draft = await _pages.DraftAsync(new PageSource(), known, [.. round.Select(edit => edit.EmailKey)]);
            foreach (var edit in round)
            {
                EditDecider.Decide(
                    draft, edit, known.GetValueOrDefault(edit.EmailKey)?.WrittenTags ?? WrittenTags.None, _run.Engine.Connections.TagsOf(_run.Store));
            }

            await _pages.CommitAsync(draft, new PageSource(), Stopwatch.GetTimestamp());
        }
    }

    /// <summary>False when the destination needs the operator.</summary>
    async Task<bool> ReadCardsAsync()
    {
        try
        {
            await _cards.PollChangedAsync(() => _run.HasTime);
            await _cards.FollowAsync(() => _run.HasTime);
            return true;
        }
        catch (NeedsOperatorException e)
        {
            await _standstill.BeginForDestinationAsync(e);
            return false;
        }
    }

    /// <summary>Makes or mends the shop's webhooks. Without them everything still arrives by polling, so a failure here stops nothing.</summary>
    async Task EnsureWebhooksAsync()
    {
        var (engine, now) = (_run.Engine, _run.Now);
        if (engine.Options.PublicAddress() is not { } ourselves || _run.Connector is not IReceivesWebhooks receiver
            || now < Moment.Later(_run.Pace.NextWebhookCheck, _run.Pace.ShopNotBefore))
        {
            return;
        }

        _run.Pace.NextWebhookCheck = now + engine.Options.WebhookCheckInterval;
        var address = ourselves.Under($"/in/{_run.Store.WebhookToken}");
        await _gate.AskOptionalAsync(
            async () =>
            {
                var state = await receiver.EnsureWebhooksAsync(_run.Shop, address, engine.Connections.WebhookSecretOf(_run.Store), _run.Cancel);
                await _lost.NoteCheckedAsync(state, address);
                StoreRunLog.Webhooks(_run.Log, _run.Key.StoreId, state.Active, state.Repaired);
            },
            e => StoreRunLog.WebhooksFailed(_run.Log, _run.Key.StoreId, e.Message));
    }

    Waiting? WaitingFor(DateTimeOffset now)
    {
        var pace = _run.Pace;
        return pace.ShopNotBefore > now ? new Waiting(pace.ShopReason, pace.ShopNotBefore)
            // Silent until it answered, though the next try may be due.
            : pace is { ShopFailures: > 0, ShopReason: WaitReason.ShopFails } ? new Waiting(WaitReason.ShopFails, now)
            : pace.DestinationNotBefore > now ? new Waiting(pace.DestinationReason, pace.DestinationNotBefore)
            : _run.HasMoreToExport && pace.BulkNotBefore > now ? new Waiting(pace.BulkReason, pace.BulkNotBefore)
            : pace.Parts.Where(part => part.Failures >= ShopSilence.FailuresOfPart).Select(part => new Waiting(WaitReason.PartFails, part.NotBefore)).FirstOrDefault();
    }
}
