using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Parameters of a request. Lists go as one value joined by commas: arrays would be signed in another way by each version.</summary>
sealed class WooQuery : List<KeyValuePair<string, string>>
{
    public WooQuery With(string name, string value)
    {
        Add(new(name, value));
        return this;
    }

    public WooQuery With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A record with a fingerprint of its bytes: tells a change within one second from a repetition.</summary>
readonly record struct WooRow<T>(T Value, uint Fingerprint);

/// <summary>One page of a list.</summary>
/// <param name="Rows">Records, each id once; in the shop's order.</param>
/// <param name="Total">How many match, when the headers tell.</param>
/// <param name="ShopTime">The shop's clock when it answered, UTC; null = the answer does not tell.</param>
sealed record WooList<T>(IReadOnlyList<WooRow<T>> Rows, long? Total, DateTimeOffset? ShopTime);

/// <summary>Talks to one shop: addresses, authentication, lists and errors. Lives for one call of the connector.</summary>
sealed class WooCommerceApi(ShopConnection shop, WooCommerceSettings settings, Asking asking)
{
    /// <summary>The most the platform gives at once.</summary>
    public const int PageSize = 100;

    // Nobody else's name: WordPress looks only at parameters that a route declares, and leaves others alone.
    const string VaryingField = "_";

    const string BoundFormat = "yyyy-MM-dd'T'HH:mm:ss";

    static readonly string[] Bounds = ["modified_after", "modified_before", "after", "before"];

    bool _keysInQuery = settings.KeysInQuery;
    (bool IsKnown, TimeZoneInfo? Zone) _zone;

    /// <summary>True after the shop took the keys in the address although they were refused in the header.</summary>
    public bool HeaderIsDropped { get; private set; }

    public TimeProvider Clock => shop.Clock;

    /// <summary>Sends a request; a refusal (4xx) is an answer.</summary>
    public async Task<ShopAnswer> AskAsync(HttpMethod method, string path, WooQuery query, CancellationToken ct, byte[]? json = null)
    {
        var answer = await SendAsync(method, path, query, json, ct);
        var mayBeDropped = settings.IsEncrypted && !_keysInQuery && answer.Status == HttpStatusCode.Unauthorized
            && CodeOf(answer) != "woocommerce_rest_authentication_error";
        if (!mayBeDropped)
            return answer;
        // Apache under CGI drops the Authorization header: the shop then answers as if there were no keys at all.
        _keysInQuery = true;
        var second = await SendAsync(method, path, query, json, ct);
        HeaderIsDropped = second.Status != HttpStatusCode.Unauthorized;
        _keysInQuery = HeaderIsDropped;
        answer.Dispose();
        return second;
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<ShopAnswer> GetAsync(string path, WooQuery query, CancellationToken ct)
        => Granted(await AskAsync(HttpMethod.Get, path, query, ct), path);

    /// <summary>Changes something; a missing object is an answer.</summary>
    public async Task<ShopAnswer> ChangeAsync(HttpMethod method, string path, WooQuery query, byte[]? json, CancellationToken ct)
    {
        var answer = await AskAsync(method, path, query, ct, json);
        return answer.Status == HttpStatusCode.NotFound ? answer : Granted(answer, path, isWrite: true);
    }

    /// <summary>Reads one page of a list; one that the shop cannot give whole in parts. A record that it cannot give says so in <see cref="IWooRecord.Failure"/>.</summary>
    public async Task<WooList<T>> ListAsync<T>(string path, WooQuery query, JsonTypeInfo<T> type, CancellationToken ct)
        where T : IWooRecord
    {
        try
        {
            return await AskListAsync(path, query, type, ct);
        }
        catch (ConnectorException failure) when (asking == Asking.Read && WooCommerceParts<T>.MayHelp(failure))
        {
            return await new WooCommerceParts<T>((part, token) => AskListAsync(path, part, type, token), type).ReadAsync(query, failure, ct);
        }
    }

    async Task<WooList<T>> AskListAsync<T>(string path, WooQuery query, JsonTypeInfo<T> type, CancellationToken ct)
        where T : IWooRecord
    {
        using var answer = await GetAsync(path, query, ct);
        return new WooList<T>(RowsOf(answer.Json, type), answer.NumberHeader("X-WP-Total"), answer.Headers.Date);
    }

    /// <summary>Says that the bounds of a query are UTC.</summary>
    /// <remarks>
    /// The platform takes even a bound meant as UTC for a time on the shop's wall first, and one within the hour that clocks skip in
    /// spring becomes an hour later: orders would be missed. Such a bound goes with a Z instead. That form fails, in the same way,
    /// in the hour repeated in autumn, so it is no substitute for the rest of the year.
    /// </remarks>
    public async Task<WooQuery> InUtcAsync(WooQuery query, CancellationToken ct)
    {
        var bounds = query.Where(pair => Bounds.Contains(pair.Key, StringComparer.Ordinal))
            .Select(pair => DateTime.ParseExact(pair.Value, BoundFormat, CultureInfo.InvariantCulture)).ToList();
        // The shop's zone costs a request, so it is asked for only when the time is skipped somewhere in the world.
        var isSkipped = bounds.Exists(IsSkippedSomewhere) && await ZoneAsync(ct) is { } zone && bounds.Exists(zone.IsInvalidTime);
        if (!isSkipped)
            return query.With("dates_are_gmt", "true");
        var marked = new WooQuery();
        marked.AddRange(query.Select(pair => Bounds.Contains(pair.Key, StringComparer.Ordinal) ? new(pair.Key, pair.Value + "Z") : pair));
        return marked;
    }

    /// <summary>A bound as <see cref="InUtcAsync"/> expects it.</summary>
    public static string Bound(DateTimeOffset time) => time.UtcDateTime.ToString(BoundFormat, CultureInfo.InvariantCulture);

    /// <summary>How many records match.</summary>
    public async Task<long?> CountAsync(string path, WooQuery query, CancellationToken ct)
    {
        using var answer = await GetAsync(path, query.With("per_page", 1).With("_fields", "id"), ct);
        return answer.NumberHeader("X-WP-Total");
    }

    /// <summary>Reads one object.</summary>
    public static T? ObjectOf<T>(ShopAnswer answer, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Json.Span, type);
        }
        catch (JsonException broken)
        {
            throw BrokenOff(broken);
        }
    }

    /// <summary>The code of an error body; null when it has none.</summary>
    public static string? CodeOf(ShopAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Json.Span, WooCommerceJson.Default.WooError)?.Code;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The records of a JSON list.</summary>
    public static IReadOnlyList<WooRow<T>> RowsOf<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : IWooRecord
    {
        var rows = new List<WooRow<T>>(PageSize);
        var ids = new HashSet<long>(PageSize);
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new RetryLaterException("The shop answered with something other than a list.") { ConcernsAll = true };
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                if (JsonSerializer.Deserialize(ref reader, type) is { } record && (record.Id == 0 || ids.Add(record.Id)))
                    rows.Add(new(record, Fingerprint(json.Span[start..(int)reader.BytesConsumed])));
            }
        }
        catch (JsonException broken)
        {
            throw BrokenOff(broken);
        }
        return rows;
    }

    /// <summary>A cache before the shop answers whatever is asked with the same page: reading on would never end.</summary>
    public static RetryLaterException NotHeeded() => new("The shop answers another question with the same page; a cache before it may be at fault.");

    static RetryLaterException BrokenOff(JsonException broken) => new("The shop's answer broke off or is not JSON.", inner: broken) { ConcernsAll = true };

    static uint Fingerprint(ReadOnlySpan<byte> text)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(text);
        uint sum = (uint)text.Length;
        foreach (var word in words)
            sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in text[(words.Length * sizeof(ulong))..])
            sum = BitOperations.Crc32C(sum, rest);
        return sum;
    }

    static bool IsSkippedSomewhere(DateTime bound) => bound.Hour < 5 && TimeZoneInfo.GetSystemTimeZones().Any(zone => zone.IsInvalidTime(bound));

    // Null: the shop has a fixed offset, and no hour is ever skipped.
    async Task<TimeZoneInfo?> ZoneAsync(CancellationToken ct)
    {
        if (_zone.IsKnown)
            return _zone.Zone;
        using var answer = await GetAsync("", new WooQuery().With("_fields", "timezone_string"), ct);
        var name = ObjectOf(answer, WooCommerceJson.Default.WooIndex)?.TimezoneString;
        _zone = (true, ShopZone.TryFind(name, out var zone) ? zone : null);
        return _zone.Zone;
    }

    static ShopAnswer Granted(ShopAnswer answer, string path, bool isWrite = false)
    {
        if (answer.IsSuccess)
            return answer;
        using (answer)
            throw Refusal(answer.Status, CodeOf(answer), path, isWrite);
    }

    /// <summary>What a refusal means.</summary>
    public static ConnectorException Refusal(HttpStatusCode status, string? code, string path, bool isWrite = false)
    {
        var message = $"{path}: HTTP {(int)status} {code}";
        return status switch
        {
            HttpStatusCode.Unauthorized when isWrite && code == "woocommerce_rest_authentication_error"
                => new NeedsOperatorException(ConnectionProblem.PermissionMissing, WooCommerceSettings.KeyField, message, "write"),
            HttpStatusCode.Unauthorized => new NeedsOperatorException(
                ConnectionProblem.CredentialsRefused,
                code == "woocommerce_rest_authentication_error" ? WooCommerceSettings.SecretField : WooCommerceSettings.KeyField,
                message),
            HttpStatusCode.Forbidden => new NeedsOperatorException(ConnectionProblem.PermissionMissing, WooCommerceSettings.KeyField, message, path),
            HttpStatusCode.BadRequest when code is "rest_invalid_param"
                => new NeedsOperatorException(ConnectionProblem.VersionTooOld, WooCommerceSettings.UrlField, message, path),
            // WooCommerce is switched off while it is being updated; no route is there for a moment.
            _ => new RetryLaterException(message),
        };
    }

    async Task<ShopAnswer> SendAsync(HttpMethod method, string path, WooQuery query, byte[]? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, AddressOf(method, path, query));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Pomost", null));
        if (IsRead(method))
            ShopHttp.AskPastCaches(request);
        if (settings.IsEncrypted && !_keysInQuery)
        {
            var pair = Encoding.ASCII.GetBytes($"{settings.ConsumerKey}:{settings.ConsumerSecret}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
        }
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return await ShopHttp.SendAsync(shop, request, asking, WooCommerceSettings.UrlField, ct);
    }

    static bool IsRead(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Options;

    Uri AddressOf(HttpMethod method, string path, WooQuery query)
    {
        var address = new Uri(settings.ApiRoot, path);
        var parameters = new List<KeyValuePair<string, string>>(query);
        // Page caches before a shop take equal addresses for equal questions, for days and whatever the headers ask.
        if (IsRead(method))
            parameters.Add(new(VaryingField, RandomNumberGenerator.GetHexString(12, lowercase: true)));
        if (!settings.IsEncrypted)
        {
            // Without TLS the platform takes signed requests only.
            parameters.Add(new("oauth_consumer_key", settings.ConsumerKey));
            parameters.Add(new("oauth_timestamp", shop.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
            parameters.Add(new("oauth_nonce", RandomNumberGenerator.GetHexString(32, lowercase: true)));
            parameters.Add(new("oauth_signature_method", "HMAC-SHA256"));
            parameters.Add(new("oauth_signature", OAuth1.Sha256(OAuth1.BaseString(method.Method, address, parameters), settings.ConsumerSecret)));
        }
        else if (_keysInQuery)
        {
            parameters.Add(new("consumer_key", settings.ConsumerKey));
            parameters.Add(new("consumer_secret", settings.ConsumerSecret));
        }
        var text = string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return new UriBuilder(address) { Query = text }.Uri;
    }
}
