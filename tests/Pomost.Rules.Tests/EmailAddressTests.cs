using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

public class EmailAddressTests
{
    [Theory]
    [InlineData("anna@sklep.example")]
    [InlineData("anna.maria+buty@poczta.sklep.example")]
    [InlineData("o'brien@sklep.example")]
    [InlineData("a@b.pl")]
    [InlineData("1@1.pl")]
    [InlineData("żaneta@sklep.example")]
    [InlineData("jan@żółw.example")]
    [InlineData("jan@xn--w-uga1v8h.example")]
    [InlineData("jan@москва.рф")]
    [InlineData("jan@भारत.भारत")]
    [InlineData("!#$%&'*+/=?^_`{|}~-@sklep.example")]
    [InlineData("jan@sklep-z-butami.example")]
    public void An_address_is_accepted(string text)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out var problem));
        Assert.Equal(text, address.Value);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\r\n ")]
    public void Nothing_is_a_missing_address(string? text) => Assert.Equal(ReasonCode.EmailMissing, ProblemOf(text));

    [Theory]
    [InlineData("anna")]
    [InlineData("@sklep.example")]
    [InlineData("anna@")]
    [InlineData("@")]
    [InlineData("anna@@sklep.example")]
    [InlineData("anna@maria@sklep.example")]
    [InlineData("anna@sklep")]
    [InlineData(".anna@sklep.example")]
    [InlineData("anna.@sklep.example")]
    [InlineData("anna..maria@sklep.example")]
    [InlineData("anna@.sklep.example")]
    [InlineData("anna@sklep..example")]
    [InlineData("anna@sklep.example.")]
    [InlineData("anna@-sklep.example")]
    [InlineData("anna@sklep-.example")]
    [InlineData("anna@sklep.example-")]
    [InlineData("anna@poczta.-sklep.example")]
    [InlineData("anna@sklep_buty.example")]
    [InlineData("anna@127.0.0.1")]
    [InlineData("anna@[127.0.0.1]")]
    [InlineData("\"anna maria\"@sklep.example")]
    [InlineData("\"anna@maria\"@sklep.example")]
    [InlineData("Anna <anna@sklep.example>")]
    [InlineData("anna@sklep.example, jan@sklep.example")]
    [InlineData("anna maria@sklep.example")]
    [InlineData("anna\u0000@sklep.example")]
    [InlineData("anna@sklep\n.example")]
    [InlineData("anna😀@sklep.example")]
    [InlineData("anna\u200b@sklep.example")]
    public void What_cannot_be_delivered_is_not_an_address(string text) => Assert.Equal(ReasonCode.EmailInvalid, ProblemOf(text));

    [Fact]
    public void Half_a_character_is_not_an_address() => Assert.Equal(ReasonCode.EmailInvalid, ProblemOf("anna" + (char)0xD83D + "@sklep.example"));

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, ReasonCode.EmailTooLong)]
    public void The_part_before_the_at_has_at_most_64_characters(int length, ReasonCode? expected)
        => Assert.Equal(expected, ProblemOf(new string('a', length) + "@sklep.example"));

    [Theory]
    [InlineData(254, null)]
    [InlineData(255, ReasonCode.EmailTooLong)]
    [InlineData(300, ReasonCode.EmailTooLong)]
    public void The_whole_has_at_most_254_characters(int length, ReasonCode? expected)
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4)) + ".pl";
        var local = new string('a', Math.Min(64, length - domain.Length - 1));
        var text = $"{local}@{new string('x', Math.Max(0, length - local.Length - 1 - domain.Length))}{domain}";
        Assert.Equal(length, text.Length);
        Assert.Equal(expected, ProblemOf(text));
    }

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, ReasonCode.EmailInvalid)]
    public void A_part_of_the_domain_has_at_most_63_characters(int length, ReasonCode? expected)
        => Assert.Equal(expected, ProblemOf($"anna@{new string('d', length)}.pl"));

    [Fact]
    public void Surrounding_white_space_does_not_count_and_capitals_stay_in_the_value_only()
    {
        Assert.True(EmailAddress.TryParse(" \tAnna.Żak@Sklep.Example\u00a0\n", out var address, out _));
        Assert.Equal("Anna.Żak@Sklep.Example", address.Value);
        Assert.Equal("anna.żak@sklep.example", address.Key);
    }

    [Fact]
    public void Composed_and_decomposed_letters_are_one_person()
        => Assert.Equal(Given.Address("z\u0307ak@sklep.example"), Given.Address("żak@sklep.example"));

    [Fact]
    public void An_address_does_not_print_itself() => Assert.DoesNotContain("anna", Given.Anna.ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_key_of_a_key_is_that_key() => Prop
        .ForAll(Texts.Any, text => EmailAddress.KeyOf(EmailAddress.KeyOf(text)) == EmailAddress.KeyOf(text))
        .Check(Texts.Thorough);

    [Theory]
    [InlineData("J\u030c@sklep.example")]
    [InlineData("H\u0331@sklep.example")]
    [InlineData("\u212a@sklep.example")]
    [InlineData("İstanbul@sklep.example")]
    public void The_key_of_a_key_is_that_key_for_letters_without_a_composed_capital(string text)
        => Assert.Equal(EmailAddress.KeyOf(text), EmailAddress.KeyOf(EmailAddress.KeyOf(text)));

    [Fact]
    public void No_text_makes_reading_fail() => Prop
        .ForAll(Texts.Any, text => EmailAddress.TryParse(text, out var address, out var problem) ? problem is null : address is null)
        .Check(Texts.Thorough);

    static ReasonCode? ProblemOf(string? text)
        => EmailAddress.TryParse(text, out _, out var problem) ? null : problem;
}
