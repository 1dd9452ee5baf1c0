using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>Registers what the engine and the panel need of storage.</summary>
public static class StorageServices
{
    /// <summary>Adds the stores on an opened database. The caller opens the database and disposes of it after the host has stopped.</summary>
    public static IServiceCollection AddPomostStorage(this IServiceCollection services, Database database)
    {
        services.AddSingleton(database);
        services.AddSingleton<IAccounts, SqlAccounts>();
        services.AddSingleton<IStores, SqlStores>();
        services.AddSingleton<IInbox, SqlInbox>();
        services.AddSingleton<IModuleNonces, SqlModuleNonces>();
        services.AddSingleton<IStoreRuns, SqlStoreRuns>();
        services.AddSingleton<IExportRuns, SqlExportRuns>();
        services.AddSingleton<IExportNotices, SqlExportNotices>();
        services.AddSingleton<IViews, SqlViews>();
        services.AddSingleton<IFlow, SqlFlow>();
        services.AddSingleton<IDeliveryViews, SqlDeliveryViews>();
        services.AddSingleton<IContactEdits, SqlContactEdits>();
        services.AddSingleton<IHeldConsents, SqlHeldConsents>();
        services.AddSingleton<ISubscriberFiles, SqlSubscriberFiles>();
        services.AddSingleton<IConsentRemovals, SqlConsentRemovals>();
        services.AddSingleton<IErasures, SqlErasures>();
        services.AddSingleton<IPersonData, SqlPersonData>();
        services.AddSingleton<IApiKeys, SqlApiKeys>();
        services.AddSingleton<IAuditLog, SqlAuditLog>();
        services.AddSingleton<ILoginSessions, SqlLoginSessions>();
        services.AddSingleton<ITeams, SqlTeams>();
        services.AddSingleton<IMails, SqlMails>();
        services.AddSingleton<IInstallation, SqlInstallation>();
        services.AddSingleton<IRetention, SqlRetention>();
        services.AddSingleton<ICarts, SqlCarts>();
        services.AddSingleton<IProducts, SqlProducts>();
        services.AddSingleton<IWriteBacks, SqlWriteBacks>();
        services.AddSingleton<IStorePaces, SqlStorePaces>();
        services.AddSingleton<IWebhookStates, SqlWebhookStates>();
        services.AddSingleton<IAlerts, SqlAlerts>();
        services.AddSingleton<ISystemState, SqlSystemState>();
        services.AddSingleton<IOutgoingWebhooks, SqlOutgoingWebhooks>();
        services.AddSingleton<IDeadLetters, SqlDeadLetters>();
        services.AddSingleton<IStoreRemoval, SqlStoreRemoval>();
        services.AddSingleton<ICardHints, SqlCardHints>();
        services.AddSingleton<ICallbacks, SqlCallbacks>();
        services.AddSingleton<IStoreMoves, SqlStoreMoves>();
        services.AddSingleton<IStoreModules, SqlStoreModules>();
        services.AddSingleton<IStoreLooks, SqlStoreLooks>();
        services.AddSingleton<IStoreDrafts, SqlStoreDrafts>();
        services.AddDbContext<PomostIdentityContext>((_, options) => database.ConfigureEntityFramework(options));
        return services;
    }

    /// <summary>Keeps the people of the panel in the database, their second factors encrypted.</summary>
    public static IdentityBuilder AddPomostUsers(this IdentityBuilder builder)
    {
        builder.Services.AddDataProtection();
        builder.Services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        return builder.AddUserStore<PomostUserStore>();
    }

    /// <summary>Keeps the encryption keys in the database.</summary>
    public static IDataProtectionBuilder PersistKeysToPomost(this IDataProtectionBuilder builder)
    {
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(services =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new DataProtectionKeys(services.GetRequiredService<Database>())));
        return builder;
    }
}
