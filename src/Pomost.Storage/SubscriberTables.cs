using System.Security.Cryptography;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>Who stands on the shop's list of subscribers without account.</summary>
internal static class SubscriberTables
{
    private static readonly BulkStatement<string> See = new BulkStatement<string>("""
        INSERT INTO subscriber_seen (account_id, store_id, email_key, seen_at) SELECT @account_id, @store_id, r.email_key, @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, store_id, email_key) DO UPDATE SET seen_at = excluded.seen_at
        """)
        .Text("email_key", key => key);

    private static readonly BulkStatement<string> Sent = new BulkStatement<string>("""
        UPDATE consent_removal SET state = 'Sent' FROM {rows} AS r
        WHERE consent_removal.account_id = r.account_id AND consent_removal.store_id = r.store_id AND consent_removal.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", key => key);

    /// <summary>Notes, in a page's transaction, whose opt-out is passed on with it.</summary>
    public static Task SendRemovalsAsync(DbSession session, StoreKey store, IReadOnlyList<string> emailKeys)
        => session.Bulk(Sent, emailKeys).For(store).ExecuteAsync();

    public static async Task SeeAsync(DbSession session, StoreKey store, IReadOnlyList<string> emailKeys, DateTimeOffset now)
    {
        if (emailKeys.Count > 0)
            await session.Bulk(See, [.. emailKeys.Distinct(StringComparer.Ordinal)]).For(store).With("now", now).ExecuteAsync();
    }
}

internal sealed class SqlSubscriberFiles(Database database) : ISubscriberFiles
{
    // What every JSON reader takes as a whole number.
    private const long LargestId = (1L << 53) - 1;

    private static readonly BulkStatement<SubscriberLine> AddLines = new BulkStatement<SubscriberLine>("""
        INSERT INTO subscriber_line (account_id, file_id, line, cells, email_key)
        SELECT @account_id, @file_id, r.line, r.cells, r.email_key FROM {rows} AS r
        """)
        .Number("line", line => line.Line)
        .Text("email_key", line => PersonTexts.KeyOf(line.Cells.SelectMany(AddressesInText.KeysOf)))
        .Text("cells", line => StorageJson.Of(line.Cells));

    private static readonly BulkStatement<long> Yield = new BulkStatement<long>("""
        UPDATE subscriber_line SET yields = coalesce(yields, '') || @reading || ' ' FROM {rows} AS r
        WHERE subscriber_line.account_id = @account_id AND subscriber_line.file_id = @file_id AND subscriber_line.line = r.line
          AND (subscriber_line.yields IS NULL OR subscriber_line.yields NOT LIKE '%' || @reading || '%')
        """)
        .Number("line", line => line);

    public Task<SubscriberFile> CreateAsync(StoreKey store, string name, IReadOnlyList<string> header, string? createdBy, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            // SQLite gives the number of a deleted row again: a run must never find another file under the number of its own.
            var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & LargestId;
            await session.Command("""
                INSERT INTO subscriber_file (id, account_id, store_id, name, header, line_count, created_at, created_by)
                VALUES (@id, @account_id, @store_id, @name, @header, 0, @now, @by)
                """)
                .For(store).With("id", id).With("name", name).With("header", StorageJson.Of(header)).With("now", now).With("by", createdBy).ExecuteAsync();
            return new SubscriberFile(id, store, name, header, 0, now);
        },
        ct);

    public Task AddLinesAsync(SubscriberFile file, IReadOnlyList<SubscriberLine> lines, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Bulk(AddLines, lines).With("account_id", file.Store.AccountId).With("file_id", file.Id).ExecuteAsync();
            await session.Command("UPDATE subscriber_file SET line_count = line_count + @count WHERE account_id = @account_id AND id = @id")
                .With("account_id", file.Store.AccountId).With("id", file.Id).With("count", lines.Count).ExecuteAsync();
        },
        ct);

    public async Task<SubscriberFile?> FindAsync(long accountId, long fileId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT store_id, name, header, line_count, created_at FROM subscriber_file WHERE account_id = @account_id AND id = @id")
            .With("account_id", accountId).With("id", fileId)
            .FirstOrDefaultAsync(row => new SubscriberFile(
                fileId, new(accountId, row.Number("store_id")), row.Text("name"), StorageJson.Read<string[]>(row.Text("header")), row.Number("line_count"), row.Time("created_at"))),
        ct);

    public async Task<IReadOnlyList<SubscriberLine>> LinesAsync(long accountId, long fileId, long afterLine, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT line, cells, yields FROM subscriber_line WHERE account_id = @account_id AND file_id = @file_id AND line > @after ORDER BY line LIMIT @max
            """)
            .With("account_id", accountId).With("file_id", fileId).With("after", afterLine).With("max", max)
            .QueryAsync(row => new SubscriberLine(row.Number("line"), StorageJson.Read<string[]>(row.Text("cells"))) { Yields = row.TextOrNull("yields") ?? "" }),
        ct);

    public Task YieldAsync(SubscriberFile file, IReadOnlyCollection<long> lines, string fingerprint, CancellationToken ct) => lines.Count == 0 ? Task.CompletedTask
        : database.WriteAsync(
            async session =>
            {
                foreach (var pack in lines.Chunk(2_000))
                {
                    await session.Bulk(Yield, pack).With("account_id", file.Store.AccountId).With("file_id", file.Id).With("reading", fingerprint).ExecuteAsync();
                }
            },
            ct);

    public Task DeleteAsync(long accountId, long fileId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("DELETE FROM subscriber_line WHERE account_id = @account_id AND file_id = @id").With("account_id", accountId).With("id", fileId).ExecuteAsync();
            await session.Command("DELETE FROM subscriber_file WHERE account_id = @account_id AND id = @id").With("account_id", accountId).With("id", fileId).ExecuteAsync();
        },
        ct);

    public async Task DeleteBeforeAsync(long accountId, DateTimeOffset instant, CancellationToken ct)
    {
        var old = await database.ReadAsync(
            session => session.Command("""
                SELECT f.id FROM subscriber_file AS f WHERE f.account_id = @account_id AND f.created_at < @instant AND NOT EXISTS (
                  SELECT 1 FROM export_run AS e WHERE e.account_id = f.account_id AND e.store_id = f.store_id AND e.kind = 'Subscribers'
                    AND e.state IN ('Scheduled', 'Running', 'Paused', 'Failed'))
                """)
                .With("account_id", accountId).With("instant", instant).QueryAsync(row => row.Number("id")),
            ct);
        foreach (var id in old) await DeleteAsync(accountId, id, ct);
    }
}

internal sealed class SqlConsentRemovals(Database database) : IConsentRemovals
{
    private static readonly BulkStatement<string> Decide = new BulkStatement<string>("""
        UPDATE consent_removal SET state = @state, decided_at = @now FROM {rows} AS r
        WHERE consent_removal.account_id = r.account_id AND consent_removal.store_id = r.store_id AND consent_removal.email_key = r.email_key
          AND consent_removal.state = 'Listed'
        RETURNING consent_removal.email_key AS email_key
        """)
        .PerStore()
        .Text("email_key", key => key);

    public Task<long> CompareAsync(StoreLease lease, DateTimeOffset readingBegan, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                DELETE FROM consent_removal WHERE account_id = @account_id AND store_id = @store_id AND EXISTS (
                  SELECT 1 FROM subscriber_seen AS s WHERE s.account_id = consent_removal.account_id AND s.store_id = consent_removal.store_id
                    AND s.email_key = consent_removal.email_key AND s.seen_at >= @began)
                """).For(lease.Store).With("began", readingBegan).ExecuteAsync();
            var listed = await session.Command("""
                INSERT INTO consent_removal (account_id, store_id, email_key, found_at, state)
                SELECT s.account_id, s.store_id, s.email_key, @now, 'Listed' FROM subscriber_seen AS s
                JOIN contact AS c ON c.account_id = s.account_id AND c.email_key = s.email_key AND c.store_id = s.store_id
                WHERE s.account_id = @account_id AND s.store_id = @store_id AND s.seen_at < @began
                  AND NOT c.has_account AND c.email_state = 'Granted' AND c.outcome IN ('Queued', 'Sent')
                ON CONFLICT (account_id, store_id, email_key) DO NOTHING
                RETURNING email_key
                """).For(lease.Store).With("began", readingBegan).With("now", database.Clock.GetUtcNow()).QueryAsync(row => row.Text("email_key"));
            await session.Command("DELETE FROM subscriber_seen WHERE account_id = @account_id AND store_id = @store_id AND seen_at < @began")
                .For(lease.Store).With("began", readingBegan).ExecuteAsync();
            return (long)listed.Count;
        },
        ct);

    public async Task<IReadOnlyList<ConsentRemoval>> ListAsync(StoreKey store, RemovalState state, string? after, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT email_key, found_at, state, decided_at FROM consent_removal
            WHERE account_id = @account_id AND store_id = @store_id AND state = @state AND email_key > @after ORDER BY email_key LIMIT @max
            """)
            .For(store).With("state", EnumColumns.NameOf(state)).With("after", after ?? "").With("max", max)
            .QueryAsync(row => new ConsentRemoval(row.Text("email_key"), row.Time("found_at"), row.Name<RemovalState>("state"), row.TimeOrNull("decided_at"))),
        ct);

    public Task<long> CountAsync(StoreKey store, RemovalState state, CancellationToken ct) => database.ReadAsync(
        async session => (await session.Command("SELECT count(*) FROM consent_removal WHERE account_id = @account_id AND store_id = @store_id AND state = @state")
            .For(store).With("state", EnumColumns.NameOf(state)).NumberAsync())!.Value,
        ct);

    public async Task<IReadOnlyList<string>> DecideAsync(StoreKey store, IReadOnlyList<string> emailKeys, RemovalState decision, CancellationToken ct) => await database.WriteAsync(
        session => session.Bulk(Decide, [.. emailKeys.Distinct(StringComparer.Ordinal)]).For(store)
            .With("state", EnumColumns.NameOf(decision)).With("now", database.Clock.GetUtcNow()).QueryAsync(row => row.Text("email_key")),
        ct);
}
