using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Salesmanago;

namespace Pomost.Engine.Tests;

/// <summary>Goal: the engine takes a platform as it declares itself, and nothing of WooCommerce for granted. Method: a platform that does not exist, with every
/// corner of the contract, over HTTP; the hub.</summary>
public sealed class FakePlatformTests
{
    const string Anna = "anna@poczta.example";
    const string Ola = "ola@poczta.example";

    static readonly TimeSpan Look = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task People_whose_history_is_a_job_at_the_shop_arrive_with_their_tags_and_no_order_is_asked_for()
    {
        await using var engine = await StartAsync();
        for (var number = 0; number < 20; number++)
            engine.Fake.Register($"osoba{number}@poczta.example", ("vip", 5));
        var run = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((ExportState.Done, 20L, 20L), (run.State, run.Read, run.Sent));
        await SettleAsync(engine);

        Assert.Equal(20, (await engine.HubAddressesAsync()).Count);
        var card = await engine.CardAsync("osoba7@poczta.example");
        Assert.Equal(["FAKE_VIP", "REJESTRACJA"], card!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal));
        // Points go from SALESmanago to the shop alone.
        Assert.All(card.Tags, tag => Assert.Equal(0, tag.Points));
        Assert.Empty(card.Events);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal((0L, 0L), (transactions.Read, transactions.Sent));
    }

    [Fact]
    public async Task Subscribers_without_an_account_arrive_and_get_their_tags_with_points_by_address()
    {
        await using var engine = await StartAsync();
        await engine.WorkAsync();
        engine.Clock.Advance(Look);
        engine.Fake.Subscribe(Ola, agrees: true, ("stara", 2));
        await SettleAsync(engine);
        Assert.Contains("NEWSLETTER", (await engine.CardAsync(Ola))!.Tags.Select(tag => tag.Tag));

        await TagAsync(engine, Ola, ("MENU1", 7), ("BEZ_PUNKTOW", 0));
        await SettleAsync(engine);
        Assert.Equal(
            new Dictionary<string, int> { ["stara"] = 2, ["salesmanago_shop1_menu1"] = 7, ["salesmanago_shop1_bez_punktow"] = 1 }, engine.Fake.Subscriber(Ola)!.Tags);

        await TagAsync(engine, Ola, ("MENU1", 9));
        await SettleAsync(engine);
        Assert.Equal(9, engine.Fake.Subscriber(Ola)!.Tags!["salesmanago_shop1_menu1"]);
    }

    [Fact]
    public async Task Accounts_get_their_tags_with_points_and_an_abandoned_cart_is_told_once()
    {
        await using var engine = await StartAsync();
        var anna = engine.Fake.Register(Anna);
        await engine.ExportAsync(ExportKind.Contacts);
        await SettleAsync(engine);
        await TagAsync(engine, Anna, ("MENU1", 4));
        engine.Fake.PutCart(Anna);
        await SettleAsync(engine);
        Assert.Equal(4, engine.Fake.Person(anna)!.Tags!["salesmanago_shop1_menu1"]);

        for (var round = 0; round < 3; round++)
        {
            engine.Clock.Advance(TimeSpan.FromMinutes(61));
            await SettleAsync(engine);
        }

        Assert.Equal("CART", Assert.Single((await engine.CardAsync(Anna))!.Events).Type);
    }

    [Fact]
    public async Task Who_asks_the_shop_to_be_forgotten_is_erased_by_an_announcement_signed_with_the_applications_secret()
    {
        await using var engine = await StartAsync(receivesWebhooks: true);
        var anna = engine.Fake.Register(Anna);
        await engine.ExportAsync(ExportKind.Contacts);
        await SettleAsync(engine);
        Assert.NotNull(await engine.CardAsync(Anna));

        engine.Fake.Forget(anna);
        await engine.Fake.DeliverAsync();
        await SettleAsync(engine);

        Assert.Null(await engine.CardAsync(Anna));
    }

    static Task<RunningEngine> StartAsync(bool receivesWebhooks = false) => RunningEngine.StartAsync(new EngineSetup { IsFake = true, ReceivesWebhooks = receivesWebhooks });

    static async Task SettleAsync(RunningEngine engine)
    {
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(Look);
    }

    /// <summary>Somebody gives a card tags with points at SALESmanago.</summary>
    static async Task TagAsync(RunningEngine engine, string email, params (string Tag, long Points)[] tags)
    {
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await ((SalesmanagoClient)engine.Get<IDestination>()).ManageTagsAsync(
            engine.Get<Connections>().DestinationOf(target), email, [.. tags.Select(tag => tag.Tag)], [], default);
        var card = (await engine.CardAsync(email))!;
        foreach (var (tag, points) in tags)
            await engine.Get<HubAccounts>().SetTagPointsAsync(await engine.HubAccountAsync(), card.Card.Id, tag, points);
    }
}
