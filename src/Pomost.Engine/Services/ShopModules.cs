using System.Security.Cryptography;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>A module built for one store.</summary>
/// <param name="Name">File name, for example <c>pomost-sklep.zip</c>.</param>
/// <param name="Content">The archive; holds the secret.</param>
/// <param name="IsNew">True when the secret was made for it.</param>
public sealed record ShopModule(string Name, byte[] Content, bool IsNew);

/// <summary>Builds the module that is installed in a store's shop.</summary>
public sealed class ShopModules(IStores stores, IPlatformCatalogue catalogue, Connections connections, Secrets secrets, IStoreWaker waker)
{
    const int SecretBytes = 32;

    /// <summary>How the module is installed in the store's shop; null = its platform has none.</summary>
    public Text? HelpOf(Store store) => (catalogue.Find(store.Platform) as IUsesModule)?.ModuleHelp;

    /// <summary>True when the store has a secret for it: the module was built once.</summary>
    public bool IsBuilt(Store store) => HelpOf(store) is not null && connections.ModuleSecretOf(store) is not null;

    /// <summary>The module with the store's secret and inbox address inside. Its secret is made on first use and stays, so that what is installed goes on working.</summary>
    /// <param name="store">The store.</param>
    /// <param name="server">Where shops reach this installation; null = they cannot, the module only answers.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when the platform has no module.</returns>
    public async Task<ShopModule?> BuildAsync(Store store, Uri? server, CancellationToken ct)
    {
        if (catalogue.Find(store.Platform) is not IUsesModule platform || store.State == StoreState.Disconnected)
            return null;
        var known = connections.ModuleSecretOf(store);
        var secret = known ?? RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);
        if (known is null)
        {
            var kept = secrets.Open(store.AccountId, store.ProtectedSecrets).ToDictionary(StringComparer.Ordinal);
            kept[platform.ModuleSecretSetting] = secret;
            await stores.UpdateAsync(store with { ProtectedSecrets = secrets.Protect(store.AccountId, kept) }, ct);
            await waker.WakeAsync(store.Key, ct);
        }

        var inbox = server is null ? null : server.Under($"/in/{store.WebhookToken}");
        return new ShopModule($"pomost-{store.Slug}.zip", platform.BuildModule(new ModuleInstallation(secret, inbox)), known is null);
    }
}
