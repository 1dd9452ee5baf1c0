namespace Pomost.Rules;

/// <summary>How many records an export may read in ten minutes, for each hour of the shop's day.</summary>
/// <param name="PerTenMinutes">24 numbers, the first for the hour from midnight; 0 = the export rests in that hour.</param>
public sealed record HourlyBudget(IReadOnlyList<int> PerTenMinutes)
{
    /// <summary>Hours of a day.</summary>
    public const int Hours = 24;

    /// <summary>200 by day (06:00 to 22:00), 1000 by night: what the native integration keeps to.</summary>
    public static HourlyBudget Reference => DayAndNight(200, 1000, 6, 22);

    /// <summary>One number by day and one by night.</summary>
    /// <param name="day">From <paramref name="from"/> on.</param>
    /// <param name="night">From <paramref name="until"/> on.</param>
    /// <param name="from">First hour of the day, 0 to 23.</param>
    /// <param name="until">First hour of the night, later than <paramref name="from"/>.</param>
    public static HourlyBudget DayAndNight(int day, int night, int from, int until)
        => new([.. Enumerable.Range(0, Hours).Select(hour => hour >= from && hour < until ? day : night)]);

    /// <summary>True when there are 24 numbers, none negative and at least one above 0.</summary>
    public bool IsUsable => PerTenMinutes.Count == Hours && PerTenMinutes.All(count => count >= 0) && PerTenMinutes.Any(count => count > 0);
}

/// <summary>What was read of the budget.</summary>
/// <param name="Window">Beginning of the ten minutes, UTC.</param>
/// <param name="Records">Read in them, with what earlier ones read too much.</param>
public sealed record BudgetSpent(DateTimeOffset Window, long Records);

/// <summary>Whether an export may read on.</summary>
/// <param name="Left">What is left of these ten minutes; null = no limit.</param>
/// <param name="Until">When something is left again, UTC; null = it may read now.</param>
public sealed record ThrottleAnswer(long? Left, DateTimeOffset? Until);

/// <summary>The day and night budget of exports.</summary>
[Rule(
    "throttle-profile",
    "An export reads at most the store's budget of records in each ten minutes of the shop's clock: 200 by day from 06:00 to 22:00 and 1000 by night, or " +
    "24 numbers of the operator's choice; what one page reads too much is taken from the next ten minutes. Live traffic has no budget.",
    "FAQ, throttled export: day and night budget per store, slower by day; the numbers are derived")]
public static class ThrottleProfile
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // A clock set right by the network jumps back by seconds or minutes; a larger jump was a wrong clock, and waiting for it to pass would be a stall.
    static readonly TimeSpan LargestStepBack = TimeSpan.FromHours(1);
    static readonly TimeSpan LongestLook = TimeSpan.FromDays(2);

    /// <summary>Says whether an export may read now. Never throws.</summary>
    /// <param name="budget">The store's; null or unusable = no limit.</param>
    /// <param name="zone">Time zone of the shop.</param>
    /// <param name="now">The present.</param>
    /// <param name="spent">What <see cref="Spend"/> gave last; null = nothing yet.</param>
    public static ThrottleAnswer Ask(HourlyBudget? budget, TimeZoneInfo zone, DateTimeOffset now, BudgetSpent? spent)
    {
        if (budget is not { IsUsable: true })
            return new ThrottleAnswer(null, null);
        var current = Current(budget, zone, now, spent);
        var left = BudgetOf(budget, zone, current.Window) - current.Records;
        if (left > 0)
            return new ThrottleAnswer(left, null);
        var owed = -left;
        var next = current.Window + Window;
        for (; next - current.Window < LongestLook; next += Window)
        {
            var offered = BudgetOf(budget, zone, next);
            if (offered > owed)
                break;
            owed -= offered;
        }

        return new ThrottleAnswer(0, next);
    }

    /// <summary>What is spent after so many more records. Never throws.</summary>
    public static BudgetSpent Spend(HourlyBudget budget, TimeZoneInfo zone, DateTimeOffset now, BudgetSpent? spent, long records)
    {
        var current = Current(budget, zone, now, spent);
        return current with { Records = current.Records + records };
    }

    static BudgetSpent Current(HourlyBudget budget, TimeZoneInfo zone, DateTimeOffset now, BudgetSpent? spent)
    {
        var window = WindowOf(zone, now);
        if (spent is null)
            return new BudgetSpent(window, 0);
        if (spent.Window >= window)
            return spent.Window - window <= LargestStepBack ? spent : new BudgetSpent(window, 0);
        var owed = spent.Records - BudgetOf(budget, zone, spent.Window);
        for (var between = spent.Window + Window; between < window && owed > 0 && between - spent.Window < LongestLook; between += Window)
            owed -= BudgetOf(budget, zone, between);
        return new BudgetSpent(window, Math.Max(0, owed));
    }

    // Counted on the shop's clock, so that a window never lies in two hours, and as an instant, so that an hour that comes twice has its windows twice.
    static DateTimeOffset WindowOf(TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        return new DateTimeOffset(local.Ticks - (local.Ticks % Window.Ticks), local.Offset).ToUniversalTime();
    }

    static long BudgetOf(HourlyBudget budget, TimeZoneInfo zone, DateTimeOffset window) => budget.PerTenMinutes[TimeZoneInfo.ConvertTime(window, zone).Hour];
}
