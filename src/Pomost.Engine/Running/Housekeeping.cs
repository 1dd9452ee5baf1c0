using Microsoft.Extensions.Logging;
using Quartz;

namespace Pomost.Engine;

/// <summary>
/// Work that the installation needs now and then, done by one process of it at a time: alerts, removal of old rows, outgoing calls.
/// Register an implementation with <c>services.AddSingleton&lt;IHousekeeping, …&gt;()</c>; nothing else is needed, alone and in a cluster.
/// </summary>
public interface IHousekeeping
{
    /// <summary>Unique and never changed: small letters and hyphens. The cluster's schedule knows the work by it.</summary>
    string Name { get; }

    /// <summary>From one start to the next; when the work takes longer, the next start waits for its end.</summary>
    TimeSpan Interval { get; }

    /// <summary>Does what is due. An exception is logged and the work tried again at the next interval; it may be cut at shutdown, and on the death of
    /// its process another begins it anew, so it must bear being done twice.</summary>
    Task RunAsync(CancellationToken ct);
}

/// <summary>Does one piece of housekeeping.</summary>
[DisallowConcurrentExecution]
sealed partial class HousekeepingJob(IEnumerable<IHousekeeping> all, ILogger<HousekeepingJob> log) : IJob
{
    const string Group = "housekeeping";

    public static JobKey KeyOf(string name) => new(name, Group);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        // During an update the schedule may know work that this older or newer program does not have.
        var work = all.FirstOrDefault(candidate => KeyOf(candidate.Name).Equals(context.JobDetail.Key));
        if (work is null)
            return;
        try
        {
            await work.RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(log, work.Name, e);
        }
    }

    static partial class Log
    {
        [LoggerMessage(50, LogLevel.Error, "Housekeeping {Name} failed and is tried again at its next interval")]
        public static partial void Failed(ILogger log, string name, Exception e);
    }
}
