namespace Pomost.Rules.Tests;

public class WhoIsSentTests
{
    static readonly bool[] Either = [false, true];

    public static IEnumerable<Relation> Everyone() =>
        from account in Either
        from subscriber in Either
        from bought in Either
        from consented in Either
        from since in Either
        from import in Either
        select new Relation(account, subscriber, bought, consented, since, import);

    [Fact]
    public void Mode_A_asks_for_the_consent_given_when_ordering_and_for_nothing_else()
    {
        foreach (var person in Everyone())
        {
            Assert.Equal(
                person.SharingConsented ? ReasonCode.SharingConsented : ReasonCode.SharingWithdrawn,
                WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, person with { SharingWithdrawn = true }).Code);
            var expected = person.SharingConsented
                ? new RuleAnswer("who-is-sent", ReasonCode.SharingConsented, true)
                : new RuleAnswer("who-is-sent", ReasonCode.SharingNotConsented, false);
            Assert.Equal(expected, WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, person));
        }
    }

    [Theory]
    [InlineData(true, null, ReasonCode.SharingConsented)]
    [InlineData(false, null, ReasonCode.SharingRefused)]
    [InlineData(null, null, ReasonCode.SharingNotAsked)]
    [InlineData(true, -1, ReasonCode.SharingConsented)]
    [InlineData(true, 0, ReasonCode.SharingWithdrawn)]
    [InlineData(true, 1, ReasonCode.SharingWithdrawn)]
    [InlineData(false, -1, ReasonCode.SharingRefused)]
    public void Mode_A_asks_each_order_itself_and_mode_B_none(bool? consented, int? withdrawnHoursAfter, ReasonCode expected)
    {
        var order = Given.Order with { SharingConsent = consented };
        var withdrawnAt = withdrawnHoursAfter is { } hours ? Given.Noon.AddHours(hours) : (DateTimeOffset?)null;
        var answer = WhoIsSent.AskOrder(SharingMode.ConsentedWhenOrdering, order, withdrawnAt);
        Assert.Equal((expected, expected == ReasonCode.SharingConsented), (answer.Code, answer.Allows));
        Assert.Equal(ReasonCode.SharingEveryone, WhoIsSent.AskOrder(SharingMode.Everyone, order, withdrawnAt).Code);
    }

    // account, subscriber, bought, subscribed since activation, explicit import
    [Theory]
    [InlineData("-----", ReasonCode.NoRelation)]
    [InlineData("----i", ReasonCode.NoRelation)]
    [InlineData("---s-", ReasonCode.NoRelation)]
    [InlineData("---si", ReasonCode.NoRelation)]
    [InlineData("-n---", ReasonCode.SubscriberBeforeActivation)]
    [InlineData("-n--i", ReasonCode.SharingEveryone)]
    [InlineData("-n-s-", ReasonCode.SharingEveryone)]
    [InlineData("-n-si", ReasonCode.SharingEveryone)]
    [InlineData("--b--", ReasonCode.SharingEveryone)]
    [InlineData("-nb--", ReasonCode.SharingEveryone)]
    [InlineData("a----", ReasonCode.SharingEveryone)]
    [InlineData("an---", ReasonCode.SharingEveryone)]
    [InlineData("a-b--", ReasonCode.SharingEveryone)]
    [InlineData("anbsi", ReasonCode.SharingEveryone)]
    public void Mode_B_sends_accounts_buyers_and_subscribers(string person, ReasonCode expected)
    {
        foreach (var consented in Either)
        {
            var relation = new Relation(person[0] == 'a', person[1] == 'n', person[2] == 'b', consented, person[3] == 's', person[4] == 'i');
            var answer = WhoIsSent.Ask(SharingMode.Everyone, relation);
            Assert.Equal((expected, expected == ReasonCode.SharingEveryone), (answer.Code, answer.Allows));
        }
    }

    [Fact]
    public void Mode_B_withholds_only_strangers_and_earlier_subscribers()
    {
        var withheld = Everyone().Where(person => !WhoIsSent.Ask(SharingMode.Everyone, person).Allows).ToList();

        Assert.All(withheld, person => Assert.False(person.HasAccount || person.HasBought));
        Assert.All(withheld.Where(person => person.IsSubscriber), person => Assert.False(person.SubscribedSinceActivation || person.ByExplicitImport));
        // 16 kinds of people have neither account nor order; of these the 8 not subscribed and the 2 earlier subscribers stay.
        Assert.Equal(10, withheld.Count);
    }
}
