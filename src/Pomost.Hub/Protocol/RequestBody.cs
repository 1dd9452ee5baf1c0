using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Pomost.Hub;

/// <summary>The JSON body of one request, read up to the limit into a rented buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    public const int MaxBytes = 20 * 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly RentedBuffer bytes;
    private readonly JsonDocument json;

    private RequestBody(RentedBuffer bytes, JsonDocument json)
    {
        this.bytes = bytes;
        this.json = json;
        Root = Fields.From(json.RootElement);
    }

    public Fields Root { get; }

    /// <exception cref="HubRefusal">Too large, empty, not UTF-8, or not a JSON object.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxBytes) throw TooLarge();
        var buffer = new RentedBuffer((int)(request.ContentLength ?? 16_384) + 1);
        JsonDocument? document = null;
        try
        {
            while (await buffer.ReadAsync(request.Body, ct))
            {
                if (buffer.Filled.Length > MaxBytes) throw TooLarge();
            }
            document = Parse(buffer.Filled);
            return new RequestBody(buffer, document);
        }
        catch
        {
            document?.Dispose();
            buffer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        json.Dispose();
        bytes.Dispose();
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) throw Malformed("Request body is empty");
        if (!Utf8.IsValid(body.Span)) throw Malformed("Request body is not UTF-8");
        try
        {
            var document = JsonDocument.Parse(body, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            throw Malformed("Request body is not valid JSON");
        }
        throw Malformed("Request body is not a JSON object");
    }

    private static HubRefusal Malformed(string message) => new(message, StatusCodes.Status400BadRequest, HubRefusal.WrongType);

    private static HubRefusal TooLarge() => new("Request body is larger than 20 MB", StatusCodes.Status413PayloadTooLarge);

    private sealed class RentedBuffer(int size) : IDisposable
    {
        private byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
        private int length;

        public ReadOnlyMemory<byte> Filled => bytes.AsMemory(0, length);

        public async Task<bool> ReadAsync(Stream stream, CancellationToken ct)
        {
            if (length == bytes.Length) Grow();
            var read = await stream.ReadAsync(bytes.AsMemory(length), ct);
            length += read;
            return read > 0;
        }

        // Cleared, because the body held personal data.
        public void Dispose() => ArrayPool<byte>.Shared.Return(bytes, clearArray: true);

        private void Grow()
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
            bytes.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
            bytes = larger;
        }
    }
}
