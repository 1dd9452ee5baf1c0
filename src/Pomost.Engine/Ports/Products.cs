using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A product of the mirror.</summary>
/// <param name="Product">What is wanted at the destination.</param>
/// <param name="WantedHash">Its hash (<see cref="ProductToSend.HashOf"/>).</param>
/// <param name="IsGone">True when the shop no longer has it.</param>
public sealed record ProductFacts(CatalogueProduct Product, string WantedHash, bool IsGone);

/// <summary>A product row to insert or replace; the key is (account, store, product id). It is owed when the destination has something else, or may have.</summary>
/// <param name="Product">What is wanted at the destination from now on.</param>
/// <param name="Hash">Its hash.</param>
public sealed record ProductWrite(CatalogueProduct Product, string Hash)
{
    /// <summary>True when the shop no longer has it.</summary>
    public bool IsGone { get; init; }

    /// <summary>True for a change in the shop, which goes before what reading everything found.</summary>
    public bool IsLive { get; init; }
}

/// <summary>A product owed to the destination.</summary>
/// <param name="Product">What to send.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="QueuedAt">Since when it is owed, UTC.</param>
public sealed record OwedProduct(CatalogueProduct Product, string Hash, int Attempts, DateTimeOffset QueuedAt);

/// <summary>What became of products that were sent, committed together.</summary>
public sealed record ProductSettlement
{
    /// <summary>Taken: the destination has them as they were sent. One that changed meanwhile stays owed.</summary>
    public IReadOnlyList<OwedProduct> Taken { get; init; } = [];

    /// <summary>Refused, or given up: told with the reason, and left alone until they change or the night comes.</summary>
    public IReadOnlyList<(OwedProduct Product, string Message)> Refused { get; init; } = [];

    /// <summary>To be tried again, with one attempt more, not before <see cref="NotBefore"/>.</summary>
    public IReadOnlyList<OwedProduct> PutOff { get; init; } = [];

    public DateTimeOffset? NotBefore { get; init; }

    public string? PutOffReason { get; init; }
}

/// <summary>Where a store's products stand at its destination.</summary>
/// <param name="DestinationId">Which destination this is about.</param>
/// <param name="CatalogueId">The destination's id of the catalogue; null = not known yet, or no longer there.</param>
/// <param name="Problem">What must be mended before products are sent, as <c>ConnectionProblem:setting</c>; null = nothing.</param>
/// <param name="ShopProblem">What must be mended before they are read, in the same form; null = nothing.</param>
public sealed record ProductRoute(long DestinationId, string? CatalogueId, string? Problem, string? ShopProblem);

/// <summary>A product that the destination refused.</summary>
public sealed record RefusedProduct(string ProductId, string Name, string Reason, DateTimeOffset At);

/// <summary>A store's products in numbers.</summary>
/// <param name="Known">Products that the shop has.</param>
/// <param name="Gone">Products that the shop had.</param>
/// <param name="Waiting">Owed to the destination.</param>
/// <param name="Refused">Refused or given up.</param>
/// <param name="LastSentAt">When the destination took some last, UTC; null = never.</param>
public sealed record ProductNumbers(long Known, long Gone, long Waiting, long Refused, DateTimeOffset? LastSentAt);

/// <summary>Products of the mirror, which are their own queue: a row is owed until the destination has what it says. They are written with <see cref="PageCommit.Products"/>.</summary>
public interface IProducts
{
    /// <summary>Products by id; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<string, ProductFacts>> FindAsync(StoreKey store, IReadOnlyCollection<string> productIds, CancellationToken ct);

    /// <summary>Products that the shop is said to have, and that were on no page since a moment; in the order of ids.</summary>
    Task<IReadOnlyList<ProductFacts>> UnseenAsync(StoreKey store, DateTimeOffset since, int max, CancellationToken ct);

    /// <summary>True when any product was on a page since a moment.</summary>
    Task<bool> AnySeenAsync(StoreKey store, DateTimeOffset since, CancellationToken ct);

    /// <summary>The products that may be sent now: changes in the shop before what reading everything found, longest owed first within each.</summary>
    Task<IReadOnlyList<OwedProduct>> NextAsync(StoreLease lease, int max, CancellationToken ct);

    /// <summary>Records that these are about to be sent: until they are settled nobody knows what the destination has, so that they stay owed whatever happens.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task MarkSentAsync(StoreLease lease, IReadOnlyList<OwedProduct> products, CancellationToken ct);

    /// <summary>Records what became of them. A refused one also gets a trace with what the destination said.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SettleAsync(StoreLease lease, ProductSettlement settlement, CancellationToken ct);

    /// <summary>Owes again what was refused, or everything: the destination has lost it, or is another one.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task OweAgainAsync(StoreLease lease, bool everything, CancellationToken ct);

    /// <summary>When the next product may be sent, UTC; null = none is owed.</summary>
    Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct);

    /// <summary>Where the store's products stand; null = nothing was done about them yet.</summary>
    Task<ProductRoute?> RouteAsync(StoreKey store, CancellationToken ct);

    /// <summary>Writes where they stand.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SaveRouteAsync(StoreLease lease, ProductRoute route, CancellationToken ct);

    /// <summary>The store's products in numbers. Counts rows: meant for a page, not for a loop.</summary>
    Task<ProductNumbers> CountAsync(StoreKey store, CancellationToken ct);

    /// <summary>Products that were refused, newest first.</summary>
    Task<IReadOnlyList<RefusedProduct>> RefusedAsync(StoreKey store, int max, CancellationToken ct);
}
