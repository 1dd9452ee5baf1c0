using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.Panel.Features.Stores;

/// <summary>A store being added: what was typed, and how its check goes on this node.</summary>
public sealed class StoreDraft(KeptDraft kept, SettingValues values)
{
    readonly Lock gate = new();
    readonly List<CheckLine> lines = [];

    /// <summary>As it is stored; other nodes see no more of it.</summary>
    public KeptDraft Kept { get; private set; } = kept;

    public string Id => Kept.Id;

    public long AccountId => Kept.AccountId;

    public string Platform => Kept.Platform;

    public string Name => Kept.Name;

    public SettingValues Values { get; } = values;

    /// <summary>Where its data will go; null = not chosen yet.</summary>
    public long? DestinationId => Kept.DestinationId;

    public bool IsRunning { get; private set; }

    /// <summary>The last whole check; null until one has ended.</summary>
    public ConnectionCheck? Result { get; private set; }

    /// <summary>How long until the next look by ourselves; null when none is planned.</summary>
    public TimeSpan? NextIn { get; private set; }

    /// <summary>Nobody has mended it for ten minutes.</summary>
    public bool GaveUp { get; private set; }

    public DateTimeOffset TouchedAt { get; set; }

    /// <summary>Grows with every change, for the live part of the page.</summary>
    public int Version { get; private set; }

    public bool IsReady => !IsRunning && Result?.IsReady == true;

    /// <summary>The lines known so far, in the order checked.</summary>
    public IReadOnlyList<CheckLine> Lines
    {
        get
        {
            lock (gate)
                return [.. lines];
        }
    }

    internal void Keep(KeptDraft kept) => Change(() => Kept = kept);

    internal void Begin() => Change(() =>
    {
        lines.Clear();
        (IsRunning, Result, NextIn, GaveUp) = (true, null, null, false);
    });

    internal void Add(CheckLine line) => Change(() =>
    {
        // A connector may name a line again once it knows more.
        lines.RemoveAll(known => known.Key == line.Key);
        lines.Add(line);
    });

    internal void End(ConnectionCheck result) => Change(() =>
    {
        lines.Clear();
        lines.AddRange(result.Lines);
        (IsRunning, Result) = (false, result);
    });

    internal void Plan(TimeSpan? next, bool gaveUp) => Change(() => (NextIn, GaveUp) = (next, gaveUp));

    void Change(Action change)
    {
        lock (gate)
        {
            change();
            Version++;
        }
    }
}

/// <summary>The stores being added: kept in the database for thirty days, encrypted; checked by the node that is asked.</summary>
public sealed partial class StoreDrafts(
    IStoreDrafts kept, StoreSetup setup, IPlatformCatalogue catalogue, Secrets secrets, TimeProvider clock, ILogger<StoreDrafts> log) : IDisposable
{
    /// <summary>How long a draft is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    static readonly TimeSpan KeptInMemory = TimeSpan.FromMinutes(30);
    static readonly TimeSpan LongestRedirect = TimeSpan.FromHours(1);
    static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(2);
    static readonly TimeSpan GivesUpAfter = TimeSpan.FromMinutes(10);
    const string PendingKey = "pending";

    readonly ConcurrentDictionary<string, (StoreDraft Draft, CancellationTokenSource Stop)> drafts = new(StringComparer.Ordinal);

    /// <summary>A draft of the account; its check begins when this node has not seen it yet, or another node changed it.</summary>
    public async Task<StoreDraft?> FindAsync(string id, long accountId, string platform, CancellationToken cancel)
    {
        if (await kept.FindAsync(accountId, id, cancel) is not { } stored || stored.Platform != platform || catalogue.Find(platform) is null)
            return null;
        if (!drafts.TryGetValue(id, out var entry) || entry.Draft.Kept.ProtectedValues != stored.ProtectedValues)
            return Watch(stored);
        entry.Draft.Keep(stored);
        entry.Draft.TouchedAt = clock.GetUtcNow();
        return entry.Draft;
    }

    /// <summary>Finds by id alone what this node checks, for the stream of an account.</summary>
    public StoreDraft? Watched(string id, long accountId)
        => drafts.TryGetValue(id, out var entry) && entry.Draft.AccountId == accountId ? entry.Draft : null;

    /// <summary>Unfinished stores of an account, newest first.</summary>
    public async Task<IReadOnlyList<KeptDraft>> ListAsync(long accountId, CancellationToken cancel)
    {
        await kept.ForgetAsync(clock.GetUtcNow() - Kept, cancel);
        return [.. (await kept.ListAsync(accountId, cancel)).Where(draft => catalogue.Find(draft.Platform) is not null)];
    }

    /// <summary>Keeps what was typed and starts checking it; a check of the same draft that still runs is stopped.</summary>
    public async Task<StoreDraft> CheckAsync(StoreDraft? before, long accountId, Guid by, string platform, string name, SettingValues values, CancellationToken cancel)
    {
        Forget(draft => clock.GetUtcNow() - draft.TouchedAt > KeptInMemory);
        return Watch(await SaveAsync(before, accountId, by, platform, name, values, cancel));
    }

    /// <summary>Keeps what was typed before the shop was asked for keys, with the one-time value that they come back with.</summary>
    public async Task<(KeptDraft Draft, Uri Browser)> ConnectAsync(
        StoreDraft? before, long accountId, Guid by, IPlatformConnector connector, string name, SettingValues values, Func<string, (Uri Callback, Uri ReturnTo)> addresses, CancellationToken cancel)
    {
        var draft = await SaveAsync(before, accountId, by, connector.Info.Key, name, values, cancel);
        var state = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var (callback, returnTo) = addresses(draft.Id);
        var start = await setup.StartRedirectAsync(connector, values, state, callback, returnTo, cancel);
        var pending = start.Pending is { } text ? secrets.Protect(accountId, new Dictionary<string, string>(StringComparer.Ordinal) { [PendingKey] = text }) : null;
        draft = await kept.SaveAsync(draft with { StateHash = HashOf(state), ProtectedPending = pending, StateUntil = clock.GetUtcNow() + LongestRedirect }, cancel);
        return (draft, start.Browser);
    }

    /// <summary>Takes in what a shop brought at the end of a redirect. Gives the draft; null when nobody waits for it.</summary>
    /// <exception cref="NeedsOperatorException">The owner refused, or the callback is not whole.</exception>
    public async Task<KeptDraft?> CompleteAsync(string platform, WebhookRequest callback, CancellationToken cancel)
    {
        if (catalogue.Find(platform) is not IConnectsByRedirect connects || connects.StateOf(callback) is not { } state
            || await kept.FindByStateAsync(HashOf(state), cancel) is not { } draft || draft.Platform != platform)
        {
            return null;
        }

        var pending = draft.ProtectedPending is { } text ? secrets.Open(draft.AccountId, text)[PendingKey] : null;
        // Good for one callback, whatever comes of it.
        draft = await kept.SaveAsync(draft with { StateHash = null, ProtectedPending = null, StateUntil = null }, cancel);
        var complete = await setup.CompleteRedirectAsync(catalogue.Find(platform)!, ValuesOf(draft), pending, callback, cancel);
        return await kept.SaveAsync(draft with { ProtectedValues = secrets.Protect(draft.AccountId, complete.All) }, cancel);
    }

    /// <summary>Notes where the data will go.</summary>
    public async Task ChooseAsync(StoreDraft draft, long destinationId, CancellationToken cancel)
        => draft.Keep(await kept.SaveAsync(draft.Kept with { DestinationId = destinationId }, cancel));

    /// <summary>Takes a draft away. False when somebody else has done so already.</summary>
    public async Task<bool> RemoveAsync(long accountId, string id, CancellationToken cancel)
    {
        Forget(draft => draft.Id == id && draft.AccountId == accountId);
        return await kept.RemoveAsync(accountId, id, cancel);
    }

    /// <summary>Puts a draft back whose store could not be added.</summary>
    public Task PutBackAsync(StoreDraft draft) => kept.SaveAsync(draft.Kept, CancellationToken.None);

    public void Dispose() => Forget(_ => true);

    async Task<KeptDraft> SaveAsync(StoreDraft? before, long accountId, Guid by, string platform, string name, SettingValues values, CancellationToken cancel) => await kept.SaveAsync(
        new KeptDraft
        {
            AccountId = accountId,
            Id = before?.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            Platform = platform,
            Name = name,
            ProtectedValues = secrets.Protect(accountId, values.All),
            DestinationId = before?.DestinationId,
            MadeBy = by,
        },
        cancel);

    StoreDraft Watch(KeptDraft stored)
    {
        Forget(draft => draft.Id == stored.Id);
        var draft = new StoreDraft(stored, ValuesOf(stored)) { TouchedAt = clock.GetUtcNow() };
        draft.Begin();
        var stop = new CancellationTokenSource();
        drafts[stored.Id] = (draft, stop);
        _ = WatchAsync(draft, catalogue.Find(stored.Platform)!, stop.Token);
        return draft;
    }

    SettingValues ValuesOf(KeptDraft stored) => new(secrets.Open(stored.AccountId, stored.ProtectedValues));

    void Forget(Func<StoreDraft, bool> which)
    {
        foreach (var (id, entry) in drafts)
        {
            if (which(entry.Draft) && drafts.TryRemove(id, out var gone))
            {
                gone.Stop.Cancel();
                gone.Stop.Dispose();
            }
        }
    }

    /// <summary>Checks; while something is missing looks again after 10, 30 and then every 60 seconds, for ten minutes.</summary>
    async Task WatchAsync(StoreDraft draft, IPlatformConnector connector, CancellationToken stop)
    {
        try
        {
            var began = clock.GetUtcNow();
            for (var round = 0; ; round++)
            {
                if (round > 0)
                    draft.Begin();
                var result = await CheckOnceAsync(draft, connector, stop);
                draft.End(result);
                if (result.IsReady)
                    return;
                if (clock.GetUtcNow() - began > GivesUpAfter)
                {
                    draft.Plan(null, gaveUp: true);
                    return;
                }

                var pause = TimeSpan.FromSeconds(round switch { 0 => 10, 1 => 30, _ => 60 });
                draft.Plan(pause, gaveUp: false);
                await Task.Delay(pause, clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Another check took its place, or the draft was given up.
        }
        catch (Exception failure)
        {
            Log.CheckFailed(log, draft.Platform, failure);
            draft.End(new ConnectionCheck([Failed()]));
        }
    }

    async Task<ConnectionCheck> CheckOnceAsync(StoreDraft draft, IPlatformConnector connector, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(LongestCheck, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            return await setup.CheckAsync(connector, draft.Values, new LineByLine(draft.Add), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new ConnectionCheck([.. draft.Lines, Failed() with { Problem = ConnectionProblem.TimedOut }]);
        }
    }

    static CheckLine Failed() => new("check", new Text("Sprawdzenie", "Check"), CheckState.Missing) { Problem = ConnectionProblem.Other };

    static string HashOf(string state) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)));

    /// <summary>Tells each line in its turn; <see cref="Progress{T}"/> would hand them to the thread pool in any order.</summary>
    sealed class LineByLine(Action<CheckLine> tell) : IProgress<CheckLine>
    {
        public void Report(CheckLine value) => tell(value);
    }

    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The check of a {Platform} shop failed")]
        public static partial void CheckFailed(ILogger logger, string platform, Exception failure);
    }
}
