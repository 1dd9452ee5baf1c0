using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Pomost.Simulators.WooCommerce;

/// <summary>The web server before the shop: picks the page, checks credentials, commits faults, writes headers.</summary>
sealed class WooFront
{
    const string HtmlType = "text/html; charset=UTF-8";
    const string JsonType = "application/json; charset=UTF-8";
    const long EndlessBytes = 2L * 1024 * 1024 * 1024;

    readonly WooCommerceSimulator _simulator;
    readonly WooCommerceSimulatorOptions _options;
    readonly SimulatorFaults _faults;
    readonly WooKeys _keys;
    readonly WooRest _rest;
    readonly WooAuthorization _authorization;
    WooRest? _restOfReplica;

    public WooFront(WooCommerceSimulator simulator, WooKeys keys)
    {
        _simulator = simulator;
        _options = simulator.Options;
        _faults = simulator.Faults;
        _keys = keys;
        _rest = RestOf(simulator.Shop);
        simulator.Webhooks.Representation = _rest.Representation;
        _authorization = new WooAuthorization(_options, keys, () => simulator.Home);
    }

    WooRest RestOf(WooCommerceShop shop)
    {
        var json = new WooJson(
            shop, _options.TimeZone, () => _simulator.Home, _options.RestPrefix, WooCommerceSimulatorOptions.WooCommerceVersion);
        return new WooRest(shop, _options, json, _faults, _simulator.Webhooks, _simulator.Clock);
    }

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        _simulator.Requests.Started(SimulatorCounters.RouteOf(context.Request.Method, path));
        try
        {
            if (await BrokenAsync(context, path))
                return;
            if (_authorization.Handles(path))
                await _authorization.HandleAsync(context, path);
            else if (RestRoute(context, path) is WooModule.Route && _simulator.Module.IsInstalled)
                await _simulator.Module.HandleAsync(context);
            else if (RestRoute(context, path) is { } route)
                await RestAsync(context, path, route);
            else
                await PageAsync(context, path);
        }
        finally
        {
            _simulator.Requests.Answered(context.Response.StatusCode);
            _simulator.Requests.Ended();
        }
    }

    /// <summary>Faults that stand before the shop: it never sees the request.</summary>
    async Task<bool> BrokenAsync(HttpContext context, string path)
    {
        var response = context.Response;
        if (_faults.Strikes(Fault.Slow, path))
            await Task.Delay(_faults.SlowBy, _simulator.Clock, context.RequestAborted);
        if (_faults.Strikes(Fault.RedirectLoop, path))
            return Redirect(response, path + context.Request.QueryString);
        if (_faults.Strikes(Fault.RedirectToOtherHost, path))
            return Redirect(response, new Uri(_faults.RedirectTarget, path + context.Request.QueryString).ToString());
        if (_faults.Strikes(Fault.TooManyRequests, path))
            return await HtmlAsync(response, 429, "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>");
        if (_faults.Strikes(Fault.TooManyRequestsWithRetryAfter, path))
        {
            response.Headers.RetryAfter = ((int)_faults.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return await HtmlAsync(response, 429, "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>");
        }
        if (_faults.Strikes(Fault.ServiceUnavailable, path))
            return await HtmlAsync(response, 503, "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>");
        if (_faults.Strikes(Fault.InternalError, path))
        {
            response.StatusCode = 500;
            response.ContentType = JsonType;
            await response.WriteAsync("""{"code":"internal_server_error","message":"<p>There has been a critical error on this website.</p>","data":{"status":500},"additional_errors":[]}""");
            return true;
        }
        if (_faults.Strikes(Fault.HtmlPage, path))
            return await HtmlAsync(response, 200, "<!DOCTYPE html><html lang=\"pl-PL\"><head><title>Sklep</title></head><body><h1>Strona w przebudowie</h1></body></html>");
        if (_faults.Strikes(Fault.LoginWall, path))
            return await HtmlAsync(response, 200, "<!DOCTYPE html><html lang=\"pl-PL\"><head><title>Zaloguj się</title></head><body class=\"login\"><form name=\"loginform\" action=\"/wp-login.php\" method=\"post\"><input name=\"log\"><input name=\"pwd\" type=\"password\"></form></body></html>");
        if (_faults.Strikes(Fault.EndlessBody, path))
        {
            await EndlessAsync(context);
            return true;
        }
        return false;
    }

    // Pretty addresses, and /index.php?rest_route=… for shops with plain permalinks.
    string? RestRoute(HttpContext context, string path)
    {
        var prefix = "/" + _options.RestPrefix;
        if (path == prefix || path.StartsWith(prefix + "/", StringComparison.Ordinal))
            return path[prefix.Length..].Trim('/');
        if (path is "/" or "/index.php" && context.Request.Query["rest_route"].ToString() is { Length: > 0 } route)
            return route.Trim('/');
        return null;
    }

    async Task RestAsync(HttpContext context, string path, string route)
    {
        var address = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (_simulator.PageCache.Find(context.Request, address) is { } kept)
        {
            await FromCacheAsync(context.Response, kept);
            return;
        }
        var rest = _rest;
        WooAnswer answer;
        try
        {
            var request = await ReadAsync(context, path, route);
            rest = RestFor(request);
            answer = await rest.AnswerAsync(request);
        }
        catch (WooError error)
        {
            answer = rest.Refuse(error);
        }
        var body = Spoiled(answer.Body.WrittenMemory, path);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = JsonType;
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.Link = $"<{_simulator.Home.ToString().TrimEnd('/')}/{_options.RestPrefix}/>; rel=\"https://api.w.org/\"";
        if (answer.Total is { } total && !_faults.Strikes(Fault.MissingTotals, path))
        {
            response.Headers["X-WP-Total"] = total.ToString(CultureInfo.InvariantCulture);
            response.Headers["X-WP-TotalPages"] = answer.TotalPages.ToString(CultureInfo.InvariantCulture);
            if (answer.Links is { } links)
                response.Headers.Append("Link", links);
        }
        response.ContentLength = body.Length;
        _simulator.PageCache.Keep(context.Request, address, response, body);
        if (_faults.Strikes(Fault.CutConnection, path))
        {
            await response.Body.WriteAsync(body[..(body.Length / 2)]);
            await response.Body.FlushAsync();
            context.Abort();
            return;
        }
        _simulator.Requests.Sent(answer.Rows, body.Length);
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body);
        rest.Done(answer);
    }

    WooRest RestFor(WooRequest request)
    {
        if (request.Method != "GET" || _simulator.ReplicaLag <= TimeSpan.Zero || _simulator.Replica is not { } replica)
            return _rest;
        replica.CatchUp(_simulator.ReplicaLag);
        return _restOfReplica ??= RestOf(replica.Shop);
    }

    static async Task FromCacheAsync(HttpResponse response, WooPageCache.Kept kept)
    {
        foreach (var (name, value) in kept.Headers)
            response.Headers[name] = value;
        response.Headers["X-Cache"] = "HIT";
        await response.Body.WriteAsync(kept.Body);
    }

    async Task<WooRequest> ReadAsync(HttpContext context, string path, string route)
    {
        var request = context.Request;
        var query = PhpQuery.Parse(request.QueryString.Value ?? "");
        WooKey? key = null;
        // The real shop looks for this text in the address; with plain permalinks it is not there, and keys go unseen.
        var address = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (address.Contains(_options.RestPrefix + "/wc/", StringComparison.Ordinal) || address.Contains(_options.RestPrefix + "/wc-", StringComparison.Ordinal))
        {
            var authorization = _faults.Strikes(Fault.StripAuthorization, path) ? null : request.Headers.Authorization.ToString();
            var isSsl = request.IsHttps && !_options.HttpsEndsAtProxy;
            var home = new UriBuilder(_simulator.Home) { Scheme = isSsl ? "https" : "http", Port = HomePort(isSsl) };
            var rawPath = address.Split('?', 2)[0];
            key = _keys.Authenticate(request.Method, home.Uri.GetLeftPart(UriPartial.Authority) + rawPath, query, authorization, isSsl);
        }
        var method = request.Method;
        if (HttpMethods.IsPost(method) && request.Headers["X-HTTP-Method-Override"].ToString() is { Length: > 0 } replaced)
            method = replaced.ToUpperInvariant();
        if (HttpMethods.IsHead(method))
            method = "GET";
        JsonElement? body = null;
        if (request.ContentType is { } type && type.Contains("json", StringComparison.OrdinalIgnoreCase) && request.ContentLength is not 0)
        {
            try
            {
                using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: context.RequestAborted);
                body = document.RootElement.Clone();
            }
            catch (JsonException)
            {
                throw new WooError(400, "rest_invalid_json", "Invalid JSON body passed.");
            }
        }
        return new WooRequest(method, route, query, body, key, path);
    }

    // With both schemes served, each has a port of its own; a shop with a fixed home address has just that.
    int HomePort(bool isSsl)
    {
        if (_options.HomeUrl is { } home)
            return home.Port;
        return isSsl || _options.HttpsEndsAtProxy ? _simulator.BaseAddress.Port : _simulator.HttpAddress.Port;
    }

    ReadOnlyMemory<byte> Spoiled(ReadOnlyMemory<byte> body, string path)
    {
        if (_faults.Strikes(Fault.UnknownFields, path))
            body = InsertAfterEach(body.Span, "{\"id\":"u8, "{\"unknown_by_plugin\":{\"a\":[1,null,\"ż\"]},\"x_extra\":true,\"id\":"u8, onlyFirst: false);
        if (_faults.Strikes(Fault.InvalidUtf8, path))
            body = InsertAfterEach(body.Span, "\"first_name\":\""u8, [.. "\"first_name\":\""u8, 0xC3, 0x28, 0xB3], onlyFirst: true);
        if (_faults.Strikes(Fault.PhpNotice, path))
            body = (byte[])[.. "<br />\n<b>Deprecated</b>:  Creation of dynamic property Loader::$x is deprecated in <b>/var/www/html/wp-content/plugins/loader/loader.php</b> on line <b>42</b><br />\n"u8, .. body.Span];
        return body;
    }

    static byte[] InsertAfterEach(ReadOnlySpan<byte> body, ReadOnlySpan<byte> found, ReadOnlySpan<byte> put, bool onlyFirst)
    {
        var result = new ArrayBufferWriter<byte>(body.Length + 1_024);
        while (body.IndexOf(found) is >= 0 and var at)
        {
            result.Write(body[..at]);
            result.Write(put);
            body = body[(at + found.Length)..];
            if (onlyFirst)
                break;
        }
        result.Write(body);
        return result.WrittenSpan.ToArray();
    }

    async Task PageAsync(HttpContext context, string path)
    {
        if (path != "/")
        {
            await HtmlAsync(context.Response, 404, "<!DOCTYPE html><html><head><title>Nie znaleziono strony</title></head><body></body></html>");
            return;
        }
        context.Response.Headers.Link = $"<{_simulator.Home.ToString().TrimEnd('/')}/{_options.RestPrefix}/>; rel=\"https://api.w.org/\"";
        await HtmlAsync(context.Response, 200, $"<!DOCTYPE html><html lang=\"pl-PL\"><head><title>{_options.ShopName}</title><meta name=\"generator\" content=\"WooCommerce {WooCommerceSimulatorOptions.WooCommerceVersion}\"></head><body><h1>{_options.ShopName}</h1></body></html>");
    }

    static bool Redirect(HttpResponse response, string target)
    {
        response.StatusCode = 302;
        response.Headers.Location = target;
        return true;
    }

    static async Task<bool> HtmlAsync(HttpResponse response, int status, string html)
    {
        response.StatusCode = status;
        response.ContentType = HtmlType;
        await response.WriteAsync(html);
        return true;
    }

    static async Task EndlessAsync(HttpContext context)
    {
        context.Response.ContentType = JsonType;
        var row = Encoding.ASCII.GetBytes("{\"id\":1,\"email\":\"ktos@poczta.example\",\"first_name\":\"" + new string('x', 16_000) + "\"},");
        await context.Response.Body.WriteAsync("["u8.ToArray(), context.RequestAborted);
        try
        {
            for (long sent = 0; sent < EndlessBytes; sent += row.Length)
                await context.Response.Body.WriteAsync(row, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client had enough, as it should.
        }
    }
}
