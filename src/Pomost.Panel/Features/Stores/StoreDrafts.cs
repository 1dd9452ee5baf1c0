using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.Panel.Features.Stores;

/// <summary>A store being added: what was typed, and how its check goes. Secrets live in memory only, until the store is saved.</summary>
public sealed class StoreDraft(string id, long accountId, string platform)
{
    readonly Lock gate = new();
    readonly List<CheckLine> lines = [];

    public string Id { get; } = id;

    public long AccountId { get; } = accountId;

    public string Platform { get; } = platform;

    public string Name { get; private set; } = "";

    public SettingValues Values { get; private set; } = SettingValues.Empty;

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

    internal void Type(string name, SettingValues values) => Change(() => (Name, Values) = (name, values));

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

/// <summary>The stores being added on this node, and the checks that run for them.</summary>
public sealed partial class StoreDrafts(StoreSetup setup, IPlatformCatalogue catalogue, TimeProvider clock, ILogger<StoreDrafts> log) : IDisposable
{
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);
    static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(2);
    static readonly TimeSpan GivesUpAfter = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, (StoreDraft Draft, CancellationTokenSource Stop)> drafts = new(StringComparer.Ordinal);

    public StoreDraft? Find(string id, long accountId, string platform)
    {
        if (!drafts.TryGetValue(id, out var entry) || entry.Draft.AccountId != accountId || entry.Draft.Platform != platform)
            return null;
        entry.Draft.TouchedAt = clock.GetUtcNow();
        return entry.Draft;
    }

    /// <summary>Finds by id alone, for the stream of an account.</summary>
    public StoreDraft? Find(string id, long accountId)
        => drafts.TryGetValue(id, out var entry) && entry.Draft.AccountId == accountId ? entry.Draft : null;

    /// <summary>Starts checking what was typed; a check of the same draft that still runs is stopped.</summary>
    public StoreDraft Check(StoreDraft? before, long accountId, string platform, string name, SettingValues values)
    {
        Forget(draft => clock.GetUtcNow() - draft.TouchedAt > Kept);
        var id = before?.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        Forget(draft => draft.Id == id);
        var draft = new StoreDraft(id, accountId, platform) { TouchedAt = clock.GetUtcNow() };
        draft.Type(name, values);
        draft.Begin();
        var stop = new CancellationTokenSource();
        drafts[id] = (draft, stop);
        _ = WatchAsync(draft, catalogue.Find(platform)!, stop.Token);
        return draft;
    }

    public void Forget(StoreDraft draft) => Forget(known => known == draft);

    public void Dispose() => Forget(_ => true);

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
