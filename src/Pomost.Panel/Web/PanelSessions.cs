using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Features.Login;

namespace Pomost.Panel.Web;

/// <summary>Ties the log-in cookie to a row that can be ended from elsewhere, and reads at each request who the person is by now.</summary>
static class PanelSessions
{
    /// <summary>A log-in of a device that is remembered: thirty days after its last use, ninety in all.</summary>
    public static readonly SessionLife Remembered = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    /// <summary>Any other: twelve hours after its last use, seven days in all.</summary>
    public static readonly SessionLife OneDay = new(TimeSpan.FromHours(12), TimeSpan.FromDays(7));

    static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);
    static readonly object RememberKey = new();
    static readonly object PasskeyKey = new();

    /// <summary>The log-in of this request stays on this device for thirty days. Said before it begins: not every way in has a place to say it.</summary>
    public static void Remember(HttpContext http) => http.Items[RememberKey] = true;

    /// <summary>The log-in of this request is made with a passkey, which stands for password and second factor.</summary>
    public static void ByPasskey(HttpContext http) => http.Items[PasskeyKey] = true;

    public static async Task BeginAsync(CookieSigningInContext context)
    {
        var http = context.HttpContext;
        var remembers = http.Items.ContainsKey(RememberKey);
        var life = remembers ? Remembered : OneDay;
        context.Properties.IsPersistent = remembers;
        context.Properties.ExpiresUtc = context.Properties.IssuedUtc + life.AfterUse;
        var person = (ClaimsIdentity)context.Principal!.Identity!;
        var id = await http.RequestServices.GetRequiredService<ILoginSessions>().BeginAsync(
            context.Principal.UserId(), Device.Of(http.Request.Headers.UserAgent), AddressOf(http), life, http.Items.ContainsKey(PasskeyKey), CancellationToken.None);
        person.AddClaim(new Claim(PanelClaims.Session, id));
        http.RequestServices.GetRequiredService<KnownDevices>().Remember(http, context.Principal.UserId());
        await http.RequestServices.GetRequiredService<PanelAudit>().WriteOfAsync(context.Principal.UserId(), "session.opened");
    }

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var sessions = http.RequestServices.GetRequiredService<ILoginSessions>();
        var person = context.Principal?.FindFirstValue(PanelClaims.Session) is { } id ? await sessions.FindAsync(id, http.RequestAborted) : null;
        if (person is null)
        {
            context.RejectPrincipal();
            await http.SignOutAsync(context.Scheme.Name);
            return;
        }

        if (http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - person.LastSeenAt >= TouchedEvery)
            await sessions.TouchAsync(person.SessionId, AddressOf(http), http.RequestAborted);
        http.Features.Set(person);
        context.ReplacePrincipal(PanelClaims.Of(person));
    }

    static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();
}
