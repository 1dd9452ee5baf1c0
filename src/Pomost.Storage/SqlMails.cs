using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlMails(Database database) : IMails
{
    private const string Columns = "id, kind, recipient, subject, protected_letter, state, attempts, problem, created_at, sent_at";

    public Task<KeptMail> AddAsync(KeptMail mail, CancellationToken ct) => database.WriteAsync(
        async session => (await session.Command($"""
            INSERT INTO mail (kind, recipient, subject, protected_letter, state, attempts, next_try_at, created_at)
            VALUES (@kind, @recipient, @subject, @letter, @state, 0, @next_try_at, @now) RETURNING {Columns}
            """)
            .With("kind", NameOf(mail.Kind)).With("recipient", mail.Recipient).With("subject", mail.Subject).With("letter", mail.ProtectedLetter)
            .With("state", NameOf(mail.State)).With("next_try_at", mail.State == MailState.Waiting ? database.Clock.GetUtcNow() : null)
            .With("now", database.Clock.GetUtcNow()).FirstOrDefaultAsync(Map))!,
        ct);

    public async Task<IReadOnlyList<KeptMail>> ListAsync(long? before, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM mail WHERE id < @before ORDER BY id DESC LIMIT @max")
            .With("before", before ?? long.MaxValue).With("max", max).QueryAsync(Map),
        ct);

    public Task<KeptMail?> FindAsync(long id, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM mail WHERE id = @id").With("id", id).FirstOrDefaultAsync(Map), ct);

    public async Task<IReadOnlyList<KeptMail>> TakeAsync(int max, TimeSpan lease, CancellationToken ct)
    {
        var taken = await database.WriteAsync(
            session => session.Command($"""
                UPDATE mail SET next_try_at = @until WHERE id IN (
                  SELECT id FROM mail WHERE next_try_at <= @now ORDER BY next_try_at, id LIMIT @max
                  {session.ByDialect("", "FOR UPDATE SKIP LOCKED")})
                RETURNING {Columns}
                """)
                .With("now", database.Clock.GetUtcNow()).With("until", database.Clock.GetUtcNow() + lease).With("max", max).QueryAsync(Map),
            ct);
        return [.. taken.OrderBy(mail => mail.Id)];
    }

    public Task SentAsync(long id, string protectedLetter, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            UPDATE mail SET state = 'Sent', attempts = attempts + 1, next_try_at = NULL, problem = NULL, sent_at = @now, protected_letter = @letter WHERE id = @id
            """)
            .With("id", id).With("letter", protectedLetter).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);

    public Task NotSentAsync(long id, string problem, DateTimeOffset? nextTryAt, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE mail SET state = @state, attempts = attempts + 1, next_try_at = @next_try_at, problem = @problem WHERE id = @id")
            .With("id", id).With("state", NameOf(nextTryAt is null ? MailState.GivenUp : MailState.Waiting)).With("next_try_at", nextTryAt).With("problem", problem)
            .ExecuteAsync(),
        ct);

    public Task<int> RemoveAsync(DateTimeOffset before, int max, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM mail WHERE id IN (SELECT o.id FROM (SELECT id, created_at FROM mail ORDER BY id LIMIT @max) AS o WHERE o.created_at < @before)")
            .With("before", before).With("max", max).ExecuteAsync(),
        ct);

    private static KeptMail Map(Row row) => new()
    {
        Id = row.Number("id"),
        Kind = row.Name<MailKind>("kind"),
        Recipient = row.Text("recipient"),
        Subject = row.Text("subject"),
        ProtectedLetter = row.Text("protected_letter"),
        State = row.Name<MailState>("state"),
        Attempts = row.Int("attempts"),
        Problem = row.TextOrNull("problem"),
        CreatedAt = row.Time("created_at"),
        SentAt = row.TimeOrNull("sent_at"),
    };
}
