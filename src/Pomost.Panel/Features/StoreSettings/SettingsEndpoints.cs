using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.StoreSettings;

/// <summary>The section "Ustawienia": tags by event, whom to send, carts, order statuses, products, pace of exports.</summary>
static class SettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var settings = panel.MapGroup("/stores/{slug}/settings");
        settings.MapGet("", Show).RequireAuthorization(PanelPolicies.SeeStores);
        var change = settings.MapGroup("").RequireAuthorization(PanelPolicies.Market);
        foreach (var card in Enum.GetValues<SettingsCard>())
        {
            change.MapPost("/" + AddressOf(card), (
                string slug, PanelRequest r, StoreDirectory stores, SettingsDesk desk, IStores store, IStoreWaker waker, Synchronization sync, PanelAudit audit)
                => StoreSections.OpenAsync(slug, r, stores, link => Save(link, card, r, desk, store, waker, sync, audit)));
        }

        change.MapPost("/products/now", ProductsNow);

        change.MapPost("/chips", Chips);
        change.MapPost("/find", Find);
    }

    /// <summary>Last part of a card's address, and its id on the page.</summary>
    public static string AddressOf(SettingsCard card) => card.ToString().ToLowerInvariant();

    static Task<IResult> Show(string slug, SettingsCard? done, string? asked, long? contact, PanelRequest r, StoreDirectory stores, SettingsDesk desk)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var shown = await desk.ShownAsync(link);
            return Page.Of<SettingsPage>(new
            {
                Shown = shown,
                Form = SettingsForm.Of(link.Store.Options, shown.DefaultStatuses),
                Done = done,
                ProductsAsked = asked == "products",
                Tried = contact is { } id ? await desk.TriedAsync(link, id) : null,
            });
        });

    static async Task<IResult> Save(
        StoreLink link, SettingsCard card, PanelRequest r, SettingsDesk desk, IStores store, IStoreWaker waker, Synchronization sync, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var typed = await r.Http.Request.ReadFormAsync(cancel);
        var shown = await desk.ShownAsync(link);
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
                Stale = isStale ? await desk.StaleAsync(link) : null,
            });
        }

        StoreOptions? after = null;
        var before = await store.ChangeOptionsAsync(link.Store.Key, options => after = form.Apply(card, options, shown.DefaultStatuses), cancel);
        if (OptionChanges.Between(before!, after!) is { Count: > 0 } changes)
        {
            // What changed in the catalogue while it was not sent was read by nobody.
            if (after is { SendsProducts: true } && !before!.SendsProducts)
                await sync.ProductsNowAsync(link.Store.Key, cancel);
            await waker.WakeAsync(link.Store.Key, cancel);
            await audit.WriteAsync("store.settings-changed", link.Slug, changes);
        }

        return Page.See($"/stores/{link.Slug}/settings?done={card}#{AddressOf(card)}");
    }

    /// <summary>Reads the whole catalogue now, and tries again what had to wait.</summary>
    static Task<IResult> ProductsNow(string slug, PanelRequest r, StoreDirectory stores, Synchronization sync, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            await sync.ProductsNowAsync(link.Store.Key, r.Http.RequestAborted);
            await audit.WriteAsync("store.products-asked", link.Slug);
            return Page.See($"/stores/{link.Slug}/settings?asked=products#{AddressOf(SettingsCard.Products)}");
        });

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
    static Task<IResult> Find(string slug, PanelRequest r, StoreDirectory stores, SettingsDesk desk, IViews views) => StoreSections.OpenAsync(slug, r, stores, async link =>
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

        var shown = await desk.ShownAsync(link);
        return Page.Refused<SettingsPage>(new
        {
            Shown = shown,
            Form = SettingsForm.Of(link.Store.Options, shown.DefaultStatuses),
            TryTyped = typed,
            Errors = (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal) { ["contact_email"] = typed.Length == 0 ? r.T.Common.Required : wrong },
        });
    });
}
