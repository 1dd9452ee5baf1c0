using Microsoft.Extensions.DependencyInjection;

namespace Pomost.Engine;

/// <summary>Registers what an operator heals, stops and ends stores with.</summary>
static class OperationRegistration
{
    public static IServiceCollection AddOperation(this IServiceCollection services) => services
        .AddSingleton<Replay>()
        .AddSingleton<StoreDisconnection>()
        .AddSingleton<Synchronization>();
}
