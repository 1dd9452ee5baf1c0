using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlOutgoingWebhooks(Database database) : IOutgoingWebhooks
{
    private const string Columns = """
        id, account_id, url, events, tells_email, is_paused, protected_secret, protected_old_secret, old_secret_until, created_at, failures, failing_since, last_success_at
        """;

    private static readonly string[] Hanging = ["webhook_message", "webhook_attempt"];

    private static readonly BulkStatement<long> Emails = new BulkStatement<long>(
        "SELECT c.id, c.email_key FROM {rows} AS r JOIN contact AS c ON c.account_id = r.account_id AND c.id = r.id")
        .Same("account_id")
        .Number("id", id => id);

    public Task<WebhookSubscription> AddAsync(WebhookSubscription subscription, CancellationToken ct) => database.WriteAsync(
        async session => (await WithChoices(
            session.Command($"""
                INSERT INTO webhook_subscription (account_id, url, events, tells_email, is_paused, protected_secret, protected_old_secret, old_secret_until, created_at,
                  failures, not_before)
                VALUES (@account_id, @url, @events, @tells_email, @is_paused, @secret, @old_secret, @old_until, @created_at, 0, 0) RETURNING {Columns}
                """).With("created_at", subscription.CreatedAt),
            subscription).FirstOrDefaultAsync(Map))!,
        ct);

    public async Task<IReadOnlyList<WebhookSubscription>> ListAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM webhook_subscription WHERE account_id = @account_id ORDER BY id").With("account_id", accountId).QueryAsync(Map), ct);

    public Task<WebhookSubscription?> FindAsync(long accountId, long id, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM webhook_subscription WHERE account_id = @account_id AND id = @id")
            .With("account_id", accountId).With("id", id).FirstOrDefaultAsync(Map),
        ct);

    public Task UpdateAsync(WebhookSubscription subscription, CancellationToken ct) => database.WriteAsync(
        session => WithChoices(
            session.Command("""
                UPDATE webhook_subscription SET not_before = CASE WHEN url = @url THEN not_before ELSE 0 END, url = @url, events = @events, tells_email = @tells_email,
                  is_paused = @is_paused, protected_secret = @secret, protected_old_secret = @old_secret, old_secret_until = @old_until
                WHERE account_id = @account_id AND id = @id
                """).With("id", subscription.Id),
            subscription).ExecuteAsync(),
        ct);

    public Task<bool> RemoveAsync(long accountId, long id, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            foreach (var table in Hanging)
                await session.Command($"DELETE FROM {table} WHERE account_id = @account_id AND subscription_id = @id").With("account_id", accountId).With("id", id).ExecuteAsync();
            return await session.Command("DELETE FROM webhook_subscription WHERE account_id = @account_id AND id = @id")
                .With("account_id", accountId).With("id", id).ExecuteAsync() > 0;
        },
        ct);

    public async Task<IReadOnlyDictionary<long, WebhookQueue>> QueuesAsync(long accountId, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command("""
            SELECT subscription_id, sum(CASE state WHEN 'Waiting' THEN 1 ELSE 0 END) AS waiting, sum(CASE state WHEN 'GivenUp' THEN 1 ELSE 0 END) AS given_up
            FROM webhook_message WHERE account_id = @account_id GROUP BY subscription_id
            """).With("account_id", accountId)
            .QueryAsync(row => (Id: row.Number("subscription_id"), Queue: new WebhookQueue(row.Number("waiting"), row.Number("given_up")))),
        ct)).ToDictionary(row => row.Id, row => row.Queue);

    public async Task<IReadOnlyList<WebhookAttempt>> AttemptsAsync(long accountId, long id, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT message_id, event, at, status, problem, ms FROM webhook_attempt WHERE account_id = @account_id AND subscription_id = @id ORDER BY id DESC LIMIT @max
            """).With("account_id", accountId).With("id", id).With("max", max)
            .QueryAsync(row => new WebhookAttempt(
                row.Text("message_id"), EventOf(row), row.Time("at"), (int?)row.NumberOrNull("status"), row.TextOrNull("problem"), row.Number("ms"))),
        ct);

    public Task<int> ReviveAsync(long accountId, long id, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            await session.Command("UPDATE webhook_subscription SET not_before = 0 WHERE account_id = @account_id AND id = @id")
                .With("account_id", accountId).With("id", id).ExecuteAsync();
            return await session.Command("""
                UPDATE webhook_message SET state = 'Waiting', attempts = 0, not_before = @now, created_at = @now
                WHERE account_id = @account_id AND subscription_id = @id AND state = 'GivenUp'
                """).With("account_id", accountId).With("id", id).With("now", now).ExecuteAsync();
        },
        ct);

    // Begins with the subscriptions, which are few: a long queue that is held costs nothing.
    public async Task<IReadOnlyList<WebhookSubscription>> DueAsync(int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {Columns} FROM webhook_subscription AS s WHERE NOT is_paused AND not_before <= @now AND EXISTS (
              SELECT 1 FROM webhook_message AS m WHERE m.account_id = s.account_id AND m.subscription_id = s.id AND m.state = 'Waiting' AND m.not_before <= @now
              LIMIT 1 OFFSET 0)
            ORDER BY not_before, id LIMIT @max
            """).With("now", database.Clock.GetUtcNow()).With("max", max).QueryAsync(Map),
        ct);

    public Task<WebhookMessage?> NextAsync(WebhookSubscription subscription, CancellationToken ct) => database.ReadAsync(
        session => session.Command("""
            SELECT id, message_id, event, payload, attempts, created_at FROM webhook_message
            WHERE account_id = @account_id AND subscription_id = @id AND state = 'Waiting' AND not_before <= @now ORDER BY not_before, id LIMIT 1
            """).With("account_id", subscription.AccountId).With("id", subscription.Id).With("now", database.Clock.GetUtcNow())
            .FirstOrDefaultAsync(row => new WebhookMessage(
                row.Number("id"), row.Text("message_id"), EventOf(row), row.Text("payload"), row.Int("attempts"), row.Time("created_at"))),
        ct);

    public Task SettleAsync(
        WebhookSubscription subscription, WebhookMessage message, WebhookAttempt attempt, WebhookOutcome outcome, DateTimeOffset notBefore, DateTimeOffset? holdUntil,
        CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Removed meanwhile: nothing may be left of it.
            var known = await session.Command("""
                UPDATE webhook_subscription SET failures = CASE WHEN @ok THEN 0 ELSE failures + 1 END, not_before = COALESCE(@hold, 0),
                  failing_since = CASE WHEN @ok THEN NULL ELSE COALESCE(failing_since, @at) END, last_success_at = CASE WHEN @ok THEN @at ELSE last_success_at END
                WHERE account_id = @account_id AND id = @id
                """)
                .With("account_id", subscription.AccountId).With("id", subscription.Id).With("ok", attempt.Succeeded).With("at", attempt.At).With("hold", holdUntil).ExecuteAsync();
            if (known == 0) return;
            await session.Command("""
                INSERT INTO webhook_attempt (account_id, subscription_id, message_id, event, at, status, problem, ms)
                VALUES (@account_id, @id, @message_id, @event, @at, @status, @problem, @ms)
                """)
                .With("account_id", subscription.AccountId).With("id", subscription.Id).With("message_id", attempt.MessageId).With("event", attempt.Event.Name())
                .With("at", attempt.At).With("status", attempt.Status).With("problem", attempt.Problem).With("ms", attempt.Milliseconds).ExecuteAsync();
            await session.Command("""
                UPDATE webhook_message SET state = @state, attempts = attempts + 1, not_before = @not_before WHERE account_id = @account_id AND id = @message
                """)
                .With("account_id", subscription.AccountId).With("message", message.Id).With("state", StateAfter(outcome)).With("not_before", notBefore).ExecuteAsync();
        },
        ct);

    public async Task<IReadOnlyDictionary<long, string>> EmailsAsync(long accountId, IReadOnlyCollection<long> contacts, CancellationToken ct) => (await database.ReadAsync(
        session => session.Bulk(Emails, [.. contacts]).With("account_id", accountId).QueryAsync(row => (Id: row.Number("id"), Email: row.Text("email_key"))), ct))
        .ToDictionary(row => row.Id, row => row.Email);

    private static Statement WithChoices(Statement statement, WebhookSubscription subscription) => statement
        .With("account_id", subscription.AccountId)
        .With("url", subscription.Url.AbsoluteUri)
        .With("events", StorageJson.Of(subscription.Events.Select(happened => happened.Name())))
        .With("tells_email", subscription.TellsEmail)
        .With("is_paused", subscription.IsPaused)
        .With("secret", subscription.ProtectedSecret)
        .With("old_secret", subscription.ProtectedOldSecret)
        .With("old_until", subscription.OldSecretUntil);

    private static string StateAfter(WebhookOutcome outcome) => outcome == WebhookOutcome.PutOff ? "Waiting" : NameOf(outcome);

    // A newer program's event that this one does not know is still sent.
    private static WebhookEvent EventOf(Row row) => WebhookEvents.Find(row.Text("event")) ?? WebhookEvent.Test;

    private static WebhookSubscription Map(Row row) => new()
    {
        Id = row.Number("id"),
        AccountId = row.Number("account_id"),
        Url = new Uri(row.Text("url")),
        Events = [.. StorageJson.Read<string[]>(row.Text("events")).Select(WebhookEvents.Find).OfType<WebhookEvent>()],
        TellsEmail = row.Flag("tells_email"),
        IsPaused = row.Flag("is_paused"),
        ProtectedSecret = row.Text("protected_secret"),
        ProtectedOldSecret = row.TextOrNull("protected_old_secret"),
        OldSecretUntil = row.TimeOrNull("old_secret_until"),
        CreatedAt = row.Time("created_at"),
        Failures = row.Int("failures"),
        FailingSince = row.TimeOrNull("failing_since"),
        LastSuccessAt = row.TimeOrNull("last_success_at"),
    };
}
