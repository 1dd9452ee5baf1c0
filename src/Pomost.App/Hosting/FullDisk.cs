using Pomost.Engine;
using Pomost.Storage;

namespace Pomost.App.Hosting;

/// <summary>What a program hears while the database has no room: nothing was kept, and to come again.</summary>
static class FullDisk
{
    public static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) when (DiskFullException.Is(failure) && !http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.Headers.RetryAfter = NoRoom.RetryAfter;
            await TypedResults.Problem(
                "The disk of the database is full; nothing was stored. Send it again later.", statusCode: StatusCodes.Status503ServiceUnavailable,
                type: "urn:pomost:disk-full").ExecuteAsync(http);
        }
    }
}
