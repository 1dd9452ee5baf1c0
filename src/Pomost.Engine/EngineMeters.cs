using System.Diagnostics.Metrics;

namespace Pomost.Engine;

/// <summary>What this process counts and times. Free while nobody listens. Tags hold no personal data and have few values.</summary>
public static class EngineMeters
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Pomost";

    static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("pomost.deliveries", description: "Records settled with a destination, by kind and outcome");

    internal static readonly Histogram<double> Latency = Meter.CreateHistogram<double>(
        "pomost.delivery.latency", "s", "From the moment a live change was decided to the moment its destination took it", advice: Buckets(0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 1800));

    internal static readonly Histogram<double> Requests = Meter.CreateHistogram<double>(
        "pomost.request.duration", "s", "Requests to shops, destinations and other addresses, by what came of them", advice: Buckets(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60));

    internal static readonly Counter<long> Received = Meter.CreateCounter<long>("pomost.received", description: "Webhooks of shops and callbacks of SALESmanago, by outcome");

    internal static readonly Histogram<double> Runs = Meter.CreateHistogram<double>(
        "pomost.store.run.duration", "s", "Store runs", advice: Buckets(0.05, 0.25, 1, 5, 10, 20, 30, 60));

    internal static readonly Counter<long> Webhooks = Meter.CreateCounter<long>("pomost.webhooks", description: "Tries of outgoing webhooks, by outcome");

    /// <summary>What the database was asked to make durable; each costs a flush to the disk.</summary>
    public static readonly Counter<long> Writes = Meter.CreateCounter<long>("pomost.database.writes", description: "Write transactions that were committed");

    /// <summary>Log-ins to the panel.</summary>
    public static readonly Counter<long> LogIns = Meter.CreateCounter<long>("pomost.logins", description: "Log-ins to the panel, by outcome");

    /// <summary>What was asked for by somebody who may not.</summary>
    public static readonly Counter<long> Refusals = Meter.CreateCounter<long>("pomost.refusals", description: "Pages refused to people whose role does not open them");

    /// <summary>Calls of the API that were refused: no key that fits, one that may not, too many.</summary>
    public static readonly Counter<long> ApiRefusals = Meter.CreateCounter<long>("pomost.api.refusals", description: "Calls of the API that were refused, by status");

    static InstrumentAdvice<double> Buckets(params double[] limits) => new() { HistogramBucketBoundaries = limits };
}
