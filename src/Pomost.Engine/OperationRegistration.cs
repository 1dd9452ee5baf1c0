using Microsoft.Extensions.DependencyInjection;

namespace Pomost.Engine;

/// <summary>Registers what an operator heals, stops and ends stores with, and what tells of trouble.</summary>
static class OperationRegistration
{
    public static IServiceCollection AddOperation(this IServiceCollection services) => services
        .AddSingleton<Replay>()
        .AddSingleton<StoreDisconnection>()
        .AddSingleton<Synchronization>()
        .AddSingleton(MailOptions.FromEnvironment())
        .AddSingleton<IMailServer, SmtpServer>()
        .AddSingleton<MailRoom>()
        .AddHostedService<MailSender>()
        .AddSingleton<TeamDesk>()
        .AddSingleton<ApiUseCounter>()
        .AddSingleton(new HostFacts())
        .AddSingleton<SystemHealth>()
        .AddSingleton<StandardWebhook>()
        .AddSingleton<WebhookDesk>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<AlertWatch>()
        .AddSingleton<StandstillWatch>()
        .AddSingleton<IHousekeeping, WebhookHousekeeping>()
        .AddSingleton<IHousekeeping, AlertHousekeeping>()
        .AddSingleton<IHousekeeping, StandstillHousekeeping>()
        .AddSingleton<IHousekeeping, ErasureOfStores>()
        .AddSingleton<IHousekeeping, Retention>()
        .AddSingleton<IHousekeeping, ExportNotices>();
}
