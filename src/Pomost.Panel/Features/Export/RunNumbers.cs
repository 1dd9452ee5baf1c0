using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>Where the time of a run goes.</summary>
public enum TimeShare
{
    /// <summary>Waiting for the shop's answers.</summary>
    Shop,

    /// <summary>Keeping within the limit of requests to the shop.</summary>
    Limit,

    /// <summary>Resting to spare the shop.</summary>
    Rest,

    /// <summary>Waiting for the destination's answers.</summary>
    Destination,

    /// <summary>Our own work.</summary>
    Own,
}

/// <summary>What the page of a run says, computed from its committed rows.</summary>
/// <param name="Run">The run.</param>
/// <param name="Now">The present, UTC.</param>
/// <param name="Pace">Records done in each ten seconds of the last quarter of an hour; times without any are missing.</param>
public sealed record RunNumbers(ExportRun Run, DateTimeOffset Now, IReadOnlyList<ExportPace> Pace)
{
    /// <summary>How far back the page looks.</summary>
    public static readonly TimeSpan PaceShown = TimeSpan.FromMinutes(15);

    static readonly TimeSpan RateOver = TimeSpan.FromSeconds(60);
    static readonly TimeSpan EtaAfter = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestPackage = TimeSpan.FromSeconds(30);
    const double EtaFromShare = 0.02;

    public bool IsContacts => Run.Kind == ExportKind.Contacts;

    public bool IsOrders => Run.Kind == ExportKind.Transactions;

    public bool IsDryRun => Run.Options.DryRun;

    public bool IsOpen => Run.State is ExportState.Scheduled or ExportState.Running;

    public bool IsFinished => Run.State is ExportState.Done or ExportState.DoneWithRejects;

    /// <summary>Can still be paused, resumed or cancelled.</summary>
    public bool IsUnfinished => IsOpen || Run.State is ExportState.Paused or ExportState.Failed;

    /// <summary>A pause was asked for, and the package in hand is still under way.</summary>
    public bool IsPausing => Run is { State: ExportState.Paused, IsInHand: true, StateAt: { } at } && Now - at < LongestPackage;

    /// <summary>A dry run too old to act upon: the shop has changed since.</summary>
    public bool IsExpired => IsDryRun && IsFinished && Now - (Run.FinishedAt ?? Now) > EngineOptions.KeepPreviews;

    /// <summary>Already at the destination, exactly so.</summary>
    public long AlreadyThere => Run.Skipped.GetValueOrDefault(ReasonCode.Unchanged);

    /// <summary>Left out by a rule; those already there are not among them.</summary>
    public long LeftOut => Run.SkippedTotal - AlreadyThere;

    /// <summary>Records that need no more work. A dry run is through with what it has read.</summary>
    public long Done => IsDryRun ? Run.Read : Run.Sent + Run.SkippedTotal + Run.Rejected;

    /// <summary>How many there will be: what was read once the shop is read to its end, before that its own count.</summary>
    public long? Total => Run.ReadToEnd ? Run.Read : Run.Total is { } total ? Math.Max(total, Run.Read) : null;

    /// <summary>From 0 to 1; null while the total is unknown.</summary>
    public double? Share => IsFinished ? 1
        : Total is > 0 and var total ? Math.Min(1, (double)Done / total) : Run.ReadToEnd ? 1 : null;

    public TimeSpan? Running => Run.StartedAt is { } started ? (Run.FinishedAt ?? Now) - started : null;

    /// <summary>Records a second: the mean of the last 60 s, of the whole run once it has ended; null while unknown.</summary>
    public double? PerSecond
    {
        get
        {
            if (!IsOpen)
                return Running is { TotalSeconds: > 0 } length ? Done / length.TotalSeconds : null;
            var since = Now - RateOver;
            if (Run.StartedAt is { } started && started > since)
                since = started;
            var counted = Pace.Where(slot => slot.At + ExportPace.Slot > since).ToList();
            if (counted.Count > 0 && counted[0].At < since)
                since = counted[0].At;
            return Now > since ? counted.Sum(slot => slot.Done) / (Now - since).TotalSeconds : null;
        }
    }

    /// <summary>Time left; null until 30 s or 2 % make it worth saying.</summary>
    public TimeSpan? Left => IsOpen && Total is { } total && PerSecond is > 0 and var rate && (Running >= EtaAfter || Share >= EtaFromShare)
        ? TimeSpan.FromSeconds(Math.Ceiling((total - Done) / rate)) : null;

    /// <summary>Packages that there will be, about; null while it cannot be told.</summary>
    public long? PackagesInAll => Run is { Packages: > 0, Sent: > 0 } && Total is { } total && Done > 0
        ? Math.Max(Run.Packages, (long)Math.Ceiling(Run.Packages / ((double)Done / total))) : null;

    /// <summary>Whole per cents of the measured time, together 100; empty before anything was measured. What never happened is left out, but for the shop,
    /// the destination and our own work.</summary>
    public IReadOnlyList<(TimeShare Of, int Percent)> Time
    {
        get
        {
            (TimeShare Of, long Milliseconds)[] parts =
            [
                (TimeShare.Shop, Run.ShopMilliseconds), (TimeShare.Limit, Run.LimitMilliseconds), (TimeShare.Rest, Run.RestMilliseconds),
                (TimeShare.Destination, Run.DestinationMilliseconds), (TimeShare.Own, Run.OwnMilliseconds),
            ];
            var measured = parts.Where(part => part.Milliseconds > 0 || part.Of is TimeShare.Shop or TimeShare.Own || (part.Of == TimeShare.Destination && !IsDryRun)).ToList();
            var percents = WholePercents([.. measured.Select(part => part.Milliseconds)]);
            return percents.Count == 0 ? [] : [.. measured.Zip(percents, (part, percent) => (part.Of, percent))];
        }
    }

    /// <summary>What holds the run back for more than half of its time; null = nothing does, or nothing was measured.</summary>
    public (TimeShare Of, int Percent)? Bottleneck
        => Time.Where(part => part.Of != TimeShare.Own && part.Percent > 50).Select(part => ((TimeShare, int)?)part).FirstOrDefault();

    /// <summary>Records a second at even steps of the time shown, oldest first; empty before the first.</summary>
    public IReadOnlyList<double> Rates
    {
        get
        {
            if (Pace.Count == 0)
                return [];
            // The slot under way is not full yet and would look like a fall.
            var end = IsOpen ? Now - ExportPace.Slot : Pace[^1].At;
            var done = Pace.ToDictionary(slot => slot.At, slot => slot.Done);
            var rates = new List<double>();
            for (var at = Pace[0].At; at <= end; at += ExportPace.Slot)
                rates.Add(done.GetValueOrDefault(at) / ExportPace.Slot.TotalSeconds);
            return rates;
        }
    }

    /// <summary>Shares as whole per cents that sum to 100: the largest remainders are rounded up.</summary>
    public static IReadOnlyList<int> WholePercents(IReadOnlyList<long> parts)
    {
        var all = parts.Sum();
        if (all <= 0)
            return [];
        var whole = parts.Select(part => (int)(part * 100 / all)).ToArray();
        foreach (var index in Enumerable.Range(0, parts.Count).OrderByDescending(index => parts[index] * 100 % all).Take(100 - whole.Sum()).ToList())
            whole[index]++;
        return whole;
    }
}
