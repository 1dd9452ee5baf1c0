using System.Diagnostics;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Newsletter subscribers without an account, where they are a stream of their own. Whoever subscribed since the store was connected comes by
/// themselves.</summary>
sealed class SubscriberStream(StoreRun run, PageWork work, SubscriberPages pages) : StreamReader<ShopContact>(run, ShopStream.Subscribers)
{
    // Changes without a date, and who vanished, are found by the whole list only.
    protected override bool IsComparedByItself => true;

    public override async Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        if (entries.Any(entry => entry.Change.Kind == ChangeKind.Changed))
            Pace.NextPoll = DateTimeOffset.MinValue;
        await pages.OptOutVanishedAsync(entries);
    }

    protected override IAsyncEnumerable<Page<ShopContact>> Read(ShopConnection shop, ReadRequest request)
        => ((IReadsSubscribers)Run.Connector).ReadSubscribersAsync(shop, request, Run.Cancel);

    protected override Task CommitAsync(Page<ShopContact> page, PageSource source) => pages.CommitAsync(page, source, isListing: true);

    protected override async Task ComparePageAsync(Page<ShopContact> page, PageSource source)
    {
        var keys = ContactDecider.KeysOf(page.Items);
        var known = await work.ContactsAsync(keys);
        var sent = page with { Items = [.. page.Items.Where(contact => Sent.Was(contact, known, Sent.NoAccounts))], Rejected = [] };
        await pages.CommitAsync(sent, source, isListing: true, keys);
    }

    protected override async Task EndComparisonAsync(DateTimeOffset began)
    {
        var vanished = await Run.Engine.Removals.CompareAsync(Run.Lease, began, Run.Cancel);
        if (vanished > 0)
            StoreRunLog.SubscribersVanished(Run.Log, Run.Key.StoreId, vanished);
    }
}

/// <summary>Decides and commits pages of subscribers without an account, whoever read them.</summary>
sealed class SubscriberPages(StoreRun run, PageWork work)
{
    /// <param name="page">The subscribers.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="isListing">True when the shop itself lists them now.</param>
    /// <param name="seen">Everybody on the shop's page, when <paramref name="page"/> leaves some out.</param>
    public async Task CommitAsync(Page<ShopContact> page, PageSource source, bool isListing, IReadOnlyCollection<string>? seen = null)
    {
        var started = Stopwatch.GetTimestamp();
        var keys = ContactDecider.KeysOf(page.Items);
        var known = await work.ContactsAsync(keys);
        var draft = await work.DecideAsync(
            ShopStream.Subscribers, page.Items, contact => contact.SourceId ?? contact.Email, () => work.DraftAsync(source, known, [.. keys, .. seen ?? []]),
            (made, contacts) => ContactDecider.Decide(made, contacts));
        draft.RejectUnreadable(ShopStream.Subscribers, page.Rejected);
        if (isListing)
            draft.SeeSubscribers(seen ?? keys);
        await work.CommitAsync(draft, source, started);
    }

    /// <summary>Opt-outs that a person decided for subscribers who vanished from the shop's list. The announcements are done with it, whatever they said.</summary>
    public async Task OptOutVanishedAsync(IReadOnlyList<InboxEntry> entries)
    {
        var keys = entries.Where(entry => entry is { Source: InboxSource.Operator, Change: { Kind: ChangeKind.Deleted, SourceId: not null } })
            .Select(entry => entry.Change.SourceId!).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count == 0)
        {
            await run.DropAnnouncedAsync(entries);
            return;
        }

        var known = await work.ContactsAsync(keys);
        var draft = new PageDraft(new DecisionContext(run.Store, run.Connector.Info.Key, run.Now, null), known);
        foreach (var key in keys)
            VanishedDecider.OptOut(draft, key);
        draft.SendRemovals(keys);
        await work.CommitAsync(draft, new PageSource { Announced = entries }, Stopwatch.GetTimestamp());
    }
}
