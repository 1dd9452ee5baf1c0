using System.Security.Cryptography;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What became of a store's webhooks when it was disconnected.</summary>
public enum WebhooksRemoved
{
    /// <summary>There were none.</summary>
    NothingToDo,

    /// <summary>Removed at the shop.</summary>
    Removed,

    /// <summary>The shop could not be asked; they lead nowhere, and the shop's owner may remove them by hand.</summary>
    StillThere,
}

/// <summary>Disconnects, pauses and resumes stores. Other stores are not touched.</summary>
public sealed class StoreDisconnection(IStores stores, IStoreRemoval removal, IWebhookStates webhooks, Connections connections, Secrets secrets, TimeProvider clock)
{
    const int RowsAtOnce = 2_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Disconnects a store: its webhooks are removed at the shop as far as it answers, its credentials are forgotten at once, nothing runs for it.
    /// The data stay readable, or are marked for erasure, which <see cref="EraseAsync"/> or the engine carries out.</summary>
    public async Task<WebhooksRemoved> DisconnectAsync(Store store, bool erases, CancellationToken ct)
    {
        var removed = await RemoveWebhooksAsync(store, ct);
        await removal.DisconnectAsync(
            store.Key, secrets.Protect(store.AccountId, new Dictionary<string, string>(StringComparer.Ordinal)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), erases, ct);
        return removed;
    }

    /// <summary>Erases the data of a disconnected store, in packs, so that other stores are not held up.</summary>
    public async Task EraseAsync(StoreKey store, CancellationToken ct)
    {
        while (await removal.EraseAsync(store, RowsAtOnce, ct))
            ct.ThrowIfCancellationRequested();
    }

    /// <summary>Goes on with erasures that were begun.</summary>
    public async Task EraseMarkedAsync(CancellationToken ct)
    {
        foreach (var store in await removal.ToEraseAsync(ct))
            await EraseAsync(store, ct);
    }

    /// <summary>Stops a store after the page in hand; what is announced meanwhile is kept. Does nothing to a disconnected store.</summary>
    public Task PauseAsync(StoreKey store, CancellationToken ct) => stores.SetStateAsync(store, StoreState.Paused, null, ct);

    async Task<WebhooksRemoved> RemoveWebhooksAsync(Store store, CancellationToken ct)
    {
        if (await webhooks.FindAsync(store.Key, ct) is not { Address: { } address })
            return WebhooksRemoved.NothingToDo;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            if (connections.ConnectorOf(store) is IReceivesWebhooks receiver)
                await receiver.RemoveWebhooksAsync(connections.ShopOf(store), address, either.Token);
            return WebhooksRemoved.Removed;
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return WebhooksRemoved.StillThere;
        }
    }
}
