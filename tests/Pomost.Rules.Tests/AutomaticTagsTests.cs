namespace Pomost.Rules.Tests;

public class AutomaticTagsTests
{
    [Theory]
    [InlineData(true, false, false, "REJESTRACJA")]
    [InlineData(true, true, false, "REJESTRACJA")]
    [InlineData(true, false, true, "REJESTRACJA WHOLESALER")]
    [InlineData(true, true, true, "REJESTRACJA WHOLESALER")]
    [InlineData(false, true, false, "NEWSLETTER")]
    [InlineData(false, true, true, "NEWSLETTER")]
    [InlineData(false, false, false, "")]
    [InlineData(false, false, true, "")]
    public void Tags_follow_the_account(bool hasAccount, bool isSubscriber, bool isWholesaler, string expected)
    {
        var contact = new ShopContact { HasAccount = hasAccount, IsSubscriber = isSubscriber, IsWholesaler = isWholesaler };
        Assert.Equal(expected, string.Join(' ', AutomaticTags.For(contact)));
    }
}
