using System.Diagnostics;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Orders of every status.</summary>
sealed class OrderStream(StoreRun run, OrderPages pages) : StreamReader<ShopOrder>(run, ShopStream.Orders)
{
    const string Deleted = "deleted";

    public override async Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        if (Run.Connector is IReadsOrdersById byId && entries[0].Change.SourceId is not null)
        {
            string[] ids = [.. entries.Select(entry => entry.Change.SourceId!).Distinct(StringComparer.Ordinal)];
            var page = await byId.ReadOrdersByIdAsync(Run.Shop, ids, Run.Cancel);
            await pages.CommitAsync(page with { Items = [.. page.Items, .. await GoneAsync(entries, page)] }, PageSource.Of(entries));
            return;
        }

        if (entries.Any(entry => entry.Change.Kind == ChangeKind.Changed))
            Pace.NextPoll = DateTimeOffset.MinValue;
        await Run.DropAnnouncedAsync(entries);
    }

    /// <summary>Orders announced as deleted that the shop does not have any more, as if they had been cancelled: their purchase is reversed. One that is only
    /// missing may not be visible yet.</summary>
    async Task<IEnumerable<ShopOrder>> GoneAsync(IReadOnlyList<InboxEntry> entries, Page<ShopOrder> there)
    {
        var gone = entries.Where(entry => entry.Change.Kind == ChangeKind.Deleted).Select(entry => entry.Change.SourceId!)
            .Except(there.Items.Select(order => order.SourceId).Concat(there.Rejected.Select(record => record.SourceId)), StringComparer.Ordinal).ToList();
        return gone.Count == 0 ? []
            : (await Run.Engine.Runs.StoredOrdersAsync(Run.Key, gone, Run.Cancel)).Select(order => order with { Status = Deleted, Stage = OrderStage.Cancelled });
    }

    protected override IAsyncEnumerable<Page<ShopOrder>> Read(ShopConnection shop, ReadRequest request)
        => ((IReadsOrders)Run.Connector).ReadOrdersAsync(shop, request, Run.Cancel);

    protected override Task CommitAsync(Page<ShopOrder> page, PageSource source) => pages.CommitAsync(page, source);

    protected override Task ComparePageAsync(Page<ShopOrder> page, PageSource source) => pages.CompareAsync(page, source);
}

/// <summary>Decides and commits pages of orders, whoever read them.</summary>
sealed class OrderPages(StoreRun run, PageWork work)
{
    public async Task CommitAsync(Page<ShopOrder> page, PageSource source)
    {
        var (orders, accounts) = await WithBuyersAsync(page.Items, source.Run);
        var started = Stopwatch.GetTimestamp();
        var known = await run.Engine.Runs.OrdersAsync(run.Key, [.. orders.Select(order => order.SourceId).Distinct(StringComparer.Ordinal)], run.Cancel);
        string[] keys = [.. OrderDecider.KeysOf(orders), .. known.Values.Select(order => order.EmailKey).OfType<string>()];
        var (people, buyers) = (await work.ContactsAsync(keys), await work.AccountsAsync(orders.Select(order => order.Buyer)));
        var living = await run.Engine.Carts.LivingAsync(run.Key, OrderDecider.KeysOf(orders), run.Cancel);
        var draft = await work.DecideAsync(
            ShopStream.Orders, orders, order => order.SourceId, () => work.DraftAsync(source, people, keys, buyers, ShopStream.Orders, accounts), (made, some) =>
            {
                OrderDecider.Decide(made, some, known);
                CartDecider.EndBought(made, some, living);
            });
        draft.RejectUnreadable(ShopStream.Orders, page.Rejected);
        await work.CommitAsync(draft, source, started);
    }

    /// <summary>Commits of a page only what was read before: a comparison sends no history.</summary>
    public async Task CompareAsync(Page<ShopOrder> page, PageSource source)
    {
        var known = await run.Engine.Runs.OrdersAsync(run.Key, [.. page.Items.Select(order => order.SourceId).Distinct(StringComparer.Ordinal)], run.Cancel);
        await CommitAsync(page with { Items = [.. page.Items.Where(order => known.ContainsKey(order.SourceId))], Rejected = [] }, source);
    }

    /// <summary>Orders with the address of the person's card: the account's when the order was placed in one, whatever address was
    /// billed.</summary>
    /// <returns>The orders, and the accounts that had to be read for them, by the shop's id.</returns>
    async Task<(IReadOnlyList<ShopOrder> Orders, IReadOnlyDictionary<string, ShopContact> Read)> WithBuyersAsync(IReadOnlyList<ShopOrder> orders, ExportRun? export)
    {
        orders = await work.WithNewerAddressesAsync(orders, OrderDecider.KeysOf(orders), order => order.Buyer.Email, WithAddress);
        var ofAccounts = orders.Where(order => AccountOf(order) is not null).ToList();
        if (ofAccounts.Count == 0)
            return (orders, PageWork.NothingRead);
        var known = await run.Engine.Runs.AccountsAsync(run.Lease, [.. ofAccounts.Select(order => AccountOf(order)!).Distinct(StringComparer.Ordinal)], run.Cancel);
        var unknown = ofAccounts.Where(order => MayBeSent(order, export)).Select(order => AccountOf(order)!).Where(id => !known.ContainsKey(id));
        var read = await ReadAccountsAsync([.. unknown.Distinct(StringComparer.Ordinal)], isBulk: export is not null);
        return ([.. orders.Select(order => AddressOf(order) is { } email ? OnCardOf(order, email) : order)], read);

        string? AddressOf(ShopOrder order) => AccountOf(order) is not { } id ? null
            : known.GetValueOrDefault(id) is { Facts: var facts } ? facts.WithheldAccount?.Email ?? facts.EmailKey
            : read.GetValueOrDefault(id)?.Email;
    }

    // What was said for another billed address is heard under the same rule as a guest's: the account does not vouch for it.
    static ShopOrder OnCardOf(ShopOrder order, string email) => WithAddress(GuestOrderConsent.Of(order, EmailAddress.KeyOf(email)), email);

    static ShopOrder WithAddress(ShopOrder order, string email) => order with { Buyer = order.Buyer with { Email = email } };

    static string? AccountOf(ShopOrder order) => order.Buyer is { HasAccount: true, SourceId: { } id } ? id : null;

    /// <summary>Accounts that the mirror does not have yet. One that the shop cannot show is left out: then the billed address stands for the person.</summary>
    async Task<IReadOnlyDictionary<string, ShopContact>> ReadAccountsAsync(IReadOnlyList<string> ids, bool isBulk)
    {
        if (ids.Count == 0 || run.Connector is not IReadsById byId)
            return PageWork.NothingRead;
        var read = new Dictionary<string, ShopContact>(StringComparer.Ordinal);
        foreach (var some in ids.Chunk(byId.IdsPerCall))
        {
            foreach (var account in (await byId.ReadContactsByIdAsync(isBulk ? run.BulkShop : run.Shop, some, run.Cancel)).Items)
            {
                if (account is { HasAccount: true, SourceId: { } id } && EmailAddress.TryParse(account.Email, out _, out _))
                    read[id] = account;
            }
        }

        return read;
    }

    /// <summary>Spares the shop: whoever is not sent need not be read.</summary>
    bool MayBeSent(ShopOrder order, ExportRun? export)
        => OrdersThatCount.Ask(order, export?.Options.OrderStatuses ?? run.Store.Options.OrderStatuses).Allows
            && WhoIsSent.AskOrder(run.Store.Options.Sharing, order, null).Allows;
}
