namespace Pomost.Engine;

/// <summary>How waits between tries grow.</summary>
/// <param name="First">Ceiling of the first wait; it doubles with each try.</param>
/// <param name="Longest">Ceiling of all.</param>
/// <param name="LongestAsked">What another side asks for is believed up to here: none is left alone for longer on its word.</param>
/// <param name="Least">Share of the ceiling that a wait has at least.</param>
public sealed record BackoffPlan(TimeSpan First, TimeSpan Longest, TimeSpan LongestAsked, double Least);

/// <summary>The one policy of waits: doubling with jitter, covering 24 hours before something is given up. What a person has to mend waits without end.</summary>
public static class Backoff
{
    /// <summary>How long anything is tried.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>Calls of shops and destinations. Half of a wait is certain: the wait of a part has to be longer than that of its shop.</summary>
    public static readonly BackoffPlan Calls = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), Least: 0.5);

    /// <summary>Outgoing webhooks. A wait is pure chance ("full jitter"), so that messages put off together do not come back together.</summary>
    public static readonly BackoffPlan Webhooks = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(2), TimeSpan.FromHours(2), Least: 0);

    /// <summary>Mail.</summary>
    public static readonly BackoffPlan Mail = new(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1), TimeSpan.FromHours(1), Least: 0.5);

    /// <summary>The wait before the next call of a shop or a destination.</summary>
    public static TimeSpan After(int attempts, TimeSpan? asked, Random chance) => After(Calls, attempts, asked, chance);

    /// <summary>The wait before the next try.</summary>
    /// <param name="plan">How waits grow.</param>
    /// <param name="attempts">Tries made so far, at least 1.</param>
    /// <param name="asked">The wait the other side asked for; it is the least.</param>
    /// <param name="chance">Source of jitter.</param>
    public static TimeSpan After(BackoffPlan plan, int attempts, TimeSpan? asked, Random chance)
    {
        var ceiling = TimeSpan.FromTicks(Math.Min(plan.Longest.Ticks, plan.First.Ticks << Math.Clamp(attempts - 1, 0, 20)));
        var jittered = ceiling * (plan.Least + (chance.NextDouble() * (1 - plan.Least)));
        return asked is { } least && least > jittered ? (least < plan.LongestAsked ? least : plan.LongestAsked) : jittered;
    }

    /// <summary>True when something was tried long enough.</summary>
    public static bool IsSpent(DateTimeOffset since, DateTimeOffset now) => now - since >= GiveUpAfter;
}
