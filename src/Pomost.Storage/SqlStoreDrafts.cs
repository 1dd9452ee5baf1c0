using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlStoreDrafts(Database database) : IStoreDrafts
{
    private const string Columns = "account_id, id, platform, name, protected_values, destination_id, state_hash, protected_pending, state_until, made_by, changed_at";

    public Task<KeptDraft> SaveAsync(KeptDraft draft, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Read back as it is stored, without parts of a millisecond, so that it can be compared.
            var saved = draft with { ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(database.Clock.GetUtcNow().ToUnixTimeMilliseconds()) };
            await session.Command($"""
                INSERT INTO store_draft ({Columns})
                VALUES (@account_id, @id, @platform, @name, @protected_values, @destination_id, @state_hash, @protected_pending, @state_until, @made_by, @changed_at)
                ON CONFLICT (account_id, id) DO UPDATE SET platform = excluded.platform, name = excluded.name, protected_values = excluded.protected_values,
                  destination_id = excluded.destination_id, state_hash = excluded.state_hash, protected_pending = excluded.protected_pending,
                  state_until = excluded.state_until, made_by = excluded.made_by, changed_at = excluded.changed_at
                """)
                .With("account_id", saved.AccountId).With("id", saved.Id).With("platform", saved.Platform).With("name", saved.Name)
                .With("protected_values", saved.ProtectedValues).With("destination_id", saved.DestinationId).With("state_hash", saved.StateHash)
                .With("protected_pending", saved.ProtectedPending).With("state_until", saved.StateUntil).With("made_by", saved.MadeBy?.ToString())
                .With("changed_at", saved.ChangedAt).ExecuteAsync();
            return saved;
        },
        ct);

    public Task<KeptDraft?> FindAsync(long accountId, string id, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM store_draft WHERE account_id = @account_id AND id = @id")
            .With("account_id", accountId).With("id", id).FirstOrDefaultAsync(Map),
        ct);

    public Task<KeptDraft?> FindByStateAsync(string stateHash, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM store_draft WHERE state_hash = @state_hash AND state_until > @now")
            .With("state_hash", stateHash).With("now", database.Clock.GetUtcNow()).FirstOrDefaultAsync(Map),
        ct);

    public async Task<IReadOnlyList<KeptDraft>> ListAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM store_draft WHERE account_id = @account_id ORDER BY changed_at DESC, id")
            .With("account_id", accountId).QueryAsync(Map),
        ct);

    public Task<bool> RemoveAsync(long accountId, string id, CancellationToken ct) => database.WriteAsync(
        async session => await session.Command("DELETE FROM store_draft WHERE account_id = @account_id AND id = @id")
            .With("account_id", accountId).With("id", id).ExecuteAsync() > 0,
        ct);

    public Task ForgetAsync(DateTimeOffset before, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM store_draft WHERE changed_at < @before").With("before", before).ExecuteAsync(), ct);

    private static KeptDraft Map(Row row) => new()
    {
        AccountId = row.Number("account_id"),
        Id = row.Text("id"),
        Platform = row.Text("platform"),
        Name = row.Text("name"),
        ProtectedValues = row.Text("protected_values"),
        DestinationId = row.NumberOrNull("destination_id"),
        StateHash = row.TextOrNull("state_hash"),
        ProtectedPending = row.TextOrNull("protected_pending"),
        StateUntil = row.TimeOrNull("state_until"),
        MadeBy = row.TextOrNull("made_by") is { } user ? Guid.Parse(user) : null,
        ChangedAt = row.Time("changed_at"),
    };
}
