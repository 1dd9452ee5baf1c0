using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Dashboard;

/// <summary>Words of periods and figures.</summary>
static class DashboardLooks
{
    public static string Of(DashboardTexts t, DashboardPeriod period) => period.Name switch
    {
        "1h" => t.LastHour,
        "24h" => t.LastDay,
        "7d" => t.LastWeek,
        _ => t.LastMonth,
    };

    public static string BarOf(DashboardTexts t, DashboardPeriod period) => period.Name switch
    {
        "1h" => t.PerFiveMinutes,
        "24h" => t.PerQuarter,
        "7d" => t.PerTwoHours,
        _ => t.PerDay,
    };

    /// <summary>A lag in the unit people feel: tenths of a second, then seconds, then minutes.</summary>
    public static string Lag(DashboardTexts t, Formats f, TimeSpan? lag) => lag switch
    {
        null => t.NoLag,
        { } longest when longest > FlowNumbers.LongestLag => t.LagOver(f.Duration(FlowNumbers.LongestLag)),
        { TotalSeconds: < 60 } some => $"{f.Number((decimal)some.TotalSeconds, some.TotalSeconds < 10 ? 1 : 0)}\u00a0s",
        { } more => f.Duration(more),
    };

    /// <summary>The slots of a flow as the bars of a period, oldest first; days are the reader's own.</summary>
    public static IReadOnlyList<FlowBar> Bars(FlowNumbers flow, DashboardPeriod period, DateTimeOffset now, Formats f)
    {
        if (period.Bar >= TimeSpan.FromDays(1))
        {
            var days = flow.Slots.ToLookup(slot => f.LocalDay(slot.From));
            var today = f.LocalDay(now);
            return
            [
                .. Enumerable.Range(0, (int)period.Flow.Length.TotalDays).Select(back => today.AddDays(-back)).Reverse()
                    .Select(day => Bar(f.Day(day), days[day])),
            ];
        }

        var count = (int)(period.Flow.Length / period.Bar);
        var parts = flow.Slots.ToLookup(slot => Math.Clamp((int)((slot.From - flow.From) / period.Bar), 0, count - 1));
        return [.. Enumerable.Range(0, count).Select(part => Bar(Label(flow.From + part * period.Bar, period, f), parts[part]))];
    }

    static string Label(DateTimeOffset from, DashboardPeriod period, Formats f) => period.Flow.Length > TimeSpan.FromDays(1) ? f.DateTime(from) : f.Time(from);

    static FlowBar Bar(string label, IEnumerable<FlowSlot> slots)
    {
        var all = slots.ToList();
        return new FlowBar(label, all.Sum(slot => slot.Delivered), all.Sum(slot => slot.Retried), all.Sum(slot => slot.Refused));
    }
}

/// <summary>One bar.</summary>
public sealed record FlowBar(string Label, long Delivered, long Retried, long Refused);
