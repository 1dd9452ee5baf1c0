using System.Globalization;

namespace Pomost.Rules.Tests;

public class DayRangeTests
{
    [Theory]
    [InlineData("Europe/Warsaw", "2026-01-15", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z")]
    [InlineData("Europe/Warsaw", "2026-07-15", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z")]
    [InlineData("Europe/Warsaw", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("Europe/Warsaw", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("UTC", "2026-02-28", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z")]
    // The clock goes from 0:00 to 1:00: the day begins at 1:00.
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z")]
    // The clock goes from 1:00 back to 0:00, so midnight comes twice: the day begins at the earlier one.
    [InlineData("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z")]
    public void A_day_is_whole_in_its_zone(string zone, string day, string from, string until)
    {
        var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);
        var range = DayRange.ToInstants(date, date, TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal((Instant(from), Instant(until)), (range.From!.Value, range.Until!.Value));
        Assert.Equal(TimeSpan.Zero, range.From.Value.Offset);
        Assert.Equal(TimeSpan.Zero, range.Until.Value.Offset);
    }

    [Theory]
    [InlineData("Europe/Warsaw")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    [InlineData("Asia/Kathmandu")]
    public void Days_follow_each_other_without_gap_or_overlap(string zoneName)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        for (var day = new DateOnly(2024, 1, 1); day.Year == 2024; day = day.AddDays(1))
        {
            var (from, until) = DayRange.ToInstants(day, day, zone);
            Assert.Equal(until, DayRange.ToInstants(day.AddDays(1), null, zone).From);
            Assert.True(from < until);
            Assert.Equal(day, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from!.Value, zone).DateTime));
            Assert.Equal(day, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until!.Value.AddTicks(-1), zone).DateTime));
        }
    }

    [Fact]
    public void An_open_side_stays_open()
    {
        var day = new DateOnly(2026, 1, 1);
        Assert.Equal((null, null), DayRange.ToInstants(null, null, TimeZoneInfo.Utc));
        Assert.Equal((Instant("2026-01-01T00:00:00Z"), null), DayRange.ToInstants(day, null, TimeZoneInfo.Utc));
        Assert.Equal((null, Instant("2026-01-02T00:00:00Z")), DayRange.ToInstants(null, day, TimeZoneInfo.Utc));
    }

    [Fact]
    public void The_first_and_the_last_day_of_the_calendar_do_not_fail() => Assert.Equal(
        (DateTimeOffset.MinValue, null),
        DayRange.ToInstants(DateOnly.MinValue, DateOnly.MaxValue, TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw")));

    static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
