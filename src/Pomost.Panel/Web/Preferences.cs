using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Web;

/// <summary>Language and theme: kept in cookies, so they hold before anyone has logged in, and with the person. Which account one works in.</summary>
static class Preferences
{
    public static CookieOptions Cookie => new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true, Path = "/" };

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapPost("/choose/language", (HttpContext http, UserManager<PomostUser> users) => Choose(http, users, (form, user) =>
        {
            if (Languages.FromCode(form["language"])?.Code() is not { } language)
                return;
            http.Response.Cookies.Append(PanelRequest.LanguageCookie, language, Cookie);
            user?.Language = language;
        })).AllowAnonymous();
        panel.MapPost("/choose/theme", (HttpContext http, UserManager<PomostUser> users) => Choose(http, users, (form, user) =>
        {
            var theme = form["theme"] == "light" || form["theme"] == "dark" ? form["theme"].ToString() : null;
            http.Response.Cookies.Append(PanelRequest.ThemeCookie, theme ?? "system", Cookie);
            user?.Theme = theme;
        })).AllowAnonymous();
        panel.MapPost("/choose/account", async (HttpContext http, ILoginSessions sessions) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return long.TryParse(form["account"], NumberStyles.None, CultureInfo.InvariantCulture, out var account)
                && await sessions.SwitchAsync(http.User.FindFirstValue(PanelClaims.Session)!, account, http.RequestAborted)
                ? Page.See("/") : (IResult)Page.Missing();
        }).WithMetadata(WithoutSecondFactor.It);
    }

    static async Task<IResult> Choose(HttpContext http, UserManager<PomostUser> users, Action<IFormCollection, PomostUser?> choose)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var user = http.User.Identity?.IsAuthenticated == true ? await users.GetUserAsync(http.User) : null;
        choose(form, user);
        if (user is not null)
            await users.UpdateAsync(user);
        return Page.See(Page.Local(form["back"]));
    }
}
