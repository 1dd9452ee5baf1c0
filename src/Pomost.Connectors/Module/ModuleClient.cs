using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pomost.Connectors.Shared;
using Pomost.Contract;

namespace Pomost.Connectors.Module;

/// <summary>One page of a module's list.</summary>
sealed record ModulePage<T>(IReadOnlyList<T> Rows, ModuleEnd End);

/// <summary>Calls the module of one shop, as docs/module-contract.md says. Lives for one call of the connector.</summary>
/// <remarks>
/// | what came | what it means |
/// |---|---|
/// | 401 of the module, or the clocks differ | needs the operator, the field of the secret |
/// | 404 with another body than the module's | needs the operator: no module there |
/// | a method it does not know, another contract | needs the operator: too old |
/// | 400 | this record is skipped |
/// | a list without its last line, 409, 429, 5xx, a page | retry later |
/// </remarks>
/// <param name="shop">The connection.</param>
/// <param name="address">Where the module listens on this platform.</param>
/// <param name="secret">Its secret.</param>
/// <param name="secretField">The form field that holds the secret.</param>
/// <param name="asking">What a failure means.</param>
sealed class ModuleClient(ShopConnection shop, Uri address, string secret, string secretField, Asking asking)
{
    /// <summary>Rows asked for at once.</summary>
    public const int PageSize = 1_000;

    const long Contract = 1;

    // A thousand carts of a hundred lines each, in bytes.
    const int LargestAnswer = 32 * 1024 * 1024;

    const string ProblemPrefix = "urn:pomost:module:";

    /// <summary>What the module is and where its lists end.</summary>
    public async Task<ModuleInfo> InfoAsync(CancellationToken ct)
    {
        using var answer = await CallAsync("info", "{}"u8.ToArray(), ct);
        var info = Read(answer.Json.Span, ModuleJson.Default.ModuleInfo);
        return info is { Contract: Contract, Changes.Log.Length: > 0 } ? info : throw TooOld($"contract {info?.Contract}");
    }

    public async Task<ModulePage<T>> ListAsync<T>(string method, string? after, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ModuleListCall(after, PageSize), ModuleJson.Default.ModuleListCall);
        using var answer = await CallAsync(method, body, ct);
        var rows = new List<T>();
        var rest = answer.Json.Span;
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).Trim(" \r"u8);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Length == 0)
                continue;
            if (line.StartsWith("{\"end\":true"u8))
            {
                var last = Read(line, ModuleJson.Default.ModuleEnd);
                return last is { Next: not null, Settled: not null } ? new ModulePage<T>(rows, last) : throw BrokenOff();
            }
            if (rows.Count == PageSize || Read(line, type) is not { } row)
                throw BrokenOff();
            rows.Add(row);
        }
        throw BrokenOff();
    }

    public async Task<(WriteOutcome Outcome, ModuleOutcome Answer)> SetConsentAsync(ModuleConsentCall call, CancellationToken ct)
        => await WriteAsync("consent.set", call, ModuleJson.Default.ModuleConsentCall, ct);

    public async Task<WriteOutcome> SetTagsAsync(ModuleTagsCall call, CancellationToken ct)
        => (await WriteAsync("tags.set", call, ModuleJson.Default.ModuleTagsCall, ct)).Outcome;

    async Task<(WriteOutcome Outcome, ModuleOutcome Answer)> WriteAsync<T>(string method, T call, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var answer = await CallAsync(method, JsonSerializer.SerializeToUtf8Bytes(call, type), ct);
        var told = Read(answer.Json.Span, ModuleJson.Default.ModuleOutcome) ?? new ModuleOutcome();
        var outcome = told.Outcome switch
        {
            "written" => WriteOutcome.Written,
            "unchanged" => WriteOutcome.Unchanged,
            "not-found" => WriteOutcome.NotFound,
            "not-offered" => WriteOutcome.NotOffered,
            var other => throw new RetryLaterException($"{method}: the module answered {other ?? "nothing"}."),
        };
        return (outcome, told);
    }

    async Task<ShopAnswer> CallAsync(string method, byte[] body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        var (timestamp, nonce) = (shop.Clock.GetUtcNow().ToUnixTimeSeconds(), ModuleSignature.NewNonce());
        request.Headers.Add(ModuleSignature.MethodHeader, method);
        request.Headers.Add(ModuleSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(ModuleSignature.NonceHeader, nonce);
        request.Headers.Add(ModuleSignature.SignatureHeader, ModuleSignature.Sign(secret, timestamp, nonce, method, body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Pomost", null));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await ShopHttp.SendAsync(shop, request, asking, secretField, ct, LargestAnswer);
        if (answer.IsSuccess)
            return answer;
        using (answer)
            throw Refusal(answer, method);
    }

    ConnectorException Refusal(ShopAnswer answer, string method)
    {
        var problem = ProblemOf(answer);
        var type = problem?.Type is { } text && text.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? text[ProblemPrefix.Length..] : null;
        var message = $"{method}: the module answered {(int)answer.Status} {type}";
        return type switch
        {
            "signature" => new NeedsOperatorException(ConnectionProblem.CredentialsRefused, secretField, message),
            "stale" => new NeedsOperatorException(ConnectionProblem.CredentialsRefused, secretField, message, $"{problem!.Now} ≠ {shop.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            "unknown-method" => TooOld(method),
            "invalid" or "too-large" => new SkipRecordException("", problem!.Field ?? type, message),
            null when answer.Status is HttpStatusCode.NotFound => new NeedsOperatorException(ConnectionProblem.NotAnApi, secretField, message, "HTTP 404"),
            null when answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                => new NeedsOperatorException(ConnectionProblem.PermissionMissing, secretField, message, $"HTTP {(int)answer.Status}"),
            _ => new RetryLaterException(message, ShopHttp.RetryAfter(answer.Headers, shop.Clock)),
        };
    }

    static ModuleProblem? ProblemOf(ShopAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Json.Span, ModuleJson.Default.ModuleProblem);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException broken)
        {
            throw BrokenOff(broken);
        }
    }

    NeedsOperatorException TooOld(string detail)
        => new(ConnectionProblem.VersionTooOld, secretField, $"The module in the shop does not know {detail}.", detail);

    static RetryLaterException BrokenOff(Exception? cause = null) => new("The module's answer broke off or is not as agreed.", inner: cause);
}
