namespace Pomost.Rules.Tests;

public class AddressesInTextTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("anna", "")]
    [InlineData("@", "")]
    [InlineData("anna@", "")]
    [InlineData("@@@@;@", "")]
    [InlineData("anna@x.pl", "anna@x.pl")]
    [InlineData(" ANNA@X.PL\t", "anna@x.pl")]
    [InlineData("a_na@x.pl", "a_na@x.pl")]
    [InlineData("%@x.pl", "%@x.pl")]
    [InlineData("anna+sklep@x.pl", "anna+sklep@x.pl")]
    [InlineData("o'hara@x.pl", "o'hara@x.pl")]
    [InlineData("Z\u0307ANETA@\u0141ĄKA.example", "\u017Caneta@łąka.example")]
    [InlineData("Anna <anna@x.pl>", "anna@x.pl")]
    [InlineData("'anna@x.pl'", "anna@x.pl")]
    [InlineData("\"anna@x.pl\"", "anna@x.pl")]
    [InlineData("=\"anna@x.pl\"", "anna@x.pl")]
    [InlineData("anna@x.pl.", "anna@x.pl")]
    [InlineData("anna@x.pl;jan@x.pl, ola@x.pl", "anna@x.pl", "jan@x.pl", "ola@x.pl")]
    [InlineData("anna@x.pl/jan@x.pl|ola@x.pl", "anna@x.pl", "jan@x.pl", "ola@x.pl")]
    [InlineData("anna@x.pl ANNA@x.pl", "anna@x.pl")]
    [InlineData("mailto:anna@x.pl?cc=jan@x.pl", "anna@x.pl", "jan@x.pl")]
    [InlineData("anna@jan@x.pl", "")]
    public void Whole_addresses_are_found_and_no_part_of_one(string? text, params string[] keys)
        => Assert.Equal(keys is [""] ? [] : keys, AddressesInText.KeysOf(text));

    [Theory]
    [InlineData("""["\nanna@x.pl","jan@x.pl"]""", "anna@x.pl", "jan@x.pl")]
    [InlineData("""{"a":{"b":["x",1,null,"\u0061nna@x.pl"]},"anna@y.pl":true}""", "anna@x.pl")]
    [InlineData("""[anna@x.pl""", "anna@x.pl")]
    public void A_stored_record_is_read_as_its_strings(string json, params string[] keys)
        => Assert.Equal(keys, AddressesInText.KeysOfJson(json));
}
