namespace Pomost.Rules.Tests;

public class TagLoopGuardTests
{
    [Theory]
    [InlineData("salesmanago_shop1_menu1", true)]
    [InlineData("salesmanago_obuwie", true)]
    [InlineData("SALESmanago_Obuwie", true)]
    [InlineData(" salesmanago obuwie", true)]
    [InlineData("_salesmanago_x", true)]
    [InlineData("salesmanago", false)]
    [InlineData("salesmanagos_x", false)]
    [InlineData("my_salesmanago_x", false)]
    [InlineData("", false)]
    public void A_shops_tag_that_came_from_SALESmanago_is_recognised(string tag, bool cameFrom)
        => Assert.Equal(cameFrom, TagLoopGuard.CameFromSalesmanago(tag));

    [Theory]
    [InlineData("IDOSELL_BRAK_AKTYWNOSCI", true)]
    [InlineData("woocommerce_vip", true)]
    [InlineData("SALESMANAGO_SHOP1_VIP", true)]
    [InlineData("OBUWIE", false)]
    [InlineData("IDOSELL", false)]
    [InlineData("IDOSELLER_X", false)]
    [InlineData("REJESTRACJA", false)]
    [InlineData("", false)]
    public void A_cards_tag_that_came_from_a_shop_is_recognised(string tag, bool cameFrom)
        => Assert.Equal(cameFrom, TagLoopGuard.CameFromShop(tag));

    [Fact]
    public void A_platform_that_is_not_known_yet_guards_its_own_tags()
    {
        Assert.False(TagLoopGuard.CameFromShop("NEWSHOP_VIP"));
        Assert.True(TagLoopGuard.CameFromShop("NEWSHOP_VIP", "newshop"));
        Assert.False(TagLoopGuard.CameFromShop("NEWSHOPPING_VIP", "newshop"));
    }

    [Fact]
    public void Every_platform_is_guarded() => Assert.All(TagLoopGuard.PlatformKeys, key => Assert.True(TagLoopGuard.CameFromShop($"{key}_vip")));
}
