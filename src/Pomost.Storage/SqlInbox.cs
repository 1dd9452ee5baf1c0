using System.Threading.Channels;
using Pomost.Contract;
using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>
/// The inbox. Callers that arrive together share one commit: one writer takes whatever waits, up to <see cref="BatchRows"/> rows,
/// and answers all of them after it is durable.
/// </summary>
internal sealed class SqlInbox : IInbox, IAsyncDisposable
{
    private const int BatchRows = 2000;

    private static readonly BulkStatement<Arrival> Insert = new BulkStatement<Arrival>("""
        INSERT INTO inbox (account_id, store_id, source, stream, kind, source_id, facts, received_at, attempts, not_before)
        SELECT r.account_id, r.store_id, r.source, r.stream, r.kind, r.source_id, r.facts, @now, 0, 0 FROM {rows} AS r
        """)
        .Number("account_id", arrival => arrival.Store.AccountId)
        .Number("store_id", arrival => arrival.Store.StoreId)
        .Text("source", arrival => NameOf(arrival.Source))
        .Text("stream", arrival => NameOf(arrival.Change.Stream))
        .Text("kind", arrival => NameOf(arrival.Change.Kind))
        .Text("source_id", arrival => arrival.Change.SourceId)
        .Text("facts", arrival => arrival.Change.Facts);

    private static readonly BulkStatement<StoreKey> Wake = new BulkStatement<StoreKey>("""
        INSERT INTO store_wake (account_id, store_id) SELECT r.account_id, r.store_id FROM {rows} AS r WHERE true ON CONFLICT DO NOTHING
        """)
        .Number("account_id", store => store.AccountId)
        .Number("store_id", store => store.StoreId);

    private static readonly BulkStatement<long> PutOff = new BulkStatement<long>("""
        UPDATE inbox SET attempts = attempts + 1, not_before = @not_before
        FROM {rows} AS r WHERE inbox.account_id = r.account_id AND inbox.store_id = r.store_id AND inbox.id = r.id
        """)
        .PerStore()
        .Number("id", id => id);

    private readonly Database database;
    private readonly Channel<Caller> callers = Channel.CreateUnbounded<Caller>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task writing;

    public SqlInbox(Database database)
    {
        this.database = database;
        writing = Task.Run(WriteBatchesAsync);
    }

    public Task AddAsync(StoreKey store, InboxSource source, IReadOnlyList<AnnouncedChange> changes, CancellationToken ct)
    {
        if (changes.Count == 0) return Task.CompletedTask;
        ct.ThrowIfCancellationRequested();
        var caller = new Caller(store, source, changes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        ObjectDisposedException.ThrowIf(!callers.Writer.TryWrite(caller), this);
        // Not cancelled half-way: a caller that gives up waiting must not leave its batch companions behind.
        return caller.Committed.Task.WaitAsync(ct);
    }

    public async Task<IReadOnlyList<InboxEntry>> NextAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT id, source, stream, kind, source_id, facts, received_at, attempts FROM inbox
            WHERE account_id = @account_id AND store_id = @store_id AND not_before <= @now ORDER BY attempts, id LIMIT @max
            """)
            .For(store).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new InboxEntry(
                row.Number("id"),
                store,
                row.Name<InboxSource>("source"),
                new AnnouncedChange(row.Name<ShopStream>("stream"), row.Name<ChangeKind>("kind"), row.TextOrNull("source_id")) { Facts = row.TextOrNull("facts") },
                row.Time("received_at"),
                row.Int("attempts"))),
        ct);

    public Task PutOffAsync(StoreLease lease, IReadOnlyList<long> ids, DateTimeOffset notBefore, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(PutOff, ids).For(lease.Store).With("not_before", notBefore).ExecuteAsync();
        },
        ct);

    public async ValueTask DisposeAsync()
    {
        callers.Writer.TryComplete();
        await writing;
    }

    private async Task WriteBatchesAsync()
    {
        var batch = new List<Caller>();
        while (await callers.Reader.WaitToReadAsync())
        {
            var rows = 0;
            while (rows < BatchRows && callers.Reader.TryRead(out var caller))
            {
                batch.Add(caller);
                rows += caller.Changes.Count;
            }
            await CommitAsync(batch);
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<Caller> batch)
    {
        try
        {
            var arrivals = batch.SelectMany(caller => caller.Changes.Select(change => new Arrival(caller.Store, caller.Source, change))).ToList();
            var stores = batch.Select(caller => caller.Store).Distinct().ToList();
            await database.WriteAsync(async session =>
            {
                await session.Bulk(Insert, arrivals).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
                await session.Bulk(Wake, stores).ExecuteAsync();
            });
            foreach (var caller in batch) caller.Committed.SetResult();
        }
        catch (Exception error)
        {
            // Each caller answers its own request with the failure; the sender will try again.
            foreach (var caller in batch) caller.Committed.SetException(error);
        }
    }

    private sealed record Caller(StoreKey Store, InboxSource Source, IReadOnlyList<AnnouncedChange> Changes, TaskCompletionSource Committed);

    private sealed record Arrival(StoreKey Store, InboxSource Source, AnnouncedChange Change);
}
