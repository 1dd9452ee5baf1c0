namespace Pomost.Rules.Tests;

public sealed class UndatedWithdrawalTests
{
    static readonly DateTimeOffset Changed = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Earlier = Changed.AddDays(-30);

    [Fact]
    public void A_withdrawal_without_a_date_counts_from_the_last_change_of_the_record()
        => Assert.Equal(Changed, UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn), Changed).At);

    [Theory]
    [InlineData(ConsentState.Granted)]
    [InlineData(ConsentState.NoStatement)]
    public void Nothing_else_gets_a_date(ConsentState state)
        => Assert.Null(UndatedWithdrawal.Dated(new Consent(state), Changed).At);

    [Fact]
    public void A_date_the_shop_knows_is_kept()
        => Assert.Equal(Earlier, UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn, Earlier), Changed).At);

    [Fact]
    public void Without_a_known_change_the_statement_stays_as_it_is()
        => Assert.Null(UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn), null).At);

    [Fact]
    public void A_later_unsubscribe_without_a_date_ends_a_dated_consent()
    {
        var consented = new Consent(ConsentState.Granted, Earlier, ConsentSource.Checkout);
        var unsubscribed = UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn), Changed);
        Assert.Equal(ConsentState.Withdrawn, NewestStatement.Of(consented, unsubscribed).State);
    }

    [Fact]
    public void An_older_unsubscribe_does_not_end_a_consent_given_afterwards()
    {
        var consented = new Consent(ConsentState.Granted, Changed.AddDays(1), ConsentSource.Checkout);
        var unsubscribed = UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn), Changed);
        Assert.Equal(ConsentState.Granted, NewestStatement.Of(consented, unsubscribed).State);
    }
}
