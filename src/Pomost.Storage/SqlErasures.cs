using Pomost.Engine;
using Pomost.Storage.Hub;

namespace Pomost.Storage;

internal sealed class SqlErasures(Database database) : IErasures
{
    private static readonly BulkStatement<string> FindTombstones = new BulkStatement<string>("""
        SELECT t.address_hash FROM {rows} AS r JOIN tombstone AS t ON t.account_id = r.account_id AND t.address_hash = r.hash
        """)
        .Same("account_id")
        .Text("hash", hash => hash);

    public async Task<IReadOnlyList<string>> AliasesAsync(long accountId, string emailKey, CancellationToken ct)
    {
        var aliases = await database.ReadAsync(
            session => session.Command("""
                SELECT DISTINCT o.email_key FROM contact AS c JOIN contact AS o ON o.account_id = c.account_id AND o.store_id = c.store_id AND o.source_id = c.source_id
                WHERE c.account_id = @account_id AND c.email_key = @email_key
                UNION SELECT former_key FROM address_change WHERE account_id = @account_id AND email_key = @email_key
                UNION SELECT email_key FROM address_change WHERE account_id = @account_id AND former_key = @email_key
                """).With("account_id", accountId).With("email_key", emailKey).QueryAsync(row => row.Text("email_key")),
            ct);
        return [.. aliases.Prepend(emailKey).Distinct(StringComparer.Ordinal)];
    }

    public async Task<ErasureCertificate> EraseAsync(
        long accountId, IReadOnlyList<(string EmailKey, string Hash, string ProtectedEmail)> people, string? requestedBy, CancellationToken ct)
    {
        var certificate = await database.WriteAsync(
            async session =>
            {
                var now = database.Clock.GetUtcNow();
                var removed = new SortedDictionary<string, long>(StringComparer.Ordinal);
                // Locks the account, so that two erasures at once get different numbers.
                await session.Command("UPDATE account SET name = name WHERE id = @account_id").With("account_id", accountId).ExecuteAsync();
                var number = 1 + (int)(await session.Command("SELECT COALESCE(max(number), 0) FROM erasure WHERE account_id = @account_id")
                    .With("account_id", accountId).NumberAsync() ?? 0);
                foreach (var person in people)
                {
                    await RemoveAsync(session, accountId, person.EmailKey, removed);
                    await session.Command("INSERT INTO tombstone (account_id, address_hash, created_at) VALUES (@account_id, @hash, @now) ON CONFLICT DO NOTHING")
                        .With("account_id", accountId).With("hash", person.Hash).With("now", now).ExecuteAsync();
                    await session.Command("""
                        INSERT INTO erasure_task (account_id, number, destination_id, protected_email, is_second_pass, attempts, not_before)
                        SELECT d.account_id, @number, d.id, @protected_email, @first, 0, 0 FROM destination AS d WHERE d.account_id = @account_id
                        """).With("account_id", accountId).With("number", number).With("protected_email", person.ProtectedEmail).With("first", false).ExecuteAsync();
                }
                await session.Command("""
                    INSERT INTO erasure (account_id, number, requested_at, requested_by, removed) VALUES (@account_id, @number, @now, @requested_by, @removed)
                    """)
                    .With("account_id", accountId).With("number", number).With("now", now).With("requested_by", requestedBy)
                    .With("removed", StorageJson.Of(removed)).ExecuteAsync();
                return (await FindAsync(session, accountId, number))!;
            },
            ct);
        await database.CheckpointAsync(CancellationToken.None);
        return certificate;
    }

    public Task<ErasureCertificate?> FindAsync(long accountId, int number, CancellationToken ct) =>
        database.ReadAsync(session => FindAsync(session, accountId, number), ct);

    public async Task<IReadOnlyList<ErasureTask>> NextAsync(long accountId, long destinationId, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT id, protected_email, is_second_pass, attempts FROM erasure_task
            WHERE account_id = @account_id AND destination_id = @destination_id AND not_before <= @now ORDER BY id LIMIT @max
            """)
            .With("account_id", accountId).With("destination_id", destinationId).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new ErasureTask(row.Number("id"), row.Text("protected_email"), row.Flag("is_second_pass"), row.Int("attempts"))),
        ct);

    public async Task DoneAsync(long accountId, ErasureTask task, CancellationToken ct)
    {
        await database.WriteAsync(
            session => session.Command("DELETE FROM erasure_task WHERE account_id = @account_id AND id = @id")
                .With("account_id", accountId).With("id", task.Id).ExecuteAsync(),
            ct);
        // The built-in hub lives in the same database.
        await database.CheckpointAsync(CancellationToken.None);
    }

    public Task PutOffAsync(long accountId, ErasureTask task, bool isSecondPass, DateTimeOffset notBefore, string? problem, CancellationToken ct) =>
        database.WriteAsync(
            session => session.Command("""
                UPDATE erasure_task SET is_second_pass = @second, attempts = attempts + 1, not_before = @not_before, problem = @problem
                WHERE account_id = @account_id AND id = @id
                """)
                .With("account_id", accountId).With("id", task.Id).With("second", isSecondPass).With("not_before", notBefore).With("problem", problem).ExecuteAsync(),
            ct);

    public Task<DateTimeOffset?> NextDueAsync(long accountId, long destinationId, CancellationToken ct) => database.ReadAsync(
        session => session.Command("SELECT min(not_before) AS due FROM erasure_task WHERE account_id = @account_id AND destination_id = @destination_id")
            .With("account_id", accountId).With("destination_id", destinationId).FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    public async Task<IReadOnlyCollection<string>> TombstonesAsync(long accountId, IReadOnlyCollection<string> hashes, CancellationToken ct) => await database.ReadAsync(
        session => session.Bulk(FindTombstones, [.. hashes]).With("account_id", accountId).QueryAsync(row => row.Text("address_hash")), ct);

    public async Task<bool> AnyTombstoneAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT 1 AS one FROM tombstone WHERE account_id = @account_id LIMIT 1").With("account_id", accountId).NumberAsync(), ct) is not null;

    public async Task<bool> LiftAsync(long accountId, string hash, CancellationToken ct) => await database.WriteAsync(
        session => session.Command("DELETE FROM tombstone WHERE account_id = @account_id AND address_hash = @hash")
            .With("account_id", accountId).With("hash", hash).ExecuteAsync(),
        ct) > 0;

    public Task<string> EnsureKeyAsync(long accountId, string protectedKey, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("INSERT INTO tombstone_key (account_id, protected_key) VALUES (@account_id, @key) ON CONFLICT DO NOTHING")
                .With("account_id", accountId).With("key", protectedKey).ExecuteAsync();
            return (await session.Command("SELECT protected_key FROM tombstone_key WHERE account_id = @account_id").With("account_id", accountId).TextAsync())!;
        },
        ct);

    private static async Task RemoveAsync(DbSession session, long accountId, string emailKey, SortedDictionary<string, long> removed)
    {
        removed["jobFiles"] = removed.GetValueOrDefault("jobFiles") + await HubJobTable.EraseAsync(session, accountId, emailKey);
        foreach (var text in PersonTexts.All)
            removed[text.Name] = removed.GetValueOrDefault(text.Name) + await text.DeleteAsync(session, accountId, emailKey);
        foreach (var (name, table, where) in PersonTables.All)
        {
            var rows = await session.Command($"DELETE FROM {table} WHERE account_id = @account_id AND {where}")
                .With("account_id", accountId).With("email_key", emailKey).ExecuteAsync();
            removed[name] = removed.GetValueOrDefault(name) + rows;
        }
    }

    private static Task<ErasureCertificate?> FindAsync(DbSession session, long accountId, int number) => session.Command("""
        SELECT e.number, e.requested_at, e.requested_by, e.removed,
          (SELECT count(*) FROM erasure_task AS t WHERE t.account_id = e.account_id AND t.number = e.number AND NOT t.is_second_pass) AS tasks_left,
          (SELECT max(t.problem) FROM erasure_task AS t WHERE t.account_id = e.account_id AND t.number = e.number) AS problem
        FROM erasure AS e WHERE e.account_id = @account_id AND e.number = @number
        """)
        .With("account_id", accountId).With("number", number)
        .FirstOrDefaultAsync(row => new ErasureCertificate(
            row.Int("number"), row.Time("requested_at"), row.TextOrNull("requested_by"), StorageJson.Read<Dictionary<string, long>>(row.Text("removed")),
            row.Int("tasks_left"), row.TextOrNull("problem")));
}
