using System.Diagnostics.Metrics;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>Figures that are looked up in the database rather than counted, as they were at the last look.</summary>
sealed class StateMeters : IDisposable
{
    const string Queue = "pomost.queue.";
    const string Lag = "pomost.lag";

    readonly IAccounts _accounts;
    readonly IDeadLetters _letters;
    readonly ISystemState _system;
    readonly TimeProvider _clock;
    readonly Meter _meter = new(EngineMeters.Name);
    Seen? _seen;

    public StateMeters(IAccounts accounts, IDeadLetters letters, ISystemState system, HostFacts host, TimeProvider clock)
    {
        (_accounts, _letters, _system, _clock) = (accounts, letters, system, clock);
        OfStores(Queue + "waiting", null, "Deliveries not yet sent", (queue, _) => queue.Waiting);
        OfStores(Queue + "in_doubt", null, "Events sent without an answer", (queue, _) => queue.InDoubt);
        OfStores(Queue + "to_shop", null, "Changes owed to the shop", (queue, _) => queue.ToShop);
        OfStores(Queue + "dead", null, "Records given up", (queue, _) => queue.Dead);
        OfStores(Lag, "s", "Age of the oldest live change that waits", AgeOf);
        OfAll("pomost.database", "By", "Size of the database", seen => seen.DatabaseBytes);
        OfAll("pomost.nodes", null, "Processes at work", seen => seen.Nodes);
        var version = new KeyValuePair<string, object?>("version", host.Version);
        _meter.CreateObservableGauge("pomost.build.info", () => new Measurement<int>(1, version), description: "The program");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>True for an instrument that gives a figure for each store.</summary>
    public static bool IsByStore(Instrument instrument)
        => instrument.Name.StartsWith(Queue, StringComparison.Ordinal) || instrument.Name == Lag;

    /// <summary>Looks the figures up.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var queues = new List<QueueNumbers>();
        foreach (var account in await _accounts.ListAsync(ct))
            queues.AddRange(await _letters.QueuesAsync(account.Id, ct));
        var now = _clock.GetUtcNow();
        var nodes = (await _system.NodesAsync(ct)).Count(node => now - node.SeenAt <= NodeBeat.Silence);
        Volatile.Write(ref _seen, new Seen(queues, now, (await _system.DatabaseAsync(ct)).Bytes, nodes));
    }

    void OfStores(string name, string? unit, string description, Func<QueueNumbers, DateTimeOffset, double> value)
    {
        IEnumerable<Measurement<double>> Observe()
            => Volatile.Read(ref _seen) is { } seen ? seen.Queues.Select(queue => Of(queue.Store, value(queue, seen.At))) : [];
        _meter.CreateObservableGauge(name, Observe, unit, description);
    }

    void OfAll(string name, string? unit, string description, Func<Seen, long> value)
    {
        IEnumerable<Measurement<long>> Observe() => Volatile.Read(ref _seen) is { } seen ? [new Measurement<long>(value(seen))] : [];
        _meter.CreateObservableGauge(name, Observe, unit, description);
    }

    static double AgeOf(QueueNumbers queue, DateTimeOffset now)
        => queue.OldestAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0;

    static Measurement<double> Of(StoreKey store, double value)
        => new(value, KeyValuePair.Create("account", (object?)store.AccountId), KeyValuePair.Create("store", (object?)store.StoreId));

    sealed record Seen(IReadOnlyList<QueueNumbers> Queues, DateTimeOffset At, long DatabaseBytes, int Nodes);
}

/// <summary>Looks now and then, for a collector that is handed the figures and does not ask.</summary>
sealed partial class StateWatch(StateMeters state, TimeProvider clock, ILogger<StateWatch> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await state.LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotSeen(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning,
            "The queues could not be looked up for the metrics, which keep their last values. The next look is in 30 seconds.")]
        public static partial void NotSeen(ILogger log, Exception e);
    }
}
