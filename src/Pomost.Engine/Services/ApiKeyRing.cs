using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Engine;

/// <summary>Makes and recognises keys to <c>/api/v1</c>: <c>pomost_</c> and 256 random bits.</summary>
public sealed class ApiKeyRing(IApiKeys keys, TimeProvider clock)
{
    const string Prefix = "pomost_";
    const int RandomBytes = 32;
    const int ShownLength = 13;

    public const int LongestName = 80;

    static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    /// <summary>How long a key opens when nobody says otherwise.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>How long a replaced key still opens.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Makes a key. Its text is shown this once and kept nowhere.</summary>
    /// <exception cref="ArgumentException">The name is empty, longer than 80 characters or more than one line.</exception>
    public async Task<(ApiKey Key, string Text)> CreateAsync(NewApiKey key, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(key.Name) || key.Name.Length > LongestName || !TypedText.IsOneLine(key.Name))
            throw new ArgumentException($"Give the key a name of 1 to {LongestName} characters on one line.", nameof(key));
        var text = NewText();
        return (await keys.AddAsync(key with { Name = key.Name.Trim() }, text[..ShownLength], HashOf(text), ct), text);
    }

    /// <summary>Makes a key that takes the place of another and may do the same for as long. The old one opens for another day, so that programs can be
    /// changed one after the other.</summary>
    /// <returns>Null when the account has no such key, or it was replaced before.</returns>
    public async Task<(ApiKey Key, string Text)?> RotateAsync(long accountId, long keyId, Guid? by, CancellationToken ct)
    {
        if ((await keys.ListAsync(accountId, ct)).FirstOrDefault(key => key.Id == keyId) is not { ReplacedBy: null } old)
            return null;
        var now = clock.GetUtcNow();
        var key = new NewApiKey
        {
            AccountId = accountId,
            Name = old.Name,
            MayWrite = old.MayWrite,
            StoreIds = old.StoreIds,
            CreatedBy = by,
            ExpiresAt = now + (old.ExpiresAt - old.CreatedAt ?? Lifetime),
        };
        var text = NewText();
        var oldEndsAt = old.ExpiresAt < now + Overlap ? old.ExpiresAt.Value : now + Overlap;
        return await keys.ReplaceAsync(old, oldEndsAt, key, text[..ShownLength], HashOf(text), ct) is { } made ? (made, text) : null;
    }

    /// <summary>The key of a request. Looked up by its hash: how long that takes tells nothing about the key.</summary>
    /// <returns>The key, null when it opens nothing; and when it expired, for whoever holds one that was good.</returns>
    public async Task<(ApiKey? Key, DateTimeOffset? ExpiredAt)> RecogniseAsync(string? text, CancellationToken ct)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > 100 || await keys.FindAsync(HashOf(text), ct) is not { } key)
            return (null, null);
        var now = clock.GetUtcNow();
        if (key.HasExpired(now))
            return (null, key.ExpiresAt);
        if (!(key.LastUsedAt > now - TouchedEvery))
            await keys.TouchAsync(key, ct);
        return (key, null);
    }

    static string NewText() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
