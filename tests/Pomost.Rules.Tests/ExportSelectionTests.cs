namespace Pomost.Rules.Tests;

public class ExportSelectionTests
{
    static readonly TimeZoneInfo Warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
    static readonly DateTimeOffset From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Until = From.AddDays(10);

    [Theory]
    [InlineData(ConsentState.Granted, "Granted", true)]
    [InlineData(ConsentState.Withdrawn, "Granted", false)]
    [InlineData(ConsentState.NoStatement, "Granted", false)]
    [InlineData(ConsentState.Granted, "Withdrawn", false)]
    [InlineData(ConsentState.Withdrawn, "Withdrawn", true)]
    [InlineData(ConsentState.NoStatement, "Withdrawn", false)]
    [InlineData(ConsentState.NoStatement, "NoStatement", true)]
    [InlineData(ConsentState.NoStatement, "Granted Withdrawn", false)]
    [InlineData(ConsentState.NoStatement, "Granted Withdrawn NoStatement", true)]
    [InlineData(ConsentState.Granted, "", false)]
    public void Only_the_ticked_states_are_sent(ConsentState state, string ticked, bool allows)
    {
        var choice = new ExportChoice { States = [.. ticked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<ConsentState>)] };
        var code = allows ? ReasonCode.Allowed : ReasonCode.ConsentStateNotChosen;
        Assert.Equal(new RuleAnswer("export-selection", code, allows, state.ToString()), ExportSelection.Ask(state, Given.Noon, choice));
    }

    public static TheoryData<long?, bool, bool, bool> Borders => new()
    {
        // ticks after the start of the range; has a start; has an end; inside
        { -1, true, true, false },
        { 0, true, true, true },
        { (Until - From).Ticks - 1, true, true, true },
        { (Until - From).Ticks, true, true, false },
        { -1, false, true, true },
        { (Until - From).Ticks, true, false, true },
        { (Until - From).Ticks, false, true, false },
        { 0, false, false, true },
        { null, true, true, true },
    };

    [Theory, MemberData(nameof(Borders))]
    public void The_range_holds_its_first_instant_and_not_the_one_after_it(long? ticks, bool hasFrom, bool hasUntil, bool inside)
    {
        var choice = new ExportChoice { From = hasFrom ? From : null, Until = hasUntil ? Until : null };
        DateTimeOffset? at = ticks is { } value ? From.AddTicks(value) : null;
        var code = inside ? ReasonCode.Allowed : ReasonCode.OutsideDateRange;

        Assert.Equal((code, inside), (ExportSelection.Ask(ConsentState.Granted, at, choice).Code, ExportSelection.Ask(ConsentState.Granted, at, choice).Allows));
        if (at is { } placedAt)
            Assert.Equal(new RuleAnswer("export-selection", code, inside), ExportSelection.AskOrder(placedAt, choice));
    }

    [Fact]
    public void An_untouched_choice_takes_everybody()
    {
        foreach (var state in Enum.GetValues<ConsentState>())
            Assert.True(ExportSelection.Ask(state, null, new ExportChoice()).Allows);
    }

    [Theory]
    [InlineData("2026-03-29", "2026-03-28T22:59:59Z", false)]
    [InlineData("2026-03-29", "2026-03-28T23:00:00Z", true)]
    [InlineData("2026-03-29", "2026-03-29T21:59:59Z", true)]
    [InlineData("2026-03-29", "2026-03-29T22:00:00Z", false)]
    [InlineData("2026-10-25", "2026-10-24T21:59:59Z", false)]
    [InlineData("2026-10-25", "2026-10-24T22:00:00Z", true)]
    [InlineData("2026-10-25", "2026-10-25T22:59:59Z", true)]
    [InlineData("2026-10-25", "2026-10-25T23:00:00Z", false)]
    public void The_days_of_23_and_25_hours_are_whole(string day, string placedAt, bool inside)
    {
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        var (from, until) = DayRange.ToInstants(date, date, Warsaw);
        var at = DateTimeOffset.Parse(placedAt, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(inside, ExportSelection.AskOrder(at, new ExportChoice { From = from, Until = until }).Allows);
    }
}
