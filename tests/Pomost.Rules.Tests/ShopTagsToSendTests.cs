namespace Pomost.Rules.Tests;

public class ShopTagsToSendTests
{
    const string Platform = "woocommerce";

    [Fact]
    public void A_shops_tag_gets_the_platforms_prefix()
    {
        var plan = Of(["brak_aktywności"], []);

        Assert.Equal(["WOOCOMMERCE_BRAK_AKTYWNOŚCI"], plan.Own);
        Assert.Empty(plan.Remove);
        Assert.Equal(new TagLine("WOOCOMMERCE_BRAK_AKTYWNOŚCI", "shop-tags-to-send", ReasonCode.TagOfShop, "brak_aktywności"), Assert.Single(plan.Lines));
    }

    [Theory]
    [InlineData("a", "b", "WOOCOMMERCE_B", "WOOCOMMERCE_A")]
    [InlineData("a,b", "b", "WOOCOMMERCE_B", "WOOCOMMERCE_A")]
    [InlineData("a", "", "", "WOOCOMMERCE_A")]
    [InlineData("a", "a", "WOOCOMMERCE_A", "")]
    [InlineData("zolty", "Żółty", "WOOCOMMERCE_ŻÓŁTY", "")]
    [InlineData("", "a,A,á", "WOOCOMMERCE_A", "")]
    public void What_the_shop_no_longer_has_is_removed(string before, string now, string own, string removed)
    {
        var known = Of(Listed(before), []).Own;
        var plan = Of(Listed(now), known);

        Assert.Equal(own, string.Join(',', plan.Own));
        Assert.Equal(removed, string.Join(',', plan.Remove));
    }

    [Fact]
    public void Tags_that_were_not_read_say_nothing()
    {
        var plan = ShopTagsToSend.Of(null, Platform, ["WOOCOMMERCE_VIP"], []);
        Assert.Equal(["WOOCOMMERCE_VIP"], plan.Own);
        Assert.Empty(plan.Remove);
    }

    [Fact]
    public void What_came_from_SALESmanago_is_not_sent_back()
    {
        var plan = Of(["salesmanago_shop1_menu1", "salesmanago_obuwie", "vip"], []);

        Assert.Equal(["WOOCOMMERCE_VIP"], plan.Own);
        Assert.Equal(2, plan.Lines.Count(line => line is { Code: ReasonCode.TagFromSalesmanago, Rule: "tag-loop-guard" }));
    }

    [Fact]
    public void A_tag_without_the_prefix_is_never_removed()
        => Assert.Empty(Of([], ["ALLEGRO_SKLEP.EXAMPLE", "WOOCOMMERCEVIP", "OBUWIE"]).Remove);

    [Fact]
    public void A_tag_that_another_rule_gives_is_not_removed()
        => Assert.Empty(ShopTagsToSend.Of([], Platform, ["WOOCOMMERCE_ALLEGRO_SKLEP.EXAMPLE"], ["woocommerce_allegro_sklep.example"]).Remove);

    [Fact]
    public void A_tag_of_nothing_but_signs_is_named_and_left_out()
        => Assert.Equal(new TagLine("\"\"", "shop-tags-to-send", ReasonCode.TagUnusable), Assert.Single(Of(["\"\""], []).Lines));

    [Fact]
    public void A_tag_of_300_characters_is_cut_once_and_stays_the_same_tag()
    {
        var tag = Awkward.Tag(300);
        var plan = Of([tag], []);

        Assert.Equal(TagInput.MaxLength, Assert.Single(plan.Own).Length, 2.0);
        Assert.Empty(Of([tag], plan.Own).Remove);
        Assert.Empty(ShopTagsToSend.MissingOn(plan.Own, [SameTag.KeyOf(plan.Own[0])]));
    }

    [Fact]
    public void A_tag_deleted_only_at_SALESmanago_is_missing_whatever_its_spelling_was()
        => Assert.Equal(["WOOCOMMERCE_VIP"], ShopTagsToSend.MissingOn(["WOOCOMMERCE_ŻÓŁTY", "WOOCOMMERCE_VIP"], ["WOOCOMMERCE_ZOLTY", "OBUWIE"]));

    static string[] Listed(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    static ShopTagPlan Of(IReadOnlyList<string> shopTags, IReadOnlyList<string> known) => ShopTagsToSend.Of(shopTags, Platform, known, []);
}
