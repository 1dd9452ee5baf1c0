using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What a line of the system's health is about.</summary>
public enum HealthTopic
{
    /// <summary>Minutes the oldest live change of the account waits.</summary>
    Lag,

    /// <summary>Records owed to a destination.</summary>
    Queue,

    /// <summary>Records given up.</summary>
    GivenUp,

    /// <summary>A store that stands still.</summary>
    Store,

    /// <summary>A shop that does not answer, and since when.</summary>
    ShopSilent,

    /// <summary>A store that a person paused.</summary>
    StorePaused,

    /// <summary>Requests a minute to a shop.</summary>
    ShopRate,

    /// <summary>Requests a minute to a destination.</summary>
    DestinationRate,

    /// <summary>Webhooks of a shop: those lost since yesterday.</summary>
    ShopWebhooks,

    /// <summary>Opt-in and opt-out callbacks refused in a day.</summary>
    Callbacks,

    /// <summary>Outgoing webhooks that take nothing.</summary>
    Webhooks,

    /// <summary>The key of the API that expires first.</summary>
    ApiKeys,

    /// <summary>The server's certificate.</summary>
    Certificate,

    /// <summary>The key that secrets are encrypted with.</summary>
    EncryptionKey,

    /// <summary>Bytes free on the disk of the data folder.</summary>
    Disk,

    /// <summary>Bytes of the database.</summary>
    Database,

    /// <summary>Whether mail can be sent.</summary>
    Mail,

    /// <summary>Whether addresses may lead into private networks.</summary>
    PrivateNetworks,

    /// <summary>Files of the data folder that other users of the machine can read.</summary>
    PrivateFiles,

    /// <summary>The program's version, and whether all processes have it.</summary>
    Version,

    /// <summary>A process: seconds since it last said that it lives.</summary>
    Node,

    /// <summary>Milliseconds between a process's clock and the database's.</summary>
    Clock,
}

/// <summary>How a line stands.</summary>
public enum HealthState
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>Works, and somebody should look at it.</summary>
    Notice,

    /// <summary>Does not work, or soon will not.</summary>
    Bad,
}

/// <summary>One line: what, how it stands, its number and its limit. The panel has the words.</summary>
/// <param name="Topic">What.</param>
/// <param name="State">How it stands.</param>
/// <param name="Name">Which one: a store, a destination, a key, a process; null where there is only one.</param>
/// <param name="Figure">The number, in the unit of the topic; null = none.</param>
/// <param name="Limit">What the number is held against; null = nothing.</param>
/// <param name="At">A moment: an end, or when something last happened, UTC.</param>
/// <param name="Detail">A word that goes with it.</param>
public sealed record HealthLine(
    HealthTopic Topic, HealthState State, string? Name = null, long? Figure = null, long? Limit = null, DateTimeOffset? At = null, string? Detail = null);

/// <summary>Looks at everything an account's people and the operator should know.</summary>
public sealed class SystemHealth(
    IStores stores, IDeadLetters letters, IAlerts alerts, IStorePaces paces, IWebhookStates shopWebhooks, ICallbacks callbacks, IOutgoingWebhooks outgoing, IApiKeys keys,
    ISystemState system, IPlatformCatalogue catalogue, IMailServer mail, HostFacts host, OutgoingOptions options, TimeProvider clock)
{
    const long LeastDisk = 1L << 30;
    const long MostQueued = 20_000;
    const int ClockNotice = 1_000;
    const int ClockBad = 5_000;

    static readonly TimeSpan EndsSoon = TimeSpan.FromDays(30);
    static readonly TimeSpan EndsAtOnce = TimeSpan.FromDays(7);

    /// <summary>All lines, by topic.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="sees">Which stores may be shown; null = all.</param>
    public async Task<IReadOnlyList<HealthLine>> LookAsync(long accountId, CancellationToken ct, Func<Store, bool>? sees = null)
    {
        var all = (await stores.ListAsync(accountId, ct)).Where(store => store.State != StoreState.Disconnected && sees?.Invoke(store) != false).ToList();
        var lines = new List<HealthLine>();
        lines.AddRange(await FlowAsync(accountId, all, ct));
        lines.AddRange(await RatesAsync(accountId, all, ct));
        lines.AddRange(await ConnectionsAsync(accountId, all, ct));
        lines.AddRange(await EndsAsync(accountId, ct));
        lines.AddRange(await MachineAsync(ct));
        return lines;
    }

    async Task<IEnumerable<HealthLine>> FlowAsync(long accountId, List<Store> all, CancellationToken ct)
    {
        var limits = (await alerts.SettingsAsync(accountId, ct)).Options;
        var now = clock.GetUtcNow();
        var shown = all.Select(store => store.Key).ToHashSet();
        var queues = (await letters.QueuesAsync(accountId, ct)).Where(queue => shown.Contains(queue.Store)).ToDictionary(queue => queue.Store);
        var oldest = queues.Values.Where(queue => queue.OldestAt is not null).MinBy(queue => queue.OldestAt);
        var lag = oldest?.OldestAt is { } since ? (long)(now - since).TotalMinutes : 0;
        var lines = new List<HealthLine>
        {
            new(HealthTopic.Lag, Over(lag, limits.LagMinutes), lag == 0 ? null : all.Find(store => store.Key == oldest!.Store)?.Name, lag, limits.LagMinutes),
        };
        foreach (var target in await stores.ListDestinationsAsync(accountId, ct))
        {
            var waiting = all.Where(store => store.DestinationId == target.Id).Sum(store => queues.GetValueOrDefault(store.Key) is { } queue ? queue.Waiting + queue.InDoubt : 0);
            lines.Add(new HealthLine(HealthTopic.Queue, waiting > MostQueued ? HealthState.Notice : HealthState.Ok, NameOf(target), waiting, MostQueued));
        }

        var dead = queues.Values.Sum(queue => queue.Dead);
        lines.Add(new HealthLine(HealthTopic.GivenUp, dead == 0 ? HealthState.Ok : dead > limits.GivenUp ? HealthState.Bad : HealthState.Notice, null, dead, limits.GivenUp));
        lines.AddRange(all.Where(store => store.State == StoreState.NeedsOperator).Select(store => new HealthLine(HealthTopic.Store, HealthState.Bad, store.Name, Detail: store.Problem)));
        lines.AddRange((await paces.SilentSinceAsync(accountId, ct)).Where(silent => now - silent.Value >= ShopSilence.ShownAfter)
            .Join(all, silent => silent.Key, store => store.Key, (silent, store) => new HealthLine(HealthTopic.ShopSilent, HealthState.Bad, store.Name, At: silent.Value)));
        lines.AddRange(all.Where(store => store.State == StoreState.Paused).Select(store => new HealthLine(HealthTopic.StorePaused, HealthState.Notice, store.Name)));
        return lines;
    }

    async Task<IEnumerable<HealthLine>> RatesAsync(long accountId, List<Store> all, CancellationToken ct)
    {
        // The last whole minute: the present one is still being counted.
        var used = await system.UseAsync(accountId, clock.GetUtcNow().AddMinutes(-1), ct);
        var shops = all.Select(store =>
        {
            var platform = catalogue.Find(store.Platform)?.Info.Limit.RequestsPerSecond;
            var perSecond = Math.Min(store.Options.RequestsPerSecond ?? double.MaxValue, platform ?? double.MaxValue);
            return new HealthLine(
                HealthTopic.ShopRate, HealthState.Ok, store.Name, used.GetValueOrDefault(ApiSubject.OfStore(store.Id)), perSecond < 1_000_000 ? (long)(perSecond * 60) : null);
        });
        var destinations = (await stores.ListDestinationsAsync(accountId, ct)).Select(target => new HealthLine(
            HealthTopic.DestinationRate, HealthState.Ok, NameOf(target), used.GetValueOrDefault(ApiSubject.OfDestination(target.Id)), target.RequestsPerMinute));
        return shops.Concat(destinations);
    }

    async Task<IEnumerable<HealthLine>> ConnectionsAsync(long accountId, List<Store> all, CancellationToken ct)
    {
        var limits = (await alerts.SettingsAsync(accountId, ct)).Options;
        var now = clock.GetUtcNow();
        var lost = await shopWebhooks.LostSinceAsync(accountId, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1), ct);
        var lines = new List<HealthLine>();
        foreach (var store in all)
        {
            var known = await shopWebhooks.FindAsync(store.Key, ct);
            var missed = lost.GetValueOrDefault(store.Key);
            lines.Add(new HealthLine(
                HealthTopic.ShopWebhooks, known is { Active: true } && missed <= limits.WebhooksLost ? HealthState.Ok : HealthState.Notice, store.Name, missed, limits.WebhooksLost,
                known?.LastSeenAt, known is { Active: true } ? "active" : "polled"));
        }

        var counts = await callbacks.CountsAsync(accountId, now.AddDays(-1), ct);
        var refused = counts.Where(count => count.Outcome is CallbackOutcome.WrongKey or CallbackOutcome.Malformed).Sum(count => count.Count);
        lines.Add(new HealthLine(
            HealthTopic.Callbacks, refused > 0 ? HealthState.Notice : HealthState.Ok, null, refused, 0, counts.Count == 0 ? null : counts.Max(count => count.LastAt)));
        var subscriptions = await outgoing.ListAsync(accountId, ct);
        var failing = subscriptions.Count(one => !one.IsPaused && one.FailingSince is not null);
        lines.Add(new HealthLine(HealthTopic.Webhooks, failing > 0 ? HealthState.Notice : HealthState.Ok, null, failing, subscriptions.Count));
        return lines;
    }

    async Task<IEnumerable<HealthLine>> EndsAsync(long accountId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var first = (await keys.ListAsync(accountId, ct)).Where(key => key is { ReplacedBy: null, ExpiresAt: not null }).MinBy(key => key.ExpiresAt);
        return
        [
            new HealthLine(HealthTopic.ApiKeys, first is null ? HealthState.Ok : EndOf(first.ExpiresAt!.Value - now), first?.Name, At: first?.ExpiresAt),
            new HealthLine(
                HealthTopic.Certificate, host.CertificateUntil is { } until ? EndOf(until - now) : HealthState.Ok, At: host.CertificateUntil,
                Detail: host.CertificateUntil is null ? "none" : host.CertificateIsOwn ? "own" : "given"),
            new HealthLine(HealthTopic.EncryptionKey, HealthState.Ok, At: host.EncryptionKeyUntil()),
        ];
    }

    async Task<IEnumerable<HealthLine>> MachineAsync(CancellationToken ct)
    {
        var lines = new List<HealthLine>();
        if (host.DataFolder is { } folder)
        {
            var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            lines.Add(new HealthLine(HealthTopic.Disk, free < LeastDisk ? HealthState.Bad : free < 2 * LeastDisk ? HealthState.Notice : HealthState.Ok, null, free, LeastDisk));
        }

        var database = await system.DatabaseAsync(ct);
        lines.Add(new HealthLine(HealthTopic.Database, HealthState.Ok, database.Kind, database.Bytes));
        lines.Add(new HealthLine(HealthTopic.Mail, mail.IsSet ? HealthState.Ok : HealthState.Notice));
        lines.Add(new HealthLine(HealthTopic.PrivateNetworks, HealthState.Ok, Detail: options.AllowPrivateNetworks ? "allowed" : "refused"));
        if (host.OpenFiles() is { } open)
            lines.Add(new HealthLine(HealthTopic.PrivateFiles, open > 0 ? HealthState.Bad : HealthState.Ok, Figure: open));
        var nodes = await system.NodesAsync(ct);
        var now = clock.GetUtcNow();
        lines.Add(new HealthLine(HealthTopic.Version, nodes.Any(node => node.Version != host.Version) ? HealthState.Notice : HealthState.Ok, Detail: host.Version));
        foreach (var node in nodes)
        {
            lines.Add(new HealthLine(
                HealthTopic.Node, now - node.SeenAt > NodeBeat.Silence ? HealthState.Bad : HealthState.Ok, node.Name, Math.Max(0, (long)(now - node.SeenAt).TotalSeconds),
                (long)NodeBeat.Silence.TotalSeconds, node.StartedAt, $"{node.Roles} {node.Version}".Trim()));
            var ahead = (long)node.ClockAhead.TotalMilliseconds;
            lines.Add(new HealthLine(
                HealthTopic.Clock, Math.Abs(ahead) > ClockBad ? HealthState.Bad : Math.Abs(ahead) > ClockNotice ? HealthState.Notice : HealthState.Ok, node.Name, ahead, ClockNotice));
        }

        return lines;
    }

    static HealthState Over(long figure, long limit) => figure > limit ? HealthState.Bad : figure > limit / 2 ? HealthState.Notice : HealthState.Ok;

    static HealthState EndOf(TimeSpan left) => left < EndsAtOnce ? HealthState.Bad : left < EndsSoon ? HealthState.Notice : HealthState.Ok;

    static string? NameOf(Destination target) => target.IsHub ? null : $"{target.Endpoint.Host} ({target.ClientId})";
}
