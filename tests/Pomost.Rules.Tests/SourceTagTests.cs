namespace Pomost.Rules.Tests;

public class SourceTagTests
{
    [Theory]
    [InlineData("idosell", "allegro", "sklep.example", "IDOSELL_ALLEGRO_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "Google Ads", "sklep.example", "WOOCOMMERCE_GOOGLE_ADS_SKLEP.EXAMPLE")]
    [InlineData("idosell", "ceneo, okazje", "sklep.example", "IDOSELL_CENEO_OKAZJE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "l.facebook.com", "sklep.example", "WOOCOMMERCE_FACEBOOK_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "https://lm.facebook.com/l.php?u=x", "sklep.example", "WOOCOMMERCE_FACEBOOK_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "pl-pl.FACEBOOK.com", "sklep.example", "WOOCOMMERCE_FACEBOOK_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "www.google.pl", "sklep.example", "WOOCOMMERCE_GOOGLE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "google.co.uk", "sklep.example", "WOOCOMMERCE_GOOGLE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "www.google.com.ua", "sklep.example", "WOOCOMMERCE_GOOGLE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "l.instagram.com", "sklep.example", "WOOCOMMERCE_INSTAGRAM_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "t.co", "sklep.example", "WOOCOMMERCE_TWITTER_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "bing.com", "sklep.example", "WOOCOMMERCE_BING_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "www.ceneo.pl:443", "sklep.example", "WOOCOMMERCE_CENEO_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "allegro.pl", "sklep.example", "WOOCOMMERCE_ALLEGRO_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "www.blog.example", "sklep.example", "WOOCOMMERCE_BLOG.EXAMPLE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "mail.google.com", "sklep.example", "WOOCOMMERCE_MAIL.GOOGLE.COM_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "google.blog.example", "sklep.example", "WOOCOMMERCE_GOOGLE.BLOG.EXAMPLE_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "not.co", "sklep.example", "WOOCOMMERCE_NOT.CO_SKLEP.EXAMPLE")]
    [InlineData("woocommerce", "Newsletter 24.12", "sklep.example", "WOOCOMMERCE_NEWSLETTER_24.12_SKLEP.EXAMPLE")]
    [InlineData("idosell", null, "sklep.example", null)]
    [InlineData("idosell", "  ", "sklep.example", null)]
    public void The_source_becomes_one_tag(string platform, string? source, string domain, string? expected)
        => Assert.Equal(expected, SourceTag.For(platform, source, domain));
}
