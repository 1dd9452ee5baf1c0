namespace Pomost.Rules.Tests;

public class EndedRoleTagsTests
{
    [Theory]
    [InlineData(true, false, "", "WHOLESALER")]
    [InlineData(true, true, "", "")]
    [InlineData(false, false, "", "")]
    [InlineData(true, false, "wholesaler", "")]
    public void The_tag_goes_when_the_role_went_and_nothing_else_gives_it(bool before, bool now, string given, string removed)
    {
        var account = new ShopContact { HasAccount = true };
        Assert.Equal(removed, string.Join(',', EndedRoleTags.Of(
            account with { IsWholesaler = before }, account with { IsWholesaler = now }, given.Split(',', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void An_account_never_read_before_loses_nothing() => Assert.Empty(EndedRoleTags.Of(null, new ShopContact { HasAccount = true }, []));
}
