namespace Pomost.Rules.Tests;

public class LearnedStatementTests
{
    static readonly DateTimeOffset Now = Given.Noon;

    // Minutes from now: the opt-out at SALESmanago, the consent of the shop by the shop's clock. Then whether the opt-out holds.
    [Theory]
    [InlineData(-60, -46, true)]
    [InlineData(-60, -45, false)]
    [InlineData(-1, 4, true)]
    [InlineData(-1, 1440, true)]
    [InlineData(-20, 1440, false)]
    [InlineData(-5, -10, true)]
    [InlineData(-5, -1440, true)]
    public void Dates_of_two_clocks_prove_a_consent_newer_only_when_they_are_far_apart(int optOut, int consent, bool isOptedOut)
    {
        var withdrawn = new Consent(ConsentState.Withdrawn, Now.AddMinutes(optOut), ConsentSource.Callback);
        var granted = new Consent(ConsentState.Granted, Now.AddMinutes(consent), ConsentSource.Checkout);
        var expected = isOptedOut ? ConsentState.Withdrawn : ConsentState.Granted;
        Assert.Equal(expected, LearnedStatement.Of(withdrawn, granted, Now).State);
        Assert.Equal(expected, LearnedStatement.Of(granted with { At = Min(granted.At!.Value) }, withdrawn, Now).State);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1440)]
    public void A_date_in_the_future_is_cut_at_the_moment_at_which_it_was_learned(int minutesAhead)
    {
        var consent = new Consent(ConsentState.Granted, Now.AddMinutes(minutesAhead), ConsentSource.AccountPage);
        Assert.Equal(Now, LearnedStatement.Of(Consent.None, consent, Now).At);
        // Also one that was stored before dates were cut.
        var later = new Consent(ConsentState.Withdrawn, Now.AddMinutes(1), ConsentSource.Callback);
        Assert.Equal(ConsentState.Withdrawn, LearnedStatement.Of(consent, later, Now.AddMinutes(1)).State);
    }

    [Fact]
    public void What_is_known_to_be_later_holds_whatever_its_date()
    {
        var optIn = new Consent(ConsentState.Granted, Now.AddMinutes(-1), ConsentSource.SalesmanagoCard);
        foreach (var at in new DateTimeOffset?[] { Now.AddMinutes(-5), Now.AddDays(-1), Now.AddDays(1), null })
        {
            var optOut = new Consent(ConsentState.Withdrawn, at, ConsentSource.AccountPage);
            var holds = LearnedStatement.Of(optIn, optOut, Now, isLater: true);
            Assert.Equal(ConsentState.Withdrawn, holds.State);
            Assert.InRange(holds.At!.Value, optIn.At!.Value, Now);
        }
    }

    [Fact]
    public void Dates_of_one_clock_are_compared_to_the_millisecond()
    {
        var optOut = new Consent(ConsentState.Withdrawn, Now.AddMinutes(-2), ConsentSource.ShopRecord);
        var consent = new Consent(ConsentState.Granted, Now.AddMinutes(-2).AddMilliseconds(1), ConsentSource.Checkout);
        Assert.Equal(ConsentState.Granted, LearnedStatement.Of(optOut, consent, Now).State);
        Assert.Equal(ConsentState.Granted, LearnedStatement.Of(consent, optOut, Now).State);
    }

    static DateTimeOffset Min(DateTimeOffset at) => at < Now ? at : Now;
}
