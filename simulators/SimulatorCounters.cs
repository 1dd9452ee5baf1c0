using System.Collections.Concurrent;

namespace Pomost.Simulators;

/// <summary>Counts requests as the shop saw them. Thread-safe; figures only grow until <see cref="Reset"/>.</summary>
public sealed class SimulatorCounters
{
    readonly ConcurrentDictionary<string, long> _byRoute = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<int, long> _byStatus = new();
    long _total;
    long _rows;
    long _bytes;
    int _inFlight;
    int _highestInFlight;

    public long Total => Interlocked.Read(ref _total);

    /// <summary>Records (customers, orders, …) that left the shop in lists.</summary>
    public long RowsServed => Interlocked.Read(ref _rows);

    public long BytesServed => Interlocked.Read(ref _bytes);

    /// <summary>The most requests ever under way at the same time.</summary>
    public int HighestInFlight => Volatile.Read(ref _highestInFlight);

    /// <summary>Requests per method and route; numbers in a path are written <c>{id}</c>: <c>GET /wp-json/wc/v3/orders/{id}</c>.</summary>
    public IReadOnlyDictionary<string, long> ByRoute => _byRoute;

    public IReadOnlyDictionary<int, long> ByStatus => _byStatus;

    /// <summary>Requests of one method and route, 0 when never seen.</summary>
    public long Of(string methodAndRoute) => _byRoute.GetValueOrDefault(methodAndRoute);

    public void Reset()
    {
        _byRoute.Clear();
        _byStatus.Clear();
        Interlocked.Exchange(ref _total, 0);
        Interlocked.Exchange(ref _rows, 0);
        Interlocked.Exchange(ref _bytes, 0);
        Volatile.Write(ref _highestInFlight, Volatile.Read(ref _inFlight));
    }

    internal void Started(string methodAndRoute)
    {
        Interlocked.Increment(ref _total);
        _byRoute.AddOrUpdate(methodAndRoute, 1, static (_, seen) => seen + 1);
        var now = Interlocked.Increment(ref _inFlight);
        int highest;
        while (now > (highest = Volatile.Read(ref _highestInFlight)) && Interlocked.CompareExchange(ref _highestInFlight, now, highest) != highest)
        {
        }
    }

    internal void Answered(int status) => _byStatus.AddOrUpdate(status, 1, static (_, seen) => seen + 1);

    internal void Sent(int rows, long bytes)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void Ended() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Replaces numbers in a path by <c>{id}</c>, so that a counter does not grow with the shop.</summary>
    internal static string RouteOf(string method, string path)
    {
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length > 0 && parts[i].All(char.IsAsciiDigit))
                parts[i] = "{id}";
        }
        return method + " " + string.Join('/', parts);
    }
}
