using System.Globalization;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: the catalogue at the destination is the shop's, and a change costs one product. Method: the simulated shop, the hub behind a door.</summary>
public sealed class ProductTests
{
    static readonly ShopSeedOptions Goods = new() { Customers = 0, Guests = 0, Orders = 0, Products = 230 };
    static readonly ShopSeedOptions FewGoods = Goods with { Products = 12 };

    // From Monday 11:00 in Warsaw to Wednesday 3:00: the first night in which the last comparison is old enough.
    static readonly TimeSpan ToTheNight = TimeSpan.FromHours(40);

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Everything_goes_at_first_in_packs_of_a_hundred_and_nothing_the_second_time(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Goods, Dialect = dialect });
        await engine.WorkAsync();

        Assert.Equal(engine.Shop.Products.Select(Id).Order(), (await engine.CatalogueAsync()).Keys.Order());
        Assert.Equal(230, engine.Hub.Packs.Sum(pack => pack.Count));
        Assert.All(engine.Hub.Packs, pack => Assert.InRange(pack.Count, 1, 100));

        var packs = engine.Hub.Packs.Count;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        await engine.Get<Synchronization>().ProductsNowAsync(engine.Store.Key, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        await engine.WorkAfterAsync(ToTheNight);
        Assert.Equal(packs, engine.Hub.Packs.Count);
    }

    [Fact]
    public async Task A_product_arrives_with_its_menu_path_price_sale_stock_pictures_page_and_text()
    {
        await using var engine = await RunningEngine.StartAsync();
        var kitchen = engine.Shop.AddCategory("Kuchnia & stół").Id;
        var honeys = engine.Shop.AddCategory("Miody", kitchen).Id;
        var gifts = engine.Shop.AddCategory("Prezenty").Id;
        var honey = engine.Shop.AddProduct(new WooProduct
        {
            Name = "Miód lipowy",
            Description = "<p>Słodki, <b>z lipy</b></p>",
            RegularPrice = 20m,
            SalePrice = 15.5m,
            Stock = 3,
            CategoryIds = [kitchen, honeys, gifts],
            Pictures = ["m.jpg", "m2.jpg"],
        });
        await engine.WorkAsync();

        var card = (await engine.CatalogueAsync())[Id(honey)];
        Assert.Equal(("Miód lipowy", "Słodki, z lipy", "Kuchnia & stół > Miody"), (card.Name, card.Description, card.MainCategory));
        Assert.Equal(["Kuchnia & stół > Miody", "Prezenty"], card.Categories);
        Assert.Equal((20m, 15.5m, 3m), (card.Price, card.DiscountPrice, card.Quantity));
        Assert.Equal((true, true), (card.Available, card.Active));
        Assert.EndsWith("/produkt/miod-lipowy/", card.ProductUrl, StringComparison.Ordinal);
        Assert.EndsWith("/m.jpg", card.MainImageUrl, StringComparison.Ordinal);
        Assert.EndsWith("/m2.jpg", Assert.Single(card.ImageUrls), StringComparison.Ordinal);
        var catalogue = Assert.Single(await engine.Get<HubProducts>().CataloguesAsync(await engine.HubAccountAsync())).Catalogue;
        Assert.Equal(("Sklep_pod_Lipą", "PLN", engine.Store.Location, true), (catalogue.Name, catalogue.Currency, catalogue.Location, catalogue.IsDefault));
    }

    public static TheoryData<string, Func<WooProduct, WooProduct>> Changes => new()
    {
        { "price", product => product with { RegularPrice = product.RegularPrice + 1, SalePrice = null, VariesBy = "", Variations = [] } },
        { "sale", product => product with { SalePrice = 0.5m, VariesBy = "", Variations = [] } },
        { "picture", product => product with { Pictures = ["inne.jpg"] } },
        { "stock", product => product with { Stock = (product.Stock ?? 0) + 7 } },
        { "sold out", product => product with { Stock = product.Stock == 0 ? 1 : 0 } },
        { "category", product => product with { CategoryIds = [] } },
        { "name", product => product with { Name = "Inna nazwa" } },
        { "text", product => product with { Description = "Inny opis" } },
        { "draft", product => product with { Status = "draft" } },
        { "hidden", product => product with { CatalogVisibility = "hidden" } },
    };

    [Theory, MemberData(nameof(Changes))]
    public async Task A_change_sends_exactly_that_product_by_polling_and_by_webhook(string what, Func<WooProduct, WooProduct> change)
    {
        foreach (var announced in new[] { false, true })
        {
            await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods, ReceivesWebhooks = announced });
            await engine.WorkAsync();
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
            var before = engine.Hub.Packs.Count;
            var changed = engine.Shop.Products[5];
            engine.Shop.ChangeProduct(changed.Id, change);
            if (announced)
                await engine.Simulator.Webhooks.DeliverDueAsync();
            else
                engine.Clock.Advance(TimeSpan.FromMinutes(2));
            await engine.WorkAsync();

            Assert.Equal(Id(changed), Assert.Single(Assert.Single(engine.Hub.Packs.Skip(before))));
            Assert.Equal(engine.Shop.Products.Count(product => product is { Status: "publish", CatalogVisibility: "visible", Stock: not 0 }), (await engine.CatalogueAsync()).Values.Count(card => card.IsShown));
            Assert.NotEmpty(what);
        }
    }

    [Fact]
    public async Task A_renamed_section_of_the_menu_is_found_at_night_and_sends_the_products_in_it()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await engine.WorkAsync();
        var section = engine.Shop.Products[0].CategoryIds[0];
        var within = engine.Shop.Products.Where(product => product.CategoryIds.Contains(section)).Select(Id).ToList();
        var before = engine.Hub.Packs.Count;
        engine.Shop.ChangeCategory(section, "Nowości", 0);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(before, engine.Hub.Packs.Count);

        await engine.WorkAfterAsync(ToTheNight);
        Assert.Equal(within.Order(), engine.Hub.Packs.Skip(before).SelectMany(pack => pack).Order());
        Assert.Contains("Nowości", (await engine.CatalogueAsync())[within[0]].Categories);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_product_and_one_in_the_bin_are_inactive_at_once_when_announced_else_in_the_night(bool announced)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods, ReceivesWebhooks = announced });
        await engine.WorkAsync();
        var (deleted, binned) = (engine.Shop.Products[3], engine.Shop.Products[4]);
        var before = engine.Hub.Packs.Count;
        engine.Shop.DeleteProduct(deleted.Id);
        engine.Shop.ChangeProduct(binned.Id, product => product with { Status = "trash" });
        if (announced)
        {
            await engine.Simulator.Webhooks.DeliverDueAsync();
            await engine.WorkAsync();
        }
        else
            await engine.WorkAfterAsync(ToTheNight);

        string[] gone = [Id(deleted), Id(binned)];
        Assert.Equal(gone.Order(), engine.Hub.Packs.Skip(before).SelectMany(pack => pack).Order());
        var catalogue = await engine.CatalogueAsync();
        Assert.Equal(gone.Order(), catalogue.Where(pair => !pair.Value.Active).Select(pair => pair.Key).Order());
        Assert.All(gone, id => Assert.Equal((false, true), (catalogue[id].Available, catalogue[id].Name.Length > 0)));

        engine.Shop.ChangeProduct(binned.Id, product => product with { Status = "publish" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.True((await engine.CatalogueAsync())[Id(binned)].Active);
        await engine.WorkAfterAsync(ToTheNight);
        Assert.Equal(3, engine.Hub.Packs.Skip(before).Sum(pack => pack.Count));
    }

    [Fact]
    public async Task A_draft_never_shown_is_not_sent_until_it_is_published()
    {
        await using var engine = await RunningEngine.StartAsync();
        var draft = engine.Shop.AddProduct(new WooProduct { Name = "Tajna nowość", Status = "draft", RegularPrice = 10 });
        engine.Shop.AddProduct(new WooProduct { Name = "Miód", RegularPrice = 10 });
        await engine.WorkAsync();
        Assert.Equal("Miód", Assert.Single(await engine.CatalogueAsync()).Value.Name);

        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        engine.Shop.ChangeProduct(draft.Id, product => product with { Status = "publish" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.True((await engine.CatalogueAsync())[Id(draft)].IsShown);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_catalogue_that_is_away_is_waited_for_and_contacts_go_on_meanwhile(int status)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Goods });
        engine.Hub.ProductTrouble = (context, _) => HubDoor.AnswerAsync(context, status, retryAfter: status == 429 ? 60 : null);
        await engine.WorkAsync();
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Single(await engine.PurchasesAsync());
        Assert.Empty(await engine.CatalogueAsync());
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);

        engine.Hub.ProductTrouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(31));
        Assert.Equal(230, (await engine.CatalogueAsync()).Count);
        Assert.Equal(0, (await NumbersAsync(engine)).Waiting);
    }

    [Fact]
    public async Task The_wait_the_catalogue_asks_for_is_kept()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        engine.Hub.ProductTrouble = (context, next) => HubDoor.CallOf(context) == "upsert" ? HubDoor.AnswerAsync(context, 429, retryAfter: 600) : next();
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(599));
        Assert.Single(engine.Hub.Packs);
        engine.Hub.ProductTrouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
    }

    [Fact]
    public async Task A_run_killed_between_sending_and_the_answer_sends_its_pack_again_and_doubles_nothing()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Goods });
        using var death = new CancellationTokenSource();
        engine.Hub.ProductTrouble = (context, next) => HubDoor.CallOf(context) != "upsert" || death.IsCancellationRequested
            ? next()
            : HubDoor.LoseAnswerAsync(context, async () =>
            {
                await next();
                await death.CancelAsync();
            });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.WorkAsync(death.Token));

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(230, (await engine.CatalogueAsync()).Count);
        Assert.Equal(new ProductNumbers(230, 0, 0, 0, engine.Clock.GetUtcNow()), await NumbersAsync(engine));
        var first = engine.Hub.Packs[0];
        Assert.Equal(230 + first.Count, engine.Hub.Packs.Sum(pack => pack.Count));
    }

    [Fact]
    public async Task A_first_reading_out_of_time_goes_on_where_it_was()
    {
        var shop = new ScriptedShop();
        for (var number = 1; number <= 230; number++)
            shop.Products.Put($"{number}", Product($"{number}"));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        var pages = new List<(ReadPurpose Purpose, string? From, int Page)>();
        shop.OnPage = (request, page) =>
        {
            pages.Add((request.Purpose, request.From?.Value, page));
            if (page == 2)
                engine.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.CompletedTask;
        };
        await engine.WorkAsync();
        Assert.Equal(100, (await NumbersAsync(engine)).Known);
        shop.OnPage = (request, page) =>
        {
            pages.Add((request.Purpose, request.From?.Value, page));
            return Task.CompletedTask;
        };
        // The minute that went by may have cut a call off: what it sent is sent again then.
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(230, (await engine.CatalogueAsync()).Count);
        Assert.Equal(0, (await NumbersAsync(engine)).Waiting);
        Assert.Equal([(null, 1), (null, 2), ("100", 1), ("100", 2), ("100", 3)], pages.Where(one => one.Purpose == ReadPurpose.Backfill).Select(one => (one.From, one.Page)));
    }

    [Fact]
    public async Task A_refused_product_is_told_with_the_reason_and_holds_back_no_other()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        var bad = engine.Shop.AddProduct(new WooProduct { Name = "Dopłata", RegularPrice = -5 });
        await engine.WorkAsync();
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
        var refused = Assert.Single(await engine.Get<IProducts>().RefusedAsync(engine.Store.Key, 10, default));
        Assert.Equal((Id(bad), "Dopłata"), (refused.ProductId, refused.Name));
        Assert.Contains("price", refused.Reason, StringComparison.Ordinal);

        var before = engine.Hub.Packs.Count;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(before, engine.Hub.Packs.Count);
        engine.Shop.ChangeProduct(bad.Id, product => product with { RegularPrice = 5 });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(5m, (await engine.CatalogueAsync())[Id(bad)].Price);
        Assert.Empty(await engine.Get<IProducts>().RefusedAsync(engine.Store.Key, 10, default));
    }

    [Fact]
    public async Task What_cannot_be_delivered_for_a_day_is_given_up_with_the_reason_until_the_night()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        engine.Hub.ProductTrouble = (context, next) => HubDoor.CallOf(context) == "upsert" ? HubDoor.AnswerAsync(context, 503) : next();
        await engine.WorkAsync();
        for (var hour = 0; hour < 25; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal((0, 12), ((await NumbersAsync(engine)).Waiting, (await NumbersAsync(engine)).Refused));
        Assert.Contains("503", (await engine.Get<IProducts>().RefusedAsync(engine.Store.Key, 1, default))[0].Reason, StringComparison.Ordinal);

        engine.Hub.ProductTrouble = null;
        // 25 hours after 11:00 in Warsaw it is noon; three at night is 15 hours later.
        await engine.WorkAfterAsync(TimeSpan.FromHours(15));
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
    }

    [Fact]
    public async Task A_destination_without_a_key_says_so_and_stops_nothing_else()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await MoveOutsideAsync(engine);
        await engine.WorkAsync();
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("InvalidSetting:api_v3_key", (await RouteAsync(engine))!.Problem);
        Assert.Single(await engine.PurchasesAsync());
        Assert.Empty(engine.Hub.Packs);
        Assert.Equal(0, engine.Simulator.Requests.Of("GET /wp-json/wc/v3/products"));
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);

        await GiveKeyAsync(engine);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
        Assert.Null((await RouteAsync(engine))!.Problem);
    }

    [Fact]
    public async Task A_refused_key_is_told_and_products_go_on_once_there_is_a_new_one()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await MoveOutsideAsync(engine);
        await engine.Get<Connections>().SaveProductKeyAsync(await DestinationAsync(engine), "made up", default);
        await engine.WorkAsync();
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("CredentialsRefused:api_v3_key", (await RouteAsync(engine))!.Problem);
        Assert.Single(await engine.PurchasesAsync());
        Assert.Equal((StoreState.Active, 12L), ((await engine.StoreNowAsync()).State, (await NumbersAsync(engine)).Waiting));

        await GiveKeyAsync(engine);
        await engine.Get<Synchronization>().ProductsNowAsync(engine.Store.Key, default);
        await engine.WorkAsync();
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
        Assert.Null((await RouteAsync(engine))!.Problem);
    }

    [Fact]
    public async Task The_hubs_own_key_is_made_again_when_it_is_no_longer_good()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await engine.Get<Connections>().SaveProductKeyAsync(await DestinationAsync(engine), "made up", default);
        await engine.WorkAsync();
        Assert.Empty(await engine.CatalogueAsync());

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
        Assert.Null((await RouteAsync(engine))!.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_catalogue_removed_at_the_destination_is_made_again_with_everything_in_it(bool somethingChanges)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await engine.WorkAsync();
        var hub = engine.Get<IHubProductStore>();
        var first = Assert.Single(await hub.ListCataloguesAsync(await engine.HubAccountAsync(), default)).Id;
        Assert.True(await hub.RemoveCatalogueAsync(await engine.HubAccountAsync(), first, default));

        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        if (somethingChanges)
            engine.Shop.ChangeProduct(engine.Shop.Products[0].Id, product => product with { Name = "Inna nazwa" });
        await engine.WorkAfterAsync(somethingChanges ? TimeSpan.FromMinutes(5) : ToTheNight);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
        Assert.NotEqual(first, Guid.Parse((await RouteAsync(engine))!.CatalogueId!));
    }

    [Fact]
    public async Task A_shop_that_gives_no_products_still_gives_its_people_and_its_products_later()
    {
        var shop = new ScriptedShop { ProductTrouble = new NeedsOperatorException(ConnectionProblem.PermissionMissing, "consumer_key", "no right") };
        shop.Products.Put("1", Product("1"));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", new ShopContact { SourceId = "7", Email = "anna@poczta.example", HasAccount = true, EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["anna@poczta.example"], await engine.HubAddressesAsync());
        Assert.Equal("PermissionMissing:consumer_key", (await RouteAsync(engine))!.ShopProblem);
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);

        shop.ProductTrouble = new RetryLaterException("busy");
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        shop.ProductTrouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("1", Assert.Single(await engine.CatalogueAsync()).Key);
        Assert.Null((await RouteAsync(engine))!.ShopProblem);
    }

    [Fact]
    public async Task Announced_products_wait_while_the_shop_gives_none_and_people_do_not()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods, ReceivesWebhooks = true });
        await engine.WorkAsync();
        var changed = engine.Shop.Products[0];
        engine.Shop.ChangeProduct(changed.Id, product => product with { Name = "Inna nazwa" });
        engine.Shop.DeleteProduct(engine.Shop.Products[1].Id);
        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        engine.Simulator.Faults.WithProbability(Fault.ServiceUnavailable, 1, "wc/v3/products");
        await engine.WorkAsync();
        Assert.Equal(["nowa@poczta.example"], await engine.HubAddressesAsync());
        Assert.Equal(2, await engine.CountRowsAsync("inbox"));

        engine.Simulator.Faults.Clear();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        var catalogue = await engine.CatalogueAsync();
        Assert.Equal(("Inna nazwa", 11), (catalogue[Id(changed)].Name, catalogue.Values.Count(card => card.Active)));
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
    }

    [Fact]
    public async Task A_list_without_any_product_is_not_believed()
    {
        var shop = new ScriptedShop();
        foreach (var id in new[] { "1", "2", "3" })
            shop.Products.Put(id, Product(id));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Products.Remove("1");
        shop.Products.Remove("2");
        shop.Products.Remove("3");
        await engine.WorkAfterAsync(ToTheNight);
        Assert.Equal(3, (await engine.CatalogueAsync()).Values.Count(card => card.Active));

        shop.Products.Put("3", Product("3"));
        await engine.WorkAfterAsync(TimeSpan.FromHours(24));
        Assert.Equal("3", Assert.Single(await engine.CatalogueAsync(), pair => pair.Value.Active).Key);
    }

    [Fact]
    public async Task A_store_told_to_send_no_products_reads_none()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods, Options = new StoreOptions { SendsProducts = false } });
        await engine.WorkAsync();
        await engine.WorkAfterAsync(ToTheNight);
        Assert.Empty(engine.Hub.Packs);
        Assert.Equal(0, engine.Simulator.Requests.Of("GET /wp-json/wc/v3/products"));

        await engine.Stores.UpdateAsync(engine.Store with { Options = new StoreOptions() }, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(12, (await engine.CatalogueAsync()).Count);
    }

    [Fact]
    public async Task Two_shops_of_one_account_have_a_catalogue_each()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = FewGoods });
        await engine.WorkAsync();
        await using var other = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { WebhooksRunByThemselves = false, Currency = "EUR" }, engine.Clock);
        other.Shop.AddProduct(new WooProduct { Name = "Kubek", RegularPrice = 9 });
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await engine.ConnectAsync(other, "Sklep pod Lipą");
        await engine.Get<StoreRunner>().RunAsync(second.Key, default);

        var catalogues = await engine.Get<HubProducts>().CataloguesAsync(await engine.HubAccountAsync());
        Assert.Equal(
            [("Sklep_pod_Lipą", "PLN", true, 12L), (second.Location, "EUR", false, 1L)],
            catalogues.Select(one => (one.Catalogue.Name, one.Catalogue.Currency, one.Catalogue.IsDefault, one.Products)));
    }

    static string Id(WooProduct product) => product.Id.ToString(CultureInfo.InvariantCulture);

    static ShopProduct Product(string id) => new() { SourceId = id, Name = $"Produkt {id}", Price = 10, IsAvailable = true };

    static Task<ProductNumbers> NumbersAsync(RunningEngine engine) => engine.Get<IProducts>().CountAsync(engine.Store.Key, default);

    static Task<ProductRoute?> RouteAsync(RunningEngine engine) => engine.Get<IProducts>().RouteAsync(engine.Store.Key, default);

    static async Task<Destination> DestinationAsync(RunningEngine engine)
        => (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;

    /// <summary>Makes the hub look like somebody else's account: nobody makes keys there but a person.</summary>
    static async Task MoveOutsideAsync(RunningEngine engine)
        => await engine.Stores.UpdateDestinationAsync(await DestinationAsync(engine) with { IsHub = false, Endpoint = engine.Address }, default);

    static async Task GiveKeyAsync(RunningEngine engine)
    {
        var destination = await DestinationAsync(engine);
        var key = await engine.Get<HubAccounts>().CreateKeyAsync(destination.ClientId, "by hand");
        await engine.Get<Connections>().SaveProductKeyAsync(destination, key, default);
    }
}
