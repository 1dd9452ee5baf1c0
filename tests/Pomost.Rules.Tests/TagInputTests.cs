using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

public class TagInputTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("  \t\r\n", "")]
    [InlineData(",;,\n", "")]
    [InlineData("_", "")]
    [InlineData("vip", "VIP")]
    [InlineData("vip,wiosna_2026", "VIP|WIOSNA_2026")]
    [InlineData("vip;lato\tzima\njesień\r\nwiosna", "VIP|LATO|ZIMA|JESIEŃ|WIOSNA")]
    [InlineData("  vip , lato  ", "VIP|LATO")]
    [InlineData("buty   męskie", "BUTY_MĘSKIE")]
    [InlineData("buty\u00a0męskie", "BUTY_MĘSKIE")]
    [InlineData("zażółć gęślą jaźń", "ZAŻÓŁĆ_GĘŚLĄ_JAŹŃ")]
    [InlineData("z\u0307aba", "ŻABA")]
    [InlineData("lato😀", "LATO😀")]
    [InlineData("_vip_", "_VIP")]
    [InlineData("(a)-[b]-{c}", "(A)-[B]-{C}")]
    public void A_field_is_read_forgivingly(string? text, string expected)
    {
        var list = TagInput.Parse(text);

        Assert.Null(list.Problem);
        Assert.Equal(expected, string.Join('|', list.Tags));
    }

    [Fact]
    public void What_was_mended_is_counted()
    {
        var list = TagInput.Parse("vip, VIP ,Vip, buty męskie, buty  damskie,lato");

        Assert.Equal(["VIP", "BUTY_MĘSKIE", "BUTY_DAMSKIE", "LATO"], list.Tags);
        Assert.Equal((2, 2), (list.MendedSpaces, list.DroppedRepeats));
    }

    [Theory]
    [InlineData("vip\u0000", '\u0000')]
    [InlineData("v\u0007ip", '\u0007')]
    [InlineData("v\u007fip", '\u007f')]
    [InlineData("<b>", '<')]
    [InlineData("a>b", '>')]
    [InlineData("\"vip\"", '"')]
    [InlineData("l'oreal", '\'')]
    [InlineData("l’oreal", '’')]
    [InlineData("„vip”", '„')]
    [InlineData("“vip”", '“')]
    [InlineData("«vip»", '«')]
    public void A_character_no_tag_may_have_refuses_the_field_and_is_named(string tag, char character)
    {
        var list = TagInput.Parse($"lato,{tag}");

        Assert.Empty(list.Tags);
        Assert.Equal(new TagProblem(TagProblemKind.Character, tag, character), list.Problem);
    }

    [Fact]
    public void Half_a_character_refuses_the_field()
        => Assert.Equal(TagProblemKind.Character, TagInput.Parse("vip" + (char)0xDC00).Problem?.Kind);

    [Fact]
    public void A_tag_of_255_characters_is_stored_and_one_of_256_refused()
    {
        Assert.Equal(new string('A', 255), Assert.Single(TagInput.Parse(new string('a', 255)).Tags));

        var tooLong = TagInput.Parse("vip," + new string('a', 256));
        Assert.Equal(new TagProblem(TagProblemKind.TooLong, new string('a', 256)), tooLong.Problem);
        Assert.Empty(tooLong.Tags);
    }

    [Fact]
    public void Twenty_tags_are_stored_and_21_refused_with_their_number()
    {
        Assert.Equal(20, TagInput.Parse(Numbered(20)).Tags.Count);

        var tooMany = TagInput.Parse(Numbered(23));
        Assert.Equal(new TagProblem(TagProblemKind.TooMany, "t21", Count: 23), tooMany.Problem);
        Assert.Empty(tooMany.Tags);
        Assert.Equal(TagProblemKind.TooMany, TagInput.Parse(Numbered(21)).Problem?.Kind);
    }

    [Fact]
    public void Repeats_do_not_count_towards_the_twenty() => Assert.Equal(20, TagInput.Parse(Numbered(20) + ",T1,t2").Tags.Count);

    [Theory]
    [InlineData("Obuwie, sandały", "OBUWIE_SANDAŁY")]
    [InlineData("L'Oréal <nowe>", "L_ORÉAL_NOWE")]
    [InlineData(" \"\" ", "")]
    [InlineData("", "")]
    public void A_name_becomes_a_tag_without_being_refused(string name, string tag) => Assert.Equal(tag, TagInput.Normalise(name));

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        Assert.Equal(new string('A', 255), TagInput.Normalise(new string('a', 300)));
        Assert.Equal(new string('A', 254), TagInput.Normalise(new string('a', 254) + "😀"));
        Assert.Equal(new string('A', 254), TagInput.Normalise(new string('a', 254) + " b"));
    }

    [Fact]
    public void A_tag_made_into_a_tag_is_that_tag() => Prop
        .ForAll(Texts.Any, text => TagInput.Normalise(TagInput.Normalise(text)) == TagInput.Normalise(text))
        .Check(Texts.Thorough);

    [Fact]
    public void What_was_stored_is_read_as_it_was_stored() => Prop
        .ForAll(Texts.Any, text => TagInput.Parse(string.Join(',', TagInput.Parse(text).Tags)).Tags.SequenceEqual(TagInput.Parse(text).Tags))
        .Check(Texts.Thorough);

    [Fact]
    public void No_text_makes_reading_fail_or_gives_an_empty_or_long_tag() => Prop
        .ForAll(Texts.Any, text => TagInput.Parse(text).Tags.All(tag => tag.Length is > 0 and <= TagInput.MaxLength))
        .Check(Texts.Thorough);

    static string Numbered(int count) => string.Join(',', Enumerable.Range(1, count).Select(number => $"t{number}"));
}
