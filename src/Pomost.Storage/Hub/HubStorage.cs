using Microsoft.Extensions.DependencyInjection;
using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>Puts the hub's stores into an application that has a <see cref="Database"/>.</summary>
public static class HubStorage
{
    public static IServiceCollection AddHubStorage(this IServiceCollection services)
    {
        services.AddSingleton<IHubAccountStore>(provider => new HubAccountStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubContactStore>(provider => new HubContactStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubProductStore>(provider => new HubProductStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubCollectionStore>(provider => new HubCollectionStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubOutgoingStore>(provider => new HubOutgoingStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubModuleStore>(provider => new HubModuleStore(provider.GetRequiredService<Database>()));
        services.AddSingleton<IHubPictureStore>(provider => new HubPictureStore(provider.GetRequiredService<Database>()));
        return services;
    }
}
