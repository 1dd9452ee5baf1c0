using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Turns stored rows into connections that connectors and the client can use.</summary>
public sealed class Connections(IStores stores, IPlatformCatalogue catalogue, Secrets secrets, OutgoingHttp http, IBuiltInHub hub, TimeProvider clock) : IDisposable
{
    /// <summary>Key under which a store's webhook secret stands among its secrets.</summary>
    public const string WebhookSecretKey = "webhook_secret";

    readonly ConcurrentDictionary<StoreKey, (double Rate, RateLimiter Limiter)> _limiters = new();

    /// <summary>The connector of a store.</summary>
    /// <exception cref="NeedsOperatorException">This installation has no such platform.</exception>
    public IPlatformConnector ConnectorOf(Store store) => catalogue.Find(store.Platform)
        ?? throw new NeedsOperatorException(ConnectionProblem.Other, "platform", $"No connector for {store.Platform}.", store.Platform);

    /// <summary>A connection to a store's shop.</summary>
    public ShopConnection ShopOf(Store store)
    {
        var connector = ConnectorOf(store);
        return new ShopConnection
        {
            Settings = SettingSecrets.Join(store.Settings, secrets.Open(store.AccountId, store.ProtectedSecrets)),
            Http = http.Guarded("url", LimiterOf(store, connector.Info.Limit)),
            Clock = clock,
            SaveSettings = (values, ct) => SaveAsync(store.Key, connector.Info, values, ct),
        };
    }

    /// <summary>A connection to a shop that is not stored yet.</summary>
    public ShopConnection Unsaved(SettingValues settings) => new() { Settings = settings, Http = http.Guarded("url"), Clock = clock };

    /// <summary>The secret of a store's webhooks.</summary>
    public string WebhookSecretOf(Store store) => secrets.Open(store.AccountId, store.ProtectedSecrets)[WebhookSecretKey];

    /// <summary>A connection to a destination.</summary>
    public DestinationConnection DestinationOf(Destination destination)
    {
        var opened = secrets.Open(destination.AccountId, destination.ProtectedSecrets);
        return new DestinationConnection
        {
            Endpoint = destination.IsHub ? hub.Endpoint : destination.Endpoint,
            ClientId = destination.ClientId,
            Owner = destination.Owner,
            ApiSecret = opened.GetValueOrDefault("api_secret"),
            ApiKey = opened.GetValueOrDefault("api_key"),
            Signature = opened.GetValueOrDefault("signature"),
            Http = destination.IsHub ? http.Own() : http.Guarded("endpoint"),
            Clock = clock,
        };
    }

    public void Dispose()
    {
        foreach (var (_, limiter) in _limiters.Values)
            limiter.Dispose();
    }

    RateLimiter? LimiterOf(Store store, RateLimit limit)
    {
        var rate = Math.Min(store.Options.RequestsPerSecond ?? double.MaxValue, limit.RequestsPerSecond ?? double.MaxValue);
        if (rate >= 1_000_000)
            return null;
        var kept = _limiters.GetOrAdd(store.Key, _ => (rate, Bucket(rate, limit.Burst)));
        if (kept.Rate.Equals(rate))
            return kept.Limiter;
        var changed = (rate, Bucket(rate, limit.Burst));
        _limiters[store.Key] = changed;
        return changed.Item2;
    }

    static TokenBucketRateLimiter Bucket(double perSecond, int burst) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, burst),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1 / perSecond),
        QueueLimit = int.MaxValue,
        AutoReplenishment = true,
    });

    async Task SaveAsync(StoreKey key, PlatformInfo platform, SettingValues values, CancellationToken ct)
    {
        var store = await stores.FindAsync(key, ct) ?? throw new InvalidOperationException("The store is gone.");
        var (open, secret) = SettingSecrets.Split(platform, values);
        var kept = secrets.Open(key.AccountId, store.ProtectedSecrets).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in secret)
            kept[name] = value;
        await stores.UpdateAsync(store with { Settings = open, ProtectedSecrets = secrets.Protect(key.AccountId, kept) }, ct);
    }
}
