using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Web;

/// <summary>What every page needs to know of the request it answers: language, formats, theme, person, form token.</summary>
public sealed class PanelRequest
{
    public const string LanguageCookie = "pomost_language";
    public const string ThemeCookie = "pomost_theme";
    public const string ZoneCookie = "pomost_zone";

    readonly IAntiforgery antiforgery;
    readonly PanelAssets assets;

    public PanelRequest(IHttpContextAccessor accessor, IAntiforgery antiforgery, PanelAssets assets, TimeProvider clock, IOptions<PanelOptions> options)
    {
        this.antiforgery = antiforgery;
        this.assets = assets;
        Clock = clock;
        Options = options.Value;
        Http = accessor.HttpContext ?? throw new InvalidOperationException("A panel page was drawn outside a request.");
        var cookies = Http.Request.Cookies;
        Language = Languages.FromCode(cookies[LanguageCookie]) ?? Languages.FromHeader(Http.Request.Headers.AcceptLanguage);
        Theme = cookies[ThemeCookie] is "light" or "dark" ? cookies[ThemeCookie] : null;
        Zone = FindZone(cookies[ZoneCookie]) ?? FindZone(Options.DefaultTimeZone) ?? TimeZoneInfo.Utc;
        T = new PanelTexts(Language);
        F = new Formats(Language, Zone, clock);
        Today = F.LocalDay(clock.GetUtcNow());
    }

    public HttpContext Http { get; }

    public TimeProvider Clock { get; }

    public PanelOptions Options { get; }

    public Language Language { get; }

    /// <summary>"light", "dark", or null: as in the reader's system.</summary>
    public string? Theme { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>The person's day.</summary>
    public DateOnly Today { get; }

    public PanelTexts T { get; }

    public Formats F { get; }

    public string Asset(string name) => assets[name];

    public string FormToken => antiforgery.GetAndStoreTokens(Http).RequestToken!;

    public ClaimsPrincipal User => Http.User;

    public string PersonName => User.FindFirstValue(PanelClaims.FullName) ?? User.Identity?.Name ?? "";

    /// <summary>The address to come back to after choosing a language or a theme.</summary>
    public string Here => Http.Request.Path + Http.Request.QueryString;

    /// <summary>True when the script asks for a part of the page instead of the person for the page.</summary>
    public bool IsPart => Http.Request.Headers.ContainsKey("HX-Request");

    static TimeZoneInfo? FindZone(string? id) => id is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}
