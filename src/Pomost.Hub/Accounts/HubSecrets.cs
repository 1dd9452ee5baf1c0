using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Pomost.Hub;

/// <summary>Makes, encrypts and checks the hub's secrets.</summary>
internal sealed class HubSecrets(IDataProtectionProvider protection)
{
    private const int MaxRemembered = 10_000;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA512: what OWASP's Password Storage Cheat Sheet asks for at least.</summary>
    private const int Rounds = 210_000;

    private static readonly PasswordHasher<HubUser> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private static readonly HubUser Nobody = new(0, "", "", 0, null);

    // Verified against when the user does not exist, so that the time taken does not tell.
    private static readonly string NobodysHash = Hasher.HashPassword(Nobody, "nobody");

    private readonly IDataProtector protector = protection.CreateProtector("Pomost.Hub.Secrets");
    private readonly ConcurrentDictionary<string, string> unprotected = new(StringComparer.Ordinal);

    public string Protect(string secret) => protector.Protect(secret);

    /// <summary>Decrypts; every signed call needs it, so results are remembered.</summary>
    public string Unprotect(string protectedSecret)
    {
        if (unprotected.TryGetValue(protectedSecret, out var secret)) return secret;
        if (unprotected.Count >= MaxRemembered) unprotected.Clear();
        return unprotected[protectedSecret] = protector.Unprotect(protectedSecret);
    }

    public static string HashPassword(string password) => Hasher.HashPassword(Nobody, password);

    /// <summary>Compares a password; of nobody's in the same time.</summary>
    public static PasswordVerificationResult Verify(HubUser? user, string password)
    {
        var result = Hasher.VerifyHashedPassword(Nobody, user?.PasswordHash ?? NobodysHash, password);
        return user is null ? PasswordVerificationResult.Failed : result;
    }

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string NewClientId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 16);

    public static string NewApiSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>What is stored of a random token: enough to know it again, not enough to use it.</summary>
    public static string HashToken(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
