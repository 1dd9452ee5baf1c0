using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Operation;

/// <summary>A store's connection.</summary>
static class OperationEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var connection = panel.MapGroup("/stores/{slug}/connection").RequireAuthorization(PanelPolicies.SeeDeliveries);
        connection.MapGet("", Connection);
        var change = connection.MapGroup("").RequireAuthorization(PanelPolicies.Administer);
        change.MapPost("/sync", (string slug, PanelRequest r, StoreDirectory stores, Synchronization sync, PanelAudit audit)
            => Change(slug, "store.synced", r, stores, audit, "?asked=1", store => sync.NowAsync(store.Key, full: false, r.Http.RequestAborted)));
        change.MapPost("/compare", (string slug, PanelRequest r, StoreDirectory stores, Synchronization sync, PanelAudit audit)
            => Change(slug, "store.synced", r, stores, audit, "?asked=1", store => sync.NowAsync(store.Key, full: true, r.Http.RequestAborted)));
        change.MapPost("/pause", (string slug, PanelRequest r, StoreDirectory stores, StoreDisconnection life, PanelAudit audit)
            => Change(slug, "store.paused", r, stores, audit, "", store => life.PauseAsync(store.Key, r.Http.RequestAborted)));
        change.MapPost("/resume", (string slug, PanelRequest r, StoreDirectory stores, StoreSetup setup, PanelAudit audit)
            => Change(slug, "store.resumed", r, stores, audit, "", store => setup.ResumeAsync(store.Key, r.Http.RequestAborted)));
        change.MapPost("/disconnect", Disconnect);
        change.MapGet("/consents", (string slug, string? done, PanelRequest r, StoreDirectory stores, ConsentFields fields) => Consents(slug, r, stores, fields, done == "1"));
        change.MapPost("/consents", ChooseConsents);
    }

    static async Task<IResult> Consents(string slug, PanelRequest r, StoreDirectory stores, ConsentFields fields, bool saved)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link || fields.SettingOf(link.Store) is null)
            return Page.Missing();
        return Page.Of<ConsentFieldPage>(new
        {
            Link = link,
            Sample = await fields.SampleAsync(link.Store, cancel),
            Typed = fields.FieldOf(link.Store) ?? "",
            Saved = saved,
        });
    }

    static async Task<IResult> ChooseConsents(string slug, PanelRequest r, StoreDirectory stores, ConsentFields fields, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link || fields.SettingOf(link.Store) is not { } key)
            return Page.Missing();
        var form = await r.Http.Request.ReadFormAsync(cancel);
        var typed = (form["use"].ToString() is { Length: > 0 } found ? found : form["field"].ToString()).Trim();
        var before = fields.FieldOf(link.Store);
        var wrong = typed.Length == 0 ? r.T.Common.Required : (await fields.ChooseAsync(link.Store, typed, cancel))?.In(r.Language.Code());
        if (wrong is not null)
        {
            return Page.Refused<ConsentFieldPage>(new
            {
                Link = link,
                Sample = await fields.SampleAsync(link.Store, cancel),
                Typed = typed,
                Errors = new Dictionary<string, string>(StringComparer.Ordinal) { ["field"] = wrong },
            });
        }

        await audit.WriteAsync("store.changed", link.Slug, new AuditChange(key, before, typed));
        return Page.See($"/stores/{link.Slug}/connection/consents?done=1");
    }

    static async Task<IResult> Connection(
        string slug, string? asked, string? webhooks, PanelRequest r, StoreDirectory stores, IStorePaces paces, IWebhookStates states, ConsentFields fields)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { } link)
            return Page.Missing();
        var waits = await paces.WaitingAsync(r.User.AccountId(), cancel);
        var lost = await states.LostSinceAsync(r.User.AccountId(), r.Today.AddDays(-1), cancel);
        return Page.Of<ConnectionPage>(new
        {
            Link = link,
            Wait = waits.GetValueOrDefault(link.Store.Key),
            Webhooks = await states.FindAsync(link.Store.Key, cancel),
            Lost = lost.GetValueOrDefault(link.Store.Key),
            Asked = asked == "1",
            WebhooksStay = webhooks == "stay",
            HasConsentField = fields.SettingOf(link.Store) is not null,
        });
    }

    static async Task<IResult> Change(
        string slug, string action, PanelRequest r, StoreDirectory stores, PanelAudit audit, string query, Func<Store, Task> change)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        await change(link.Store);
        await audit.WriteAsync(action, link.Slug);
        return Page.See($"/stores/{link.Slug}/connection{query}");
    }

    static async Task<IResult> Disconnect(string slug, PanelRequest r, StoreDirectory stores, StoreDisconnection life, PanelAudit audit)
    {
        var choice = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["data"].ToString();
        if (choice is not ("keep" or "erase"))
            return Page.Missing();
        var query = "";
        return await Change(slug, choice == "erase" ? "store.erased" : "store.disconnected", r, stores, audit, "", async store =>
            query = await life.DisconnectAsync(store, choice == "erase", r.Http.RequestAborted) == WebhooksRemoved.StillThere ? "?webhooks=stay" : "") is var answer && query.Length > 0
            ? Page.See($"/stores/{slug}/connection{query}") : answer;
    }
}
