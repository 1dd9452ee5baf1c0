using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: what a shop answered before our own writing, and answers again after it, is nobody's word; and a cache before the shop blinds
/// nobody. Method: the simulated shop behind a page cache, on a replica that lags, or with a plug-in that puts its own value back.
/// </summary>
public sealed class StaleShopTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_opt_out_written_into_the_shop_survives_a_page_cache(bool cacheHeedsRequests)
    {
        await using var scene = await ConsentScene.StartEncryptedAsync();
        scene.Engine.Simulator.PageCache.HeedsRequests = cacheHeedsRequests;
        scene.Engine.Simulator.PageCache.KeepsFor = TimeSpan.FromDays(7);
        await scene.SubscribedAsync();
        scene.Rename("Hanna");
        await scene.RestAsync(8);

        await OptOutAtSalesmanagoAsync(scene);
        await WatchAsync(scene, TimeSpan.FromMinutes(30));
        scene.Rename("Ania");
        await WatchAsync(scene, TimeSpan.FromMinutes(10));
        scene.Engine.Simulator.PageCache.Clear();
        await WatchAsync(scene, TimeSpan.FromMinutes(10));
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task An_opt_out_written_into_the_shop_survives_a_replica_that_lags(int lagSeconds)
    {
        await using var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await scene.SubscribedAsync();
        scene.Engine.Simulator.ReplicaLag = TimeSpan.FromSeconds(lagSeconds);
        scene.Clock.Advance(TimeSpan.FromMinutes(5));

        await OptOutAtSalesmanagoAsync(scene);
        for (var second = 0; second < 150; second += 5)
            await WatchAsync(scene, TimeSpan.FromSeconds(5), steps: 1);
        await WatchAsync(scene, TimeSpan.FromMinutes(30));
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_unsubscribes_while_our_own_opt_in_is_not_seen_yet_stays_out(bool inTheShop)
    {
        await using var scene = await OptedInUnseenAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(7));
        if (inTheShop)
        {
            scene.Tick("0");
        }
        else
        {
            await scene.ChooseOnCardAsync(optIn: false);
            await scene.CallBackAsync(optIn: false);
        }

        for (var second = 0; second < 240; second += 10)
            await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(10));
        await scene.RestAsync();

        await scene.AssertBothSayAsync(optIn: false);
        await scene.AssertStaysOutAsync();
        // In and out at SALESmanago once each, after the tick of the registration and its end.
        Assert.Equal(2, (await scene.HistoryAsync()).Count(consent => consent == HubConsent.Granted));
    }

    [Fact]
    public async Task What_a_guest_says_at_the_checkout_is_carried_into_the_account_that_says_the_contrary()
    {
        await using var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await scene.Engine.WorkAsync();
        scene.Register("0");
        await scene.RestAsync();
        scene.Clock.Advance(TimeSpan.FromHours(1));
        scene.Engine.Shop.PlaceOrder(new WooOrder
        {
            Status = "completed",
            PaymentMethod = "bacs",
            Billing = new WooAddress { Email = ConsentScene.Anna, FirstName = "Anna" },
            Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
            Meta = [RunningEngine.Newsletter("1")],
        });
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Fact]
    public async Task An_opt_out_holds_though_a_plug_in_keeps_putting_its_own_value_back()
    {
        await using var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await scene.SubscribedAsync();
        scene.Engine.Simulator.Faults.WithProbability(Fault.PutMetaBack, 1, "customers");

        await OptOutAtSalesmanagoAsync(scene);
        await WatchAsync(scene, TimeSpan.FromMinutes(10));
        Assert.Equal("1", scene.ShopSays);
        Assert.DoesNotContain((await scene.Engine.ContactAsync(ConsentScene.Anna)).Traces, IsWrittenConsent);
        scene.Rename("Hanna");
        await WatchAsync(scene, TimeSpan.FromMinutes(10));
        scene.Engine.PlaceOrder(ConsentScene.Anna, scene.Account);
        await WatchAsync(scene, TimeSpan.FromHours(3));
        Assert.Equal(ConsentState.Withdrawn, (await scene.Engine.ContactAsync(ConsentScene.Anna)).EmailConsent.State);
    }

    [Fact]
    public async Task A_person_who_ticks_again_after_our_writing_was_seen_is_believed()
    {
        await using var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await scene.SubscribedAsync();
        await OptOutAtSalesmanagoAsync(scene);
        await WatchAsync(scene, TimeSpan.FromMinutes(10));
        await scene.AssertBothSayAsync(optIn: false);
        scene.Tick("1");
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Polling_sees_new_accounts_orders_and_choices_through_a_page_cache(bool cacheHeedsRequests)
    {
        await using var scene = await ConsentScene.StartEncryptedAsync(receivesWebhooks: false);
        var (engine, cache) = (scene.Engine, scene.Engine.Simulator.PageCache);
        await scene.SubscribedAsync();
        (cache.KeepsFor, cache.HeedsRequests) = (TimeSpan.FromDays(7), cacheHeedsRequests);
        for (var poll = 0; poll < 3; poll++)
            await engine.WorkAfterAsync(TimeSpan.FromSeconds(61));

        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example" });
        engine.PlaceOrder("gosc@poczta.example");
        scene.Tick("0");
        for (var poll = 0; poll < 3; poll++)
            await engine.WorkAfterAsync(TimeSpan.FromSeconds(61));

        Assert.NotNull(await engine.CardAsync("nowa@poczta.example"));
        Assert.Single(await engine.PurchasesAsync());
        await scene.AssertBothSayAsync(optIn: false);
    }

    /// <summary>Opted in at SALESmanago and in the shop just now, while the shop still answers as it was before.</summary>
    static async Task<ConsentScene> OptedInUnseenAsync()
    {
        var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await scene.SubscribedAsync();
        await OptOutAtSalesmanagoAsync(scene);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        scene.Engine.Simulator.ReplicaLag = TimeSpan.FromSeconds(40);
        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await scene.ChooseOnCardAsync(optIn: true);
        await scene.CallBackAsync(optIn: true);
        await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("1", scene.ShopSays);
        return scene;
    }

    static async Task OptOutAtSalesmanagoAsync(ConsentScene scene)
    {
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.ChooseOnCardAsync(optIn: false);
        await scene.CallBackAsync(optIn: false);
        await scene.Engine.WorkAsync();
    }

    /// <summary>Webhooks and runs as time goes by; the person is never opted in again.</summary>
    static async Task WatchAsync(ConsentScene scene, TimeSpan time, int steps = 5)
    {
        for (var step = 0; step < steps; step++)
        {
            await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
            await scene.Engine.WorkAfterAsync(time / steps);
            await scene.AssertStaysOutAsync();
        }
    }

    static bool IsWrittenConsent(TraceEntry trace)
        => trace.Code == ReasonCode.WrittenToShop && trace.Answers.Any(answer => answer.Fact == nameof(WriteBackKind.EmailConsent));
}
