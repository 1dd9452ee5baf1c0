using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>What a password is compared with when nobody has the address, so that the answer takes as long as for a known one: a hash of as many rounds.</summary>
public sealed class NobodysPassword
{
    /// <summary>Rounds of PBKDF2 with HMAC-SHA512: what OWASP's Password Storage Cheat Sheet asks for at least. Hashes of fewer are made anew at the next log-in.</summary>
    public const int Rounds = 210_000;

    readonly PomostUser nobody = new();
    readonly PasswordHasher<PomostUser> hasher;

    public NobodysPassword(IOptions<PasswordHasherOptions> options)
    {
        hasher = new PasswordHasher<PomostUser>(options);
        Hash = hasher.HashPassword(nobody, Guid.NewGuid().ToString());
    }

    /// <summary>Of no password that anybody knows.</summary>
    public string Hash { get; }

    public void Compare(string password) => hasher.VerifyHashedPassword(nobody, Hash, password);
}
