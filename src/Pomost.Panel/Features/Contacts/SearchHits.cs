using System.Globalization;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>Something besides contacts that a search found.</summary>
public sealed record SearchHit(string Icon, string Address, string Text, string About);

/// <summary>What the search in the head of the page finds besides contacts: an order by its number, a tag, a store, a page.</summary>
sealed class SearchHits(IViews views)
{
    // A single letter would name half the menu.
    const int LeastLetters = 2;
    const int Most = 8;
    static readonly CompareInfo Letters = CultureInfo.GetCultureInfo("pl-PL").CompareInfo;

    public async Task<IReadOnlyList<SearchHit>> FindAsync(string text, PanelRequest r, IReadOnlyList<StoreLink> stores)
    {
        var hits = new List<SearchHit>();
        foreach (var order in await views.FindOrdersAsync(r.User.AccountId(), text.TrimStart('#'), r.Http.RequestAborted))
        {
            if (stores.FirstOrDefault(link => link.Store.Key == order.Store) is { } store && await AddressOfAsync(order, r) is { } address)
                hits.Add(new("shopping-bag", address, r.T.Contacts.OrderOf(order.Order.Number), $"{r.F.Date(order.Order.PlacedAt)} · {r.F.Money(order.Order.Total, order.Order.Currency)} · {store.Name}"));
        }

        hits.AddRange(await CartsAsync(text, r, stores));
        if (text.Length >= LeastLetters)
        {
            if (await IsTagAsync(text, r))
                hits.Add(new("tag", "/contacts?tag=" + Uri.EscapeDataString(text), r.T.Contacts.HitTag(text), r.T.Contacts.HitTagAbout));
            if (r.User.May(PanelPolicies.SeeExports))
                hits.AddRange(stores.Where(link => Begins(link.Name, text)).Select(link => new SearchHit("shopping-cart", StoreSections.AddressOf(link.Slug, "export"), link.Name, link.Platform)));
            hits.AddRange(Pages(r).Where(page => Begins(page.Name, text)).Select(page => new SearchHit("arrow-right", page.Address, page.Name, r.T.Contacts.HitPage)));
        }

        return [.. hits.Take(Most)];
    }

    /// <summary>The buyer's orders, or the story of the order when nobody of the list bought it; null when nothing of it was decided yet.</summary>
    async Task<string?> AddressOfAsync(OrderRow order, PanelRequest r)
    {
        var buyers = order.EmailKey is { } key ? await views.FindByEmailAsync(r.User.AccountId(), key, r.Http.RequestAborted) : [];
        if (buyers.FirstOrDefault(row => row.Store == order.Store) is { } buyer)
            return string.Create(CultureInfo.InvariantCulture, $"/contacts/{buyer.Id}/orders");
        var traces = await views.TracesAsync(order.Store, ShopStream.Orders, order.Order.SourceId, 1, r.Http.RequestAborted);
        return traces.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"/deliveries/t{traces[0].Id}");
    }

    /// <summary>Carts of an address of which nothing else is known: a guest's who did not buy.</summary>
    async Task<IEnumerable<SearchHit>> CartsAsync(string text, PanelRequest r, IReadOnlyList<StoreLink> stores)
    {
        if (!EmailAddress.TryParse(text, out var address, out _))
            return [];
        var (account, cancel) = (r.User.AccountId(), r.Http.RequestAborted);
        var known = await views.FindByEmailAsync(account, address.Key, cancel);
        var hits = new List<SearchHit>();
        foreach (var cart in (await views.FindCartsAsync(account, address.Key, cancel)).Where(cart => known.All(row => row.Store != cart.Store)))
        {
            var traces = await views.TracesAsync(cart.Store, ShopStream.Carts, cart.Cart.SourceId, 1, cancel);
            if (traces.Count > 0 && stores.FirstOrDefault(link => link.Store.Key == cart.Store) is { } store)
            {
                hits.Add(new(
                    "shopping-cart", string.Create(CultureInfo.InvariantCulture, $"/deliveries/t{traces[0].Id}"), r.T.Contacts.HitCart,
                    $"{r.F.Date(cart.Cart.ModifiedAt)} · {r.F.Money(cart.Cart.Total, cart.Cart.Currency)} · {store.Name}"));
            }
        }

        return hits;
    }

    async Task<bool> IsTagAsync(string text, PanelRequest r)
        => (await views.ContactsAsync(r.User.AccountId(), new ContactQuery { Tag = text, Stores = r.User.StoresOf(null), Max = 1 }, r.Http.RequestAborted)).Rows.Count > 0;

    // Without regard to case and marks: "zespol" finds "Zespół".
    static bool Begins(string name, string text) => name.Split(' ').Prepend(name).Any(part => Letters.IsPrefix(part, text, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace));

    static IEnumerable<(string Name, string Address)> Pages(PanelRequest r)
    {
        foreach (var item in PanelMenu.General(r).Where(item => item.Key != "contacts").Concat(PanelMenu.Administration(r)))
            yield return (item.Name, item.Address);
        if (r.User.May(PanelPolicies.SeeDeliveries))
            yield return (r.T.Deliveries.Rejected, "/deliveries/rejected");
        if (r.User.MayAdminister())
            yield return (r.T.Common.AddStore, "/stores/new");
        yield return (r.T.Common.Profile, "/profile");
    }
}
