using System.Data.Common;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Features.Login;

namespace Pomost.Panel.Web;

/// <summary>Around every page: security headers, the form token of whatever is posted, and a page instead of a bare error.</summary>
static partial class PanelFilter
{
    public static async ValueTask<object?> Run(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SecurityHeaders.Write(http.Response);
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && await RefusalAsync(http) is { } refusal)
            return refusal;

        if (http.Features.Get<PersonAtWork>() is { LacksSecondFactor: true } && http.GetEndpoint()?.Metadata is { } endpoint
            && endpoint.GetMetadata<WithoutSecondFactor>() is null && endpoint.GetMetadata<IAllowAnonymous>() is null)
        {
            return http.Request.Headers.ContainsKey("HX-Request") || http.Request.Path == "/stream"
                ? Results.StatusCode(StatusCodes.Status401Unauthorized) : Page.See("/profile/second-factor");
        }

        try
        {
            await NameDestinationAsync(http);
            return await next(context);
        }
        catch (DbException failure) when (failure.SqlState == NoRoom.SqlState)
        {
            http.Response.Headers.RetryAfter = NoRoom.RetryAfter;
            return Page.Of<MessagePage>(new { Kind = MessageKind.NoRoom }, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not BadHttpRequestException)
        {
            Log.PageFailed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Pomost.Panel"), http.TraceIdentifier, failure);
            return Page.Of<MessagePage>(new { Kind = MessageKind.Failed }, StatusCodes.Status500InternalServerError);
        }
    }

    // Read here, so that a form that is too long gets an answer in words. One that breaks off cannot bear the token either.
    static async Task<IResult?> RefusalAsync(HttpContext http)
    {
        try
        {
            if (http.Request.HasFormContentType)
                await http.Request.ReadFormAsync(http.RequestAborted);
            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http) ? null : Expired();
        }
        catch (Exception refused) when (refused is InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return Page.Of<MessagePage>(new { Kind = MessageKind.TooLarge }, StatusCodes.Status413PayloadTooLarge);
        }
        catch (Exception broken) when (broken is AntiforgeryValidationException or IOException and not BadHttpRequestException)
        {
            return Expired();
        }

        static IResult Expired() => Page.Of<MessagePage>(new { Kind = MessageKind.Expired }, StatusCodes.Status400BadRequest);
    }

    /// <summary>Pages of a store speak of its destination by name, pages of all stores of the one they have.</summary>
    static async Task NameDestinationAsync(HttpContext http)
    {
        if (http.User.FindFirst(PanelClaims.Account) is null)
            return;
        var directory = http.RequestServices.GetRequiredService<StoreDirectory>();
        var targets = await directory.DestinationsAsync(http.User, http.RequestAborted);
        if (!targets.Any(target => target.IsHub))
            return;
        var isHub = targets.All(target => target.IsHub);
        // Which of them a store sends to matters only where there are both.
        if (!isHub && http.Request.RouteValues["slug"] is string slug)
            isHub = (await directory.FindAsync(http.User, slug, http.RequestAborted))?.IsHub ?? isHub;

        if (isHub)
            http.RequestServices.GetRequiredService<PanelRequest>().SpeakOf(isHub: true);
    }

    /// <summary>Says at the address itself which role it takes.</summary>
    public static Task DenyAsync(HttpContext http)
    {
        SecurityHeaders.Write(http.Response);
        var refused = http.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(asked => asked.Policy).OfType<string>().LastOrDefault(policy => !http.User.May(policy));
        http.RequestServices.GetRequiredService<LoginWatch>().NoteDenied(http, http.User.UserId(), refused);
        return Page.Denied(refused).ExecuteAsync(http);
    }

    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A panel page failed ({TraceId})")]
        public static partial void PageFailed(ILogger logger, string traceId, Exception failure);
    }
}

/// <summary>Shorthands of the handlers.</summary>
static class Page
{
    public static IResult Of<TPage>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : Microsoft.AspNetCore.Components.IComponent
        => (parameters is null ? new RazorComponentResult<TPage>() : new RazorComponentResult<TPage>(parameters)).With(status);

    /// <summary>The page of a refused form: 422, so that caches, scripts and tests can tell it from success.</summary>
    public static IResult Refused<TPage>(object parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent
        => Of<TPage>(parameters, StatusCodes.Status422UnprocessableEntity);

    public static IResult Missing() => Of<MessagePage>(new { Kind = MessageKind.NotFound }, StatusCodes.Status404NotFound);

    /// <summary>Says which role it takes.</summary>
    public static IResult Denied(string? policy)
        => Of<MessagePage>(new { Kind = MessageKind.Denied, Policy = policy }, StatusCodes.Status403Forbidden);

    public static RedirectHttpResult See(string address) => TypedResults.Redirect(address);

    /// <summary>An address of our own to return to; anything else becomes the dashboard.</summary>
    public static string Local(string? address)
        => address is { Length: > 0 } && address[0] == '/' && !address.StartsWith("//", StringComparison.Ordinal)
            && !address.Contains('\\', StringComparison.Ordinal) && !address.Any(char.IsControl) && address.Length <= LongestAddress ? address : "/";

    const int LongestAddress = 2_000;

    static RazorComponentResult<TPage> With<TPage>(this RazorComponentResult<TPage> result, int status)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        result.StatusCode = status;
        return result;
    }
}
