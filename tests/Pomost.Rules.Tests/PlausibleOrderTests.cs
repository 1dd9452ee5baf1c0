namespace Pomost.Rules.Tests;

public class PlausibleOrderTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", ReasonCode.DateImplausible)]
    [InlineData("0001-01-01T00:00:00Z", ReasonCode.DateImplausible)]
    [InlineData("1989-12-31T23:59:59Z", ReasonCode.DateImplausible)]
    [InlineData("1990-01-01T00:00:00Z", ReasonCode.Allowed)]
    [InlineData("2026-11-23T10:00:00Z", ReasonCode.Allowed)]
    [InlineData("2026-11-24T10:00:00Z", ReasonCode.Allowed)]
    [InlineData("2026-11-24T10:00:00.001Z", ReasonCode.DateImplausible)]
    [InlineData("2062-11-23T10:00:00Z", ReasonCode.DateImplausible)]
    public void The_date_is_from_1990_to_a_day_ahead(string placedAt, ReasonCode expected)
    {
        var order = Given.Order with { PlacedAt = DateTimeOffset.Parse(placedAt, System.Globalization.CultureInfo.InvariantCulture) };
        var fact = expected == ReasonCode.Allowed ? null : "date";
        Assert.Equal(new RuleAnswer("plausible-order", expected, expected == ReasonCode.Allowed, fact), PlausibleOrder.Ask(order, Now));
    }

    public static TheoryData<decimal, ReasonCode> Values => new()
    {
        { -0.01m, ReasonCode.OrderValueNegative },
        { -1_000m, ReasonCode.OrderValueNegative },
        { 0m, ReasonCode.Allowed },
        { 0.000_000_000_001m, ReasonCode.Allowed },
        { 9_999_999_999_999_999_999m, ReasonCode.Allowed },
        { 9_999_999_999_999_999_999.99m, ReasonCode.Allowed },
        { 9_999_999_999_999_999_999.995m, ReasonCode.OrderValueTooLarge },
        { 10_000_000_000_000_000_000m, ReasonCode.OrderValueTooLarge },
        { decimal.MaxValue, ReasonCode.OrderValueTooLarge },
    };

    [Theory, MemberData(nameof(Values))]
    public void The_value_is_not_negative_and_has_at_most_19_digits(decimal total, ReasonCode expected)
    {
        var fact = expected == ReasonCode.Allowed ? null : "total";
        Assert.Equal(
            new RuleAnswer("plausible-order", expected, expected == ReasonCode.Allowed, fact),
            PlausibleOrder.Ask(Given.Order with { Total = total }, Now));
    }
}
