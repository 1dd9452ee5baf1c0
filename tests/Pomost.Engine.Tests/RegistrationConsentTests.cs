using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: the consent downloaded at registration works for everybody, and the unticked box of the form opts nobody out. Method: people
/// known before as guests, subscribers or at SALESmanago alone register without a tick; shop and card are looked at afterwards.
/// </summary>
public sealed class RegistrationConsentTests
{
    public enum Known
    {
        GuestWithCheckoutConsent,
        SubscriberWithoutAccount,
        GuestOptedInAtSalesmanago,
        GuestOptedInByCallback,
        AtSalesmanagoAlone,
    }

    public static TheoryData<Known, string?> People
    {
        get
        {
            var rows = new TheoryData<Known, string?>();
            foreach (var known in Enum.GetValues<Known>())
            {
                rows.Add(known, null);
                rows.Add(known, "0");
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(People))]
    public async Task Who_is_opted_in_and_registers_unticked_is_opted_in_in_the_shop(Known known, string? stored)
    {
        await using var scene = await StartAsync(known);
        Assert.Equal(HubConsent.Granted, await scene.CardSaysAsync());
        scene.Register(stored);
        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        for (var round = 0; round < 4; round++)
            await scene.Engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        await scene.AssertBothSayAsync(optIn: true);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Theory, MemberData(nameof(People))]
    public async Task Who_unsubscribed_before_is_not_opted_in_by_registering(Known known, string? stored)
    {
        await using var scene = await StartAsync(known);
        await scene.ChooseOnCardAsync(optIn: false);
        await scene.RestAsync(8);
        scene.Register(stored);
        await scene.RestAsync();
        await scene.AssertStaysOutAsync();
        Assert.NotEqual("1", scene.ShopSays);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0, 59)]
    [InlineData(2, 0)]
    [InlineData(14, 30)]
    public async Task A_box_left_empty_that_a_plug_in_stores_after_the_download_opts_nobody_out(int minutes, int seconds)
    {
        await using var scene = await StartAsync(Known.AtSalesmanagoAlone);
        scene.Register(null);
        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        await scene.Engine.WorkAsync();
        await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("1", scene.ShopSays);
        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        await scene.Engine.WorkAfterAsync(TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(seconds));
        scene.Tick("0");
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
        Assert.DoesNotContain(HubConsent.Withdrawn, await scene.HistoryAsync());
    }

    [Theory]
    [InlineData(15, 30)]
    [InlineData(120, 0)]
    public async Task An_opt_out_a_quarter_of_an_hour_later_holds_though_the_consent_was_downloaded(int minutes, int seconds)
    {
        await using var scene = await StartAsync(Known.AtSalesmanagoAlone);
        scene.Register(null);
        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        for (var second = 0; second < 3; second++)
            await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        await scene.Engine.WorkAfterAsync(TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(seconds));
        Assert.Equal("1", scene.ShopSays);
        scene.Tick("0");
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    static async Task<ConsentScene> StartAsync(Known known)
    {
        var setup = new EngineSetup { ReceivesWebhooks = true, HasModule = known == Known.SubscriberWithoutAccount };
        var scene = await ConsentScene.StartAsync(setup);
        await scene.Engine.WorkAsync();
        switch (known)
        {
            case Known.GuestWithCheckoutConsent:
                scene.Engine.PlaceOrder(ConsentScene.Anna, meta: [RunningEngine.Newsletter("1")]);
                break;
            case Known.SubscriberWithoutAccount:
                scene.Engine.Simulator.Module.Subscribe(ConsentScene.Anna);
                break;
            case Known.GuestOptedInAtSalesmanago or Known.GuestOptedInByCallback:
                scene.Engine.PlaceOrder(ConsentScene.Anna);
                await scene.RestAsync(8);
                await scene.ChooseOnCardAsync(optIn: true);
                if (known == Known.GuestOptedInByCallback)
                    await scene.CallBackAsync(optIn: true);
                break;
            default:
                await scene.InsertCardAsync(optIn: true);
                break;
        }

        await scene.RestAsync(60);
        return scene;
    }
}
