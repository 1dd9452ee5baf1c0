using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Pomost.Engine;

/// <summary>Puts the engine together. The host adds storage, a destination client, a platform catalogue and data protection.</summary>
public static class EngineRegistration
{
    /// <summary>Adds services that read and change things, without the engine's own loop: what the command line needs.</summary>
    public static IServiceCollection AddPomostServices(this IServiceCollection services, OutgoingOptions outgoing) => services
        .AddSingleton(TimeProvider.System)
#pragma warning disable RS0030 // The one place where chance enters; everybody else is given it.
        .AddSingleton(Random.Shared)
#pragma warning restore RS0030
        .AddSingleton(outgoing)
        .AddSingleton<OutgoingHttp>()
        .AddSingleton<Secrets>()
        .AddSingleton<Connections>()
        .AddSingleton<StoreSetup>()
        .AddSingleton<Exports>()
        .AddSingleton<SubscriberImport>()
        .AddSingleton<VanishedSubscribers>()
        .AddSingleton<Intake>()
        .AddSingleton<Callbacks>()
        .AddSingleton<Tombstones>()
        .AddSingleton<Erasure>()
        .AddOperation()
        .AddSingleton<IStoreWaker, FlagWaker>();

    /// <summary>Adds the engine of store runs in its single-process form: schedules in memory, everything durable in the database.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="choose">Gives the engine's settings; called once, after the server has started.</param>
    public static IServiceCollection AddPomostEngine(this IServiceCollection services, Func<IServiceProvider, EngineOptions> choose)
    {
        services.AddSingleton(choose).AddSingleton<EngineServices>().AddSingleton<StoreRunner>().AddTransient<SliceJob>()
            .AddSingleton<IStoreWaker, SliceWaker>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            quartz.UseInMemoryStore();
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = EngineOptions.Slices);
            for (var slice = 0; slice < EngineOptions.Slices; slice++)
            {
                var key = SliceJob.KeyOf(slice);
                var number = slice;
                quartz.AddJob<SliceJob>(job => job.WithIdentity(key).UsingJobData(SliceJob.SliceKey, number).StoreDurably());
                quartz.AddTrigger(trigger => trigger.ForJob(key).WithIdentity($"look-{number}", "pomost").StartNow()
                    .WithSimpleSchedule(schedule => schedule.WithInterval(EngineOptions.SliceInterval).RepeatForever()
                        .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)));
            }
        });
        return services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true);
    }

    /// <summary>Sets the flag; a running engine sees it at its next look.</summary>
    sealed class FlagWaker(IStoreRuns runs) : IStoreWaker
    {
        public Task WakeAsync(StoreKey store, CancellationToken ct) => runs.WakeAsync(store, ct);

        public Task NudgeAsync(StoreKey store, CancellationToken ct) => Task.CompletedTask;
    }

    /// <summary>Sets the flag and starts the slice at once.</summary>
    sealed class SliceWaker(IStoreRuns runs, ISchedulerFactory schedulers) : IStoreWaker
    {
        public async Task WakeAsync(StoreKey store, CancellationToken ct)
        {
            await runs.WakeAsync(store, ct);
            await NudgeAsync(store, ct);
        }

        public async Task NudgeAsync(StoreKey store, CancellationToken ct)
        {
            var scheduler = await schedulers.GetScheduler(ct);
            await scheduler.TriggerJob(SliceJob.KeyOf((int)(store.StoreId % EngineOptions.Slices)), ct);
        }
    }
}
