using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pomost.Panel.Web;

/// <summary>The style sheet, script, fonts and icons, embedded in this assembly under names that carry their content hash.</summary>
/// <remarks>MapStaticAssets needs a manifest beside the entry program, which a test host and a single-file build do not have.</remarks>
public sealed class PanelAssets
{
    const string Prefix = "assets/";
    readonly Dictionary<string, string> addresses;
    readonly Dictionary<string, (byte[] Plain, byte[]? Brotli)> files = new(StringComparer.Ordinal);

    public PanelAssets()
    {
        var assembly = typeof(PanelAssets).Assembly;
        addresses = JsonSerializer.Deserialize<Dictionary<string, string>>(Read(assembly, Prefix + "manifest.json"))!;
        var names = assembly.GetManifestResourceNames().ToHashSet(StringComparer.Ordinal);
        foreach (var file in addresses.Values)
        {
            var brotli = Prefix + file + ".br";
            files[file] = (Read(assembly, Prefix + file), names.Contains(brotli) ? Read(assembly, brotli) : null);
        }
    }

    /// <summary>The address of a browser file by its plain name, such as "panel.css".</summary>
    public string this[string name] => "/" + Prefix + addresses[name];

    internal void Map(IEndpointRouteBuilder endpoints)
        => endpoints.MapMethods("/" + Prefix + "{file}", ["GET", "HEAD"], Send).AllowAnonymous().ExcludeFromDescription();

    async Task Send(HttpContext http, string file)
    {
        if (!files.TryGetValue(file, out var content))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept-Encoding";
        http.Response.ContentType = Path.GetExtension(file) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "font/woff2",
        };
        var body = content.Plain;
        if (content.Brotli is { } brotli && http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            headers.ContentEncoding = "br";
            body = brotli;
        }

        http.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The browser file {name} is missing from the assembly: build Pomost.Panel again.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
