using System.Collections.Concurrent;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>What the page of a run says, computed from its committed rows.</summary>
/// <param name="Run">The run.</param>
/// <param name="Now">The present, UTC.</param>
/// <param name="PerSecond">Records a second of the last minute; null while unknown.</param>
public sealed record RunNumbers(ExportRun Run, DateTimeOffset Now, double? PerSecond)
{
    static readonly TimeSpan EtaAfter = TimeSpan.FromSeconds(30);
    const double EtaFromShare = 0.02;

    public bool IsContacts => Run.Kind == ExportKind.Contacts;

    public bool IsDryRun => Run.Options.DryRun;

    public bool IsOpen => Run.State is ExportState.Scheduled or ExportState.Running;

    /// <summary>Can still be paused, resumed or cancelled.</summary>
    public bool IsUnfinished => IsOpen || Run.State is ExportState.Paused or ExportState.Failed;

    /// <summary>Already at the destination, exactly so.</summary>
    public long AlreadyThere => Run.Skipped.GetValueOrDefault(ReasonCode.Unchanged);

    /// <summary>Left out by a rule; those already there are not among them.</summary>
    public long LeftOut => Run.SkippedTotal - AlreadyThere;

    /// <summary>Records that need no more work. A dry run is through with what it has read.</summary>
    public long Done => IsDryRun ? Run.Read : Run.Sent + Run.SkippedTotal + Run.Rejected;

    /// <summary>How many there will be: what was read once the shop is read to its end, before that its own count.</summary>
    public long? Total => Run.ReadToEnd ? Run.Read : Run.Total is { } total ? Math.Max(total, Run.Read) : null;

    /// <summary>From 0 to 1; null while the total is unknown.</summary>
    public double? Share => Run.State is ExportState.Done or ExportState.DoneWithRejects ? 1
        : Total is > 0 and var total ? Math.Min(1, (double)Done / total) : Run.ReadToEnd ? 1 : null;

    public TimeSpan? Running => Run.StartedAt is { } started ? (Run.FinishedAt ?? Now) - started : null;

    /// <summary>Time left; null until 30 s or 2 % make it worth saying.</summary>
    public TimeSpan? Left => IsOpen && Total is { } total && PerSecond is > 0 and var rate && (Running >= EtaAfter || Share >= EtaFromShare)
        ? TimeSpan.FromSeconds(Math.Ceiling((total - Done) / rate)) : null;

    /// <summary>Shares of the time spent waiting for the shop, for the destination, and working; null before anything was measured.</summary>
    public (double Shop, double Destination, double Own)? Time
    {
        get
        {
            double all = Run.ShopMilliseconds + Run.DestinationMilliseconds + Run.OwnMilliseconds;
            return all <= 0 ? null : (Run.ShopMilliseconds / all, Run.DestinationMilliseconds / all, Run.OwnMilliseconds / all);
        }
    }
}

/// <summary>Remembers the last minute of runs that are being watched, for an honest rate.</summary>
public sealed class RunPace(TimeProvider clock)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    readonly ConcurrentDictionary<long, Queue<(DateTimeOffset At, long Done)>> samples = new();

    public RunNumbers Look(ExportRun run)
    {
        var now = clock.GetUtcNow();
        var numbers = new RunNumbers(run, now, null);
        if (!numbers.IsOpen)
        {
            samples.TryRemove(run.Id, out _);
            return numbers with { PerSecond = Rate(numbers.Done, numbers.Running) };
        }

        var queue = samples.GetOrAdd(run.Id, _ => new Queue<(DateTimeOffset, long)>());
        lock (queue)
        {
            while (queue.Count > 0 && now - queue.Peek().At > Window)
                queue.Dequeue();
            queue.Enqueue((now, numbers.Done));
            var (since, doneThen) = queue.Peek();
            // Until some seconds were watched, the mean of the whole run.
            var rate = now - since > TimeSpan.FromSeconds(5) ? Rate(numbers.Done - doneThen, now - since) : Rate(numbers.Done, numbers.Running);
            return numbers with { PerSecond = rate };
        }
    }

    static double? Rate(long done, TimeSpan? length) => length is { TotalSeconds: > 0 } time ? done / time.TotalSeconds : null;
}
