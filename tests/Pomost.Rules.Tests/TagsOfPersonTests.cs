namespace Pomost.Rules.Tests;

public class TagsOfPersonTests
{
    static readonly TagSources Sources = new("idosell", "sklep.example", Automatic: true, ["KONTO"], ["LISTA"], ["KUPIL"], ["EKSPORT"]);

    [Theory]
    [InlineData(true, false, false, "KONTO REJESTRACJA EKSPORT")]
    [InlineData(true, true, true, "KONTO REJESTRACJA WHOLESALER EKSPORT")]
    [InlineData(false, true, false, "LISTA NEWSLETTER EKSPORT")]
    [InlineData(false, false, false, "KONTO EKSPORT")]
    public void A_contact_gets_settings_automatic_and_export_tags(bool account, bool subscriber, bool wholesaler, string tags)
    {
        var contact = new ShopContact { HasAccount = account, IsSubscriber = subscriber, IsWholesaler = wholesaler };
        Assert.Equal(tags, string.Join(' ', TagsOfPerson.OfContact(contact, Sources).Select(line => line.Tag)));
    }

    [Fact]
    public void A_buyer_gets_the_menu_and_the_source_each_with_its_rule()
    {
        var order = Given.Order with { AcquisitionSource = "allegro", Lines = [Given.Line("Trampki", ["Obuwie", "Męskie"], ["Obuwie"])] };

        Assert.Equal(
            [
                ("KUPIL", ReasonCode.TagOfSettings), ("KONTO", ReasonCode.TagOfSettings), ("REJESTRACJA", ReasonCode.TagAutomatic), ("OBUWIE", ReasonCode.TagOfMenu), ("MĘSKIE", ReasonCode.TagOfMenu),
                ("IDOSELL_ALLEGRO_SKLEP.EXAMPLE", ReasonCode.TagOfSource), ("EKSPORT", ReasonCode.TagOfExport),
            ],
            TagsOfPerson.OfOrder(order, Sources).Select(line => (line.Tag, line.Code)));
    }

    [Theory]
    [InlineData(true, "KUPIL KONTO REJESTRACJA")]
    [InlineData(false, "KUPIL GOSC")]
    public void Who_buys_without_an_account_gets_further_tags(bool account, string tags)
    {
        var order = Given.Order with { Buyer = Given.Order.Buyer with { HasAccount = account, IsSubscriber = false }, Lines = [] };
        var sources = Sources with { GuestPurchase = ["GOSC"], Export = [] };
        Assert.Equal(tags, string.Join(' ', TagsOfPerson.OfOrder(order, sources).Select(line => line.Tag)));
    }

    [Fact]
    public void An_abandoned_cart_gives_its_own_tags_alone()
        => Assert.Equal(["KOSZYK"], TagsOfPerson.OfCart(Sources with { AbandonedCart = ["KOSZYK", "KOSZYK"] }).Select(line => line.Tag));

    [Fact]
    public void Without_automatic_tags_only_typed_ones_are_left()
    {
        var order = Given.Order with { AcquisitionSource = "allegro", Lines = [Given.Line("Trampki", ["Obuwie"])] };
        Assert.Equal(["KUPIL", "KONTO", "EKSPORT"], TagsOfPerson.OfOrder(order, Sources with { Automatic = false }).Select(line => line.Tag));
        Assert.Equal(["KONTO", "EKSPORT"], TagsOfPerson.OfContact(Given.Contact, Sources with { Automatic = false }).Select(line => line.Tag));
    }

    [Fact]
    public void A_tag_given_twice_is_listed_once_with_the_first_reason()
        => Assert.Equal(
            new TagLine("REJESTRACJA", "tags-of-person", ReasonCode.TagOfSettings),
            Assert.Single(TagsOfPerson.OfContact(Given.Contact, Sources with { Registration = ["REJESTRACJA"], Export = [] })));
}
