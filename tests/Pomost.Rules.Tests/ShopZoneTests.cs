namespace Pomost.Rules.Tests;

/// <summary>A15: zones by name and by offset.</summary>
public class ShopZoneTests
{
    [Theory]
    [InlineData("Europe/Warsaw", "Europe/Warsaw", 60)]
    [InlineData(" Europe/Warsaw ", "Europe/Warsaw", 60)]
    [InlineData("UTC", "UTC", 0)]
    [InlineData("UTC-05:00", "UTC-05:00", -300)]
    [InlineData("UTC+05:30", "UTC+05:30", 330)]
    [InlineData("UTC+5.75", "UTC+05:45", 345)]
    [InlineData("+05:30", "UTC+05:30", 330)]
    [InlineData("-3", "UTC-03:00", -180)]
    [InlineData("GMT+1", "UTC+01:00", 60)]
    [InlineData("UTC+14", "UTC+14:00", 840)]
    public void A_zone_is_found_by_every_way_of_writing_it(string name, string id, int minutesInWinter)
    {
        Assert.True(ShopZone.TryFind(name, out var zone));
        Assert.Equal((id, minutesInWinter), (zone.Id, zone.GetUtcOffset(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero)).TotalMinutes));
        Assert.Equal(id, ShopZone.NameOf(name, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("Europe/Nowhere")]
    [InlineData("UTC+15")]
    [InlineData("UTC-14:30")]
    [InlineData("+5:75")]
    [InlineData("../../etc/passwd")]
    public void What_is_no_zone_is_not_found(string? name)
    {
        Assert.False(ShopZone.TryFind(name, out _));
        Assert.Equal("Europe/Warsaw", ShopZone.OrDefault(name).Id);
    }

    [Theory]
    [InlineData("", -5.0, "UTC-05:00")]
    [InlineData(null, 5.5, "UTC+05:30")]
    [InlineData("", -3.5, "UTC-03:30")]
    [InlineData("", 0.0, "UTC+00:00")]
    [InlineData("Asia/Kolkata", 5.5, "Asia/Kolkata")]
    [InlineData("Europe/Nowhere", 1.0, "Europe/Nowhere")]
    [InlineData("", 15.0, null)]
    [InlineData("", null, null)]
    public void A_shop_is_known_by_its_zone_or_else_its_offset(string? zone, double? hours, string? name) => Assert.Equal(name, ShopZone.NameOf(zone, hours));

    [Theory]
    [InlineData("2026-03-29", "UTC+01:00", "2026-03-28T23:00:00Z", "2026-03-29T23:00:00Z")]
    [InlineData("2026-10-25", "UTC+01:00", "2026-10-24T23:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("2026-03-29", "Europe/Warsaw", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("2026-03-08", "UTC-05:00", "2026-03-08T05:00:00Z", "2026-03-09T05:00:00Z")]
    [InlineData("2026-03-01", "UTC+05:30", "2026-02-28T18:30:00Z", "2026-03-01T18:30:00Z")]
    public void A_day_of_an_offset_has_24_hours_in_every_night(string day, string zone, string from, string until)
    {
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(ShopZone.TryFind(zone, out var found));
        var range = DayRange.ToInstants(date, date, found);
        Assert.Equal((At(from), At(until)), (range.From!.Value, range.Until!.Value));
    }

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
