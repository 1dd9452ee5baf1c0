using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Operation;

/// <summary>Replaces what a store's shop and this installation know each other by.</summary>
static class SecretsEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var secrets = panel.MapGroup("/stores/{slug}/connection/secrets").RequireAuthorization(PanelPolicies.Administer);
        secrets.MapGet("", (string slug, string? done, PanelRequest r, StoreDirectory stores, ShopSecrets shop)
            => StoreSections.OpenAsync(slug, r, stores, link => Task.FromResult<IResult>(Page.Of<SecretsPage>(new
            {
                Link = link,
                HasModule = shop.HasModule(link.Store),
                HasWebhooks = shop.HasWebhooks(link.Store),
                Done = done,
            }))));
        secrets.MapPost("/module", Module);
        secrets.MapPost("/webhooks", Webhooks);
    }

    static Task<IResult> Module(string slug, PanelRequest r, StoreDirectory stores, ShopSecrets shop, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            if (!await shop.ReplaceModuleSecretAsync(link.Store, r.Http.RequestAborted))
                return Page.Missing();
            await audit.WriteAsync("store.secret_replaced", link.Slug, AuditChange.OfSecret("module_secret"));
            return Page.See($"/stores/{link.Slug}/connection/secrets?done=module");
        });

    static Task<IResult> Webhooks(string slug, PanelRequest r, StoreDirectory stores, ShopSecrets shop, IOptions<PanelOptions> options, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            if (await shop.ReplaceWebhooksAsync(link.Store, options.Value.PublicAddress(), r.Http.RequestAborted) is not { } outcome)
                return Page.Missing();
            await audit.WriteAsync("store.secret_replaced", link.Slug, AuditChange.OfSecret("webhook_secret"));
            return Page.See($"/stores/{link.Slug}/connection/secrets?done={(outcome == WebhooksReplaced.Moved ? "moved" : "later")}");
        });
}
