using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a cart left alone is one event, kept up to date and withdrawn once it is bought. Method: a scripted shop that lists carts, the hub's cards.</summary>
public sealed class CartTests
{
    const string Anna = "anna@poczta.example";

    readonly ScriptedShop _shop = new();

    [Fact]
    public async Task A_cart_is_told_when_its_hour_has_come_even_between_polls()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(57));
        Assert.Empty(await CartsAsync(engine));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([50m], await CartsAsync(engine));
        await engine.WorkAfterAsync(TimeSpan.FromHours(3));
        Assert.Equal([50m], await CartsAsync(engine));
    }

    [Fact]
    public async Task A_cart_changed_and_left_again_is_the_same_event_updated()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Fill(engine, 70m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal([50m], await CartsAsync(engine));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Assert.Equal([70m], await CartsAsync(engine));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_leaves_a_cart_gets_its_tags_once_unless_they_are_switched_off(bool areOff)
    {
        await using var engine = await StartAsync();
        await engine.Stores.ChangeOptionsAsync(engine.Store.Key, options => options with { AbandonedCartTags = ["KOSZYK"], TagsOff = areOff ? [TagEvent.AbandonedCart] : [] }, default);
        Fill(engine, 50m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Fill(engine, 70m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));

        Assert.Equal([70m], await CartsAsync(engine));
        Assert.Equal(!areOff, (await engine.CardAsync(Anna))!.Tags.Any(tag => tag.Tag == "KOSZYK"));
        Assert.Equal(areOff ? 0 : 1, (await engine.ContactAsync(Anna)).Row.Tags.Count(tag => tag == "KOSZYK"));
        Assert.Equal(RecordOutcome.Sent, (await engine.ContactAsync(Anna)).Row.Outcome);
    }

    [Fact]
    public async Task A_cart_bought_in_time_is_never_told_and_one_bought_later_is_withdrawn_and_counted()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(30));
        Order(engine, "1");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(90));
        Assert.Empty(await CartsAsync(engine));

        Fill(engine, 60m, "c-2");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Assert.Equal([60m], await CartsAsync(engine));
        Order(engine, "2");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await CartsAsync(engine));
        Assert.Equal([("PLN", 1L, 60m)], await engine.Get<ICarts>().WonBackAsync(engine.Account.Id, null, engine.Clock.GetUtcNow().AddDays(-1), default));
        Assert.Equal(2, (await engine.CardAsync(Anna))!.Events.Count(one => one.Type == "PURCHASE"));
    }

    [Fact]
    public async Task An_emptied_cart_is_withdrawn_and_a_cart_without_goods_or_person_is_not_told()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m);
        Put(engine, new ShopCart { SourceId = "nobody", ModifiedAt = engine.Clock.GetUtcNow(), Currency = "PLN", Total = 5m, Lines = [Line(5m)] });
        Put(engine, new ShopCart { SourceId = "stranger", Email = "obcy@poczta.example", ModifiedAt = engine.Clock.GetUtcNow(), Currency = "PLN", Total = 5m, Lines = [Line(5m)] });
        Put(engine, new ShopCart { SourceId = "empty", Email = Anna, ModifiedAt = engine.Clock.GetUtcNow(), Currency = "PLN", Total = 0m });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Assert.Equal([50m], await CartsAsync(engine));
        Assert.Equal([Anna], await engine.HubAddressesAsync());
        Put(engine, new ShopCart { SourceId = "c-1", Email = Anna, ModifiedAt = engine.Clock.GetUtcNow(), Currency = "PLN", Total = 0m });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await CartsAsync(engine));
        Assert.Equal(0, await engine.CountRowsAsync("delivery"));
    }

    [Fact]
    public async Task A_cart_told_while_the_answer_got_lost_is_still_one_event()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m);
        var lost = false;
        engine.Hub.Trouble = (context, next) =>
        {
            if (lost || HubDoor.CallOf(context) != "addContactExtEvent")
                return next();
            lost = true;
            return HubDoor.LoseAnswerAsync(context, next);
        };
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        Assert.True(lost);
        Assert.Equal([50m], await CartsAsync(engine));
        Assert.Equal(0, await engine.CountRowsAsync("delivery"));
    }

    [Theory]
    [InlineData("account")]
    [InlineData("order")]
    [InlineData("subscriber")]
    public async Task S25_A_guests_cart_is_told_once_the_guest_becomes_known(string how)
    {
        const string guest = "gosc@poczta.example";
        await using var engine = await StartAsync();
        Fill(engine, 50m, email: guest);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        await engine.WorkAfterAsync(TimeSpan.FromHours(3));
        Assert.Null(await engine.CardAsync(guest));
        Become(engine, how, guest);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([50m], await CartsAsync(engine, guest));
        await engine.WorkAfterAsync(TimeSpan.FromHours(3));
        Assert.Equal([50m], await CartsAsync(engine, guest));
    }

    [Fact]
    public async Task S25_The_cart_of_a_guest_who_becomes_known_by_buying_it_is_not_told()
    {
        const string guest = "gosc@poczta.example";
        await using var engine = await StartAsync();
        Fill(engine, 50m, email: guest);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Order(engine, "1", guest);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await CartsAsync(engine, guest));
        Assert.NotNull(await engine.CardAsync(guest));
    }

    [Fact]
    public async Task F6_Every_cart_that_arrived_has_its_reason()
    {
        await using var engine = await StartAsync();
        Fill(engine, 50m, email: "gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        await engine.WorkAfterAsync(TimeSpan.FromHours(3));

        var traces = await engine.Views.TracesAsync(engine.Store.Key, Contract.ShopStream.Carts, "c-1", 10, default);
        Assert.Equal(
            [(RecordOutcome.Withheld, ReasonCode.BuyerNotSent), (RecordOutcome.Withheld, ReasonCode.CartFresh)], traces.Select(trace => (trace.Outcome, trace.Code)));
    }

    void Become(RunningEngine engine, string how, string guest)
    {
        if (how == "account")
            _shop.Contacts.Put("9", new ShopContact { SourceId = "9", Email = guest, HasAccount = true, RegisteredAt = engine.Clock.GetUtcNow() });
        else if (how == "subscriber")
            _shop.Subscribers.Put(guest, new ShopContact { Email = guest, IsSubscriber = true, EmailConsent = new Consent(ConsentState.Granted, engine.Clock.GetUtcNow()) });
        else
            // Placed before the cart was filled again, and read only now.
            _shop.Orders.Put("9", OrderOf("9", guest, engine.Clock.GetUtcNow().AddDays(-1)));
    }

    async Task<RunningEngine> StartAsync()
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        _shop.Contacts.Put("1", new ShopContact { SourceId = "1", Email = Anna, HasAccount = true, RegisteredAt = engine.Clock.GetUtcNow() });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull(await engine.CardAsync(Anna));
        return engine;
    }

    void Fill(RunningEngine engine, decimal total, string id = "c-1", string email = Anna) => Put(engine, new ShopCart
    {
        SourceId = id,
        Email = email,
        ModifiedAt = engine.Clock.GetUtcNow(),
        Currency = "PLN",
        Total = total,
        Lines = [Line(total)],
        RecoveryLink = $"https://sklep.example/koszyk/{id}",
    });

    void Put(RunningEngine engine, ShopCart cart)
    {
        Assert.Equal(engine.Clock.GetUtcNow(), cart.ModifiedAt);
        _shop.Carts.Put(cart.SourceId, cart);
    }

    void Order(RunningEngine engine, string id, string email = Anna) => _shop.Orders.Put(id, OrderOf(id, email, engine.Clock.GetUtcNow()));

    static ShopOrder OrderOf(string id, string email, DateTimeOffset placedAt) => new()
    {
        SourceId = id,
        Number = id,
        Status = "paid",
        Stage = OrderStage.ConfirmedAndPaid,
        Buyer = email == Anna ? new ShopContact { SourceId = "1", Email = Anna, HasAccount = true } : new ShopContact { Email = email },
        PlacedAt = placedAt,
        Currency = "PLN",
        Total = 50m,
        Lines = [Line(50m)],
    };

    static OrderLine Line(decimal total) => new() { ProductId = "5", Name = "Trampki", Quantity = 1, Total = total };

    static async Task<List<decimal>> CartsAsync(RunningEngine engine, string email = Anna)
        => [.. ((await engine.CardAsync(email))?.Events ?? []).Where(one => one.Type == "CART").Select(one => one.Value ?? 0)];
}
