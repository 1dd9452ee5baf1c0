using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: in mode A only what a buyer agreed to leaves the shop (B1, B7, S13, S26). Method: a scripted shop, both exports and polling, the hub's cards.</summary>
public sealed class SharingTests
{
    const string Anna = "anna@poczta.example";
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);

    readonly ScriptedShop _shop = new();

    [Theory]
    [InlineData(false, true)]
    [InlineData(null, true)]
    [InlineData(true, false)]
    [InlineData(true, null)]
    public async Task S13_An_order_refused_or_not_asked_is_not_sent_before_or_after_one_with_consent(bool? first, bool? second)
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        Order(engine, "1", first);
        await engine.WorkAfterAsync(Poll);
        Order(engine, "2", second);
        await engine.WorkAfterAsync(Poll);
        await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal([first == true ? "1" : "2"], await engine.PurchasesAsync());
    }

    [Theory]
    [InlineData(false, "SharingRefused")]
    [InlineData(null, "SharingNotAsked")]
    public async Task B1_The_trace_says_of_each_order_why(bool? consented, string code)
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        Order(engine, "1", true);
        await engine.WorkAfterAsync(Poll);
        Order(engine, "2", consented);
        await engine.WorkAfterAsync(Poll);

        var order = Assert.Single(await engine.Views.FindOrdersAsync(engine.Account.Id, "2", default));
        Assert.Equal((RecordOutcome.Withheld, code), (order.Outcome, order.Code.ToString()));
        var trace = (await engine.Views.TracesAsync(engine.Store.Key, Contract.ShopStream.Orders, "2", 10, default))[0];
        Assert.Contains(trace.Answers, answer => !answer.Allows && answer.Code.ToString() == code);
    }

    [Fact]
    public async Task B1_What_a_refused_order_says_of_its_buyer_is_not_sent_with_the_next()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        var newsletter = new Consent(ConsentState.Granted, engine.Clock.GetUtcNow(), ConsentSource.Checkout);
        Order(engine, "1", false, new ShopContact { Email = Anna, FirstName = "Tajna", Phone = "600000001", EmailConsent = newsletter });
        await engine.WorkAfterAsync(Poll);
        Order(engine, "2", true, new ShopContact { Email = Anna, FirstName = "Anna" });
        await engine.WorkAfterAsync(Poll);

        var card = (await engine.CardAsync(Anna))!.Card;
        Assert.Equal(("Anna", null), (card.Name, card.Phone));
        Assert.NotEqual(HubConsent.Granted, card.EmailConsent);
    }

    [Fact]
    public async Task B1_An_order_that_never_counted_lets_nobody_in()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        Order(engine, "1", true, stage: OrderStage.Open);
        await engine.WorkAfterAsync(Poll);
        _shop.Contacts.Put("7", Account());
        await engine.WorkAfterAsync(Poll);
        await engine.ExportAsync(ExportKind.Contacts);

        Assert.Null(await engine.CardAsync(Anna));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B1_A_sent_order_is_still_called_off_but_no_longer_edited_once_its_consent_is_gone(bool cancelled)
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        Order(engine, "1", true);
        await engine.WorkAfterAsync(Poll);
        Order(engine, "1", false, stage: cancelled ? OrderStage.Cancelled : OrderStage.ConfirmedAndPaid, total: 33m);
        await engine.WorkAfterAsync(Poll);

        (string, decimal)[] expected = cancelled ? [("CANCELLATION", 10m), ("PURCHASE", 10m)] : [("PURCHASE", 10m)];
        Assert.Equal(expected, await EventsAsync(engine));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S26_Contacts_then_transactions_miss_nobody(bool isInMirror)
    {
        await using var engine = await StartAsync(new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering, RegistrationTags = ["NOWE_KONTO"], PurchaseTags = ["KUPIL"] });
        _shop.Contacts.Put("7", Account());
        _shop.Contacts.Put("8", Account() with { SourceId = "8", Email = "nie@poczta.example" });
        Order(engine, "1", true, Buyer("7"));
        Order(engine, "2", false, Buyer("8") with { Email = "nie@poczta.example" });
        await engine.WorkAsync();
        if (isInMirror)
        {
            var contacts = await engine.ExportAsync(ExportKind.Contacts);
            Assert.Equal((0, 2), (contacts.Sent, contacts.Skipped[ReasonCode.SharingNotConsented]));
        }

        await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal([Anna], await engine.HubAddressesAsync());
        var card = (await engine.CardAsync(Anna))!;
        Assert.Equal(("Anna Kontowa", "600100200", "Firma"), (card.Card.Name, card.Card.Phone, card.Card.Company));
        Assert.Equal(["KUPIL", "NOWE_KONTO", "REJESTRACJA"], card.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
    }

    [Fact]
    public async Task A_withdrawal_on_the_account_stops_everything_but_an_unsubscription()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        _shop.Contacts.Put("7", Account() with { EmailConsent = new Consent(ConsentState.Granted, engine.Clock.GetUtcNow()) });
        Order(engine, "1", true, Buyer("7"));
        await engine.WorkAfterAsync(Poll);
        Assert.Equal("Anna Kontowa", (await engine.CardAsync(Anna))!.Card.Name);

        _shop.Contacts.Put("7", Account() with { SharingConsent = false, FirstName = "Zmieniona", EmailConsent = new Consent(ConsentState.Granted, engine.Clock.GetUtcNow()) });
        await engine.WorkAfterAsync(Poll);
        Order(engine, "1", true, Buyer("7"), total: 90m);
        Cart(engine);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(70));
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal("Anna Kontowa", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal([("PURCHASE", 10m)], await EventsAsync(engine));
        var traces = await engine.Views.TracesAsync(engine.Store.Key, Contract.ShopStream.Contacts, "7", 50, default);
        Assert.Single(traces, trace => trace.Code == ReasonCode.SharingWithdrawn);

        _shop.Contacts.Put("7", Account() with { SharingConsent = false, FirstName = "Zmieniona", EmailConsent = new Consent(ConsentState.Withdrawn, engine.Clock.GetUtcNow()) });
        await engine.WorkAfterAsync(Poll);
        var card = (await engine.CardAsync(Anna))!.Card;
        Assert.Equal(("Anna Kontowa", HubConsent.Withdrawn), (card.Name, card.EmailConsent));

        // A later order with its own yes is sent, an earlier one that was never sent is not.
        Order(engine, "2", true, Buyer("7"));
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(["1", "2"], (await engine.PurchasesAsync()).Order());
    }

    [Fact]
    public async Task A_withdrawal_by_the_operator_stops_tags_and_data_until_a_later_order_with_consent()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        _shop.Contacts.Put("7", Account());
        Order(engine, "1", true, Buyer("7"));
        await engine.WorkAfterAsync(Poll);
        engine.Clock.Advance(Poll);
        Assert.NotEmpty(await engine.Get<ContactEditing>().StopSharingAsync(engine.Account.Id, Address(Anna), "Ewa", default));
        await engine.WorkAsync();

        await engine.Get<ContactEditing>().AddTagsAsync(await engine.ContactAsync(Anna), "nowy", "Ewa", default);
        _shop.Contacts.Put("7", Account() with { FirstName = "Zmieniona" });
        await engine.WorkAfterAsync(Poll);
        var card = (await engine.CardAsync(Anna))!;
        Assert.Equal("Anna Kontowa", card.Card.Name);
        Assert.DoesNotContain("NOWY", card.Tags.Select(tag => tag.Tag));

        Order(engine, "2", true, Buyer("7"));
        await engine.WorkAfterAsync(Poll);
        _shop.Contacts.Put("7", Account() with { FirstName = "Ponowna" });
        await engine.WorkAfterAsync(Poll);
        Assert.Equal(["1", "2"], (await engine.PurchasesAsync()).Order());
        Assert.Equal("Ponowna Kontowa", (await engine.CardAsync(Anna))!.Card.Name);
    }

    [Fact]
    public async Task A_cart_is_told_only_of_who_agreed_also_after_a_change_of_the_mode()
    {
        await using var engine = await StartAsync(new StoreOptions());
        await engine.WorkAsync();
        _shop.Contacts.Put("7", Account());
        await engine.WorkAfterAsync(Poll);
        Assert.NotNull(await engine.CardAsync(Anna));
        await engine.Stores.ChangeOptionsAsync(engine.Store.Key, options => options with { Sharing = SharingMode.ConsentedWhenOrdering }, default);
        Cart(engine);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(70));
        Assert.Empty(await EventsAsync(engine));
    }

    Task<RunningEngine> StartAsync(StoreOptions? options = null) => RunningEngine.StartAsync(new EngineSetup
    {
        Scripted = _shop,
        Options = options ?? new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering },
    });

    static ShopContact Account() => new()
    {
        SourceId = "7",
        Email = Anna,
        HasAccount = true,
        FirstName = "Anna",
        LastName = "Kontowa",
        Phone = "600100200",
        Company = "Firma",
    };

    static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address, out _) ? address : throw new ArgumentException("No address.", nameof(text));

    static ShopContact Buyer(string id) => new() { SourceId = id, Email = Anna, HasAccount = true, FirstName = "A." };

    void Cart(RunningEngine engine) => _shop.Carts.Put("c-1", new ShopCart
    {
        SourceId = "c-1",
        Email = Anna,
        ModifiedAt = engine.Clock.GetUtcNow(),
        Currency = "PLN",
        Total = 50m,
        Lines = [new OrderLine { ProductId = "5", Name = "Trampki", Quantity = 1, Total = 50m }],
    });

    void Order(
        RunningEngine engine, string id, bool? consented, ShopContact? buyer = null, OrderStage stage = OrderStage.ConfirmedAndPaid, decimal total = 10m)
        => _shop.Orders.Put(id, new ShopOrder
        {
            SourceId = id,
            Number = id,
            Status = stage.ToString(),
            Stage = stage,
            Buyer = buyer ?? new ShopContact { Email = Anna },
            PlacedAt = _shop.Orders.Of([id]) is [var before] ? before.PlacedAt : engine.Clock.GetUtcNow(),
            Currency = "PLN",
            Total = total,
            SharingConsent = consented,
        });

    static async Task<List<(string Type, decimal Value)>> EventsAsync(RunningEngine engine)
        => [.. ((await engine.CardAsync(Anna))?.Events ?? []).Select(one => (one.Type, one.Value ?? 0)).Order()];
}
