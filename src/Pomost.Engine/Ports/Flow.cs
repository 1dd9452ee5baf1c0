using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A period to look back over.</summary>
/// <param name="Length">How long.</param>
/// <param name="SlotMinutes">Minutes of one slot: 5 within the last two days, else 60.</param>
public sealed record FlowPeriod(TimeSpan Length, int SlotMinutes)
{
    public static FlowPeriod Hour { get; } = new(TimeSpan.FromHours(1), 5);

    public static FlowPeriod Day { get; } = new(TimeSpan.FromHours(24), 5);

    public static FlowPeriod Week { get; } = new(TimeSpan.FromDays(7), 60);

    public static FlowPeriod Month { get; } = new(TimeSpan.FromDays(30), 60);
}

/// <summary>What destinations took in one slot.</summary>
/// <param name="From">Beginning, UTC.</param>
/// <param name="Delivered">Records taken.</param>
/// <param name="Retried">Those of them that were tried more than once.</param>
/// <param name="Refused">Records given up.</param>
public sealed record FlowSlot(DateTimeOffset From, long Delivered, long Retried, long Refused);

/// <summary>What flowed from one store.</summary>
/// <param name="Store">Which.</param>
/// <param name="Delivered">Records taken.</param>
/// <param name="LagP95">Nineteen of twenty live records were taken within it after the shop's word came; null = no live record.</param>
/// <param name="Line">Records by the twenty-fourth of the period (of the hour: by the twelfth), oldest first.</param>
public sealed record StoreFlow(StoreKey Store, long Delivered, TimeSpan? LagP95, IReadOnlyList<long> Line);

/// <summary>What flowed in a period.</summary>
/// <param name="From">Beginning of the first slot, UTC.</param>
/// <param name="Slots">Slots in which anything happened, oldest first.</param>
/// <param name="LagP95">Nineteen of twenty live records were taken within it; null = no live record.</param>
/// <param name="Stores">By store; those without any are missing.</param>
public sealed record FlowNumbers(DateTimeOffset From, IReadOnlyList<FlowSlot> Slots, TimeSpan? LagP95, IReadOnlyList<StoreFlow> Stores)
{
    /// <summary>The longest lag that is told apart; a longer one is <see cref="TimeSpan.MaxValue"/>.</summary>
    public static TimeSpan LongestLag { get; } = TimeSpan.FromHours(6);

    public long Delivered => Slots.Sum(slot => slot.Delivered);

    public long Retried => Slots.Sum(slot => slot.Retried);
}

/// <summary>Statements made in a period on one channel.</summary>
public sealed record ConsentFlow(ConsentChannel Channel, long Granted, long Withdrawn);

/// <summary>What flows, for the dashboard: of some stores, or of all where none are named.</summary>
public interface IFlow
{
    /// <summary>What destinations took.</summary>
    Task<FlowNumbers> NumbersAsync(long accountId, IReadOnlyList<long>? stores, FlowPeriod period, CancellationToken ct);

    /// <summary>Statements that bear a date since then; what an import brought without one says nothing about when.</summary>
    Task<IReadOnlyList<ConsentFlow>> ConsentsAsync(long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct);

    /// <summary>Carts told as abandoned since then, won back ones among them.</summary>
    Task<long> AbandonedCartsAsync(long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct);

    /// <summary>Changes whenever something was decided, delivered, refused or replayed. Cheap enough to be asked each second.</summary>
    Task<string> StampAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct);
}
