namespace Pomost.Rules.Tests;

public class RepeatedStatementTests
{
    static readonly DateTimeOffset Sent = Given.Noon;

    [Theory]
    [InlineData(ConsentState.Granted)]
    [InlineData(ConsentState.Withdrawn)]
    [InlineData(ConsentState.NoStatement)]
    public void Without_a_card_the_first_sending_never_arrived(ConsentState sent)
        => Assert.Equal(sent, RepeatedStatement.Of(sent, null, null, Sent));

    [Theory]
    [InlineData(ConsentState.Granted)]
    [InlineData(ConsentState.Withdrawn)]
    public void What_the_card_shows_already_is_not_said_again(ConsentState sent)
        => Assert.Equal(ConsentState.NoStatement, RepeatedStatement.Of(sent, sent, Sent.AddMinutes(1), Sent));

    [Theory]
    [InlineData(-1, ConsentState.Granted)]
    [InlineData(0, ConsentState.NoStatement)]
    [InlineData(1, ConsentState.NoStatement)]
    public void A_consent_is_not_forced_upon_who_said_no_since_the_first_sending(int milliseconds, ConsentState expected)
        => Assert.Equal(expected, RepeatedStatement.Of(ConsentState.Granted, ConsentState.Withdrawn, Sent.AddMilliseconds(milliseconds), Sent));

    [Fact]
    public void A_card_without_a_date_may_have_been_changed_since()
        => Assert.Equal(ConsentState.NoStatement, RepeatedStatement.Of(ConsentState.Granted, ConsentState.Withdrawn, null, Sent));

    [Fact]
    public void A_withdrawal_is_said_until_the_card_shows_it()
        => Assert.Equal(ConsentState.Withdrawn, RepeatedStatement.Of(ConsentState.Withdrawn, ConsentState.Granted, Sent.AddHours(1), Sent));
}
