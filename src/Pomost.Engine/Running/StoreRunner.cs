using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Pomost.Engine;

/// <summary>Everything due for one store, under one lease: announced changes, polls, exports, deliveries.</summary>
public sealed class StoreRunner(EngineServices engine)
{
    readonly ILogger _log = engine.Logs.CreateLogger<StoreRunner>();
    readonly ConcurrentDictionary<StoreKey, StorePace> _paces = new();

    /// <summary>Runs one store once. Never throws but for cancellation; what went wrong stands on the store and its runs.</summary>
    public async Task RunAsync(StoreKey key, CancellationToken ct)
    {
        if (await engine.Runs.BeginAsync(key, ct) is not { } lease)
            return;
        try
        {
            await RunAsync(lease, ct);
        }
        catch (StaleLeaseException)
        {
            StoreRunLog.Stale(_log, key.StoreId, lease.Epoch);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            StoreRunLog.Failed(_log, key.StoreId, e);
            await engine.Runs.EndAsync(lease, engine.Clock.GetUtcNow() + TimeSpan.FromSeconds(30), CancellationToken.None);
        }
    }

    async Task RunAsync(StoreLease lease, CancellationToken ct)
    {
        var store = await engine.Stores.FindAsync(lease.Store, ct);
        var target = await engine.Stores.FindDestinationAsync(lease.Store.AccountId, lease.DestinationId, ct);
        if (store is null || target is null)
            return;

        await engine.Exports.DropCancelledAsync(lease, ct);
        var pace = _paces.GetOrAdd(lease.Store, _ => new StorePace());
        var destination = engine.Connections.DestinationOf(target);
        pace.Begin(engine.Connections.NotBeforeOf(lease), pace.IsKnown ? null : await engine.Paces.ReadAsync(lease.Store, ct));
        await new ErasureStep(engine, _log, lease, destination, ct).EraseAsync();
        using var step = new StoreStep(engine, _log, lease, store, pace, destination, ct);
        var pump = new DeliveryPump(engine, pace, engine.Logs.CreateLogger<DeliveryPump>())
            .RunAsync(lease, destination, step.WaitForMoreAsync, () => step.IsDone, ct);
        try
        {
            await step.ReadAsync(() => pump.IsCompleted);
        }
        finally
        {
            step.Finish();
            await ((Task)pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var end = await pump;
        await step.FinishExportsAsync();
        if (end.Problem is { } problem)
            await step.StandStillAsync(problem);
        var due = await step.DueAtAsync(end);
        await step.SavePaceAsync();
        await engine.Runs.EndAsync(lease, due, CancellationToken.None);
    }
}
