using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Pomost.Panel.Features.Login;

/// <summary>Devices a person logged in from before, told by a signed cookie that only this installation can make. It opens nothing by itself: with it the right
/// password is taken even while strangers who guess are made to wait.</summary>
public sealed class KnownDevices(IDataProtectionProvider protection)
{
    const int IdBytes = 16;

    /// <summary>How long after its last log-in a device is known.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>The device's id; null = this person was never logged in there.</summary>
    public string? Of(HttpContext http, Guid user)
    {
        if (http.Request.Cookies[NameOf(user)] is not { Length: > 0 and < 1_000 } kept)
            return null;
        try
        {
            return ProtectorOf(user).Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Notes that a person has logged in here.</summary>
    public void Remember(HttpContext http, Guid user)
    {
        var id = Of(http, user) ?? RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);
        http.Response.Cookies.Append(NameOf(user), ProtectorOf(user).Protect(id, Lifetime), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            IsEssential = true,
            MaxAge = Lifetime,
            Path = "/",
            Secure = http.Request.IsHttps,
        });
    }

    // Several people may share a browser; the name tells nobody who they are.
    static string NameOf(Guid user) => "pomost_device_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(user.ToString())))[..8];

    ITimeLimitedDataProtector ProtectorOf(Guid user) => protection.CreateProtector("Pomost.KnownDevice", user.ToString()).ToTimeLimitedDataProtector();
}
