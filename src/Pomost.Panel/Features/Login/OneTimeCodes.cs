using System.Globalization;
using Microsoft.AspNetCore.Identity;
using OtpNet;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Six digits of an authenticator app (RFC 6238: SHA-1, 30 seconds). A code opens once, and none opens that is older than the last one used.</summary>
/// <remarks>Identity's own reads the machine's clock and takes a code as often as it is typed.</remarks>
sealed class OneTimeCodes(TimeProvider clock) : AuthenticatorTokenProvider<PomostUser>
{
    public const int Digits = 6;
    const string Store = "Pomost";
    const string LastStep = "LastCodeStep";

    // One step early or late: telephones and people are slow.
    static readonly VerificationWindow OneStep = new(previous: 1, future: 1);

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<PomostUser> manager, PomostUser user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { } key || StepOf(key, token, clock.GetUtcNow()) is not { } step)
            return false;
        var last = long.TryParse(await manager.GetAuthenticationTokenAsync(user, Store, LastStep), CultureInfo.InvariantCulture, out var used) ? used : 0;
        if (step <= last)
            return false;
        await manager.SetAuthenticationTokenAsync(user, Store, LastStep, step.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Number of the 30 seconds that a typed code belongs to; null when it belongs to none around this time.</summary>
    /// <param name="key">Key in Base32.</param>
    /// <param name="typed">Code, spaces and dashes among it forgiven.</param>
    /// <param name="now">UTC.</param>
    public static long? StepOf(string key, string typed, DateTimeOffset now)
    {
        var code = string.Concat(typed.Where(char.IsAsciiDigit));
        return code.Length == Digits && new Totp(Base32Encoding.ToBytes(key), totpSize: Digits).VerifyTotp(now.UtcDateTime, code, out var step, OneStep) ? step : null;
    }

    /// <summary>The address an authenticator app reads out of the picture.</summary>
    public static string AddressOf(string key, string email)
        => $"otpauth://totp/Pomost:{Uri.EscapeDataString(email)}?secret={key}&issuer=Pomost&digits={Digits.ToString(CultureInfo.InvariantCulture)}";
}
