using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Text.Json;
using Pomost.Contract;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>One call over HTTP and its failures, sorted by what happens next. Never tries twice: that is the engine's business.</summary>
static class Transport
{
    /// <summary>From the first byte out to the last byte in.</summary>
    public static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>The largest honest answer, 50 cards with all their events, stays far below.</summary>
    const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>The network in front of API v3 turns away callers without a name.</summary>
    static readonly ProductInfoHeaderValue UserAgent = new(
        "Pomost", typeof(Transport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);

    /// <summary>Calls API v2 and gives an answer with <c>success</c> true, or one whose message speaks of the record.</summary>
    /// <exception cref="RetryLaterException">The server cannot answer now.</exception>
    /// <exception cref="NeedsOperatorException">Account, owner, credentials or address are wrong.</exception>
    public static async Task<TReply> CallAsync<TBody, TReply>(
        HttpClient http, TimeProvider clock, Uri endpoint, string path, TBody body, CancellationToken ct)
        where TReply : Reply, new()
    {
        using var request = Request(HttpMethod.Post, Address(endpoint, path), body);
        return await CallAsync<TReply>(http, clock, request, path, ct);
    }

    /// <summary>The same with a request already made.</summary>
    public static async Task<TReply> CallAsync<TReply>(HttpClient http, TimeProvider clock, HttpRequestMessage request, string path, CancellationToken ct)
        where TReply : Reply, new()
    {
        var (status, reply) = await SendAsync<TReply>(http, clock, request, ct);
        if (status == HttpStatusCode.RequestEntityTooLarge)
            return new TReply { Success = false, Message = ["The call was too large."] };
        if ((int)status < 400 && reply?.Success is null)
            throw NotAnApi(status);
        if ((int)status < 400 && reply!.Success == true)
            return reply;
        MessageCatalogue.ThrowUnlessAboutRecord(reply?.Message ?? []);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret, $"SALESmanago answered {(int)status}.");
        if (status == HttpStatusCode.NotFound)
            throw new NeedsOperatorException(ConnectionProblem.NotAnApi, SalesmanagoSettings.Endpoint, $"The server knows no {path}.");
        if (reply is null)
            throw NotAnApi(status);
        reply.Success = false;
        return reply;
    }

    public static HttpRequestMessage Request<TBody>(HttpMethod method, Uri address, TBody body)
    {
        if (method == HttpMethod.Get)
            return RequestOf(method, address, null);
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.TypeOf<TBody>()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "UTF-8" };
        return RequestOf(method, address, content);
    }

    public static HttpRequestMessage RequestOf(HttpMethod method, Uri address, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(UserAgent.Product!));
        return request;
    }

    public static Uri Address(Uri endpoint, string path) => new(endpoint.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>Sends and reads; the answer is null when it was empty and its status has to say enough.</summary>
    public static async Task<(HttpStatusCode Status, TReply? Reply)> SendAsync<TReply>(
        HttpClient http, TimeProvider clock, HttpRequestMessage request, CancellationToken ct)
        where TReply : class
    {
        using var clockSource = new CancellationTokenSource(TimeOut, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, clockSource.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            ServerClocks.Note(request.RequestUri!, response.Headers.Date, clock.GetUtcNow());
            ThrowUnlessAnswered(response, clock);
            var isPage = response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml";
            if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge)
                return (response.StatusCode, null);
            if (isPage)
                throw NotAnApi(response.StatusCode);
            var bytes = await ReadAsync(response, either.Token);
            return (response.StatusCode, Parse<TReply>(bytes, response.StatusCode));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException cancelled)
        {
            // Our own limit, or that of the client we were given.
            throw new RetryLaterException("SALESmanago did not answer in time.", inner: new TimeoutException("No answer in time.", cancelled));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            if (Guarded(failure) is { } refusal)
                throw refusal;
            throw new RetryLaterException($"The connection to SALESmanago failed ({Reason(failure)}).", inner: failure);
        }
    }

    /// <summary>While a person watches, a call that never arrived is a matter of the address; returns when waiting is all there is.</summary>
    public static void ThrowIfForOperator(RetryLaterException failure)
    {
        var problem = failure.InnerException switch
        {
            TimeoutException => ConnectionProblem.TimedOut,
            NotAnApiException => ConnectionProblem.NotAnApi,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ConnectionProblem.UnknownHost,
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } secure
                => secure.InnerException is AuthenticationException ? ConnectionProblem.CertificateNotTrusted : ConnectionProblem.Unreachable,
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ConnectionProblem.Unreachable,
            _ => ConnectionProblem.Other,
        };
        if (problem != ConnectionProblem.Other)
            throw new NeedsOperatorException(problem, SalesmanagoSettings.Endpoint, failure.Message, inner: failure);
    }

    static void ThrowUnlessAnswered(HttpResponseMessage response, TimeProvider clock)
    {
        var status = (int)response.StatusCode;
        if (status is 429 or 408 or >= 500)
            throw new RetryLaterException($"SALESmanago answered {status}.", RetryAfter(response, clock));
        if (status is >= 300 and < 400)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.Redirected, SalesmanagoSettings.Endpoint, $"SALESmanago answered {status}: the account lives elsewhere.",
                response.Headers.Location is { IsAbsoluteUri: true } elsewhere ? elsewhere.GetLeftPart(UriPartial.Authority) : null);
        }
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > MaxAnswerBytes)
            throw TooLarge();
        var written = new ArrayBufferWriter<byte>((int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 4096, MaxAnswerBytes));
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        while (true)
        {
            var read = await stream.ReadAsync(written.GetMemory(4096), ct);
            if (read == 0)
                return written.WrittenMemory;
            written.Advance(read);
            if (written.WrittenCount > MaxAnswerBytes)
                throw TooLarge();
        }
    }

    static TReply? Parse<TReply>(ReadOnlyMemory<byte> bytes, HttpStatusCode status)
        where TReply : class
    {
        if (bytes.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, WireJson.TypeOf<TReply>());
        }
        catch (JsonException)
        {
            // The parser's own message may quote an address out of the answer, so it is not carried on.
            throw NotAnApi(status);
        }
    }

    static RetryLaterException NotAnApi(HttpStatusCode status)
        => new($"The server answered {(int)status} with something that is not SALESmanago's JSON.", inner: new NotAnApiException());

    static NeedsOperatorException TooLarge()
        => new(ConnectionProblem.AnswerTooLarge, SalesmanagoSettings.Endpoint, "The answer is larger than any honest one.");

    /// <summary>The guard of the way out speaks from inside the handler; its words are kept.</summary>
    static ConnectorException? Guarded(Exception failure)
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is ConnectorException refusal)
                return refusal;
        }

        return null;
    }

    static string Reason(Exception failure) => failure switch
    {
        HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        HttpRequestException http => http.HttpRequestError.ToString(),
        HttpIOException io => io.HttpRequestError.ToString(),
        _ => "cut",
    };

    /// <summary>Marks an answer that was not the API's, so that a check can say so.</summary>
    sealed class NotAnApiException() : Exception("Not an answer of the API.");
}
