using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>The limiters of this process: one for each shop, or for the shops that share a limit, and one for each destination.</summary>
sealed class Limiters(ApiUseCounter uses, TimeProvider clock) : IDisposable
{
    const double Quick = 500;
    const double HandfulsPerSecond = 100;

    readonly ConcurrentDictionary<string, (double Rate, RateLimiter Limiter)> _rates = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, RateLimiter> _atOnce = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<StoreKey, ShopSignals> _signals = new();
    readonly ConcurrentDictionary<(long Account, long Destination), DateTimeOffset> _holds = new();

    /// <summary>What holds requests to a shop back.</summary>
    public OutgoingLimits Of(Store store, PlatformInfo platform)
    {
        var limit = platform.Limit;
        var name = limit.SharedBy.Count == 0
            ? $"{store.AccountId}/{store.Id}"
            : $"{platform.Key}:{string.Join('\n', limit.SharedBy.Select(key => store.Settings.GetValueOrDefault(key)))}";
        var rate = Math.Min(store.Options.RequestsPerSecond ?? double.MaxValue, limit.RequestsPerSecond ?? double.MaxValue);
        return new OutgoingLimits
        {
            To = "shop",
            Asked = uses.Of(store.AccountId, ApiSubject.OfStore(store.Id)),
            Rate = RateOf(name, rate, limit.Burst),
            AtOnce = _atOnce.GetOrAdd(name, _ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = Math.Max(1, limit.Concurrency),
                QueueLimit = int.MaxValue,
            })),
        };
    }

    /// <summary>What holds calls to a destination back.</summary>
    public OutgoingLimits Of(Destination destination) => new()
    {
        To = "destination",
        Asked = uses.Of(destination.AccountId, ApiSubject.OfDestination(destination.Id)),
        Rate = RateOf($"destination {destination.AccountId}/{destination.Id}", destination.RequestsPerMinute / 60.0 ?? double.MaxValue, 1),
    };

    public ShopSignals SignalsOf(StoreKey store) => _signals.GetOrAdd(store, _ => new ShopSignals(clock));

    public DateTimeOffset NotBeforeOf(long accountId, long destinationId) => _holds.GetValueOrDefault((accountId, destinationId), DateTimeOffset.MinValue);

    public void Hold(long accountId, long destinationId, DateTimeOffset until)
        => _holds.AddOrUpdate((accountId, destinationId), until, (_, earlier) => earlier > until ? earlier : until);

    public void Dispose()
    {
        foreach (var (_, limiter) in _rates.Values)
            limiter.Dispose();
        foreach (var limiter in _atOnce.Values)
            limiter.Dispose();
    }

    RateLimiter? RateOf(string name, double perSecond, int burst)
    {
        if (perSecond >= 1_000_000)
            return null;
        var kept = _rates.GetOrAdd(name, _ => (perSecond, Bucket(perSecond, burst)));
        if (kept.Rate.Equals(perSecond))
            return kept.Limiter;
        var changed = (perSecond, Bucket(perSecond, burst));
        _rates[name] = changed;
        return changed.Item2;
    }

    // A timer has no periods below a millisecond: high rates are given out in small handfuls, rounded down.
    static int Handful(double perSecond) => perSecond > Quick ? (int)(perSecond / HandfulsPerSecond) : 1;

    static TokenBucketRateLimiter Bucket(double perSecond, int burst) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(Handful(perSecond), burst),
        TokensPerPeriod = Handful(perSecond),
        ReplenishmentPeriod = perSecond > Quick ? TimeSpan.FromSeconds(1 / HandfulsPerSecond) : TimeSpan.FromSeconds(1 / perSecond),
        QueueLimit = int.MaxValue,
        AutoReplenishment = true,
    });
}
