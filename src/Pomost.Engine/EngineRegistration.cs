using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Pomost.Engine;

/// <summary>Puts the engine together. The host adds storage, a destination client, a platform catalogue and data protection.</summary>
public static class EngineRegistration
{
    /// <summary>PostgreSQL's code for a lock that was not had within <c>lock_timeout</c>.</summary>
    const string LockTakesTooLong = "55P03";

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
        .AddSingleton<ShopRecognition>()
        .AddSingleton<ConsentFields>()
        .AddSingleton<DestinationSetup>()
        .AddSingleton<ModuleSwitches>()
        .AddSingleton<ShopModules>()
        .AddSingleton<ShopSecrets>()
        .AddSingleton<StoreLooks>()
        .AddSingleton<Exports>()
        .AddSingleton<AccountSending>()
        .AddSingleton<SubscriberImport>()
        .AddSingleton<VanishedSubscribers>()
        .AddSingleton<TagPreviews>()
        .AddSingleton<Intake>()
        .AddSingleton<Callbacks>()
        .AddSingleton<CallbackTrial>()
        .AddSingleton<Tombstones>()
        .AddSingleton<Erasure>()
        .AddSingleton<PersonAccess>()
        .AddSingleton<ApiKeyRing>()
        .AddSingleton<ConsentProofs>()
        .AddSingleton<DestinationCards>()
        .AddSingleton<ResendPreviews>()
        .AddSingleton<ContactEditing>()
        .AddSingleton<HeldPeople>()
        .AddOperation()
        .AddSingleton<IStoreWaker, FlagWaker>();

    /// <summary>Adds the engine of store runs. Everything durable is in the database; the schedule is in memory, or in the cluster's database.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="form">Alone, or a node of a cluster.</param>
    /// <param name="choose">Gives the engine's settings; called once.</param>
    public static IServiceCollection AddPomostEngine(this IServiceCollection services, EngineForm form, Func<IServiceProvider, EngineOptions> choose)
    {
        services.AddSingleton(form).AddSingleton(choose).AddSingleton<EngineServices>().AddSingleton<StoreRunner>()
            .AddTransient<SliceJob>().AddTransient<HousekeepingJob>()
            .AddSingleton<SliceDesk>().AddSingleton<SliceWaker>().AddSingleton<IStoreWaker>(provider => provider.GetRequiredService<SliceWaker>());
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "pomost";
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = form.SlicesAtOnce);
            if (form.Cluster is { } cluster)
                KeepInCluster(quartz, cluster);
            else
                quartz.UseInMemoryStore();
        });
        // Started and stopped by the schedule below, which knows the order; the hosted service takes care of a start that fails.
        services.AddQuartzHostedService(host => (host.WaitForJobsToComplete, host.AutoStart) = (true, false));
        services.AddSingleton<NodeBeat>().AddHostedService(provider => provider.GetRequiredService<NodeBeat>());
        return services.AddHostedService<EngineSchedule>();
    }

    static void KeepInCluster(IQuartzBuilder quartz, ClusterStore cluster)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceId = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
            scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
            scheduler.MaxBatchSize = 0;
        });
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(options =>
            {
                options.StoreJobDataAsStrings = true;
                options.RecoverFiringsCancelledByShutdown = true;
                options.IsTransient = error => (error as DbException ?? error.InnerException as DbException)?.SqlState == LockTakesTooLong;
                // After an outage of the database; the default is 15 seconds.
                options.DbRetryInterval = TimeSpan.FromSeconds(1);
                // A slice whose end cannot be recorded stays taken for as long as its node lives: better to try, once a second, through any restart.
                options.MaxTransientRetries = 600;
            });
            store.UsePostgres(cluster.Driver, cluster.ConnectionString);
            store.UseClustering(clustering =>
            {
                clustering.CheckinInterval = cluster.CheckIn;
                clustering.CheckinMisfireThreshold = cluster.DeadAfter;
            });
            store.ProvisionSchema();
            store.UseSystemTextJsonSerializer();
        });
    }

    /// <summary>Sets the flag; a running engine sees it at its next look.</summary>
    sealed class FlagWaker(IStoreRuns runs) : IStoreWaker
    {
        public Task WakeAsync(StoreKey store, CancellationToken ct) => runs.WakeAsync(store, ct);

        public Task NudgeAsync(StoreKey store, CancellationToken ct) => Task.CompletedTask;
    }
}
