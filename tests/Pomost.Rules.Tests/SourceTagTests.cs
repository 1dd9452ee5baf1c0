namespace Pomost.Rules.Tests;

public class SourceTagTests
{
    [Theory]
    [InlineData("idosell", "allegro", "sklep.example", "IDOSELL_ALLEGRO_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "Google Ads", "sklep.example", "WOOCOMMERCE_GOOGLE_ADS_SKLEP.EXAMPLE")]
    [InlineData("idosell", "ceneo, okazje", "sklep.example", "IDOSELL_CENEO_OKAZJE_SKLEP.EXAMPLE")]
    [InlineData("idosell", null, "sklep.example", null)]
    [InlineData("idosell", "  ", "sklep.example", null)]
    public void The_source_becomes_one_tag(string platform, string? source, string domain, string? expected)
        => Assert.Equal(expected, SourceTag.For(platform, source, domain));
}
