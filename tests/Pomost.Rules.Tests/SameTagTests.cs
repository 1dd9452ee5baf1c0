using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

public class SameTagTests
{
    [Theory]
    [InlineData("WOOCOMMERCE_BRAK_AKTYWNOŚCI", "woocommerce_brak_aktywnosci")]
    [InlineData("Męskie", "MESKIE")]
    [InlineData("Łódź", "lodz")]
    [InlineData("z\u0307o\u0301łw", "żółw")]
    [InlineData("a  b", "a_b")]
    [InlineData("\"a\",b", "A_B")]
    [InlineData("_vip_", "vip")]
    [InlineData("straße", "STRASSE")]
    [InlineData("lato😀", "LATO😀")]
    public void Spellings_of_one_tag_are_the_same(string one, string other) => Assert.Equal(one, other, TagComparer.Instance);

    [Theory]
    [InlineData("vip", "vip2")]
    [InlineData("a_b", "ab")]
    [InlineData("a-b", "a_b")]
    [InlineData("lato😀", "lato😁")]
    public void Other_tags_are_not(string one, string other) => Assert.NotEqual(one, other, TagComparer.Instance);

    [Fact]
    public void Nothing_but_signs_leaves_nothing() => Assert.Equal("", SameTag.KeyOf(" _,\"'\u0007"));

    [Fact]
    public void A_tag_as_stored_is_the_tag_as_typed() => Prop
        .ForAll(Texts.Any, text => TagInput.Normalise(text).Length == TagInput.MaxLength || SameTag.KeyOf(TagInput.Normalise(text)) == SameTag.KeyOf(text))
        .Check(Texts.Thorough);

    [Fact]
    public void The_key_of_a_key_is_that_key() => Prop
        .ForAll(Texts.Any, text => SameTag.KeyOf(SameTag.KeyOf(text)) == SameTag.KeyOf(text))
        .Check(Texts.Thorough);
}
