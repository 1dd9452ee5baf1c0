namespace Pomost.Rules.Tests;

public class OptInAfterCardTests
{
    static readonly DateTimeOffset Changed = Given.Noon;

    [Fact]
    public void A_card_that_is_opted_out_holds_against_a_consent_without_a_date_and_an_older_one()
    {
        Assert.Equal(ReasonCode.UnsubscribedAtSalesmanago, Ask(new Consent(ConsentState.Granted), null).Code);
        Assert.Equal(ReasonCode.UnsubscribedAtSalesmanago, Ask(GrantedAt(Changed.AddYears(-1)), null).Code);
        Assert.Equal(ReasonCode.UnsubscribedAtSalesmanago, Ask(GrantedAt(Changed.AddYears(-1)), ConsentState.Granted).Code);
    }

    [Theory]
    [InlineData(899, false)]
    [InlineData(900, true)]
    public void A_consent_has_to_be_fifteen_minutes_younger_than_the_card(int seconds, bool sent)
        => Assert.Equal(sent, Ask(GrantedAt(Changed.AddSeconds(seconds)), null).Allows);

    [Theory]
    [InlineData(ConsentState.Withdrawn)]
    [InlineData(ConsentState.NoStatement)]
    public void An_opt_out_that_was_weighed_before_and_one_by_default_do_not_hold(ConsentState known) => Assert.True(Ask(new Consent(ConsentState.Granted), known).Allows);

    [Fact]
    public void Who_has_no_card_or_one_that_is_opted_in_may_be_opted_in()
    {
        Assert.True(OptInAfterCard.Ask(new OptInFacts(new Consent(ConsentState.Granted), null, null, null)).Allows);
        Assert.True(OptInAfterCard.Ask(new OptInFacts(new Consent(ConsentState.Granted), null, ConsentState.Granted, Changed)).Allows);
    }

    [Fact]
    public void A_card_without_a_date_of_change_is_never_older()
        => Assert.False(OptInAfterCard.Ask(new OptInFacts(GrantedAt(Changed), null, ConsentState.Withdrawn, null)).Allows);

    [Fact]
    public void A_person_of_the_panel_may_overrule_the_card()
        => Assert.True(Ask(new Consent(ConsentState.Granted, Changed.AddDays(-1), ConsentSource.Operator), null).Allows);

    [Theory]
    [InlineData(ConsentState.Withdrawn)]
    [InlineData(ConsentState.NoStatement)]
    public void A_consent_that_no_longer_holds_is_not_sent(ConsentState holds)
        => Assert.Equal(ReasonCode.ConsentOvertaken, OptInAfterCard.Ask(new OptInFacts(new Consent(holds, Changed), ConsentState.Withdrawn, null, null)).Code);

    static RuleAnswer Ask(Consent statement, ConsentState? known) => OptInAfterCard.Ask(new OptInFacts(statement, known, ConsentState.Withdrawn, Changed));

    static Consent GrantedAt(DateTimeOffset at) => new(ConsentState.Granted, at, ConsentSource.Checkout);
}
