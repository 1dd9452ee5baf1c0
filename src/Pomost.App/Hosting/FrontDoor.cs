using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;

namespace Pomost.App.Hosting;

/// <summary>Marks what answers under every name: checks of health and figures, which are asked by address.</summary>
sealed class UnderAnyName
{
    public static readonly UnderAnyName It = new();
}

/// <summary>Marks pages for people, who are led to https where there is https.</summary>
sealed class PeoplesPage
{
    public static readonly PeoplesPage It = new();
}

/// <summary>What holds for every request before anybody looks at it: where it came from, under which name, how, and below which path.</summary>
sealed class FrontDoor(HostChoices choices)
{
    const string HostPrefix = "__Host-";

    const string NotOurName = "Pomost does not answer under this name. Start it with --public-address https://… or --allowed-host …";

    // Set by the script in the browser, or of no worth to anybody.
    static readonly string[] PlainCookies = ["pomost_zone", "pomost_language", "pomost_theme"];

    readonly PathString _base = choices.BasePath;
    readonly HashSet<string> _names = NamesOf(choices);

    public static void AddTo(IServiceCollection services, HostChoices choices)
    {
        if (choices.TrustedProxies.Count == 0)
            return;
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // From the right, as far as proxies are known: what stands further left anybody may have written.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in choices.TrustedProxies)
                forwarded.KnownIPNetworks.Add(network);
        });
    }

    public void Use(WebApplication app)
    {
        if (choices.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.Use(Place);
        app.UseRouting();
        app.Use(AskName);
        app.Use(Encrypt);
        app.UseCookiePolicy(new CookiePolicyOptions
        {
            Secure = CookieSecurePolicy.SameAsRequest,
            OnAppendCookie = cookie => cookie.CookieName = Shape(cookie.Context, cookie.CookieName, cookie.CookieOptions),
            OnDeleteCookie = cookie => cookie.CookieName = Shape(cookie.Context, cookie.CookieName, cookie.CookieOptions),
        });
    }

    /// <summary>Below a path, whether the proxy leaves it in the address or takes it away; and only such cookies as this connection may have set.</summary>
    Task Place(HttpContext http, RequestDelegate next)
    {
        if (_base.HasValue)
        {
            if (http.Request.Path.StartsWithSegments(_base, StringComparison.OrdinalIgnoreCase, out var rest))
                http.Request.Path = rest.HasValue ? rest : "/";
            http.Request.PathBase = _base;
        }

        if (IsBound(http) && http.Request.Headers.Cookie.Count > 0)
            http.Request.Headers.Cookie = string.Join("; ", http.Request.Headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries)).Select(Bare).OfType<string>());
        return next(http);
    }

    /// <summary>Other people's names are not ours: a page elsewhere could have its own name lead here, and no link may carry what somebody wrote.</summary>
    async Task AskName(HttpContext http, RequestDelegate next)
    {
        if (IsOurs(http.Request.Host.Host) || http.GetEndpoint()?.Metadata.GetMetadata<UnderAnyName>() is not null)
        {
            await next(http);
            return;
        }

        var inProtocol = RefusalOf(http.Request.Path);
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        http.Response.ContentType = inProtocol is null ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        await http.Response.WriteAsync(inProtocol?.ToJsonString() ?? NotOurName, http.RequestAborted);
    }

    /// <summary>A plugin that was given a name we do not answer to reads nothing but its own protocol; null for all other paths.</summary>
    static JsonObject? RefusalOf(PathString path)
        => path.StartsWithSegments("/v3", StringComparison.OrdinalIgnoreCase)
            ? new JsonObject { ["reasonCode"] = 19, ["messages"] = new JsonArray(NotOurName) }
            : path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase, out var call)
                && !call.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
                ? new JsonObject { ["success"] = false, ["message"] = new JsonArray(NotOurName) } : null;

    bool IsOurs(string host) => _names.Contains(host.Trim('[', ']').TrimEnd('.'))
        // Nobody can have an address lead elsewhere, as they can with a name.
        || (choices.PublicAddress is null && IPAddress.TryParse(host, out _));

    Task Encrypt(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host.Host;
        if (http.Request.IsHttps)
        {
            if (host != "localhost" && !IPAddress.TryParse(host, out _))
                http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        }
        else if (choices.IsServedBothWays && http.GetEndpoint()?.Metadata.GetMetadata<PeoplesPage>() is not null
            && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) && EncryptedHost(http) is { } encrypted)
        {
            http.Response.Redirect($"https://{encrypted}{http.Request.PathBase.ToUriComponent()}{http.Request.Path.ToUriComponent()}{http.Request.QueryString.ToUriComponent()}", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        }

        return next(http);
    }

    HostString? EncryptedHost(HttpContext http)
    {
        var host = http.Request.Host.Host;
        if (choices.PublicAddress is { } ours && ours.Scheme == Uri.UriSchemeHttps && string.Equals(ours.IdnHost, host, StringComparison.OrdinalIgnoreCase))
            return new HostString(ours.Authority);
        var served = http.RequestServices.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            .FirstOrDefault(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return served is null ? null : new HostString(host, BindingAddress.Parse(served).Port);
    }

    /// <summary>True where cookies can be bound to this very host: over https, with no other program beside us below another path.</summary>
    bool IsBound(HttpContext http) => http.Request.IsHttps && !_base.HasValue;

    string Shape(HttpContext http, string name, CookieOptions cookie)
    {
        if (cookie.Path is null or "/")
            cookie.Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/";
        if (!IsBound(http) || !IsGuarded(name))
            return name;
        (cookie.Secure, cookie.Path, cookie.Domain) = (true, "/", null);
        return HostPrefix + name;
    }

    static string? Bare(string cookie) => cookie.StartsWith(HostPrefix + "pomost_", StringComparison.Ordinal) ? cookie[HostPrefix.Length..]
        : IsGuarded(cookie.Split('=')[0]) ? null : cookie;

    static bool IsGuarded(string name) => name.StartsWith("pomost_", StringComparison.Ordinal) && !PlainCookies.Contains(name, StringComparer.Ordinal);

    /// <summary>The names we answer to: the public one, those that were named, those we listen on, and this machine's own where we listen there.</summary>
    static HashSet<string> NamesOf(HostChoices choices)
    {
        var names = new HashSet<string>(choices.AllowedHosts.Select(host => host.Trim('[', ']')), StringComparer.OrdinalIgnoreCase);
        if (choices.PublicAddress is { } ours)
            names.Add(ours.IdnHost.Trim('[', ']'));
        foreach (var host in choices.Urls.Select(url => BindingAddress.Parse(url).Host.Trim('[', ']')))
        {
            var isAny = host is "*" or "+" || (IPAddress.TryParse(host, out var any) && (any.Equals(IPAddress.Any) || any.Equals(IPAddress.IPv6Any)));
            if (isAny || host == "localhost" || (IPAddress.TryParse(host, out var own) && IPAddress.IsLoopback(own)))
                names.UnionWith(["localhost", "127.0.0.1", "::1"]);
            if (!isAny)
                names.Add(host);
            else if (choices.PublicAddress is null)
                names.Add(Dns.GetHostName());
        }

        return names;
    }
}
