using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

static class ContactsEndpoints
{
    const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel = panel.MapGroup("").RequireAuthorization(PanelPolicies.SeeContacts);
        panel.MapGet("/contacts", List);
        panel.MapGet("/contacts/{id:long}", (long id, PanelRequest r, IViews views, StoreDirectory stores, PanelAudit audit) => Card(id, ContactTab.Timeline, r, views, stores, audit));
        panel.MapGet("/contacts/{id:long}/consents", (long id, PanelRequest r, IViews views, StoreDirectory stores, PanelAudit audit) => Card(id, ContactTab.Consents, r, views, stores, audit));
        panel.MapGet("/contacts/{id:long}/proof.json", (long id, PanelRequest r, IViews views, ConsentProofs proofs, PanelAudit audit) => Document(
            id, "proof", r, views, audit, async person => (await proofs.OfAsync(r.User.AccountId(), person, r.Http.RequestAborted))?.ToJson()));
        panel.MapGet("/contacts/{id:long}/held.json", (long id, PanelRequest r, IViews views, PersonAccess access, PanelAudit audit) => Document(
            id, "held", r, views, audit, async person => (await access.ExportAsync(r.User.AccountId(), person, r.Http.RequestAborted))?.ToJsonString()));
        panel.MapGet("/contacts/{id:long}/orders", (long id, PanelRequest r, IViews views, StoreDirectory stores, PanelAudit audit) => Card(id, ContactTab.Orders, r, views, stores, audit));
    }

    /// <summary>The proof of consents, or all that is held, as a file. It speaks of all stores and of the address: whoever sees only some, or only masked,
    /// gets neither.</summary>
    static async Task<IResult> Document(long id, string name, PanelRequest r, IViews views, PanelAudit audit, Func<EmailAddress, Task<string?>> make)
    {
        if (r.User.Role() == AccountRole.Viewer || r.User.Stores() is not null || await views.ContactAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } card
            || !EmailAddress.TryParse(card.Row.Email, out var person, out _) || await make(person) is not { } text)
            return Page.Missing();
        await audit.WriteAsync(name == "proof" ? "contact.proven" : "contact.exported", id.ToString(CultureInfo.InvariantCulture));
        return Results.File(Encoding.UTF8.GetBytes(text), "application/json", string.Create(CultureInfo.InvariantCulture, $"{name}-{id}.json"));
    }

    static async Task<IResult> List(string? q, string? store, string? outcome, string? after, PanelRequest r, IViews views, StoreDirectory directory)
    {
        var cancel = r.Http.RequestAborted;
        var stores = await directory.ListAsync(r.User, cancel);
        var search = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        var wanted = Enum.TryParse<RecordOutcome>(outcome, out var parsed) && Enum.IsDefined(parsed) ? parsed : (RecordOutcome?)null;
        var place = PlaceOf(after);
        // One row more than shown says whether there is a next page, without counting.
        var rows = await views.ContactsAsync(r.User.AccountId(), new ContactQuery
        {
            Search = search,
            StoreId = chosen?.Store.Id,
            Stores = r.User.Stores(),
            Outcome = wanted,
            After = place,
            Max = PageSize + 1,
        }, cancel);

        var filters = new QueryBuilder();
        if (search is not null)
            filters.Add("q", search);
        if (chosen is not null)
            filters.Add("store", chosen.Slug);
        if (wanted is not null)
            filters.Add("outcome", wanted.Value.ToString());
        var first = "/contacts" + filters.ToQueryString();
        var shown = rows.Take(PageSize).ToList();
        if (rows.Count > PageSize)
            filters.Add("after", string.Create(CultureInfo.InvariantCulture, $"{shown[^1].ChangedAt.ToUnixTimeMilliseconds()}-{shown[^1].Id}"));
        return Page.Of<ContactsPage>(new
        {
            Rows = (IReadOnlyList<ContactRow>)shown,
            Stores = stores,
            Search = search,
            StoreSlug = chosen?.Slug,
            Outcome = wanted,
            IsFirstPage = place is null,
            FirstAddress = first,
            NextAddress = rows.Count > PageSize ? "/contacts" + filters.ToQueryString() : null,
        });
    }

    static async Task<IResult> Card(long id, ContactTab tab, PanelRequest r, IViews views, StoreDirectory directory, PanelAudit audit)
    {
        var card = await views.ContactAsync(r.User.AccountId(), id, r.Http.RequestAborted);
        if (card is null || !r.User.MaySee(card.Row.Store))
            return Page.Missing();
        if (!r.IsPart)
            await audit.WriteAsync("contact.viewed", id.ToString(CultureInfo.InvariantCulture));
        var store = (await directory.ListAsync(r.User, r.Http.RequestAborted)).FirstOrDefault(link => link.Store.Key == card.Row.Store);
        return r.IsPart
            ? Page.Of<ContactBody>(new { Card = card, Tab = tab, StoreName = store?.Name })
            : Page.Of<ContactPage>(new { Card = card, Tab = tab, StoreName = store?.Name });
    }

    static (long ChangedAt, long Id)? PlaceOf(string? after)
        => after?.Split('-') is [var changed, var id]
            && long.TryParse(changed, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? (at, row) : null;
}

public enum ContactTab
{
    Timeline,
    Consents,
    Orders,
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
        return string.Create(CultureInfo.InvariantCulture, $"{newest} {card.Row.ChangedAt.ToUnixTimeMilliseconds()} {card.Consents.Count} {card.Row.Outcome}");
    }
}
