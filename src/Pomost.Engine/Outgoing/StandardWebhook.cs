using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What came of a message that was posted.</summary>
/// <param name="Status">HTTP status; null = no answer.</param>
/// <param name="Problem">Why there was none, for people; null when there was.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="RetryAfter">The wait the receiver asked for; null = none.</param>
public sealed record PostResult(int? Status, string? Problem, long Milliseconds, TimeSpan? RetryAfter)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>
/// Messages in the manner of the Standard Webhooks specification 1.0.0: headers <c>webhook-id</c>, <c>webhook-timestamp</c> (Unix seconds) and
/// <c>webhook-signature</c>, which is <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, one for each secret, separated by a space.
/// </summary>
public sealed class StandardWebhook(OutgoingHttp http, TimeProvider clock)
{
    const string SecretPrefix = "whsec_";
    const int SecretBytes = 32;

    /// <summary>How long a receiver may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A new secret: <c>whsec_</c> and the base64 of 32 random bytes.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The signature of a message.</summary>
    public static string Sign(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>Posts a JSON message once. No failure throws; only the caller's wish to stop does.</summary>
    /// <param name="address">User-given: private networks are refused, redirects are not followed.</param>
    /// <param name="secrets">What it is signed with; several while one takes the place of another.</param>
    /// <param name="id">The same at each try.</param>
    /// <param name="body">The message.</param>
    /// <param name="ct">Stops.</param>
    public async Task<PostResult> PostAsync(Uri address, IReadOnlyList<string> secrets, string id, byte[] body, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => Sign(secret, id, now, body))));
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = http.Guarded("url");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new PostResult((int)answer.StatusCode, null, Took(), answer.Headers.RetryAfter?.Delta);
        }
        catch (NeedsOperatorException e)
        {
            return new PostResult(null, e.Problem.ToString(), Took(), null);
        }
        catch (HttpRequestException e)
        {
            return new PostResult(null, e.HttpRequestError == HttpRequestError.Unknown ? "Unreachable" : e.HttpRequestError.ToString(), Took(), null);
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new PostResult(null, nameof(ConnectionProblem.TimedOut), Took(), null);
        }

        long Took() => (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
