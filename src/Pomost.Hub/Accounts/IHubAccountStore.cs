namespace Pomost.Hub;

/// <summary>One account of the hub: what SALESmanago calls a client.</summary>
/// <param name="Id">First column of every key in the store.</param>
/// <param name="ClientId">16 lower-case letters and digits; public, part of every call and of the tracking script.</param>
/// <param name="ProtectedSecret">The API secret, encrypted.</param>
/// <param name="IsPartner">May create further accounts with <c>account/registerAppstore</c>.</param>
/// <param name="Owners">E-mail addresses of the account's users, oldest first.</param>
/// <param name="Properties">The JSON text that <c>account/integration/setProperties</c> stored; null before the first time.</param>
/// <param name="Items">JSON list of the account's modules, see <c>account/items</c>.</param>
public sealed record HubAccount(
    long Id, string ClientId, string ProtectedSecret, string Name, bool IsPartner, DateTimeOffset CreatedAt, IReadOnlyList<string> Owners,
    string? Properties, string Items);

/// <summary>A user of an account; the e-mail address is unique in the whole hub, because log-in names no account.</summary>
/// <param name="FailedLogIns">Wrong passwords since the last right one.</param>
/// <param name="LockedUntil">No password is accepted before this moment.</param>
public sealed record HubUser(long AccountId, string Email, string PasswordHash, int FailedLogIns, DateTimeOffset? LockedUntil);

/// <summary>A token of a log-in, known by its SHA-256.</summary>
/// <param name="ProtectedSecret">The token itself, encrypted, when it may stand in for the API secret; otherwise null.</param>
public sealed record HubToken(long AccountId, string Hash, string UserEmail, string? ProtectedSecret, DateTimeOffset ExpiresAt);

/// <summary>A key of API v3, known by its SHA-256.</summary>
public sealed record HubKey(long AccountId, string Hash, string Name, string? WebhookUrl, DateTimeOffset? ExpiresAt);

/// <summary>Keeps accounts, their users, tokens and keys. Times are UTC; e-mail addresses compare without case.</summary>
public interface IHubAccountStore
{
    /// <summary>Adds an account with its first user.</summary>
    /// <returns>The account's id; null when the user's e-mail address or the client id is taken, and then nothing is stored.</returns>
    Task<long?> AddAccountAsync(HubAccount account, HubUser firstUser, CancellationToken ct);

    /// <summary>Takes back an account that could not be made whole: with its users, tokens, keys and callbacks. One that has contacts stays.</summary>
    Task TakeBackAccountAsync(long accountId, CancellationToken ct);

    /// <summary>Adds a user to an account.</summary>
    /// <returns>False when the e-mail address is taken.</returns>
    Task<bool> AddUserAsync(HubUser user, DateTimeOffset now, CancellationToken ct);

    Task<HubAccount?> FindAccountAsync(string clientId, CancellationToken ct);

    Task<HubAccount?> FindAccountAsync(long accountId, CancellationToken ct);

    Task<IReadOnlyList<HubAccount>> ListAccountsAsync(CancellationToken ct);

    /// <summary>Stores the new secret of an account.</summary>
    Task SaveSecretAsync(long accountId, string protectedSecret, CancellationToken ct);

    /// <summary>Stores the list of an account's modules.</summary>
    Task SaveItemsAsync(long accountId, string items, CancellationToken ct);

    Task SavePropertiesAsync(long accountId, string properties, CancellationToken ct);

    /// <summary>Says whether an account may make further accounts.</summary>
    Task SavePartnerAsync(long accountId, bool isPartner, CancellationToken ct);

    Task<HubUser?> FindUserAsync(string email, CancellationToken ct);

    /// <summary>Stores a user's new password; wrong ones of before are forgotten.</summary>
    /// <returns>False when the account has no such user.</returns>
    Task<bool> SavePasswordAsync(long accountId, string email, string passwordHash, CancellationToken ct);

    /// <summary>Stores another hash of the same password, unless the user was given another password meanwhile.</summary>
    Task RenewHashAsync(HubUser user, string passwordHash, CancellationToken ct);

    /// <summary>Removes the tokens of an account.</summary>
    Task RemoveTokensAsync(long accountId, CancellationToken ct);

    /// <summary>Removes the keys of API v3 of an account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="keptHash">The key that stays; null = none.</param>
    /// <param name="ct">Cancels.</param>
    Task RemoveKeysAsync(long accountId, string? keptHash, CancellationToken ct);

    /// <summary>Counts one wrong password, in one statement, so that guesses made side by side all count.</summary>
    /// <param name="lockAfter">From this many failures on the user is locked.</param>
    Task CountFailedLogInAsync(HubUser user, int lockAfter, DateTimeOffset lockUntil, CancellationToken ct);

    Task ForgetFailedLogInsAsync(HubUser user, CancellationToken ct);

    /// <summary>Adds a token and drops the account's expired ones.</summary>
    Task AddTokenAsync(HubToken token, DateTimeOffset now, CancellationToken ct);

    Task<HubToken?> FindTokenAsync(string hash, DateTimeOffset now, CancellationToken ct);

    /// <summary>The newest valid tokens that may stand in for the API secret.</summary>
    Task<IReadOnlyList<HubToken>> ListSecretTokensAsync(long accountId, DateTimeOffset now, int count, CancellationToken ct);

    Task AddKeyAsync(HubKey key, DateTimeOffset now, CancellationToken ct);

    Task<HubKey?> FindKeyAsync(string hash, DateTimeOffset now, CancellationToken ct);

    Task RemoveKeyAsync(HubKey key, CancellationToken ct);

    /// <summary>Stores what a plugin told about the merchant; one row per owner.</summary>
    /// <returns>The row's id, the same for the same owner.</returns>
    Task<Guid> SaveMerchantAsync(long accountId, string owner, string card, DateTimeOffset now, CancellationToken ct);
}
