using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Engine;

/// <summary>Makes and recognises keys to <c>/api/v1</c>: <c>pomost_</c> and 256 random bits.</summary>
public sealed class ApiKeyRing(IApiKeys keys, TimeProvider clock)
{
    const string Prefix = "pomost_";
    const int RandomBytes = 32;
    const int LongestName = 80;

    static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key. Its text is shown this once and kept nowhere.</summary>
    /// <exception cref="ArgumentException">The name is empty or longer than 80 characters.</exception>
    public async Task<(ApiKey Key, string Text)> CreateAsync(long accountId, string name, bool mayWrite, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
            throw new ArgumentException($"Give the key a name of 1 to {LongestName} characters.", nameof(name));
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return (await keys.AddAsync(accountId, name.Trim(), mayWrite, HashOf(text), ct), text);
    }

    /// <summary>The key of a request; null when it opens nothing. Looked up by its hash: how long that takes tells nothing about the key.</summary>
    public async Task<ApiKey?> RecogniseAsync(string? text, CancellationToken ct)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > 100 || await keys.FindAsync(HashOf(text), ct) is not { } key)
            return null;
        if (!(key.LastUsedAt > clock.GetUtcNow() - TouchedEvery))
            await keys.TouchAsync(key, ct);
        return key;
    }

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
