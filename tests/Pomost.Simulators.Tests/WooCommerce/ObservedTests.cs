using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

/// <summary>What was seen on a running shop: WordPress 6.9.7, WooCommerce 10.9.1, orders in their own tables, Europe/Warsaw.</summary>
public sealed class ObservedTests : IAsyncLifetime
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ManualClock _clock = new();
    WooCommerceSimulator _simulator = null!;
    WooClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await WooCommerceSimulator.StartAsync(new() { Https = true, WebhooksRunByThemselves = false, ShopName = "Sklep \"Żółw & Spółka\"" }, _clock);
        _client = new WooClient(_simulator);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    WooCommerceShop Shop => _simulator.Shop;

    [Theory]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T04:41:43", true, true)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T04:41:44", true, false)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T04:41:43Z", false, true)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T04:41:44Z", false, false)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T02:41:43Z", true, true)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T02:41:44Z", true, false)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T07:41:43%2B05:00", true, true)]
    [InlineData("2026-07-28T04:41:44", "2026-07-28T07:41:44%2B05:00", true, false)]
    [InlineData("2026-11-23T20:17:58", "2026-11-23T19:17:57Z", true, true)]
    [InlineData("2026-11-23T20:17:58", "2026-11-23T19:17:58Z", true, false)]
    [InlineData("2026-03-29T03:00:00", "2026-03-29T02:30:00", true, false)]
    [InlineData("2026-03-29T03:30:01", "2026-03-29T02:30:00", true, true)]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:59:59", true, true)]
    [InlineData("2026-10-25T01:15:00", "2026-10-25T00:30:00Z", false, false)]
    [InlineData("2026-10-25T01:30:01", "2026-10-25T00:30:00Z", false, true)]
    public async Task A_bound_with_zone_goes_through_local_time(string happened, string after, bool isGmt, bool found)
    {
        _clock.Now = DateTimeOffset.Parse(happened + "Z", System.Globalization.CultureInfo.InvariantCulture);
        Shop.PlaceOrder(new());
        Shop.AddProduct(new() { Name = "Obrus" });
        var flag = isGmt ? "&dates_are_gmt=true" : "";

        foreach (var query in new[] { "orders?after=", "orders?orderby=modified&modified_after=", "products?after=" })
            Assert.Equal(found ? 1 : 0, (await _client.GetAsync($"wc/v3/{query}{after}{flag}")).Body.GetArrayLength());
    }

    [Theory]
    [InlineData("any", 1)]
    [InlineData("any,trash", 1)]
    [InlineData("checkout-draft,any", 1)]
    [InlineData("trash,checkout-draft", 2)]
    [InlineData("pending,trash,checkout-draft", 3)]
    public async Task Any_status_leaves_out_the_bin_and_drafts(string status, int orders)
    {
        Shop.PlaceOrder(new());
        Shop.PlaceOrder(new() { Status = "checkout-draft" });
        Shop.TrashOrder(Shop.PlaceOrder(new()).Id);

        Assert.Equal(orders, (await _client.GetAsync("wc/v3/orders?status=" + status)).Body.GetArrayLength());
    }

    [Fact]
    public async Task Beyond_the_last_page_orders_forget_their_total_and_others_keep_it()
    {
        _simulator.Seed(new() { Customers = 5, Guests = 0, Orders = 30, Products = 12 });

        foreach (var path in new[] { "orders?page=9", "orders?offset=900", "orders/9999/refunds?page=9" })
            Assert.Equal(("0", "0"), await Totals(path));
        Assert.Equal(("6", "1"), await Totals("customers?role=all&page=9"));
        Assert.Equal(("12", "2"), await Totals("products?page=9"));
        Assert.Equal((Shop.Categories.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), "1"), await Totals("products/categories?page=9&per_page=100"));

        async Task<(string Total, string Pages)> Totals(string path)
        {
            var (answer, body) = await _client.GetAsync("wc/v3/" + path);
            Assert.Equal(0, body.GetArrayLength());
            return (Assert.Single(answer.Headers.GetValues("X-WP-Total")), Assert.Single(answer.Headers.GetValues("X-WP-TotalPages")));
        }
    }

    [Theory]
    [InlineData("title")]
    [InlineData("slug")]
    public async Task Sorting_orders_by_what_they_do_not_have_sorts_by_id_both_ways(string sort)
    {
        int[] ids = [Shop.PlaceOrder(new()).Id, Shop.PlaceOrder(new()).Id];

        foreach (var direction in new[] { "asc", "desc" })
            Assert.Equal(ids, (await _client.GetAsync($"wc/v3/orders?orderby={sort}&order={direction}")).Body.EnumerateArray().Select(each => each.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task Options_ask_for_no_credentials_and_the_bin_is_no_status_to_write()
    {
        var (answer, body) = await _client.SendAsync(HttpMethod.Options, "wc/v3/orders", signed: false);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("trash", Names(body.GetProperty("endpoints")[0].GetProperty("args").GetProperty("status").GetProperty("items")));
        Assert.DoesNotContain("trash", Names(body.GetProperty("schema").GetProperty("properties").GetProperty("status")));
        var id = Shop.PlaceOrder(new()).Id;
        Assert.Equal((400, "rest_invalid_param"), await _client.FailAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { status = "trash" }));

        static IEnumerable<string?> Names(JsonElement element) => element.GetProperty("enum").EnumerateArray().Select(each => each.GetString());
    }

    [Theory]
    [InlineData("A & B <x>", "A &amp; B")]
    [InlineData("O'Neil \"Q\" <b>bold</b> > ż", "O'Neil \"Q\" bold &gt; ż")]
    [InlineData("A &amp; B", "A &amp; B")]
    [InlineData("a < b", "a &lt; b")]
    public async Task Names_of_accounts_are_encoded_and_those_of_addresses_are_not(string name, string shown)
    {
        var (_, body) = await _client.SendAsync(HttpMethod.Post, "wc/v3/customers",
            new { email = "a@poczta.example", first_name = name, last_name = name, billing = new { first_name = name, company = name } });

        Assert.Equal(shown, body.GetProperty("first_name").GetString());
        Assert.Equal(shown, body.GetProperty("last_name").GetString());
        Assert.Equal(name, body.GetProperty("billing").GetProperty("first_name").GetString());
        Assert.Equal(name, body.GetProperty("billing").GetProperty("company").GetString());
    }

    [Fact]
    public async Task Names_of_categories_tags_and_the_site_are_encoded_and_those_of_products_are_not()
    {
        var category = Shop.AddCategory("Cat & \"Q\" 'z' <b>x</b>");
        Shop.AddProduct(new() { Name = "Stół & \"krzesło\"", CategoryIds = [category.Id], Tags = ["Tag & \"Q\" > w"] });

        var product = (await _client.GetAsync("wc/v3/products")).Body[0];
        Assert.Equal("Stół & \"krzesło\"", product.GetProperty("name").GetString());
        Assert.Equal("Cat &amp; \"Q\" 'z' x", product.GetProperty("categories")[0].GetProperty("name").GetString());
        Assert.Equal("Tag &amp; \"Q\" &gt; w", product.GetProperty("tags")[0].GetProperty("name").GetString());
        Assert.Equal("Cat &amp; \"Q\" 'z' x", (await _client.GetAsync("wc/v3/products/categories")).Body[0].GetProperty("name").GetString());
        var (_, index) = await _client.SendAsync(HttpMethod.Get, "", signed: false);
        Assert.Equal("Sklep &quot;Żółw &amp; Spółka&quot;", index.GetProperty("name").GetString());
        Assert.Equal(2, index.GetProperty("gmt_offset").GetInt32());
    }

    [Fact]
    public async Task A_line_of_deleted_goods_knows_its_name_only_and_the_order_does_not_change()
    {
        var simple = Shop.AddProduct(new() { Name = "Obrus", Sku = "O-1", RegularPrice = 10 });
        var variable = Shop.AddProduct(new() { Name = "Koszula", Sku = "K", VariesBy = "Rozmiar", Variations = [new(0, "K-S", "S", 20m, null)] });
        var placed = Shop.PlaceOrder(new() { Lines = [WooCommerceShop.LineOf(simple, 1), WooCommerceShop.LineOf(variable, 1, variable.Variations[0])] });

        var before = await Lines();
        Assert.Equal(("O-1", "", null), Texts(before[0]));
        Assert.Equal(("K-S", "", "Koszula"), Texts(before[1]));
        _clock.Now = _clock.Now.AddHours(1);
        Shop.DeleteProduct(simple.Id);
        Shop.DeleteProduct(variable.Id);

        var after = await Lines();
        foreach (var line in after.EnumerateArray())
        {
            Assert.Equal((null, null, null), Texts(line));
            Assert.Equal(0, line.GetProperty("product_id").GetInt32());
            Assert.Equal(0, line.GetProperty("variation_id").GetInt32());
        }
        Assert.Equal(["Obrus", "Koszula - S"], after.EnumerateArray().Select(line => line.GetProperty("name").GetString()));
        Assert.Equal(placed.ModifiedAt, Shop.Order(placed.Id)!.ModifiedAt);

        async Task<JsonElement> Lines() => (await _client.GetAsync($"wc/v3/orders/{placed.Id}")).Body.GetProperty("line_items");
        static (string?, string?, string?) Texts(JsonElement line) =>
            (line.GetProperty("sku").GetString(), line.GetProperty("global_unique_id").GetString(), line.GetProperty("parent_name").GetString());
    }

    [Fact]
    public async Task A_refund_moves_the_modification_date_of_its_order()
    {
        var product = Shop.AddProduct(new() { Name = "Obrus", RegularPrice = 10 });
        var order = Shop.PlaceOrder(new() { Status = "completed", Lines = [WooCommerceShop.LineOf(product, 1)] });
        _clock.Now = _clock.Now.AddHours(1);

        await _client.SendAsync(HttpMethod.Post, $"wc/v3/orders/{order.Id}/refunds", new { amount = "2.00", api_refund = false });

        Assert.Equal(order.ModifiedAt + 3_600, Shop.Order(order.Id)!.ModifiedAt);
    }

    [Fact]
    public void Deleting_a_customer_moves_the_modification_date_of_the_orders_without_a_webhook()
    {
        var customer = Shop.Register(new() { Email = "a@poczta.example" }).Id;
        var order = Shop.PlaceOrder(new() { CustomerId = customer });
        _clock.Now = _clock.Now.AddHours(1);
        var topics = new List<string>();
        Shop.Changed += change => topics.Add(change.Topic);

        Shop.DeleteCustomer(customer);

        Assert.Equal((0, order.ModifiedAt + 3_600), (Shop.Order(order.Id)!.CustomerId, Shop.Order(order.Id)!.ModifiedAt));
        Assert.Equal(["customer.deleted"], topics);
    }

    [Fact]
    public async Task An_account_that_was_never_saved_has_no_modification_date()
    {
        var (_, administrator) = await _client.GetAsync("wc/v3/customers/1");
        Assert.Equal(JsonValueKind.Null, administrator.GetProperty("date_modified").ValueKind);
        Assert.Equal(JsonValueKind.Null, administrator.GetProperty("date_modified_gmt").ValueKind);
    }

    [Fact]
    public async Task Cash_on_delivery_is_paid_when_the_order_is_completed()
    {
        var id = Shop.PlaceOrder(new() { Status = "processing", PaymentMethod = "cod" }).Id;
        Assert.Null(Shop.Order(id)!.PaidAt);

        var first = await Put("completed");
        Assert.NotNull(first.Paid);
        var back = await Put("pending");
        Assert.Equal(first, back);
        var again = await Put("completed");
        Assert.Equal(first.Paid, again.Paid);
        Assert.NotEqual(first.Completed, again.Completed);

        async Task<(string? Paid, string? Completed)> Put(string status)
        {
            _clock.Now = _clock.Now.AddHours(1);
            var (_, body) = await _client.SendAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { status });
            return (body.GetProperty("date_paid_gmt").GetString(), body.GetProperty("date_completed_gmt").GetString());
        }
    }

    [Fact]
    public async Task An_anonymised_order_keeps_its_money_and_loses_its_person()
    {
        var customer = Shop.Register(new() { Email = "a@poczta.example" }).Id;
        var person = new WooAddress { FirstName = "Anna", City = "Łódź", Country = "PL", State = "PL-LD", Phone = "+48 600", Email = "a@poczta.example" };
        var order = Shop.PlaceOrder(new() { CustomerId = customer, Billing = person, TransactionId = "T1" });
        _clock.Now = _clock.Now.AddHours(1);

        Shop.AnonymizeOrder(order.Id);

        var (_, body) = await _client.GetAsync($"wc/v3/orders/{order.Id}");
        Assert.Equal(0, body.GetProperty("customer_id").GetInt32());
        Assert.Equal("0", body.GetProperty("transaction_id").GetString());
        Assert.Equal(order.ModifiedAt + 3_600, Shop.Order(order.Id)!.ModifiedAt);
        Assert.Equal(
            """{"first_name":"[deleted]","last_name":"","company":"","address_1":"","address_2":"","city":"[deleted]","state":"","postcode":"","country":"","email":"deleted@site.invalid","phone":"+00 000"}""",
            JsonSerializer.Serialize(body.GetProperty("billing"), Readable));
        Assert.Equal("_anonymized", body.GetProperty("meta_data")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Totals_and_pages_by_status_stay_right_while_orders_move()
    {
        _simulator.Seed(new() { Customers = 50, Guests = 50, Orders = 2_500, Products = 10 });
        await AssertPagesAsync();
        var ids = Shop.OrderIds();
        for (var i = 0; i < 300; i++)
        {
            _clock.Now = _clock.Now.AddSeconds(1);
            var id = ids[i * 7];
            if (i % 3 == 0)
                Shop.TrashOrder(id);
            else if (i % 3 == 1)
                Shop.SetOrderStatus(id, "completed");
            else
                Shop.DeleteOrder(id);
        }
        await AssertPagesAsync();

        async Task AssertPagesAsync()
        {
            var all = Shop.OrderIds().Select(id => Shop.Order(id)!).OrderBy(order => order.ModifiedAt).ThenBy(order => order.Id).ToList();
            var after = all[400].ModifiedAt;
            foreach (var status in new[] { "any", "completed", "cancelled,pending", "trash" })
            {
                foreach (var direction in new[] { "asc", "desc" })
                {
                    var wanted = all.Where(order => order.ModifiedAt > after && (status == "any" ? order.Status != "trash" : status.Split(',').Contains(order.Status, StringComparer.Ordinal))).Select(order => order.Id);
                    int[] expected = [.. direction == "asc" ? wanted : wanted.Reverse()];
                    foreach (var page in new[] { 1, 2, 7, 12 })
                    {
                        var (answer, body) = await _client.GetAsync($"wc/v3/orders?status={status}&orderby=modified&order={direction}&per_page=100&page={page}&dates_are_gmt=true&modified_after={DateTimeOffset.FromUnixTimeSeconds(after):s}&_fields=id");
                        int[] rows = [.. expected.Skip((page - 1) * 100).Take(100)];
                        Assert.Equal(rows, body.EnumerateArray().Select(each => each.GetProperty("id").GetInt32()));
                        Assert.Equal(rows.Length == 0 ? 0 : expected.Length, int.Parse(Assert.Single(answer.Headers.GetValues("X-WP-Total")), System.Globalization.CultureInfo.InvariantCulture));
                    }
                }
            }
        }
    }
}
