using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>The door shops knock at with webhooks.</summary>
static class IntakeEndpoints
{
    const int MaxBodyBytes = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods("/in/{token}", ["GET", "POST"], AcceptAsync)
        .WithName("AcceptWebhook")
        .WithSummary("Takes in a shop's webhook, or a push of the module in a shop. Answered after it is durable; everything else happens later.")
        .DisableAntiforgery()
        .AllowAnonymous();

    static async Task<Results<ContentHttpResult, NotFound, ProblemHttpResult>> AcceptAsync(
        string token, HttpRequest request, Intake intake, BodyBudget budget, TimeProvider clock, CancellationToken ct)
    {
        if (request.ContentLength > MaxBodyBytes)
            return TooLarge();
        var isFull = false;
        var isTooLarge = false;
        using var lease = budget.BeginKnown();
        // Who does not know the address of a store sends no body.
        var (result, reply) = await intake.AcceptAsync(token, ReadAsync, ct);
        if (isFull)
        {
            request.HttpContext.Response.Headers.RetryAfter = "5";
            return TypedResults.Problem("Too much at once; nothing was stored. Send it again in a few seconds.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return isTooLarge ? TooLarge() : result switch
        {
            IntakeResult.Accepted => TypedResults.Text(reply ?? ""),
            IntakeResult.Unknown => TypedResults.NotFound(),
            IntakeResult.Stale => Refused("stale", "The clocks of shop and Pomost differ by more than 300 seconds; nothing was stored.", StatusCodes.Status401Unauthorized, clock),
            IntakeResult.Replayed => Refused("replayed", "This nonce was taken before; nothing was stored.", StatusCodes.Status409Conflict),
            IntakeResult.TooLarge => Refused("too-large", "The body is larger than 256 KiB; nothing was stored.", StatusCodes.Status413PayloadTooLarge),
            IntakeResult.Invalid => Refused("invalid", "The body is not that of a push; nothing was stored.", StatusCodes.Status400BadRequest),
            _ => Refused("signature", "The signature does not match; nothing was stored.", StatusCodes.Status401Unauthorized),
        };

        async Task<WebhookRequest?> ReadAsync()
        {
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
            {
                isTooLarge = body.Length + read > MaxBodyBytes;
                isFull = !isTooLarge && !lease.TryGrow(read);
                if (isTooLarge || isFull)
                    return null;
                body.Write(buffer, 0, read);
            }

            return new WebhookRequest(
                request.Method,
                request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
                request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray());
        }
    }

    // The types of docs/module-contract.md; shops' own webhooks read only the status.
    static ProblemHttpResult Refused(string type, string detail, int status, TimeProvider? clock = null) => TypedResults.Problem(
        detail, statusCode: status, type: "urn:pomost:module:" + type,
        extensions: clock is null ? null : new Dictionary<string, object?>(StringComparer.Ordinal) { ["now"] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) });

    static ProblemHttpResult TooLarge()
        => TypedResults.Problem("The body is larger than 4 MB; nothing was stored.", statusCode: StatusCodes.Status413PayloadTooLarge);
}
