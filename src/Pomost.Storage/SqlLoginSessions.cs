using System.Security.Cryptography;
using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlLoginSessions(Database database) : ILoginSessions
{
    private const int IdBytes = 24;

    public Task<string> BeginAsync(Guid userId, string device, string? address, SessionLife life, bool byPasskey, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var (id, now) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), database.Clock.GetUtcNow());
            await session.Command("""
                INSERT INTO login_session (id, user_id, device, address, life, created_at, last_seen_at, expires_at, ends_at, by_passkey)
                VALUES (@id, @user_id, @device, @address, @life, @now, @now, @expires_at, @ends_at, @by_passkey)
                """)
                .With("id", id).With("user_id", userId.ToString()).With("device", device).With("address", address)
                .With("life", (long)life.AfterUse.TotalMilliseconds).With("now", now).With("expires_at", now + life.AfterUse).With("ends_at", now + life.AtMost)
                .With("by_passkey", byPasskey).ExecuteAsync();
            await NoteSeenAsync(session, id, now);
            return id;
        },
        ct);

    public Task<PersonAtWork?> FindAsync(string id, CancellationToken ct) => database.ReadAsync(
        session => session.Command("""
            SELECT s.last_seen_at, s.confirmed_at, s.by_passkey, u.two_factor_enabled, o.second_factor, u.id AS user_id, u.email, u.full_name, u.language, u.theme, u.time_zone, u.is_dense, u.has_shortcuts, u.is_operator,
              m.account_id, m.role, m.stores, (SELECT count(*) FROM membership AS a WHERE a.user_id = s.user_id) AS accounts
            FROM login_session AS s JOIN app_user AS u ON u.id = s.user_id JOIN membership AS m ON m.user_id = s.user_id
              JOIN account AS o ON o.id = m.account_id
            WHERE s.id = @id AND s.expires_at > @now AND s.ends_at > @now
            ORDER BY CASE WHEN m.account_id = s.account_id THEN 0 ELSE 1 END, m.account_id LIMIT 1
            """)
            .With("id", id).With("now", database.Clock.GetUtcNow())
            .FirstOrDefaultAsync(row => new PersonAtWork
            {
                SessionId = id,
                ConfirmedAt = row.TimeOrNull("confirmed_at"),
                HasSecondFactor = row.Flag("two_factor_enabled") || row.Flag("by_passkey"),
                SecondFactorOf = row.NameOrNull<SecondFactorDemand>("second_factor") ?? SecondFactorDemand.Nobody,
                LastSeenAt = row.Time("last_seen_at"),
                UserId = Guid.Parse(row.Text("user_id")),
                Email = row.Text("email"),
                FullName = row.Text("full_name"),
                Language = row.Text("language"),
                Theme = row.TextOrNull("theme"),
                TimeZone = row.TextOrNull("time_zone"),
                IsDense = row.Flag("is_dense"),
                HasShortcuts = row.Flag("has_shortcuts"),
                IsOperator = row.Flag("is_operator"),
                Place = SqlAccounts.MapPlace(row, Guid.Parse(row.Text("user_id"))),
                Accounts = row.Int("accounts"),
            }),
        ct);

    public Task TouchAsync(string id, string? address, CancellationToken ct) => database.WriteWhereRoomAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            await session.Command("UPDATE login_session SET last_seen_at = @now, expires_at = @now + life, address = COALESCE(@address, address) WHERE id = @id")
                .With("id", id).With("now", now).With("address", address).ExecuteAsync();
            await NoteSeenAsync(session, id, now);
        },
        ct);

    public Task ConfirmAsync(string id, bool byPasskey, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE login_session SET confirmed_at = @now, by_passkey = (by_passkey OR @by_passkey) WHERE id = @id")
            .With("id", id).With("now", database.Clock.GetUtcNow()).With("by_passkey", byPasskey).ExecuteAsync(),
        ct);

    public async Task<IReadOnlyList<LoginSession>> ListAsync(Guid userId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT id, device, address, created_at, last_seen_at FROM login_session WHERE user_id = @user_id AND expires_at > @now AND ends_at > @now
            ORDER BY last_seen_at DESC, id
            """)
            .With("user_id", userId.ToString()).With("now", database.Clock.GetUtcNow())
            .QueryAsync(row => new LoginSession(row.Text("id"), row.Text("device"), row.TextOrNull("address"), row.Time("created_at"), row.Time("last_seen_at"))),
        ct);

    public async Task<bool> EndAsync(Guid userId, string id, CancellationToken ct) => await database.WriteAsync(
        session => session.Command("DELETE FROM login_session WHERE id = @id AND user_id = @user_id").With("id", id).With("user_id", userId.ToString()).ExecuteAsync(),
        ct) > 0;

    public Task<int> EndOthersAsync(Guid userId, string? kept, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM login_session WHERE user_id = @user_id AND id <> @kept")
            .With("user_id", userId.ToString()).With("kept", kept ?? "").ExecuteAsync(),
        ct);

    public async Task<bool> SwitchAsync(string id, long accountId, CancellationToken ct) => await database.WriteAsync(
        session => session.Command("""
            UPDATE login_session SET account_id = @account_id
            WHERE id = @id AND EXISTS (SELECT 1 FROM membership AS m WHERE m.account_id = @account_id AND m.user_id = login_session.user_id)
            """)
            .With("id", id).With("account_id", accountId).ExecuteAsync(),
        ct) > 0;

    public Task<int> RemoveExpiredAsync(int max, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM login_session WHERE id IN (SELECT id FROM login_session WHERE expires_at <= @now OR ends_at <= @now LIMIT @max)")
            .With("now", database.Clock.GetUtcNow()).With("max", max).ExecuteAsync(),
        ct);

    private static Task<int> NoteSeenAsync(DbSession session, string id, DateTimeOffset now) =>
        session.Command("UPDATE app_user SET last_seen_at = @now WHERE id = (SELECT user_id FROM login_session WHERE id = @id)")
            .With("id", id).With("now", now).ExecuteAsync();
}
