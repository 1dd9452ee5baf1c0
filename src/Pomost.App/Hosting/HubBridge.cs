using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>Lets the engine find the hub of the same process.</summary>
sealed class HubBridge(HubAccounts accounts, HubOperator people, IServer server) : IBuiltInHub
{
    public Uri Endpoint => OwnAddress.Of(server);

    public async Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct)
    {
        // Nobody knows it: who wants to log a plugin in makes one in the panel or with pomost hub login.
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var made = await accounts.CreateAsync(new NewHubAccount(name, ownerEmail, password), ct);
        return made is null ? null : new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail);
    }

    public Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct) => accounts.CreateKeyAsync(clientId, name, ct);

    public async Task SetCallbacksAsync(string clientId, CallbackUrls urls, CancellationToken ct)
    {
        var account = await accounts.FindIdAsync(clientId, ct) ?? throw new InvalidOperationException("The hub has no such account.");
        await people.SetCallbacksAsync(account, new HubCallbacks(urls.OptIn, urls.OptOut), ct);
    }
}

/// <summary>Where this process listens, as one reaches it from this machine.</summary>
static class OwnAddress
{
    /// <summary>The first plain http address, else the first address.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public static Uri Of(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(Reachable).ToList() ?? [];
        return addresses.Find(address => address.Scheme == "http") ?? addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The server has not started.");
    }

    static Uri Reachable(string address) => new(address
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://*", "://127.0.0.1", StringComparison.Ordinal));
}
