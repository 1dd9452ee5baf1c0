using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Codes of links that change a person's address. A code holds the new address encrypted, so that no link shows it; it is good for a day, and until
/// the person's security stamp changes: with a new password, another request, or the change itself.</summary>
public sealed class AddressLinks(IDataProtectionProvider protection, TimeProvider clock)
{
    public const int Hours = 24;
    const char Between = '\n';

    public string Make(PomostUser user, string email)
    {
        var until = clock.GetUtcNow().AddHours(Hours).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return For(user).Protect(string.Join(Between, until, user.SecurityStamp, email));
    }

    /// <summary>The new address; null when the code is not, or no longer, good.</summary>
    public string? Read(PomostUser user, string code)
    {
        try
        {
            return For(user).Unprotect(code).Split(Between) is [var until, var stamp, var email] && stamp == user.SecurityStamp
                && long.Parse(until, CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeSeconds() ? email : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    IDataProtector For(PomostUser user) => protection.CreateProtector("Pomost.AddressChange", user.Id.ToString());
}
