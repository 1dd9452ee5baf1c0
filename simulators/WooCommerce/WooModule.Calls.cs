using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pomost.Simulators.WooCommerce;

/// <content>What the module is asked.</content>
public sealed partial class WooModule
{
    sealed class Problem(string type, int status) : Exception
    {
        public string Type => type;
        public int Status => status;
        public (string Name, string Value)? Fact { get; init; }
    }

    internal async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            var (method, asked) = await AuthenticAsync(context.Request, context.RequestAborted);
            var lines = Answer(method, asked);
            response.ContentType = lines.Count > 1 || lines[0].ContainsKey("end") ? "application/x-ndjson" : "application/json";
            var body = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line.ToJsonString() + "\n")));
            response.ContentLength = body.Length;
            if (_faults.Strikes(Fault.CutConnection, context.Request.Path))
            {
                await response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await response.Body.FlushAsync();
                context.Abort();
                return;
            }
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
        catch (Problem problem)
        {
            response.StatusCode = problem.Status;
            response.ContentType = "application/problem+json";
            var body = new JsonObject { ["type"] = Prefix + problem.Type, ["title"] = problem.Type, ["status"] = problem.Status };
            if (problem.Fact is { } fact)
                body[fact.Name] = fact.Value;
            await response.WriteAsync(body.ToJsonString(), context.RequestAborted);
        }
    }

    async Task<(string Method, JsonObject Asked)> AuthenticAsync(HttpRequest request, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, ct);
        var body = bytes.ToArray();
        if (body.Length > LargestCall)
            throw new Problem("too-large", 413);
        var method = request.Headers["X-Pomost-Method"].ToString();
        var timestamp = request.Headers["X-Pomost-Timestamp"].ToString();
        var nonce = request.Headers["X-Pomost-Nonce"].ToString();
        var expected = Encoding.ASCII.GetBytes(Signature(_secret!, timestamp, nonce, method, body));
        var given = Encoding.ASCII.GetBytes(request.Headers["X-Pomost-Signature"].ToString());
        var isWellFormed = request.Method == "POST" && nonce.Length is >= 16 and <= 64 && timestamp.Length is > 0 and <= 12 && timestamp.All(char.IsAsciiDigit);
        if (!isWellFormed || !CryptographicOperations.FixedTimeEquals(expected, given))
            throw new Problem("signature", 401);
        if (Math.Abs(long.Parse(timestamp, CultureInfo.InvariantCulture) - Now.ToUnixTimeSeconds()) > Window)
            throw new Problem("stale", 401) { Fact = ("now", Time(Now)) };
        lock (_lock)
        {
            if (!_nonces.Add(nonce))
                throw new Problem("replayed", 409);
        }
        try
        {
            return (method, JsonNode.Parse(body) as JsonObject ?? throw new Problem("invalid", 400));
        }
        catch (JsonException)
        {
            throw new Problem("invalid", 400);
        }
    }

    List<JsonObject> Answer(string method, JsonObject asked)
    {
        lock (_lock)
        {
            return method switch
            {
                "info" => [Info()],
                "changes" => Changes(asked),
                "subscribers" => Listed(asked, _subscribers.Values.Select(one => (one.Position, one.At, Json(one)))),
                "carts" => Listed(asked, _carts.Values.Select(cart => (cart.Position, cart.At, Json(cart)))),
                "consent.set" => [SetConsent(asked)],
                "tags.set" => [Outcome(SetTags(asked))],
                _ => throw new Problem("unknown-method", 404) { Fact = ("method", method) },
            };
        }
    }

    JsonObject Info() => new()
    {
        ["contract"] = 1,
        ["module"] = "1.0.0",
        ["platform"] = "woocommerce",
        ["platform_version"] = WooCommerceSimulatorOptions.WooCommerceVersion,
        ["methods"] = new JsonArray("info", "changes", "subscribers", "carts", "consent.set", "tags.set"),
        ["now"] = Time(Now),
        ["changes"] = new JsonObject { ["log"] = _logName, ["first"] = _removed + 1, ["settled"] = Number(Settled(Visible().Select(row => (row.Seq, row.At)), _removed)) },
        ["streams"] = new JsonObject
        {
            ["subscribers"] = new JsonObject { ["count"] = _subscribers.Count, ["settled"] = Number(Settled(_subscribers.Values.Select(one => (one.Position, one.At)), 0)) },
            ["carts"] = new JsonObject { ["count"] = _carts.Count, ["settled"] = Number(Settled(_carts.Values.Select(cart => (cart.Position, cart.At)), 0)) },
        },
        ["push"] = new JsonObject { ["waiting"] = _log.Values.Count(row => !row.IsPushed), ["sent_at"] = null, ["problem"] = null },
    };

    IEnumerable<LogRow> Visible() => _log.Values.Where(row => row.VisibleAt <= Now);

    List<JsonObject> Changes(JsonObject asked)
    {
        var lines = Listed(asked, Visible().Select(row => (row.Seq, row.At, row.ToJson())));
        lines[^1]["log"] = _logName;
        lines[^1]["first"] = _removed + 1;
        return lines;
    }

    List<JsonObject> Listed(JsonObject asked, IEnumerable<(long Position, DateTimeOffset At, JsonObject Row)> rows)
    {
        var after = (string?)asked["after"] is { } text
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : throw new Problem("invalid", 400) { Fact = ("field", "after") }
            : 0;
        var limit = (int?)asked["limit"] ?? 1_000;
        if (limit is < 1 or > 1_000)
            throw new Problem("invalid", 400) { Fact = ("field", "limit") };
        var all = rows.ToList();
        var found = all.Where(row => row.Position > after).OrderBy(row => row.Position).Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        var next = page.Count == 0 ? after : page[^1].Position;
        var settled = all.Count == 0 ? after : Math.Min(next, Settled(all.Select(row => (row.Position, row.At)), 0));
        return
        [
            .. page.Select(row => row.Row),
            new JsonObject { ["end"] = true, ["next"] = Number(next), ["settled"] = Number(settled), ["more"] = found.Count > limit },
        ];
    }

    long Settled(IEnumerable<(long Position, DateTimeOffset At)> rows, long otherwise)
        => rows.Where(row => row.At <= Now - Settling).Select(row => row.Position).DefaultIfEmpty(otherwise).Max();

    JsonObject SetConsent(JsonObject asked)
    {
        var (email, channel, state) = (Text(asked, "email"), Text(asked, "channel"), Text(asked, "state"));
        if (channel is not ("email" or "sms"))
            throw new Problem("invalid", 400) { Fact = ("field", "channel") };
        if (_shop.CustomerByEmail(email) is not null || _subscribers.GetValueOrDefault(email) is not { } before)
            return Outcome("not-found");
        var at = DateTimeOffset.TryParse((string?)asked["at"], CultureInfo.InvariantCulture, out var date) ? date : Now;
        var isWritten = Say(email, channel, state, (string?)asked["source"] ?? "pomost", isNoted: false, at);
        if (!KeepsConsents)
            _subscribers[email] = before with { At = Now, Position = _subscribers[email].Position };
        var answer = Outcome(isWritten ? "written" : "unchanged");
        if (TellsWhatItStored)
        {
            answer["before"] = Of(before, channel);
            answer["stored"] = Of(_subscribers[email], channel);
            answer["modified_at"] = Time(_subscribers[email].At);
        }
        return answer;
    }

    static JsonObject Of(Subscriber one, string channel)
        => (channel == "email" ? one.Email1 : one.Sms)?.ToJson() ?? new JsonObject { ["state"] = "none" };

    string SetTags(JsonObject asked)
    {
        if (_subscribers.GetValueOrDefault(Text(asked, "email")) is not { } known)
            return "not-found";
        var removed = asked["remove"]!.AsArray().Select(tag => (string)tag!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var set = asked["set"]!.AsObject().Select(tag => tag.Key);
        string[] tags = [.. known.Tags.Where(tag => !removed.Contains(tag)).Union(set, StringComparer.OrdinalIgnoreCase)];
        if (tags.SequenceEqual(known.Tags, StringComparer.Ordinal))
            return "unchanged";
        _subscribers[known.Address] = known with { Tags = tags, At = Now, Position = Number(isNoted: false, known) };
        return "written";
    }

    static JsonObject Outcome(string outcome) => new() { ["outcome"] = outcome };

    static string Text(JsonObject asked, string field) => (string?)asked[field] is { Length: > 0 } text ? text : throw new Problem("invalid", 400) { Fact = ("field", field) };

    static JsonObject Json(Subscriber one) => new()
    {
        ["id"] = one.Id.ToString(CultureInfo.InvariantCulture),
        ["email"] = one.Address,
        ["registered_at"] = Time(one.Since),
        ["modified_at"] = Time(one.At),
        ["email_consent"] = one.Email1?.ToJson(),
        ["sms_consent"] = one.Sms?.ToJson(),
        ["tags"] = new JsonArray([.. one.Tags.Select(tag => JsonValue.Create(tag))]),
    };

    static JsonObject Json(Cart cart) => new()
    {
        ["id"] = cart.Id,
        ["email"] = cart.Email,
        ["modified_at"] = Time(cart.At),
        ["currency"] = "PLN",
        ["total"] = Sum(cart.Lines.Sum(line => line.Total)),
        ["order"] = cart.Order?.ToString(CultureInfo.InvariantCulture),
        ["lines"] = new JsonArray([.. cart.Lines.Select(line => new JsonObject
        {
            ["product"] = line.Product.ToString(CultureInfo.InvariantCulture),
            ["variant"] = line.Variation == 0 ? null : line.Variation.ToString(CultureInfo.InvariantCulture),
            ["sku"] = line.Sku,
            ["name"] = line.Name,
            ["quantity"] = line.Quantity.ToString(CultureInfo.InvariantCulture),
            ["total"] = Sum(line.Total),
        })]),
    };

    static string Sum(decimal value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Signature(string secret, string timestamp, string nonce, string method, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Join('\n', timestamp, nonce, method, "")), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}
