using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an opt-out arrives though a shop is down, paused or silent. Method: scenarios S7, S16 and S20 of the two documents,
/// both sides looked at.</summary>
public sealed class OptOutsThroughTroubleTests
{
    [Fact]
    public async Task An_opt_out_in_one_shop_reaches_the_other_and_a_change_of_name_there_subscribes_nobody_anew()
    {
        await using var scene = await ConsentScene.StartAsync();
        var engine = scene.Engine;
        await using var other = await WooCommerceSimulator.StartAsync(new() { WebhooksRunByThemselves = false }, engine.Clock);
        var second = await engine.ConnectAsync(other, "Drugi sklep");
        await BothAsync(1);
        scene.Register("1");
        var there = other.Shop.Register(new WooCustomer { Email = ConsentScene.Anna });
        await BothAsync(30);
        Assert.Equal("1", scene.ShopSays);

        other.Shop.SetCustomerMeta(there.Id, PolishShopSeed.NewsletterKey, "0");
        await BothAsync(6);
        await scene.AssertBothSayAsync(optIn: false);
        scene.Rename("Hanna");
        await BothAsync(20);
        await scene.AssertBothSayAsync(optIn: false);
        await scene.AssertStaysOutAsync();
        Assert.Equal("0", ConsentScene.StoredIn(other.Shop, there.Id));

        async Task BothAsync(int minutes)
        {
            for (var minute = 0; minute < minutes; minute++)
            {
                engine.Clock.Advance(TimeSpan.FromSeconds(61));
                await engine.Get<StoreRunner>().RunAsync(engine.Store.Key, default);
                await engine.Get<StoreRunner>().RunAsync(second.Key, default);
            }
        }
    }

    [Fact]
    public async Task An_opt_out_made_while_the_shop_is_down_and_an_export_waits_arrives_and_the_export_does_not_undo_it()
    {
        await using var scene = await ConsentScene.StartAsync();
        await scene.SubscribedAsync();
        scene.Engine.Simulator.Faults.WithProbability(Fault.ServiceUnavailable, 1);
        var run = await scene.Engine.StartExportAsync(ExportKind.Contacts);
        await scene.OnePollAsync();
        await scene.ChooseOnCardAsync(optIn: false);
        await scene.CallBackAsync(optIn: false);
        await scene.OnePollAsync();
        scene.Engine.Simulator.Faults.Clear();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        await scene.Engine.FinishAsync(run);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
        await scene.AssertStaysOutAsync();
    }

    [Fact]
    public async Task An_opt_out_called_back_while_the_store_was_paused_arrives_when_it_goes_on()
    {
        await using var scene = await ConsentScene.StartAsync();
        await scene.SubscribedAsync();
        await scene.Engine.Stores.SetStateAsync(scene.Engine.Store.Key, StoreState.Paused, null, default);
        await scene.ChooseOnCardAsync(optIn: false);
        await scene.CallBackAsync(optIn: false);
        scene.Rename("Hanna");
        await scene.RestAsync(20);
        Assert.Equal("1", scene.ShopSays);
        await scene.Engine.Stores.SetStateAsync(scene.Engine.Store.Key, StoreState.Active, null, default);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
        await scene.AssertStaysOutAsync();
    }
}
