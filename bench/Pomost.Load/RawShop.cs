using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Load;

/// <summary>The floor under the shop's side: the pages of an export asked for one after the other and thrown away unread.</summary>
sealed class RawShop(Uri address, string key, string secret) : IDisposable
{
    const int PageSize = 100;

    readonly HttpClient _http = new();

    /// <summary>Reads a whole list.</summary>
    /// <param name="list">Path below the API's root.</param>
    /// <param name="filters">Parameters that an export sends besides paging.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<RawResult> ReadAsync(string list, IReadOnlyDictionary<string, string> filters, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        long bytes = 0;
        long rows = 0;
        var total = long.MaxValue;
        for (var offset = 0; offset < total; offset += PageSize)
        {
            using var answer = await _http.GetAsync(Signed(list, offset, filters), ct);
            answer.EnsureSuccessStatusCode();
            bytes += (await answer.Content.ReadAsByteArrayAsync(ct)).Length;
            total = long.Parse(answer.Headers.GetValues("X-WP-Total").First(), CultureInfo.InvariantCulture);
            rows = total;
        }

        return new RawResult(rows, bytes, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Without TLS the platform takes requests signed by OAuth 1.0a only.</summary>
    Uri Signed(string list, int offset, IReadOnlyDictionary<string, string> filters)
    {
        var path = new Uri(address, $"wp-json/wc/v3/{list}");
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["per_page"] = PageSize.ToString(CultureInfo.InvariantCulture),
            ["offset"] = offset.ToString(CultureInfo.InvariantCulture),
            ["oauth_consumer_key"] = key,
            ["oauth_nonce"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["oauth_signature_method"] = "HMAC-SHA256",
            ["oauth_timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in filters)
            parameters[name] = value;
        var query = string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var text = $"GET&{Uri.EscapeDataString(path.ToString())}&{Uri.EscapeDataString(query)}";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(text)));
        return new Uri($"{path}?{query}&oauth_signature={Uri.EscapeDataString(signature)}");
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What reading without understanding took.</summary>
sealed record RawResult(long Rows, long Bytes, double Seconds);
