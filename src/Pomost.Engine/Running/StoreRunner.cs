using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Everything due for one store, under one lease: announced changes, polls, exports, deliveries.</summary>
public sealed class StoreRunner(EngineServices engine)
{
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PauseAfterDatabaseFailure = TimeSpan.FromSeconds(3);

    readonly string _process = Guid.NewGuid().ToString("N");
    readonly ILogger _log = engine.Logs.CreateLogger<StoreRunner>();
    readonly ConcurrentDictionary<StoreKey, StorePace> _paces = new();

    /// <summary>Runs one store once, reading for as long as a single run may.</summary>
    public Task RunAsync(StoreKey key, CancellationToken ct) => RunAsync(key, engine.Clock.GetUtcNow() + engine.Options.RunBudget, ct);

    /// <summary>Runs one store once. What went wrong stands on the store and its runs; throws only when cancelled or when the database fails.</summary>
    /// <param name="key">The store.</param>
    /// <param name="readUntil">No page is asked for after it.</param>
    /// <param name="ct">Cuts the run; the store stays due.</param>
    /// <returns>False when another run of the store began meanwhile: somebody else is at work here.</returns>
    public async Task<bool> RunAsync(StoreKey key, DateTimeOffset readUntil, CancellationToken ct)
    {
        if (await engine.Runs.BeginAsync(key, ct) is not { } lease)
            return true;
        var began = engine.Clock.GetTimestamp();
        try
        {
            await RunAsync(lease, readUntil, ct);
            EngineMeters.Runs.Record(engine.Clock.GetElapsedTime(began).TotalSeconds);
        }
        catch (StaleLeaseException)
        {
            StoreRunLog.Stale(_log, key.StoreId, lease.Epoch);
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database's absence is not the store's fault, and is mostly short.
            var pause = e is DbException ? PauseAfterDatabaseFailure : PauseAfterFailure;
            StoreRunLog.Failed(_log, key.StoreId, pause.TotalSeconds, e);
            await engine.Runs.EndAsync(lease, engine.Clock.GetUtcNow() + pause, CancellationToken.None);
        }

        return true;
    }

    async Task RunAsync(StoreLease lease, DateTimeOffset readUntil, CancellationToken ct)
    {
        var store = await engine.Stores.FindAsync(lease.Store, ct);
        var target = await engine.Stores.FindDestinationAsync(lease.Store.AccountId, lease.DestinationId, ct);
        if (store is null || target is null)
            return;

        if (!engine.Connections.IsConnected(target))
        {
            var missing = Connections.Disconnected();
            StoreRunLog.NeedsOperator(_log, lease.Store.StoreId, missing.Problem, missing.SettingKey, missing.Message);
            await engine.Stores.SetStateAsync(lease.Store, StoreState.NeedsOperator, $"{missing.Problem}:{missing.SettingKey}", CancellationToken.None);
            return;
        }

        if (!ShopZone.TryFind(store.Options.TimeZone, out _))
        {
            StoreRunLog.NeedsOperator(
                _log, lease.Store.StoreId, ConnectionProblem.InvalidSetting, StoreZone.SettingKey, $"There is no time zone \"{store.Options.TimeZone}\".");
            await engine.Stores.SetStateAsync(
                lease.Store, StoreState.NeedsOperator, $"{ConnectionProblem.InvalidSetting}:{StoreZone.SettingKey}", CancellationToken.None);
            return;
        }

        await engine.Exports.DropCancelledAsync(lease, ct);
        var pace = _paces.GetOrAdd(lease.Store, _ => new StorePace());
        var destination = engine.Connections.DestinationOf(target);
        pace.Begin(engine.Connections.NotBeforeOf(lease), pace.Follows(lease) ? null : await engine.Paces.ReadAsync(lease.Store, ct));
        await new ErasureStep(engine, _log, lease, destination, ct).EraseAsync();
        using var products = new ProductDelivery(engine, _log, lease, store, target, pace);
        await products.OpenAsync(destination, ct);
        using var run = new StoreRun(engine, _log, lease, store, pace, readUntil, ct);
        Task<PumpEnd>? pump = null;
        var work = new StoreWork(run, target, destination, products, _process, () => pump is { IsCompleted: true });
        pump = new DeliveryPump(engine, pace, engine.Logs.CreateLogger<DeliveryPump>())
            .RunAsync(lease, destination, products.SendNextAsync, run.WaitForMoreAsync, () => run.IsDone, ct);
        try
        {
            await work.DoAsync();
        }
        finally
        {
            run.Finish();
            await ((Task)pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var end = await pump;
        await work.FinishExportsAsync();
        if (end.Problem is { } problem)
            await work.StandStillForDestinationAsync(problem);
        var due = await work.DueAtAsync(end);
        await work.SavePaceAsync();
        await engine.Runs.EndAsync(lease, due, CancellationToken.None);
    }
}
