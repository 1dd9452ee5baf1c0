using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlApiKeys(Database database) : IApiKeys
{
    private const string Columns = "id, account_id, name, may_write, created_at, last_used_at";

    public Task<ApiKey> AddAsync(long accountId, string name, bool mayWrite, string keyHash, CancellationToken ct) => database.WriteAsync(
        async session => (await session.Command($"""
            INSERT INTO api_key (account_id, name, key_hash, may_write, created_at) VALUES (@account_id, @name, @key_hash, @may_write, @now) RETURNING {Columns}
            """)
            .With("account_id", accountId).With("name", name).With("key_hash", keyHash).With("may_write", mayWrite).With("now", database.Clock.GetUtcNow())
            .FirstOrDefaultAsync(Map))!,
        ct);

    public async Task<IReadOnlyList<ApiKey>> ListAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM api_key WHERE account_id = @account_id AND revoked_at IS NULL ORDER BY id")
            .With("account_id", accountId).QueryAsync(Map),
        ct);

    public Task<ApiKey?> FindAsync(string keyHash, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM api_key WHERE key_hash = @key_hash AND revoked_at IS NULL").With("key_hash", keyHash).FirstOrDefaultAsync(Map), ct);

    public Task TouchAsync(ApiKey key, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE api_key SET last_used_at = @now WHERE account_id = @account_id AND id = @id")
            .With("account_id", key.AccountId).With("id", key.Id).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);

    public async Task<bool> RevokeAsync(long accountId, long keyId, CancellationToken ct) => await database.WriteAsync(
        session => session.Command("UPDATE api_key SET revoked_at = @now WHERE account_id = @account_id AND id = @id AND revoked_at IS NULL")
            .With("account_id", accountId).With("id", keyId).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct) > 0;

    private static ApiKey Map(Row row) => new(
        row.Number("id"), row.Number("account_id"), row.Text("name"), row.Flag("may_write"), row.Time("created_at"), row.TimeOrNull("last_used_at"));
}
