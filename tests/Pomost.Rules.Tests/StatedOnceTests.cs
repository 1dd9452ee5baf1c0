namespace Pomost.Rules.Tests;

public class StatedOnceTests
{
    [Theory]
    [InlineData(ConsentState.Granted, ConsentState.Granted, ConsentState.NoStatement)]
    [InlineData(ConsentState.Withdrawn, ConsentState.Withdrawn, ConsentState.NoStatement)]
    [InlineData(ConsentState.Granted, ConsentState.Withdrawn, ConsentState.Withdrawn)]
    [InlineData(ConsentState.NoStatement, ConsentState.Granted, ConsentState.Granted)]
    public void A_state_is_sent_only_when_it_is_another_than_the_destination_was_told(ConsentState told, ConsentState holds, ConsentState sent)
    {
        var before = ContactToSend.HashOf(Given.Outgoing(Given.Contact) with { EmailConsent = told, SmsConsent = told });
        var stated = StatedOnce.Of(Given.Outgoing(Given.Contact) with { EmailConsent = holds, SmsConsent = holds }, before);
        Assert.Equal((sent, sent), (stated.EmailConsent, stated.SmsConsent));
    }

    [Fact]
    public void Who_is_new_to_the_destination_is_sent_with_every_state()
        => Assert.Equal(ConsentState.Granted, StatedOnce.Of(Given.Outgoing(Given.Contact), null).EmailConsent);
}
