using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what one stream of a shop cannot give stops nothing else. Method: a scripted shop whose orders fail, and the simulated shop with a record that
/// makes every answer an error in which it would stand.</summary>
public sealed class StreamIsolationTests
{
    const string Anna = "anna@poczta.example";

    readonly ScriptedShop _shop = new();

    [Fact]
    public async Task An_opt_out_and_new_accounts_go_on_while_the_shops_orders_cannot_be_read()
    {
        await using var engine = await SubscribedAsync();
        _shop.OrderTrouble = new RetryLaterException("The shop answered 500.");

        await OptOutAtSalesmanagoAsync(engine);
        _shop.Contacts.Put("2", Person("2", "ola@poczta.example"));
        for (var round = 0; round < 5; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(ConsentState.Withdrawn, _shop.Contacts.Of(["1"])[0].EmailConsent?.State);
        Assert.NotNull(await engine.CardAsync("ola@poczta.example"));
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);
        // A person can see what waits.
        var waiting = (await engine.Get<IStorePaces>().WaitingAsync(engine.Account.Id, default))[engine.Store.Key];
        Assert.Equal(WaitReason.PartFails, waiting.Reason);

        _shop.OrderTrouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(engine.Store.Key, (await engine.Get<IStorePaces>().WaitingAsync(engine.Account.Id, default)).Keys);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_stream_that_goes_on_failing_is_told_after_five_minutes_and_its_end_too(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await engine.WorkAsync();
        engine.Simulator.Faults.WithProbability(Fault.InternalError, 1, "orders");
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Equal(AlertKind.PartFails, Assert.Single(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default)).Kind);

        engine.Simulator.Faults.WithProbability(Fault.InternalError, 0);
        for (var round = 0; round < 2; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task An_opt_out_that_the_shop_does_not_take_is_told_after_a_quarter_of_an_hour(Dialect dialect)
    {
        await using var engine = await SubscribedAsync(dialect);
        _shop.OnConsentToWrite = _ => throw new RetryLaterException("The shop answered 500.");
        await OptOutAtSalesmanagoAsync(engine);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.DoesNotContain(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default), alert => alert.Kind == AlertKind.ShopLag);

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Contains(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default), alert => alert.Kind == AlertKind.ShopLag);

        _shop.OnConsentToWrite = null;
        for (var round = 0; round < 2; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
    }

    [Fact]
    public async Task An_export_of_contacts_ends_while_the_shops_orders_cannot_be_read()
    {
        await using var engine = await SubscribedAsync();
        for (var id = 2; id < 60; id++)
            _shop.Contacts.Put($"{id}", Person($"{id}", $"osoba{id}@poczta.example"));
        _shop.OrderTrouble = new RetryLaterException("The shop answered 500.");

        var run = await engine.ExportAsync(ExportKind.Contacts);

        Assert.Equal((ExportState.Done, 59L), (run.State, run.Read));
    }

    [Fact]
    public async Task A_wait_of_a_year_is_not_believed()
    {
        await using var engine = await SubscribedAsync();
        _shop.Trouble = new RetryLaterException("The shop answered 503.", TimeSpan.FromDays(365));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        _shop.Trouble = null;
        _shop.Contacts.Put("2", Person("2", "ola@poczta.example"));

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(30));
        Assert.Null(await engine.CardAsync("ola@poczta.example"));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(31));
        Assert.NotNull(await engine.CardAsync("ola@poczta.example"));
    }

    [Fact]
    public async Task A_person_who_asks_for_a_look_is_not_kept_waiting_by_the_shops_last_failure()
    {
        await using var engine = await SubscribedAsync();
        _shop.Trouble = new RetryLaterException("The shop answered 503.", TimeSpan.FromMinutes(50));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        _shop.Trouble = null;
        _shop.Contacts.Put("2", Person("2", "ola@poczta.example"));

        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: false, default);
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(1));

        Assert.NotNull(await engine.CardAsync("ola@poczta.example"));
    }

    [Fact]
    public async Task A_single_refusal_of_the_key_is_asked_again()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 0, Products = 1 } });
        await engine.WorkAsync();
        engine.Simulator.Faults.Next(Fault.LoginWall);

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, engine.Simulator.Faults.Committed(Fault.LoginWall));
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_record_that_the_shop_cannot_give_is_set_aside_and_all_others_arrive(bool tellsItsId)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 250, Guests = 0, Orders = 120, Products = 20 } });
        var (customer, order) = (engine.Shop.CustomerIds().Order().ElementAt(136), engine.Shop.OrderIds().Order().ElementAt(57));
        engine.Simulator.Faults.Poison("customers", customer, tellsItsId);
        engine.Simulator.Faults.Poison("orders", order, tellsItsId);

        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((ExportState.DoneWithRejects, 250L, 1L), (contacts.State, contacts.Read, contacts.Rejected));
        Assert.Equal((ExportState.DoneWithRejects, 120L), (transactions.State, transactions.Read));
        Assert.Equal(engine.PaidOrders().Count(paid => paid.Id != order && paid.CustomerId != customer), (await engine.PurchasesAsync()).Count);
    }

    [Fact]
    public async Task A_poisoned_order_stops_neither_later_orders_nor_opt_outs()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 0, Products = 1 } });
        await engine.WorkAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        engine.Simulator.Faults.Poison("orders", engine.PlaceOrder("zla@poczta.example").Id);
        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        var later = engine.PlaceOrder("dobra@poczta.example");

        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([$"{later.Id}"], await engine.PurchasesAsync());
    }

    [Fact]
    public async Task Who_asked_the_shop_to_be_forgotten_is_erased_at_the_destination_too()
    {
        await using var engine = await SubscribedAsync();
        await engine.Get<IInbox>().AddAsync(
            engine.Store.Key, InboxSource.Webhook, [new AnnouncedChange(ShopStream.Contacts, ChangeKind.Erased, "1") { Facts = Anna }], default);

        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Null(await engine.CardAsync(Anna));
        Assert.Equal(0, await engine.CountOccurrencesAsync(Anna));
    }

    static ShopContact Person(string id, string email) => new()
    {
        SourceId = id,
        Email = email,
        HasAccount = true,
        FirstName = "Anna",
        EmailConsent = new Consent(ConsentState.Granted),
    };

    async Task<RunningEngine> SubscribedAsync(Dialect dialect = Dialect.Sqlite)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Scripted = _shop });
        await engine.WorkAsync();
        _shop.Contacts.Put("1", Person("1", Anna));
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        return engine;
    }

    static async Task OptOutAtSalesmanagoAsync(RunningEngine engine)
    {
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        await new SalesmanagoClient().SetConsentAsync(engine.Get<Connections>().DestinationOf(target), Anna, ConsentChannel.Email, false, default);
    }
}
