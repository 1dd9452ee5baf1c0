using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Operation;

/// <summary>What waits and what was given up, and a store's connection.</summary>
static class OperationEndpoints
{
    const int LettersShown = 100;

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/deliveries", Deliveries).RequireAuthorization(PanelPolicies.SeeDeliveries);
        panel.MapPost("/deliveries/replay", Again).RequireAuthorization(PanelPolicies.Replay);
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
    }

    static async Task<IResult> Deliveries(int? replayed, PanelRequest r, StoreDirectory stores, IDeadLetters letters, IAlerts alerts)
    {
        var cancel = r.Http.RequestAborted;
        var account = r.User.AccountId();
        return Page.Of<DeliveriesPage>(new
        {
            Stores = await stores.ListAsync(r.User, cancel),
            Queues = (IReadOnlyList<QueueNumbers>)[.. (await letters.QueuesAsync(account, cancel)).Where(queue => r.User.MaySee(queue.Store))],
            Letters = await LettersAsync(r, letters),
            Alerts = (IReadOnlyList<Alert>)[.. (await alerts.OpenAsync(account, cancel)).Where(alert => r.User.MaySee(alert.Store))],
            Replayed = replayed,
        });
    }

    static async Task<IResult> Again(PanelRequest r, Replay replay, IDeadLetters letters, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var id = (await r.Http.Request.ReadFormAsync(cancel))["id"].ToString();
        var account = r.User.AccountId();
        var replayed = 0;
        if (id == "all")
        {
            foreach (var store in r.User.Stores()?.Select(store => (long?)store) ?? [null])
                replayed += (await replay.AllAsync(account, store, cancel)).Replayed;
        }
        else
        {
            // Who sees only some stores replays only what stands on their page.
            if (r.User.Stores() is not null && !(await LettersAsync(r, letters)).Any(letter => letter.Name == id))
                return Page.Missing();
            if (await replay.OneAsync(account, id, cancel) is not { } result)
                return Page.Missing();
            replayed = result.Replayed;
        }

        await audit.WriteAsync("deliveries.replayed", id == "all" ? "" : id, new AuditChange("replayed", null, replayed.ToString(CultureInfo.InvariantCulture)));
        return Page.See(string.Create(CultureInfo.InvariantCulture, $"/deliveries?replayed={replayed}"));
    }

    static async Task<IReadOnlyList<DeadLetter>> LettersAsync(PanelRequest r, IDeadLetters letters)
    {
        if (r.User.Stores() is not { } stores)
            return await letters.ListAsync(r.User.AccountId(), null, LettersShown, r.Http.RequestAborted);
        var shown = new List<DeadLetter>();
        foreach (var store in stores)
            shown.AddRange(await letters.ListAsync(r.User.AccountId(), store, LettersShown, r.Http.RequestAborted));
        return [.. shown.OrderByDescending(letter => letter.CreatedAt).Take(LettersShown)];
    }

    static async Task<IResult> Connection(
        string slug, string? asked, string? webhooks, PanelRequest r, StoreDirectory stores, IStorePaces paces, IWebhookStates states)
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
