using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A cart of the mirror.</summary>
/// <param name="Cart">What the shop gave last.</param>
/// <param name="State">Where its life stands.</param>
/// <param name="SentHash">Hash of the event told to the destination; null = none, or withdrawn.</param>
/// <param name="Code">Why it was told or not.</param>
public sealed record CartFacts(ShopCart Cart, CartState State, string? SentHash, ReasonCode Code);

/// <summary>A cart row to insert or replace; the key is (account, store, source id).</summary>
public sealed record CartWrite
{
    public required ShopCart Cart { get; init; }

    /// <summary>Key of the person's address; null for an anonymous cart.</summary>
    public string? EmailKey { get; init; }

    public required CartState State { get; init; }

    /// <summary>Why it was told or not.</summary>
    public required ReasonCode Code { get; init; }

    /// <summary>When it is to be looked at again, UTC; null = nothing is awaited.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Hash of the event told; null = none, or withdrawn.</summary>
    public string? SentHash { get; init; }
}

/// <summary>Carts of the mirror. They are written with <see cref="PageCommit.Carts"/>.</summary>
public interface ICarts
{
    /// <summary>Carts by source id; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<string, CartFacts>> FindAsync(StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct);

    /// <summary>Carts whose time has come, oldest first.</summary>
    Task<IReadOnlyList<CartFacts>> DueAsync(StoreKey store, int max, CancellationToken ct);

    /// <summary>Carts of these people that were not bought or emptied yet.</summary>
    Task<IReadOnlyList<CartFacts>> LivingAsync(StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct);

    /// <summary>When the next cart is due, UTC; null = none.</summary>
    Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct);

    /// <summary>How many carts were won back since a moment, and their value by currency.</summary>
    Task<IReadOnlyList<(string Currency, long Count, decimal Value)>> WonBackAsync(long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct);
}
