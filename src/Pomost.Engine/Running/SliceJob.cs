using Quartz;

namespace Pomost.Engine;

/// <summary>Wakes stores: the flag in the database says what is to be done, the scheduler says at once.</summary>
public interface IStoreWaker
{
    /// <summary>Sets the store's wake flag and starts its slice.</summary>
    Task WakeAsync(StoreKey store, CancellationToken ct);

    /// <summary>Starts the slice of a store whose flag was already set in the transaction that gave it work.</summary>
    Task NudgeAsync(StoreKey store, CancellationToken ct);
}

/// <summary>Works on the due and woken stores of one slice, several at a time, each under its own lease.</summary>
/// <remarks>The scheduler distributes slices, never single stores: the number of firings does not grow with the number of stores.</remarks>
[DisallowConcurrentExecution]
sealed class SliceJob(IStoreRuns runs, StoreRunner runner, EngineOptions options, TimeProvider clock) : IJob
{
    public const string SliceKey = "slice";

    public static JobKey KeyOf(int slice) => new($"slice-{slice}", "pomost");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var slice = context.MergedJobDataMap.GetInt(SliceKey);
        var until = clock.GetUtcNow() + options.SliceBudget;
        var active = new Dictionary<StoreKey, Task>();
        while (true)
        {
            foreach (var (store, _) in active.Where(pair => pair.Value.IsCompleted).ToList())
                active.Remove(store);
            if (clock.GetUtcNow() < until && !cancellationToken.IsCancellationRequested && active.Count < options.StoresPerSlice)
            {
                var due = await runs.DueAsync(slice, EngineOptions.Slices, options.StoresPerSlice * 2, cancellationToken);
                foreach (var next in due.Where(next => !active.ContainsKey(next.Store)).Take(options.StoresPerSlice - active.Count))
                    active[next.Store] = runner.RunAsync(next.Store, cancellationToken);
            }

            if (active.Count == 0)
                return;
            await Task.WhenAny([.. active.Values, Task.Delay(options.SecondLook, clock, CancellationToken.None)]);
        }
    }
}
