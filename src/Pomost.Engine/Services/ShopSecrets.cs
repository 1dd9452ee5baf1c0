using System.Security.Cryptography;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Where a shop's webhooks stand after their address and secret were replaced.</summary>
public enum WebhooksReplaced
{
    /// <summary>The shop calls the new address.</summary>
    Moved,

    /// <summary>The shop did not answer, or nobody said where it reaches us: the engine moves them when it can. Until then changes come by polling.</summary>
    Later,
}

/// <summary>Replaces what a store's shop and this installation know each other by.</summary>
public sealed class ShopSecrets(IStores stores, Connections connections, Secrets secrets, IStoreWaker waker)
{
    const int SecretBytes = 32;
    const int TokenBytes = 24;

    /// <summary>True when the store's module has a secret that can be replaced.</summary>
    public bool HasModule(Store store) => store.State != StoreState.Disconnected && connections.ModuleSecretOf(store) is not null;

    /// <summary>True when the store's shop calls us.</summary>
    public bool HasWebhooks(Store store) => store.State != StoreState.Disconnected && connections.ConnectorOf(store) is IReceivesWebhooks;

    /// <summary>Gives the module another secret. The one that is installed is refused from now on, until the archive built anew takes its place.</summary>
    /// <returns>False when the store has none.</returns>
    public async Task<bool> ReplaceModuleSecretAsync(Store store, CancellationToken ct)
    {
        if (!HasModule(store) || connections.ConnectorOf(store) is not IUsesModule platform)
            return false;
        await SaveAsync(store, platform.ModuleSecretSetting, RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true), store.WebhookToken, ct);
        return true;
    }

    /// <summary>Gives the store's webhooks another address and another secret, and tells the shop. Calls to the former address are refused at once.</summary>
    /// <param name="store">The store.</param>
    /// <param name="server">Where shops reach this installation; null = they cannot.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when the shop sends none.</returns>
    /// <remarks>A module in the shop pushes to the same address: it must be built and installed anew as well.</remarks>
    public async Task<WebhooksReplaced?> ReplaceWebhooksAsync(Store store, Uri? server, CancellationToken ct)
    {
        if (!HasWebhooks(store) || connections.ConnectorOf(store) is not IReceivesWebhooks receiver)
            return null;
        var now = await SaveAsync(
            store, Connections.WebhookSecretKey, RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true),
            RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true), ct);
        if (server is null)
            return WebhooksReplaced.Later;
        try
        {
            var shop = connections.ShopOf(now);
            await receiver.RemoveWebhooksAsync(shop, server.Under($"/in/{store.WebhookToken}"), ct);
            await receiver.EnsureWebhooksAsync(shop, server.Under($"/in/{now.WebhookToken}"), connections.WebhookSecretOf(now), ct);
            return WebhooksReplaced.Moved;
        }
        catch (ConnectorException)
        {
            return WebhooksReplaced.Later;
        }
        finally
        {
            await waker.WakeAsync(store.Key, CancellationToken.None);
        }
    }

    async Task<Store> SaveAsync(Store store, string key, string secret, string token, CancellationToken ct)
    {
        var kept = secrets.Open(store.AccountId, store.ProtectedSecrets).ToDictionary(StringComparer.Ordinal);
        kept[key] = secret;
        var changed = store with { ProtectedSecrets = secrets.Protect(store.AccountId, kept), WebhookToken = token };
        await stores.UpdateAsync(changed, ct);
        await waker.WakeAsync(store.Key, ct);
        return changed;
    }
}
