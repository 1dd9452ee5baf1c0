using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators;

namespace Pomost.Engine.Tests;

/// <summary>Goal: tags of a card stand in the shop and go when they vanish; the two directions do not feed each other, and own tags deleted at SALESmanago
/// come back. Method: a scripted shop with tags and points, and the simulated WooCommerce shop; the hub's list of changed cards.</summary>
public sealed class CardTagTests
{
    const string Anna = "anna@poczta.example";
    static readonly TimeSpan Look = TimeSpan.FromMinutes(3);
    static readonly ExportOptions Dry = new() { DryRun = true };

    [Fact]
    public async Task A_tag_of_the_card_is_written_into_the_shop_and_taken_away_again()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop, "vip");
        await ManageAsync(engine, ["Menu 1"], []);
        await SettleAsync(engine);

        var tags = shop.Contacts.Of(["7"])[0].ShopTags!;
        // What Pomost itself gave the person from this shop is no news to it.
        Assert.Equal(["salesmanago_shop1_menu_1", "vip"], tags.Order(StringComparer.Ordinal));
        // 0 points detach a tag in this shop: never written.
        Assert.All(shop.WrittenTags.SelectMany(change => change.Set.Values), points => Assert.Equal(1, points));
        Assert.Equal(["MENU_1", "REJESTRACJA", "SCRIPTED_VIP"], await TagsAsync(engine));

        await ManageAsync(engine, [], ["MENU_1"]);
        await SettleAsync(engine);
        Assert.Equal(["vip"], shop.Contacts.Of(["7"])[0].ShopTags!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Both_sides_come_to_rest()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop, "vip", "salesmanago_obuwie");
        await ManageAsync(engine, ["KOSZYK", "IDOSELL_VIP", "SALESMANAGO_X"], []);
        await SettleAsync(engine);
        var (writes, card) = (shop.WrittenTags.Count, await TagsAsync(engine));
        await SettleAsync(engine);
        await SettleAsync(engine);

        Assert.Equal(writes, shop.WrittenTags.Count);
        Assert.Equal(card, await TagsAsync(engine));
        Assert.Equal(["salesmanago_obuwie", "salesmanago_shop1_koszyk", "vip"],
            shop.Contacts.Of(["7"])[0].ShopTags!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_own_tag_deleted_only_at_SALESmanago_comes_back()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop, "brak_aktywności");
        await ManageAsync(engine, [], ["SCRIPTED_BRAK_AKTYWNOSCI"]);
        Assert.Equal(["REJESTRACJA"], await TagsAsync(engine));
        await SettleAsync(engine);

        Assert.Equal(["REJESTRACJA", "SCRIPTED_BRAK_AKTYWNOSCI"], await TagsAsync(engine));
    }

    [Fact]
    public async Task A_removal_is_not_lost_when_the_shop_was_down_meanwhile()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop);
        await ManageAsync(engine, ["A"], []);
        await SettleAsync(engine);
        shop.Trouble = new RetryLaterException("down");
        await ManageAsync(engine, ["B"], ["A"]);
        await SettleAsync(engine);
        await ManageAsync(engine, ["C"], ["B"]);
        await SettleAsync(engine);
        shop.Trouble = null;
        engine.Clock.Advance(TimeSpan.FromHours(1));
        await SettleAsync(engine);

        Assert.Equal(["salesmanago_shop1_c"], shop.Contacts.Of(["7"])[0].ShopTags!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WooCommerce_keeps_the_tags_with_their_points_in_the_chosen_field()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new Simulators.WooCommerce.WooCustomer { Email = Anna, Meta = [new(0, "pomost_tags", "vip")] });
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.WorkAfterAsync(Look);
        await ManageAsync(engine, ["MENU1"], []);
        await SettleAsync(engine);

        var field = engine.Shop.Customer(anna.Id)!.Meta.Single(entry => entry.Key == "pomost_tags").Value;
        // The card of an exported person is read when it changes for another reason, and then whole.
        Assert.Equal("vip, salesmanago_shop1_menu1:0", field);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Equal(["MENU1", "REJESTRACJA", "WOOCOMMERCE_VIP"], await TagsAsync(engine));
    }

    [Fact]
    public async Task What_an_export_gives_people_is_not_written_back_into_the_shop_and_what_people_give_them_is_counted_beforehand()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = new ShopSeedOptions { Customers = 40, Guests = 0, Orders = 30, Products = 5 },
            Options = new StoreOptions { PurchaseTags = ["KUPUJE"] },
        });
        Assert.Equal((40L, 0L), Numbers(await engine.ExportAsync(ExportKind.Contacts, Dry)));
        // Somebody was at SALESmanago before, with a tag that a person gave there.
        var known = engine.Shop.CustomerIds().Select(id => engine.Shop.Customer(id)!).First(one => one.Role == "customer");
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        await new SalesmanagoClient().UpsertContactAsync(
            engine.Get<Connections>().DestinationOf(target), new OutgoingContact { Email = known.Email!, Tags = ["STALY_KLIENT"] }, null, default);
        Assert.Equal((40L, 1L), Numbers(await engine.ExportAsync(ExportKind.Contacts, Dry)));

        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA"] });
        await engine.ExportAsync(ExportKind.Transactions);
        await SettleAsync(engine);
        engine.Clock.Advance(TimeSpan.FromHours(20));
        await SettleAsync(engine);

        Assert.Equal(0, await engine.CountRowsAsync("write_back"));
        var written = engine.Shop.CustomerIds().SelectMany(id => engine.Shop.Customer(id)!.Meta).Where(entry => entry.Value.Contains("salesmanago_", StringComparison.Ordinal));
        Assert.Equal("salesmanago_shop1_staly_klient:0", Assert.Single(written).Value);
    }

    [Fact]
    public async Task A_shop_that_takes_no_tags_goes_on_giving_its_people_and_takes_them_later()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 60, Guests = 0, Orders = 0, Products = 5 } });
        var form = engine.Form;
        (form["consumer_key"], form["consumer_secret"]) = (engine.Simulator.ReadOnlyKey.ConsumerKey, engine.Simulator.ReadOnlyKey.ConsumerSecret);
        var (values, _) = engine.Setup.Read(engine.Get<IPlatformCatalogue>().Find("woocommerce")!.Info, form);
        await engine.Setup.ChangeSettingsAsync(await engine.StoreNowAsync(), values, default);
        Assert.Equal(60, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        foreach (var address in await engine.HubAddressesAsync())
            await ManageAsync(engine, address, ["KOSZYK"], []);
        await SettleAsync(engine);
        // Cards that an export changed itself are read at night.
        engine.Clock.Advance(TimeSpan.FromHours(20));
        await SettleAsync(engine);
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);
        Assert.True(await engine.CountRowsAsync("write_back") >= 50);

        (values, _) = engine.Setup.Read(engine.Get<IPlatformCatalogue>().Find("woocommerce")!.Info, engine.Form);
        await engine.Setup.ChangeSettingsAsync(await engine.StoreNowAsync(), values, default);
        engine.Clock.Advance(TimeSpan.FromHours(2));
        await SettleAsync(engine);
        Assert.Equal(0, await engine.CountRowsAsync("write_back"));
    }

    [Fact]
    public void Every_platform_of_this_program_is_guarded_against_in_every_shop()
        => Assert.All(new Connectors.PlatformCatalogue().All, platform => Assert.True(TagLoopGuard.CameFromShop(platform.Info.TagPrefix + "vip")));

    /// <summary>A person with an account and these tags, who was sent.</summary>
    static async Task<RunningEngine> StartAsync(ScriptedShop shop, params string[] tags)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", new ShopContact { SourceId = "7", Email = Anna, HasAccount = true, ShopTags = tags });
        await SettleAsync(engine);
        return engine;
    }

    static (long ToSend, long ShopWrites) Numbers(ExportRun run) => (run.ToSend, run.ShopWrites);

    static async Task SettleAsync(RunningEngine engine)
    {
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(Look);
    }

    static Task ManageAsync(RunningEngine engine, IReadOnlyList<string> add, IReadOnlyList<string> remove) => ManageAsync(engine, Anna, add, remove);

    static async Task ManageAsync(RunningEngine engine, string email, IReadOnlyList<string> add, IReadOnlyList<string> remove)
    {
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await ((SalesmanagoClient)engine.Get<IDestination>()).ManageTagsAsync(engine.Get<Connections>().DestinationOf(target), email, add, remove, default);
    }

    static async Task<List<string>> TagsAsync(RunningEngine engine)
        => [.. (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)];
}
