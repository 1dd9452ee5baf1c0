using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Pomost.Simulators.WooCommerce;

/// <summary>A line of a cart.</summary>
public sealed record WooCartLine(int Product, int Variation, string Sku, string Name, int Quantity, decimal Total);

/// <summary>
/// The module of the shop, as docs/module-contract.md has it: a log of changes that is pushed and pulled, subscribers without an
/// account, carts. Not there until installed; what happened before is not in its log. Written from that page alone.
/// </summary>
public sealed partial class WooModule : IDisposable
{
    internal const string Route = "pomost/v1/call";

    const int Window = 300;
    const int LargestCall = 256 * 1024;
    const string Prefix = "urn:pomost:module:";

    static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly WooCommerceShop _shop;
    readonly SimulatorFaults _faults;
    readonly TimeProvider _clock;
    readonly HttpClient _http;
    readonly SortedDictionary<long, LogRow> _log = [];
    readonly Dictionary<string, Subscriber> _subscribers = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Cart> _carts = new(StringComparer.Ordinal);
    readonly HashSet<int> _heard = [];
    readonly HashSet<string> _nonces = new(StringComparer.Ordinal);
    string? _secret;
    Uri? _inbox;
    string _logName = "";
    long _last;
    long _removed;
    long _pushed;
    long _refused;

    internal WooModule(WooCommerceShop shop, WooCommerceSimulatorOptions options, SimulatorFaults faults, TimeProvider clock)
    {
        (_shop, _faults, _clock) = (shop, faults, clock);
        _http = new HttpClient(WooWebhooks.Handler(options)) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public bool IsInstalled => _secret is not null;

    /// <summary>Pushes that were answered 200.</summary>
    public long Pushed => Interlocked.Read(ref _pushed);

    /// <summary>Pushes that were answered otherwise.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How far the module's clock is before the shop's.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Off: an older module, which says of a consent only that it was written.</summary>
    public bool TellsWhatItStored { get; set; } = true;

    /// <summary>Off: another plug-in puts its own consent back as soon as one was written.</summary>
    public bool KeepsConsents { get; set; } = true;

    /// <summary>Rows of the log not yet pushed.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _log.Values.Count(row => !row.IsPushed);
        }
    }

    DateTimeOffset Now => _clock.GetUtcNow() + ClockAhead;

    /// <summary>The merchant installs the module, or installs it anew: the log begins.</summary>
    public void Install(string secret, Uri? inbox)
    {
        lock (_lock)
        {
            _log.Clear();
            (_secret, _inbox, _logName, _last, _removed) = (secret, inbox, RandomNumberGenerator.GetHexString(16, lowercase: true), 0, 0);
        }
    }

    /// <summary>The merchant takes the module away.</summary>
    public void Remove() => _secret = null;

    /// <summary>The oldest rows of the log are removed, as its housekeeping does after 30 days.</summary>
    public void Prune()
    {
        lock (_lock)
        {
            _removed = _last;
            _log.Clear();
        }
    }

    /// <summary>A row takes its number now and can be seen only later: another request commits before this one.</summary>
    public void NoteLate(string stream, int id, TimeSpan seenAfter)
    {
        lock (_lock)
            Write(stream, "changed", id.ToString(CultureInfo.InvariantCulture), Now + seenAfter);
    }

    /// <summary>Someone without an account says something about the newsletter.</summary>
    /// <param name="state">granted or withdrawn.</param>
    public void Subscribe(string email, string state = "granted", string source = "form", string channel = "email")
    {
        lock (_lock)
            Say(email, channel, state, source, isNoted: true);
    }

    /// <summary>A cart is filled or changed; without an address it is nobody's yet.</summary>
    public void PutCart(string id, string? email, params WooCartLine[] lines)
    {
        lock (_lock)
        {
            _carts[id] = new Cart(id, email, lines, Now, null, Write("carts", "changed", id, Now));
        }
    }

    public void Dispose() => _http.Dispose();

    internal void Note(WooShopChange change)
    {
        if (!IsInstalled)
            return;
        var topic = change.Topic.Split('.', 2);
        var stream = topic[0] switch
        {
            "customer" => "contacts",
            "order" => "orders",
            "product" => "products",
            _ => null,
        };
        if (stream is null)
            return;
        var kind = topic[1] == "deleted" ? "deleted" : "changed";
        lock (_lock)
        {
            Write(stream, kind, change.Id.ToString(CultureInfo.InvariantCulture), Now);
            if (stream != "orders" || _shop.Order(change.Id) is not { } order)
                return;
            if (change.Topic == "order.created")
                EndCart(order);
            SayWhatGuestSaid(order);
        }
    }

    void EndCart(WooOrder order)
    {
        foreach (var cart in _carts.Values.Where(cart => cart.Order is null && string.Equals(cart.Email, order.Billing.Email, StringComparison.OrdinalIgnoreCase)).ToList())
            _carts[cart.Id] = cart with { Order = order.Id, At = Now, Position = Write("carts", "changed", cart.Id, Now) };
    }

    /// <summary>A guest's box counts once the order is paid or being seen to, as of the day of the order, and once.</summary>
    void SayWhatGuestSaid(WooOrder order)
    {
        var isTicked = order.Meta.Any(entry => entry is { Key: PolishShopSeed.NewsletterKey, Value: "1" });
        if (order.CustomerId != 0 || order.Status is not ("processing" or "completed") || !isTicked || !_heard.Add(order.Id))
            return;
        var at = DateTimeOffset.FromUnixTimeSeconds(order.CreatedAt);
        if (_shop.CustomerByEmail(order.Billing.Email) is not null || _subscribers.GetValueOrDefault(order.Billing.Email)?.Email1?.At > at)
            return;
        Say(order.Billing.Email, "email", "granted", "checkout", isNoted: true, at);
    }

    bool Say(string email, string channel, string state, string source, bool isNoted, DateTimeOffset? at = null)
    {
        var old = _subscribers.GetValueOrDefault(email) ?? new Subscriber(_subscribers.Count + 1, email, null, null, [], Now, Now, 0);
        var said = new Statement(state, at ?? Now, source);
        if ((channel == "email" ? old.Email1 : old.Sms)?.State == state)
            return false;
        var changed = (channel == "email" ? old with { Email1 = said } : old with { Sms = said }) with { At = Now };
        _subscribers[email] = changed with { Position = Number(isNoted, old) };
        return true;
    }

    // What Pomost writes takes a number, so that lists move, and leaves no row.
    long Number(bool isNoted, Subscriber of)
        => isNoted ? Write("subscribers", "changed", of.Id.ToString(CultureInfo.InvariantCulture), Now) : ++_last;

    long Write(string stream, string kind, string id, DateTimeOffset visibleAt)
    {
        _log.Add(++_last, new LogRow(_last, stream, kind, id, Now, visibleAt));
        return _last;
    }

    sealed record LogRow(long Seq, string Stream, string Kind, string Id, DateTimeOffset At, DateTimeOffset VisibleAt)
    {
        public bool IsPushed { get; set; }

        public JsonObject ToJson() => new() { ["seq"] = Seq, ["stream"] = Stream, ["kind"] = Kind, ["id"] = Id, ["at"] = Time(At) };
    }

    sealed record Statement(string State, DateTimeOffset At, string Source)
    {
        public JsonObject ToJson() => new() { ["state"] = State, ["at"] = Time(At), ["source"] = Source };
    }

    sealed record Subscriber(int Id, string Address, Statement? Email1, Statement? Sms, string[] Tags, DateTimeOffset Since, DateTimeOffset At, long Position);

    sealed record Cart(string Id, string? Email, WooCartLine[] Lines, DateTimeOffset At, int? Order, long Position);

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
