namespace Pomost.Rules.Tests;

public class MenuPathTagsTests
{
    static readonly string[] Shoes = ["Obuwie", "Męskie", "Sportowe"];
    static readonly string[] Sale = ["Wyprzedaże", "Wiosna 2015"];

    [Fact]
    public void A_product_in_two_places_of_the_menu_gives_the_five_tags_of_the_example()
        => Assert.Equal(["OBUWIE", "MĘSKIE", "SPORTOWE", "WYPRZEDAŻE", "WIOSNA_2015"], MenuPathTags.For([Given.Line("Trampki", Shoes, Sale)]));

    [Fact]
    public void A_level_comes_once_over_all_goods_and_spellings() => Assert.Equal(
        ["OBUWIE", "MĘSKIE", "SPORTOWE", "WIZYTOWE"],
        MenuPathTags.For([Given.Line("Trampki", Shoes), Given.Line("Oksfordy", ["OBUWIE ", "Me\u0328skie", "Wizytowe"])]));

    [Fact]
    public void A_comma_in_a_level_does_not_make_two_tags()
        => Assert.Equal(["KAPCIE_PANTOFLE_I_KLAPKI"], MenuPathTags.For([Given.Line("Klapki", ["Kapcie, pantofle i klapki"])]));

    [Fact]
    public void A_level_without_a_usable_character_gives_no_tag()
        => Assert.Equal(["BUTY"], MenuPathTags.For([Given.Line("Klapki", ["\"\"", " ", "Buty"])]));

    [Fact]
    public void Goods_outside_the_menu_give_no_tag() => Assert.Empty(MenuPathTags.For([Given.Line("Bon")]));
}
