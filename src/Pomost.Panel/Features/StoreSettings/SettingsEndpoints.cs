using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.StoreSettings;

/// <summary>The section "Ustawienia": tags by event, whom to send, carts, order statuses, pace of exports.</summary>
static class SettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var settings = panel.MapGroup("/stores/{slug}/settings");
        settings.MapGet("", (string slug, SettingsCard? done, long? contact, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections, IViews views, TagPreviews previews)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<SettingsPage>(new
            {
                Shown = Shown(link, catalogue, connections),
                Form = SettingsForm.Of(link.Store.Options, Shown(link, catalogue, connections).DefaultStatuses),
                Done = done,
                Tried = contact is { } id ? await TriedAsync(link, id, r, views, previews) : null,
            }))).RequireAuthorization(PanelPolicies.SeeStores);
        var change = settings.MapGroup("").RequireAuthorization(PanelPolicies.Market);
        foreach (var card in Enum.GetValues<SettingsCard>())
        {
            change.MapPost("/" + AddressOf(card), (
                string slug, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections, IStores store, IStoreWaker waker, IAuditLog log, PanelAudit audit)
                => StoreSections.OpenAsync(slug, r, stores, link => Save(link, card, r, catalogue, connections, store, waker, log, audit)));
        }

        change.MapPost("/chips", Chips);
        change.MapPost("/find", Find);
    }

    /// <summary>Last part of a card's address, and its id on the page.</summary>
    public static string AddressOf(SettingsCard card) => card.ToString().ToLowerInvariant();

    static async Task<IResult> Save(
        StoreLink link, SettingsCard card, PanelRequest r, IPlatformCatalogue catalogue, Connections connections, IStores store, IStoreWaker waker, IAuditLog log, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var typed = await r.Http.Request.ReadFormAsync(cancel);
        var shown = Shown(link, catalogue, connections);
        var form = SettingsForm.Of(link.Store.Options, shown.DefaultStatuses).Typed(card, typed);
        var errors = form.Check(card, shown.StatusValues, r.T);
        var isStale = typed["seen"].ToString() is { Length: > 0 } seen && seen != OptionChanges.StampOf(link.Store.Options);
        if (errors.Count > 0 || isStale)
        {
            return Page.Refused<SettingsPage>(new
            {
                Shown = shown,
                Form = form,
                Errors = (IReadOnlyDictionary<string, string>)errors,
                Stale = isStale ? await StaleAsync(link, r, log) : null,
            });
        }

        StoreOptions? after = null;
        var before = await store.ChangeOptionsAsync(link.Store.Key, options => after = form.Apply(card, options, shown.DefaultStatuses), cancel);
        if (OptionChanges.Between(before!, after!) is { Count: > 0 } changes)
        {
            await waker.WakeAsync(link.Store.Key, cancel);
            await audit.WriteAsync("store.settings-changed", link.Slug, changes);
        }

        return Page.See($"/stores/{link.Slug}/settings?done={card}#{AddressOf(card)}");
    }

    /// <summary>How a field of tags is read, while it is typed.</summary>
    static Task<IResult> Chips(string slug, PanelRequest r, StoreDirectory stores) => StoreSections.OpenAsync(slug, r, stores, async _ =>
    {
        var field = r.Http.Request.Headers["HX-Trigger-Name"].ToString();
        if (!Enum.GetValues<TagEvent>().Any(happened => SettingsForm.FieldOf(happened) == field))
            return Page.Missing();
        var typed = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))[field].ToString();
        return Page.Of<EventTagChips>(new { Name = field, Typed = typed });
    });

    // The address of a person goes no further than this form: what follows names the contact by number.
    static Task<IResult> Find(string slug, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections, IViews views) => StoreSections.OpenAsync(slug, r, stores, async link =>
    {
        var cancel = r.Http.RequestAborted;
        var typed = (await r.Http.Request.ReadFormAsync(cancel))["contact_email"].ToString().Trim();
        var wrong = r.T.Common.Email;
        if (EmailAddress.TryParse(typed, out var address, out _))
        {
            var found = (await views.FindByEmailAsync(link.Store.AccountId, address.Key, cancel)).FirstOrDefault(row => row.Store == link.Store.Key);
            if (found is not null)
                return Page.See(string.Create(CultureInfo.InvariantCulture, $"/stores/{link.Slug}/settings?contact={found.Id}#try"));
            wrong = r.T.Settings.TryUnknown;
        }

        var shown = Shown(link, catalogue, connections);
        return Page.Refused<SettingsPage>(new
        {
            Shown = shown,
            Form = SettingsForm.Of(link.Store.Options, shown.DefaultStatuses),
            TryTyped = typed,
            Errors = (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal) { ["contact_email"] = typed.Length == 0 ? r.T.Common.Required : wrong },
        });
    });

    static SettingsShown Shown(StoreLink link, IPlatformCatalogue catalogue, Connections connections)
    {
        var connector = catalogue.Find(link.Store.Platform);
        var known = connector?.Info.OrderStatuses ?? [];
        // A status of the shop's own that was chosen earlier stays on the list.
        var own = (link.Store.Options.OrderStatuses ?? []).Where(value => known.All(status => status.Value != value))
            .Select(value => new OrderStatus(value, new Text(value, value), OrderStage.Open));
        return new SettingsShown(link, connector?.Info, [.. known, .. own], connector is IReadsCarts && connections.Gives(link.Store, ShopStream.Carts));
    }

    static async Task<TriedContact?> TriedAsync(StoreLink link, long contact, PanelRequest r, IViews views, TagPreviews previews)
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

    static async Task<string> StaleAsync(StoreLink link, PanelRequest r, IAuditLog log)
    {
        var changes = await log.ListAsync(link.Store.AccountId, new AuditFilter("store.settings-changed", Subject: link.Slug), null, 1, r.Http.RequestAborted);
        return changes is [var last, ..]
            ? r.T.Common.Stale(last.Entry.Actor, r.F.Near(last.At)) : r.T.Common.Stale(r.T.Settings.Somebody, r.F.Near(r.Clock.GetUtcNow()));
    }
}

/// <summary>What the page knows of the store besides its choices.</summary>
/// <param name="Link">The store.</param>
/// <param name="Platform">Its platform; null when this installation lacks it.</param>
/// <param name="Statuses">Order statuses of the shop.</param>
/// <param name="HasCarts">True when the platform lists carts.</param>
public sealed record SettingsShown(StoreLink Link, PlatformInfo? Platform, IReadOnlyList<OrderStatus> Statuses, bool HasCarts)
{
    public IReadOnlyCollection<string> StatusValues { get; } = [.. Statuses.Select(status => status.Value)];

    public IReadOnlyCollection<string> DefaultStatuses { get; } = [.. Statuses.Where(status => status.Stage == OrderStage.ConfirmedAndPaid).Select(status => status.Value)];
}

/// <summary>A contact the settings were tried on.</summary>
public sealed record TriedContact(long Id, PersonTags Tags);
