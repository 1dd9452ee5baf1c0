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
    // Notices of PHP name arrays and calls now and then.
    const int MostTries = 2_000;

    const int Cut = -1;

    // "[0]" in a notice is JSON, too; data among text is longer, or ends the body.
    const int LeastAmongText = 256;

    byte[]? _pooled;

    public ShopAnswer(HttpStatusCode status, HttpResponseHeaders headers, byte[] pooled, int length)
    {
        Status = status;
        Headers = headers;
        _pooled = pooled;
        Raw = pooled.AsMemory(0, length);
        Body = Readable(Raw);
        Json = WithoutNotices(Body);
    }

    public HttpStatusCode Status { get; }

    public HttpResponseHeaders Headers { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

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
    internal static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> body)
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
            return WithoutTrailer(body[start..]);
        if (IsPage(body.Span[start..]))
            return default;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var next = body.Span[start..].IndexOfAny((byte)'{', (byte)'[');
            if (next < 0)
                return default;
            start += next;
            var length = LengthOfJson(body.Span[start..]);
            // What begins as data and never ends was cut; what stands inside it is not the answer.
            if (length == Cut)
                return default;
            if (length > LeastAmongText || (length is { } whole && IsEnd(body.Span[(start + whole)..])))
                return body.Slice(start, length.Value);
            start++;
        }

        return default;
    }

    // Caches of pages sign what they give, data too.
    static ReadOnlyMemory<byte> WithoutTrailer(ReadOnlyMemory<byte> body)
        => body.Span[body.Span.LastIndexOfAnyExcept(" \t\r\n"u8)] is (byte)'}' or (byte)']' || LengthOfJson(body.Span) is not { } length || length == Cut
            ? body : body[..length];

    static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    static bool IsPage(ReadOnlySpan<byte> text)
    {
        var head = Encoding.ASCII.GetString(text[..Math.Min(text.Length, 16)]);
        return head.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || head.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Bytes of the whole JSON value at the beginning of a text; <see cref="Cut"/> when its end is missing, null when there is none.</summary>
    static int? LengthOfJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        try
        {
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : Cut;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
