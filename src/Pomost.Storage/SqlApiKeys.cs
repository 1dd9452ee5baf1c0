using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlApiKeys(Database database) : IApiKeys
{
    internal const string Columns = "id, account_id, name, prefix, may_write, store_ids, created_by, created_at, last_used_at, expires_at, replaced_by";

    public Task<ApiKey> AddAsync(NewApiKey key, string prefix, string keyHash, CancellationToken ct) =>
        database.WriteAsync(session => AddAsync(session, key, prefix, keyHash), ct);

    public async Task<IReadOnlyList<ApiKey>> ListAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM api_key WHERE account_id = @account_id AND revoked_at IS NULL ORDER BY id")
            .With("account_id", accountId).QueryAsync(Map),
        ct);

    public Task<ApiKey?> FindAsync(string keyHash, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM api_key WHERE key_hash = @key_hash AND revoked_at IS NULL").With("key_hash", keyHash).FirstOrDefaultAsync(Map), ct);

    public Task TouchAsync(ApiKey key, CancellationToken ct) => database.WriteWhereRoomAsync(
        session => session.Command("UPDATE api_key SET last_used_at = @now WHERE account_id = @account_id AND id = @id")
            .With("account_id", key.AccountId).With("id", key.Id).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);

    public Task<ApiKey?> ReplaceAsync(ApiKey old, DateTimeOffset oldEndsAt, NewApiKey key, string prefix, string keyHash, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Ends the old key first: of two replacements at once only one finds it without a successor.
            var ended = await session.Command("""
                UPDATE api_key SET expires_at = @ends_at, replaced_by = id
                WHERE account_id = @account_id AND id = @id AND revoked_at IS NULL AND replaced_by IS NULL
                """).With("account_id", old.AccountId).With("id", old.Id).With("ends_at", oldEndsAt).ExecuteAsync();
            if (ended == 0) return null;
            var made = await AddAsync(session, key, prefix, keyHash);
            await session.Command("UPDATE api_key SET replaced_by = @by WHERE account_id = @account_id AND id = @id")
                .With("account_id", old.AccountId).With("id", old.Id).With("by", made.Id).ExecuteAsync();
            return made;
        },
        ct);

    public async Task<bool> RevokeAsync(long accountId, long keyId, CancellationToken ct) => await database.WriteAsync(
        session => session.Command("UPDATE api_key SET revoked_at = @now WHERE account_id = @account_id AND id = @id AND revoked_at IS NULL")
            .With("account_id", accountId).With("id", keyId).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct) > 0;

    private async Task<ApiKey> AddAsync(DbSession session, NewApiKey key, string prefix, string keyHash) => (await session.Command($"""
        INSERT INTO api_key (account_id, name, prefix, key_hash, may_write, store_ids, created_by, created_at, expires_at)
        VALUES (@account_id, @name, @prefix, @key_hash, @may_write, @store_ids, @created_by, @now, @expires_at) RETURNING {Columns}
        """)
        .With("account_id", key.AccountId).With("name", key.Name).With("prefix", prefix).With("key_hash", keyHash).With("may_write", key.MayWrite)
        .With("store_ids", key.StoreIds is { } stores ? StorageJson.Of(stores) : null).With("created_by", key.CreatedBy?.ToString())
        .With("now", database.Clock.GetUtcNow()).With("expires_at", key.ExpiresAt)
        .FirstOrDefaultAsync(Map))!;

    internal static ApiKey Map(Row row) => new()
    {
        Id = row.Number("id"),
        AccountId = row.Number("account_id"),
        Name = row.Text("name"),
        Prefix = row.TextOrNull("prefix"),
        MayWrite = row.Flag("may_write"),
        StoreIds = row.TextOrNull("store_ids") is { } stores ? StorageJson.Read<long[]>(stores) : null,
        CreatedBy = row.TextOrNull("created_by") is { } user ? Guid.Parse(user) : null,
        CreatedAt = row.Time("created_at"),
        LastUsedAt = row.TimeOrNull("last_used_at"),
        ExpiresAt = row.TimeOrNull("expires_at"),
        ReplacedBy = row.NumberOrNull("replaced_by"),
    };
}
