using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The hub's accounts in the database.</summary>
internal sealed class HubAccountStore(Database database) : IHubAccountStore
{
    private static readonly string[] OfAnEmptyAccount = ["hub_callback", "hub_key", "hub_token", "hub_user", "hub_account"];

    private const string SelectAccount =
        "SELECT account_id, client_id, secret, name, is_partner, created_at, properties, items FROM hub_account";

    public Task<long?> AddAccountAsync(HubAccount account, HubUser firstUser, CancellationToken ct) => database.WriteAsync<long?>(
        async session =>
        {
            if (await IsTakenAsync(session, firstUser.Email)) return null;
            var id = await session.Command(
                """
                INSERT INTO hub_account (client_id, secret, name, is_partner, created_at, items)
                VALUES (@client_id, @secret, @name, @is_partner, @created_at, @items)
                ON CONFLICT DO NOTHING RETURNING account_id
                """)
                .With("client_id", account.ClientId)
                .With("secret", account.ProtectedSecret)
                .With("name", account.Name)
                .With("is_partner", account.IsPartner)
                .With("created_at", account.CreatedAt)
                .With("items", account.Items)
                .NumberAsync();
            if (id is null || !await InsertUserAsync(session, firstUser with { AccountId = id.Value }, account.CreatedAt)) return null;
            return id;
        },
        ct);

    public Task TakeBackAccountAsync(long accountId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            if (await session.Command("SELECT count(*) FROM hub_contact WHERE account_id = @account").With("account", accountId).NumberAsync() > 0) return;
            foreach (var table in OfAnEmptyAccount)
                await session.Command($"DELETE FROM {table} WHERE account_id = @account").With("account", accountId).ExecuteAsync();
        },
        ct);

    public Task<bool> AddUserAsync(HubUser user, DateTimeOffset now, CancellationToken ct) =>
        database.WriteAsync(session => InsertUserAsync(session, user, now), ct);

    public Task<HubAccount?> FindAccountAsync(string clientId, CancellationToken ct) => database.ReadAsync(
        session => WithOwnersAsync(session, session.Command(SelectAccount + " WHERE client_id = @client_id").With("client_id", clientId)), ct);

    public Task<HubAccount?> FindAccountAsync(long accountId, CancellationToken ct) => database.ReadAsync(
        session => WithOwnersAsync(session, session.Command(SelectAccount + " WHERE account_id = @account").With("account", accountId)), ct);

    public Task<IReadOnlyList<HubAccount>> ListAccountsAsync(CancellationToken ct) => database.ReadAsync<IReadOnlyList<HubAccount>>(
        async session =>
        {
            var accounts = await session.Command(SelectAccount + " ORDER BY account_id").QueryAsync(ToAccount);
            var users = await session.Command("SELECT account_id, email FROM hub_user ORDER BY account_id, created_at, email_key")
                .QueryAsync(row => (Account: row.Number("account_id"), Email: row.Text("email")));
            var owners = users.ToLookup(user => user.Account, user => user.Email);
            return [.. accounts.Select(account => account with { Owners = [.. owners[account.Id]] })];
        },
        ct);

    public Task SaveSecretAsync(long accountId, string protectedSecret, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_account SET secret = @secret WHERE account_id = @account")
            .With("account", accountId).With("secret", protectedSecret).ExecuteAsync(),
        ct);

    public Task SaveItemsAsync(long accountId, string items, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_account SET items = @items WHERE account_id = @account")
            .With("account", accountId).With("items", items).ExecuteAsync(),
        ct);

    public Task SavePropertiesAsync(long accountId, string properties, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_account SET properties = @properties WHERE account_id = @account")
            .With("account", accountId).With("properties", properties).ExecuteAsync(),
        ct);

    public Task SavePartnerAsync(long accountId, bool isPartner, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_account SET is_partner = @is_partner WHERE account_id = @account")
            .With("account", accountId).With("is_partner", isPartner).ExecuteAsync(),
        ct);

    public Task<bool> SavePasswordAsync(long accountId, string email, string passwordHash, CancellationToken ct) => database.WriteAsync(
        async session => await session.Command(
            """
            UPDATE hub_user SET password_hash = @password_hash, failed_log_ins = 0, locked_until = NULL
            WHERE account_id = @account AND email_key = @email_key
            """)
            .With("account", accountId).With("email_key", ContactCard.KeyOf(email)).With("password_hash", passwordHash).ExecuteAsync() == 1,
        ct);

    public Task RenewHashAsync(HubUser user, string passwordHash, CancellationToken ct) => database.WriteAsync(
        session => session.Command(
            "UPDATE hub_user SET password_hash = @new_hash WHERE account_id = @account AND email_key = @email_key AND password_hash = @old_hash")
            .With("account", user.AccountId).With("email_key", ContactCard.KeyOf(user.Email)).With("new_hash", passwordHash).With("old_hash", user.PasswordHash)
            .ExecuteAsync(),
        ct);

    public Task RemoveTokensAsync(long accountId, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM hub_token WHERE account_id = @account").With("account", accountId).ExecuteAsync(), ct);

    public Task RemoveKeysAsync(long accountId, string? keptHash, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM hub_key WHERE account_id = @account AND hash <> @kept")
            .With("account", accountId).With("kept", keptHash ?? "").ExecuteAsync(),
        ct);

    public Task<HubUser?> FindUserAsync(string email, CancellationToken ct) => database.ReadAsync(
        session => session.Command(
            "SELECT account_id, email, password_hash, failed_log_ins, locked_until FROM hub_user WHERE email_key = @email_key")
            .With("email_key", ContactCard.KeyOf(email))
            .FirstOrDefaultAsync(row => new HubUser(
                row.Number("account_id"), row.Text("email"), row.Text("password_hash"), row.Int("failed_log_ins"), row.TimeOrNull("locked_until"))),
        ct);

    public Task CountFailedLogInAsync(HubUser user, int lockAfter, DateTimeOffset lockUntil, CancellationToken ct) => database.WriteAsync(
        session => session.Command(
            """
            UPDATE hub_user SET
              failed_log_ins = CASE WHEN failed_log_ins + 1 >= @lock_after THEN 0 ELSE failed_log_ins + 1 END,
              locked_until = CASE WHEN failed_log_ins + 1 >= @lock_after THEN @lock_until ELSE locked_until END
            WHERE account_id = @account AND email_key = @email_key
            """)
            .With("account", user.AccountId)
            .With("email_key", ContactCard.KeyOf(user.Email))
            .With("lock_after", lockAfter)
            .With("lock_until", lockUntil)
            .ExecuteAsync(),
        ct);

    public Task ForgetFailedLogInsAsync(HubUser user, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_user SET failed_log_ins = 0, locked_until = NULL WHERE account_id = @account AND email_key = @email_key")
            .With("account", user.AccountId).With("email_key", ContactCard.KeyOf(user.Email)).ExecuteAsync(),
        ct);

    public Task AddTokenAsync(HubToken token, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("DELETE FROM hub_token WHERE account_id = @account AND expires_at <= @now")
                .With("account", token.AccountId).With("now", now).ExecuteAsync();
            await session.Command(
                "INSERT INTO hub_token (account_id, hash, user_email, secret, expires_at) VALUES (@account, @hash, @user_email, @secret, @expires_at)")
                .With("account", token.AccountId)
                .With("hash", token.Hash)
                .With("user_email", token.UserEmail)
                .With("secret", token.ProtectedSecret)
                .With("expires_at", token.ExpiresAt)
                .ExecuteAsync();
        },
        ct);

    public Task<HubToken?> FindTokenAsync(string hash, DateTimeOffset now, CancellationToken ct) => database.ReadAsync(
        session => session.Command(
            "SELECT account_id, hash, user_email, secret, expires_at FROM hub_token WHERE hash = @hash AND expires_at > @now")
            .With("hash", hash).With("now", now).FirstOrDefaultAsync(ToToken),
        ct);

    public Task<IReadOnlyList<HubToken>> ListSecretTokensAsync(long accountId, DateTimeOffset now, int count, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubToken>>(
            async session => await session.Command(
                """
                SELECT account_id, hash, user_email, secret, expires_at FROM hub_token
                WHERE account_id = @account AND secret IS NOT NULL AND expires_at > @now ORDER BY expires_at DESC LIMIT @count
                """)
                .With("account", accountId).With("now", now).With("count", count).QueryAsync(ToToken),
            ct);

    public Task AddKeyAsync(HubKey key, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        session => session.Command(
            """
            INSERT INTO hub_key (account_id, hash, name, webhook_url, expires_at, created_at)
            VALUES (@account, @hash, @name, @webhook_url, @expires_at, @now)
            """)
            .With("account", key.AccountId)
            .With("hash", key.Hash)
            .With("name", key.Name)
            .With("webhook_url", key.WebhookUrl)
            .With("expires_at", key.ExpiresAt)
            .With("now", now)
            .ExecuteAsync(),
        ct);

    public Task<HubKey?> FindKeyAsync(string hash, DateTimeOffset now, CancellationToken ct) => database.ReadAsync(
        session => session.Command(
            "SELECT account_id, hash, name, webhook_url, expires_at FROM hub_key WHERE hash = @hash AND (expires_at IS NULL OR expires_at > @now)")
            .With("hash", hash)
            .With("now", now)
            .FirstOrDefaultAsync(row => new HubKey(
                row.Number("account_id"), row.Text("hash"), row.Text("name"), row.TextOrNull("webhook_url"), row.TimeOrNull("expires_at"))),
        ct);

    public Task RemoveKeyAsync(HubKey key, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM hub_key WHERE account_id = @account AND hash = @hash")
            .With("account", key.AccountId).With("hash", key.Hash).ExecuteAsync(),
        ct);

    public Task<Guid> SaveMerchantAsync(long accountId, string owner, string card, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async session => Guid.Parse((await session.Command(
            """
            INSERT INTO hub_merchant (account_id, owner, merchant_id, card, modified_at) VALUES (@account, @owner, @merchant_id, @card, @now)
            ON CONFLICT (account_id, owner) DO UPDATE SET card = excluded.card, modified_at = excluded.modified_at
            RETURNING merchant_id
            """)
            .With("account", accountId)
            .With("owner", owner)
            .With("merchant_id", Guid.CreateVersion7(now).ToString())
            .With("card", card)
            .With("now", now)
            .TextAsync())!),
        ct);

    private static async Task<bool> IsTakenAsync(DbSession session, string email) =>
        await session.Command("SELECT count(*) FROM hub_user WHERE email_key = @email_key").With("email_key", ContactCard.KeyOf(email)).NumberAsync() > 0;

    private static async Task<bool> InsertUserAsync(DbSession session, HubUser user, DateTimeOffset now) => await session.Command(
        """
        INSERT INTO hub_user (account_id, email_key, email, password_hash, created_at) VALUES (@account, @email_key, @email, @password_hash, @now)
        ON CONFLICT DO NOTHING
        """)
        .With("account", user.AccountId)
        .With("email_key", ContactCard.KeyOf(user.Email))
        .With("email", user.Email)
        .With("password_hash", user.PasswordHash)
        .With("now", now)
        .ExecuteAsync() == 1;

    private static async Task<HubAccount?> WithOwnersAsync(DbSession session, Statement select)
    {
        if (await select.FirstOrDefaultAsync(ToAccount) is not { } account) return null;
        var owners = await session.Command("SELECT email FROM hub_user WHERE account_id = @account ORDER BY created_at, email_key")
            .With("account", account.Id).QueryAsync(row => row.Text("email"));
        return account with { Owners = owners };
    }

    private static HubAccount ToAccount(Row row) => new(
        row.Number("account_id"), row.Text("client_id"), row.Text("secret"), row.Text("name"), row.Flag("is_partner"), row.Time("created_at"), [],
        row.TextOrNull("properties"), row.Text("items"));

    private static HubToken ToToken(Row row) => new(
        row.Number("account_id"), row.Text("hash"), row.Text("user_email"), row.TextOrNull("secret"), row.Time("expires_at"));
}
