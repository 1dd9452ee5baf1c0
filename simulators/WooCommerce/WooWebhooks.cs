using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Simulators.WooCommerce;

/// <summary>A webhook as the shop keeps it. The secret never leaves the shop.</summary>
public sealed record WooWebhook(int Id, string Name, string Topic, string DeliveryUrl, string Secret, string Status, int Failures, long CreatedAt, long ModifiedAt);

/// <summary>
/// The shop's webhooks and their queue. Deliveries wait in a queue, are sent one after the other, never again, and are what
/// the object is at the time of sending. A webhook that keeps failing is disabled.
/// </summary>
public sealed class WooWebhooks : IAsyncDisposable
{
    internal static readonly string[] States = ["active", "paused", "disabled"];

    const int FailuresAllowed = 5;

    readonly Lock _lock = new();
    readonly SortedDictionary<int, WooWebhook> _webhooks = [];
    readonly LinkedList<Delivery> _queue = new();
    readonly SemaphoreSlim _sending = new(1, 1);
    readonly CancellationTokenSource _stop = new();
    readonly TimeProvider _clock;
    readonly SimulatorFaults _faults;
    readonly WooCommerceSimulatorOptions _options;
    readonly Func<Uri> _site;
    readonly HttpClient _http;
    readonly SemaphoreSlim _wake = new(0);
    Task _running = Task.CompletedTask;
    int _lastId;
    long _sent;
    long _failed;
    long _dropped;

    sealed record Delivery(int WebhookId, string Topic, int Id, DateTimeOffset Due);

    internal WooWebhooks(WooCommerceSimulatorOptions options, SimulatorFaults faults, TimeProvider clock, Func<Uri> site)
    {
        _options = options;
        _faults = faults;
        _clock = clock;
        _site = site;
        _http = new HttpClient(Handler(options)) { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Requests sent, whatever came back; pings are not counted.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Lost on request (<see cref="Fault.DropWebhook"/>).</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Waiting in the queue.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    public IReadOnlyList<WooWebhook> All
    {
        get
        {
            lock (_lock)
                return [.. _webhooks.Values];
        }
    }

    internal Func<string, int, byte[]?> Representation { get; set; } = static (_, _) => null;

    internal static HttpMessageHandler Handler(WooCommerceSimulatorOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (options.TrustedReceiver is { } trusted)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None || (certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(trusted.RawData));
        }
        return handler;
    }

    internal static bool IsTopic(string topic)
    {
        var parts = topic.Split('.', 2);
        if (parts.Length != 2)
            return false;
        return parts[0] switch
        {
            "action" => parts[1].StartsWith("woocommerce_", StringComparison.Ordinal) || parts[1].StartsWith("wc_", StringComparison.Ordinal),
            "customer" => parts[1] is "created" or "updated" or "deleted",
            "order" or "coupon" => parts[1] is "created" or "updated" or "deleted" or "restored",
            "product" => parts[1] is "created" or "updated" or "deleted" or "restored" or "published",
            _ => false,
        };
    }

    internal WooWebhook? Find(int id)
    {
        lock (_lock)
            return _webhooks.GetValueOrDefault(id);
    }

    internal WooWebhook Add(string name, string topic, string deliveryUrl, string secret, string status)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow().ToUnixTimeSeconds();
            var made = new WooWebhook(++_lastId, name, topic, deliveryUrl, secret, status, 0, now, now);
            _webhooks.Add(made.Id, made);
            return made;
        }
    }

    internal WooWebhook Change(int id, Func<WooWebhook, WooWebhook> change)
    {
        lock (_lock)
            return _webhooks[id] = change(_webhooks[id]) with { ModifiedAt = _clock.GetUtcNow().ToUnixTimeSeconds() };
    }

    internal void Remove(int id)
    {
        lock (_lock)
            _webhooks.Remove(id);
    }

    /// <summary>The message sent when a webhook is made: a form, without signature. The webhook is kept even when it fails.</summary>
    internal async Task PingAsync(WooWebhook webhook, CancellationToken ct)
    {
        if (_options.RefusesPrivateReceivers && IsPrivate(webhook.DeliveryUrl))
            return;
        try
        {
            using var request = Request(webhook.DeliveryUrl);
            request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes("webhook_id=" + webhook.Id.ToString(CultureInfo.InvariantCulture)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            using var answer = await _http.SendAsync(request, ct);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or UriFormatException)
        {
        }
    }

    internal void Enqueue(WooShopChange change)
    {
        lock (_lock)
        {
            foreach (var webhook in _webhooks.Values)
            {
                if (webhook.Status != "active" || webhook.Topic != change.Topic)
                    continue;
                // Equal jobs that still wait are one job, as in the real queue.
                if (_queue.Any(each => each.WebhookId == webhook.Id && each.Topic == change.Topic && each.Id == change.Id))
                    continue;
                _queue.AddLast(new Delivery(webhook.Id, change.Topic, change.Id, _clock.GetUtcNow() + _options.WebhookDelay));
                _wake.Release();
            }
        }
    }

    internal void Start()
    {
        if (_options.WebhooksRunByThemselves)
            _running = RunAsync(_stop.Token);
    }

    /// <summary>Sends everything whose time has come, now. For tests that hold the clock, and for shops whose queue does not run by itself.</summary>
    /// <returns>How many deliveries were taken from the queue.</returns>
    public async Task<int> DeliverDueAsync(CancellationToken ct = default)
    {
        var taken = 0;
        await _sending.WaitAsync(ct);
        try
        {
            while (Take() is { } delivery)
            {
                taken++;
                await DeliverAsync(delivery, ct);
            }
        }
        finally
        {
            _sending.Release();
        }
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
        }
        _http.Dispose();
        _stop.Dispose();
        _sending.Dispose();
        _wake.Dispose();
    }

    async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            TimeSpan? wait;
            lock (_lock)
                wait = _queue.First is { } first ? first.Value.Due - _clock.GetUtcNow() : null;
            if (wait is null)
                await _wake.WaitAsync(ct);
            else if (wait > TimeSpan.Zero)
                await Task.Delay(wait.Value, _clock, ct);
            await DeliverDueAsync(ct);
        }
    }

    Delivery? Take()
    {
        lock (_lock)
        {
            if (_queue.First is not { } first || first.Value.Due > _clock.GetUtcNow())
                return null;
            _queue.RemoveFirst();
            return first.Value;
        }
    }

    async Task DeliverAsync(Delivery delivery, CancellationToken ct)
    {
        if (Find(delivery.WebhookId) is not { Status: "active" } webhook)
            return;
        if (_faults.Strikes(Fault.DropWebhook, delivery.Topic))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        await SendAsync(webhook, delivery, ct);
        if (_faults.Strikes(Fault.DuplicateWebhook, delivery.Topic))
            await SendAsync(webhook, delivery, ct);
    }

    async Task SendAsync(WooWebhook webhook, Delivery delivery, CancellationToken ct)
    {
        var topic = delivery.Topic.Split('.', 2);
        if (Body(topic[0], topic[1], delivery.Id) is not { } body)
            return;
        var succeeded = false;
        try
        {
            if (!(_options.RefusesPrivateReceivers && IsPrivate(webhook.DeliveryUrl)))
            {
                using var request = Request(webhook.DeliveryUrl);
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.Add("X-WC-Webhook-Source", _site() + "");
                request.Headers.Add("X-WC-Webhook-Topic", delivery.Topic);
                request.Headers.Add("X-WC-Webhook-Resource", topic[0]);
                request.Headers.Add("X-WC-Webhook-Event", topic[1]);
                request.Headers.Add("X-WC-Webhook-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), body)));
                request.Headers.Add("X-WC-Webhook-ID", webhook.Id.ToString(CultureInfo.InvariantCulture));
                request.Headers.Add("X-WC-Webhook-Delivery-ID", DeliveryId(webhook.Id));
                Interlocked.Increment(ref _sent);
                using var answer = await _http.SendAsync(request, ct);
                succeeded = (int)answer.StatusCode is >= 200 and <= 302;
            }
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
        }
        lock (_lock)
        {
            if (!_webhooks.TryGetValue(webhook.Id, out var now))
                return;
            if (succeeded)
            {
                _webhooks[webhook.Id] = now with { Failures = 0 };
                return;
            }
            Interlocked.Increment(ref _failed);
            _webhooks[webhook.Id] = now.Failures > FailuresAllowed ? now with { Status = "disabled" } : now with { Failures = now.Failures + 1 };
        }
    }

    byte[]? Body(string resource, string happened, int id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        if (resource == "action")
            return Encoding.UTF8.GetBytes($$"""{"action":"{{happened}}","arg":{{number}}}""");
        return happened == "deleted" ? Encoding.UTF8.GetBytes($$"""{"id":{{number}}}""") : Representation(resource, id);
    }

    // A hash of the webhook and the present second: two deliveries in one second share it, as in the real shop.
    string DeliveryId(int webhookId)
    {
        var text = webhookId.ToString(CultureInfo.InvariantCulture) + _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..32];
    }

    HttpRequestMessage Request(string url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Version = new Version(1, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent",
            $"WooCommerce/{WooCommerceSimulatorOptions.WooCommerceVersion} Hookshot (WordPress/{WooCommerceSimulatorOptions.WordPressVersion})");
        return request;
    }

    internal static bool IsPrivate(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Port is not (80 or 443 or 8080) || address.IsLoopback)
            return true;
        var parts = address.Host.Split('.');
        return address.HostNameType == UriHostNameType.IPv4
            && (parts[0] is "10" or "127" or "0" || (parts[0] == "192" && parts[1] == "168")
                || (parts[0] == "172" && int.Parse(parts[1], CultureInfo.InvariantCulture) is >= 16 and <= 31));
    }
}
