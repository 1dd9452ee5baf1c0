using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>How the program reaches shops and destinations.</summary>
public sealed record OutgoingOptions
{
    /// <summary>True: user-given addresses may lead into private networks. The operator's decision, for the whole installation.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>The proxy that requests to the outside go through; null = none. It says itself what it is not for.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The certificate this installation shows, which its own requests to itself trust by what it is; null = none.</summary>
    public X509Certificate2? OwnCertificate { get; init; }

    /// <summary>Largest answer read, after decompression.</summary>
    public long MaxAnswerBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Longest wait for the head of an answer, and for each piece of its body.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time one answer may take altogether.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What holds a client back.</summary>
public sealed record OutgoingLimits
{
    /// <summary>What kind of other side it is, for figures.</summary>
    public string To { get; init; } = "other";

    /// <summary>Called for each request that goes out; null = nobody counts.</summary>
    public Action? Asked { get; init; }

    /// <summary>Requests by time; null = no limit.</summary>
    public RateLimiter? Rate { get; init; }

    /// <summary>Requests under way at once; null = no limit.</summary>
    public RateLimiter? AtOnce { get; init; }

    /// <summary>Hears every answer, and holds requests back while the other side asked for it; null = nobody listens.</summary>
    public ShopSignals? Signals { get; init; }

    /// <summary>True for the history: its answers are watched for a shop that slows down.</summary>
    public bool IsBulk { get; init; }
}

/// <summary>Makes the guarded clients that connectors and the SALESmanago client use: no private networks, no redirects, bounded answers.</summary>
public sealed class OutgoingHttp : IDisposable
{
    readonly OutgoingOptions _options;
    readonly HttpMessageHandler _guarded;
    readonly SocketsHttpHandler _own;

    public OutgoingHttp(OutgoingOptions options)
    {
        _options = options;
        _guarded = options.Proxy is { } proxy
            ? new ProxyHandler(Handler(options.AllowPrivateNetworks), Handler(proxy), proxy, options.AllowPrivateNetworks) : Handler(options.AllowPrivateNetworks);
        _own = Handler(allowPrivate: true);
        if (options.OwnCertificate is { } ours)
            TrustAlso(_own, ours);
    }

    /// <summary>A client for a user-given address.</summary>
    /// <param name="settingKey">The form field that holds the address, named in refusals.</param>
    /// <param name="limits">What holds it back; null = nothing.</param>
    public HttpClient Guarded(string settingKey, OutgoingLimits? limits = null) => Client(_guarded, settingKey, limits);

    /// <summary>A client for our own hub, wherever it listens.</summary>
    /// <param name="limits">What holds it back; null = nothing.</param>
    public HttpClient Own(OutgoingLimits? limits = null) => Client(_own, "endpoint", limits);

    public void Dispose()
    {
        _guarded.Dispose();
        _own.Dispose();
    }

    HttpClient Client(HttpMessageHandler handler, string settingKey, OutgoingLimits? limits)
        => new(new GuardHandler(handler, _options, settingKey, limits ?? new OutgoingLimits()), disposeHandler: false)
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { { "User-Agent", "Pomost/0.1" } },
        };

    /// <summary>
    /// Nobody signed a self-made certificate, and a bought one bears the public name, not the address of this machine: what counts is that
    /// it is our own.
    /// </summary>
    static void TrustAlso(SocketsHttpHandler handler, X509Certificate2 ours)
    {
        var raw = ours.RawData;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors)
            => errors == SslPolicyErrors.None || (shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(raw));
    }

    static SocketsHttpHandler Handler(bool allowPrivate)
    {
        var handler = Handler(null);
        handler.ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, allowPrivate, ct);
        return handler;
    }

    static SocketsHttpHandler Handler(IWebProxy? proxy) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = proxy is not null,
        Proxy = proxy,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(15),
        MaxConnectionsPerServer = 16,
    };

    /// <summary>Connects to an address that was itself checked, so that a name cannot change its meaning between check and use.</summary>
    static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, bool allowPrivate, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endpoint.Host, ct);
        var allowed = addresses.Where(address => allowPrivate || NetworkGuard.IsPublic(address)).ToArray();
        if (allowed.Length == 0 && addresses.Length > 0)
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>
/// Sends by the proxy what it is for. There the connection is the proxy's, so the name is looked up beforehand: the guard holds for what this machine knows of
/// the name, and what only the proxy knows is for the proxy to refuse.
/// </summary>
sealed class ProxyHandler(SocketsHttpHandler direct, SocketsHttpHandler byProxy, IWebProxy proxy, bool allowPrivate) : HttpMessageHandler
{
    // Names that lead into networks of one's own by agreement (RFC 6761, 6762, 8375 and the reserved .internal), and the habit of many routers.
    static readonly string[] OwnNames = [".localhost", ".local", ".internal", ".home.arpa", ".lan"];

    readonly HttpMessageInvoker _direct = new(direct);
    readonly HttpMessageInvoker _byProxy = new(byProxy);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = request.RequestUri ?? throw new InvalidOperationException("A request has no address.");
        if (target.IsLoopback || proxy.IsBypassed(target))
            return await _direct.SendAsync(request, cancellationToken);
        if (!allowPrivate && !await IsPublicAsync(target.IdnHost, cancellationToken))
            throw new HttpRequestException("The address leads into a private network.", new PrivateAddressException());
        return await _byProxy.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _direct.Dispose();
            _byProxy.Dispose();
        }

        base.Dispose(disposing);
    }

    static async Task<bool> IsPublicAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return NetworkGuard.IsPublic(literal);
        try
        {
            return (await Dns.GetHostAddressesAsync(host, ct)).All(NetworkGuard.IsPublic);
        }
        catch (SocketException)
        {
            var name = host.TrimEnd('.');
            return name.Contains('.', StringComparison.Ordinal) && !Array.Exists(OwnNames, own => name.EndsWith(own, StringComparison.OrdinalIgnoreCase));
        }
    }
}

/// <summary>The only addresses of a host lie in ranges that are refused.</summary>
sealed class PrivateAddressException() : IOException("The address leads into a private network.");

/// <summary>Keeps limits, bounds answers, and says in the contract's words what was refused.</summary>
sealed class GuardHandler(
    HttpMessageHandler inner, OutgoingOptions options, string settingKey, OutgoingLimits limits)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (limits.Signals is { } asked)
            await asked.WaitAsync(cancellationToken);
        using var place = limits.AtOnce is { } atOnce ? await atOnce.AcquireAsync(1, cancellationToken) : null;
        var queued = limits.Signals?.Start() ?? 0;
        using var lease = limits.Rate is { } rate ? await rate.AcquireAsync(1, cancellationToken) : null;
        if (limits.IsBulk)
            limits.Signals?.HoldBack(queued);
        var started = limits.Signals?.Start() ?? 0;
        limits.Asked?.Invoke();
        var began = Stopwatch.GetTimestamp();
        var outcome = "failed";
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        HttpResponseMessage answer;
        try
        {
            answer = await base.SendAsync(request, timeout.Token);
            outcome = $"{(int)answer.StatusCode / 100}xx";
        }
        catch (HttpRequestException e) when (e.InnerException is PrivateAddressException)
        {
            throw new NeedsOperatorException(ConnectionProblem.PrivateAddress, settingKey, "The address leads into a private network.", inner: e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RetryLaterException($"No answer within {options.Timeout.TotalSeconds:0} s.", inner: e) { ConcernsAll = true };
        }
        finally
        {
            EngineMeters.Requests.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new("to", limits.To), new("outcome", outcome));
        }

        limits.Signals?.Hear(answer, started, limits.IsBulk);
        await BoundAsync(answer, cancellationToken);
        return answer;
    }

    async Task BoundAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.Content.Headers.ContentLength > options.MaxAnswerBytes)
        {
            answer.Dispose();
            throw TooLarge();
        }

        var original = answer.Content;
        var bounded = new StreamContent(new BoundedStream(await original.ReadAsStreamAsync(ct), options, TooLarge));
        foreach (var header in original.Headers)
            bounded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        answer.Content = bounded;
    }

    NeedsOperatorException TooLarge() => new(
        ConnectionProblem.AnswerTooLarge, settingKey, $"The answer is larger than {options.MaxAnswerBytes / (1024 * 1024)} MB.");
}

/// <summary>Reads at most so many bytes, each piece within the time limit.</summary>
sealed class BoundedStream(Stream inner, OutgoingOptions options, Func<Exception> tooLarge) : Stream
{
    readonly CancellationTokenSource _deadline = new(options.AnswerTimeout);
    long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
        timeout.CancelAfter(options.Timeout);
        try
        {
            return Counted(await inner.ReadAsync(buffer, timeout.Token));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RetryLaterException("The answer stopped half-way.", inner: e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

    public override void Flush() => inner.Flush();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _deadline.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    int Counted(int read) => (_read += read) <= options.MaxAnswerBytes ? read : throw tooLarge();
}
