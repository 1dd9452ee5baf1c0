using System.Text;

namespace Pomost.Hub;

/// <summary>What plugins put on a shop's pages. The hub follows no visitor: the scripts are empty and the picture is one clear dot, so that no page breaks.</summary>
internal static class BrowserFiles
{
    private const string EmptyScript = "/* This server follows no visitors. */\n";

    // GIF, 1 x 1, transparent.
    private static readonly byte[] Dot = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/static/sm.js", Empty);
        routes.MapGet("/static/sm-sw.js", Empty);
        routes.MapGet("/dynamic/{clientId}/popups.js", Empty);
        routes.MapGet("/api/r.gif", ClearDot);
    }

    private static IResult Empty(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(EmptyScript, "text/javascript", Encoding.UTF8);
    }

    private static IResult ClearDot(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(Dot, "image/gif");
    }
}
