namespace Pomost.Engine;

/// <summary>Identity of a store: the account always comes first.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct StoreKey(long AccountId, long StoreId);

/// <summary>The right to work for one store. Every commit checks the epoch; a node that slept changes nothing.</summary>
public sealed record StoreLease(StoreKey Store, long DestinationId, long Epoch);

/// <summary>Another run of the same store began; this one must stop.</summary>
public sealed class StaleLeaseException(StoreLease lease)
    : Exception($"Store {lease.Store.StoreId} of account {lease.Store.AccountId}: epoch {lease.Epoch} is over.");
