namespace Pomost.Rules.Tests;

public class OptOutGraceTests
{
    static readonly DateTimeOffset Registered = Given.Noon;
    static readonly ShopMemory Ticked = new() { Seen = new RecordedState(ConsentState.Granted) };
    static readonly ShopMemory WrittenByUs = Ticked with { Own = new OwnWriting(ConsentState.Granted, Registered, IsKept: true) };

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData((14 * 60) + 59, false)]
    [InlineData(15 * 60, true)]
    [InlineData((15 * 60) + 1, true)]
    [InlineData(-1, true)]
    [InlineData(-3600, true)]
    public void An_opt_out_is_a_choice_from_exactly_fifteen_minutes_on(int secondsAfterRegistration, bool isChoice)
    {
        var optOut = OptOutAt(Registered.AddSeconds(secondsAfterRegistration));
        Assert.Equal(isChoice, OptOutGrace.Ask(optOut, Registered, ShopMemory.Blank).Allows);
        // The consent that was downloaded at registration was not ticked by the person.
        Assert.Equal(isChoice, OptOutGrace.Ask(optOut, Registered, WrittenByUs).Allows);
    }

    // Both nights on which the clocks of Warsaw change: the age of an account is real time, not what a wall clock shows.
    [Theory]
    [InlineData("2026-03-29T00:50:00Z")]
    [InlineData("2026-10-25T00:50:00Z")]
    public void The_nights_of_the_clock_change_are_as_long_as_any_other(string registered)
    {
        var at = DateTimeOffset.Parse(registered, System.Globalization.CultureInfo.InvariantCulture);
        var warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
        Assert.False(OptOutGrace.Ask(OptOutAt(TimeZoneInfo.ConvertTime(at.AddSeconds(899), warsaw)), at, ShopMemory.Blank).Allows);
        Assert.True(OptOutGrace.Ask(OptOutAt(TimeZoneInfo.ConvertTime(at.AddSeconds(900), warsaw)), at, ShopMemory.Blank).Allows);
    }

    [Theory]
    [InlineData(ConsentSource.Callback)]
    [InlineData(ConsentSource.SalesmanagoCard)]
    [InlineData(ConsentSource.Operator)]
    [InlineData(ConsentSource.Checkout)]
    [InlineData(ConsentSource.AccountPage)]
    public void What_was_not_said_in_the_registration_form_is_believed_at_once(ConsentSource source)
        => Assert.True(OptOutGrace.Ask(new Consent(ConsentState.Withdrawn, Registered, source), Registered, ShopMemory.Blank).Allows);

    [Fact]
    public void A_consent_and_a_person_without_account_are_not_held_back()
    {
        Assert.True(OptOutGrace.Ask(new Consent(ConsentState.Granted, Registered), Registered, ShopMemory.Blank).Allows);
        Assert.True(OptOutGrace.Ask(OptOutAt(Registered), null, ShopMemory.Blank).Allows);
        Assert.Equal(ReasonCode.OptOutWithinGrace, OptOutGrace.Ask(OptOutAt(Registered), Registered, ShopMemory.Blank).Code);
    }

    [Fact]
    public void A_consent_that_the_account_itself_gave_can_be_taken_back_at_once()
        => Assert.True(OptOutGrace.Ask(OptOutAt(Registered.AddMinutes(1)), Registered, Ticked).Allows);

    static Consent OptOutAt(DateTimeOffset at) => new(ConsentState.Withdrawn, at);
}
