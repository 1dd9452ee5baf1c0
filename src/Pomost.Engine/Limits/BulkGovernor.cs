namespace Pomost.Engine;

/// <summary>Gives the shop room when its own answers slow down: the share of time spent asking is halved while the moving average of its answers
/// is far above the best one seen, and grows back in small steps.</summary>
sealed class BulkGovernor
{
    const double Weight = 0.3;
    const double Slower = 2.5;
    const double Least = 0.05;
    const double Step = 0.1;
    const double LowBudget = 0.1;

    // The best is forgotten slowly: the later pages of a large shop may be slower for good.
    const double Forgetting = 1.01;

    static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    TimeSpan? _best;
    TimeSpan _average;

    /// <summary>Share of time spent asking, above 0 and at most 1.</summary>
    public double Share { get; private set; } = 1;

    /// <summary>Notes one answer of a bulk read; gives the pause before the next.</summary>
    /// <param name="answer">How long the shop took.</param>
    /// <param name="remaining">Share of the shop's own budget left, 0 to 1; null = not told.</param>
    public TimeSpan Observe(TimeSpan answer, double? remaining)
    {
        _average = _best is null ? answer : (_average * (1 - Weight)) + (answer * Weight);
        _best = _best is { } best && best * Forgetting < answer ? best * Forgetting : answer;
        var isTooMuch = (_average > _best * Slower && _average - _best > Unnoticed) || remaining < LowBudget;
        Share = isTooMuch ? Math.Max(Least, Share / 2) : Math.Min(1, Share + Step);
        if (Share >= 1)
            return TimeSpan.Zero;
        // An answer too quick to measure still makes room when the budget is nearly used.
        var pause = (answer > Unnoticed ? answer : Unnoticed) * ((1 / Share) - 1);
        return pause < LongestPause ? pause : LongestPause;
    }
}
