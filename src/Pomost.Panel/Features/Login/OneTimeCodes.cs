using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Six digits of an authenticator app (RFC 6238: SHA-1, 30 seconds). A code opens once, and none opens that is older than the last one used.</summary>
/// <remarks>Identity's own reads the machine's clock and takes a code as often as it is typed.</remarks>
sealed class OneTimeCodes(TimeProvider clock) : AuthenticatorTokenProvider<PomostUser>
{
    public const int Digits = 6;
    const int SecondsPerStep = 30;
    const string Store = "Pomost";
    const string LastStep = "LastCodeStep";

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<PomostUser> manager, PomostUser user)
    {
        var typed = string.Concat(token.Where(char.IsAsciiDigit));
        if (typed.Length != Digits || await manager.GetAuthenticatorKeyAsync(user) is not { } key)
            return false;
        var now = clock.GetUtcNow().ToUnixTimeSeconds() / SecondsPerStep;
        var last = long.TryParse(await manager.GetAuthenticationTokenAsync(user, Store, LastStep), CultureInfo.InvariantCulture, out var used) ? used : 0;
        foreach (var step in new[] { now, now - 1, now + 1 })
        {
            if (step <= last || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(key, step)), Encoding.ASCII.GetBytes(typed)))
                continue;
            await manager.SetAuthenticationTokenAsync(user, Store, LastStep, step.ToString(CultureInfo.InvariantCulture));
            return true;
        }

        return false;
    }

    /// <summary>The address an authenticator app reads out of the picture.</summary>
    public static string AddressOf(string key, string email)
        => $"otpauth://totp/Pomost:{Uri.EscapeDataString(email)}?secret={key}&issuer=Pomost&digits={Digits.ToString(CultureInfo.InvariantCulture)}";

    static string CodeOf(string key, long step)
    {
        var counter = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // Authenticator apps know SHA-1 alone.
        var hash = HMACSHA1.HashData(Base32(key), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    static byte[] Base32(string text)
    {
        var bytes = new List<byte>();
        var (bits, value) = (0, 0);
        foreach (var letter in text)
        {
            value = (value << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal);
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
            value &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
