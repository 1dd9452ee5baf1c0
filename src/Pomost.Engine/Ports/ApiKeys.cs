namespace Pomost.Engine;

/// <summary>A key to <c>/api/v1</c>.</summary>
/// <param name="Id">Number within the installation.</param>
/// <param name="AccountId">Whose data it opens; of no other account.</param>
/// <param name="Name">What people call it.</param>
/// <param name="MayWrite">False = it may only read.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastUsedAt">UTC, to the minute; null = never used.</param>
public sealed record ApiKey(long Id, long AccountId, string Name, bool MayWrite, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>Stored keys. Only their hashes are kept.</summary>
public interface IApiKeys
{
    Task<ApiKey> AddAsync(long accountId, string name, bool mayWrite, string keyHash, CancellationToken ct);

    /// <summary>Keys of an account that are not revoked, oldest first.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(long accountId, CancellationToken ct);

    /// <summary>The key with this hash; null when there is none or it is revoked.</summary>
    Task<ApiKey?> FindAsync(string keyHash, CancellationToken ct);

    Task TouchAsync(ApiKey key, CancellationToken ct);

    /// <summary>Ends a key at once. False when the account has no such key.</summary>
    Task<bool> RevokeAsync(long accountId, long keyId, CancellationToken ct);
}
