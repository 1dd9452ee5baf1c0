using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlTeams(Database database) : ITeams
{
    private const string InvitationColumns = "id, account_id, email, role, stores, language, invited_by, expires_at";

    public async Task<IReadOnlyList<TeamMember>> MembersAsync(long accountId, CancellationToken ct)
    {
        var members = await database.ReadAsync(
            session => session.Command("""
                SELECT u.id, u.full_name, u.email, u.two_factor_enabled, u.last_seen_at, m.role, m.stores,
                  (SELECT count(*) FROM app_user_passkey AS p WHERE p.user_id = u.id) AS passkeys
                FROM membership AS m JOIN app_user AS u ON u.id = m.user_id WHERE m.account_id = @account_id ORDER BY u.full_name, u.id
                """)
                .With("account_id", accountId)
                .QueryAsync(row => new TeamMember
                {
                    UserId = Guid.Parse(row.Text("id")),
                    FullName = row.Text("full_name"),
                    Email = row.Text("email"),
                    Role = row.Name<AccountRole>("role"),
                    Stores = StoresOf(row),
                    HasSecondFactor = row.Flag("two_factor_enabled") || row.Number("passkeys") > 0,
                    LastSeenAt = row.TimeOrNull("last_seen_at"),
                }),
            ct);
        return [.. members.OrderBy(member => member.Role)];
    }

    public Task<TeamOutcome> ChangeAsync(long accountId, Guid userId, AccountRole role, IReadOnlyList<long>? stores, bool byOwner, bool endsKeys, CancellationToken ct) =>
        WhenAllowedAsync(
            accountId, userId, role, byOwner,
            async (session, of) =>
            {
                await of(session.Command("UPDATE membership SET role = @role, stores = @stores WHERE account_id = @account_id AND user_id = @user_id"))
                    .With("role", NameOf(role)).With("stores", TextOf(stores)).ExecuteAsync();
                if (role != AccountRole.Owner)
                    await of(session.Command("DELETE FROM invitation WHERE account_id = @account_id AND invited_by = @user_id AND role = @owner"))
                        .With("owner", NameOf(AccountRole.Owner)).ExecuteAsync();
                if (!TeamDesk.MayAdminister(role))
                    await EndAsync(session, of, accountId, endsKeys);
            },
            ct);

    public Task<TeamOutcome> RemoveAsync(long accountId, Guid userId, bool byOwner, bool endsKeys, CancellationToken ct) =>
        WhenAllowedAsync(
            accountId, userId, null, byOwner,
            async (session, of) =>
            {
                await of(session.Command("DELETE FROM membership WHERE account_id = @account_id AND user_id = @user_id")).ExecuteAsync();
                await of(session.Command("DELETE FROM login_session WHERE user_id = @user_id AND (account_id = @account_id OR account_id IS NULL)")).ExecuteAsync();
                await EndAsync(session, of, accountId, endsKeys);
            },
            ct);

    public async Task<LeftBehind> LeftBehindAsync(long accountId, Guid userId, CancellationToken ct) => await database.ReadAsync(
        async session =>
        {
            Statement Of(string sql) => session.Command(sql)
                .With("account_id", accountId).With("user_id", userId.ToString()).With("now", database.Clock.GetUtcNow());
            return new LeftBehind(
                await Of($"""
                    SELECT {SqlApiKeys.Columns} FROM api_key
                    WHERE account_id = @account_id AND created_by = @user_id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now) ORDER BY id
                    """).QueryAsync(SqlApiKeys.Map),
                await Of($"""
                    SELECT {InvitationColumns} FROM invitation WHERE account_id = @account_id AND invited_by = @user_id AND expires_at > @now ORDER BY id
                    """).QueryAsync(Map));
        },
        ct);

    public async Task<IReadOnlyList<Invitation>> InvitationsAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {InvitationColumns} FROM invitation WHERE account_id = @account_id AND expires_at > @now ORDER BY expires_at DESC, id DESC")
            .With("account_id", accountId).With("now", database.Clock.GetUtcNow()).QueryAsync(Map),
        ct);

    public Task<Invitation> InviteAsync(Invitation invitation, string tokenHash, CancellationToken ct) => database.WriteAsync(
        async session => (await session.Command($"""
            INSERT INTO invitation (account_id, email, email_key, role, stores, language, invited_by, token_hash, expires_at)
            VALUES (@account_id, @email, @email_key, @role, @stores, @language, @invited_by, @token_hash, @expires_at)
            ON CONFLICT (account_id, email_key) DO UPDATE SET email = excluded.email, role = excluded.role, stores = excluded.stores,
              language = excluded.language, invited_by = excluded.invited_by, token_hash = excluded.token_hash, expires_at = excluded.expires_at
            RETURNING {InvitationColumns}
            """)
            .With("account_id", invitation.AccountId).With("email", invitation.Email).With("email_key", invitation.Email.ToLowerInvariant())
            .With("role", NameOf(invitation.Role)).With("stores", TextOf(invitation.Stores)).With("language", invitation.Language)
            .With("invited_by", invitation.InvitedBy?.ToString()).With("token_hash", tokenHash).With("expires_at", invitation.ExpiresAt).FirstOrDefaultAsync(Map))!,
        ct);

    public Task<Invitation?> FindInvitationAsync(string tokenHash, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {InvitationColumns} FROM invitation WHERE token_hash = @token_hash AND expires_at > @now")
            .With("token_hash", tokenHash).With("now", database.Clock.GetUtcNow()).FirstOrDefaultAsync(Map),
        ct);

    public Task<TeamOutcome> WithdrawAsync(long accountId, long invitationId, bool byOwner, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var role = await session.Command("SELECT role FROM invitation WHERE account_id = @account_id AND id = @id")
                .With("account_id", accountId).With("id", invitationId).TextAsync();
            if (role is null) return TeamOutcome.NotThere;
            if (role == NameOf(AccountRole.Owner) && !byOwner) return TeamOutcome.OwnersOnly;
            await session.Command("DELETE FROM invitation WHERE account_id = @account_id AND id = @id")
                .With("account_id", accountId).With("id", invitationId).ExecuteAsync();
            return TeamOutcome.Done;
        },
        ct);

    public Task<Membership?> AcceptAsync(string tokenHash, Guid userId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            var invitation = await session.Command($"DELETE FROM invitation WHERE token_hash = @token_hash AND expires_at > @now RETURNING {InvitationColumns}")
                .With("token_hash", tokenHash).With("now", now).FirstOrDefaultAsync(Map);
            if (invitation is null) return null;
            await session.Command("""
                INSERT INTO membership (account_id, user_id, role, stores, created_at) VALUES (@account_id, @user_id, @role, @stores, @now) ON CONFLICT DO NOTHING
                """)
                .With("account_id", invitation.AccountId).With("user_id", userId.ToString()).With("role", NameOf(invitation.Role))
                .With("stores", TextOf(invitation.Stores)).With("now", now).ExecuteAsync();
            return await session.Command("SELECT account_id, role, stores FROM membership WHERE account_id = @account_id AND user_id = @user_id")
                .With("account_id", invitation.AccountId).With("user_id", userId.ToString()).FirstOrDefaultAsync(row => SqlAccounts.MapPlace(row, userId));
        },
        ct);

    public Task<int> RemoveExpiredAsync(int max, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            DELETE FROM invitation WHERE (account_id, id) IN (SELECT account_id, id FROM invitation WHERE expires_at <= @now LIMIT @max)
            """).With("now", database.Clock.GetUtcNow()).With("max", max).ExecuteAsync(),
        ct);

    internal static IReadOnlyList<long>? StoresOf(Row row) => row.TextOrNull("stores") is { } stores ? StorageJson.Read<long[]>(stores) : null;

    private static string? TextOf(IReadOnlyList<long>? stores) => stores is null ? null : StorageJson.Of(stores);

    /// <param name="accountId">The account.</param>
    /// <param name="userId">Whom it is about.</param>
    /// <param name="role">What they become; null = nobody.</param>
    /// <param name="byOwner">Whoever asks is an owner.</param>
    /// <param name="change">What is done when it may be done.</param>
    /// <param name="ct">Cancels.</param>
    private Task<TeamOutcome> WhenAllowedAsync(
        long accountId, Guid userId, AccountRole? role, bool byOwner, Func<DbSession, Func<Statement, Statement>, Task> change, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Locks the account: two owners who take each other's role at once must not both succeed.
            await session.Command("UPDATE account SET name = name WHERE id = @account_id").With("account_id", accountId).ExecuteAsync();
            var roles = await session.Command("SELECT user_id, role FROM membership WHERE account_id = @account_id").With("account_id", accountId)
                .QueryAsync(row => (User: row.Text("user_id"), Role: row.Name<AccountRole>("role")));
            var index = roles.FindIndex(member => member.User == userId.ToString());
            if (index < 0) return TeamOutcome.NotThere;
            var isOwner = roles[index].Role == AccountRole.Owner;
            if (!byOwner && (isOwner || role == AccountRole.Owner)) return TeamOutcome.OwnersOnly;
            if (isOwner && role != AccountRole.Owner && roles.Count(member => member.Role == AccountRole.Owner) == 1) return TeamOutcome.LastOwner;
            await change(session, statement => statement.With("account_id", accountId).With("user_id", userId.ToString()));
            return TeamOutcome.Done;
        },
        ct);

    /// <summary>Ends what a person made that would go on opening the account. Of stores begun before it was kept who began them, only the way back from the shop is closed.</summary>
    private async Task EndAsync(DbSession session, Func<Statement, Statement> of, long accountId, bool endsKeys)
    {
        await of(session.Command("DELETE FROM invitation WHERE account_id = @account_id AND invited_by = @user_id")).ExecuteAsync();
        await of(session.Command("DELETE FROM store_draft WHERE account_id = @account_id AND made_by = @user_id")).ExecuteAsync();
        await session.Command("UPDATE store_draft SET state_hash = NULL, protected_pending = NULL, state_until = NULL WHERE account_id = @account_id AND made_by IS NULL")
            .With("account_id", accountId).ExecuteAsync();
        if (endsKeys)
            await of(session.Command("UPDATE api_key SET revoked_at = @now WHERE account_id = @account_id AND created_by = @user_id AND revoked_at IS NULL"))
                .With("now", database.Clock.GetUtcNow()).ExecuteAsync();
    }

    private static Invitation Map(Row row) => new()
    {
        Id = row.Number("id"),
        AccountId = row.Number("account_id"),
        Email = row.Text("email"),
        Role = row.Name<AccountRole>("role"),
        Stores = StoresOf(row),
        Language = row.Text("language"),
        InvitedBy = row.TextOrNull("invited_by") is { } user ? Guid.Parse(user) : null,
        ExpiresAt = row.Time("expires_at"),
    };
}
