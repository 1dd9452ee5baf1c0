using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlAuditLog(Database database) : IAuditLog
{
    public Task AddAsync(AuditEntry entry, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            INSERT INTO audit_entry (account_id, at, user_id, actor, action, subject, changes, origin)
            VALUES (@account_id, @at, @user_id, @actor, @action, @subject, @changes, @origin)
            """)
            .With("account_id", entry.AccountId).With("at", database.Clock.GetUtcNow()).With("user_id", entry.UserId?.ToString())
            .With("actor", entry.Actor).With("action", entry.Action).With("subject", entry.Subject)
            .With("changes", StorageJson.Of(entry.Changes)).With("origin", entry.Origin).ExecuteAsync(),
        ct);

    public async Task<IReadOnlyList<KeptAuditEntry>> ListAsync(long accountId, AuditFilter filter, long? before, int count, CancellationToken ct) =>
        await database.ReadAsync(
            session => session.Command($"""
                SELECT id, at, user_id, actor, action, subject, changes, origin FROM audit_entry
                WHERE account_id = @account_id AND id < @before
                {(filter.Action is null ? "" : "AND substr(action, 1, length(@action)) = @action")}
                {(filter.UserId is null ? "" : "AND user_id = @user_id")}
                {(filter.Subject is null ? "" : "AND subject = @subject")}
                ORDER BY id DESC LIMIT @count
                """)
                .With("account_id", accountId).With("before", before ?? long.MaxValue).With("count", count)
                .With("action", filter.Action).With("user_id", filter.UserId?.ToString()).With("subject", filter.Subject)
                .QueryAsync(row => new KeptAuditEntry(row.Number("id"), row.Time("at"), new AuditEntry
                {
                    AccountId = accountId,
                    UserId = row.TextOrNull("user_id") is { } user ? Guid.Parse(user) : null,
                    Actor = row.Text("actor"),
                    Action = row.Text("action"),
                    Subject = row.Text("subject"),
                    Changes = StorageJson.Read<List<AuditChange>>(row.Text("changes")),
                    Origin = row.TextOrNull("origin"),
                })),
            ct);
}
