using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Partners;

/// <summary>For the operator of the installation: the accounts of the built-in hub, and which of them may make further ones.</summary>
static class PartnersEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var hub = panel.MapGroup("/system/hub").RequireAuthorization(PanelPolicies.Operator);
        hub.MapGet("", async (string? made, PanelRequest r, HubAccounts accounts, ShownOnce once)
            => Page.Of<PartnersPage>(new { Accounts = await accounts.ListAsync(r.Http.RequestAborted), Made = made, Secret = made is null ? null : once.Take() }));
        hub.MapPost("/partners", AddPartner);
        hub.MapPost("/{clientId}/partner", Change);
    }

    static async Task<IResult> AddPartner(PanelRequest r, HubAccounts accounts, PanelAudit audit, ShownOnce once)
    {
        var email = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["email"].ToString().Trim();
        var wrong = email.Length == 0 ? r.T.Common.Required : EmailAddress.TryParse(email, out _, out _) ? null : r.T.Common.Email;
        // Nobody logs in as a partner: its secret is what the plugin is made with.
        var made = wrong is null
            ? await accounts.CreateAsync(new NewHubAccount(email, email, PluginAccess.MakePassword()) { IsPartner = true }, r.Http.RequestAborted)
            : null;
        if (made is null)
        {
            return Page.Refused<PartnersPage>(new
            {
                Accounts = await accounts.ListAsync(r.Http.RequestAborted),
                Email = email,
                Errors = (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = wrong ?? r.T.Partners.Taken },
            });
        }

        await audit.WriteAsync("hub.partner_added", made.ClientId, new AuditChange("owner", null, email));
        once.Put(made.ApiSecret);
        return Page.See($"/system/hub?made={made.ClientId}");
    }

    static async Task<IResult> Change(string clientId, PanelRequest r, HubAccounts accounts, PanelAudit audit)
    {
        var isPartner = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["partner"] == "1";
        if (!await accounts.SetPartnerAsync(clientId, isPartner, r.Http.RequestAborted))
            return Page.Missing();
        await audit.WriteAsync("hub.partner_changed", clientId, new AuditChange("partner", isPartner ? "off" : "on", isPartner ? "on" : "off"));
        return Page.See("/system/hub");
    }
}
