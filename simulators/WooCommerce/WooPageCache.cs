using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// A page cache before the shop that keeps answers of the REST interface, too, by their whole address, whoever asks. Off until
/// <see cref="KeepsFor"/> is set. Only GET answered 200 is kept; a write empties nothing.
/// </summary>
public sealed class WooPageCache
{
    readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    readonly TimeProvider _clock;
    long _hits;

    internal WooPageCache(TimeProvider clock) => _clock = clock;

    /// <summary>How long an answer is kept; zero = no cache.</summary>
    public TimeSpan KeepsFor { get; set; }

    /// <summary>Whether a request that says <c>Cache-Control: no-cache</c> or <c>no-store</c> gets a fresh answer. Most caches ignore
    /// it.</summary>
    public bool HeedsRequests { get; set; }

    /// <summary>Answers given from the cache so far.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>The merchant empties the cache.</summary>
    public void Clear() => _kept.Clear();

    internal Kept? Find(HttpRequest request, string address)
    {
        if (KeepsFor <= TimeSpan.Zero || !HttpMethods.IsGet(request.Method) || (HeedsRequests && AsksForFresh(request)))
            return null;
        if (!_kept.TryGetValue(address, out var kept) || _clock.GetUtcNow() - kept.At >= KeepsFor)
            return null;
        Interlocked.Increment(ref _hits);
        return kept;
    }

    internal void Keep(HttpRequest request, string address, HttpResponse response, ReadOnlyMemory<byte> body)
    {
        if (KeepsFor > TimeSpan.Zero && HttpMethods.IsGet(request.Method) && response.StatusCode == 200)
        {
            var headers = response.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
            _kept[address] = new Kept(_clock.GetUtcNow(), [.. headers], body.ToArray());
        }
    }

    static bool AsksForFresh(HttpRequest request)
    {
        var control = request.Headers.CacheControl.ToString();
        return control.Contains("no-cache", StringComparison.OrdinalIgnoreCase)
            || control.Contains("no-store", StringComparison.OrdinalIgnoreCase)
            || request.Headers.Pragma.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase);
    }

    internal sealed record Kept(DateTimeOffset At, KeyValuePair<string, string>[] Headers, byte[] Body);
}
