using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pomost.Simulators.WooCommerce;

/// <summary>The one-click connection: <c>/wc-auth/v1/authorize</c>, consent, keys posted by the shop's server.</summary>
sealed class WooAuthorization(WooCommerceSimulatorOptions options, WooKeys keys, Func<Uri> site)
{
    static readonly string[] Required = ["app_name", "user_id", "return_url", "callback_url", "scope"];

    readonly ConcurrentDictionary<string, bool> _offered = new(StringComparer.Ordinal);

    public bool Handles(string path) => path.StartsWith("/wc-auth/v1/", StringComparison.Ordinal);

    public async Task HandleAsync(HttpContext context, string path)
    {
        var query = PhpQuery.Parse(context.Request.QueryString.Value ?? "");
        var step = path["/wc-auth/v1/".Length..].Trim('/');
        if (step is not ("authorize" or "access_granted"))
        {
            await PageAsync(context, 404, "Nie znaleziono strony");
            return;
        }
        if (Refusal(query) is { } refusal)
        {
            await PageAsync(context, 401, WebUtility.HtmlEncode(refusal));
            return;
        }
        if (step == "authorize" && !options.ApprovesAuthorization)
        {
            var nonce = Guid.NewGuid().ToString("N")[..10];
            _offered[nonce] = true;
            await PageAsync(context, 200, $"{WebUtility.HtmlEncode(query.Text("app_name"))} chce połączyć się z Twoim sklepem",
                $"<a class=\"wc-auth-approve\" href=\"/wc-auth/v1/access_granted/{WebUtility.HtmlEncode(context.Request.QueryString.Value)}&amp;wc_auth_nonce={nonce}\">Zatwierdź</a>"
                + $"<a class=\"wc-auth-deny\" href=\"{WebUtility.HtmlEncode(Return(query, success: false))}\">Odmów</a>");
            return;
        }
        if (step == "access_granted" && !_offered.TryRemove(query.Text("wc_auth_nonce") ?? "", out _))
        {
            await PageAsync(context, 401, "Invalid nonce verification");
            return;
        }
        await GrantAsync(context, query);
    }

    async Task GrantAsync(HttpContext context, PhpQuery query)
    {
        var key = keys.AddRandom(query.Text("scope")!);
        if (!await PostAsync(query.Text("callback_url")!, key, query.Text("user_id")!))
        {
            keys.Remove(key.ConsumerKey);
            await PageAsync(context, 401, "An error occurred in the request and at the time were unable to send the consumer data");
            return;
        }
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = Return(query, success: true);
    }

    async Task<bool> PostAsync(string url, WooKey key, string userId)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["key_id"] = key.Id,
            ["user_id"] = userId,
            ["consumer_key"] = key.ConsumerKey,
            ["consumer_secret"] = key.ConsumerSecret,
            ["key_permissions"] = key.Permissions,
        });
        try
        {
            using var http = new HttpClient(WooWebhooks.Handler(options)) { Timeout = TimeSpan.FromSeconds(60) };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json;charset=UTF-8");
            request.Headers.TryAddWithoutValidation("User-Agent", $"WordPress/{WooCommerceSimulatorOptions.WordPressVersion}; {site().ToString().TrimEnd('/')}");
            using var answer = await http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    string? Refusal(PhpQuery query)
    {
        foreach (var name in Required)
        {
            if (string.IsNullOrEmpty(query.Text(name)))
                return "Missing parameter " + name;
        }
        if (query.Text("scope") is not ("read" or "write" or "read_write"))
            return "Invalid scope " + query.Text("scope");
        foreach (var name in (string[])["return_url", "callback_url"])
        {
            if (!Uri.TryCreate(query.Text(name), UriKind.Absolute, out _))
                return $"The {name} is not a valid URL";
        }
        var callback = new Uri(query.Text("callback_url")!);
        if (callback.Scheme != Uri.UriSchemeHttps && !options.AllowsHttpCallback)
            return "The callback_url needs to be over SSL";
        return options.RefusesPrivateReceivers && WooWebhooks.IsPrivate(callback.ToString()) ? "The callback_url is not a valid URL" : null;
    }

    static string Return(PhpQuery query, bool success)
    {
        var url = query.Text("return_url")!;
        return url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?")
            + $"success={(success ? "1" : "0")}&user_id={Uri.EscapeDataString(query.Text("user_id")!)}";
    }

    static async Task PageAsync(HttpContext context, int status, string title, string inside = "")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=UTF-8";
        await context.Response.WriteAsync($"<!DOCTYPE html><html lang=\"pl-PL\"><head><title>WooCommerce</title></head><body class=\"wc-auth\"><h1>{title}</h1>{inside}</body></html>");
    }
}
