using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Destinations;

/// <summary>The section "Logowanie/rejestracja": which account receives a store's data.</summary>
static class DestinationEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var login = panel.MapGroup("/stores/{slug}/login").RequireAuthorization(PanelPolicies.Administer);
        login.MapGet("", (string slug, string? done, string? problem, PanelRequest r, StoreDirectory stores, DestinationDesk desk, ShopModules modules)
            => StoreSections.OpenAsync(slug, r, stores, link => Show(link, done, problem, r, desk, modules)));
        login.MapPost("", Connect);
        login.MapPost("/disconnect", Disconnect);
        login.MapPost("/module", Module);
        login.MapGet("/open", Open);
    }

    static async Task<IResult> Show(StoreLink link, string? done, string? problem, PanelRequest r, DestinationDesk desk, ShopModules modules)
    {
        var view = await desk.ViewAsync(link, r.Http.RequestAborted);
        return Page.Of<LoginSectionPage>(new
        {
            Link = link,
            View = view,
            Form = new DestinationForm { Way = view.Destination.IsHub ? DestinationForm.ByPassword : DestinationForm.ByHub },
            Done = done switch
            {
                "connected" => r.T.Destination.DoneConnected,
                "moved" => r.T.Destination.DoneMoved,
                "disconnected" => r.T.Destination.DoneDisconnected,
                _ => null,
            },
            Problem = problem == "open" ? r.T.Destination.CannotOpen : null,
            Module = modules.HelpOf(link.Store),
            ModuleIsBuilt = modules.IsBuilt(link.Store),
        });
    }

    static Task<IResult> Connect(string slug, PanelRequest r, StoreDirectory stores, DestinationDesk desk, DestinationSetup destinations, IStores store, ShopModules modules, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var cancel = r.Http.RequestAborted;
            var typed = await r.Http.Request.ReadFormAsync(cancel);
            var form = DestinationForm.Read(typed);
            var (destination, errors) = await desk.ConnectAsync(form, typed);
            var before = (await store.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, cancel))!;
            if (destination is not null && await destinations.MoveAsync(link.Store, destination, cancel) == MoveOutcome.ErasuresWait)
                errors = new Dictionary<string, string>(StringComparer.Ordinal) { ["way-" + DestinationForm.ByHub] = r.T.Destination.ErasuresWait };
            if (destination is null || errors.Count > 0)
            {
                return Page.Refused<LoginSectionPage>(new
                {
                    Link = link,
                    View = await desk.ViewAsync(link, cancel),
                    Form = form,
                    Errors = (IReadOnlyDictionary<string, string>)errors,
                    Module = modules.HelpOf(link.Store),
                    ModuleIsBuilt = modules.IsBuilt(link.Store),
                });
            }

            var moved = destination.Id != before.Id;
            await audit.WriteAsync(
                moved ? "destination.moved" : "destination.connected", link.Slug,
                new AuditChange("destination", NameOf(before), NameOf(destination)), new AuditChange("owner", before.Owner, destination.Owner));
            return Page.See($"/stores/{link.Slug}/login?done={(moved ? "moved" : "connected")}");
        });

    static Task<IResult> Disconnect(string slug, PanelRequest r, StoreDirectory stores, IStores store, DestinationSetup destinations, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var cancel = r.Http.RequestAborted;
            if (await store.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, cancel) is not { IsHub: false } destination)
                return Page.Missing();
            await destinations.DisconnectAsync(destination, cancel);
            await audit.WriteAsync("destination.disconnected", link.Slug, new AuditChange("destination", NameOf(destination), null));
            return Page.See($"/stores/{link.Slug}/login?done=disconnected");
        });

    // A form, not a link: it makes the secret, and what it gives holds it.
    static Task<IResult> Module(string slug, PanelRequest r, StoreDirectory stores, ShopModules modules, IOptions<PanelOptions> options, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            if (await modules.BuildAsync(link.Store, options.Value.PublicAddress(), r.Http.RequestAborted) is not { } module)
                return Page.Missing();
            await audit.WriteAsync("store.module_downloaded", link.Slug, module.IsNew ? [AuditChange.OfSecret("module_secret")] : []);
            r.Http.Response.Headers.CacheControl = "no-store";
            return Results.File(module.Content, "application/zip", module.Name);
        });

    // A link, not a form: a form may not lead to another host.
    static Task<IResult> Open(string slug, PanelRequest r, StoreDirectory stores, IStores store, DestinationSetup destinations, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var cancel = r.Http.RequestAborted;
            if (await store.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, cancel) is not { IsHub: false } destination)
                return Page.Missing();
            try
            {
                var address = await destinations.PanelAddressAsync(destination, cancel);
                await audit.WriteAsync("destination.opened", link.Slug, new AuditChange("destination", null, NameOf(destination)));
                return Page.See(address.AbsoluteUri);
            }
            catch (ConnectorException)
            {
                return Page.See($"/stores/{link.Slug}/login?problem=open");
            }
        });

    /// <summary>A destination as the audit log names it.</summary>
    internal static string NameOf(Destination destination) => destination.IsHub ? "hub" : $"{destination.Endpoint.Authority} {destination.ClientId}";
}
