using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>Whose orders are.</content>
sealed partial class StoreStep
{
    static readonly IReadOnlyDictionary<string, ShopContact> NothingRead = new Dictionary<string, ShopContact>();

    /// <summary>Orders with the address of the person's card: the account's when the order was placed in one, whatever address was
    /// billed.</summary>
    /// <returns>The orders, and the accounts that had to be read for them, by the shop's id.</returns>
    async Task<(IReadOnlyList<ShopOrder> Orders, IReadOnlyDictionary<string, ShopContact> Read)> WithBuyersAsync(
        IPlatformConnector connector, IReadOnlyList<ShopOrder> orders, ExportRun? run)
    {
        orders = await WithNewerAddressesAsync(orders, OrderDecider.KeysOf(orders), order => order.Buyer.Email, WithAddress);
        var ofAccounts = orders.Where(order => AccountOf(order) is not null).ToList();
        if (ofAccounts.Count == 0)
            return (orders, NothingRead);
        var known = await engine.Runs.AccountsAsync(lease, [.. ofAccounts.Select(order => AccountOf(order)!).Distinct(StringComparer.Ordinal)], ct);
        var unknown = ofAccounts.Where(order => MayBeSent(order, run)).Select(order => AccountOf(order)!).Where(id => !known.ContainsKey(id));
        var read = await ReadAccountsAsync(connector, [.. unknown.Distinct(StringComparer.Ordinal)], run);
        return ([.. orders.Select(order => AddressOf(order) is { } email ? OnCardOf(order, email) : order)], read);

        string? AddressOf(ShopOrder order) => AccountOf(order) is not { } id ? null
            : known.GetValueOrDefault(id) is { Facts: var facts } ? facts.WithheldAccount?.Email ?? facts.EmailKey
            : read.GetValueOrDefault(id)?.Email;
    }

    // What was said for another billed address is heard under the same rule as a guest's: the account does not vouch for it.
    static ShopOrder OnCardOf(ShopOrder order, string email) => WithAddress(GuestOrderConsent.Of(order, EmailAddress.KeyOf(email)), email);

    static ShopOrder WithAddress(ShopOrder order, string email) => order with { Buyer = order.Buyer with { Email = email } };

    static string? AccountOf(ShopOrder order) => order.Buyer is { HasAccount: true, SourceId: { } id } ? id : null;

    /// <summary>Accounts that the mirror does not have yet. One that the shop cannot show is left out: then the billed address stands
    /// for the person.</summary>
    async Task<IReadOnlyDictionary<string, ShopContact>> ReadAccountsAsync(
        IPlatformConnector connector, IReadOnlyList<string> ids, ExportRun? run)
    {
        if (ids.Count == 0 || connector is not IReadsById byId)
            return NothingRead;
        var shop = engine.Connections.ShopOf(store, isBulk: run is not null);
        var read = new Dictionary<string, ShopContact>(StringComparer.Ordinal);
        foreach (var some in ids.Chunk(byId.IdsPerCall))
        {
            foreach (var account in (await byId.ReadContactsByIdAsync(shop, some, ct)).Items)
            {
                if (account is { HasAccount: true, SourceId: { } id } && EmailAddress.TryParse(account.Email, out _, out _))
                    read[id] = account;
            }
        }

        return read;
    }

    /// <summary>Spares the shop: whoever is not sent need not be read.</summary>
    bool MayBeSent(ShopOrder order, ExportRun? run)
        => OrdersThatCount.Ask(order, run?.Options.OrderStatuses ?? store.Options.OrderStatuses).Allows
            && WhoIsSent.AskOrder(store.Options.Sharing, order, null).Allows;
}
