using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Import;

/// <summary>Subscribers who vanished from the shop's list: a person decides what that means.</summary>
static class VanishedEndpoints
{
    const int Shown = 200;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var vanished = panel.MapGroup("/stores/{slug}/export/vanished").RequireAuthorization(PanelPolicies.SeeExports);
        vanished.MapGet("", Show);
        vanished.MapPost("/send", Send).RequireAuthorization(PanelPolicies.Export);
        vanished.MapPost("/keep", Keep).RequireAuthorization(PanelPolicies.Export);
    }

    static async Task<IResult> Show(string slug, long? sent, string? kept, PanelRequest r, StoreDirectory stores, IConsentRemovals removals)
    {
        var cancel = r.Http.RequestAborted;
        return await stores.FindAsync(r.User, slug, cancel) is not { } link ? Page.Missing() : Page.Of<VanishedPage>(new
        {
            Link = link,
            People = await removals.ListAsync(link.Store.Key, RemovalState.Listed, null, Shown, cancel),
            Count = await removals.CountAsync(link.Store.Key, RemovalState.Listed, cancel),
            Sent = sent,
            IsKept = kept == "1",
        });
    }

    /// <summary>Sends the opt-out of one, named in the body so that no address stands in a log of URLs, or of all.</summary>
    static async Task<IResult> Send(string slug, PanelRequest r, StoreDirectory stores, VanishedSubscribers vanished, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        var form = await r.Http.Request.ReadFormAsync(cancel);
        if (form["all"] != "1" && form["person"].ToString().Length == 0)
            return Page.Missing();
        var sent = await vanished.SendAsync(link.Store.Key, form["all"] == "1" ? null : [form["person"].ToString()], cancel);
        if (sent > 0)
            await audit.WriteAsync("vanished.sent", slug, new AuditChange("people", null, sent.ToString(CultureInfo.InvariantCulture)));
        return Page.See(string.Create(CultureInfo.InvariantCulture, $"/stores/{slug}/export/vanished?sent={sent}"));
    }

    static async Task<IResult> Keep(string slug, PanelRequest r, StoreDirectory stores, VanishedSubscribers vanished, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { } link)
            return Page.Missing();
        var kept = await vanished.KeepAsync(link.Store.Key, [(await r.Http.Request.ReadFormAsync(cancel))["person"].ToString()], cancel);
        if (kept > 0)
            await audit.WriteAsync("vanished.kept", slug, new AuditChange("people", null, kept.ToString(CultureInfo.InvariantCulture)));
        return Page.See($"/stores/{slug}/export/vanished?kept=1");
    }
}
