using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>Goal: whoever names the wrong field for consents is told so, and which fields there are. Method: the simulated shop, its fields renamed.</summary>
public sealed class WooCommerceConsentSampleTests
{
    readonly WooCommerceConnector _connector = new();

    [Fact]
    public async Task A_field_that_nobody_has_is_named_with_those_that_exist_and_how_many_have_them()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(120, 0);
        Fill(shop, "wp_newsletter_optin", 43, "yes");
        Fill(shop, "konto_firmowe", 90, "1");
        Fill(shop, "show_admin_bar_front", 120, "true");
        Fill(shop, "favourite_colour", 30, "blue");
        var connection = shop.Connection with { Settings = shop.Connection.Settings.With("email_consent_key", "moja_wtyczka_newsletter") };

        var check = await _connector.CheckAsync(connection, null, default);

        var line = check.Lines.Single(line => line.Key == "consents");
        Assert.Equal((CheckState.Missing, false, "email_consent_key"), (line.State, line.Required, line.SettingKey));
        Assert.True(check.IsReady);
        Assert.Equal(120, check.Consents!.Accounts);
        Assert.StartsWith("Żaden z 120 sprawdzonych klientów nie ma pola moja_wtyczka_newsletter. Pola, które znaleźliśmy: ", line.Fix!.Polish, StringComparison.Ordinal);
        Assert.Contains("wp_newsletter_optin (43)", line.Fix.Polish, StringComparison.Ordinal);
        Assert.Contains("None of the 120 customers looked at has the field moja_wtyczka_newsletter.", line.Fix.English, StringComparison.Ordinal);
        // What sounds like a consent comes first; switches of WordPress and values that are no answer do not come at all.
        var found = check.Consents.Others.Select(other => other.Field).ToList();
        Assert.True(found.IndexOf("wp_newsletter_optin") < found.IndexOf("konto_firmowe"));
        Assert.DoesNotContain("show_admin_bar_front", found);
        Assert.DoesNotContain("favourite_colour", found);
    }

    [Fact]
    public async Task The_right_field_is_ready_and_says_how_many_answer_in_it()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(50, 0);

        var check = await _connector.CheckAsync(shop.Connection, null, default);

        var line = check.Lines.Single(line => line.Key == "consents");
        Assert.Equal(CheckState.Ready, line.State);
        Assert.Equal($"{PolishShopSeed.NewsletterKey}: {check.Consents!.SaySomething} / 50", line.Detail);
        Assert.InRange(check.Consents.SaySomething, 1, 50);
    }

    [Fact]
    public async Task Values_that_mean_nothing_are_told_apart_from_a_field_that_is_missing()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(10, 0);
        Fill(shop, "zgoda", 7, "Y");
        var connection = shop.Connection with { Settings = shop.Connection.Settings.With("email_consent_key", "zgoda") };

        var sample = await _connector.SampleConsentsAsync(connection, default);

        Assert.Equal((true, 7, 0), (sample.IsSilent, sample.HaveField, sample.SaySomething));
        Assert.Contains("„Wartości oznaczające zgodę”", sample.ToText().Polish, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shop_without_customers_says_nothing_about_consents()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();

        var check = await _connector.CheckAsync(shop.Connection, null, default);

        Assert.DoesNotContain(check.Lines, line => line.Key == "consents");
        Assert.True(check.IsReady);
    }

    static void Fill(WooCommerceComplianceShop shop, string key, int accounts, string value)
    {
        foreach (var id in shop.Simulator.Shop.CustomerIds().Where(id => shop.Simulator.Shop.Customer(id)!.Role == "customer").Take(accounts))
            shop.Simulator.Shop.SetCustomerMeta(id, key, value);
    }
}
