using Microsoft.Extensions.Logging;
using Quartz;

namespace Pomost.Engine;

/// <summary>Wakes stores: the flag in the database says what is to be done, the scheduler says at once.</summary>
public interface IStoreWaker
{
    /// <summary>Sets the store's wake flag and starts its slice.</summary>
    Task WakeAsync(StoreKey store, CancellationToken ct);

    /// <summary>Starts the slice of a store whose flag was already set in the transaction that gave it work. Never fails: the flag is found at the next look.</summary>
    Task NudgeAsync(StoreKey store, CancellationToken ct);
}

/// <summary>Starts slices on whichever node has time for them.</summary>
/// <remarks>At most one wake of a slice waits in the schedule, however many stores are woken: who comes later replaces it.</remarks>
sealed partial class SliceWaker(IStoreRuns runs, ISchedulerFactory schedulers, SliceDesk desk, EngineForm form, ILogger<SliceWaker> log) : IStoreWaker
{
    const int Idle = 0;
    const int Asking = 1;
    const int AskAgain = 2;
    const int BeforeLooks = 6;

    readonly int[] _states = new int[form.Slices];

    public async Task WakeAsync(StoreKey store, CancellationToken ct)
    {
        await runs.WakeAsync(store, ct);
        await StartAsync(form.SliceOf(store));
    }

    public Task NudgeAsync(StoreKey store, CancellationToken ct)
    {
        // Who brings a webhook does not wait for the scheduler.
        _ = StartAsync(form.SliceOf(store));
        return Task.CompletedTask;
    }

    /// <summary>Starts a slice. Returns after the schedule has it, or at once when somebody is asking the schedule already.</summary>
    public async Task StartAsync(int slice)
    {
        if (desk.Call(slice) || Interlocked.Exchange(ref _states[slice], AskAgain) != Idle)
            return;
        do
        {
            Volatile.Write(ref _states[slice], Asking);
            await AskAsync(slice);
        }
        while (Interlocked.CompareExchange(ref _states[slice], Idle, Asking) != Asking);
    }

    async Task AskAsync(int slice)
    {
        try
        {
            var scheduler = await schedulers.GetScheduler();
            await scheduler.ScheduleJob(
                TriggerBuilder.Create().WithIdentity($"wake-{slice}", SliceJob.Group).ForJob(SliceJob.KeyOf(slice)).WithPriority(BeforeLooks).StartNow().Build(),
                ScheduleJobOptions.Replacing);
        }
        catch (Exception e)
        {
            Log.NotAsked(log, slice, e);
        }
    }

    static partial class Log
    {
        [LoggerMessage(40, LogLevel.Debug, "Slice {Slice} could not be started at once; its next look finds what is to be done")]
        public static partial void NotAsked(ILogger log, int slice, Exception e);
    }
}
