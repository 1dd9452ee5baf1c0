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
    [InlineData("Password123!")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("zaq1@WSXcde3")]
    [InlineData("Łódź12345678")]
    [InlineData("kocham123456!")]
    [InlineData("kochamkasia12")]
    public void A_password_that_is_tried_first_is_refused(string password) => Assert.True(WeakPasswords.Holds(password, "marta@sklep.example"));

    [Theory]
    [InlineData("Pomost2026!!")]
    [InlineData("salesmanago!2026")]
    [InlineData("lnianalaka2026")]
    [InlineData("Panel.Lniana2026")]
    [InlineData("Zielinska-1984")]
    public void Words_about_the_person_and_the_installation_are_no_password(string password)
        => Assert.True(WeakPasswords.Holds(password, "marta@sklep.example", "Marta Zielińska", "Lniana Łąka", "pomost", "salesmanago", "panel.lniana.example"));

    [Fact]
    public void Thousands_are_listed_each_as_long_as_a_password_must_be() => Assert.InRange(WeakPasswords.Count, 3_000, 100_000);

    [Theory]
    [InlineData("zielony rower jedzie")]
    [InlineData("Wr0bel!na-dachu")]
    [InlineData("marta lubi herbaty")]
    public void A_password_of_ones_own_is_taken(string password) => Assert.False(WeakPasswords.Holds(password, "marta@sklep.example"));
}
