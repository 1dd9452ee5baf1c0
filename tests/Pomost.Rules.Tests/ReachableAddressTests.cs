namespace Pomost.Rules.Tests;

public class ReachableAddressTests
{
    [Theory]
    [InlineData("Anna@Sklep.Example", ReasonCode.Allowed)]
    [InlineData("anna@invalid.example", ReasonCode.Allowed)]
    [InlineData("anna@sklepinvalid.pl", ReasonCode.Allowed)]
    [InlineData(null, ReasonCode.EmailMissing)]
    [InlineData("anna", ReasonCode.EmailInvalid)]
    [InlineData("anna@invalid", ReasonCode.EmailInvalid)]
    [InlineData("deleted@site.invalid", ReasonCode.EmailAnonymised)]
    [InlineData("Deleted@Site.INVALID", ReasonCode.EmailAnonymised)]
    public void An_address_is_usable_or_the_reason_is_named(string? email, ReasonCode expected)
    {
        var answer = ReachableAddress.Ask(email, out var address);

        Assert.Equal(("reachable-address", expected, expected == ReasonCode.Allowed), (answer.Rule, answer.Code, answer.Allows));
        Assert.Equal(answer.Allows, address is not null);
    }

    [Fact]
    public void A_long_address_is_refused_as_long()
        => Assert.Equal(ReasonCode.EmailTooLong, ReachableAddress.Ask(new string('a', 300) + "@sklep.example", out _).Code);

    [Fact]
    public void The_answer_names_the_field_and_never_the_address()
        => Assert.Equal("email", ReachableAddress.Ask("anna@maria@sklep.example", out _).Fact);
}
