using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a person who changes the address of their account keeps one card. Method: the simulated shop, the real hub, both databases.</summary>
public sealed class AddressChangeTests
{
    const string Old = "anna@stara.example";
    const string New = "Anna.Kowal@nowa.example";
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.PostgreSql];

    [Theory, MemberData(nameof(Dialects))]
    public async Task The_card_moves_with_consent_tags_and_purchases(Dialect dialect)
    {
        await using var engine = await StartAsync(dialect);
        var (id, order) = await BoughtAsync(engine);
        var before = (await engine.CardAsync(Old))!;

        await RenameAsync(engine, id);

        Assert.Null(await engine.CardAsync(Old));
        var card = (await engine.CardAsync(New))!;
        Assert.Equal(before.Card.Id, card.Card.Id);
        Assert.Equal((New, HubConsent.Granted), (card.Card.Email, card.Card.EmailConsent));
        Assert.Equal(before.Tags.Select(tag => tag.Tag).Order(), card.Tags.Select(tag => tag.Tag).Order());
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, New));
        var contact = await engine.ContactAsync(EmailAddress.KeyOf(New));
        Assert.Equal(RecordOutcome.Sent, contact.Row.Outcome);
        Assert.Single(contact.Traces.SelectMany(line => line.Answers), answer => answer.Code == ReasonCode.AddressChanged);
        Assert.Empty(await engine.Views.FindByEmailAsync(engine.Account.Id, Old, default));

        // The order still bears the former address.
        engine.Shop.SetOrderStatus(order, "cancelled");
        await RoundsAsync(engine);
        Assert.Null(await engine.CardAsync(Old));
        Assert.Equal(["CANCELLATION", "PURCHASE"], await TypesAsync(engine, New));
        Assert.Equal(1, (await engine.HubCountsAsync()).Contacts);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_waited_under_the_former_address_arrives_on_the_same_card_when_the_destination_is_back(Dialect dialect)
    {
        await using var engine = await StartAsync(dialect);
        var (id, _) = await BoughtAsync(engine);
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.PlaceOrder(Old, id);
        await RoundsAsync(engine);
        engine.Shop.ChangeCustomer(id, customer => customer with { LastName = "Nowa" });
        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: true, default);
        await RoundsAsync(engine);
        await RenameAsync(engine, id);
        engine.Hub.Trouble = null;
        await RoundsAsync(engine, 12);

        Assert.Equal(1, (await engine.HubCountsAsync()).Contacts);
        Assert.Equal(["PURCHASE", "PURCHASE"], await TypesAsync(engine, New));
        Assert.Equal("Anna Nowa", (await engine.CardAsync(New))!.Card.Name);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_card_of_the_new_address_is_used_and_the_former_stays(Dialect dialect)
    {
        await using var engine = await StartAsync(dialect);
        var (id, _) = await BoughtAsync(engine);
        engine.PlaceOrder(New);
        await RoundsAsync(engine);
        await RenameAsync(engine, id);

        Assert.Equal(2, (await engine.HubCountsAsync()).Contacts);
        Assert.Equal(HubConsent.Granted, (await engine.CardAsync(New))!.Card.EmailConsent);
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, Old));
        Assert.False((await engine.ContactAsync(Old)).Contact.HasAccount);
        Assert.True((await engine.ContactAsync(EmailAddress.KeyOf(New))).Contact.HasAccount);
    }

    [Fact]
    public async Task A_card_that_the_destination_refuses_to_move_stays_and_the_person_gets_the_one_that_is_there()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        var (id, _) = await BoughtAsync(engine);
        await using var other = await OtherStoreAsync(engine, New);
        await RenameAsync(engine, id);
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, Old));
        Assert.Equal(("Anna Kowal", HubConsent.Granted), ((await engine.CardAsync(New))!.Card.Name, (await engine.CardAsync(New))!.Card.EmailConsent));
    }

    [Fact]
    public async Task A_card_that_another_store_needs_under_the_former_address_stays()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        var (id, _) = await BoughtAsync(engine);
        await using var other = await OtherStoreAsync(engine, Old);
        await RenameAsync(engine, id);
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, Old));
        var card = (await engine.CardAsync(New))!;
        Assert.Equal(("Anna Kowal", HubConsent.Granted), (card.Card.Name, card.Card.EmailConsent));
        Assert.Contains("REJESTRACJA", card.Tags.Select(tag => tag.Tag));
        Assert.Equal(2, (await engine.HubCountsAsync()).Contacts);
    }

    [Fact]
    public async Task Two_changes_before_the_destination_is_back_are_one()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        var (id, _) = await BoughtAsync(engine);
        var card = (await engine.CardAsync(Old))!.Card.Id;
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        await RenameAsync(engine, id, "anna@druga.example");
        await RenameAsync(engine, id);
        engine.Hub.Trouble = null;
        await RoundsAsync(engine, 12);
        Assert.Equal((1, card), ((await engine.HubCountsAsync()).Contacts, (await engine.CardAsync(New))!.Card.Id));
    }

    [Fact]
    public async Task Somebody_else_who_takes_the_former_address_is_somebody_else()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        var (id, _) = await BoughtAsync(engine);
        await RenameAsync(engine, id);
        engine.Shop.Register(new WooCustomer { Email = Old, FirstName = "Inna", LastName = "Osoba" });
        await RoundsAsync(engine);
        engine.PlaceOrder(Old);
        await RoundsAsync(engine);
        Assert.Equal("Inna Osoba", (await engine.CardAsync(Old))!.Card.Name);
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, Old));
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, New));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task The_proof_of_consents_moves_and_an_erasure_forgets_both_addresses(Dialect dialect)
    {
        await using var engine = await StartAsync(dialect);
        var (id, _) = await BoughtAsync(engine);
        await RenameAsync(engine, id);
        Assert.Contains((await engine.ContactAsync(EmailAddress.KeyOf(New))).Consents, line => line is { Channel: ConsentChannel.Email, Consent.State: ConsentState.Granted });

        Assert.True(EmailAddress.TryParse(New, out var address, out _));
        await engine.Get<Erasure>().EraseAsync(engine.Account.Id, address, "Ewa", default);
        await RoundsAsync(engine, 8);
        Assert.Empty(await engine.TablesWithAsync("stara.example"));
        Assert.Empty(await engine.TablesWithAsync("nowa.example"));
    }

    /// <summary>A second store on the same destination that knows the address.</summary>
    static async Task<WooCommerceSimulator> OtherStoreAsync(RunningEngine engine, string email)
    {
        var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { WebhooksRunByThemselves = false }, engine.Clock);
        var store = await engine.ConnectAsync(shop, "Drugi sklep");
        await engine.Get<StoreRunner>().RunAsync(store.Key, default);
        shop.Shop.Register(new WooCustomer { Email = email, FirstName = "Anna", LastName = "Druga" });
        for (var round = 0; round < 3; round++)
        {
            engine.Clock.Advance(Poll);
            await engine.Get<StoreRunner>().RunAsync(store.Key, default);
        }

        Assert.NotNull(await engine.CardAsync(email));
        return shop;
    }

    static async Task<RunningEngine> StartAsync(Dialect dialect) => await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });

    static async Task<(int Customer, int Order)> BoughtAsync(RunningEngine engine)
    {
        await engine.WorkAsync();
        var person = engine.Shop.Register(new WooCustomer { Email = Old, FirstName = "Anna", LastName = "Kowal", Meta = [RunningEngine.Newsletter("1")] });
        var order = engine.PlaceOrder(Old, person.Id);
        await RoundsAsync(engine);
        Assert.Equal(["PURCHASE"], await TypesAsync(engine, Old));
        return (person.Id, order.Id);
    }

    static async Task RenameAsync(RunningEngine engine, int customer, string email = New)
    {
        engine.Shop.ChangeCustomer(customer, each => each with { Email = email });
        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: true, default);
        await RoundsAsync(engine);
    }

    static async Task RoundsAsync(RunningEngine engine, int rounds = 4)
    {
        for (var round = 0; round < rounds; round++)
            await engine.WorkAfterAsync(Poll);
    }

    static async Task<List<string>> TypesAsync(RunningEngine engine, string email)
        => [.. ((await engine.CardAsync(email))?.Events ?? []).Select(happened => happened.Type).Order(StringComparer.Ordinal)];
}
