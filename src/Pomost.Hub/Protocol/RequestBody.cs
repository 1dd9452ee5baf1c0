using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Pomost.Hub;

/// <summary>How a body shows who sends it, while it is still coming.</summary>
/// <param name="Fields">Fields of the outermost object that must be there.</param>
/// <param name="CheckAsync">Lets the caller in, or throws a <see cref="HubRefusal"/>.</param>
internal sealed record Recognition(IReadOnlyList<string> Fields, Func<Fields, Task> CheckAsync);

/// <summary>
/// The JSON body of one request. It takes memory as it comes, not as announced; of a large one only a small part is read before the caller is known,
/// and nothing is built of it before that.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>What a caller may send before it is known who they are.</summary>
    public const int MaxBytesOfStrangers = 256 * 1024;

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly GrowingBuffer bytes;
    private readonly JsonDocument json;

    private RequestBody(GrowingBuffer bytes, JsonDocument json)
    {
        this.bytes = bytes;
        this.json = json;
        Root = Fields.From(json.RootElement);
    }

    public Fields Root { get; }

    /// <summary>Reads a body. One that is small is read without asking who sends it.</summary>
    /// <param name="lease">What it may hold in memory.</param>
    /// <param name="mostBytes">Largest body taken.</param>
    /// <param name="recognition">How a large body shows who sends it; null = it is known already, or no large body is taken.</param>
    /// <exception cref="HubRefusal">Too large, empty, not UTF-8, not a JSON object, without room for it, or of a stranger.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, BodyLease lease, int mostBytes, Recognition? recognition, CancellationToken ct)
    {
        if (request.ContentLength > mostBytes) throw TooLarge(mostBytes);
        var buffer = new GrowingBuffer(lease);
        JsonDocument? document = null;
        try
        {
            var scan = new BodyScan();
            while (await buffer.ReadAsync(request.Body, ct))
            {
                if (buffer.Filled.Length > mostBytes) throw TooLarge(mostBytes);
                if (buffer.IsFull && buffer.Filled.Length >= MaxBytesOfStrangers) recognition = await GoOnAsync(scan, buffer, false, lease, recognition);
            }
            if (buffer.Filled.Length >= MaxBytesOfStrangers && await GoOnAsync(scan, buffer, true, lease, recognition) is not null) throw HubRefusal.NotAuthenticated();
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

    public static HubRefusal Malformed(string message) => new(message, StatusCodes.Status400BadRequest, HubRefusal.WrongType);

    /// <summary>Gives what is still to be recognised; null when the caller is known.</summary>
    private static async Task<Recognition?> GoOnAsync(BodyScan scan, GrowingBuffer buffer, bool isWhole, BodyLease lease, Recognition? recognition)
    {
        scan.GoOn(buffer.Filled.Span, isWhole);
        if (recognition is null || !recognition.Fields.All(scan.Found.ContainsKey)) return recognition;
        await recognition.CheckAsync(Fields.From(JsonSerializer.SerializeToElement(scan.Found.ToDictionary(), HubStoredJson.Default.DictionaryStringString)));
        if (!lease.TryRecognise()) throw HubRefusal.Busy();
        return null;
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

    private static HubRefusal TooLarge(int mostBytes) => new(
        mostBytes == MaxBytes ? "Request body is larger than 20 MB" : "Request body is too large", StatusCodes.Status413PayloadTooLarge);

    private sealed class GrowingBuffer(BodyLease lease) : IDisposable
    {
        private const int FirstBytes = 16 * 1024;

        // Larger ones are given back to the system: a pool would keep them for a day that does not come.
        private const int LargestPooled = 1024 * 1024;

        private byte[] bytes = [];
        private int length;

        public ReadOnlyMemory<byte> Filled => bytes.AsMemory(0, length);

        public bool IsFull => length == bytes.Length;

        public async Task<bool> ReadAsync(Stream stream, CancellationToken ct)
        {
            if (IsFull) Grow();
            var read = await stream.ReadAsync(bytes.AsMemory(length), ct);
            length += read;
            return read > 0;
        }

        public void Dispose() => Return();

        private void Grow()
        {
            var size = Math.Max(FirstBytes, Math.Min(bytes.Length * 2, MaxBytes + 1));
            if (!lease.TryGrow(size)) throw HubRefusal.Busy();
            var larger = size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
            Filled.CopyTo(larger);
            Return();
            bytes = larger;
        }

        private void Return()
        {
            if (bytes.Length == 0) return;
            lease.Shrink(bytes.Length);
            // Cleared as far as it was touched, because the body held personal data.
            bytes.AsSpan(0, length).Clear();
            if (bytes.Length <= LargestPooled) ArrayPool<byte>.Shared.Return(bytes);
            bytes = [];
        }
    }
}
