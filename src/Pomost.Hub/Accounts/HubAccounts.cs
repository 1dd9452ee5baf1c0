namespace Pomost.Hub;

/// <summary>What a new account needs.</summary>
/// <param name="Name">For people; shown in the panel.</param>
/// <param name="OwnerEmail">The first user, who owns the contacts; unique in the whole hub.</param>
/// <param name="Password">At least <see cref="HubAccounts.ShortestPassword"/> characters.</param>
public sealed record NewHubAccount(string Name, string OwnerEmail, string Password)
{
    /// <summary>May create further accounts through the protocol.</summary>
    public bool IsPartner { get; init; }

    /// <summary>JSON list of modules as <c>account/items</c> answers it.</summary>
    public string Items { get; init; } = "[]";
}

/// <summary>All a client needs to speak to the hub. The secret can be had only here and from <see cref="HubAccounts.RenewSecretAsync"/>.</summary>
public sealed record HubCredentials(long AccountId, string ClientId, string ApiSecret, string OwnerEmail);

/// <summary>An account in a list.</summary>
/// <param name="IsPartner">May create further accounts through the protocol.</param>
public sealed record HubAccountSummary(long AccountId, string Name, string ClientId, IReadOnlyList<string> Owners, DateTimeOffset CreatedAt, bool IsPartner);

/// <summary>Everything the hub knows of one person.</summary>
/// <param name="Points">Total of the tags' points.</param>
/// <param name="Events">Newest first.</param>
/// <param name="ConsentHistory">Newest first.</param>
public sealed record HubContact(
    ContactCard Card, long Points, IReadOnlyList<ContactTag> Tags, IReadOnlyList<HubEvent> Events, IReadOnlyList<ConsentStatement> ConsentHistory);

/// <summary>The hub for code of the same process: panel, command line and demo. No signature is asked for, so the caller answers for who asks.</summary>
public sealed class HubAccounts
{
    /// <summary>Fewest characters of a password.</summary>
    public const int ShortestPassword = 8;

    /// <summary>Most characters of a password.</summary>
    public const int LongestPassword = 1024;

    private readonly IHubAccountStore accounts;
    private readonly IHubContactStore contacts;
    private readonly HubSecrets secrets;
    private readonly TimeProvider clock;

    internal HubAccounts(IHubAccountStore accounts, IHubContactStore contacts, HubSecrets secrets, TimeProvider clock)
    {
        this.accounts = accounts;
        this.contacts = contacts;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// <summary>Creates an account with its first user.</summary>
    /// <returns>Its credentials; null when the owner's address belongs to an account already.</returns>
    /// <exception cref="ArgumentException">The address is not one, or the password is too short.</exception>
    public async Task<HubCredentials?> CreateAsync(NewHubAccount account, CancellationToken ct = default)
    {
        if (!EmailSyntax.IsValid(account.OwnerEmail)) throw new ArgumentException("The owner's e-mail address is not valid.", nameof(account));
        if (account.Password.Length < ShortestPassword)
            throw new ArgumentException($"The password needs {ShortestPassword} characters.", nameof(account));
        var secret = HubSecrets.NewApiSecret();
        var stored = new HubAccount(
            0, HubSecrets.NewClientId(), secrets.Protect(secret), account.Name, account.IsPartner, clock.GetUtcNow(), [account.OwnerEmail], null, account.Items);
        var user = new HubUser(0, account.OwnerEmail, HubSecrets.HashPassword(account.Password), 0, null);
        return await accounts.AddAccountAsync(stored, user, ct) is { } id ? new(id, stored.ClientId, secret, account.OwnerEmail) : null;
    }

    /// <summary>Takes back an account made by <see cref="CreateAsync"/> a moment ago, when what belongs to it could not be made. One that has contacts stays.</summary>
    public Task TakeBackAsync(long accountId, CancellationToken ct = default) => accounts.TakeBackAccountAsync(accountId, ct);

    /// <summary>Adds a user, who may log in and own contacts.</summary>
    /// <returns>False when the address belongs to an account already.</returns>
    /// <exception cref="ArgumentException">The address is not one, or the password is too short.</exception>
    public Task<bool> AddUserAsync(long accountId, string email, string password, CancellationToken ct = default)
    {
        if (!EmailSyntax.IsValid(email)) throw new ArgumentException("The e-mail address is not valid.", nameof(email));
        if (password.Length < ShortestPassword) throw new ArgumentException($"The password needs {ShortestPassword} characters.", nameof(password));
        return accounts.AddUserAsync(new(accountId, email, HubSecrets.HashPassword(password), 0, null), clock.GetUtcNow(), ct);
    }

    /// <summary>All accounts, oldest first.</summary>
    public async Task<IReadOnlyList<HubAccountSummary>> ListAsync(CancellationToken ct = default) =>
        [.. (await accounts.ListAccountsAsync(ct)).Select(account => new HubAccountSummary(
            account.Id, account.Name, account.ClientId, account.Owners, account.CreatedAt, account.IsPartner))];

    /// <summary>The number of the account with this client id; null when there is none.</summary>
    public async Task<long?> FindIdAsync(string clientId, CancellationToken ct = default) => (await accounts.FindAccountAsync(clientId, ct))?.Id;

    /// <summary>The credentials of an account as they are.</summary>
    /// <returns>Null when there is no such account.</returns>
    public async Task<HubCredentials?> FindAsync(string clientId, CancellationToken ct = default) =>
        await accounts.FindAccountAsync(clientId, ct) is { } account
            ? new(account.Id, account.ClientId, secrets.Unprotect(account.ProtectedSecret), account.Owners[0])
            : null;

    /// <summary>
    /// Makes a new API secret; the old one and every signature made with it are void at once, and so are the tokens of log-ins, for a token gives a
    /// signature of the new secret.
    /// </summary>
    /// <returns>Null when there is no such account.</returns>
    public async Task<HubCredentials?> RenewSecretAsync(long accountId, CancellationToken ct = default)
    {
        if (await accounts.FindAccountAsync(accountId, ct) is not { } account) return null;
        var secret = HubSecrets.NewApiSecret();
        await accounts.SaveSecretAsync(accountId, secrets.Protect(secret), ct);
        await accounts.RemoveTokensAsync(accountId, ct);
        return new(accountId, account.ClientId, secret, account.Owners[0]);
    }

    /// <summary>
    /// Gives a user, with whose e-mail address and password plugins log in, a new password. The account's tokens of log-ins end, and its keys of API v3;
    /// signatures that a plugin holds stay good until the secret is renewed.
    /// </summary>
    /// <param name="accountId">The account.</param>
    /// <param name="email">The user.</param>
    /// <param name="password">At least <see cref="ShortestPassword"/> characters.</param>
    /// <param name="keptKey">A key of API v3 that stays; null = none.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>False when the account has no such user.</returns>
    /// <exception cref="ArgumentException">The password is too short or too long.</exception>
    public async Task<bool> SetPasswordAsync(long accountId, string email, string password, string? keptKey = null, CancellationToken ct = default)
    {
        if (password.Length is < ShortestPassword or > LongestPassword)
            throw new ArgumentException($"The password needs {ShortestPassword} to {LongestPassword} characters.", nameof(password));
        if (!await accounts.SavePasswordAsync(accountId, email, HubSecrets.HashPassword(password), ct)) return false;
        await accounts.RemoveTokensAsync(accountId, ct);
        await accounts.RemoveKeysAsync(accountId, keptKey is null ? null : HubSecrets.HashToken(keptKey), ct);
        return true;
    }

    /// <summary>Lets an account make further accounts through the protocol (<c>account/registerAppstore</c>), or no more.</summary>
    /// <returns>False when there is no such account.</returns>
    public async Task<bool> SetPartnerAsync(string clientId, bool isPartner, CancellationToken ct = default)
    {
        if (await accounts.FindAccountAsync(clientId, ct) is not { } account) return false;
        await accounts.SavePartnerAsync(account.Id, isPartner, ct);
        return true;
    }

    /// <summary>Makes a key of API v3 that never expires, as <c>auth/create</c> does.</summary>
    /// <returns>The key, which can be had only here; null when there is no such account.</returns>
    public async Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct = default) =>
        await accounts.FindAccountAsync(clientId, ct) is { } account
            ? await ApiKeys.MakeAsync(accounts, account.Id, name, webhookUrl: null, expiresAt: null, clock.GetUtcNow(), ct)
            : null;

    /// <summary>How much the account holds. Counts rows: meant for a page, not for a loop.</summary>
    public Task<HubCounts> CountAsync(long accountId, CancellationToken ct = default) => contacts.CountAsync(accountId, ct);

    /// <summary>One page of contacts, oldest first.</summary>
    /// <param name="emailPrefix">Beginning of the address, any case; null for all.</param>
    /// <param name="after">Id of the last contact of the page before.</param>
    public Task<IReadOnlyList<ScoredContact>> ListContactsAsync(
        long accountId, string? emailPrefix = null, Guid? after = null, int size = 50, CancellationToken ct = default) =>
        contacts.SearchAsync(accountId, emailPrefix is null ? null : ContactCard.KeyOf(emailPrefix), after, size, ct);

    /// <summary>The card of one contact; null when there is none. A deleted contact is shown, marked.</summary>
    public Task<HubContact?> ReadContactAsync(long accountId, string email, CancellationToken ct = default)
    {
        var keys = new HubKeys();
        keys.AddEmail(email);
        return ReadAsync(accountId, keys, ct);
    }

    /// <inheritdoc cref="ReadContactAsync(long, string, CancellationToken)"/>
    public Task<HubContact?> ReadContactAsync(long accountId, Guid contactId, CancellationToken ct = default)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(contactId);
        return ReadAsync(accountId, keys, ct);
    }

    /// <summary>Opts a contact in or out of e-mail, as a person does on the card.</summary>
    /// <returns>False when there is no such contact.</returns>
    public async Task<bool> SetEmailConsentAsync(long accountId, Guid contactId, bool granted, CancellationToken ct = default)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(contactId);
        var (done, _) = await contacts.ChangeAsync(
            accountId,
            keys,
            clock.GetUtcNow(),
            change =>
            {
                if (change.FindById(contactId) is not { Card.Deleted: false } contact) return false;
                ContactMerge.SetConsent(change, contact, HubChannel.Email, new(In: granted, Out: !granted), toBeConfirmed: false, new WriteSource("card", null));
                return true;
            },
            ct);
        return done;
    }

    /// <summary>Gives a tag on a contact its points. Only the hub's own side can: the protocol has no call for it.</summary>
    /// <returns>False when there is no such contact or it has no such tag.</returns>
    public async Task<bool> SetTagPointsAsync(long accountId, Guid contactId, string tag, long points, CancellationToken ct = default)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(contactId);
        var name = TagName.Normalize(tag);
        var (done, _) = await contacts.ChangeAsync(
            accountId,
            keys,
            clock.GetUtcNow(),
            change =>
            {
                if (change.FindById(contactId) is not { Card.Deleted: false } contact || !contact.Tags.TryGetValue(name, out var present)) return false;
                if (present.Points != points) contact.SetTag(present with { Points = points });
                return true;
            },
            ct);
        return done;
    }

    private async Task<HubContact?> ReadAsync(long accountId, HubKeys keys, CancellationToken ct)
    {
        if (await contacts.FindAsync(accountId, keys, ct) is not [var found, ..]) return null;
        Guid[] ids = [found.Card.Id];
        return new(
            found.Card,
            found.Points,
            [.. (await contacts.ReadTagsAsync(accountId, ids, ct))[found.Card.Id]],
            [.. (await contacts.ReadEventsAsync(accountId, ids, ct))[found.Card.Id]],
            await contacts.ReadStatementsAsync(accountId, found.Card.Id, ct));
    }
}
