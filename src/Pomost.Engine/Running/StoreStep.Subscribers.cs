using System.Globalization;
using System.Runtime.CompilerServices;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>Newsletter subscribers without an account, where they are a stream of their own.</content>
sealed partial class StoreStep
{
    const string SubscriberSweepPlace = "sweep:Subscribers";
    const string SubscriberSweepDone = "sweep-done:Subscribers";
    const string SubscriberSweepBegan = "sweep-began:Subscribers";
    const int LinesPerPage = 500;

    /// <summary>Whoever subscribed since the store was connected comes by themselves.</summary>
    async Task PollSubscribersAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (connector is IReadsSubscribers subscribers && Gives(connector, ShopStream.Subscribers))
        {
            await AskForAsync(connector, ShopStream.Subscribers, () => PollAsync(
                ShopStream.Subscribers, request => subscribers.ReadSubscribersAsync(shop, request, ct),
                (page, cursor) => CommitSubscribersAsync(page, connector, cursor, null, isListing: true), connector, shop));
        }
    }

    /// <summary>Reads the whole list once a night: finds changes without a date, and who vanished. Who was never sent is not sent by it.</summary>
    async Task SweepSubscribersAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (connector is IReadsSubscribers subscribers && Gives(connector, ShopStream.Subscribers))
            await AskForAsync(connector, ShopStream.Subscribers, () => SweepSubscribersAsync(subscribers, connector, shop));
    }

    async Task SweepSubscribersAsync(IReadsSubscribers subscribers, IPlatformConnector connector, ShopConnection shop)
    {
        if (!(await TakeAskedAsync(SubscriberSweepPlace) || await IsNightlyAsync(SubscriberSweepPlace, SubscriberSweepDone, AgeOfNightly)))
            return;
        var from = await engine.Runs.CursorAsync(lease.Store, SubscriberSweepPlace, ct);
        var began = engine.Clock.GetUtcNow();
        if (from is null)
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(SubscriberSweepBegan, Instant(began)) }, ct);
        else
            began = InstantOf((await engine.Runs.CursorAsync(lease.Store, SubscriberSweepBegan, ct))!);
        await foreach (var page in subscribers.ReadSubscribersAsync(shop, new ReadRequest { Purpose = ReadPurpose.Sweep, From = from }, ct))
        {
            var keys = ContactDecider.KeysOf(page.Items);
            var known = await engine.Runs.ContactsAsync(lease.Store, keys, ct);
            var sent = page with { Items = [.. page.Items.Where(contact => IsSent(contact, known, NoAccounts))], Rejected = [] };
            await CommitSubscribersAsync(sent, connector, new CursorWrite(SubscriberSweepPlace, page.Next), null, isListing: true, keys);
            if (!HasTime)
            {
                _moreToRead = true;
                return;
            }
        }

        var vanished = await engine.Removals.CompareAsync(lease, began, ct);
        if (vanished > 0)
            StoreRunLog.SubscribersVanished(log, lease.Store.StoreId, vanished);
        await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(SubscriberSweepDone, Instant(engine.Clock.GetUtcNow())) }, ct);
        await engine.Runs.ForgetCursorAsync(lease, SubscriberSweepPlace, ct);
    }

    /// <summary>Pages of the one-off import: lines of a stored file, or the shop's own list from its beginning.</summary>
    IAsyncEnumerable<Page<ShopContact>> EarlierSubscribers(ExportRun run, ReadRequest request, IPlatformConnector connector, ShopConnection shop)
        => run.Options.Subscribers is { } source
            ? LinesOfFileAsync(source, request, ct)
            : ((IReadsSubscribers)connector).ReadSubscribersAsync(shop, request, ct);

    /// <summary>False when the file is gone, or the shop lists no subscribers.</summary>
    async Task<bool> HasSubscribersAsync(ExportRun run, IPlatformConnector connector) => run.Options.Subscribers is { } source
        ? (await engine.SubscriberFiles.FindAsync(lease.Store.AccountId, source.FileId, ct))?.Store == lease.Store
        : connector is IReadsSubscribers && engine.Connections.Gives(store, ShopStream.Subscribers);

    async IAsyncEnumerable<Page<ShopContact>> LinesOfFileAsync(SubscriberSource source, ReadRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await engine.SubscriberFiles.FindAsync(lease.Store.AccountId, source.FileId, cancel) is not { } file)
            yield break;
        var after = request.From is { } place ? long.Parse(place.Value, CultureInfo.InvariantCulture) : 0;
        while (await engine.SubscriberFiles.LinesAsync(lease.Store.AccountId, file.Id, after, LinesPerPage, cancel) is { Count: > 0 } lines)
        {
            after = lines[^1].Line;
            yield return SubscriberReading.PageOf(lines, file, source.Columns, Zone, engine.Clock.GetUtcNow());
        }
    }

    async Task CommitSubscribersAsync(
        Page<ShopContact> page, IPlatformConnector connector, CursorWrite? cursor, (ExportRun Run, RunGain Gain)? export, bool isListing,
        IReadOnlyCollection<string>? seen = null)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var known = await engine.Runs.ContactsAsync(lease.Store, ContactDecider.KeysOf(page.Items), ct);
        var draft = await DraftAsync(connector, export?.Run, known, [.. ContactDecider.KeysOf(page.Items), .. seen ?? []]);
        ContactDecider.Decide(draft, page.Items);
        draft.RejectUnreadable(ShopStream.Subscribers, page.Rejected);
        if (isListing)
            draft.SeeSubscribers(seen ?? ContactDecider.KeysOf(page.Items));
        await CommitAsync(draft, cursor, export, started);
    }

    /// <summary>Opt-outs that a person decided for subscribers who vanished from the shop's list.</summary>
    async Task OptOutVanishedAsync(IPlatformConnector connector, IEnumerable<InboxEntry> entries)
    {
        var keys = entries.Where(entry => entry is { Source: InboxSource.Operator, Change: { Kind: ChangeKind.Deleted, SourceId: not null } })
            .Select(entry => entry.Change.SourceId!).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count == 0)
            return;
        var known = await engine.Runs.ContactsAsync(lease.Store, keys, ct);
        var draft = new PageDraft(new DecisionContext(store, connector.Info.Key, engine.Clock.GetUtcNow(), null), known);
        foreach (var key in keys)
            VanishedDecider.OptOut(draft, key);
        await CommitAsync(draft, null, null, System.Diagnostics.Stopwatch.GetTimestamp());
        await engine.Removals.SentAsync(lease, keys, ct);
    }

    static SyncCursor Instant(DateTimeOffset at) => new(at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    static DateTimeOffset InstantOf(SyncCursor cursor) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(cursor.Value, CultureInfo.InvariantCulture));
}
