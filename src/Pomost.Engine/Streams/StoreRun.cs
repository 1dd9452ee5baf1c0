using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>One run of one store: what its parts share, and what they leave for the next run.</summary>
sealed class StoreRun(EngineServices engine, ILogger log, StoreLease lease, Store store, StorePace pace, DateTimeOffset readUntil, CancellationToken ct) : IDisposable
{
    readonly SemaphoreSlim _queued = new(0);
    DateTimeOffset? _due;

    public EngineServices Engine => engine;

    public ILogger Log => log;

    public StoreLease Lease => lease;

    public StoreKey Key => lease.Store;

    public Store Store => store;

    public StorePace Pace => pace;

    public CancellationToken Cancel => ct;

    public IPlatformConnector Connector { get; } = engine.Connections.ConnectorOf(store);

    /// <summary>For live traffic.</summary>
    public ShopConnection Shop => field ??= engine.Connections.ShopOf(store);

    /// <summary>For the history, whose requests are counted apart.</summary>
    public ShopConnection BulkShop => field ??= engine.Connections.ShopOf(store, isBulk: true);

    public TimeZoneInfo Zone => field ??= StoreSetup.ZoneOf(store);

    public DateTimeOffset Now => engine.Clock.GetUtcNow();

    public bool HasTime => Now < readUntil && !ct.IsCancellationRequested;

    /// <summary>True once nothing will be queued any more.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Something was left that could be read at once.</summary>
    public bool HasMoreToRead { get; set; }

    public bool HasMoreToExport { get; set; }

    /// <summary>Something may have been written into the shop since this was last taken: a page read ahead may be older.</summary>
    public bool WroteToShop { get; set; }

    /// <summary>Deliveries were committed: the pump looks for them.</summary>
    public void NoteQueued() => _queued.Release();

    public Task WaitForMoreAsync(CancellationToken cancel) => _queued.WaitAsync(cancel);

    public void Finish()
    {
        IsDone = true;
        _queued.Release();
    }

    /// <summary>The next run is to begin then at the latest.</summary>
    public void IsDueAt(DateTimeOffset at) => _due = _due is { } due && due < at ? due : at;

    /// <summary>When something put off in this run is due; null = nothing was.</summary>
    public DateTimeOffset? PutOffUntil => _due;

    public Task<SyncCursor?> CursorAsync(string name) => engine.Runs.CursorAsync(Key, name, ct);

    public Task SaveCursorAsync(string name, SyncCursor cursor)
        => engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(name, cursor) }, ct);

    public Task SaveMomentAsync(string name, DateTimeOffset at) => SaveCursorAsync(name, Moment.Of(at));

    public async Task<DateTimeOffset?> MomentAsync(string name) => await CursorAsync(name) is { } written ? Moment.Read(written) : null;

    public Task ForgetCursorAsync(string name) => engine.Runs.ForgetCursorAsync(lease, name, ct);

    public Task DropAnnouncedAsync(IReadOnlyCollection<InboxEntry> entries)
        => engine.Runs.CommitAsync(lease, new PageCommit { InboxDone = [.. entries.Select(entry => entry.Id)] }, ct);

    /// <summary>True when the shop gives a stream now: a stream of the module only while it answers.</summary>
    public bool Gives(ShopStream stream) => Connector.Info.Streams.Any(info => info.Stream == stream) && (!IsOfModule(stream) || pace.ModuleAnswers);

    public bool IsOfModule(ShopStream stream) => Connector is IUsesModule module && module.ModuleStreams.Contains(stream);

    public void Dispose() => _queued.Dispose();
}

/// <summary>A moment where places are kept.</summary>
static class Moment
{
    public static SyncCursor Of(DateTimeOffset at) => new(at.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static DateTimeOffset Read(SyncCursor cursor)
        => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(cursor.Value, System.Globalization.CultureInfo.InvariantCulture));

    public static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    public static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
