using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: the later explicit choice wins within one poll, whatever the clocks say. Method: a shop whose clock or whose dates are wrong,
/// choices on both sides one after the other, at ordinary hours, in both nights in which clocks change, and over a clock set back.
/// </summary>
public sealed class ClocksApartTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>How far ahead the date beside the consent in the shop lies.</summary>
    public static TheoryData<TimeSpan, bool> Ahead
    {
        get
        {
            var rows = new TheoryData<TimeSpan, bool>();
            TimeSpan[] all = [Minutes(4), Minutes(5), Minutes(5) + Second, Minutes(10), Day - Second, Day, Day + Second, 400 * Day];
            foreach (var ahead in all)
            {
                rows.Add(ahead, true);
                rows.Add(ahead, false);
            }

            return rows;
        }
    }

    /// <summary>How far the shop's clock is before ours, and whether it stores dates beside consents.</summary>
    public static TheoryData<TimeSpan, bool> Clocks
    {
        get
        {
            var rows = new TheoryData<TimeSpan, bool>();
            foreach (var minutes in new[] { -10, -5, -4, 0, 4, 5, 10 })
            {
                rows.Add(Minutes(minutes), true);
                rows.Add(Minutes(minutes), false);
            }

            rows.Add(Minutes(-5) - Second, true);
            rows.Add(Minutes(5) + Second, true);
            return rows;
        }
    }

    /// <summary>Shortly before the clocks of Warsaw go forward, and before they go back.</summary>
    public static TheoryData<string> Nights => ["2026-03-29T00:50:00Z", "2026-10-25T00:50:00Z", "2026-10-24T23:50:00Z"];

    static TimeSpan Second => TimeSpan.FromSeconds(1);

    [Theory, MemberData(nameof(Ahead))]
    public async Task An_opt_out_at_SALESmanago_wins_over_a_consent_dated_in_the_future(TimeSpan ahead, bool withCallback)
    {
        await using var scene = await ConsentScene.StartAsync();
        await scene.Engine.WorkAsync();
        scene.Register("1", scene.Clock.GetUtcNow() + ahead);
        await scene.OnePollAsync();
        Assert.Equal(HubConsent.Granted, await scene.CardSaysAsync());

        await OnCardAsync(scene, optIn: false, withCallback);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);
        // Also when the date has come.
        scene.Clock.Advance(ahead);
        await scene.RestAsync();
        await scene.AssertStaysOutAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory, MemberData(nameof(Clocks))]
    public async Task An_opt_out_in_the_shop_wins_over_an_earlier_opt_in_at_SALESmanago(TimeSpan shopAhead, bool dated)
    {
        await using var scene = await KnownAsync(shopAhead, dated, "0");
        await OnCardAsync(scene, optIn: true, withCallback: true);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: true);

        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        InShop(scene, "0", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory, MemberData(nameof(Clocks))]
    public async Task An_opt_out_at_SALESmanago_wins_over_an_earlier_tick_in_the_shop(TimeSpan shopAhead, bool dated)
    {
        await using var scene = await KnownAsync(shopAhead, dated, "0");
        InShop(scene, "1", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: true);

        await OnCardAsync(scene, optIn: false, withCallback: true);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory, MemberData(nameof(Clocks))]
    public async Task A_tick_in_the_shop_wins_over_an_earlier_opt_out_at_SALESmanago(TimeSpan shopAhead, bool dated)
    {
        await using var scene = await KnownAsync(shopAhead, dated, "1");
        await OnCardAsync(scene, optIn: false, withCallback: true);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);

        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        InShop(scene, "1", dated);
        await scene.OnePollAsync();
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Theory, MemberData(nameof(Clocks))]
    public async Task An_opt_in_at_SALESmanago_wins_over_an_earlier_opt_out_in_the_shop(TimeSpan shopAhead, bool dated)
    {
        await using var scene = await KnownAsync(shopAhead, dated, "1");
        InShop(scene, "0", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);

        await OnCardAsync(scene, optIn: true, withCallback: true);
        await scene.OnePollAsync();
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Theory, MemberData(nameof(Nights))]
    public async Task The_later_choice_wins_in_the_nights_in_which_clocks_change(string from)
    {
        var night = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var dated in new[] { true, false })
        {
            await using var scene = await KnownAsync(TimeSpan.Zero, dated, "1", night - TimeSpan.FromHours(2));
            scene.Clock.Advance(night - scene.Clock.GetUtcNow());
            for (var choice = 0; choice < 5; choice++)
            {
                InShop(scene, "0", dated);
                await scene.OnePollAsync();
                await scene.AssertBothSayAsync(optIn: false);
                scene.Clock.Advance(Minutes(7));
                await OnCardAsync(scene, optIn: true, withCallback: choice % 2 == 0);
                await scene.OnePollAsync();
                await scene.AssertBothSayAsync(optIn: true);
                scene.Clock.Advance(Minutes(7));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_choice_made_after_the_shops_clock_was_set_back_is_the_later_one(bool dated)
    {
        await using var scene = await KnownAsync(Minutes(5), dated, "0");
        InShop(scene, "1", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: true);
        scene.Engine.Simulator.ClockAhead = Minutes(-9);
        InShop(scene, "0", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);
        InShop(scene, "1", dated);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: true);
        await OnCardAsync(scene, optIn: false, withCallback: true);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_choice_made_after_our_own_clock_was_set_back_is_the_later_one(bool dated)
    {
        await using var scene = await KnownAsync(TimeSpan.Zero, dated, "0");
        await OnCardAsync(scene, optIn: true, withCallback: true);
        await scene.OnePollAsync();
        await scene.AssertBothSayAsync(optIn: true);
        scene.Clock.SetBack(TimeSpan.FromMinutes(30));
        InShop(scene, "0", dated);
        await scene.RestAsync(60);
        await scene.AssertStaysOutAsync();
        await scene.AssertBothSayAsync(optIn: false);
    }

    static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    /// <summary>A person whom both sides know, registered two hours ago, on a shop with such a clock.</summary>
    static async Task<ConsentScene> KnownAsync(TimeSpan shopAhead, bool dated, string stored, DateTimeOffset? at = null)
    {
        var scene = await ConsentScene.StartAsync(new EngineSetup { Shop = new WooCommerceSimulatorOptions { ClockAhead = shopAhead } });
        if (at is { } start)
            scene.Clock.Advance(start - scene.Clock.GetUtcNow());
        await scene.Engine.WorkAsync();
        scene.Register("1", dated ? scene.Engine.Simulator.Clock.GetUtcNow() : null);
        await scene.RestAsync(60);
        if (stored == "0")
        {
            InShop(scene, "0", dated);
            await scene.RestAsync(20);
        }

        await scene.AssertBothSayAsync(optIn: stored == "1");
        return scene;
    }

    /// <summary>The person ticks or clears the box; a shop that stores dates takes them from its own clock.</summary>
    static void InShop(ConsentScene scene, string stored, bool dated)
        => scene.Tick(stored, dated ? scene.Engine.Simulator.Clock.GetUtcNow() : null);

    static async Task OnCardAsync(ConsentScene scene, bool optIn, bool withCallback)
    {
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        await scene.ChooseOnCardAsync(optIn);
        if (withCallback)
            await scene.CallBackAsync(optIn);
    }
}
