namespace Pomost.Rules;

/// <summary>Orders whose date or value would spoil every report are rejected and shown, not sent.</summary>
[Rule(
    "plausible-order",
    "An order dated before 1990 or more than a day ahead, of negative value, or of more than 19 digits before the point is rejected with the field named.",
    "derived: a date of 1970 is a shop's empty field; the value limit is SALESmanago's (API v2, external events)")]
public static class PlausibleOrder
{
    /// <summary>No online shop is older.</summary>
    public static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A shop's clock may run ahead this far.</summary>
    public static readonly TimeSpan ClockAllowance = TimeSpan.FromDays(1);

    /// <summary>First value that no longer fits 19 digits.</summary>
    public const decimal ValueLimit = 10_000_000_000_000_000_000m;

    /// <summary>Says whether the order can be believed. Never throws.</summary>
    /// <param name="order">The order.</param>
    /// <param name="now">The present, UTC.</param>
    public static RuleAnswer Ask(ShopOrder order, DateTimeOffset now)
    {
        if (order.PlacedAt < Earliest || order.PlacedAt > now + ClockAllowance)
            return Answer(ReasonCode.DateImplausible, false, "date");
        if (order.Total < 0)
            return Answer(ReasonCode.OrderValueNegative, false, "total");
        return decimal.Round(order.Total, 2, MidpointRounding.AwayFromZero) >= ValueLimit
            ? Answer(ReasonCode.OrderValueTooLarge, false, "total")
            : Answer(ReasonCode.Allowed, true, null);
    }

    static RuleAnswer Answer(ReasonCode code, bool allows, string? field) => new("plausible-order", code, allows, field);
}
