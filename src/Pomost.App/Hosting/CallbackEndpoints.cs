using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Hosting;

/// <summary>The door SALESmanago knocks at when somebody opts in or out there.</summary>
static class CallbackEndpoints
{
    const int MaxBodyBytes = 16 * 1024;
    const int PerSecondAndToken = 200;

    static readonly PartitionedRateLimiter<string> Limiter = PartitionedRateLimiter.Create<string, string>(token => RateLimitPartition.GetTokenBucketLimiter(
        token, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = PerSecondAndToken * 5,
            TokensPerPeriod = PerSecondAndToken,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods($"{Callbacks.Path}/{{token}}/{{kind}}", ["GET", "POST"], AcceptAsync)
        .WithName("AcceptCallback")
        .WithSummary("Takes in an opt-in or opt-out callback of SALESmanago. Answered after it is durable; the card is read later and decides.")
        .DisableAntiforgery()
        .AllowAnonymous();

    static async Task<IResult> AcceptAsync(string token, string kind, HttpRequest request, Callbacks callbacks, CancellationToken ct)
    {
        if (kind is not ("opt-in" or "opt-out"))
            return TypedResults.NotFound();
        using var permit = Limiter.AttemptAcquire(token);
        if (!permit.IsAcquired)
        {
            request.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
            return TypedResults.Problem("Too many callbacks at once; nothing was stored. Send it again in a second.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (request.ContentLength > MaxBodyBytes)
            return TooLarge();
        var (email, key) = (request.Query["email"].ToString(), request.Query["key"].ToString());
        if (request.HasFormContentType)
        {
            if (!await callbacks.KnowsAsync(token, ct))
                return TypedResults.NotFound();
            // A body without a stated length is cut off by the limit as well.
            if (request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = MaxBodyBytes;
            try
            {
                var form = await request.ReadFormAsync(ct);
                email = email.Length == 0 ? form["email"].ToString() : email;
                key = key.Length == 0 ? form["key"].ToString() : key;
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return TooLarge();
            }
            catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
            {
                return TypedResults.Problem("The form cannot be read; nothing was stored.", statusCode: StatusCodes.Status400BadRequest);
            }
        }

        var outcome = await callbacks.AcceptAsync(token, kind == "opt-in" ? ConsentState.Granted : ConsentState.Withdrawn, email, key, ct);
        return outcome switch
        {
            // Whether anybody knows the address is nobody's business who has only the URL.
            CallbackOutcome.Taken or CallbackOutcome.UnknownAddress => TypedResults.Json(new { success = true }),
            CallbackOutcome.WrongKey => TypedResults.Problem(
                "The key does not fit the address; nothing was stored. Copy the callback URL again from the panel.", statusCode: StatusCodes.Status403Forbidden),
            CallbackOutcome.Malformed => TypedResults.Problem(
                "The parameter email is missing or no address; nothing was stored.", statusCode: StatusCodes.Status400BadRequest,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["field"] = "email" }),
            _ => TypedResults.NotFound(),
        };
    }

    static ProblemHttpResult TooLarge() => TypedResults.Problem("The body is larger than 16 kB; nothing was stored.", statusCode: StatusCodes.Status413PayloadTooLarge);
}
