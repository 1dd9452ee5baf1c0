namespace Pomost.Rules.Tests;

public class ShopRecordChangeTests
{
    static readonly DateTimeOffset Modified = Given.Noon;
    static readonly DateTimeOffset Now = Given.Noon.AddHours(1);

    [Theory]
    [InlineData(ConsentState.Granted, ConsentState.Granted)]
    [InlineData(ConsentState.Withdrawn, ConsentState.Withdrawn)]
    public void What_the_shop_said_before_is_no_news(ConsentState read, ConsentState seen)
        => Assert.Equal(Consent.None, ShopRecordChange.Of(new Consent(read), seen, Modified, Now, Consent.None));

    [Theory]
    [InlineData(ConsentState.Granted, ConsentState.Withdrawn)]
    [InlineData(ConsentState.Withdrawn, ConsentState.Granted)]
    [InlineData(ConsentState.Granted, ConsentState.NoStatement)]
    public void Another_state_than_before_was_said_when_the_record_changed(ConsentState read, ConsentState seen)
    {
        Assert.Equal(new Consent(read, Modified), ShopRecordChange.Of(new Consent(read), seen, Modified, Now, Consent.None));
        Assert.Equal(new Consent(read, Now), ShopRecordChange.Of(new Consent(read), seen, null, Now, Consent.None));
        Assert.Equal(new Consent(read, Now), ShopRecordChange.Of(new Consent(read), seen, Now.AddMinutes(5), Now, Consent.None));
    }

    [Fact]
    public void At_the_first_look_a_consent_has_no_date_and_a_withdrawal_that_of_the_record()
    {
        Assert.Equal(new Consent(ConsentState.Granted), ShopRecordChange.Of(new Consent(ConsentState.Granted), null, Modified, Now, Consent.None));
        Assert.Equal(new Consent(ConsentState.Withdrawn, Modified), ShopRecordChange.Of(new Consent(ConsentState.Withdrawn), null, Modified, Now, Consent.None));
    }

    [Fact]
    public void Two_changes_of_mind_within_a_second_keep_their_order()
    {
        var first = new Consent(ConsentState.Withdrawn, Modified);
        var second = ShopRecordChange.Of(new Consent(ConsentState.Granted), ConsentState.Withdrawn, Modified, Now, first);
        Assert.Equal(ConsentState.Granted, NewestStatement.Of(first, second).State);
    }

    [Fact]
    public void A_change_of_what_the_shop_agreed_with_is_newer_whatever_the_date_of_the_record()
    {
        var unsubscribed = new Consent(ConsentState.Withdrawn, Now, ConsentSource.Callback);
        var ticked = ShopRecordChange.Of(new Consent(ConsentState.Granted), ConsentState.Withdrawn, Modified, Now, unsubscribed);
        Assert.Equal(ConsentState.Granted, NewestStatement.Of(unsubscribed, ticked).State);
    }

    [Fact]
    public void A_change_of_what_the_shop_had_not_heard_of_counts_from_its_own_date()
    {
        var unsubscribed = new Consent(ConsentState.Withdrawn, Now, ConsentSource.Callback);
        var ticked = ShopRecordChange.Of(new Consent(ConsentState.Granted), ConsentState.NoStatement, Modified, Now, unsubscribed);
        Assert.Equal(unsubscribed, NewestStatement.Of(unsubscribed, ticked));
    }

    [Fact]
    public void A_dated_statement_speaks_for_itself()
    {
        var dated = new Consent(ConsentState.Granted, Modified, ConsentSource.Checkout, "Zgadzam się");
        Assert.Equal(dated, ShopRecordChange.Of(dated, ConsentState.Granted, Now, Now, Consent.None));
    }

    [Fact]
    public void A_cleared_field_says_nothing()
        => Assert.Equal(Consent.None, ShopRecordChange.Of(Consent.None, ConsentState.Granted, Modified, Now, Consent.None));
}
