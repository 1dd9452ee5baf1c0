using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Pomost.Hub;

/// <summary>Puts the hub into an application.</summary>
public static class PomostHub
{
    /// <summary>
    /// Adds the hub. The application also registers <see cref="IHubAccountStore"/>, <see cref="IHubContactStore"/>, <see cref="IHubProductStore"/>,
    /// <see cref="IHubOutgoingStore"/>, <see cref="IHubModuleStore"/>, <see cref="IHubPictureStore"/> and, where <see cref="HubOutgoingSender"/> runs, <see cref="IHubWayOut"/>; and it says where Data Protection keeps its keys: without them
    /// the accounts' API secrets cannot be read again.
    /// </summary>
    public static IServiceCollection AddPomostHub(this IServiceCollection services, Action<HubOptions>? configure = null)
    {
        var options = new HubOptions();
        configure?.Invoke(options);
        services.AddDataProtection();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.TryAddSingleton<BodyBudget>();
        services.AddSingleton(provider => new HubDoor(provider.GetRequiredService<BodyBudget>(), options));
        services.AddSingleton(provider => new HubSecrets(provider.GetRequiredService<IDataProtectionProvider>()));
        services.AddSingleton(provider => new HubServices(
            provider.GetRequiredService<IHubAccountStore>(), provider.GetRequiredService<IHubContactStore>(), provider.GetRequiredService<IHubProductStore>(),
            provider.GetRequiredService<HubSecrets>(), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HubServices>>()));
        services.AddSingleton(provider => new HubAccounts(
            provider.GetRequiredService<IHubAccountStore>(), provider.GetRequiredService<IHubContactStore>(), provider.GetRequiredService<HubSecrets>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HubProducts(provider.GetRequiredService<IHubProductStore>()));
        services.AddSingleton(provider => new HubModules(provider.GetRequiredService<IHubModuleStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HubLinks(provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HubOperator(
            provider.GetRequiredService<HubServices>(), provider.GetRequiredService<IHubOutgoingStore>(), provider.GetRequiredService<HubLinks>()));
        services.AddSingleton(provider => new HubOutgoingSender(
            provider.GetRequiredService<HubServices>(), provider.GetRequiredService<IHubOutgoingStore>(), provider.GetRequiredService<HubLinks>(),
            provider.GetRequiredService<IHubWayOut>(), provider.GetService<IHubMailer>()));
        return services;
    }

    /// <summary>
    /// Maps the calls of the protocol under <c>/api/</c> and <c>/v3/</c>, and the pictures uploaded by them. They bring their own proof of who calls, so they are open to
    /// anonymous requests and are left out of the application's own API description.
    /// </summary>
    public static IEndpointConventionBuilder MapPomostHub(this IEndpointRouteBuilder endpoints)
    {
        var hub = endpoints.MapGroup("");
        LogInCalls.Map(hub);
        AccountCalls.Map(hub);
        OwnerCalls.Map(hub);
        ContactCalls.Map(hub);
        ContactReadCalls.Map(hub);
        ConsentCalls.Map(hub);
        DeleteCalls.Map(hub);
        UnionCalls.Map(hub);
        TagCalls.Map(hub);
        EventCalls.Map(hub);
        JobCalls.Map(hub);
        PictureCalls.Map(hub);
        CatalogueCalls.Map(hub);
        ProductCalls.Map(hub);
        LinkPages.Map(hub);
        hub.MapPost("/api/{**call}", HubPipeline.AnswerUnknownCallAsync);
        hub.MapPost("/v3/{**call}", HubPipeline.AnswerUnknownThirdVersionCallAsync);
        hub.AllowAnonymous().ExcludeFromDescription();
        return hub;
    }
}
