using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an order's buyer has one card with the newest data (A9, S27, B8). Method: scripted and simulated shop, export and polling, the hub's cards.</summary>
public sealed class BuyerTests
{
    const string Anna = "anna@poczta.example";
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);
    static readonly DateTimeOffset Start = new(2019, 5, 1, 10, 0, 0, TimeSpan.Zero);

    readonly ScriptedShop _shop = new();

    [Theory]
    [InlineData("2019 2022 2025", false)]
    [InlineData("2025 2022 2019", false)]
    [InlineData("2022 2025 2019", false)]
    [InlineData("2022 2025 2019", true)]
    [InlineData("2025 2019 2022", true)]
    public async Task A9_A_guests_card_ends_with_the_data_of_the_newest_order(string readIn, bool acrossPages)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        foreach (var year in readIn.Split(' '))
        {
            Order(year, int.Parse(year, System.Globalization.CultureInfo.InvariantCulture));
            for (var other = 0; acrossPages && other < ScriptedStream.PageSize; other++)
                Order($"{year}-{other}", 2020, $"ktos{other}@poczta.example");
        }

        await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal(("Rok 2025", "600002025"), await DataAsync(engine));
        Assert.Equal("Rok 2025", (await engine.ContactAsync(Anna)).Row.Name);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
    }

    [Fact]
    public async Task A9_An_old_order_paid_today_leaves_the_data_of_the_newest_but_tags_and_purchase_follow()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        Order("1", 2020, stage: OrderStage.Open);
        Order("2", 2024);
        await engine.WorkAfterAsync(Poll);
        Order("1", 2020, menu: "Miody");
        await engine.WorkAfterAsync(Poll);

        Assert.Equal(("Rok 2024", "600002024"), await DataAsync(engine));
        Assert.Contains("MIODY", (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag));
        Assert.Equal(2, (await engine.PurchasesAsync()).Count);
        Order("3", 2025);
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(("Rok 2025", "600002025"), await DataAsync(engine));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S27_The_order_of_an_account_with_another_billing_address_goes_to_the_accounts_card(bool isInMirror)
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        var account = engine.Shop.Register(new WooCustomer { Email = "konto@poczta.example", FirstName = "Jan", LastName = "Kontowy" });
        if (isInMirror)
            await engine.WorkAfterAsync(Poll);
        else
            await engine.Get<IStoreRuns>().CommitAsync(await LeaseAsync(engine), new PageCommit { Cursor = await EndOfContactsAsync(engine) }, default);
        var order = engine.PlaceOrder("faktury@firma.example", account.Id);
        await engine.WorkAfterAsync(Poll);

        Assert.Null(await engine.CardAsync("faktury@firma.example"));
        var card = (await engine.CardAsync("konto@poczta.example"))!;
        Assert.Equal("Jan Kontowy", card.Card.Name);
        Assert.Equal(["PURCHASE"], card.Events.Select(one => one.Type));
        engine.Shop.SetOrderStatus(order.Id, "cancelled");
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(["CANCELLATION", "PURCHASE"], (await engine.CardAsync("konto@poczta.example"))!.Events.Select(one => one.Type).Order());
    }

    [Fact]
    public async Task B8_Goods_added_by_an_edit_bring_their_menu_tags()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        Order("1", 2025, menu: "Miody");
        await engine.WorkAfterAsync(Poll);
        Order("1", 2025, menu: "Świece", total: 20m);
        await engine.WorkAfterAsync(Poll);

        var tags = (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal);
        Assert.Equal(["MIODY", "SWIECE"], tags);
        Assert.Contains("SWIECE", (await engine.ContactAsync(Anna)).Row.Tags, TagComparer.Instance);
    }

    static async Task<(string?, string?)> DataAsync(RunningEngine engine)
    {
        var card = (await engine.CardAsync(Anna))!.Card;
        return (card.Name, card.Phone);
    }

    // The account's registration has gone by unread: only the order speaks of it.
    static async Task<CursorWrite> EndOfContactsAsync(RunningEngine engine)
    {
        var connector = engine.Get<Contract.IPlatformCatalogue>().Find("woocommerce")!;
        var shop = engine.Get<Connections>().ShopOf(await engine.StoreNowAsync());
        return new CursorWrite("live:Contacts", await connector.CursorAtEndAsync(shop, Contract.ShopStream.Contacts, default));
    }

    static async Task<StoreLease> LeaseAsync(RunningEngine engine) => (await engine.Get<IStoreRuns>().BeginAsync(engine.Store.Key, default))!;

    void Order(string id, int year, string email = Anna, OrderStage stage = OrderStage.ConfirmedAndPaid, string? menu = null, decimal total = 10m)
        => _shop.Orders.Put(id, new ShopOrder
        {
            SourceId = id,
            Number = id,
            Status = stage.ToString(),
            Stage = stage,
            Buyer = new ShopContact { Email = email, FirstName = "Rok", LastName = $"{year}", Phone = $"60000{year}" },
            PlacedAt = Start.AddYears(year - 2019),
            Currency = "PLN",
            Total = total,
            Lines = menu is null ? [] : [new OrderLine { ProductId = "5", Name = menu, Quantity = 1, Total = total, MenuPaths = [new MenuPath([menu])] }],
        });
}
