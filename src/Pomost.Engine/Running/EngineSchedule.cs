using Microsoft.Extensions.Hosting;
using Quartz;

namespace Pomost.Engine;

/// <summary>Puts slices and housekeeping into the schedule, starts it after the server, and stops it before the server.</summary>
/// <remarks>In that order because the built-in hub may be the destination: runs need the server of their own process to the end.</remarks>
sealed class EngineSchedule(ISchedulerFactory schedulers, EngineForm form, IEnumerable<IHousekeeping> housekeeping) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!form.WorksHere)
            return Task.CompletedTask;
        // Nodes that start together would make the tables of the schedule together.
        return form.Cluster is { } cluster ? cluster.WhileAloneAsync(() => BeginAsync(cancellationToken), cancellationToken) : BeginAsync(cancellationToken);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (form.WorksHere)
            await (await schedulers.GetScheduler(cancellationToken)).Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task BeginAsync(CancellationToken ct)
    {
        var scheduler = await schedulers.GetScheduler(ct);
        await scheduler.Start(ct);
        var wanted = Enumerable.Range(0, form.Slices)
            .Select(slice => (Job: JobOf<SliceJob>(SliceJob.KeyOf(slice)), Every: form.LookEvery, Delay: form.LookEvery * slice / form.Slices))
            .Concat(housekeeping.Select(work => (Job: JobOf<HousekeepingJob>(HousekeepingJob.KeyOf(work.Name)), Every: work.Interval, Delay: TimeSpan.Zero)))
            .ToDictionary(entry => new TriggerKey($"look-{entry.Job.Key.Name}", entry.Job.Key.Group));
        // Only what is new or changed: replacing takes the lock that every firing of the cluster needs.
        foreach (var known in await scheduler.GetTriggers([.. wanted.Keys], ct))
        {
            if (known is ISimpleTrigger simple && simple.RepeatInterval == wanted[known.Key].Every)
                wanted.Remove(known.Key);
        }

        foreach (var (key, (job, every, delay)) in wanted)
            await scheduler.ScheduleJob(job, TriggerOf(key, every, delay), ScheduleJobOptions.Replacing, ct);
    }

    static IJobDetail JobOf<T>(JobKey key)
        where T : IJob => JobBuilder.Create<T>().WithIdentity(key).StoreDurably().RequestRecovery().Build();

    static ITrigger TriggerOf(TriggerKey key, TimeSpan every, TimeSpan delay) => TriggerBuilder.Create()
        .WithIdentity(key)
        .StartAt(TimeProvider.System.GetUtcNow() + delay)
        .WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
        .Build();
}
