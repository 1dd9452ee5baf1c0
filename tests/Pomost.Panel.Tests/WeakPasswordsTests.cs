using Pomost.Panel.Features.Registration;

namespace Pomost.Panel.Tests;

public sealed class WeakPasswordsTests
{
    [Theory]
    [InlineData("haslo1234567")]
    [InlineData("HASLO1234567")]
    [InlineData("qwertyuiop12")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("123456789012")]
    [InlineData("qwertyuiopas")]
    [InlineData("marta@sklep.example")]
    [InlineData("marta1234marta")]
    public void A_password_that_is_tried_first_is_refused(string password) => Assert.True(WeakPasswords.Holds(password, "marta@sklep.example"));

    [Theory]
    [InlineData("zielony rower jedzie")]
    [InlineData("Wr0bel!na-dachu")]
    [InlineData("marta lubi herbaty")]
    public void A_password_of_ones_own_is_taken(string password) => Assert.False(WeakPasswords.Holds(password, "marta@sklep.example"));
}
