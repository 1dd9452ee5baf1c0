namespace Pomost.Storage;

/// <summary>
/// Applies the steps a database lacks, lowest number first, each in its own transaction. What is applied is remembered by number,
/// so a step with a lower number that arrives later still runs.
/// </summary>
internal sealed class MigrationRunner(Database database, IReadOnlyList<Migration> migrations)
{
    private sealed record Applied(int Number, string Name, string Sha256);

    public async Task RunAsync(CancellationToken ct)
    {
        if (await FindMissingInReadAsync(ct) is []) return;
        await database.WhileAloneAsync(
            async () =>
            {
                await database.WriteAsync(CreateTableAsync, ct);
                foreach (var migration in migrations) await database.WriteAsync(session => ApplyAsync(session, migration), ct);
            },
            ct);
    }

    // An up-to-date database is opened without a write, so a reader can start while another process writes.
    private Task<List<Migration>> FindMissingInReadAsync(CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var exists = await session.Command(session.ByDialect(
                "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'",
                "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_migration')")).NumberAsync();
            return exists == 0 ? [.. migrations] : Missing(await ReadAppliedAsync(session));
        },
        ct);

    private static Task CreateTableAsync(DbSession session) => session.Command(
        "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)")
        .ExecuteAsync();

    private async Task ApplyAsync(DbSession session, Migration migration)
    {
        if (!Missing(await ReadAppliedAsync(session)).Contains(migration)) return;
        try
        {
            await session.Command(migration.Sql).ExecuteAsync();
        }
        catch (System.Data.Common.DbException error)
        {
            throw new MigrationException($"Database migration {migration.Number:0000}_{migration.Name} failed and was undone: {error.Message}", error);
        }
        await session.Command("INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES (@number, @name, @sha256, @applied_at)")
            .With("number", migration.Number)
            .With("name", migration.Name)
            .With("sha256", migration.Sha256)
            .With("applied_at", database.Clock.GetUtcNow())
            .ExecuteAsync();
    }

    private static Task<List<Applied>> ReadAppliedAsync(DbSession session) => session
        .Command("SELECT number, name, sha256 FROM schema_migration ORDER BY number")
        .QueryAsync(row => new Applied(row.Int("number"), row.Text("name"), row.Text("sha256")));

    private List<Migration> Missing(List<Applied> applied)
    {
        var known = migrations.ToDictionary(migration => migration.Number);
        foreach (var step in applied)
        {
            if (!known.TryGetValue(step.Number, out var migration))
            {
                throw new MigrationException(
                    $"The database was written by a newer Pomost: it has migration {step.Number:0000}_{step.Name}, which this program does not know. " +
                    "Start the newer program, or restore a backup made before the upgrade.");
            }
            if (migration.Sha256 != step.Sha256)
            {
                throw new MigrationException(
                    $"Migration {step.Number:0000}_{step.Name} was applied to this database with another content than this program carries. " +
                    "An applied migration never changes: use a released program, or restore a backup.");
            }
        }
        var present = applied.Select(step => step.Number).ToHashSet();
        return [.. migrations.Where(migration => !present.Contains(migration.Number))];
    }
}
