using System.Globalization;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using WooCustomer = Pomost.Simulators.WooCommerce.WooCustomer;
using WooOrder = Pomost.Simulators.WooCommerce.WooOrder;
using WooProduct = Pomost.Simulators.WooCommerce.WooProduct;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>What is particular to reading WooCommerce: whole seconds, roles, the menu, keys that go unseen.</summary>
public sealed class WooCommerceReadingTests
{
    readonly WooCommerceConnector _connector = new();

    [Fact]
    public async Task A_second_with_more_orders_than_a_page_is_read_whole_and_can_be_resumed_inside()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Order("przed@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 350; i++)
            shop.Order("import@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        shop.Order("po@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));

        var pages = await ReadAsync(shop, null);

        Assert.Equal(352, Ids(pages).Count);
        Assert.All(pages, page => Assert.InRange(page.Next.Value.Length, 1, 4_000));
        for (var stop = 0; stop < pages.Count; stop++)
        {
            var rest = await ReadAsync(shop, pages[stop].Next);
            Assert.Empty(Ids(pages.Skip(stop + 1)).Except(Ids(rest), StringComparer.Ordinal));
        }
        Assert.Empty(Ids(await ReadAsync(shop, pages[^1].Next)));
    }

    [Fact]
    public async Task A_full_second_that_is_still_going_on_is_read_again_later()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        for (var i = 0; i < 150; i++)
            shop.Order("import@poczta.example");
        var during = await ReadAsync(shop, null);
        var late = shop.Order("import@poczta.example");
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var next = shop.Order("po@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(2));

        var after = await ReadAsync(shop, during[^1].Next);

        Assert.Equal(150, Ids(during).Count);
        Assert.Contains(late, Ids(after));
        Assert.Contains(next, Ids(after));
        Assert.Empty(Ids(await ReadAsync(shop, after[^1].Next)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task After_the_end_of_a_shop_whose_orders_were_all_touched_at_once_only_new_ones_are_read(int secondsApart)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        for (var i = 0; i < 250; i++)
        {
            if (i % 50 == 49)
                shop.Clock.Advance(TimeSpan.FromSeconds(secondsApart));
            shop.Order("import@poczta.example");
        }

        var end = await _connector.CursorAtEndAsync(shop.Connection, ShopStream.Orders, default);
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var next = shop.Order("po@poczta.example");

        Assert.Equal([next], Ids(await ReadAsync(shop, end)));
    }

    [Fact]
    public async Task Orders_of_a_shop_whose_clock_was_set_back_are_read_at_once_and_only_once()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Order("przed@poczta.example");
        var before = await ReadAsync(shop, null);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        shop.Simulator.ClockAhead = TimeSpan.FromMinutes(-18);
        var first = shop.Order("pierwsze@poczta.example");

        var after = await ReadAsync(shop, before[^1].Next);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = shop.Order("drugie@poczta.example");
        var later = await ReadAsync(shop, after[^1].Next);
        var rest = await ReadAsync(shop, later[^1].Next);

        Assert.Contains(first, Ids(after));
        Assert.Contains(second, Ids(later));
        Assert.DoesNotContain(first, Ids(later));
        Assert.DoesNotContain(second, Ids(rest));
    }

    [Fact]
    public async Task An_order_changed_twice_within_one_second_is_read_twice()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = shop.Order("ala@poczta.example");
        var first = await ReadAsync(shop, null);
        shop.Simulator.Shop.SetOrderStatus(int.Parse(id, CultureInfo.InvariantCulture), "completed");

        var second = await ReadAsync(shop, first[^1].Next);

        Assert.Equal("processing", Assert.Single(first.SelectMany(page => page.Items)).Status);
        Assert.Equal("completed", Assert.Single(second.SelectMany(page => page.Items)).Status);
        Assert.Empty(Ids(await ReadAsync(shop, second[^1].Next)));
    }

    [Fact]
    public async Task A_change_committed_after_a_later_one_was_read_is_still_found()
    {
        // Orders kept as posts: a change of meta alone leaves the time alone, so the test can set one.
        await using var shop = await WooCommerceComplianceShop.StartAsync(options: new() { Https = true, OrdersInOwnTables = false });
        var slow = int.Parse(shop.Order("ala@poczta.example"), CultureInfo.InvariantCulture);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        var stamped = shop.Clock.GetUtcNow().ToUnixTimeSeconds();
        shop.Clock.Advance(TimeSpan.FromSeconds(5));
        shop.Order("ola@poczta.example");
        var before = await ReadAsync(shop, null);
        shop.Simulator.Shop.ChangeOrder(slow, order => order with { Status = "completed", ModifiedAt = stamped }, onlyMeta: true);

        var after = await ReadAsync(shop, before[^1].Next);

        Assert.Contains(slow.ToString(CultureInfo.InvariantCulture), Ids(after));
    }

    [Fact]
    public async Task Only_orders_placed_in_the_asked_span_are_read()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var start = shop.Clock.GetUtcNow();
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(shop.Order("ala@poczta.example"));
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var pages = await All(_connector.ReadOrdersAsync(
            shop.Connection, new() { Since = start.AddSeconds(1), Until = start.AddSeconds(3) }, default));

        Assert.Equal(ids[1..3], Ids(pages).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Staff_is_left_out_unless_it_bought_or_the_operator_says_so()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Simulator.Shop.Register(new WooCustomer { Email = "redaktor@poczta.example", Role = "editor" });
        shop.Simulator.Shop.Register(new WooCustomer { Email = "kierownik@poczta.example", Role = "shop_manager", IsPaying = true });
        shop.Simulator.Shop.Register(new WooCustomer { Email = "klient@poczta.example" });
        shop.Simulator.Shop.Register(new WooCustomer { Email = "hurt@poczta.example", Role = "author" });

        var usual = await PeopleAsync(shop.Connection);
        var chosen = await PeopleAsync(shop.Connection with
        {
            Settings = shop.Connection.Settings.With("customer_roles", "editor").With("wholesaler_roles", "author"),
        });

        Assert.Equal(["kierownik@poczta.example", "klient@poczta.example"], usual.Select(person => person.Email));
        Assert.Equal(["redaktor@poczta.example", "kierownik@poczta.example", "hurt@poczta.example"], chosen.Select(person => person.Email));
        Assert.Equal("hurt@poczta.example", Assert.Single(chosen, person => person.IsWholesaler).Email);
    }

    [Fact]
    public async Task Lines_carry_every_way_through_the_menu_in_plain_text()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var books = shop.Simulator.Shop.AddCategory("Książki & prasa");
        var novels = shop.Simulator.Shop.AddCategory("Powieści", books.Id);
        var gifts = shop.Simulator.Shop.AddCategory("Prezenty");
        var product = shop.Simulator.Shop.AddProduct(new WooProduct { Name = "Lalka", RegularPrice = 40m, CategoryIds = [novels.Id, gifts.Id] });
        var gone = shop.Simulator.Shop.AddProduct(new WooProduct { Name = "Faraon", RegularPrice = 40m, CategoryIds = [novels.Id] });
        shop.Simulator.Shop.PlaceOrder(new WooOrder { Lines = [WooCommerceShop.LineOf(product, 1), WooCommerceShop.LineOf(gone, 1)] });
        shop.Simulator.Shop.DeleteProduct(gone.Id);

        var order = (await ReadAsync(shop, null)).SelectMany(page => page.Items).Single();

        Assert.Equal([["Książki & prasa", "Powieści"], ["Prezenty"]], order.Lines[0].MenuPaths.Select(path => path.Levels));
        Assert.Empty(order.Lines[1].MenuPaths);
        Assert.Equal(40m, order.Lines[0].Total);
    }

    [Theory]
    [InlineData("Uncategorized")]
    [InlineData("Bez kategorii")]
    [InlineData("Unkategorisiert")]
    public async Task M6_The_category_of_what_has_none_is_no_menu(string name)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var none = shop.Simulator.Shop.AddCategory(name);
        var gifts = shop.Simulator.Shop.AddCategory("Prezenty");
        var under = shop.Simulator.Shop.AddCategory("Bez kategorii wiekowej", gifts.Id);
        var product = shop.Simulator.Shop.AddProduct(new WooProduct { Name = "Lalka", RegularPrice = 40m, CategoryIds = [none.Id, under.Id] });
        shop.Simulator.Shop.PlaceOrder(new WooOrder { Lines = [WooCommerceShop.LineOf(product, 1)] });

        var order = (await ReadAsync(shop, null)).SelectMany(page => page.Items).Single();
        Assert.Equal([["Prezenty", "Bez kategorii wiekowej"]], order.Lines[0].MenuPaths.Select(path => path.Levels));
    }

    [Fact]
    public async Task Missing_totals_and_php_notices_cost_nothing()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(230, 320);
        shop.Simulator.Faults.WithProbability(Fault.MissingTotals, 1);
        shop.Simulator.Faults.WithProbability(Fault.PhpNotice, 1);

        Assert.Equal(320, Ids(await ReadAsync(shop, null)).Count);
        Assert.Equal(230, (await PeopleAsync(shop.Connection)).Count);
    }

    [Fact]
    public async Task A_server_that_drops_the_header_costs_one_request_per_read_and_none_with_keys_in_the_address()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(230, 320);
        shop.Simulator.Faults.WithProbability(Fault.StripAuthorization, 1);

        Assert.Equal(230, (await PeopleAsync(shop.Connection)).Count);
        var requests = shop.Simulator.Requests.Total;
        shop.Simulator.Requests.Reset();
        Assert.Equal(230, (await PeopleAsync(shop.Connection with { Settings = shop.Connection.Settings.With("keys_in_address", "true") })).Count);
        Assert.Equal(requests - 1, shop.Simulator.Requests.Total);
        var check = await _connector.CheckAsync(shop.Connection, null, default);
        Assert.True(check.IsReady);
        Assert.Equal("keys_in_address", check.Lines.Single(line => line.Key == "credentials").SettingKey);
    }

    [Fact]
    public async Task Https_hidden_from_php_and_a_user_without_rights_are_explained()
    {
        await using var hidden = await WooCommerceComplianceShop.StartAsync(options: new() { Https = true, HttpsEndsAtProxy = true });
        await using var shop = await WooCommerceComplianceShop.StartAsync();

        var proxied = await _connector.CheckAsync(hidden.Connection, null, default);
        var powerless = await _connector.CheckAsync(shop.Connection with { Settings = shop.Settings(shop.Simulator.PowerlessKey) }, null, default);

        Assert.Contains("HTTPS", proxied.Lines.Single(line => line.State == CheckState.Missing).Fix!.English, StringComparison.Ordinal);
        Assert.False(powerless.IsReady);
        Assert.Equal(ConnectionProblem.PermissionMissing, powerless.Lines.Single(line => line.Key == "read-orders").Problem);
    }

    [Fact]
    public async Task A_check_discovers_statuses_roles_currency_version_and_zone_and_changes_nothing()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync(options: new() { Https = true, ExtraOrderStatuses = ["wyslane"] });
        shop.Seed(20, 30);
        var before = shop.Simulator.Shop.CustomerIds().Count;

        var check = await _connector.CheckAsync(shop.Connection, null, default);

        Assert.Contains(check.OrderStatuses, status => status is { Value: "wyslane", Stage: OrderStage.Open });
        Assert.Contains(check.OrderStatuses, status => status is { Value: "completed", Stage: OrderStage.ConfirmedAndPaid });
        Assert.Contains(check.Choices["customer_roles"], choice => choice.Value == "subscriber");
        Assert.Equal(new ShopFacts("Sklep pod Lipą", "10.9.1", "PLN", "Europe/Warsaw"), check.Facts);
        Assert.Equal(before, shop.Simulator.Shop.CustomerIds().Count);
        Assert.Empty(shop.Simulator.Webhooks.All);
    }

    [Fact]
    public async Task The_history_is_read_with_one_request_in_flight()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(120, 450);
        shop.Simulator.Requests.Reset();

        var pages = await All(_connector.ReadOrdersAsync(shop.Connection, new() { Purpose = ReadPurpose.Backfill }, default));

        Assert.Equal(450, Ids(pages).Count);
        Assert.Equal(1, shop.Simulator.Requests.HighestInFlight);
        Assert.Equal(1, shop.Simulator.Requests.Of("GET /wp-json/wc/v3/products/categories"));
    }

    [Fact]
    public async Task Read_by_id_gives_what_still_exists()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = shop.Register("ala@poczta.example");
        var order = shop.Order("ala@poczta.example");

        var people = await _connector.ReadContactsByIdAsync(shop.Connection, [person, "999999", "x"], default);
        var orders = await _connector.ReadOrdersByIdAsync(shop.Connection, [order, "999999"], default);
        var nobody = await _connector.ReadContactsByIdAsync(shop.Connection, ["none"], default);

        Assert.Equal(person, Assert.Single(people.Items).SourceId);
        Assert.Equal(order, Assert.Single(orders.Items).SourceId);
        Assert.Empty(nobody.Items);
    }

    [Fact]
    public async Task Products_are_read_with_their_places_and_changes_afterwards()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(5, 5);
        var all = await All(_connector.ReadProductsAsync(shop.Connection, new(), default));
        shop.Clock.Advance(TimeSpan.FromMinutes(2));
        var known = shop.Simulator.Shop.Products[0];
        shop.Simulator.Shop.ChangeProduct(known.Id, product => product with { SalePrice = 1.5m });

        var changed = await All(_connector.ReadProductsAsync(shop.Connection, new() { From = all[^1].Next }, default));

        Assert.Equal(shop.Simulator.Shop.Products.Count, all.SelectMany(page => page.Items).DistinctBy(product => product.SourceId).Count());
        Assert.Contains(all.SelectMany(page => page.Items), product => product.MenuPaths.Count > 0);
        var product = Assert.Single(changed.SelectMany(page => page.Items));
        Assert.Equal(1.5m, product.DiscountPrice);
    }

    [Fact]
    public async Task Products_read_by_id_are_those_that_still_exist_outside_the_bin()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(0, 0);
        var products = shop.Simulator.Shop.Products;
        shop.Simulator.Shop.DeleteProduct(products[0].Id);
        shop.Simulator.Shop.ChangeProduct(products[1].Id, product => product with { Status = "trash" });
        shop.Simulator.Shop.ChangeProduct(products[2].Id, product => product with { Status = "draft", Pictures = ["a.jpg", "b.jpg"] });
        string[] ids = [.. products.Take(4).Select(product => $"{product.Id}"), "999999", "x"];

        var found = (await _connector.ReadProductsByIdAsync(shop.Connection, ids, default)).Items;

        Assert.Equal(ids[2..4], found.Select(product => product.SourceId));
        Assert.Equal([false, true], found.Select(product => product.IsPublished));
        Assert.EndsWith("/a.jpg", found[0].Picture!.AbsolutePath, StringComparison.Ordinal);
        Assert.EndsWith("/b.jpg", Assert.Single(found[0].FurtherPictures).AbsolutePath, StringComparison.Ordinal);
        Assert.All(found, product => Assert.NotEmpty(product.MenuPaths));
        Assert.Empty((await _connector.ReadProductsByIdAsync(shop.Connection, ["none"], default)).Items);
    }

    [Fact]
    public async Task The_currency_of_the_prices_is_the_shops()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        Assert.Equal("PLN", await _connector.ReadCurrencyAsync(shop.Connection, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cache_that_ignores_the_question_ends_the_read_instead_of_repeating_it_for_ever(bool withoutTotals)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Seed(230, 320);
        if (withoutTotals)
            shop.Simulator.Faults.WithProbability(Fault.MissingTotals, 1);
        using var http = new HttpClient(new ForgetfulCache(shop.Connection.Http));
        var cached = shop.Connection with { Http = http };

        await Assert.ThrowsAsync<RetryLaterException>(() => All(_connector.ReadOrdersAsync(cached, new(), default)));
        await Assert.ThrowsAsync<RetryLaterException>(() => All(_connector.ReadContactsAsync(cached, new(), default)));
    }

    [Fact]
    public async Task Odd_records_are_read_or_named()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        shop.Simulator.Seed(new ShopSeedOptions { Customers = 10, Guests = 5, Orders = 20, OddRecords = true });

        var pages = await ReadAsync(shop, null);

        Assert.Equal(shop.Simulator.Shop.OrderCount, Ids(pages).Count);
        Assert.Contains(pages.SelectMany(page => page.Items), order => order.Buyer.Email is null);
        Assert.Contains(pages.SelectMany(page => page.Items), order => order.Lines.Any(line => line.ProductId is null));
    }

    async Task<List<Page<ShopOrder>>> ReadAsync(WooCommerceComplianceShop shop, SyncCursor? from)
        => await All(_connector.ReadOrdersAsync(shop.Connection, new() { From = from, Purpose = ReadPurpose.Increment }, default));

    async Task<List<ShopContact>> PeopleAsync(ShopConnection connection)
        => [.. (await All(_connector.ReadContactsAsync(connection, new() { Purpose = ReadPurpose.Increment }, default))).SelectMany(page => page.Items)];

    static HashSet<string> Ids(IEnumerable<Page<ShopOrder>> pages)
        => pages.SelectMany(page => page.Items).Select(order => order.SourceId).ToHashSet(StringComparer.Ordinal);

    static async Task<List<Page<T>>> All<T>(IAsyncEnumerable<Page<T>> pages)
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }

    /// <summary>Answers every question to a path with its first answer.</summary>
    sealed class ForgetfulCache(HttpClient shop) : HttpMessageHandler
    {
        readonly Dictionary<string, (byte[] Body, IEnumerable<string>? Total)> _answers = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (!_answers.TryGetValue(path, out var known))
            {
                using var asked = new HttpRequestMessage(request.Method, request.RequestUri);
                asked.Headers.Authorization = request.Headers.Authorization;
                using var answer = await shop.SendAsync(asked, cancellationToken);
                answer.Headers.TryGetValues("X-WP-Total", out var total);
                _answers[path] = known = (await answer.Content.ReadAsByteArrayAsync(cancellationToken), total);
            }
            var again = new HttpResponseMessage { Content = new ByteArrayContent(known.Body) };
            if (known.Total is not null)
                again.Headers.TryAddWithoutValidation("X-WP-Total", known.Total);
            return again;
        }
    }
}
