using System.Globalization;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: newsletter subscribers without an account come by themselves from activation on, earlier ones by one explicit import, and their
/// unsubscribing is passed on when it is certain. Method: a scripted shop that lists subscribers, the hub's cards.</summary>
public sealed class SubscriberTests
{
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);

    readonly ScriptedShop _shop = new();

    [Fact]
    public async Task A_subscriber_of_today_comes_by_itself_and_one_of_before_does_not()
    {
        await using var engine = await StartAsync();
        Subscribe(engine, "dawna@poczta.example", TimeSpan.FromDays(-30));
        await engine.WorkAsync();
        Subscribe(engine, "nowa@poczta.example", TimeSpan.Zero);
        Subscribe(engine, "dawna-zmieniona@poczta.example", TimeSpan.FromDays(-30));
        await engine.WorkAfterAsync(Poll);

        Assert.Equal(["nowa@poczta.example"], await engine.HubAddressesAsync());
        var card = (await engine.CardAsync("nowa@poczta.example"))!;
        Assert.Equal(["NEWSLETTER"], card.Tags.Select(tag => tag.Tag));
        Assert.Equal(HubConsent.Granted, card.Card.EmailConsent);
        var early = Assert.Single(await engine.Views.FindByEmailAsync(engine.Account.Id, "dawna-zmieniona@poczta.example", default));
        Assert.Equal((RecordOutcome.Withheld, ReasonCode.SubscriberBeforeActivation), (early.Outcome, early.Code));
    }

    [Fact]
    public async Task Mode_A_sends_no_mere_subscriber()
    {
        await using var engine = await StartAsync(new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering });
        await engine.WorkAsync();
        Subscribe(engine, "nowa@poczta.example", TimeSpan.Zero);
        await engine.WorkAfterAsync(Poll);
        await engine.Get<SubscriberImport>().StartFromShopAsync(engine.Store.Key, [], null, dryRun: false, default);
        await engine.WorkAfterAsync(Poll);

        Assert.Empty(await engine.HubAddressesAsync());
        Assert.Equal(ReasonCode.SharingNotConsented, Assert.Single(await engine.Views.FindByEmailAsync(engine.Account.Id, "nowa@poczta.example", default)).Code);
    }

    [Fact]
    public async Task Mode_A_sends_a_buyer_who_consented_when_ordering_and_no_other()
    {
        await using var engine = await StartAsync(new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering });
        await engine.WorkAsync();
        Order(engine, "1", "tak@poczta.example", true);
        Order(engine, "2", "nie@poczta.example", false);
        Order(engine, "3", "brak@poczta.example", null);
        await engine.WorkAfterAsync(Poll);

        Assert.Equal(["tak@poczta.example"], await engine.HubAddressesAsync());
        Assert.Equal(["1"], await engine.PurchasesAsync());
    }

    [Fact]
    public async Task Earlier_subscribers_come_by_one_import_from_the_shop_and_not_twice()
    {
        await using var engine = await StartAsync();
        for (var number = 0; number < 120; number++)
            Subscribe(engine, string.Create(CultureInfo.InvariantCulture, $"dawna{number}@poczta.example"), TimeSpan.FromDays(-30));
        await engine.WorkAsync();
        var (started, _) = await engine.Get<SubscriberImport>().StartFromShopAsync(engine.Store.Key, ["LISTA"], "Ewa", dryRun: false, default);
        var run = await engine.FinishAsync(started);

        Assert.Equal((ExportState.Done, 120L, 120L), (run.State, run.Read, run.Sent));
        Assert.Equal(["LISTA", "NEWSLETTER"], (await engine.CardAsync("dawna7@poczta.example"))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal));
        var again = await engine.FinishAsync((await engine.Get<SubscriberImport>().StartFromShopAsync(engine.Store.Key, ["LISTA"], "Ewa", dryRun: false, default)).Run);
        Assert.Equal((120L, 0L), (again.Read, again.Sent));
    }

    [Fact]
    public async Task A_withdrawal_in_the_list_is_sent_by_itself_even_of_one_who_was_imported()
    {
        await using var engine = await StartAsync();
        Subscribe(engine, "dawna@poczta.example", TimeSpan.FromDays(-30));
        await engine.WorkAsync();
        await engine.FinishAsync((await engine.Get<SubscriberImport>().StartFromShopAsync(engine.Store.Key, [], null, dryRun: false, default)).Run);
        engine.Clock.Advance(TimeSpan.FromHours(1));
        Subscribe(engine, "dawna@poczta.example", TimeSpan.Zero, ConsentState.Withdrawn);
        await engine.WorkAfterAsync(Poll);

        Assert.Equal(HubConsent.Withdrawn, (await engine.CardAsync("dawna@poczta.example"))!.Card.EmailConsent);
    }

    [Fact]
    public async Task Who_vanished_from_the_list_is_listed_and_opted_out_by_a_persons_decision_alone()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        foreach (var name in new[] { "a", "b", "c", "konto" })
            Subscribe(engine, $"{name}@poczta.example", TimeSpan.Zero);
        _shop.Contacts.Put("7", new ShopContact { SourceId = "7", Email = "konto@poczta.example", HasAccount = true });
        await engine.WorkAfterAsync(Poll);
        foreach (var name in new[] { "a", "b", "konto" })
            _shop.Subscribers.Remove($"{name}@poczta.example");
        await NightAsync(engine);

        var removals = engine.Get<IConsentRemovals>();
        Assert.Equal(["a@poczta.example", "b@poczta.example"], await ListedAsync(engine));
        Assert.Equal(HubConsent.Granted, (await engine.CardAsync("a@poczta.example"))!.Card.EmailConsent);

        var service = engine.Get<VanishedSubscribers>();
        Assert.Equal(1, await service.SendAsync(engine.Store.Key, ["a@poczta.example", "c@poczta.example"], default));
        Assert.Equal(1, await service.KeepAsync(engine.Store.Key, ["b@poczta.example"], default));
        await engine.WorkAsync();
        Assert.Equal(HubConsent.Withdrawn, (await engine.CardAsync("a@poczta.example"))!.Card.EmailConsent);
        Assert.Equal(HubConsent.Granted, (await engine.CardAsync("b@poczta.example"))!.Card.EmailConsent);
        Assert.Equal(HubConsent.Granted, (await engine.CardAsync("c@poczta.example"))!.Card.EmailConsent);
        Assert.Equal("a@poczta.example", Assert.Single(await removals.ListAsync(engine.Store.Key, RemovalState.Sent, null, 10, default)).EmailKey);
        Assert.Equal(0, await service.SendAsync(engine.Store.Key, null, default));
        var entry = (await engine.Views.ContactAsync(engine.Account.Id, (await engine.Views.FindByEmailAsync(engine.Account.Id, "a@poczta.example", default))[0].Id, default))!.Consents[0];
        Assert.Equal((ConsentState.Withdrawn, ConsentSource.Operator), (entry.Consent.State, entry.Consent.Source));
    }

    [Fact]
    public async Task Who_is_on_the_list_again_is_struck_off()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        Subscribe(engine, "a@poczta.example", TimeSpan.Zero);
        await engine.WorkAfterAsync(Poll);
        _shop.Subscribers.Remove("a@poczta.example");
        await NightAsync(engine);
        Assert.Equal(["a@poczta.example"], await ListedAsync(engine));

        Subscribe(engine, "a@poczta.example", TimeSpan.Zero);
        await NightAsync(engine);
        Assert.Empty(await ListedAsync(engine));
    }

    [Fact]
    public async Task A_subscribers_record_never_replaces_the_data_of_an_account()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        _shop.Contacts.Put("7", new ShopContact { SourceId = "7", Email = "a@poczta.example", HasAccount = true, FirstName = "Anna", Phone = "600100200" });
        await engine.WorkAfterAsync(Poll);
        Subscribe(engine, "a@poczta.example", TimeSpan.Zero);
        await engine.WorkAfterAsync(Poll);

        var card = (await engine.CardAsync("a@poczta.example"))!;
        Assert.Equal(("Anna", "600100200", HubConsent.Granted), (card.Card.Name, card.Card.Phone, card.Card.EmailConsent));
        Assert.Equal(["REJESTRACJA"], card.Tags.Select(tag => tag.Tag));
        var row = (await engine.Views.FindByEmailAsync(engine.Account.Id, "a@poczta.example", default))[0];
        Assert.Equal("Anna", row.Name);
    }

    Task<RunningEngine> StartAsync(StoreOptions? options = null) => RunningEngine.StartAsync(new EngineSetup { Scripted = _shop, Options = options ?? new() });

    void Subscribe(RunningEngine engine, string email, TimeSpan ago, ConsentState state = ConsentState.Granted) => _shop.Subscribers.Put(email, new ShopContact
    {
        Email = email,
        IsSubscriber = true,
        EmailConsent = new Consent(state, engine.Clock.GetUtcNow() + ago, ConsentSource.NewsletterForm),
    });

    void Order(RunningEngine engine, string id, string email, bool? consented) => _shop.Orders.Put(id, new ShopOrder
    {
        SourceId = id,
        Number = id,
        Status = "paid",
        Stage = OrderStage.ConfirmedAndPaid,
        Buyer = new ShopContact { Email = email },
        PlacedAt = engine.Clock.GetUtcNow(),
        Currency = "PLN",
        Total = 10m,
        SharingConsent = consented,
    });

    /// <summary>A day goes by, until the small hours of the shop.</summary>
    static async Task NightAsync(RunningEngine engine)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(engine.Store.Options.TimeZone);
        engine.Clock.Advance(TimeSpan.FromHours(24));
        while (TimeZoneInfo.ConvertTime(engine.Clock.GetUtcNow(), zone).Hour != 2)
            engine.Clock.Advance(TimeSpan.FromHours(1));
        await engine.WorkAsync();
    }

    static async Task<List<string>> ListedAsync(RunningEngine engine)
        => [.. (await engine.Get<IConsentRemovals>().ListAsync(engine.Store.Key, RemovalState.Listed, null, 10, default)).Select(one => one.EmailKey)];
}
