using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Turns stored rows into connections that connectors and the client can use.</summary>
public sealed class Connections(IStores stores, IPlatformCatalogue catalogue, Secrets secrets, OutgoingHttp http, IBuiltInHub hub, ApiUseCounter uses, TimeProvider clock)
    : IDisposable
{
    /// <summary>Key under which a store's webhook secret stands among its secrets.</summary>
    public const string WebhookSecretKey = "webhook_secret";

    readonly Limiters _limiters = new(uses, clock);

    /// <summary>The connector of a store.</summary>
    /// <exception cref="NeedsOperatorException">This installation has no such platform.</exception>
    public IPlatformConnector ConnectorOf(Store store) => catalogue.Find(store.Platform)
        ?? throw new NeedsOperatorException(ConnectionProblem.Other, "platform", $"No connector for {store.Platform}.", store.Platform);

    /// <summary>What the shop's answers said about its limits.</summary>
    public ShopSignals SignalsOf(Store store) => _limiters.SignalsOf(store.Key);

    /// <summary>Until when the destination asked to be left alone, whichever store was told; in the past when it may be asked.</summary>
    public DateTimeOffset NotBeforeOf(StoreLease lease) => _limiters.NotBeforeOf(lease.Store.AccountId, lease.DestinationId);

    /// <summary>The destination asked to be left alone: all its stores wait.</summary>
    public void Hold(StoreLease lease, DateTimeOffset until) => _limiters.Hold(lease.Store.AccountId, lease.DestinationId, until);

    /// <summary>A connection to a store's shop.</summary>
    /// <param name="store">The store.</param>
    /// <param name="isBulk">True for the history: the shop is given room when its answers slow down.</param>
    public ShopConnection ShopOf(Store store, bool isBulk = false)
    {
        var connector = ConnectorOf(store);
        return new ShopConnection
        {
            Settings = SettingSecrets.Join(store.Settings, secrets.Open(store.AccountId, store.ProtectedSecrets)),
            AddressSetting = connector.Info.AddressSetting,
            Http = http.Guarded(connector.Info.AddressSetting, _limiters.Of(store, connector.Info) with { Signals = SignalsOf(store), IsBulk = isBulk }),
            Clock = clock,
            TimeZone = ShopZone.TryFind(store.Options.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc,
            ReportLimits = SignalsOf(store).Report,
            SaveSettings = (values, ct) => SaveAsync(store.Key, connector.Info, values, ct),
        };
    }

    /// <summary>A connection to a shop that is not stored yet.</summary>
    public ShopConnection Unsaved(PlatformInfo platform, SettingValues settings) => new()
    {
        Settings = settings,
        AddressSetting = platform.AddressSetting,
        Http = http.Guarded(platform.AddressSetting),
        Clock = clock,
    };

    /// <summary>The secret of a store's webhooks.</summary>
    public string WebhookSecretOf(Store store) => secrets.Open(store.AccountId, store.ProtectedSecrets)[WebhookSecretKey];

    /// <summary>The secret of the module in a store's shop; null = the shop has none.</summary>
    public string? ModuleSecretOf(Store store) => ConnectorOf(store) is IUsesModule module
        ? secrets.Open(store.AccountId, store.ProtectedSecrets).GetValueOrDefault(module.ModuleSecretSetting) is { Length: > 0 } secret ? secret : null
        : null;

    /// <summary>True when a store's shop gives a stream: by itself, or by the module it has.</summary>
    public bool Gives(Store store, ShopStream stream) => catalogue.Find(store.Platform) is { } connector
        && connector.Info.Streams.Any(info => info.Stream == stream)
        && (connector is not IUsesModule module || !module.ModuleStreams.Contains(stream) || ModuleSecretOf(store) is not null);

    /// <summary>How tags can be written into a store's shop; null = they cannot. Of people without an account only where the shop lists them.</summary>
    public TagSupport? TagsOf(Store store) => catalogue.Find(store.Platform) is IWritesTags and IPlatformConnector { Info.Tags: { } tags }
        ? tags with { WithoutAccount = tags.WithoutAccount && Gives(store, ShopStream.Subscribers) }
        : null;

    /// <summary>False when a person disconnected the destination: nothing can be sent there.</summary>
    public bool IsConnected(Destination destination) => AccessOf(destination) is not null;

    /// <summary>A connection to a destination.</summary>
    /// <exception cref="NeedsOperatorException">A person disconnected it.</exception>
    public DestinationConnection DestinationOf(Destination destination)
    {
        var opened = AccessOf(destination) ?? throw Disconnected();
        return new DestinationConnection
        {
            Endpoint = destination.IsHub ? hub.Endpoint : destination.Endpoint,
            ClientId = destination.ClientId,
            Owner = destination.Owner,
            ApiSecret = opened.GetValueOrDefault(DestinationSecrets.ApiSecret),
            ApiKey = opened.GetValueOrDefault(DestinationSecrets.ApiKey),
            Signature = opened.GetValueOrDefault(DestinationSecrets.Signature),
            ApiV3Key = opened.GetValueOrDefault(DestinationSecrets.ApiV3Key),
            Http = destination.IsHub ? http.Own(_limiters.Of(destination)) : http.Guarded("endpoint", _limiters.Of(destination)),
            Clock = clock,
        };
    }

    /// <summary>The same connection with a key of API v3. The built-in hub makes one on first use; elsewhere a person has to enter it.</summary>
    /// <returns>The connection as it was when there is no key.</returns>
    public async Task<DestinationConnection> WithProductKeyAsync(Destination destination, DestinationConnection connection, CancellationToken ct)
    {
        if (connection.ApiV3Key is not null || !destination.IsHub || await hub.CreateKeyAsync(destination.ClientId, "POMOST", ct) is not { } key)
            return connection;
        await SaveProductKeyAsync(destination, key, ct);
        return connection with { ApiV3Key = key };
    }

    /// <summary>Stores a destination's key of API v3, or forgets it; its other secrets stay.</summary>
    public async Task SaveProductKeyAsync(Destination destination, string? key, CancellationToken ct)
    {
        var stored = await stores.FindDestinationAsync(destination.AccountId, destination.Id, ct) ?? throw new InvalidOperationException("The destination is gone.");
        var kept = secrets.Open(stored.AccountId, stored.ProtectedSecrets).ToDictionary(StringComparer.Ordinal);
        if (key is null)
            kept.Remove(DestinationSecrets.ApiV3Key);
        else
            kept[DestinationSecrets.ApiV3Key] = key;
        await stores.UpdateDestinationAsync(stored with { ProtectedSecrets = secrets.Protect(stored.AccountId, kept) }, ct);
    }

    /// <summary>What a store stands still with whose destination was disconnected.</summary>
    public static NeedsOperatorException Disconnected()
        => new(ConnectionProblem.NotConnected, "destination", "A person disconnected the destination.");

    public void Dispose() => _limiters.Dispose();

    IReadOnlyDictionary<string, string>? AccessOf(Destination destination)
    {
        var opened = secrets.Open(destination.AccountId, destination.ProtectedSecrets);
        return opened.ContainsKey(DestinationSecrets.ApiSecret) || opened.ContainsKey(DestinationSecrets.Signature) ? opened : null;
    }

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
