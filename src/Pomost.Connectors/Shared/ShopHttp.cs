using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Pomost.Contract;

namespace Pomost.Connectors.Shared;

/// <summary>What an unreachable shop means.</summary>
enum Asking
{
    /// <summary>Someone is filling in the form: tell what is wrong with the address.</summary>
    Check,

    /// <summary>The connection worked before: a shop that is down or shows a maintenance page comes back, so wait.</summary>
    Read,
}

/// <summary>Sends one request and sorts the answer by what happens next.</summary>
/// <remarks>
/// | what came | in a check | in a read |
/// |---|---|---|
/// | 429, 408, 5xx, a body cut short | retry later | retry later |
/// | no such host, nothing listens, certificate, time-out | needs the operator | retry later |
/// | a page instead of data, with any other status than 401 | needs the operator | retry later |
/// | 3xx, 401 without JSON, a body too large | needs the operator | needs the operator |
/// | JSON (or XML, where asked for) with 2xx or 4xx | the answer | the answer; its connector knows the codes |
/// | lines with another status than 2xx | needs the operator | retry later |
/// </remarks>
static class ShopHttp
{
    /// <summary>Far above any page a connector asks for, in bytes.</summary>
    public const int LargestBody = 64 * 1024 * 1024;

    /// <param name="shop">The connection.</param>
    /// <param name="request">The request; disposed by the caller.</param>
    /// <param name="asking">What a failure means.</param>
    /// <param name="credentialsKey">The form field to mend when a server before the shop answers 401.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="largest">Largest body taken, in bytes.</param>
    public static async Task<ShopAnswer> SendAsync(
        ShopConnection shop, HttpRequestMessage request, Asking asking, string credentialsKey, CancellationToken ct, int largest = LargestBody)
    {
        var answer = await AnsweredAsync(shop, request, asking, largest, ct);
        if (answer.IsJson)
            return answer;
        using (answer)
            throw NotData(shop.AddressSetting, answer.Status, answer.Body.Length > 0, asking, credentialsKey);
    }

    /// <summary>The same where the platform speaks XML. What is declared in a DTD, and what stands elsewhere, is never read: an answer that has a DTD is no data.</summary>
    /// <param name="shop">The connection.</param>
    /// <param name="request">The request; disposed by the caller.</param>
    /// <param name="asking">What a failure means.</param>
    /// <param name="credentialsKey">The form field to mend when a server before the shop answers 401.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="largest">Largest body taken, in bytes; the document in memory takes several times as much.</param>
    public static async Task<ShopXml> SendForXmlAsync(
        ShopConnection shop, HttpRequestMessage request, Asking asking, string credentialsKey, CancellationToken ct, int largest = ShopXml.LargestBody)
    {
        using var answer = await AnsweredAsync(shop, request, asking, largest, ct);
        var (document, isCut) = ShopXml.Parse(answer);
        if (document is not null)
            return new ShopXml(answer.Status, answer.Headers, document);
        throw isCut
            ? new RetryLaterException("The shop's answer broke off, or is no XML in the end.") { ConcernsAll = true }
            : NotData(shop.AddressSetting, answer.Status, answer.Body.Length > 0, asking, credentialsKey);
    }

    /// <summary>Reads a body of any length line by line as it comes, one JSON value a line. Empty lines are left out.</summary>
    /// <param name="shop">The connection.</param>
    /// <param name="request">The request; disposed by the caller after the last line.</param>
    /// <param name="asking">What a failure means.</param>
    /// <param name="credentialsKey">The form field to mend when the answer is 401.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="longest">Longest line taken, in bytes.</param>
    /// <returns>Lines in UTF-8, without their end; each is good until the next is asked for. A body that ends without the end of a line gives that line, too:
    /// whoever parses it sees whether it was cut.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        ShopConnection shop, HttpRequestMessage request, Asking asking, string credentialsKey, [EnumeratorCancellation] CancellationToken ct,
        int longest = ShopLines.LongestLine)
    {
        using var response = await SentAsync(shop, request, asking, ct);
        if (!response.IsSuccessStatusCode)
            throw NotData(shop.AddressSetting, response.StatusCode, hasBody: true, asking, credentialsKey);
        var isFirst = true;
        using var lines = new ShopLines(longest);
        while (true)
        {
            ReadOnlyMemory<byte>? line;
            try
            {
                line = await lines.NextAsync(response.Content, ct);
            }
            catch (Exception failure) when (failure is not ConnectorException && !ct.IsCancellationRequested)
            {
                throw Sorted(shop.AddressSetting, failure, asking);
            }
            if (line is not { } read)
                yield break;
            if (isFirst && read.Span[0] is not ((byte)'{' or (byte)'['))
                throw NotData(shop.AddressSetting, response.StatusCode, hasBody: true, asking, credentialsKey);
            if (read.Length > longest)
                throw new NeedsOperatorException(ConnectionProblem.AnswerTooLarge, shop.AddressSetting, $"A line of the shop's answer is longer than {longest / 1024} kB.");
            isFirst = false;
            yield return read;
        }
    }

    static async Task<ShopAnswer> AnsweredAsync(ShopConnection shop, HttpRequestMessage request, Asking asking, int largest, CancellationToken ct)
    {
        using var response = await SentAsync(shop, request, asking, ct);
        try
        {
            return await ReadAsync(shop.AddressSetting, response, largest, ct);
        }
        catch (Exception failure) when (failure is not ConnectorException && !ct.IsCancellationRequested)
        {
            throw Sorted(shop.AddressSetting, failure, asking);
        }
    }

    /// <summary>The head of an answer that is neither a redirect nor a call for patience.</summary>
    static async Task<HttpResponseMessage> SentAsync(ShopConnection shop, HttpRequestMessage request, Asking asking, CancellationToken ct)
    {
        HttpResponseMessage response;
        try
        {
            response = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception failure) when (failure is not ConnectorException && !ct.IsCancellationRequested)
        {
            throw Sorted(shop.AddressSetting, failure, asking);
        }

        if (Refused(shop, request.RequestUri!, response) is not { } refused)
            return response;
        response.Dispose();
        throw refused;
    }

    static ConnectorException? Refused(ShopConnection shop, Uri asked, HttpResponseMessage response)
    {
        if (IsRedirect(response.StatusCode))
            return Redirected(shop.AddressSetting, asked, response.Headers.Location);
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout) && (int)response.StatusCode < 500)
            return null;
        return new RetryLaterException($"The shop answered {(int)response.StatusCode}.", RetryAfter(response.Headers, shop.Clock))
        {
            // A program that breaks off at one record answers 500, and a server without it something else.
            ConcernsAll = response.StatusCode != HttpStatusCode.InternalServerError,
        };
    }

    /// <summary>How long the shop asks to be left alone: seconds or a date, never negative.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider clock)
    {
        var wait = headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is null ? null : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Asks every cache on the way for the shop's own answer. Caches of shops often do not listen: the address must differ, too.</summary>
    public static void AskPastCaches(HttpRequestMessage request)
    {
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true, NoStore = true };
        request.Headers.Pragma.Add(new NameValueHeaderValue("no-cache"));
    }

    static bool IsRedirect(HttpStatusCode status) => (int)status is >= 300 and < 400;

    static NeedsOperatorException Redirected(string addressKey, Uri asked, Uri? location)
    {
        if (location is null)
            return new NeedsOperatorException(ConnectionProblem.Redirected, addressKey, "The shop sends callers elsewhere without saying where.");
        var target = location.IsAbsoluteUri ? location : new Uri(asked, location);
        // Without the query: it may carry the keys.
        var shown = target.GetLeftPart(UriPartial.Path);
        var same = shown == asked.GetLeftPart(UriPartial.Path);
        return new NeedsOperatorException(
            same ? ConnectionProblem.RedirectLoop : ConnectionProblem.Redirected, addressKey, $"The shop sends callers to {shown}.", shown);
    }

    static ConnectorException NotData(string addressKey, HttpStatusCode status, bool hasBody, Asking asking, string credentialsKey)
    {
        if (status == HttpStatusCode.Unauthorized)
            return new NeedsOperatorException(ConnectionProblem.CredentialsRefused, credentialsKey, "A server before the shop asks for a password.");
        var message = $"A web page came instead of data (HTTP {(int)status}).";
        return asking == Asking.Check
            ? new NeedsOperatorException(ConnectionProblem.NotAnApi, addressKey, message, $"HTTP {(int)status}")
            : new RetryLaterException(message) { ConcernsAll = hasBody };
    }

    static ConnectorException Sorted(string addressKey, Exception failure, Asking asking)
    {
        // What the engine's guard throws while connecting arrives wrapped.
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is ConnectorException ours)
                return ours;
        }
        ConnectionProblem? problem = failure switch
        {
            OperationCanceledException => ConnectionProblem.TimedOut,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ConnectionProblem.UnknownHost,
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ConnectionProblem.CertificateNotTrusted,
            HttpRequestException { InnerException: AuthenticationException } => ConnectionProblem.CertificateNotTrusted,
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ConnectionProblem.Unreachable,
            _ => null,
        };
        return problem is { } known && asking == Asking.Check
            ? new NeedsOperatorException(known, addressKey, $"The shop could not be reached ({known}).", inner: failure)
            : new RetryLaterException($"The shop did not answer whole ({problem?.ToString() ?? failure.GetType().Name}).", inner: failure) { ConcernsAll = true };
    }

    static async Task<ShopAnswer> ReadAsync(string addressKey, HttpResponseMessage response, int largest, CancellationToken ct)
    {
        var announced = response.Content.Headers.ContentLength;
        if (announced > largest)
            throw TooLarge(addressKey, largest);
        var buffer = ArrayPool<byte>.Shared.Rent((int)(announced ?? 256 * 1024) + 1);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            var length = 0;
            int read;
            while ((read = await body.ReadAsync(buffer.AsMemory(length), ct)) > 0)
            {
                length += read;
                if (length > largest)
                    throw TooLarge(addressKey, largest);
                if (length == buffer.Length)
                    buffer = Grown(buffer);
            }
            return new ShopAnswer(response.StatusCode, response.Headers, buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    static NeedsOperatorException TooLarge(string addressKey, int largest)
        => new(ConnectionProblem.AnswerTooLarge, addressKey, $"The shop's answer is larger than {largest / 1024 / 1024} MB.");
}
