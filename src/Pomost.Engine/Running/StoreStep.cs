using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>One run of one store.</summary>
sealed partial class StoreStep(
    EngineServices engine, ILogger log, StoreLease lease, Store store, StorePace pace, Destination target, DestinationConnection to, ProductDelivery products,
    string process, DateTimeOffset readUntil, CancellationToken ct)
    : IDisposable
{
    const int InboxPerStep = 500;

    /// <summary>Failures after which an announcement is followed alone.</summary>
    const int AttemptsInCompany = 3;

    static readonly TimeSpan SeenWrittenEvery = TimeSpan.FromMinutes(2);
    static readonly TimeSpan LongestInboxWait = TimeSpan.FromMinutes(1);
    static readonly TimeSpan AgeOfNightly = TimeSpan.FromHours(20);

    // The module's log tells what changed; what was written past the shop's own ways is looked for once a week.
    static readonly TimeSpan AgeWithModule = TimeSpan.FromDays(7) - TimeSpan.FromHours(4);
    const string SweepPlace = "sweep:Contacts";
    const string SweepDone = "sweep-done:Contacts";

    readonly SemaphoreSlim _queued = new(0);
    readonly CardReader _cards = new(engine, log, lease, store, pace, target, to, ct);
    bool _moreToRead;
    bool _moreToExport;
    bool _wroteToShop;
    bool _pageMayBeStale;
    DateTimeOffset? _inboxDue;
    DateTimeOffset? _noticedAt;

    public bool IsDone { get; private set; }

    bool HasTime => engine.Clock.GetUtcNow() < readUntil && !ct.IsCancellationRequested;

    public Task WaitForMoreAsync(CancellationToken cancel) => _queued.WaitAsync(cancel);

    public void Finish()
    {
        IsDone = true;
        _queued.Release();
    }

    /// <summary>Does what is due: reads what the shop announced and what changed there, then what people said at the destination, writes what is owed
    /// to the shop, and goes on with exports.</summary>
    public async Task ReadAsync(Func<bool> pumpEnded)
    {
        var connector = engine.Connections.ConnectorOf(store);
        var shop = engine.Connections.ShopOf(store);
        await CarryOutEditsAsync(connector);
        var shopAnswers = await AskShopAsync(() => ReadLiveAsync(connector, shop));
        if (!await ReadCardsAsync())
            return;
        if (!shopAnswers)
        {
            _moreToRead = true;
            return;
        }

        if (await AskShopAsync(() => FinishWithShopAsync(connector, shop, pumpEnded)))
            pace.ShopFailures = 0;
    }

    async Task ReadLiveAsync(IPlatformConnector connector, ShopConnection shop)
    {
        var now = engine.Clock.GetUtcNow();
        await ReadInboxAsync(connector, shop);
        await EnsureWebhooksAsync(connector, shop, now);
        await PollIfDueAsync(connector, shop);
    }

    async Task FinishWithShopAsync(IPlatformConnector connector, ShopConnection shop, Func<bool> pumpEnded)
    {
        await TellDueCartsAsync(connector);
        await WriteBackAsync(connector, shop);
        if (await IsSweepDueAsync(connector))
            await SweepAsync(connector, shop);
        await CompareSomeAsync(connector, shop);
        await SweepSubscribersAsync(connector, shop);
        if (engine.Clock.GetUtcNow() >= pace.DestinationNotBefore)
            await ExportAsync(connector, engine.Connections.ShopOf(store, isBulk: true), () => GiveWayAsync(connector, shop), pumpEnded);
        await WriteTagsAsync(connector, shop);
        await SweepProductsAsync(connector, shop);
    }

    async Task WriteBackAsync(IPlatformConnector connector, ShopConnection shop)
    {
        var step = new WriteBackStep(engine, log, lease, ct);
        try
        {
            _moreToRead |= await step.WriteAsync(connector, shop, () => HasTime);
        }
        finally
        {
            _wroteToShop |= step.WroteAnything;
        }
    }

    /// <summary>False when the destination needs the operator.</summary>
    async Task<bool> ReadCardsAsync()
    {
        try
        {
            await _cards.PollChangedAsync(() => HasTime);
            await _cards.FollowAsync(() => HasTime);
            return true;
        }
        catch (NeedsOperatorException e)
        {
            await StandStillForDestinationAsync(e);
            return false;
        }
    }

    /// <summary>False when the shop cannot answer now, or needs the operator.</summary>
    async Task<bool> AskShopAsync(Func<Task> work)
    {
        if (engine.Clock.GetUtcNow() < pace.ShopNotBefore)
            return false;
        try
        {
            await work();
            return true;
        }
        catch (RetryLaterException e)
        {
            pace.ShopFailures++;
            pace.ShopNotBefore = engine.Clock.GetUtcNow() + Backoff.After(pace.ShopFailures, e.After, engine.Chance);
            pace.ShopReason = e.After is null ? WaitReason.ShopFails : WaitReason.ShopAsked;
            StoreRunLog.ShopWaits(log, lease.Store.StoreId, pace.ShopFailures, e.Message);
        }
        catch (NeedsOperatorException e)
        {
            await StandStillAsync(e);
        }

        return false;
    }

    async Task ReadInboxAsync(IPlatformConnector connector, ShopConnection shop)
    {
        while (HasTime)
        {
            var entries = await engine.Inbox.NextAsync(lease.Store, InboxPerStep, ct);
            if (entries.Count == 0)
                return;
            await NoteAnnouncedAsync(entries);
            foreach (var pack in PacksOf([.. entries.Where(entry => entry.Change.Stream != ShopStream.Products)], connector as IReadsById))
            {
                if (!HasTime)
                    break;
                await ReadPackAsync(pack, connector, shop);
            }

            if (HasTime)
                await ReadAnnouncedProductsAsync(connector, shop, [.. entries.Where(entry => entry.Change.Stream == ShopStream.Products)]);
        }

        // The wake was answered when the run began, so what is left must be due.
        _moreToRead = true;
    }

    /// <summary>Announcements as they can be followed together. One that failed often is followed alone, so that it holds up no other.</summary>
    static IEnumerable<List<InboxEntry>> PacksOf(IReadOnlyList<InboxEntry> entries, IReadsById? byId)
    {
        // What failed comes last: the entries are given in the order of their attempts.
        foreach (var stream in entries.GroupBy(entry => (entry.Change.Stream, HasFailed: entry.Attempts > 0)))
        {
            var named = stream.Where(entry => IsReadById(entry, byId)).ToList();
            var rest = stream.Except(named).ToList();
            if (rest.Count > 0)
                yield return rest;
            foreach (var id in named.Where(entry => entry.Attempts >= AttemptsInCompany).GroupBy(entry => entry.Change.SourceId, StringComparer.Ordinal))
                yield return [.. id];
            foreach (var ids in named.Where(entry => entry.Attempts < AttemptsInCompany).GroupBy(entry => entry.Change.SourceId, StringComparer.Ordinal).Chunk(byId?.IdsPerCall ?? 1))
                yield return [.. ids.SelectMany(id => id)];
        }
    }

    static bool IsReadById(InboxEntry entry, IReadsById? byId)
        => byId is not null && entry.Change is { Kind: ChangeKind.Changed, SourceId: not null, Stream: ShopStream.Contacts or ShopStream.Orders };

    async Task ReadPackAsync(List<InboxEntry> pack, IPlatformConnector connector, ShopConnection shop)
    {
        try
        {
            _noticedAt = pack.Min(entry => entry.ReceivedAt);
            await ReadAnnouncedAsync(connector, shop, pack);
        }
        catch (RetryLaterException e)
        {
            // The shop itself is spared by its own wait; what was announced must not stay behind once it answers again.
            var wait = Backoff.After(pack.Max(entry => entry.Attempts) + 1, e.After, engine.Chance);
            _inboxDue = engine.Clock.GetUtcNow() + (wait < LongestInboxWait ? wait : LongestInboxWait);
            await engine.Inbox.PutOffAsync(lease, [.. pack.Select(entry => entry.Id)], _inboxDue.Value, ct);
            throw;
        }
        finally
        {
            _noticedAt = null;
        }
    }

    /// <summary>Reads announced objects again, whatever the announcement said about them.</summary>
    async Task ReadAnnouncedAsync(IPlatformConnector connector, ShopConnection shop, List<InboxEntry> pack)
    {
        var (stream, byId) = (pack[0].Change.Stream, connector as IReadsById);
        if (IsReadById(pack[0], byId))
        {
            string[] ids = [.. pack.Select(entry => entry.Change.SourceId!).Distinct(StringComparer.Ordinal)];
            if (stream == ShopStream.Contacts)
                await CommitContactsAsync(await byId!.ReadContactsByIdAsync(shop, ids, ct), connector, null, null);
            else
                await CommitOrdersAsync(await byId!.ReadOrdersByIdAsync(shop, ids, ct), connector, null, null);
        }
        else
        {
            if (pack.Exists(entry => entry.Change.Kind == ChangeKind.Changed))
                pace.NextPoll = DateTimeOffset.MinValue;
            await OptOutVanishedAsync(connector, pack.Where(entry => entry.Change.Stream == ShopStream.Subscribers));
        }

        await engine.Runs.CommitAsync(lease, new PageCommit { InboxDone = [.. pack.Select(entry => entry.Id)] }, ct);
    }

    /// <summary>Makes or mends the shop's webhooks. Without them everything still arrives by polling, so a failure here stops nothing.</summary>
    async Task EnsureWebhooksAsync(IPlatformConnector connector, ShopConnection shop, DateTimeOffset now)
    {
        if (engine.Options.PublicAddress() is not { } ourselves || connector is not IReceivesWebhooks receiver || now < pace.NextWebhookCheck)
            return;
        pace.NextWebhookCheck = now + engine.Options.WebhookCheckInterval;
        try
        {
            var address = ourselves.Under($"/in/{store.WebhookToken}");
            var state = await receiver.EnsureWebhooksAsync(shop, address, engine.Connections.WebhookSecretOf(store), ct);
            await NoteWebhooksAsync(state, address);
            StoreRunLog.Webhooks(log, lease.Store.StoreId, state.Active, state.Repaired);
        }
        catch (ConnectorException e)
        {
            StoreRunLog.WebhooksFailed(log, lease.Store.StoreId, e.Message);
        }
    }

    async Task PollAsync(IPlatformConnector connector, ShopConnection shop)
    {
        await PollAsync(ShopStream.Contacts, request => connector.ReadContactsAsync(shop, request, ct),
            (page, cursor) => CommitContactsAsync(page, connector, cursor, null), connector, shop);
        await PollSubscribersAsync(connector, shop);
        await PollAsync(ShopStream.Orders, request => connector.ReadOrdersAsync(shop, request, ct),
            (page, cursor) => CommitOrdersAsync(page, connector, cursor, null), connector, shop);
    }

    async Task PollAsync<T>(
        ShopStream stream, Func<ReadRequest, IAsyncEnumerable<Page<T>>> read, Func<Page<T>, CursorWrite, Task> commit,
        IPlatformConnector connector, ShopConnection shop)
    {
        var name = $"live:{stream}";
        var from = await engine.Runs.CursorAsync(lease.Store, name, ct);
        if (from is null)
        {
            // What was there before the store was connected is sent by an export, never by itself.
            from = await connector.CursorAtEndAsync(shop, stream, ct);
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(name, from) }, ct);
            return;
        }

        var began = engine.Clock.GetUtcNow();
        await foreach (var page in read(new ReadRequest { Purpose = ReadPurpose.Increment, From = from }))
        {
            await commit(page, new CursorWrite(name, page.Next));
            if (!HasTime)
            {
                _moreToRead = true;
                return;
            }
        }

        await NoteSeenAsync(stream, began);
    }

    /// <summary>Until when everything of a stream was seen; null = unknown.</summary>
    async Task<DateTimeOffset?> SeenUntilAsync(ShopStream stream)
    {
        if (!pace.SeenWritten.ContainsKey(stream))
        {
            pace.SeenWritten[stream] = await engine.Runs.CursorAsync(lease.Store, $"seen:{stream}", ct) is { } written ? InstantOf(written) : null;
            if (pace.SeenWritten[stream] is { } known)
                pace.SeenUntil.TryAdd(stream, known);
        }

        return pace.SeenUntil.TryGetValue(stream, out var until) ? until : null;
    }

    // Written down now and then: an older moment is true, too, and the shops are asked each minute.
    async Task NoteSeenAsync(ShopStream stream, DateTimeOffset began)
    {
        pace.SeenUntil[stream] = began;
        if (pace.SeenWritten.GetValueOrDefault(stream) is { } written && began - written < SeenWrittenEvery)
            return;
        await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite($"seen:{stream}", Instant(began)) }, ct);
        pace.SeenWritten[stream] = began;
    }

    /// <summary>Once a night, where the platform cannot be asked what changed; a sweep under way goes on at any hour.</summary>
    async Task<bool> IsSweepDueAsync(IPlatformConnector connector)
    {
        if (await TakeAskedAsync(SweepPlace) || await engine.Runs.CursorAsync(lease.Store, SweepPlace, ct) is not null)
            return true;
        return connector.Info.Streams.Any(stream => stream is { Stream: ShopStream.Contacts, HasModificationTime: false })
            && await IsNightlyAsync(SweepPlace, SweepDone, pace.ModuleAnswers ? AgeWithModule : AgeOfNightly);
    }

    async Task<bool> IsNightlyAsync(string place, string done, TimeSpan age)
    {
        if (await engine.Runs.CursorAsync(lease.Store, place, ct) is not null)
            return true;
        var now = engine.Clock.GetUtcNow();
        var last = await engine.Runs.CursorAsync(lease.Store, done, ct);
        if (last is null)
        {
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(done, Instant(now)) }, ct);
            return false;
        }

        var hour = TimeZoneInfo.ConvertTime(now, Zone).Hour;
        return now - InstantOf(last) > age && hour is >= 1 and < 6;
    }

    /// <summary>Reads everybody once more and compares: finds the changes of people already sent that no webhook told.
    /// Who was never sent is not sent by a sweep.</summary>
    async Task SweepAsync(IPlatformConnector connector, ShopConnection shop)
    {
        var from = await engine.Runs.CursorAsync(lease.Store, SweepPlace, ct);
        var request = new ReadRequest { Purpose = ReadPurpose.Sweep, From = from };
        await foreach (var page in connector.ReadContactsAsync(shop, request, ct))
        {
            await ComparePageAsync(connector, page, SweepPlace);
            if (!HasTime)
            {
                _moreToRead = true;
                return;
            }
        }

        await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(SweepDone, Instant(engine.Clock.GetUtcNow())) }, ct);
        await engine.Runs.ForgetCursorAsync(lease, SweepPlace, ct);
    }

    async Task ComparePageAsync(IPlatformConnector connector, Page<ShopContact> page, string place)
    {
        var known = await engine.Runs.ContactsAsync(lease.Store, ContactDecider.KeysOf(page.Items), ct);
        var accounts = await AccountsAsync(page.Items);
        var sent = page with { Items = [.. page.Items.Where(contact => IsSent(contact, known, accounts))], Rejected = [] };
        await CommitContactsAsync(sent, connector, new CursorWrite(place, page.Next), null);
    }

    static bool IsSent(ShopContact contact, IReadOnlyDictionary<string, ContactFacts> known, IReadOnlyDictionary<string, KnownAccount> accounts)
        => EmailAddress.TryParse(contact.Email, out var address, out _)
            && (IsSent(known.GetValueOrDefault(address.Key)) || contact is { HasAccount: true, SourceId: { } id } && IsSent(accounts.GetValueOrDefault(id)?.Facts));

    static readonly IReadOnlyDictionary<string, KnownAccount> NoAccounts = new Dictionary<string, KnownAccount>();

    static bool IsSent(ContactFacts? facts) => facts is { WantedHash: not null, Outcome: RecordOutcome.Queued or RecordOutcome.Sent };

    async Task CommitContactsAsync(Page<ShopContact> page, IPlatformConnector connector, CursorWrite? cursor, (ExportRun Run, RunGain Gain)? export)
    {
        var started = Stopwatch.GetTimestamp();
        var known = await engine.Runs.ContactsAsync(lease.Store, ContactDecider.KeysOf(page.Items), ct);
        var draft = await DraftAsync(
            connector, export?.Run, known, ContactDecider.KeysOf(page.Items), await AccountsAsync(page.Items), ShopStream.Contacts);
        ContactDecider.Decide(draft, page.Items, await GoneAccountsAsync(connector, page.Items, known));
        draft.RejectUnreadable(ShopStream.Contacts, page.Rejected);
        await CommitAsync(draft, cursor, export, started);
    }

    /// <summary>Accounts that bear the data of a card which other accounts of this page would take, and that the shop no longer has under that address.
    /// The shop is asked only when there are two accounts of one address.</summary>
    async Task<IReadOnlySet<string>?> GoneAccountsAsync(
        IPlatformConnector connector, IReadOnlyList<ShopContact> contacts, IReadOnlyDictionary<string, ContactFacts> known)
    {
        if (connector is not IReadsById byId)
            return null;
        var onPage = contacts.Select(contact => contact.SourceId).ToHashSet(StringComparer.Ordinal);
        var holders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var contact in contacts.Where(contact => contact is { HasAccount: true, SourceId: not null, Email: not null }))
        {
            var key = EmailAddress.KeyOf(contact.Email!);
            if (known.GetValueOrDefault(key) is { AccountRead: not null, SourceId: { } holder } && holder != contact.SourceId && !onPage.Contains(holder))
                holders[holder] = key;
        }

        var gone = holders.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var ids in holders.Keys.Chunk(byId.IdsPerCall))
        {
            foreach (var found in (await byId.ReadContactsByIdAsync(engine.Connections.ShopOf(store), ids, ct)).Items)
            {
                if (found.SourceId is { } id && holders.GetValueOrDefault(id) == EmailAddress.KeyOf(found.Email ?? ""))
                    gone.Remove(id);
            }
        }

        return gone;
    }

    async Task CommitOrdersAsync(Page<ShopOrder> page, IPlatformConnector connector, CursorWrite? cursor, (ExportRun Run, RunGain Gain)? export)
    {
        var (orders, accounts) = await WithBuyersAsync(connector, page.Items, export?.Run);
        var started = Stopwatch.GetTimestamp();
        page = page with { Items = orders };
        var known = await engine.Runs.OrdersAsync(lease.Store, [.. page.Items.Select(order => order.SourceId).Distinct(StringComparer.Ordinal)], ct);
        string[] keys = [.. OrderDecider.KeysOf(page.Items), .. known.Values.Select(order => order.EmailKey).OfType<string>()];
        var draft = await DraftAsync(
            connector, export?.Run, await engine.Runs.ContactsAsync(lease.Store, keys, ct), keys, await AccountsAsync(page.Items.Select(order => order.Buyer)),
            ShopStream.Orders, accounts);
        OrderDecider.Decide(draft, page.Items, known);
        CartDecider.EndBought(draft, page.Items, await engine.Carts.LivingAsync(lease.Store, OrderDecider.KeysOf(page.Items), ct));
        draft.RejectUnreadable(ShopStream.Orders, page.Rejected);
        await CommitAsync(draft, cursor, export, started);
    }

    async Task<PageDraft> DraftAsync(
        IPlatformConnector connector, ExportRun? run, IReadOnlyDictionary<string, ContactFacts> known, IReadOnlyCollection<string> emailKeys,
        IReadOnlyDictionary<string, KnownAccount>? accounts = null, ShopStream? stream = null,
        IReadOnlyDictionary<string, ShopContact>? readNow = null) => new(
        new DecisionContext(store, connector.Info.Key, engine.Clock.GetUtcNow(), run)
        {
            MayBeStale = _pageMayBeStale,
            NewSince = run is null && stream is { } read && await SeenUntilAsync(read) is { } since ? since - ShopRecordChange.Settling : null,
        },
        known,
        await engine.Tombstones.AmongAsync(lease.Store.AccountId, emailKeys, ct), accounts, run is null ? null : _room)
        {
            ReadAccounts = readNow ?? NothingRead,
        };

    Task<IReadOnlyDictionary<string, KnownAccount>> AccountsAsync(IEnumerable<ShopContact> contacts) => engine.Runs.AccountsAsync(
        lease, [.. contacts.Where(contact => contact.HasAccount).Select(contact => contact.SourceId).OfType<string>()], ct);

    /// <summary>An order or a cart bears the address of its time; the person may have another one now.</summary>
    async Task<IReadOnlyList<T>> WithNewerAddressesAsync<T>(
        IReadOnlyList<T> records, IReadOnlyCollection<string> emailKeys, Func<T, string?> emailOf, Func<T, string, T> with)
    {
        var newer = await engine.Runs.NewerAddressesAsync(lease.Store, emailKeys, ct);
        return newer.Count == 0 ? records
            : [.. records.Select(record => emailOf(record) is { } email && newer.TryGetValue(EmailAddress.KeyOf(email), out var address) ? with(record, address) : record)];
    }

    async Task CommitAsync(PageDraft draft, CursorWrite? cursor, (ExportRun Run, RunGain Gain)? export, long started)
    {
        if (export is { Run.Options.DryRun: true })
            await CountHeldAsync(draft);
        await LookAtWaitingCartsAsync(draft);
        var gain = export is { Gain: var pageGain }
            ? pageGain with { OwnMilliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds }
            : null;
        var commit = draft.Finish(gain, cursor, []) with { NoticedAt = _noticedAt };
        await engine.Runs.CommitAsync(lease, commit, ct);
        NoteFound(cursor, commit);
        _queued.Release();
    }

    /// <summary>When this store has something to do again.</summary>
    public async Task<DateTimeOffset> DueAtAsync(PumpEnd end)
    {
        var now = engine.Clock.GetUtcNow();
        var due = Later(pace.NextPoll, pace.ShopNotBefore);
        if (_moreToRead)
            due = Earlier(due, Later(pace.ShopNotBefore, pace.DestinationNotBefore));
        if (_moreToExport)
            due = Earlier(due, Later(pace.BulkNotBefore, Later(pace.ShopNotBefore, pace.DestinationNotBefore)));
        if (_inboxDue is { } inbox)
            due = Earlier(due, inbox);
        if (end.NotBefore is { } delivery)
            due = Earlier(due, delivery);
        if (await engine.WriteBacks.NextDueAsync(lease.Store, tags: false, CancellationToken.None) is { } writeBack)
            due = Earlier(due, Later(writeBack, pace.ShopNotBefore));
        due = Earlier(due, await TagsDueAsync());
        due = Earlier(due, await products.DueAtAsync());
        if (store.Options.SendsCarts && await engine.Carts.NextDueAsync(lease.Store, CancellationToken.None) is { } cart)
            due = Earlier(due, cart);
        if (await engine.Erasures.NextDueAsync(lease.Store.AccountId, lease.DestinationId, CancellationToken.None) is { } erasure)
            due = Earlier(due, erasure);
        due = Earlier(due, await _cards.DueAtAsync());
        return Later(due, now);
    }

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>The same for a setting of the destination. One that was renewed while this step worked with the former one needs nobody.</summary>
    public async Task StandStillForDestinationAsync(NeedsOperatorException problem)
    {
        var isRenewed = problem.Problem == ConnectionProblem.CredentialsRefused
            && await engine.Stores.FindDestinationAsync(lease.Store.AccountId, target.Id, CancellationToken.None) is { } now
            && now.ProtectedSecrets != target.ProtectedSecrets && SignsWith(now) != SignsWith(target);
        if (!isRenewed)
            await StandStillAsync(problem);
    }

    // Other secrets of the same account, such as a key for products that was just made, refuse nobody.
    (string?, string?) SignsWith(Destination destination)
    {
        var connection = engine.Connections.DestinationOf(destination);
        return (connection.ApiSecret, connection.Signature);
    }

    /// <summary>Nothing goes on until a person mends the setting; open exports say why and can be resumed.</summary>
    async Task StandStillAsync(NeedsOperatorException problem)
    {
        StoreRunLog.NeedsOperator(log, lease.Store.StoreId, problem.Problem, problem.SettingKey, problem.Message);
        foreach (var run in await engine.Exports.OpenAsync(lease.Store, CancellationToken.None))
        {
            await engine.Exports.SetStateAsync(
                lease.Store.AccountId, run.Id, ExportState.Failed, [ExportState.Scheduled, ExportState.Running], $"{problem.Problem}:{problem.SettingKey}",
                CancellationToken.None);
        }

        await engine.Stores.SetStateAsync(lease.Store, StoreState.NeedsOperator, $"{problem.Problem}:{problem.SettingKey}", CancellationToken.None);
    }

    public void Dispose() => _queued.Dispose();
}
