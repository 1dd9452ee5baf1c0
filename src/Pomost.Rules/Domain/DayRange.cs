namespace Pomost.Rules;

/// <summary>Whole days of a shop's calendar as instants.</summary>
/// <remarks>A day begins at the first instant that bears its date in the shop's time zone. When the clock skips midnight, that is the first
/// time after the gap; when midnight comes twice, it is the earlier one. So every instant belongs to one day, and days of 23 and 25 hours are whole.</remarks>
public static class DayRange
{
    /// <summary>The range between two days, both included.</summary>
    /// <param name="from">First day; null = from the beginning.</param>
    /// <param name="to">Last day, included; null = no end. Before <paramref name="from"/>, the range is empty.</param>
    /// <param name="zone">Time zone of the shop.</param>
    /// <returns>First instant of the range and first instant after it, UTC; for <see cref="ExportChoice"/>. Never throws.</returns>
    public static (DateTimeOffset? From, DateTimeOffset? Until) ToInstants(DateOnly? from, DateOnly? to, TimeZoneInfo zone)
    {
        DateTimeOffset? start = from is { } first ? StartOf(first, zone) : null;
        DateTimeOffset? end = to is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1), zone) : null;
        return (start, end);
    }

    static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return midnight.Ticks < offset.Ticks ? DateTimeOffset.MinValue : new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
