using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Engine;

/// <summary>Knows who asked to be forgotten, without knowing them: keyed hashes of addresses, one key for each account.</summary>
public sealed class Tombstones(IErasures erasures, Secrets secrets)
{
    const string KeyName = "tombstone_key";

    readonly ConcurrentDictionary<long, byte[]> _keys = new();

    /// <summary>Which of these people were erased.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="emailKeys">Keys of addresses.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlySet<string>> AmongAsync(long accountId, IReadOnlyCollection<string> emailKeys, CancellationToken ct)
    {
        var erased = new HashSet<string>(StringComparer.Ordinal);
        if (emailKeys.Count == 0 || !await erasures.AnyTombstoneAsync(accountId, ct))
            return erased;
        var key = await KeyAsync(accountId, ct);
        var byHash = emailKeys.Distinct(StringComparer.Ordinal).ToDictionary(email => Hash(key, email), StringComparer.Ordinal);
        foreach (var hash in await erasures.TombstonesAsync(accountId, byHash.Keys, ct))
            erased.Add(byHash[hash]);
        return erased;
    }

    /// <summary>The hash of an address in an account: 64 lower-case hexadecimal characters.</summary>
    public async Task<string> HashOfAsync(long accountId, string emailKey, CancellationToken ct) => Hash(await KeyAsync(accountId, ct), emailKey);

    async Task<byte[]> KeyAsync(long accountId, CancellationToken ct)
    {
        if (_keys.TryGetValue(accountId, out var known))
            return known;
        var made = new Dictionary<string, string>(StringComparer.Ordinal) { [KeyName] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) };
        var stored = await erasures.EnsureKeyAsync(accountId, secrets.Protect(accountId, made), ct);
        return _keys[accountId] = Convert.FromHexString(secrets.Open(accountId, stored)[KeyName]);
    }

    static string Hash(byte[] key, string emailKey) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(emailKey)));
}
