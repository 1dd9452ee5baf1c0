using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Pomost.Hub;

/// <summary>How a call proves who it is.</summary>
internal enum Access
{
    /// <summary>No proof; the handler checks what the body brings (user name and password).</summary>
    Open,

    /// <summary><c>clientId</c>, <c>apiKey</c> and <c>sha</c> in the body.</summary>
    Signed,

    /// <summary>A token from a log-in in the body.</summary>
    Token,

    /// <summary>Header <c>API-KEY</c>: a key of API v3.</summary>
    Key,
}

/// <summary>Reads, authenticates and answers every call alike; nothing a caller sends ends in a server error.</summary>
internal static partial class HubPipeline
{
    // What databases call a full disk.
    private const string NoRoom = "53100";

    public static void MapCall(
        this IEndpointRouteBuilder routes, string name, Access access, Func<HubCall, Task<IResult>> handle, bool secondVersion = true)
    {
        Map(routes, "/api/" + name, name, access, handle, Error);
        if (secondVersion) Map(routes, "/api/v2/" + name, name, access, handle, Error);
    }

    /// <summary>Maps a signed call that brings a file: its fields come as those of a form.</summary>
    public static void MapFormCall(this IEndpointRouteBuilder routes, string name, FormOptions limits, Func<HubCall, IFormFileCollection, Task<IResult>> handle) =>
        Map(routes, "/api/" + name, name, Access.Open, call => SignedFormAsync(call, limits, handle), Error, hasBody: false);

    public static void MapThirdVersionCall(this IEndpointRouteBuilder routes, string name, Access access, Func<HubCall, Task<IResult>> handle) =>
        Map(routes, "/v3/" + name, "v3/" + name, access, handle, ThirdVersionError);

    /// <summary>Maps a call that reads: GET, without a body.</summary>
    public static void MapThirdVersionRead(this IEndpointRouteBuilder routes, string name, Func<HubCall, Task<IResult>> handle) => routes.MapGet(
        "/v3/" + name, async http => await (await RunAsync(http, "v3/" + name, Access.Key, handle, ThirdVersionError, hasBody: false)).ExecuteAsync(http));

    public static Task AnswerUnknownCallAsync(HttpContext http) =>
        Error(new HubRefusal("Unknown call", StatusCodes.Status404NotFound)).ExecuteAsync(http);

    public static Task AnswerUnknownThirdVersionCallAsync(HttpContext http) =>
        ThirdVersionError(new HubRefusal("Unknown call", StatusCodes.Status404NotFound, HubRefusal.UnknownResource)).ExecuteAsync(http);

    private static void Map(
        IEndpointRouteBuilder routes, string path, string name, Access access, Func<HubCall, Task<IResult>> handle, Func<HubRefusal, IResult> error,
        bool hasBody = true) =>
        routes.MapPost(path, async http => await (await RunAsync(http, name, access, handle, error, hasBody)).ExecuteAsync(http));

    private static async Task<IResult> RunAsync(
        HttpContext http, string name, Access access, Func<HubCall, Task<IResult>> handle, Func<HubRefusal, IResult> error, bool hasBody = true)
    {
        var services = http.RequestServices.GetRequiredService<HubServices>();
        try
        {
            // Callers reckon our clock by it.
            http.Response.Headers.Date = services.Clock.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            LiftServerLimit(http);
            var door = http.RequestServices.GetRequiredService<HubDoor>();
            var caller = new HubCall(http, Fields.From(default), name, services);
            // A key stands in a header: who has none that fits sends no body.
            if (access == Access.Key) await AuthenticateAsync(caller, access);
            if (!hasBody) return await handle(caller);
            if (access == Access.Open) door.CountLogIn(http);
            using var lease = access == Access.Key ? door.BeginKnownBody() : door.BeginBody(http);
            using var body = await RequestBody.ReadAsync(
                http.Request, lease, access == Access.Open ? RequestBody.MaxBytesOfStrangers : RequestBody.MaxBytes, RecognitionOf(caller, access), http.RequestAborted);
            var call = new HubCall(http, body.Root, name, services);
            if (access == Access.Key) call.Account = caller.Account;
            else await AuthenticateAsync(call, access);
            if (access != Access.Open && !lease.TryRecognise()) throw HubRefusal.Busy();
            return await handle(call);
        }
        catch (HubRefusal refusal)
        {
            HubMeters.Note(services.Log, name, refusal);
            if (refusal.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
                http.Response.Headers.RetryAfter = refusal.Status == StatusCodes.Status429TooManyRequests ? "60" : "5";
            return error(refusal);
        }
        catch (V3Refusal refusal)
        {
            return HubCall.Reply(new ProblemsAnswer(refusal.Problems), StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException cut)
        {
            return error(new HubRefusal("Request could not be read", cut.StatusCode));
        }
        catch (System.Data.Common.DbException failure) when (failure.SqlState == NoRoom)
        {
            http.Response.Headers.RetryAfter = "60";
            return error(new HubRefusal("No room left, try again later", StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception failure) when (!http.RequestAborted.IsCancellationRequested)
        {
            Log.CallFailed(services.Log, failure, name);
            return error(new HubRefusal("Internal error, try again later", StatusCodes.Status500InternalServerError));
        }
    }

    // Of a large body the fields that sign it are looked for as it comes; the whole of it is asked again, should it name them twice.
    private static Recognition? RecognitionOf(HubCall caller, Access access)
    {
        Task CheckAsync(Fields fields) => AuthenticateAsync(new HubCall(caller.Http, fields, caller.Name, caller.Services), access);
        return access switch
        {
            Access.Signed => new(["clientId", "apiKey", "sha"], CheckAsync),
            Access.Token => new(["token"], CheckAsync),
            _ => null,
        };
    }

    private static async Task<IResult> SignedFormAsync(HubCall call, FormOptions limits, Func<HubCall, IFormFileCollection, Task<IResult>> handle)
    {
        if (!call.Http.Request.HasFormContentType) throw new HubRefusal("A form with a file is expected");
        if (call.Http.Request.ContentLength > limits.MultipartBodyLengthLimit) throw NotWhole(StatusCodes.Status413PayloadTooLarge);
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = limits.MultipartBodyLengthLimit;
        using var lease = call.Http.RequestServices.GetRequiredService<HubDoor>().BeginBody(call.Http);
        if (!lease.TryGrow(limits.MultipartBodyLengthLimit)) throw HubRefusal.Busy();
        IFormCollection form;
        try
        {
            form = await new FormFeature(call.Http.Request, limits).ReadFormAsync(call.Cancellation);
        }
        // A body that ends before its form does is an IOException, and so is what the server cuts off.
        catch (Exception failure) when (failure is InvalidDataException or IOException && !call.Http.RequestAborted.IsCancellationRequested)
        {
            throw NotWhole(failure is BadHttpRequestException cut ? cut.StatusCode : StatusCodes.Status400BadRequest);
        }

        var fields = JsonSerializer.SerializeToElement(form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal), HubStoredJson.Default.DictionaryStringString);
        var signed = new HubCall(call.Http, Fields.From(fields), call.Name, call.Services);
        await AuthenticateAsync(signed, Access.Signed);
        return await handle(signed, form.Files);
    }

    private static HubRefusal NotWhole(int status) => new("The form is not whole, or too large", status);

    // Our own limit answers in the protocol's shape; the server's would cut the connection before the answer.
    private static void LiftServerLimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }

    private static async Task AuthenticateAsync(HubCall call, Access access)
    {
        switch (access)
        {
            case Access.Open:
                break;
            case Access.Signed:
                call.Account = await ApiSignature.AuthenticateAsync(call);
                break;
            case Access.Token:
                call.Account = await LogInTokens.AuthenticateAsync(call);
                break;
            case Access.Key:
                call.Account = await ApiKeys.AuthenticateAsync(call);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(access));
        }
    }

    private static IResult Error(HubRefusal refusal) => HubCall.Reply(new Answer { Success = false, Message = [refusal.Message] }, refusal.Status);

    private static IResult ThirdVersionError(HubRefusal refusal) => HubCall.Reply(
        new ProblemAnswer(refusal.ReasonCode, [refusal.Message]),
        refusal.Status == StatusCodes.Status200OK ? StatusCodes.Status400BadRequest : refusal.Status);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Hub call {Call} failed")]
        public static partial void CallFailed(ILogger logger, Exception failure, string call);
    }
}
