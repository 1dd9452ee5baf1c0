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

    [Fact]
    public void An_opt_out_by_default_does_not_hold_nor_one_that_the_consent_is_known_to_follow()
    {
        Assert.True(Ask(new Consent(ConsentState.Granted), ConsentState.NoStatement).Allows);
        Assert.True(Ask(new Consent(ConsentState.Granted), ConsentState.Withdrawn, isLater: true).Allows);
        Assert.False(Ask(new Consent(ConsentState.Granted), ConsentState.Withdrawn).Allows);
        // Nobody knew of this opt-out when the consent was weighed.
        Assert.False(Ask(new Consent(ConsentState.Granted), ConsentState.Granted, isLater: true).Allows);
        Assert.False(Ask(new Consent(ConsentState.Granted), null, isLater: true).Allows);
    }

    [Theory]
    [InlineData(899, false)]
    [InlineData(900, true)]
    public void An_opt_out_that_another_store_knows_holds_against_what_is_not_clearly_later(int seconds, bool sent)
    {
        var consent = GrantedAt(Changed.AddSeconds(seconds - 3600));
        var facts = new OptInFacts(consent, null, false, ConsentState.Withdrawn, Changed) { KnownWithdrawalAt = Changed.AddSeconds(-3600) };
        Assert.Equal(sent, OptInAfterCard.Ask(facts).Allows);
        // An earlier look did not show the consent: it was given since.
        Assert.True(OptInAfterCard.Ask(facts with { MadeAfter = Changed.AddSeconds(-3599) }).Allows);
        Assert.Equal(sent, OptInAfterCard.Ask(facts with { MadeAfter = Changed.AddSeconds(-3600) }).Allows);
    }

    [Fact]
    public void A_consent_that_the_shop_did_not_have_when_the_card_was_changed_is_later_whatever_its_date()
    {
        var facts = new OptInFacts(GrantedAt(Changed.AddSeconds(-60)), null, false, ConsentState.Withdrawn, Changed);
        Assert.True(OptInAfterCard.Ask(facts with { MadeAfter = Changed.AddSeconds(1) }).Allows);
        Assert.False(OptInAfterCard.Ask(facts with { MadeAfter = Changed }).Allows);
    }

    [Fact]
    public void Who_has_no_card_or_one_that_is_opted_in_may_be_opted_in()
    {
        Assert.True(OptInAfterCard.Ask(new OptInFacts(new Consent(ConsentState.Granted), null, false, null, null)).Allows);
        Assert.True(OptInAfterCard.Ask(new OptInFacts(new Consent(ConsentState.Granted), null, false, ConsentState.Granted, Changed)).Allows);
    }

    [Fact]
    public void A_card_without_a_date_of_change_is_never_older()
        => Assert.False(OptInAfterCard.Ask(new OptInFacts(GrantedAt(Changed), null, false, ConsentState.Withdrawn, null)).Allows);

    [Fact]
    public void A_person_of_the_panel_may_overrule_the_card()
        => Assert.True(Ask(new Consent(ConsentState.Granted, Changed.AddDays(-1), ConsentSource.Operator), null).Allows);

    [Theory]
    [InlineData(ConsentState.Withdrawn)]
    [InlineData(ConsentState.NoStatement)]
    public void A_consent_that_no_longer_holds_is_not_sent(ConsentState holds)
        => Assert.Equal(ReasonCode.ConsentOvertaken, OptInAfterCard.Ask(new OptInFacts(new Consent(holds, Changed), ConsentState.Withdrawn, true, null, null)).Code);

    static RuleAnswer Ask(Consent statement, ConsentState? known, bool isLater = false)
        => OptInAfterCard.Ask(new OptInFacts(statement, known, isLater, ConsentState.Withdrawn, Changed));

    static Consent GrantedAt(DateTimeOffset at) => new(ConsentState.Granted, at, ConsentSource.Checkout);
}
