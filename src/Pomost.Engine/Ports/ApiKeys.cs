namespace Pomost.Engine;

/// <summary>A key to <c>/api/v1</c>.</summary>
public sealed record ApiKey
{
    /// <summary>Number within the installation.</summary>
    public required long Id { get; init; }

    /// <summary>Whose data it opens; of no other account.</summary>
    public required long AccountId { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Its first characters, by which people tell keys apart; null = made before they were kept.</summary>
    public string? Prefix { get; init; }

    /// <summary>False = it may only read.</summary>
    public required bool MayWrite { get; init; }

    /// <summary>The only stores it opens; null = all of the account, and what belongs to no store.</summary>
    public IReadOnlyList<long>? StoreIds { get; init; }

    /// <summary>Who made it; null = the command line.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC, to the minute; null = never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>From then on it opens nothing, UTC; null = it has no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key that takes its place; null = none.</summary>
    public long? ReplacedBy { get; init; }

    public bool HasExpired(DateTimeOffset now) => ExpiresAt <= now;

    public bool Opens(StoreKey store) => store.AccountId == AccountId && StoreIds?.Contains(store.StoreId) != false;
}

/// <summary>A key to be stored.</summary>
public sealed record NewApiKey
{
    public required long AccountId { get; init; }

    public required string Name { get; init; }

    public bool MayWrite { get; init; }

    /// <summary>The only stores it opens; null = all.</summary>
    public IReadOnlyList<long>? StoreIds { get; init; }

    /// <summary>Who makes it; null = the command line.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>UTC; null = no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Stored keys. Only their hashes and first characters are kept.</summary>
public interface IApiKeys
{
    Task<ApiKey> AddAsync(NewApiKey key, string prefix, string keyHash, CancellationToken ct);

    /// <summary>Keys of an account that are not revoked, oldest first; those that have expired, too.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(long accountId, CancellationToken ct);

    /// <summary>The key with this hash, expired or not; null when there is none or it is revoked.</summary>
    Task<ApiKey?> FindAsync(string keyHash, CancellationToken ct);

    Task TouchAsync(ApiKey key, CancellationToken ct);

    /// <summary>In one transaction: a new key takes the place of an old one, which ends at the given time. Null when another did so meanwhile, or it was revoked.</summary>
    Task<ApiKey?> ReplaceAsync(ApiKey old, DateTimeOffset oldEndsAt, NewApiKey key, string prefix, string keyHash, CancellationToken ct);

    /// <summary>Ends a key at once. False when the account has no such key.</summary>
    Task<bool> RevokeAsync(long accountId, long keyId, CancellationToken ct);
}
