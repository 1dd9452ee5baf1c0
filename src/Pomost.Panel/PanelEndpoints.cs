using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Panel.Features.Audit;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Features.Dashboard;
using Pomost.Panel.Features.Deliveries;
using Pomost.Panel.Features.Destinations;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Features.Health;
using Pomost.Panel.Features.Import;
using Pomost.Panel.Features.Keys;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Looks;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Modules;
using Pomost.Panel.Features.Operation;
using Pomost.Panel.Features.Profile;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Features.Stores;
using Pomost.Panel.Features.StoreSettings;
using Pomost.Panel.Features.Team;
using Pomost.Panel.Features.Webhooks;
using Pomost.Panel.Web;

namespace Pomost.Panel;

public static class PanelEndpoints
{
    /// <summary>Maps every page of the panel, its browser files and its stream. Wants authentication and authorization before it.</summary>
    public static void MapPomostPanel(this IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<PanelAssets>().Map(endpoints);
        StoresEndpoints.MapCallback(endpoints);
        var panel = endpoints.MapGroup("").RequireAuthorization(PanelPolicies.Member).AddEndpointFilter(PanelFilter.Run).ExcludeFromDescription();
        BodyLimit.On(panel);
        Preferences.Map(panel);
        LiveStream.Map(panel);
        TagReading.Map(panel);
        LoginEndpoints.Map(panel);
        PasswordEndpoints.Map(panel);
        RegistrationEndpoints.Map(panel);
        ConfirmationEndpoints.Map(panel);
        InvitationEndpoints.Map(panel);
        TeamEndpoints.Map(panel);
        ProfileEndpoints.Map(panel);
        AddressEndpoints.Map(panel);
        SecondFactorEndpoints.Map(panel);
        ConfirmEndpoints.Map(panel);
        PasskeyEndpoints.Map(panel);
        MailEndpoints.Map(panel);
        DashboardEndpoints.Map(panel);
        StoresEndpoints.Map(panel);
        DestinationEndpoints.Map(panel);
        LookEndpoints.Map(panel);
        ModulesEndpoints.Map(panel);
        ExportEndpoints.Map(panel);
        SettingsEndpoints.Map(panel);
        AccountSettingsEndpoints.Map(panel);
        ImportEndpoints.Map(panel);
        VanishedEndpoints.Map(panel);
        ContactsEndpoints.Map(panel);
        DeliveriesEndpoints.Map(panel);
        OperationEndpoints.Map(panel);
        SecretsEndpoints.Map(panel);
        KeysEndpoints.Map(panel);
        AuditEndpoints.Map(panel);
        WebhooksEndpoints.Map(panel);
        HealthEndpoints.Map(panel);
        panel.MapFallback(Page.Missing).AllowAnonymous();
    }
}
