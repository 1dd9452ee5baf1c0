using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlAuditLog(Database database) : IAuditLog
{
    public Task AddAsync(AuditEntry entry, CancellationToken ct) => database.WriteAsync(session => AddAsync(session, entry, database.Clock.GetUtcNow()), ct);

    /// <summary>The same within a transaction, for what must not be done without its entry.</summary>
    public static Task<int> AddAsync(DbSession session, AuditEntry entry, DateTimeOffset now) => session
        .Command("""
            INSERT INTO audit_entry (account_id, at, user_id, actor, action, subject, changes, origin)
            VALUES (@account_id, @at, @user_id, @actor, @action, @subject, @changes, @origin)
            """)
        .With("account_id", entry.AccountId).With("at", now).With("user_id", entry.UserId?.ToString())
        .With("actor", entry.Actor).With("action", entry.Action).With("subject", entry.Subject)
        .With("changes", StorageJson.Of(entry.Changes)).With("origin", entry.Origin).ExecuteAsync();

    public async Task<IReadOnlyList<KeptAuditEntry>> ListAsync(long accountId, AuditFilter filter, long? before, int count, CancellationToken ct) =>
        await database.ReadAsync(
            session => session.Command($"""
                SELECT id, at, user_id, actor, action, subject, changes, origin FROM audit_entry
                WHERE account_id = @account_id AND id < @before
                {(filter.Action is null ? "" : "AND substr(action, 1, length(@action)) = @action")}
                {(filter.UserId is null ? "" : "AND user_id = @user_id")}
                {(filter.Subject is null ? "" : "AND subject = @subject")}
                {(filter.Actor is null ? "" : "AND user_id IS NULL AND actor = @actor")}
                ORDER BY id DESC LIMIT @count
                """)
                .With("account_id", accountId).With("before", before ?? long.MaxValue).With("count", count)
                .With("action", filter.Action).With("user_id", filter.UserId?.ToString()).With("subject", filter.Subject).With("actor", filter.Actor)
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

    public async Task<IReadOnlyList<AuditActor>> ActorsAsync(long accountId, int among, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            session => session.Command("""
                SELECT user_id, actor, max(id) AS newest FROM (
                  SELECT id, user_id, actor FROM audit_entry WHERE account_id = @account_id ORDER BY id DESC LIMIT @among) AS recent
                GROUP BY user_id, actor
                """).With("account_id", accountId).With("among", among)
                .QueryAsync(row => (User: row.TextOrNull("user_id"), Actor: row.Text("actor"), Newest: row.Number("newest"))),
            ct);
        // A person who changed their name stands in the list once.
        return [.. rows.GroupBy(row => row.User ?? row.Actor, StringComparer.Ordinal).Select(group => group.MaxBy(row => row.Newest))
            .Select(row => new AuditActor(row.User is { } user ? Guid.Parse(user) : null, row.Actor))
            .OrderBy(actor => actor.UserId is null).ThenBy(actor => actor.Name, StringComparer.OrdinalIgnoreCase)];
    }
}
