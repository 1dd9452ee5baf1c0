using System.Runtime.InteropServices;

namespace Pomost.Simulators.WooCommerce;

/// <summary>What a living shop did.</summary>
public enum LivingShopDeed
{
    Registration,
    OrderOfCustomer,
    OrderOfGuest,
    StatusChange,
    NewsletterChange,
    AddressChange,
}

/// <param name="Id">The account or order concerned.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LivingShopEvent(LivingShopDeed Deed, int Id, DateTimeOffset At);

/// <summary>
/// Makes something happen in a shop every few seconds: a registration, an order, a status, a newsletter box. Everything goes
/// through the shop's own methods, so webhooks are raised. Deterministic by seed as long as nobody else changes the shop.
/// </summary>
public sealed class LivingShop : IAsyncDisposable
{
    readonly WooCommerceShop _shop;
    readonly TimeProvider _clock;
    readonly TimeSpan _interval;
    readonly Random _random;
    readonly List<int> _customers;
    readonly Queue<int> _openOrders = new();
    readonly IReadOnlyList<WooProduct> _products;
    readonly CancellationTokenSource _stop = new();
    Task _running = Task.CompletedTask;
    int _visitors;

    public LivingShop(WooCommerceShop shop, TimeSpan interval, TimeProvider? clock = null, int seed = 1)
    {
        _shop = shop;
        _clock = clock ?? TimeProvider.System;
        _interval = interval;
        _random = new Random(seed);
        _customers = [.. shop.CustomerIds().Where(id => id != 1)];
        _products = shop.Products;
    }

    /// <summary>Raised after each deed; for a display.</summary>
    public event Action<LivingShopEvent>? Happened;

    /// <summary>Lets the shop live until it is disposed of.</summary>
    public void Start() => _running = LiveAsync(_stop.Token);

    /// <summary>Does one thing now.</summary>
    public LivingShopEvent Step()
    {
        var chance = _random.Next(100);
        var done = chance switch
        {
            < 25 => Registration(),
            < 50 => Order(guest: false),
            < 65 => Order(guest: true),
            < 80 => StatusChange(),
            < 92 => NewsletterChange(),
            _ => AddressChange(),
        };
        Happened?.Invoke(done);
        return done;
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
        _stop.Dispose();
    }

    async Task LiveAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_interval, _clock);
        while (await timer.WaitForNextTickAsync(ct))
            Step();
    }

    LivingShopEvent Registration()
    {
        WooCustomer wish;
        do
            wish = PolishShopSeed.Visitor(_shop, _random, ++_visitors);
        while (_shop.CustomerByEmail(wish.Email) is not null);
        var made = _shop.Register(wish);
        _customers.Add(made.Id);
        return Event(LivingShopDeed.Registration, made.Id);
    }

    LivingShopEvent Order(bool guest)
    {
        var customer = guest ? null : SomeCustomer();
        if (!guest && customer is null)
            return Registration();
        var buyer = customer is null
            ? PolishShopSeed.Visitor(_shop, _random, ++_visitors).Billing
            : customer.Billing.Email.Length > 0 ? customer.Billing : new WooAddress { FirstName = customer.FirstName, LastName = customer.LastName, Email = customer.Email, Country = "PL" };
        var order = _shop.PlaceOrder(PolishShopSeed.Basket(_shop, _random, _products, buyer, customer?.Id ?? 0));
        _openOrders.Enqueue(order.Id);
        return Event(guest ? LivingShopDeed.OrderOfGuest : LivingShopDeed.OrderOfCustomer, order.Id);
    }

    LivingShopEvent StatusChange()
    {
        while (_openOrders.TryDequeue(out var id))
        {
            if (_shop.Order(id) is not { } order)
                continue;
            var next = order.Status switch
            {
                "pending" or "on-hold" => _random.Next(5) == 0 ? "cancelled" : "processing",
                "processing" => "completed",
                _ => null,
            };
            if (next is null)
                continue;
            _shop.SetOrderStatus(id, next);
            if (next == "processing")
                _openOrders.Enqueue(id);
            return Event(LivingShopDeed.StatusChange, id);
        }
        return Order(guest: false);
    }

    LivingShopEvent NewsletterChange()
    {
        if (SomeCustomer() is not { } customer)
            return Registration();
        var agreed = Array.Exists(customer.Meta, entry => entry is { Key: PolishShopSeed.NewsletterKey, Value: "1" });
        _shop.SetCustomerMeta(customer.Id, PolishShopSeed.NewsletterKey, agreed ? "0" : "1");
        return Event(LivingShopDeed.NewsletterChange, customer.Id);
    }

    LivingShopEvent AddressChange()
    {
        if (SomeCustomer() is not { } customer)
            return Registration();
        var moved = PolishShopSeed.Visitor(_shop, _random, ++_visitors).Billing;
        _shop.ChangeCustomer(customer.Id, old => old with
        {
            Billing = moved with { FirstName = old.FirstName, LastName = old.LastName, Email = old.Email, Company = old.Billing.Company, Phone = old.Billing.Phone },
        });
        return Event(LivingShopDeed.AddressChange, customer.Id);
    }

    WooCustomer? SomeCustomer() => _customers.Count == 0 ? null : _shop.Customer(_customers[_random.Next(_customers.Count)]);

    LivingShopEvent Event(LivingShopDeed deed, int id) => new(deed, id, _clock.GetUtcNow());
}
