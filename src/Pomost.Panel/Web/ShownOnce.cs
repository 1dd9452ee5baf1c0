using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Pomost.Panel.Web;

/// <summary>Carries a secret just made over the redirect to the page that shows it, once: in a cookie that only this installation can read, whichever node answers.</summary>
public sealed class ShownOnce(IDataProtectionProvider protection, PanelRequest request)
{
    const string CookieName = "pomost_once";
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public void Put(string secret) => request.Http.Response.Cookies.Append(
        CookieName, Protector().Protect(secret, Lifetime), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, MaxAge = Lifetime, Secure = request.Http.Request.IsHttps });

    /// <summary>The secret, if this page follows the form that made it. It is gone afterwards.</summary>
    public string? Take()
    {
        if (request.Http.Request.Cookies[CookieName] is not { Length: > 0 } kept)
            return null;
        request.Http.Response.Cookies.Delete(CookieName);
        try
        {
            return Protector().Unprotect(kept);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Too old, or of another person.
            return null;
        }
    }

    ITimeLimitedDataProtector Protector()
        => protection.CreateProtector("Pomost.ShownOnce", request.User.UserId().ToString(), request.Http.Request.Path.Value!.Split('/')[1]).ToTimeLimitedDataProtector();
}
