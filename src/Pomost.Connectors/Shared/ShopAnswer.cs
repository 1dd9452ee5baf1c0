using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Pomost.Connectors.Shared;

/// <summary>A shop's answer, read whole. The body lives in a pooled buffer until the answer is disposed.</summary>
sealed class ShopAnswer : IDisposable
{
    // PHP notices stand in the first lines; an HTML page has braces of scripts further down.
    const int NoticeLength = 16 * 1024;

    byte[]? _pooled;

    public ShopAnswer(HttpStatusCode status, HttpResponseHeaders headers, byte[] pooled, int length)
    {
        Status = status;
        Headers = headers;
        _pooled = pooled;
        Body = Readable(pooled.AsMemory(0, length));
        Json = WithoutNotices(Body);
    }

    public HttpStatusCode Status { get; }

    public HttpResponseHeaders Headers { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body in UTF-8; bytes that were not became the replacement character.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The JSON in the body, without what PHP printed before it; empty when the body is something else, a page for instance.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public bool IsJson => Json.Length > 0;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    public long? NumberHeader(string name)
        => long.TryParse(Header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    // One wrong byte in one name must not cost the page: shops imported from older systems are full of them.
    static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        return Utf8.IsValid(body.Span) ? body : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.Span));
    }

    static ReadOnlyMemory<byte> WithoutNotices(ReadOnlyMemory<byte> body)
    {
        var start = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
            return default;
        if (body.Span[start] is (byte)'{' or (byte)'[')
            return body[start..];
        while (true)
        {
            var next = body.Span[start..].IndexOfAny((byte)'{', (byte)'[');
            start += next;
            if (next < 0 || start > NoticeLength)
                return default;
            if (IsWholeJson(body.Span[start..]))
                return body[start..];
            start++;
        }
    }

    static bool IsWholeJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
