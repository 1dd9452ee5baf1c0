using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an order that is deleted in the shop does not go on counting as money earned. Method: a scripted shop that announces it, and the hub.</summary>
public sealed class DeletedOrderTests
{
    readonly ScriptedShop _shop = new();

    [Fact]
    public async Task F5_A_deleted_order_is_cancelled_at_the_destination_once()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        var order = Order("77", engine.Clock.GetUtcNow());
        _shop.Orders.Put("77", order);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["77"], await engine.PurchasesAsync());

        _shop.Orders.Remove("77");
        for (var announcement = 0; announcement < 2; announcement++)
        {
            await engine.Get<IInbox>().AddAsync(engine.Store.Key, InboxSource.Webhook, [new AnnouncedChange(ShopStream.Orders, ChangeKind.Deleted, "77")], default);
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(["77"], await engine.ExternalIdsAsync("CANCELLATION"));
    }

    [Fact]
    public async Task An_order_announced_as_deleted_that_is_still_there_is_not_cancelled()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        _shop.Orders.Put("77", Order("77", engine.Clock.GetUtcNow()));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        await engine.Get<IInbox>().AddAsync(
            engine.Store.Key, InboxSource.Webhook,
            [new AnnouncedChange(ShopStream.Orders, ChangeKind.Deleted, "77"), new AnnouncedChange(ShopStream.Orders, ChangeKind.Deleted, "78")], default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Empty(await engine.ExternalIdsAsync("CANCELLATION"));
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
    }

    static ShopOrder Order(string id, DateTimeOffset at) => new()
    {
        SourceId = id,
        Number = id,
        Status = "paid",
        Stage = OrderStage.ConfirmedAndPaid,
        PlacedAt = at,
        PaidAt = at,
        Currency = "PLN",
        Total = 120,
        SharingConsent = true,
        Buyer = new ShopContact { Email = "anna@poczta.example", FirstName = "Anna" },
    };
}
