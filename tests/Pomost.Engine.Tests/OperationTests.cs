using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an operator can heal, stop and end what the engine does. Method: store runs against the simulated shop and the hub, faults included.</summary>
public sealed class OperationTests
{
    static readonly ShopSeedOptions Few = new() { Customers = 40, Guests = 5, Orders = 30, Products = 5 };

    /// <summary>Whoever knows the former address or secret can no longer speak for the shop, which calls the new one at once, below our path, too.</summary>
    [Fact]
    public async Task Webhooks_move_to_another_address_and_secret_while_the_shop_answers_and_later_when_it_does_not()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Few, ReceivesWebhooks = true });
        await engine.WorkAsync();
        var (before, server) = ((await engine.Stores.FindAsync(engine.Store.Key, default))!, engine.Get<EngineOptions>().PublicAddress()!);
        var hooks = engine.Simulator.Webhooks.All;
        Assert.All(hooks, hook => Assert.Equal(server.Under($"/in/{before.WebhookToken}").ToString(), hook.DeliveryUrl));

        Assert.Equal(WebhooksReplaced.Moved, await engine.Get<ShopSecrets>().ReplaceWebhooksAsync(before, server, default));

        var after = (await engine.Stores.FindAsync(engine.Store.Key, default))!;
        Assert.NotEqual(before.WebhookToken, after.WebhookToken);
        Assert.Equal(hooks.Count, engine.Simulator.Webhooks.All.Count);
        Assert.All(engine.Simulator.Webhooks.All, hook => Assert.Equal(
            (server.Under($"/in/{after.WebhookToken}").ToString(), engine.Get<Connections>().WebhookSecretOf(after)), (hook.DeliveryUrl, hook.Secret)));
        Assert.DoesNotContain(engine.Simulator.Webhooks.All, hook => hooks.Any(old => old.Secret == hook.Secret));
        Assert.Null(await engine.Stores.FindByWebhookTokenAsync(before.WebhookToken, default));

        var below = new Uri(server, "/pomost");
        Assert.Equal(WebhooksReplaced.Moved, await engine.Get<ShopSecrets>().ReplaceWebhooksAsync(after, below, default));
        after = (await engine.Stores.FindAsync(engine.Store.Key, default))!;
        Assert.Contains(engine.Simulator.Webhooks.All, hook => hook.DeliveryUrl == below.Under($"/in/{after.WebhookToken}").ToString());
        Assert.Equal(WebhooksReplaced.Later, await engine.Get<ShopSecrets>().ReplaceWebhooksAsync(after, server: null, default));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task What_was_given_up_after_a_day_is_replayed_and_arrives_once(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Few });
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == "addBatchContactExtEvent" ? HubDoor.LoseAnswerAsync(context, next) : next();
        await engine.WorkAsync();
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        for (var hour = 0; hour < 23; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Empty(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 500, default));
        var purchases = engine.PaidOrders().Count();
        IReadOnlyList<DeadLetter> letters = [];
        // What stands behind in the queue is tried only once what stands before it is given up.
        for (var hour = 23; hour < 60 && letters.Count(letter => letter.Kind == DeadLetterKind.Event) < purchases; hour++)
        {
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
            letters = await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 500, default);
        }

        Assert.Equal(purchases, letters.Count(letter => letter.Kind == DeadLetterKind.Event));
        Assert.All(letters, letter => Assert.NotEmpty(letter.Reason!));
        Assert.Equal(letters.Count, Assert.Single(await engine.Get<IDeadLetters>().QueuesAsync(engine.Account.Id, default)).Dead);

        engine.Hub.Trouble = null;
        var none = await engine.Get<Replay>().AllAsync(engine.Account.Id + 1, null, default);
        Assert.Equal(new ReplayResult(0, 0), none);
        var result = await engine.Get<Replay>().AllAsync(engine.Account.Id, null, default);
        Assert.Equal(new ReplayResult(letters.Count, 0), result);
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        Assert.Empty(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 500, default));
        var there = await engine.PurchasesAsync();
        Assert.Equal(purchases, there.Count);
        Assert.Equal(there.Count, there.Distinct().Count());
        Assert.Equal(0, await engine.CountRowsAsync("delivery"));
        Assert.Equal(purchases, (await engine.FindAsync(run)).Rejected);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_dead_contact_that_newer_data_replaced_is_not_sent_again(Dialect dialect)
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("1", Person("Stara"));
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        for (var hour = 0; hour < 26; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        var letter = Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, engine.Store.Id, 10, default));
        engine.Hub.Trouble = null;
        shop.Contacts.Put("1", Person("Nowa"));
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal("Nowa", (await engine.CardAsync("ala@poczta.example"))!.Card.Name);

        Assert.Null(await engine.Get<Replay>().OneAsync(engine.Account.Id, "x1", default));
        Assert.Equal(new ReplayResult(0, 1), await engine.Get<Replay>().OneAsync(engine.Account.Id, letter.Name, default));
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal("Nowa", (await engine.CardAsync("ala@poczta.example"))!.Card.Name);
    }

    [Fact]
    public async Task What_is_given_up_again_while_everything_is_replayed_stays_given_up()
    {
        var shop = new ScriptedShop();
        await using var engine = await WithWriteBackGivenUpAsync(shop);
        // The store works on while the replay goes on.
        var rounds = 0;
        var letters = Faulty<IDeadLetters>.Of(engine.Get<IDeadLetters>(), new Faults
        {
            After = (call, _) =>
            {
                if (call == nameof(IDeadLetters.ReplayWriteBacksAsync))
                    engine.WorkAsync().GetAwaiter().GetResult();
                return call == nameof(IDeadLetters.ReplayWriteBacksAsync) && ++rounds > 3 ? new InvalidOperationException("The replay does not end.") : null;
            },
        });

        var result = await new Replay(letters, engine.Get<IDeliveryViews>(), engine.Get<IInbox>(), engine.Get<IStoreWaker>()).AllAsync(engine.Account.Id, null, default);

        Assert.Equal(new ReplayResult(1, 0), result);
        Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));
    }

    [Fact]
    public async Task A_write_back_that_was_given_up_is_replayed()
    {
        var shop = new ScriptedShop();
        await using var engine = await WithWriteBackGivenUpAsync(shop);
        shop.Trouble = null;
        var letter = Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));
        Assert.Equal((DeadLetterKind.WriteBack, "no"), (letter.Kind, letter.Reason));

        Assert.Equal(new ReplayResult(1, 0), await engine.Get<Replay>().OneAsync(engine.Account.Id, letter.Name, default));
        await engine.WorkAsync();
        Assert.Single(shop.WrittenTags);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_disconnected_store_is_forgotten_and_the_others_are_not_touched(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Few, ReceivesWebhooks = true });
        var other = await engine.ConnectAsync(engine.Simulator, "Drugi sklep");
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.Exports.StartAsync(other.Key, ExportKind.Contacts, new ExportOptions(), null, default);
        await engine.Get<StoreRunner>().RunAsync(other.Key, default);
        var hooks = engine.Simulator.Webhooks.All.Count;
        var consents = await engine.CountRowsAsync("consent_line");
        var unfinished = await engine.StartExportAsync(ExportKind.Transactions);

        var disconnection = engine.Get<StoreDisconnection>();
        Assert.Equal(WebhooksRemoved.Removed, await disconnection.DisconnectAsync(await engine.StoreNowAsync(), erases: true, default));
        Assert.Equal(hooks / 2, engine.Simulator.Webhooks.All.Count);
        var store = await engine.StoreNowAsync();
        Assert.Equal(StoreState.Disconnected, store.State);
        Assert.Empty(engine.Setup.SettingsOf(store).All);
        Assert.NotEqual(engine.Store.WebhookToken, store.WebhookToken);
        Assert.Equal(ExportState.Cancelled, (await engine.FindAsync(unfinished)).State);
        Assert.Null(await engine.Get<IStoreRuns>().BeginAsync(store.Key, default));

        await disconnection.EraseMarkedAsync(default);
        Assert.Equal(40, await engine.CountRowsAsync("contact"));
        Assert.Empty(await engine.Get<IExportRuns>().ListAsync(store.Key, 10, default));
        Assert.Equal(consents, await engine.CountRowsAsync("consent_line"));
        Assert.Null((await engine.StoreNowAsync()).Problem);
        Assert.Equal(StoreState.Active, (await engine.Stores.FindAsync(other.Key, default))!.State);
        await engine.Setup.ResumeAsync(store.Key, default);
        Assert.Equal(StoreState.Disconnected, (await engine.StoreNowAsync()).State);
        Assert.Equal(3, (await engine.ConnectAsync(engine.Simulator, "Trzeci sklep")).Number);
    }

    [Fact]
    public async Task A_shop_that_is_gone_can_be_disconnected_and_its_data_kept()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Few, ReceivesWebhooks = true });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Simulator.Faults.WithProbability(Fault.InternalError, 1);
        Assert.Equal(WebhooksRemoved.StillThere, await engine.Get<StoreDisconnection>().DisconnectAsync(await engine.StoreNowAsync(), erases: false, default));
        await engine.Get<StoreDisconnection>().EraseMarkedAsync(default);
        Assert.False(await engine.Get<IStoreRemoval>().EraseAsync(engine.Store.Key with { AccountId = 99 }, 10, default));
        Assert.Equal(40, await engine.CountRowsAsync("contact"));
    }

    [Fact]
    public async Task A_paused_store_rests_and_goes_on()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Few });
        await engine.WorkAsync();
        await engine.Get<StoreDisconnection>().PauseAsync(engine.Store.Key, default);
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(await engine.PurchasesAsync());
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        await engine.WorkAsync();
        Assert.Single(await engine.PurchasesAsync());
    }

    [Fact]
    public async Task A_sync_asked_for_reads_at_once_and_a_full_one_compares_everybody()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Few });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.PlaceOrder("gosc@poczta.example");
        var someone = engine.Shop.CustomerByEmail((await engine.HubAddressesAsync())[0])!;
        engine.Shop.ChangeCustomer(someone.Id, customer => customer with { FirstName = "Odmieniona" });
        await engine.WorkAsync();
        Assert.Empty(await engine.PurchasesAsync());

        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: false, default);
        await engine.WorkAsync();
        Assert.Single(await engine.PurchasesAsync());
        Assert.DoesNotContain("Odmieniona", (await engine.CardAsync(someone.Email))!.Card.Name);

        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: true, default);
        await engine.WorkAsync();
        Assert.Contains("Odmieniona", (await engine.CardAsync(someone.Email))!.Card.Name);
        var asked = engine.Simulator.Requests.Total;
        await engine.WorkAsync();
        Assert.Equal(asked, engine.Simulator.Requests.Total);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Webhooks_that_never_came_are_healed_by_polling_and_counted(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, ReceivesWebhooks = true });
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        engine.Simulator.Faults.WithProbability(Fault.DropWebhook, 1);
        for (var number = 1; number <= 3; number++)
            engine.PlaceOrder($"gosc{number}@poczta.example");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        engine.Simulator.Faults.Clear();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(3, (await engine.PurchasesAsync()).Count);
        Assert.Equal(0, await LostAsync(engine));

        // This one comes late, but it comes.
        engine.PlaceOrder("spozniony@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(3, await LostAsync(engine));
        var health = (await engine.Get<IWebhookStates>().FindAsync(engine.Store.Key, default))!;
        Assert.True(health is { Active: true, Repaired: 0, LastSeenAt: not null });
    }

    static async Task<long> LostAsync(RunningEngine engine)
    {
        var yesterday = DateOnly.FromDateTime(engine.Clock.GetUtcNow().UtcDateTime).AddDays(-1);
        return (await engine.Get<IWebhookStates>().LostSinceAsync(engine.Account.Id, yesterday, default)).GetValueOrDefault(engine.Store.Key);
    }

    static ShopContact Person(string name) => new() { SourceId = "1", Email = "ala@poczta.example", HasAccount = true, FirstName = name };

    /// <summary>A store whose shop refused a tag of one person for good, and goes on refusing.</summary>
    static async Task<RunningEngine> WithWriteBackGivenUpAsync(ScriptedShop shop)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        var lease = (await engine.Get<IStoreRuns>().BeginAsync(engine.Store.Key, default))!;
        shop.Contacts.Put("1", Person("Ala"));
        var change = new TagChange("1", "ala@poczta.example", new Dictionary<string, int?> { ["vip"] = 5 }, []);
        await engine.Get<IStoreRuns>().CommitAsync(lease, new PageCommit { WriteBacks = [WriteBackPayload.Of("ala@poczta.example", change)] }, default);
        shop.Trouble = new SkipRecordException("1", "tags", "no");
        await engine.WorkAsync();
        return engine;
    }
}
