using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a store moved to another account brings everything there once, and the way back doubles nothing. Method: two accounts of the hub.</summary>
public sealed class DestinationMoveTests
{
    const string Anna = "anna@poczta.example";

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.PostgreSql];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Everything_is_sent_to_the_new_account_once_and_nothing_twice_on_the_way_back(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        engine.PlaceOrder(Anna, anna.Id);
        engine.PlaceOrder("gosc@poczta.example");
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);
        var first = await engine.StoreNowAsync();
        var before = Of(await engine.HubCountsAsync());
        var second = await SecondAccountAsync(engine);
        var setup = Setup(engine);

        Assert.Equal(MoveOutcome.Moved, await setup.MoveAsync(first, second.Destination, default));
        await engine.WorkAsync();
        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var orders = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal((1L, 2L), (contacts.Sent, orders.Sent));
        Assert.Equal(before, Of(await engine.Get<HubAccounts>().CountAsync(second.HubAccount)));
        Assert.Equal(before, Of(await engine.HubCountsAsync()));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
        Assert.Equal(RecordOutcome.Sent, (await engine.ContactAsync(Anna)).Row.Outcome);

        var home = (await engine.Stores.FindDestinationAsync(engine.Account.Id, first.DestinationId, default))!;
        Assert.Equal(MoveOutcome.Moved, await setup.MoveAsync(await engine.StoreNowAsync(), home, default));
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
        Assert.Equal(before, Of(await engine.HubCountsAsync()));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task What_waited_for_the_old_account_goes_to_the_new_one_with_the_export(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await engine.WorkAsync();
        Assert.Equal(0, (await engine.HubCountsAsync()).Contacts);
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        engine.PlaceOrder(Anna, anna.Id);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        var paused = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.Exports.PauseAsync(paused, default);
        var store = await engine.StoreNowAsync();
        Assert.NotEqual(0, await engine.Get<IStoreRuns>().WaitingAsync(store.Key, null, default));
        engine.Hub.Trouble = null;
        var second = await SecondAccountAsync(engine);

        await Setup(engine).MoveAsync(store, second.Destination, default);
        Assert.Equal(0, await engine.Get<IStoreRuns>().WaitingAsync(store.Key, null, default));
        Assert.Equal(ExportState.Cancelled, (await engine.FindAsync(paused)).State);
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);

        var there = await engine.Get<HubAccounts>().CountAsync(second.HubAccount);
        Assert.Equal((1L, 1L), (there.Contacts, there.Events));
        Assert.Equal(0, (await engine.HubCountsAsync()).Contacts);
    }

    [Fact]
    public async Task Who_asked_to_be_forgotten_is_erased_at_the_old_account_before_the_last_store_leaves_it()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        await engine.ExportAsync(ExportKind.Contacts);
        _ = EmailAddress.TryParse(Anna, out var address, out _);
        await engine.Get<Erasure>().EraseAsync(engine.Account.Id, address!, "Ewa", default);
        var second = await SecondAccountAsync(engine);
        var setup = Setup(engine);

        Assert.Equal(MoveOutcome.ErasuresWait, await setup.MoveAsync(await engine.StoreNowAsync(), second.Destination, default));
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(11));

        Assert.Equal(MoveOutcome.Moved, await setup.MoveAsync(await engine.StoreNowAsync(), second.Destination, default));
        Assert.Null(await engine.CardAsync(Anna));
    }

    [Fact]
    public async Task A_store_of_a_disconnected_account_stands_still_and_goes_on_with_its_queue_when_it_is_connected_again()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        var destination = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        var setup = Setup(engine);
        await setup.DisconnectAsync(destination, default);
        Assert.Equal("NotConnected:destination", (await engine.StoreNowAsync()).Problem);
        // A person who presses "resume" does not make the account come back.
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((StoreState.NeedsOperator, "NotConnected:destination"), ((await engine.StoreNowAsync()).State, (await engine.StoreNowAsync()).Problem));

        await engine.Stores.UpdateDestinationAsync(destination, default);
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull(await engine.CardAsync(Anna));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task The_catalogue_goes_to_the_new_account_whole_and_the_old_one_keeps_its_own(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Dialect = dialect,
            Seed = new ShopSeedOptions { Customers = 0, Guests = 0, Orders = 0, Products = 12 },
        });
        await engine.WorkAsync();
        var second = await SecondAccountAsync(engine);
        var home = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;

        await Setup(engine).MoveAsync(await engine.StoreNowAsync(), second.Destination, default);
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        engine.Shop.ChangeProduct(engine.Shop.Products[0].Id, product => product with { Name = "Inna nazwa" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(12, Assert.Single(await engine.Get<HubProducts>().CataloguesAsync(second.HubAccount)).Products);
        Assert.DoesNotContain((await engine.CatalogueAsync()).Values, card => card.Name == "Inna nazwa");

        await Setup(engine).MoveAsync(await engine.StoreNowAsync(), home, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        var catalogue = await engine.CatalogueAsync();
        Assert.Equal((12, 1), (catalogue.Count, catalogue.Values.Count(card => card.Name == "Inna nazwa")));
    }

    [Fact]
    public async Task An_account_connected_again_by_its_keys_keeps_its_key_of_API_v3()
    {
        await using var engine = await RunningEngine.StartAsync();
        var made = (await engine.Get<HubAccounts>().CreateAsync(new NewHubAccount("Drugie", "second@example.test", "correct horse")))!;
        var typed = new AccountKey(engine.Address, made.ClientId, made.ApiSecret, made.OwnerEmail);
        var first = await Setup(engine).UseKeyAsync(engine.Account.Id, typed, default);
        await engine.Get<Connections>().SaveProductKeyAsync(first, "made once", default);

        var again = await Setup(engine).UseKeyAsync(engine.Account.Id, typed, default);
        Assert.Equal((first.Id, "made once"), (again.Id, engine.Get<Connections>().DestinationOf(again).ApiV3Key));
    }

    static (long Contacts, long OptedIn, long Tags, long Events) Of(HubCounts counts) => (counts.Contacts, counts.OptedIn, counts.Tags, counts.Events);

    static DestinationSetup Setup(RunningEngine engine) => engine.Get<DestinationSetup>();

    static async Task<(Destination Destination, long HubAccount)> SecondAccountAsync(RunningEngine engine)
    {
        // The fixture looks for the only account once.
        await engine.HubCountsAsync();
        var made = (await engine.Get<HubAccounts>().CreateAsync(new NewHubAccount("Drugie", "second@example.test", "correct horse")))!;
        var access = new Dictionary<string, string>(StringComparer.Ordinal) { [DestinationSecrets.ApiSecret] = made.ApiSecret };
        return (await engine.Setup.AddDestinationAsync(engine.Account.Id, isHub: true, new Uri("http://hub.invalid/"), made.ClientId, made.OwnerEmail, access, default), made.AccountId);
    }
}
