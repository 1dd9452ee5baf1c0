namespace Pomost.Engine;

/// <summary>Takes a store out of work for good.</summary>
public interface IStoreRemoval
{
    /// <summary>In one transaction: state Disconnected, settings, secrets and the webhook address forgotten, unfinished exports cancelled, callbacks of
    /// this store alone ended, and any run under way stopped at its next commit. The store's row and number stay.</summary>
    /// <param name="store">The store.</param>
    /// <param name="emptySecrets">Encrypted secrets that hold nothing.</param>
    /// <param name="newToken">Unguessable, and given to nobody.</param>
    /// <param name="erases">True: marked for erasure, until <see cref="EraseAsync"/> has nothing left.</param>
    /// <param name="ct">Cancels.</param>
    Task DisconnectAsync(StoreKey store, string emptySecrets, string newToken, bool erases, CancellationToken ct);

    /// <summary>Erases up to so many rows of mirror, queues and traces of a disconnected store. The evidence of consents and the ledger of events
    /// sent stay. Gives false once nothing is left; the store is no longer marked then.</summary>
    Task<bool> EraseAsync(StoreKey store, int rows, CancellationToken ct);

    /// <summary>Disconnected stores that are marked for erasure.</summary>
    Task<IReadOnlyList<StoreKey>> ToEraseAsync(CancellationToken ct);
}
