using Pomost.Engine;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: the figures of a run's page are those of its committed rows.</summary>
public sealed class RunNumbersTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new long[] { 1, 1, 1 }, new[] { 34, 33, 33 })]
    [InlineData(new long[] { 81, 14, 5 }, new[] { 81, 14, 5 })]
    [InlineData(new long[] { 0, 0, 7 }, new[] { 0, 0, 100 })]
    [InlineData(new long[] { 665, 665, 669 }, new[] { 33, 33, 34 })]
    [InlineData(new long[] { 0, 0 }, new int[0])]
    public void Whole_per_cents_sum_to_a_hundred(long[] parts, int[] percents) => Assert.Equal(percents, RunNumbers.WholePercents(parts));

    [Fact]
    public void Time_is_told_by_what_was_waited_for_and_what_never_happened_is_left_out()
    {
        var run = Run() with { ShopMilliseconds = 800, DestinationMilliseconds = 150, OwnMilliseconds = 50 };
        Assert.Equal([(TimeShare.Shop, 80), (TimeShare.Destination, 15), (TimeShare.Own, 5)], Numbers(run).Time);
        Assert.Equal((TimeShare.Shop, 80), Numbers(run).Bottleneck);
        run = run with { RestMilliseconds = 9000, LimitMilliseconds = 1 };
        Assert.Equal([TimeShare.Shop, TimeShare.Limit, TimeShare.Rest, TimeShare.Destination, TimeShare.Own], Numbers(run).Time.Select(part => part.Of));
        Assert.Equal(TimeShare.Rest, Numbers(run).Bottleneck!.Value.Of);
        Assert.Null(Numbers(run with { ShopMilliseconds = 0, RestMilliseconds = 0, OwnMilliseconds = 99_999 }).Bottleneck);
        Assert.Equal([TimeShare.Shop, TimeShare.Own], Numbers(run with { Options = new() { DryRun = true }, RestMilliseconds = 0, LimitMilliseconds = 0, DestinationMilliseconds = 0 }).Time.Select(part => part.Of));
        Assert.Empty(Numbers(Run()).Time);
    }

    [Fact]
    public void The_rate_is_the_mean_of_the_last_minute()
    {
        var run = Run() with { StartedAt = Now.AddHours(-1), Sent = 100_000 };
        var pace = new ExportPace[] { new(Now.AddSeconds(-200), 9_999), new(Now.AddSeconds(-60), 200), new(Now.AddSeconds(-30), 300), new(Now.AddSeconds(-10), 100) };
        Assert.Equal(10, new RunNumbers(run, Now, pace).PerSecond);
        Assert.Equal(0, new RunNumbers(run, Now, []).PerSecond);
        // A run that began twenty seconds ago is not measured against the time before it.
        Assert.Equal(20, new RunNumbers(run with { StartedAt = Now.AddSeconds(-20) }, Now, [new(Now.AddSeconds(-20), 300), new(Now.AddSeconds(-10), 100)]).PerSecond);
        Assert.Equal(50, Numbers(run with { State = ExportState.Done, StartedAt = Now.AddSeconds(-2000), FinishedAt = Now }).PerSecond);
    }

    [Fact]
    public void The_end_is_told_after_half_a_minute_or_two_per_cent()
    {
        var run = Run() with { StartedAt = Now.AddSeconds(-10), Total = 100_000, Sent = 1_000, Read = 1_000 };
        var pace = new ExportPace[] { new(Now.AddSeconds(-10), 1_000) };
        Assert.Null(new RunNumbers(run, Now, pace).Left);
        Assert.Equal(TimeSpan.FromSeconds(980), new RunNumbers(run with { Sent = 2_000 }, Now, pace).Left);
        Assert.NotNull(new RunNumbers(run with { StartedAt = Now.AddSeconds(-30) }, Now, pace).Left);
        Assert.Null(new RunNumbers(run with { Total = null, Sent = 2_000 }, Now, pace).Left);
        Assert.Null(new RunNumbers(run with { Sent = 2_000, State = ExportState.Paused }, Now, pace).Left);
    }

    [Fact]
    public void The_line_of_rates_has_no_gap_and_no_half_slot_at_its_end()
    {
        var pace = new ExportPace[] { new(Now.AddSeconds(-40), 100), new(Now.AddSeconds(-20), 300), new(Now, 5) };
        Assert.Equal([10, 0, 30, 0], new RunNumbers(Run(), Now, pace).Rates);
    }

    [Fact]
    public void Packages_in_all_follow_from_those_sent()
    {
        var run = Run() with { Total = 1_000, Read = 500, Sent = 240, Skipped = new Dictionary<ReasonCode, long> { [ReasonCode.Unchanged] = 10 }, Packages = 3 };
        Assert.Equal(12, Numbers(run).PackagesInAll);
        Assert.Null(Numbers(run with { Packages = 0 }).PackagesInAll);
    }

    [Fact]
    public void A_preview_expires_after_a_day_and_a_pause_is_under_way_for_half_a_minute_at_most()
    {
        var dry = Run() with { Options = new() { DryRun = true }, State = ExportState.Done, FinishedAt = Now.AddHours(-24) };
        Assert.False(Numbers(dry).IsExpired);
        Assert.True(Numbers(dry with { FinishedAt = Now.AddHours(-24).AddSeconds(-1) }).IsExpired);
        var pausing = Run() with { State = ExportState.Paused, IsInHand = true, StateAt = Now.AddSeconds(-29) };
        Assert.True(Numbers(pausing).IsPausing);
        Assert.False(Numbers(pausing with { StateAt = Now.AddSeconds(-30) }).IsPausing);
        Assert.False(Numbers(pausing with { IsInHand = false }).IsPausing);
    }

    [Theory]
    [InlineData(AccountRole.Viewer, "anna.maj@@poczta.example", "a***@@poczta.example")]
    [InlineData(AccountRole.Viewer, "to nie adres", "t***")]
    [InlineData(AccountRole.Viewer, "@poczta.example", "@***")]
    [InlineData(AccountRole.Viewer, "", "")]
    [InlineData(AccountRole.Marketer, "to nie adres", "to nie adres")]
    public void What_stands_in_place_of_an_address_is_masked_like_one(AccountRole role, string value, string shown)
    {
        Assert.Equal(shown, ExportLooks.Masked(new RejectedRow(1, 1, "7", value, "email", ReasonCode.EmailInvalid, value, Now, 1), role));
        Assert.Equal(shown, ExportLooks.Masked(value, role));
    }

    [Fact]
    public void Other_values_are_shown_to_everybody_unless_they_hold_an_address()
    {
        var row = new RejectedRow(1, 1, "7", null, "total", ReasonCode.OrderValueNegative, "-49.00", Now, 1);
        Assert.Equal("-49.00", ExportLooks.Masked(row, AccountRole.Viewer));
        Assert.Equal("o***@poczta.example", ExportLooks.Masked(row with { Value = "ola@poczta.example" }, AccountRole.Viewer));
        Assert.Equal("1234", ExportLooks.Record("1234", AccountRole.Viewer));
        Assert.Equal("o***@poczta.example", ExportLooks.Record("ola@poczta.example", AccountRole.Viewer));
    }

    [Fact]
    public void Every_kind_list_and_field_has_its_words()
    {
        var t = new PanelTexts(Language.En);
        foreach (var kind in Enum.GetValues<ExportKind>())
        {
            var words = new[]
            {
                t.Export.NameOf(kind), t.Export.TitleOf(kind, "1"), t.Export.Counted(kind, 2), t.Export.Progress(kind, "1", "2", "1"), t.Export.Start(kind, 2), t.Export.Zero(kind, 2),
                t.Export.HeadingOf(Numbers(Run() with { Kind = kind })), t.Export.HeadingOf(Numbers(Run() with { Kind = kind, Options = new() { DryRun = true } })),
            };
            Assert.Equal(words.Length, words.Distinct(StringComparer.Ordinal).Count());
        }

        Assert.All(Enum.GetValues<OrderStage>(), stage => Assert.NotEmpty(t.Export.Of(stage)));
        Assert.All(Enum.GetValues<TimeShare>(), share => Assert.NotEmpty(t.Export.Of(share, "SALESmanago")));
        Assert.Equal("new", t.Of(PreviewList.New));
        Assert.Equal(t.Reasons.NoRelation, t.Of(PreviewList.Of(ReasonCode.NoRelation)));
        Assert.Null(t.Of(new PreviewList("17")));
        Assert.Null(t.Of(new PreviewList("made-up")));
        Assert.Equal(["e-mail", "value", "own_field"], new[] { "email", "total", "own_field" }.Select(t.Export.FieldOf));
    }

    static RunNumbers Numbers(ExportRun run) => new(run, Now, []);

    static ExportRun Run() => new()
    {
        Id = 1,
        Store = new StoreKey(1, 1),
        Number = 1,
        Kind = ExportKind.Contacts,
        Options = new ExportOptions(),
        State = ExportState.Running,
        CreatedAt = Now.AddHours(-1),
        StartedAt = Now.AddHours(-1),
    };
}
