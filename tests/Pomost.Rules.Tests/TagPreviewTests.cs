namespace Pomost.Rules.Tests;

public class TagPreviewTests
{
    static readonly TagSources Sources = new("idosell", "sklep.example", Automatic: true, ["KLIENT"], [], [], []);

    [Fact]
    public void Every_tag_has_its_rule_and_reason_and_withheld_ones_come_last()
    {
        var contact = Given.Contact with { ShopTags = ["salesmanago_shop1_x", "vip"] };
        var order = Given.Order with { Lines = [Given.Line("Trampki", ["Obuwie"])] };

        Assert.Equal(
            [
                new TagLine("KLIENT", "tags-of-person", ReasonCode.TagOfSettings),
                new TagLine("REJESTRACJA", "automatic-tags", ReasonCode.TagAutomatic),
                new TagLine("OBUWIE", "menu-path-tags", ReasonCode.TagOfMenu),
                new TagLine("IDOSELL_VIP", "shop-tags-to-send", ReasonCode.TagOfShop, "vip"),
                new TagLine("STARY", "tags-of-person", ReasonCode.TagSentEarlier),
                new TagLine("salesmanago_shop1_x", "tag-loop-guard", ReasonCode.TagFromSalesmanago),
            ],
            TagPreview.Of(contact, [order], Sources, ["REJESTRACJA", "STARY", "IDOSELL_VIP"]));
    }
}
