using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Web;

/// <summary>Language and theme: kept in cookies, so they hold before anyone has logged in.</summary>
static class Preferences
{
    public static CookieOptions Cookie => new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true, Path = "/" };

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapPost("/choose/language", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            if (Languages.FromCode(form["language"]) is { } language)
                http.Response.Cookies.Append(PanelRequest.LanguageCookie, language.Code(), Cookie);
            return Page.See(Page.Local(form["back"]));
        }).AllowAnonymous();
        panel.MapPost("/choose/theme", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            http.Response.Cookies.Append(PanelRequest.ThemeCookie, form["theme"] == "light" || form["theme"] == "dark" ? form["theme"].ToString() : "system", Cookie);
            return Page.See(Page.Local(form["back"]));
        }).AllowAnonymous();
    }
}
