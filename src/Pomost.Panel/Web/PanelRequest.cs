using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

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
        // What a person has chosen holds on all their devices; cookies speak before anybody has logged in.
        Person = Http.Features.Get<PersonAtWork>();
        Language = Languages.FromCode(Person is null ? cookies[LanguageCookie] : Person.Language) ?? Languages.FromHeader(Http.Request.Headers.AcceptLanguage);
        var theme = Person is null ? cookies[ThemeCookie] : Person.Theme;
        Theme = theme is "light" or "dark" ? theme : null;
        Zone = FindZone(Person?.TimeZone) ?? FindZone(cookies[ZoneCookie]) ?? FindZone(Options.DefaultTimeZone) ?? TimeZoneInfo.Utc;
        T = new PanelTexts(Language);
        F = new Formats(Language, Zone, clock);
        Now = clock.GetUtcNow();
        Today = F.LocalDay(Now);
    }

    public HttpContext Http { get; }

    public TimeProvider Clock { get; }

    public PanelOptions Options { get; }

    /// <summary>Who asks, with their choices; null before log-in.</summary>
    public PersonAtWork? Person { get; }

    public Language Language { get; }

    /// <summary>"light", "dark", or null: as in the reader's system.</summary>
    public string? Theme { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>When the request came, UTC.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The person's day.</summary>
    public DateOnly Today { get; }

    /// <summary>Texts; they call the destination by the name that <see cref="SpeakOf"/> gave it.</summary>
    public PanelTexts T { get; private set; }

    public Formats F { get; }

    /// <summary>From now on texts speak of the built-in hub, or of SALESmanago.</summary>
    public void SpeakOf(bool isHub) => T = new PanelTexts(Language, DestinationWords.For(Language == Language.Pl, isHub));

    public string Asset(string name) => assets[name];

    public string FormToken => antiforgery.GetAndStoreTokens(Http).RequestToken!;

    public ClaimsPrincipal User => Http.User;

    public string PersonName => User.FindFirstValue(PanelClaims.FullName) ?? User.Identity?.Name ?? "";

    /// <summary>A contact's address as this person may see it: to viewers "a***@poczta.example". Other texts stay as they are.</summary>
    public string Address(string email) => Masking.Shown(email, User.Role());

    /// <summary>A contact's telephone as this person may see it.</summary>
    public string Phone(string phone) => Masking.Phone(phone, User.Role());

    /// <summary>The address to come back to after choosing a language or a theme.</summary>
    public string Here => Http.Request.Path + Http.Request.QueryString;

    /// <summary>True when the script asks for a part of the page instead of the person for the page.</summary>
    public bool IsPart => Http.Request.Headers.ContainsKey("HX-Request");

    static TimeZoneInfo? FindZone(string? id) => ShopZone.TryFind(id, out var zone) ? zone : null;
}
