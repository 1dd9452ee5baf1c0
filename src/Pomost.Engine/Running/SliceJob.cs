using System.Globalization;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Pomost.Engine;

/// <summary>Works on the due and woken stores of one slice, several at a time, each under its own lease.</summary>
/// <remarks>
/// The scheduler distributes slices, never single stores: the number of firings does not grow with the number of stores.
/// Every run of the slice reads until the same moment, so that the slice ends soon after it and can move to another node. While the last runs
/// finish the page in hand, woken stores still begin, for a moment each: nobody waits behind another's export.
/// </remarks>
[DisallowConcurrentExecution]
sealed class SliceJob(
    IStoreRuns runs, StoreRunner runner, SliceDesk desk, SliceWaker waker, EngineOptions options, EngineForm form, TimeProvider clock, ILogger<SliceJob> log) : IJob
{
    public const string Group = "pomost";
    const string Prefix = "slice-";

    public static JobKey KeyOf(int slice) => new($"{Prefix}{slice}", Group);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var slice = int.Parse(context.JobDetail.Key.Name.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);
        if (slice >= form.Slices)
            return;
        var isUnfinished = await WorkAsync(slice, cancellationToken);
        // Said by throwing, so that the cluster gives an interrupted slice to another node at once.
        cancellationToken.ThrowIfCancellationRequested();
        if (isUnfinished)
            await waker.StartAsync(slice);
    }

    /// <summary>Works until nothing is due or the time is over. True when something is due then.</summary>
    async Task<bool> WorkAsync(int slice, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + options.SliceBudget;
        var door = desk.Open(slice);
        var active = new Dictionary<StoreKey, StartedRun>();
        // Frozen for a while, this process may have been taken for dead: then the slice belongs to another node, and is left to it.
        var isOurs = true;
        try
        {
            while (true)
            {
                foreach (var (store, run) in active.Where(pair => pair.Value.Task.IsCompleted).ToList())
                {
                    isOurs &= await run.Task;
                    active.Remove(store);
                }

                var late = clock.GetUtcNow() >= until;
                var mayStart = isOurs && !ct.IsCancellationRequested && (!late || active.Values.Any(run => !run.Late));
                if (mayStart && active.Count < options.StoresPerSlice)
                    await StartDueAsync(slice, door, active, until, late, ct);
                if (active.Count > 0)
                {
                    var pause = Task.Delay(options.SecondLook, clock, CancellationToken.None);
                    var knocked = mayStart && active.Count < options.StoresPerSlice ? door.Knocked : pause;
                    await Task.WhenAny([.. active.Values.Select(run => run.Task), knocked, pause]);
                }
                else if (!mayStart)
                    break;
                else if (door.TryClose())
                    return false;
            }
        }
        finally
        {
            door.Close();
            await Task.WhenAll(active.Values.Select(run => run.Task));
        }

        return isOurs && !ct.IsCancellationRequested && (await runs.DueAsync(slice, form.Slices, 1, ct)).Count > 0;
    }

    async Task StartDueAsync(
        int slice, SliceDoor door, Dictionary<StoreKey, StartedRun> active, DateTimeOffset until, bool late, CancellationToken ct)
    {
        door.Answer();
        // Stores that run stay due until they end, hence more than are wanted.
        var due = await runs.DueAsync(slice, form.Slices, options.StoresPerSlice * 2, ct);
        foreach (var next in due.Where(next => !active.ContainsKey(next.Store)).Take(options.StoresPerSlice - active.Count).ToList())
        {
            var soonest = clock.GetUtcNow() + options.LateRunBudget;
            active[next.Store] = new StartedRun(RunAsync(next.Store, until > soonest ? until : soonest, ct), late);
        }
    }

    /// <summary>False when somebody else is at work on the store.</summary>
    async Task<bool> RunAsync(StoreKey store, DateTimeOffset readUntil, CancellationToken ct)
    {
        try
        {
            return await runner.RunAsync(store, readUntil, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The store stays due; who runs it next goes on.
        }
        catch (Exception e)
        {
            StoreRunLog.Unrecorded(log, store.StoreId, e);
            // Without its database a run cannot even say when it is due again; not to be tried in a tight loop.
            await Task.Delay(options.LateRunBudget, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    sealed record StartedRun(Task<bool> Task, bool Late);
}
