using Pomost.Engine.Tests.Fixture;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what becomes of an order after it was sent shows on the card, once. Method: the simulated shop, polling, the hub's events.</summary>
public sealed class OrderAfterwardsTests
{
    const string Buyer = "gosc@poczta.example";
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_cancelled_order_is_called_off_once()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = await BoughtAsync(engine);
        engine.Shop.SetOrderStatus(order, "cancelled");
        await RoundsAsync(engine);
        Assert.Equal([("CANCELLATION", 12.30m), ("PURCHASE", 12.30m)], await EventsAsync(engine));
    }

    [Fact]
    public async Task A_cancelled_order_that_counts_again_is_a_purchase_alone_and_may_be_called_off_again()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = await BoughtAsync(engine);
        engine.Shop.SetOrderStatus(order, "cancelled");
        await RoundsAsync(engine);
        engine.Shop.SetOrderStatus(order, "processing");
        await RoundsAsync(engine);
        Assert.Equal([("PURCHASE", 12.30m)], await EventsAsync(engine));

        engine.Shop.SetOrderStatus(order, "cancelled");
        await RoundsAsync(engine);
        Assert.Equal([("CANCELLATION", 12.30m), ("PURCHASE", 12.30m)], await EventsAsync(engine));
    }

    [Fact]
    public async Task Two_partial_refunds_are_two_returns()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = await BoughtAsync(engine);
        engine.Shop.Refund(order, 2m, "Zarysowany słoik");
        await RoundsAsync(engine);
        engine.Shop.Refund(order, 10.30m, "Reszta");
        await RoundsAsync(engine);
        Assert.Equal([("PURCHASE", 12.30m), ("RETURN", 2.00m), ("RETURN", 10.30m)], await EventsAsync(engine));
    }

    [Fact]
    public async Task An_order_cancelled_before_it_was_paid_leaves_nothing()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        var order = engine.PlaceOrder(Buyer, status: "on-hold");
        await engine.WorkAfterAsync(Poll);
        engine.Shop.SetOrderStatus(order.Id, "cancelled");
        await RoundsAsync(engine);
        Assert.Null(await engine.CardAsync(Buyer));
    }

    [Fact]
    public async Task An_edited_order_updates_its_purchase_in_place()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = await BoughtAsync(engine);
        engine.Shop.ChangeOrder(order, each => each with { Lines = [each.Lines[0] with { Quantity = 2, Total = 20m, Tax = 4.6m }] });
        await RoundsAsync(engine);
        Assert.Equal([("PURCHASE", 24.60m)], await EventsAsync(engine));
    }

    [Fact]
    public async Task An_export_of_history_brings_purchase_and_returns_and_a_second_one_nothing()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = engine.PlaceOrder(Buyer);
        engine.Clock.Advance(TimeSpan.FromDays(1));
        engine.Shop.Refund(order.Id, 2m, "Zarysowany słoik");
        engine.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
        Assert.Equal([("PURCHASE", 12.30m), ("RETURN", 2.00m)], await EventsAsync(engine));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
        Assert.Equal(2, (await EventsAsync(engine)).Count);
    }

    [Theory]
    [InlineData("cancelled refund", "CANCELLATION 12.30")]
    [InlineData("refund cancelled", "RETURN 12.30")]
    [InlineData("part cancelled part", "CANCELLATION 10.30, RETURN 2.00")]
    [InlineData("part cancelled refunded", "CANCELLATION 10.30, RETURN 2.00")]
    [InlineData("cancelled refund completed", "RETURN 12.30")]
    [InlineData("part cancelled completed", "RETURN 2.00")]
    [InlineData("cancelled completed cancelled part", "CANCELLATION 12.30")]
    [InlineData("part dearer cancelled", "CANCELLATION 22.60, RETURN 2.00")]
    [InlineData("dearer+cancelled", "CANCELLATION 12.30")]
    [InlineData("refund completed cheaper", "RETURN 1.23")]
    public async Task S11_Never_more_is_taken_off_than_the_purchase_brought(string happens, string expected)
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = await BoughtAsync(engine);
        foreach (var step in happens.Split(' '))
        {
            foreach (var change in step.Split('+'))
                Change(engine, order, change);
            await RoundsAsync(engine);
            engine.Clock.Advance(TimeSpan.FromHours(1));
        }

        var reversals = (await EventsAsync(engine)).Where(one => one.Type != "PURCHASE")
            .Select(one => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.Type} {one.Value:0.00}"));
        Assert.Equal(expected, string.Join(", ", reversals));
    }

    static void Change(RunningEngine engine, int order, string change)
    {
        switch (change)
        {
            case "refund":
                engine.Shop.Refund(order, 12.30m, "Wszystko");
                break;
            case "part":
                engine.Shop.Refund(order, 2m, "Słoik");
                break;
            case "dearer":
                engine.Shop.ChangeOrder(order, each => each with { Lines = [each.Lines[0] with { Quantity = 2, Total = 20m, Tax = 4.6m }] });
                break;
            case "cheaper":
                engine.Shop.ChangeOrder(order, each => each with { Lines = [each.Lines[0] with { Total = 1m, Tax = 0.23m }] });
                break;
            default:
                engine.Shop.SetOrderStatus(order, change);
                break;
        }
    }

    [Fact]
    public async Task A_store_may_send_no_reversals()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { SendsReversals = false } });
        var order = await BoughtAsync(engine);
        engine.Shop.SetOrderStatus(order, "cancelled");
        await RoundsAsync(engine);
        Assert.Equal([("PURCHASE", 12.30m)], await EventsAsync(engine));
    }

    static async Task<int> BoughtAsync(RunningEngine engine)
    {
        await engine.WorkAsync();
        var order = engine.PlaceOrder(Buyer);
        await engine.WorkAfterAsync(Poll);
        Assert.Equal([("PURCHASE", 12.30m)], await EventsAsync(engine));
        engine.Clock.Advance(TimeSpan.FromHours(5));
        return order.Id;
    }

    static async Task RoundsAsync(RunningEngine engine)
    {
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(Poll);
    }

    static async Task<List<(string Type, decimal Value)>> EventsAsync(RunningEngine engine)
        => [.. ((await engine.CardAsync(Buyer))?.Events ?? []).Select(one => (one.Type, one.Value ?? 0)).Order()];
}
