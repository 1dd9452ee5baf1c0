using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>The list of contacts, their cards, and what may be saved of them.</summary>
static class ContactsEndpoints
{
    const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel = panel.MapGroup("").RequireAuthorization(PanelPolicies.SeeContacts);
        panel.MapGet("/contacts", List);
        var contact = panel.MapGroup("/contacts/{id:long}");
        foreach (var tab in Enum.GetValues<ContactTab>())
        {
            contact.MapGet(tab.Path(), (
                long id, string? show, string? saved, string? card, string? part, PanelRequest r, IViews views, StoreDirectory stores, DestinationCards cards,
                PanelAudit audit) => part == "side" && r.IsPart ? Side(id, r, views) : Card(id, tab, show, saved, card == "1", r, views, stores, cards, audit));
        }

        contact.MapGet("/destination", Destination);
        contact.MapGet("/proof.json", (long id, PanelRequest r, IViews views, ConsentProofs proofs, PanelAudit audit) => Document(
            id, "proof", r, views, audit, async person => (await proofs.OfAsync(r.User.AccountId(), person, r.Http.RequestAborted))?.ToJson()));
        contact.MapGet("/held.json", (long id, PanelRequest r, IViews views, PersonAccess access, PanelAudit audit) => Document(
            id, "held", r, views, audit, async person => (await access.ExportAsync(r.User.AccountId(), person, r.Http.RequestAborted))?.ToJsonString()));
        ContactEditEndpoints.Map(panel, contact);
    }

    static async Task<IResult> List(PanelRequest r, IViews views, StoreDirectory directory, SearchHits search)
    {
        var stores = await directory.ListAsync(r.User, r.Http.RequestAborted);
        var filters = ContactFilters.Read(r.Http.Request.Query, stores);
        var errors = filters.Errors(r);
        if (errors.Count > 0)
            return Page.Refused<ContactsPage>(new { Filters = filters, Stores = stores, Errors = errors });
        var found = await views.ContactsAsync(r.User.AccountId(), filters.ToQuery(r, PageSize), r.Http.RequestAborted);
        var hits = filters is { Search: { } text, HasChoices: false, After: null } ? await search.FindAsync(text, r, stores) : [];
        return Page.Of<ContactsPage>(new { Filters = filters, Stores = stores, Found = found, Hits = hits });
    }

    static async Task<IResult> Card(
        long id, ContactTab tab, string? show, string? saved, bool readsCard, PanelRequest r, IViews views, StoreDirectory directory, DestinationCards cards,
        PanelAudit audit)
    {
        if (await FindAsync(id, r, views) is not { } card)
            return Page.Missing();
        if (!r.IsPart)
            await audit.WriteAsync("contact.viewed", id.ToString(CultureInfo.InvariantCulture));
        var stores = await directory.ListAsync(r.User, r.Http.RequestAborted);
        var shown = Enum.TryParse<TimelineShow>(show, out var parsed) && Enum.IsDefined(parsed) ? parsed : TimelineShow.All;
        return r.IsPart
            ? Page.Of<ContactBody>(new { Card = card, Tab = tab, Stores = stores, Show = shown })
            : Page.Of<ContactPage>(new
            {
                Card = card,
                Tab = tab,
                Stores = stores,
                Store = stores.FirstOrDefault(link => link.Store.Key == card.Row.Store)?.Store,
                Show = shown,
                Saved = saved == "1",
                Cards = readsCard ? await cards.OfAsync(card, r.Http.RequestAborted) : null,
            });
    }

    /// <summary>The consents beside the tabs.</summary>
    static async Task<IResult> Side(long id, PanelRequest r, IViews views)
        => await FindAsync(id, r, views) is { } card ? Page.Of<ContactSide>(new { Card = card }) : Page.Missing();

    /// <summary>What stands at the destinations: asked for by the page once it is drawn, so that nobody waits for it.</summary>
    static async Task<IResult> Destination(long id, PanelRequest r, IViews views, StoreDirectory directory, DestinationCards cards)
    {
        if (await FindAsync(id, r, views) is not { } card)
            return Page.Missing();
        var stores = await directory.ListAsync(r.User, r.Http.RequestAborted);
        return Page.Of<DestinationParts>(new
        {
            Card = card,
            Stores = stores,
            Store = stores.FirstOrDefault(link => link.Store.Key == card.Row.Store)?.Store,
            Cards = await cards.OfAsync(card, r.Http.RequestAborted),
        });
    }

    /// <summary>The card without what lies in stores the person is not to see; null when it lies in such a one itself.</summary>
    internal static async Task<ContactCard?> FindAsync(long id, PanelRequest r, IViews views)
        => await views.ContactAsync(r.User.AccountId(), id, r.Http.RequestAborted) is { } card && r.User.MaySee(card.Row.Store)
            ? card with
            {
                Elsewhere = [.. card.Elsewhere.Where(other => r.User.MaySee(other.Store))],
                Pending = [.. card.Pending.Where(edit => r.User.MaySee(edit.Store))],
            }
            : null;

    /// <summary>The proof of consents, or all that is held, as a file. It speaks of all stores and of the address: whoever sees only some, or only masked,
    /// gets neither.</summary>
    static async Task<IResult> Document(long id, string name, PanelRequest r, IViews views, PanelAudit audit, Func<EmailAddress, Task<string?>> make)
    {
        if (!r.User.MaySavePerson() || await FindAsync(id, r, views) is not { } card
            || !EmailAddress.TryParse(card.Row.Email, out var person, out _) || await make(person) is not { } text)
            return Page.Missing();
        var number = id.ToString(CultureInfo.InvariantCulture);
        await audit.WriteAsync($"contact.{name}_saved", number);
        return Results.File(Encoding.UTF8.GetBytes(text), "application/json", $"{name}-{number}.json");
    }
}

public enum ContactTab
{
    Timeline,
    Consents,
    Orders,
    Carts,
    Visits,
    Trace,
}

/// <summary>"contact:17": anything new on the card.</summary>
sealed class ContactTopic(IViews views) : ILiveTopic
{
    public string Kind => "contact";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
    {
        if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || await views.ContactAsync(http.User.AccountId(), id, cancel) is not { } card || !http.User.MaySee(card.Row.Store))
            return null;
        var newest = card.Traces.Count > 0 ? card.Traces[0].Id : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"{newest} {card.Row.ChangedAt.ToUnixTimeMilliseconds()} {card.Consents.Count} {card.Carts.Count} {card.Pending.Count} {card.Row.Outcome}");
    }
}
