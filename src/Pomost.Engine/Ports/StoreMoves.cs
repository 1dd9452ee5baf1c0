namespace Pomost.Engine;

/// <summary>What became of a move.</summary>
public enum MoveOutcome
{
    /// <summary>The store sends to the other destination.</summary>
    Moved,

    /// <summary>Nothing was changed: people must first be erased at the old destination, and only this store can still do that.</summary>
    ErasuresWait,
}

/// <summary>Moves a store from one destination to another.</summary>
public interface IStoreMoves
{
    /// <summary>In one transaction: the store sends to the other destination, which is taken to have nothing of it yet. What was queued for the old one is
    /// dropped and its open exports are cancelled: an export sends everything anew. A run under way can commit nothing more.</summary>
    Task<MoveOutcome> MoveAsync(StoreKey store, long destinationId, CancellationToken ct);
}
