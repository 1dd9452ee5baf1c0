namespace Pomost.Hub.Tests;

public sealed class TagNameTests
{
    [Theory]
    [InlineData("NEWSLETTER", "NEWSLETTER")]
    [InlineData("Newsletter", "NEWSLETTER")]
    [InlineData("  sklep demo ", "SKLEP_DEMO")]
    [InlineData("Wiosna  2015", "WIOSNA_2015")]
    [InlineData("idosell_allegro_sklep.example", "IDOSELL_ALLEGRO_SKLEP.EXAMPLE")]
    [InlineData("zażółć gęślą jaźń", "ZAZOLC_GESLA_JAZN")]
    [InlineData("Straße Ærø", "STRASSE_AERO")]
    [InlineData("A & B", "A_B")]
    [InlineData("\"sale\"!", "SALE")]
    [InlineData("50% #1 $*'", "50%_1")]
    [InlineData("a-(b)[c]{d}_e", "A-(B)[C]{D}_E")]
    [InlineData("a__b", "A__B")]
    [InlineData("новинка", "НОВИНКА")]
    [InlineData("a\u0001b", "A_B")]
    [InlineData("!!", "")]
    [InlineData("", "")]
    public void A_name_becomes_what_is_stored(string given, string stored) => Assert.Equal(stored, TagName.Normalize(given));

    [Fact]
    public void A_long_name_is_cut_without_breaking_a_character()
    {
        Assert.Equal(new string('A', TagName.MaxLength), TagName.Normalize(new string('a', 300)));
        Assert.Equal(new string('A', TagName.MaxLength - 1), TagName.Normalize(new string('a', TagName.MaxLength - 1) + "😀"));
    }

    [Fact]
    public void Commas_separate_and_repeats_are_dropped() =>
        Assert.Equal(["A", "B", "C"], TagName.NormalizeAll(["a, b", "B", ",", "c"]));

    [Theory]
    [InlineData("zażółć gęślą jaźń")]
    [InlineData("A & B")]
    [InlineData("Straße")]
    public void A_stored_name_stays_as_it_is(string given) => Assert.Equal(TagName.Normalize(given), TagName.Normalize(TagName.Normalize(given)));
}
