using System.Globalization;

namespace Pomost.Rules.Tests;

public class ThrottleProfileTests
{
    static readonly TimeZoneInfo Warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
    static readonly HourlyBudget Reference = HourlyBudget.Reference;

    [Theory]
    [InlineData("2026-03-02T05:59:59+01:00", 1000)]
    [InlineData("2026-03-02T06:00:00+01:00", 200)]
    [InlineData("2026-03-02T21:59:59+01:00", 200)]
    [InlineData("2026-03-02T22:00:00+01:00", 1000)]
    [InlineData("2026-03-03T00:00:00+01:00", 1000)]
    // The night the clock goes forward: 02:00 is 03:00, and six o'clock comes an hour earlier.
    [InlineData("2026-03-29T03:59:59Z", 1000)]
    [InlineData("2026-03-29T04:00:00Z", 200)]
    // The night it goes back: six o'clock comes an hour later.
    [InlineData("2026-10-25T04:59:59Z", 1000)]
    [InlineData("2026-10-25T05:00:00Z", 200)]
    public void The_hour_of_the_shop_decides(string now, long left)
        => Assert.Equal(new ThrottleAnswer(left, null), ThrottleProfile.Ask(Reference, Warsaw, At(now), null));

    [Fact]
    public void A_used_budget_waits_for_the_next_ten_minutes()
    {
        var now = At("2026-03-02T10:03:00Z");
        var spent = ThrottleProfile.Spend(Reference, Warsaw, now, null, 199);
        Assert.Equal(new ThrottleAnswer(1, null), ThrottleProfile.Ask(Reference, Warsaw, now, spent));
        spent = ThrottleProfile.Spend(Reference, Warsaw, now, spent, 1);
        Assert.Equal(new ThrottleAnswer(0, At("2026-03-02T10:10:00Z")), ThrottleProfile.Ask(Reference, Warsaw, now, spent));
        Assert.Equal(new ThrottleAnswer(0, At("2026-03-02T10:10:00Z")), ThrottleProfile.Ask(Reference, Warsaw, At("2026-03-02T10:09:59.999Z"), spent));
        Assert.Equal(new ThrottleAnswer(200, null), ThrottleProfile.Ask(Reference, Warsaw, At("2026-03-02T10:10:00Z"), spent));
    }

    [Fact]
    public void What_a_page_read_too_much_is_taken_from_the_next_ten_minutes()
    {
        var small = HourlyBudget.DayAndNight(30, 30, 6, 22);
        var now = At("2026-03-02T10:00:00Z");
        var spent = ThrottleProfile.Spend(small, Warsaw, now, null, 100);
        Assert.Equal(At("2026-03-02T10:30:00Z"), ThrottleProfile.Ask(small, Warsaw, now, spent).Until);
        Assert.Equal(At("2026-03-02T10:30:00Z"), ThrottleProfile.Ask(small, Warsaw, now.AddMinutes(29), spent).Until);
        Assert.Equal(20, ThrottleProfile.Ask(small, Warsaw, now.AddMinutes(30), spent).Left);
        Assert.Equal(30, ThrottleProfile.Ask(small, Warsaw, now.AddMinutes(40), spent).Left);
    }

    [Fact]
    public void An_hour_that_comes_twice_has_its_windows_twice()
    {
        var first = At("2026-10-25T00:30:00Z");
        var spent = ThrottleProfile.Spend(Reference, Warsaw, first, null, 1000);
        Assert.Equal(At("2026-10-25T00:40:00Z"), ThrottleProfile.Ask(Reference, Warsaw, first, spent).Until);
        Assert.Equal(1000, ThrottleProfile.Ask(Reference, Warsaw, first.AddHours(1), spent).Left);
    }

    [Fact]
    public void The_skipped_hour_is_not_waited_for()
    {
        var onlyTwoAndThree = new HourlyBudget([.. Enumerable.Range(0, 24).Select(hour => hour is 2 or 3 ? 10 : 0)]);
        Assert.Equal(At("2026-03-29T01:00:00Z"), ThrottleProfile.Ask(onlyTwoAndThree, Warsaw, At("2026-03-28T23:00:00Z"), null).Until);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(-60, 0)]
    [InlineData(-61, 1000)]
    [InlineData(-600, 200)]
    public void A_clock_that_steps_back_gives_no_second_budget_and_no_stall(int minutes, long left)
    {
        var now = At("2026-03-03T04:00:00Z");
        var spent = ThrottleProfile.Spend(Reference, Warsaw, now, null, 1000);
        Assert.Equal(left, ThrottleProfile.Ask(Reference, Warsaw, now.AddMinutes(minutes), spent).Left);
    }

    [Fact]
    public void Without_a_usable_profile_there_is_no_limit()
    {
        var none = new ThrottleAnswer(null, null);
        var now = At("2026-03-02T10:00:00Z");
        Assert.Equal(none, ThrottleProfile.Ask(null, Warsaw, now, null));
        Assert.Equal(none, ThrottleProfile.Ask(new HourlyBudget([1, 2, 3]), Warsaw, now, null));
        Assert.Equal(none, ThrottleProfile.Ask(new HourlyBudget([.. new int[24]]), Warsaw, now, null));
        Assert.Equal(none, ThrottleProfile.Ask(new HourlyBudget([.. Enumerable.Repeat(-1, 24)]), Warsaw, now, null));
    }

    [Fact]
    public void Zones_of_odd_offsets_have_whole_windows()
    {
        var kathmandu = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");
        Assert.Equal(1000, ThrottleProfile.Ask(Reference, kathmandu, At("2026-03-02T00:14:59Z"), null).Left);
        Assert.Equal(200, ThrottleProfile.Ask(Reference, kathmandu, At("2026-03-02T00:15:00Z"), null).Left);
        var spent = ThrottleProfile.Spend(Reference, kathmandu, At("2026-03-02T00:16:00Z"), null, 200);
        Assert.Equal(At("2026-03-02T00:25:00Z"), ThrottleProfile.Ask(Reference, kathmandu, At("2026-03-02T00:16:00Z"), spent).Until);
    }

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
