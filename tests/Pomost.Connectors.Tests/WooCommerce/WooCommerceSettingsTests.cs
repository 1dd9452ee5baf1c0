using Pomost.Connectors.WooCommerce;
using Pomost.Contract;

namespace Pomost.Connectors.Tests.WooCommerce;

public sealed class WooCommerceSettingsTests
{
    static readonly SettingValues Good = SettingValues.Empty.With("url", "https://sklep.example")
        .With("consumer_key", "ck_" + new string('0', 40)).With("consumer_secret", "cs_" + new string('f', 40));

    [Theory]
    [InlineData("sklep.example", "https://sklep.example/wp-json/")]
    [InlineData(" https://sklep.example/ ", "https://sklep.example/wp-json/")]
    [InlineData("http://sklep.example:8080/sklep", "http://sklep.example:8080/sklep/wp-json/")]
    [InlineData("https://sklep.example/sklep/wp-admin/admin.php?page=wc-settings", "https://sklep.example/sklep/wp-json/")]
    [InlineData("https://sklep.example/wp-json/wc/v3", "https://sklep.example/wp-json/")]
    [InlineData("https://sklep.example/index.php?rest_route=/", "https://sklep.example/wp-json/")]
    public void The_address_is_taken_as_people_paste_it(string pasted, string api)
        => Assert.Equal(api, WooCommerceSettings.Of(Good.With("url", pasted)).ApiRoot.AbsoluteUri);

    [Theory]
    [InlineData("url", "ftp://sklep.example")]
    [InlineData("url", "https://ala:haslo@sklep.example")]
    [InlineData("url", "https://")]
    [InlineData("url", "")]
    [InlineData("consumer_key", "")]
    [InlineData("consumer_key", "ck_123")]
    [InlineData("consumer_key", "cs_0000000000000000000000000000000000000000")]
    [InlineData("consumer_secret", "cs_000000000000000000000000000000000000000G")]
    [InlineData("email_consent_key", "zgoda na e-mail")]
    [InlineData("api_path", "https://x/")]
    public void A_malformed_setting_is_named(string key, string value)
    {
        var wrong = Assert.Throws<NeedsOperatorException>(() => WooCommerceSettings.Of(Good.With(key, value)));

        Assert.Equal((ConnectionProblem.InvalidSetting, key), (wrong.Problem, wrong.SettingKey));
        Assert.DoesNotContain(value.Length > 5 ? value : "no value", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_setting_fails_the_check_before_any_request()
    {
        using var http = new HttpClient();
        var shop = new ShopConnection { Settings = Good.With("consumer_key", "x"), Http = http, Clock = TimeProvider.System };

        var check = await new WooCommerceConnector().CheckAsync(shop, null, default);

        Assert.Equal((ConnectionProblem.InvalidSetting, "consumer_key"), (check.Lines[0].Problem, check.Lines[0].SettingKey));
        Assert.All(check.Lines.Skip(1), line => Assert.Equal(CheckState.Skipped, line.State));
    }
}
