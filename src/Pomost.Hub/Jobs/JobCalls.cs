using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Hub;

/// <summary>State and files of asynchronous calls. Files are kept for <see cref="FileLife"/>.</summary>
internal static class JobCalls
{
    /// <summary>A file holds personal data and can be fetched by its address alone, so it does not live long.</summary>
    public static readonly TimeSpan FileLife = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("job/status", Access.Signed, StatusAsync, secondVersion: false);
        routes.MapGet("/api/job/file/{clientId}/{number:long}/{secret}.json", FileAsync);
    }

    private static async Task<IResult> StatusAsync(HubCall call)
    {
        var number = call.Body.Integer("requestId") ?? throw HubRefusal.Missing("requestId");
        var job = await call.Services.Contacts.FindJobAsync(call.Account.Id, number, call.Cancellation);
        if (job is null || job.CreatedAt + FileLife < call.Now) throw new HubRefusal("Unknown requestId");
        var request = call.Http.Request;
        var url = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Scheme}://{request.Host}{request.PathBase}/api/job/file/{call.Account.ClientId}/{job.Number}/{job.Secret}.json");
        return HubCall.Reply(new JobAnswer(job.Number, url));
    }

    private static async Task<IResult> FileAsync(HttpContext http, string clientId, long number, string secret)
    {
        var services = http.RequestServices.GetRequiredService<HubServices>();
        var account = await services.Accounts.FindAccountAsync(clientId, http.RequestAborted);
        var job = account is null ? null : await services.Contacts.FindJobAsync(account.Id, number, http.RequestAborted);
        var right = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(job?.Secret ?? ""), Encoding.UTF8.GetBytes(secret));
        if (job is null || !right || job.CreatedAt + FileLife < services.Clock.GetUtcNow())
            return HubCall.Reply(new Answer { Success = false, Message = ["Unknown file"] }, StatusCodes.Status404NotFound);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(job.File, "application/json", Encoding.UTF8);
    }
}
