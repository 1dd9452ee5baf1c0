using System.Globalization;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

/// <summary>Calls a simulated shop as a careful client would; its OAuth signing is written apart from the simulator's.</summary>
sealed class WooClient : IDisposable
{
    readonly HttpClient _http;
    readonly WooCommerceSimulator _shop;
    readonly WooKey _key;
    int _nonce;

    public WooClient(WooCommerceSimulator shop, WooKey? key = null)
    {
        _shop = shop;
        _key = key ?? shop.ReadWriteKey;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (shop.Certificate is { } trusted)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None || certificate!.GetRawCertData().AsSpan().SequenceEqual(trusted.RawData);
        }
        _http = new HttpClient(handler);
    }

    public HttpClient Http => _http;

    public async Task<(HttpResponseMessage Answer, JsonElement Body)> SendAsync(
        HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? change = null, bool signed = true)
    {
        using var request = new HttpRequestMessage(method, Address(method, path, signed));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (signed && _shop.BaseAddress.Scheme == "https")
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(_key.ConsumerKey + ":" + _key.ConsumerSecret)));
        change?.Invoke(request);
        var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer, text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default);
    }

    public Task<(HttpResponseMessage Answer, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<(int Status, string? Code)> FailAsync(HttpMethod method, string path, object? body = null, bool signed = true)
    {
        var (answer, json) = await SendAsync(method, path, body, signed: signed);
        Assert.Equal((int)answer.StatusCode, json.GetProperty("data").GetProperty("status").GetInt32());
        return ((int)answer.StatusCode, json.GetProperty("code").GetString());
    }

    public Uri Address(HttpMethod method, string path, bool signed = true)
    {
        var plain = new Uri(_shop.BaseAddress, "/wp-json/" + path);
        return signed && plain.Scheme == "http" ? Signed(method, plain, _key, _shop.Clock.GetUtcNow(), "n" + Interlocked.Increment(ref _nonce)) : plain;
    }

    public static Uri Signed(HttpMethod method, Uri plain, WooKey key, DateTimeOffset at, string nonce, string algorithm = "HMAC-SHA256", string? signedAs = null)
    {
        var query = plain.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Select(pair => (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]))).ToList();
        query.Add(("oauth_consumer_key", key.ConsumerKey));
        query.Add(("oauth_nonce", nonce));
        query.Add(("oauth_signature_method", algorithm));
        query.Add(("oauth_timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        var sorted = query.Select(pair => (Uri.EscapeDataString(pair.Item1), Uri.EscapeDataString(pair.Item2))).OrderBy(pair => pair.Item1, StringComparer.Ordinal);
        var text = $"{method.Method}&{Uri.EscapeDataString(signedAs ?? plain.GetLeftPart(UriPartial.Path))}&{Uri.EscapeDataString(string.Join('&', sorted.Select(pair => pair.Item1 + "=" + pair.Item2)))}";
        var secret = Encoding.ASCII.GetBytes(key.ConsumerSecret + "&");
        var signature = algorithm == "HMAC-SHA1" ? HMACSHA1.HashData(secret, Encoding.ASCII.GetBytes(text)) : HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text));
        query.Add(("oauth_signature", Convert.ToBase64String(signature)));
        return new Uri(plain.GetLeftPart(UriPartial.Path) + "?" + string.Join('&', query.Select(pair => Uri.EscapeDataString(pair.Item1) + "=" + Uri.EscapeDataString(pair.Item2))));
    }

    public void Dispose() => _http.Dispose();
}
