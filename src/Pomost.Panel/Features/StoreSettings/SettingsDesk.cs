using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.StoreSettings;

/// <summary>What the page knows of the store besides its choices.</summary>
/// <param name="Link">The store.</param>
/// <param name="Platform">Its platform; null when this installation lacks it.</param>
/// <param name="Statuses">Order statuses of the shop.</param>
/// <param name="HasCarts">True when the platform lists carts.</param>
/// <param name="Products">How its catalogue stands; null when the platform lists none.</param>
public sealed record SettingsShown(StoreLink Link, PlatformInfo? Platform, IReadOnlyList<OrderStatus> Statuses, bool HasCarts, ProductsShown? Products)
{
    public IReadOnlyCollection<string> StatusValues { get; } = [.. Statuses.Select(status => status.Value)];

    public IReadOnlyCollection<string> DefaultStatuses { get; } = [.. Statuses.Where(status => status.Stage == OrderStage.ConfirmedAndPaid).Select(status => status.Value)];
}

/// <summary>A store's catalogue in numbers, and what keeps it from being read or sent.</summary>
public sealed record ProductsShown(ProductNumbers Numbers, string? Problem, string? ShopProblem);

/// <summary>A contact the settings were tried on.</summary>
public sealed record TriedContact(long Id, PersonTags Tags);

/// <summary>Reads what the section shows.</summary>
public sealed class SettingsDesk(PanelRequest r, IPlatformCatalogue catalogue, Connections connections, IProducts products, IViews views, TagPreviews previews, IAuditLog log)
{
    public async Task<SettingsShown> ShownAsync(StoreLink link)
    {
        var connector = catalogue.Find(link.Store.Platform);
        var known = connector?.Info.OrderStatuses ?? [];
        // A status of the shop's own that was chosen earlier stays on the list.
        var own = (link.Store.Options.OrderStatuses ?? []).Where(value => known.All(status => status.Value != value))
            .Select(value => new OrderStatus(value, new Text(value, value), OrderStage.Open));
        return new SettingsShown(link, connector?.Info, [.. known, .. own], connector is IReadsCarts && connections.Gives(link.Store, ShopStream.Carts), connector is IReadsProducts ? await ProductsAsync(link.Store) : null);
    }

    public async Task<TriedContact?> TriedAsync(StoreLink link, long contact)
    {
        var cancel = r.Http.RequestAborted;
        if (await views.ContactAsync(link.Store.AccountId, contact, cancel) is not { } card || card.Row.Store != link.Store.Key
            || !EmailAddress.TryParse(card.Contact.Email, out var address, out _))
        {
            return null;
        }

        var tags = (await previews.OfAsync(link.Store.AccountId, address.Key, cancel)).FirstOrDefault(one => one.Store.Key == link.Store.Key);
        return tags is null ? null : new TriedContact(contact, tags);
    }

    /// <summary>Who changed the settings last, and when.</summary>
    public async Task<string> StaleAsync(StoreLink link)
    {
        var changes = await log.ListAsync(link.Store.AccountId, new AuditFilter("store.settings-changed", Subject: link.Slug), null, 1, r.Http.RequestAborted);
        return changes is [var last, ..]
            ? r.T.Common.Stale(last.Entry.Actor, r.F.Near(last.At)) : r.T.Common.Stale(r.T.Settings.Somebody, r.F.Near(r.Clock.GetUtcNow()));
    }

    async Task<ProductsShown> ProductsAsync(Store store)
    {
        var cancel = r.Http.RequestAborted;
        // What is known of the last destination says nothing about this one.
        var route = await products.RouteAsync(store.Key, cancel) is { } stored && stored.DestinationId == store.DestinationId ? stored : null;
        return new ProductsShown(await products.CountAsync(store.Key, cancel), route?.Problem, route?.ShopProblem);
    }
}
