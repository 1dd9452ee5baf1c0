using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>Listens to the meters of this process and writes what it heard in the Prometheus text format 0.0.4.</summary>
sealed class PrometheusText : IDisposable
{
    // The runtime's own meter: memory, processor, collections, threads.
    static readonly string[] Heard = [EngineMeters.Name, HubMeters.Name, "System.Runtime"];
    static readonly double[] UsualLimits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _heard = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Heard.Contains(instrument.Meter.Name, StringComparer.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Writes everything heard so far.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _heard.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(instrument);
            var kind = instrument switch { Histogram<double> => "histogram", _ when IsCounter(instrument) => "counter", _ => "gauge" };
            Head(text, name, instrument.Description, kind);
            foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                one.Write(text, name, labels);
        }

        return text.ToString();
    }

    /// <summary>Adds a figure that is looked up rather than counted.</summary>
    public static void Gauge(StringBuilder text, string name, string description, IEnumerable<(string Labels, double Value)> values)
    {
        Head(text, name, description, "gauge");
        foreach (var (labels, value) in values)
            text.Append(name).Append(Braces(labels)).Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Labels as they stand between the braces.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
            Append(text, name, value);
        return text.ToString();
    }

    void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, tag) in tags)
            Append(labels, name, Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "");
        var series = _heard.GetOrAdd(instrument, _ => new(StringComparer.Ordinal)).GetOrAdd(labels.ToString(), _ => new Series(LimitsOf(instrument)));
        if (instrument.IsObservable || !(IsCounter(instrument) || instrument is Histogram<double>))
            series.Set(value);
        else
            series.Add(value);
    }

    static double[]? LimitsOf(Instrument instrument)
        => instrument is Histogram<double> histogram ? [.. histogram.Advice?.HistogramBucketBoundaries ?? UsualLimits] : null;

    static bool IsCounter(Instrument instrument) => instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal)
        || instrument.GetType().Name.StartsWith("ObservableCounter", StringComparison.Ordinal);

    static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = Plain(instrument.Name) + unit;
        return IsCounter(instrument) ? name + "_total" : name;
    }

    static void Head(StringBuilder text, string name, string? description, string kind)
    {
        if (description is { Length: > 0 })
            text.Append("# HELP ").Append(name).Append(' ').Append(description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
    }

    static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
            text.Append(',');
        text.Append(Plain(name)).Append("=\"")
            .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
    }

    static string Plain(string name) => string.Concat(name.Select(sign => char.IsAsciiLetterOrDigit(sign) || sign == ':' ? sign : '_'));

    static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>One instrument with one set of labels.</summary>
    sealed class Series(double[]? limits)
    {
        readonly Lock _lock = new();
        readonly long[] _buckets = new long[limits?.Length ?? 0];
        double _sum;
        long _count;

        public void Set(double value)
        {
            lock (_lock)
                _sum = value;
        }

        public void Add(double value)
        {
            lock (_lock)
            {
                _sum += value;
                _count++;
                for (var i = 0; i < _buckets.Length; i++)
                {
                    if (value <= limits![i])
                        _buckets[i]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                if (limits is null)
                {
                    text.Append(name).Append(Braces(labels)).Append(' ').Append(Number(_sum)).Append('\n');
                    return;
                }

                for (var i = 0; i <= limits.Length; i++)
                {
                    var limit = i < limits.Length ? limits[i] : double.PositiveInfinity;
                    var all = labels.Length == 0 ? $"le=\"{Number(limit)}\"" : $"{labels},le=\"{Number(limit)}\"";
                    text.Append(name).Append("_bucket{").Append(all).Append("} ").Append(i < limits.Length ? _buckets[i] : _count).Append('\n');
                }

                text.Append(name).Append("_sum").Append(Braces(labels)).Append(' ').Append(Number(_sum)).Append('\n');
                text.Append(name).Append("_count").Append(Braces(labels)).Append(' ').Append(_count).Append('\n');
            }
        }
    }
}
