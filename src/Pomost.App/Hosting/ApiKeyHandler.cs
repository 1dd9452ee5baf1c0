using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>A key of <c>/api/v1</c> as a way to log in: <c>Authorization: Bearer pomost_…</c>.</summary>
sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, ApiKeyRing ring)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "ApiKey";

    /// <summary>Whoever has a key.</summary>
    public const string Read = "pomost:api";

    /// <summary>Whoever has a key that may change things.</summary>
    public const string Write = "pomost:api-write";

    /// <summary>So many requests a second and key.</summary>
    public const string Pace = "pomost:api";

    const string MayWrite = "pomost:may-write";
    const int PerSecond = 20;

    DateTimeOffset? _expiredAt;

    /// <summary>Makes keys known to authentication, authorization and the limit of requests.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Read, policy => policy.AddAuthenticationSchemes(SchemeName).RequireAuthenticatedUser())
            .AddPolicy(Write, policy => policy.AddAuthenticationSchemes(SchemeName).RequireAuthenticatedUser().RequireClaim(MayWrite));
        services.AddRateLimiter(limits =>
        {
            limits.AddPolicy(Pace, http => RateLimitPartition.GetTokenBucketLimiter(ApiAudit.KeyOf(http).Id, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = PerSecond * 5,
                TokensPerPeriod = PerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
            limits.OnRejected = async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
                await ApiEndpoints.Problem(429, "Too many requests with this key; nothing was done. Send it again in a second.").ExecuteAsync(rejected.HttpContext);
            };
        });
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var text = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
        (var recognised, _expiredAt) = await ring.RecogniseAsync(text, Context.RequestAborted);
        if (recognised is not { } key)
            return AuthenticateResult.NoResult();
        ApiAudit.Remember(Context, key);
        var who = new ClaimsIdentity(SchemeName);
        who.AddClaim(new Claim(ClaimTypes.NameIdentifier, key.Id.ToString(CultureInfo.InvariantCulture)));
        if (key.MayWrite)
            who.AddClaim(new Claim(MayWrite, "1"));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(who), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        Response.Headers.WWWAuthenticate = "Bearer";
        await ApiEndpoints.Problem(401, _expiredAt is { } end
            ? string.Create(CultureInfo.InvariantCulture, $"This key opened nothing after {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Make another in the panel, or: pomost apikey create")
            : "A key is needed: Authorization: Bearer pomost_… (pomost apikey create).").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => ApiEndpoints.Problem(403, "This key may only read; nothing was done. Make another: pomost apikey create … --write").ExecuteAsync(Context);
}

/// <summary>Marks the calls of <c>/api/v1</c>, whatever their address looks like.</summary>
sealed class ApiCall
{
    public static readonly ApiCall It = new();

    public static bool Is(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ApiCall>() is not null;
}
