using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: the shop's own tags follow on the card, and nothing else on it moves. Method: webhooks and exports of the simulated shop, the hub's cards.</summary>
public sealed class ShopTagTests
{
    const string Key = "pomost_tags";
    const string Anna = "anna@poczta.example";

    [Fact]
    public async Task A_tag_added_renamed_and_deleted_in_the_shop_follows_on_the_card()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await engine.WorkAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [new WooMeta(0, Key, "brak_aktywności, salesmanago_shop1_menu1:3")] });
        await AnnounceAsync(engine);
        Assert.Equal(["REJESTRACJA", "WOOCOMMERCE_BRAK_AKTYWNOSCI"], await TagsAsync(engine));

        engine.Shop.SetCustomerMeta(anna.Id, Key, "brak_aktywności2, lato");
        await AnnounceAsync(engine);
        Assert.Equal(["REJESTRACJA", "WOOCOMMERCE_BRAK_AKTYWNOSCI2", "WOOCOMMERCE_LATO"], await TagsAsync(engine));

        engine.Shop.SetCustomerMeta(anna.Id, Key, null);
        await AnnounceAsync(engine);
        Assert.Equal(["REJESTRACJA"], await TagsAsync(engine));
    }

    [Fact]
    public async Task Tags_that_did_not_change_are_not_sent_again_by_a_second_export()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [new WooMeta(0, Key, "vip,Żółty")] });
        Assert.Equal(1, (await engine.ExportAsync(ExportKind.Contacts)).Sent);

        var second = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((0, 1), (second.Sent, second.Skipped[ReasonCode.Unchanged]));
    }

    [Fact]
    public async Task A_tag_of_300_characters_with_signs_emoji_and_diacritics_arrives_once()
    {
        await using var engine = await RunningEngine.StartAsync();
        var tag = "zażółć \"gęślą\" " + string.Concat(Enumerable.Repeat("jaźń😀", 50));
        engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [new WooMeta(0, Key, tag)] });
        await engine.ExportAsync(ExportKind.Contacts);

        var stored = Assert.Single(await TagsAsync(engine), found => found.StartsWith("WOOCOMMERCE_ZAZOLC_GESLA_JAZN", StringComparison.Ordinal));
        Assert.InRange(stored.Length, 200, 255);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Equal(stored, (await engine.Views.FindByEmailAsync(engine.Account.Id, Anna, default))[0].Tags[^1], TagComparer.Instance);
    }

    [Fact]
    public async Task What_an_order_and_an_account_give_stands_side_by_side_with_the_reasons_settings_name()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Options = new StoreOptions { RegistrationTags = ["KLIENT"], PurchaseTags = ["KUPUJACY"] },
        });
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [new WooMeta(0, Key, "vip")] });
        engine.PlaceOrder(Anna, anna.Id);
        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA"] });
        await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal(["KLIENT", "KUPUJACY", "REJESTRACJA", "WIOSNA", "WOOCOMMERCE_VIP"], await TagsAsync(engine));
        engine.Shop.SetCustomerMeta(anna.Id, Key, null);
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(["KLIENT", "KUPUJACY", "REJESTRACJA", "WIOSNA"], await TagsAsync(engine));
    }

    static async Task AnnounceAsync(RunningEngine engine)
    {
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
    }

    static async Task<List<string>> TagsAsync(RunningEngine engine)
        => [.. (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)];
}
