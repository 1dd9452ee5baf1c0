using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class ReadingTests : IAsyncLifetime
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ManualClock _clock = new();
    WooCommerceSimulator _simulator = null!;
    WooClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await WooCommerceSimulator.StartAsync(new() { Https = true, WebhooksRunByThemselves = false }, _clock);
        _client = new WooClient(_simulator);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    WooCommerceShop Shop => _simulator.Shop;

    [Fact]
    public async Task Anyone_may_learn_that_this_is_WooCommerce()
    {
        var (answer, body) = await _client.SendAsync(HttpMethod.Get, "", signed: false);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("wc/v3", body.GetProperty("namespaces").EnumerateArray().Select(each => each.GetString()));

        var home = await _client.Http.GetAsync(_simulator.BaseAddress);
        Assert.Contains("/wp-json/>; rel=\"https://api.w.org/\"", string.Join(',', home.Headers.GetValues("Link")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_say_how_many_there_are_and_where_the_next_one_is()
    {
        _simulator.Seed(new() { Customers = 25, Guests = 0, Orders = 0, Products = 0 });

        var (answer, body) = await _client.GetAsync("wc/v3/customers?role=all&orderby=id&order=asc&per_page=10&page=2");
        Assert.Equal("26", Header(answer, "X-WP-Total"));
        Assert.Equal("3", Header(answer, "X-WP-TotalPages"));
        Assert.Equal([.. Enumerable.Range(11, 10)], Ids(body));
        Assert.Contains("page=1>; rel=\"prev\"", Header(answer, "Link"), StringComparison.Ordinal);
        Assert.Contains("page=3>; rel=\"next\"", Header(answer, "Link"), StringComparison.Ordinal);

        var (beyond, none) = await _client.GetAsync("wc/v3/customers?page=9");
        Assert.Equal(200, (int)beyond.StatusCode);
        Assert.Equal(0, none.GetArrayLength());
    }

    [Fact]
    public async Task With_an_offset_the_totals_still_speak_of_page_one()
    {
        _simulator.Seed(new() { Customers = 25, Guests = 0, Orders = 0, Products = 0 });

        var (answer, body) = await _client.GetAsync("wc/v3/customers?role=all&orderby=id&offset=20&per_page=10");

        Assert.Equal([.. Enumerable.Range(21, 6)], Ids(body));
        Assert.Equal("3", Header(answer, "X-WP-TotalPages"));
        Assert.Contains("page=2", Header(answer, "Link"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_are_picked_into_objects_and_not_into_lists()
    {
        var id = Shop.Register(new() { Email = "ewa@poczta.example", Billing = new() { City = "Łódź", Phone = "1" }, Meta = [new(0, "a", "1")] }).Id;

        var (_, body) = await _client.GetAsync($"wc/v3/customers?include={id}&_fields=id,billing.city,meta_data.key");

        Assert.Equal($$"""[{"id":{{id}},"billing":{"city":"Łódź"},"meta_data":[]}]""", Plain(body));
        var (_, alone) = await _client.GetAsync($"wc/v3/customers/{id}?_fields=id");
        Assert.True(alone.TryGetProperty("_links", out _));
        Assert.False(alone.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task Customers_mean_the_role_customer_and_know_no_date_filter()
    {
        _simulator.Seed(new() { Customers = 100, Guests = 0, Orders = 0, Products = 0 });

        Assert.Equal("98", Header((await _client.GetAsync("wc/v3/customers?modified_after=2030-01-01T00:00:00Z&after=x")).Answer, "X-WP-Total"));
        Assert.Equal("101", Header((await _client.GetAsync("wc/v3/customers?role=all")).Answer, "X-WP-Total"));
        Assert.Equal("2", Header((await _client.GetAsync("wc/v3/customers?role=subscriber")).Answer, "X-WP-Total"));
    }

    [Fact]
    public async Task Date_bounds_exclude_their_own_second()
    {
        var first = Place("a@poczta.example");
        _clock.Now = _clock.Now.AddSeconds(1);
        var second = Place("b@poczta.example");

        Assert.Equal([second], await OrderIds("modified_after=2026-05-01T10:00:00Z"));
        Assert.Equal([first], await OrderIds("modified_before=2026-05-01T10:00:01Z"));
        Assert.Equal([first, second], await OrderIds("modified_after=2026-05-01T09:59:59&dates_are_gmt=true"));
        Assert.Empty(await OrderIds("after=2026-05-01T10:00:01&dates_are_gmt=true"));
    }

    [Fact]
    public async Task A_bound_without_zone_is_local_time_of_the_shop()
    {
        var order = Place("a@poczta.example");

        Assert.Equal([order], await OrderIds("after=2026-05-01T11:59:59"));
        Assert.Empty(await OrderIds("after=2026-05-01T12:00:00"));
        Assert.Equal([order], await OrderIds("after=2026-05-01T11:59:59%2B02:00"));
        Assert.Equal((400, "rest_invalid_param"), await _client.FailAsync(HttpMethod.Get, "wc/v3/orders?after=2026-05-01T11:59:59+02:00"));
    }

    [Fact]
    public async Task Dates_come_in_local_time_and_in_utc()
    {
        var summer = Place("a@poczta.example");
        _clock.Now = new(2026, 12, 1, 10, 0, 0, TimeSpan.Zero);
        var winter = Place("b@poczta.example");

        Assert.Equal("""{"date_created":"2026-05-01T12:00:00","date_created_gmt":"2026-05-01T10:00:00"}""", await Dates(summer));
        Assert.Equal("""{"date_created":"2026-12-01T11:00:00","date_created_gmt":"2026-12-01T10:00:00"}""", await Dates(winter));

        async Task<string> Dates(int id) => Plain((await _client.GetAsync($"wc/v3/orders?include={id}&_fields=date_created,date_created_gmt")).Body[0]);
    }

    [Fact]
    public async Task Orders_are_found_by_status_customer_and_id()
    {
        var customer = Shop.Register(new() { Email = "a@poczta.example" }).Id;
        var owned = Shop.PlaceOrder(new() { CustomerId = customer, Status = "completed" }).Id;
        var guest = Place("b@poczta.example");
        var binned = Place("c@poczta.example");
        Shop.TrashOrder(binned);

        Assert.Equal([owned, guest], await OrderIds("status=any"));
        Assert.Equal([binned], await OrderIds("status=trash"));
        Assert.Equal([owned], await OrderIds("status=completed,refunded"));
        Assert.Equal([owned], await OrderIds("status[]=completed&status[]=refunded"));
        Assert.Equal([guest], await OrderIds("customer=0"));
        Assert.Equal([owned], await OrderIds($"customer={customer}"));
        Assert.Equal([owned], await OrderIds($"exclude={guest}"));
        Assert.Equal([guest], await OrderIds("search=b@poczta"));
        Assert.Equal((400, "rest_invalid_param"), await _client.FailAsync(HttpMethod.Get, "wc/v3/orders?status=paid"));
    }

    [Fact]
    public async Task Pages_by_modification_cover_every_order_once_whatever_the_query_plan()
    {
        _simulator.Seed(new() { Customers = 50, Guests = 20, Orders = 700, Products = 10 });
        var all = Shop.OrderIds().Select(id => Shop.Order(id)!).OrderBy(order => order.ModifiedAt).ThenBy(order => order.Id).ToList();
        foreach (var from in new[] { 0, 100, 690 })
        {
            var after = DateTimeOffset.FromUnixTimeSeconds(all[from].ModifiedAt).ToString("s");
            var seen = new List<int>();
            for (var page = 1; page <= 8; page++)
                seen.AddRange(Ids((await _client.GetAsync($"wc/v3/orders?modified_after={after}&dates_are_gmt=true&orderby=modified&order=asc&per_page=100&page={page}&_fields=id")).Body));
            Assert.Equal(all.Where(order => order.ModifiedAt > all[from].ModifiedAt).Select(order => order.Id), seen);
        }
        var someday = DateTimeOffset.FromUnixTimeSeconds(all[650].ModifiedAt);
        var byId = await OrderIds($"per_page=100&modified_after={someday:yyyy-MM-ddTHH:mm:ss}Z");
        Assert.Equal(all.Where(order => order.ModifiedAt > all[650].ModifiedAt).Select(order => order.Id).Order(), byId);
    }

    [Fact]
    public async Task Orders_show_net_lines_whose_sum_with_tax_is_the_total()
    {
        _simulator.Seed(new() { Customers = 20, Guests = 10, Orders = 60, Products = 30 });

        foreach (var order in (await _client.GetAsync("wc/v3/orders?per_page=100")).Body.EnumerateArray())
        {
            var lines = order.GetProperty("line_items").EnumerateArray().Sum(line => Amount(line, "total") + Amount(line, "total_tax"));
            Assert.Equal(Amount(order, "total"), lines + Amount(order, "shipping_total") + Amount(order, "shipping_tax"));
            var paid = order.GetProperty("status").GetString() is "completed" or "refunded"
                || (order.GetProperty("status").GetString() == "processing" && order.GetProperty("payment_method").GetString() != WooCommerceShop.CashOnDelivery);
            Assert.Equal(paid, order.GetProperty("date_paid_gmt").ValueKind == JsonValueKind.String);
        }

        static decimal Amount(JsonElement element, string name) => decimal.Parse(element.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_partial_refund_leaves_status_and_total_alone()
    {
        var product = Shop.AddProduct(new() { Name = "Obrus", RegularPrice = 123m });
        var id = Shop.PlaceOrder(new() { Status = "completed", Lines = [WooCommerceShop.LineOf(product, 1)] }).Id;
        Shop.Refund(id, 5m, "rysa");

        var (_, order) = await _client.GetAsync($"wc/v3/orders/{id}");
        Assert.Equal("completed", order.GetProperty("status").GetString());
        Assert.Equal("123.00", order.GetProperty("total").GetString());
        Assert.Equal("-5.00", order.GetProperty("refunds")[0].GetProperty("total").GetString());
        Assert.Equal("5.00", (await _client.GetAsync($"wc/v3/orders/{id}/refunds")).Body[0].GetProperty("amount").GetString());
        Shop.Refund(id, 118m, "reszta");
        Assert.Equal("refunded", Shop.Order(id)!.Status);
        Assert.NotNull(Shop.Order(id)!.PaidAt);
    }

    [Fact]
    public async Task Names_of_categories_are_encoded_and_form_a_tree()
    {
        _simulator.Seed(new() { Customers = 0, Guests = 0, Orders = 0, Products = 120 });

        var (_, body) = await _client.GetAsync("wc/v3/products/categories?per_page=100&orderby=id");
        var byId = body.EnumerateArray().ToDictionary(each => each.GetProperty("id").GetInt32());
        Assert.Contains(byId.Values, each => each.GetProperty("name").GetString() == "Dom &amp; ogród");
        Assert.Contains(byId.Values, each => each.GetProperty("parent").GetInt32() is var parent && parent != 0 && byId[parent].GetProperty("parent").GetInt32() != 0);
        var (_, products) = await _client.GetAsync("wc/v3/products?per_page=100");
        Assert.Contains(products.EnumerateArray(), each => each.GetProperty("categories").GetArrayLength() == 2);
        var variable = products.EnumerateArray().First(each => each.GetProperty("type").GetString() == "variable");
        Assert.Equal("", variable.GetProperty("regular_price").GetString());
        Assert.Equal(3, (await _client.GetAsync($"wc/v3/products/{variable.GetProperty("id")}/variations")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Analytics_lists_guests_and_swaps_two_dates_and_can_be_switched_off()
    {
        var customer = Shop.Register(new() { Email = "a@poczta.example", FirstName = "Ewa" }).Id;
        Shop.PlaceOrder(new() { CustomerId = customer, Status = "completed" });
        _clock.Now = _clock.Now.AddHours(1);
        Place("gosc@poczta.example");

        var (_, body) = await _client.GetAsync("wc-analytics/reports/customers?per_page=100&orderby=date_last_active&order=asc&last_active_after=2026-04-30T00:00:00Z");
        Assert.Equal([customer, 0], body.EnumerateArray().Select(each => each.GetProperty("user_id").GetInt32()));
        Assert.Equal("gosc@poczta.example", body[1].GetProperty("email").GetString());
        Assert.Equal("2026-05-01T11:00:00", body[1].GetProperty("date_last_active").GetString());
        Assert.Equal("2026-05-01T13:00:00", body[1].GetProperty("date_last_active_gmt").GetString());

        await using var without = await WooCommerceSimulator.StartAsync(new() { Https = true, AnalyticsEnabled = false });
        using var client = new WooClient(without);
        Assert.Equal((404, "rest_no_route"), await client.FailAsync(HttpMethod.Get, "wc-analytics/reports/customers"));
    }

    [Fact]
    public async Task The_shop_says_its_versions_and_its_currency()
    {
        var (_, status) = await _client.GetAsync("wc/v3/system_status?_fields=environment.version,settings");
        Assert.Equal("10.9.1", status.GetProperty("environment").GetProperty("version").GetString());
        Assert.True(status.GetProperty("settings").GetProperty("HPOS_enabled").GetBoolean());
        Assert.Equal("Polish z&#x142;oty", (await _client.GetAsync("wc/v3/data/currencies/current")).Body.GetProperty("name").GetString());
        var (_, options) = await _client.SendAsync(HttpMethod.Options, "wc/v3/orders");
        Assert.Contains("on-hold", options.GetProperty("schema").GetProperty("properties").GetProperty("status").GetProperty("enum").EnumerateArray().Select(each => each.GetString()));
    }

    int Place(string email) => Shop.PlaceOrder(new() { Billing = new() { Email = email }, Status = "processing" }).Id;

    async Task<int[]> OrderIds(string query) => Ids((await _client.GetAsync("wc/v3/orders?orderby=id&order=asc&_fields=id&" + query)).Body);

    static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(each => each.GetProperty("id").GetInt32())];

    static string Header(HttpResponseMessage answer, string name) => string.Join(',', answer.Headers.GetValues(name));

    static string Plain(JsonElement element) => JsonSerializer.Serialize(element, Readable);
}
