using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a store waits for.</summary>
public enum WaitReason
{
    /// <summary>The shop said how long to leave it alone.</summary>
    ShopAsked,

    /// <summary>The shop cannot answer; it is tried again.</summary>
    ShopFails,

    /// <summary>Some of the shop's records cannot be read; the rest goes on.</summary>
    PartFails,

    /// <summary>The shop asked that bulk reads rest; live traffic goes on.</summary>
    ShopRestsBulk,

    /// <summary>The shop's answers became slow; the export gives it room.</summary>
    ShopIsSlow,

    /// <summary>The shop prepares the next pages.</summary>
    ShopPrepares,

    /// <summary>The destination said how long to leave it alone.</summary>
    DestinationAsked,

    /// <summary>The destination cannot answer; it is tried again.</summary>
    DestinationFails,

    /// <summary>The day or night budget is used up.</summary>
    BudgetUsed,
}

/// <summary>What a store waits for, and until when (UTC).</summary>
public sealed record Waiting(WaitReason Reason, DateTimeOffset Until)
{
    /// <summary>Since when it waits for the same thing; null = not known.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A store's pace as far as it must outlive the process.</summary>
/// <param name="Waiting">What it waits for; null = nothing.</param>
/// <param name="Spent">What was read of its budget; null = nothing yet.</param>
public sealed record PaceState(Waiting? Waiting, BudgetSpent? Spent);

/// <summary>How fast stores go.</summary>
public interface IStorePaces
{
    /// <summary>The state last written.</summary>
    Task<PaceState> ReadAsync(StoreKey store, CancellationToken ct);

    /// <summary>Writes the state.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task WriteAsync(StoreLease lease, PaceState state, CancellationToken ct);

    /// <summary>What the account's stores wait for at this moment; those that wait for nothing are missing.</summary>
    Task<IReadOnlyDictionary<StoreKey, Waiting>> WaitingAsync(long accountId, CancellationToken ct);

    /// <summary>Since when (UTC) shops of the account have not answered; those that do, and stores that do not run, are missing. Holds between tries, and
    /// through a restart.</summary>
    Task<IReadOnlyDictionary<StoreKey, DateTimeOffset>> SilentSinceAsync(long accountId, CancellationToken ct);

    /// <summary>Since when (UTC) a part of stores' work goes on failing while the rest goes on; all others are missing. Holds between tries.</summary>
    Task<IReadOnlyDictionary<StoreKey, DateTimeOffset>> PartFailsSinceAsync(long accountId, CancellationToken ct);
}

/// <summary>How long a shop may be silent.</summary>
public static class ShopSilence
{
    /// <summary>Failures in a row after which a part of the work that fails alone is shown.</summary>
    public const int FailuresOfPart = 3;

    /// <summary>From then on every page says so: a single failed try is no news.</summary>
    public static readonly TimeSpan ShownAfter = TimeSpan.FromMinutes(1);

    /// <summary>From then on people are told.</summary>
    public static readonly TimeSpan ToldAfter = TimeSpan.FromMinutes(5);
}
