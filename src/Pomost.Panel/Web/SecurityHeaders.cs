using Microsoft.AspNetCore.Http;

namespace Pomost.Panel.Web;

static class SecurityHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public static void Write(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Pages show personal data: nothing between us and the reader may keep them.
        // Spelled as the form token spells it, which otherwise logs a warning per page.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
    }
}
