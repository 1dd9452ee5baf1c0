namespace Pomost.Engine;

/// <summary>Waits between tries: doubling up to five minutes, with jitter, covering 24 hours before a delivery is given up.</summary>
public static class Backoff
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    /// <summary>How long deliveries are tried.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>The wait before the next try.</summary>
    /// <param name="attempts">Tries made so far, at least 1.</param>
    /// <param name="asked">The wait the other side asked for; it is the least, up to an hour: no side is left alone for longer on its word.</param>
    /// <param name="chance">Source of jitter.</param>
    public static TimeSpan After(int attempts, TimeSpan? asked, Random chance)
    {
        var ceiling = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Clamp(attempts - 1, 0, 20)));
        var jittered = ceiling * (0.5 + (chance.NextDouble() / 2));
        return asked is { } least && least > jittered ? (least < LongestAsked ? least : LongestAsked) : jittered;
    }
}
