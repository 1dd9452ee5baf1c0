using Pomost.Panel.Texts;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Texts;

public sealed class FormatsTests
{
    const char Nbsp = '\u00a0';
    static readonly TimeZoneInfo Warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
    static readonly DateTimeOffset Now = new(2026, 11, 21, 13, 41, 0, TimeSpan.Zero);   // Saturday, 14:41 in Warsaw
    readonly Formats pl = new(Language.Pl, Warsaw, new FakeClock(Now));
    readonly Formats en = new(Language.En, Warsaw, new FakeClock(Now));

    [Fact]
    public void Numbers_are_grouped_from_a_thousand()
    {
        Assert.Equal($"1{Nbsp}234{Nbsp}567,89", pl.Number(1234567.89m, 2));
        Assert.Equal("1,234,567.89", en.Number(1234567.89m, 2));
        Assert.Equal($"1{Nbsp}000", pl.Number(1000));
        Assert.Equal("999", pl.Number(999));
    }

    [Fact]
    public void Percents_and_money_follow_the_language()
    {
        Assert.Equal("99,2%", pl.Percent(0.992, 1));
        Assert.Equal("62%", en.Percent(0.62));
        Assert.Equal($"349,00{Nbsp}zł", pl.Money(349m, "PLN"));
        Assert.Equal($"25,00{Nbsp}EUR", pl.Money(25m, "EUR"));
        Assert.Equal($"PLN{Nbsp}349.00", en.Money(349m, "PLN"));
    }

    [Fact]
    public void Dates_are_shown_in_the_readers_zone()
    {
        Assert.Equal($"21.11.2026,{Nbsp}14:41", pl.DateTime(Now));
        Assert.Equal($"21{Nbsp}Nov{Nbsp}2026,{Nbsp}14:41", en.DateTime(Now));
        Assert.Equal("2026-11-21T13:41:00Z", Formats.Machine(Now));
    }

    [Theory]
    [InlineData(14, "14\u00a0s\u00a0temu", "14\u00a0s\u00a0ago")]
    [InlineData(59 * 60, "59\u00a0min\u00a0temu", "59\u00a0min\u00a0ago")]
    [InlineData(2 * 3600, "dziś\u00a012:41", "today\u00a012:41")]
    [InlineData(24 * 3600, "wczoraj,\u00a014:41", "yesterday,\u00a014:41")]
    [InlineData(3 * 86400, "środa, 18 listopada", "Wednesday 18 November")]
    [InlineData(366 * 86400, "czwartek, 20 listopada 2025", "Thursday 20 November 2025")]
    public void Near_times_are_said_in_words(int secondsAgo, string polish, string english)
    {
        Assert.Equal(polish, pl.Near(Now.AddSeconds(-secondsAgo)));
        Assert.Equal(english, en.Near(Now.AddSeconds(-secondsAgo)));
    }

    [Fact]
    public void A_time_just_before_local_midnight_belongs_to_the_day_before()
        => Assert.StartsWith("wczoraj", pl.Near(new DateTimeOffset(2026, 11, 20, 22, 59, 0, TimeSpan.Zero)), StringComparison.Ordinal);

    [Fact]
    public void Durations_name_the_two_greatest_units()
    {
        Assert.Equal($"3{Nbsp}min 41{Nbsp}s", pl.Duration(TimeSpan.FromSeconds(221)));
        Assert.Equal($"2{Nbsp}godz. 5{Nbsp}min", pl.Duration(TimeSpan.FromMinutes(125)));
        Assert.Equal($"2{Nbsp}h 5{Nbsp}min", en.Duration(TimeSpan.FromMinutes(125)));
        Assert.Equal($"172{Nbsp}/{Nbsp}s", pl.Rate(172));
    }

    [Theory]
    [InlineData(15 * 60, "15\u00a0min", "15\u00a0min")]
    [InlineData(60, "1\u00a0min", "1\u00a0min")]
    [InlineData(59, "59\u00a0s", "59\u00a0s")]
    [InlineData(0, "0\u00a0s", "0\u00a0s")]
    [InlineData(3600, "1\u00a0godz.", "1\u00a0h")]
    [InlineData(3659, "1\u00a0godz.", "1\u00a0h")]
    [InlineData(24 * 3600, "24\u00a0godz.", "24\u00a0h")]
    [InlineData(3660, "1\u00a0godz. 1\u00a0min", "1\u00a0h 1\u00a0min")]
    public void A_duration_names_no_unit_of_which_there_is_none(int seconds, string polish, string english)
    {
        Assert.Equal(polish, pl.Duration(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(english, en.Duration(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(59, "59\u00a0s")]
    [InlineData(60, "1\u00a0min")]
    [InlineData(119 * 60 + 1, "2\u00a0godz.")]
    [InlineData(125 * 60, "2\u00a0godz. 5\u00a0min")]
    public void So_does_a_length_that_is_only_known_about(int seconds, string polish) => Assert.Equal(polish, pl.About(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, "one")]
    [InlineData(2, "few")]
    [InlineData(4, "few")]
    [InlineData(5, "many")]
    [InlineData(0, "many")]
    [InlineData(12, "many")]
    [InlineData(14, "many")]
    [InlineData(22, "few")]
    [InlineData(112, "many")]
    [InlineData(1_000_003, "few")]
    public void Polish_counts_take_the_right_form(long n, string form)
        => Assert.Equal(form, Plural.Pl(n, "one", "few", "many", "other"));

    [Theory]
    [InlineData("pl-PL,pl;q=0.9,en;q=0.8", Language.Pl)]
    [InlineData("en-GB,en;q=0.9", Language.En)]
    [InlineData("de-DE,en;q=0.5,pl;q=0.7", Language.Pl)]
    [InlineData("de-DE", Language.Pl)]
    [InlineData(null, Language.Pl)]
    public void The_language_comes_from_the_browsers_wishes(string? header, Language language)
        => Assert.Equal(language, Languages.FromHeader(header));
}
