using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: nobody is subscribed because a stranger typed their address and ticked the box.
/// Method: orders of guests and of accounts in every state.</summary>
public sealed class GuestConsentTests
{
    const string Victim = "ofiara@poczta.example";
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("pending", false)]
    [InlineData("on-hold", false)]
    [InlineData("failed", false)]
    [InlineData("cancelled", false)]
    [InlineData("checkout-draft", false)]
    [InlineData("refunded", false)]
    [InlineData("processing", true)]
    [InlineData("completed", true)]
    public async Task A_guests_tick_counts_once_the_order_is_confirmed_and_paid(string status, bool counts)
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        Order(engine, Victim, status);
        await engine.WorkAfterAsync(Poll);
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(counts ? 1 : 0, await engine.CountRowsAsync("consent_line", "state = 'Granted'"));
        Assert.Equal(counts ? 1 : 0, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task The_tick_of_an_order_paid_later_counts_from_then_on()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        var order = Order(engine, Victim, "on-hold");
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(0, await engine.CountRowsAsync("consent_line"));
        engine.Shop.ChangeOrder(order.Id, one => one with { Status = "processing", PaidAt = engine.Shop.Now });
        await engine.WorkAfterAsync(Poll);
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(ConsentState.Granted, (await engine.ContactAsync(Victim)).EmailConsent.State);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task An_unpaid_order_counts_no_more_where_the_merchant_sends_such_orders()
    {
        var options = new StoreOptions { OrderStatuses = ["on-hold", "processing"] };
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = options });
        await engine.WorkAsync();
        Order(engine, Victim, "on-hold");
        await engine.WorkAfterAsync(Poll);
        await engine.WorkAfterAsync(Poll);
        Assert.NotNull(await engine.CardAsync(Victim));
        Assert.Equal((0, 0), (await engine.CountRowsAsync("consent_line"), (await engine.HubCountsAsync()).OptedIn));
    }

    [Fact]
    public async Task An_export_of_a_shop_full_of_unpaid_orders_subscribes_nobody()
    {
        await using var engine = await RunningEngine.StartAsync();
        foreach (var (number, status) in new[] { "pending", "failed", "cancelled", "on-hold" }.Index())
            Order(engine, $"{number}{Victim}", status);
        await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal(0, await engine.CountRowsAsync("consent_line"));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
    }

    [Theory]
    [InlineData("klient@poczta.example", true)]
    [InlineData("KLIENT@poczta.example", true)]
    [InlineData(Victim, false)]
    public async Task An_account_speaks_at_once_for_its_own_address_alone(string billing, bool counts)
    {
        var options = new StoreOptions { OrderStatuses = ["pending"] };
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = options });
        await engine.WorkAsync();
        var account = engine.Shop.Register(new WooCustomer { Email = "klient@poczta.example" });
        await engine.WorkAfterAsync(Poll);
        Order(engine, billing, "pending", account.Id);
        await engine.WorkAfterAsync(Poll);
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(0, await engine.CountRowsAsync("person", $"email_key = '{Victim}'"));
        var contact = await engine.ContactAsync("klient@poczta.example");
        Assert.Equal(counts ? ConsentState.Granted : ConsentState.NoStatement, contact.EmailConsent.State);
    }

    static WooOrder Order(RunningEngine engine, string email, string status, int account = 0) => engine.Shop.PlaceOrder(new WooOrder
    {
        CustomerId = account,
        Status = status,
        PaymentMethod = "bacs",
        PaidAt = status is "processing" or "completed" ? engine.Shop.Now : null,
        Billing = new WooAddress { Email = email, FirstName = "Ktoś" },
        Lines = [new WooOrderLine { Name = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
        Meta = [RunningEngine.Newsletter("1")],
    });
}
