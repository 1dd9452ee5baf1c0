using System.Text;
using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class WritingTests : IAsyncLifetime
{
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

    [Theory]
    [InlineData("GET", "wc/v3/customers?per_page=101", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/customers?per_page=0", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/customers?page=x", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/customers?orderby=email", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/customers?role=boss", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/orders?modified_after=2026-05-01", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/orders?orderby=total", null, 400, "rest_invalid_param")]
    [InlineData("GET", "wc/v3/customers/999", null, 404, "wc_user_invalid_id")]
    [InlineData("PUT", "wc/v3/customers/999", "{}", 404, "wc_user_invalid_id")]
    [InlineData("GET", "wc/v3/orders/999", null, 404, "woocommerce_rest_shop_order_invalid_id")]
    [InlineData("GET", "wc/v3/orders/999/refunds/1", null, 404, "woocommerce_rest_shop_order_refund_invalid_id")]
    [InlineData("GET", "wc/v3/products/999", null, 404, "woocommerce_rest_product_invalid_id")]
    [InlineData("GET", "wc/v3/nothing", null, 404, "rest_no_route")]
    [InlineData("GET", "wc/v3/customers/abc", null, 404, "rest_no_route")]
    [InlineData("POST", "wc/v3/customers", "{}", 400, "rest_missing_callback_param")]
    [InlineData("POST", "wc/v3/customers", "{", 400, "rest_invalid_json")]
    [InlineData("POST", "wc/v3/customers", """{"email":"nie"}""", 400, "rest_invalid_param")]
    [InlineData("POST", "wc/v3/customers", """{"email":"ADMIN@sklep.example"}""", 400, "registration-error-email-exists")]
    [InlineData("DELETE", "wc/v3/customers/1", null, 501, "woocommerce_rest_trash_not_supported")]
    [InlineData("POST", "wc/v3/webhooks", """{"topic":"order.paid","delivery_url":"https://a.example"}""", 400, "woocommerce_rest_shop_webhook_invalid_topic")]
    [InlineData("POST", "wc/v3/webhooks", """{"topic":"order.created"}""", 400, "rest_missing_callback_param")]
    [InlineData("PUT", "wc/v3/orders/999", """{"status":"paid"}""", 400, "rest_invalid_param")]
    [InlineData("PUT", "wc/v3/orders/999", """{"status":"completed"}""", 404, "woocommerce_rest_shop_order_invalid_id")]
    public async Task Errors_have_the_code_of_the_real_shop(string method, string path, string? body, int status, string code)
    {
        var (answer, json) = await _client.SendAsync(new HttpMethod(method), path, change: request =>
        {
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        });

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal(status, json.GetProperty("data").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_bad_argument_is_explained()
    {
        var (_, body) = await _client.GetAsync("wc/v3/orders?per_page=101&page=0");

        var data = body.GetProperty("data");
        Assert.Equal("per_page must be between 1 (inclusive) and 100 (inclusive)", data.GetProperty("params").GetProperty("per_page").GetString());
        Assert.Equal("rest_out_of_bounds", data.GetProperty("details").GetProperty("page").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Meta_is_changed_by_key_and_removed_by_null()
    {
        var id = Shop.Register(new() { Email = "ewa@poczta.example", Meta = [new(0, "keep", "k"), new(0, "pomost_newsletter_consent", "1")] }).Id;
        var before = Shop.Customer(id)!.Meta;
        _clock.Now = _clock.Now.AddMinutes(5);

        await _client.SendAsync(HttpMethod.Put, $"wc/v3/customers/{id}", new { meta_data = new object[] { new { key = "pomost_newsletter_consent", value = "0" }, new { key = "tags", value = new[] { "a" } } } });
        var changed = Shop.Customer(id)!;
        Assert.Equal(before[1] with { Value = "0" }, changed.Meta[1]);
        Assert.Equal(("tags", "[\"a\"]"), (changed.Meta[2].Key, changed.Meta[2].Value));
        Assert.Equal(_clock.Now.ToUnixTimeSeconds(), changed.ModifiedAt);

        await _client.SendAsync(HttpMethod.Put, $"wc/v3/customers/{id}", new { meta_data = new object[] { new { key = "pomost_newsletter_consent", value = (string?)null } } });
        Assert.Equal(["keep", "tags"], Shop.Customer(id)!.Meta.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writing_only_meta_moves_the_modification_date_of_orders_in_their_own_tables_alone(bool ownTables)
    {
        var clock = new ManualClock();
        await using var simulator = await WooCommerceSimulator.StartAsync(new() { Https = true, OrdersInOwnTables = ownTables }, clock);
        using var client = new WooClient(simulator);
        var id = simulator.Shop.PlaceOrder(new() { Status = "processing" }).Id;
        var placed = clock.Now.ToUnixTimeSeconds();
        clock.Now = clock.Now.AddMinutes(1);

        await client.SendAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { meta_data = new[] { new { key = "pomost_tags", value = "a" } } });
        Assert.Equal(ownTables ? placed + 60 : placed, simulator.Shop.Order(id)!.ModifiedAt);
        Assert.Equal("a", Assert.Single(simulator.Shop.Order(id)!.Meta).Value);
        await client.SendAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { status = "completed" });
        Assert.Equal(placed + 60, simulator.Shop.Order(id)!.ModifiedAt);
    }

    [Fact]
    public async Task An_order_is_paid_when_it_is_processed_and_keeps_the_date()
    {
        var product = Shop.AddProduct(new() { Name = "Obrus", RegularPrice = 49.99m, Stock = 3 });
        var (made, order) = await _client.SendAsync(HttpMethod.Post, "wc/v3/orders", new { billing = new { email = "a@poczta.example" }, line_items = new[] { new { product_id = product.Id, quantity = 2 } } });
        var id = order.GetProperty("id").GetInt32();
        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal("99.98", order.GetProperty("total").GetString());
        Assert.Equal(JsonValueKind.Null, order.GetProperty("date_paid").ValueKind);
        Assert.Equal(1, Shop.Product(product.Id)!.Stock);

        var paid = (await _client.SendAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { status = "processing" })).Body.GetProperty("date_paid").GetString();
        _clock.Now = _clock.Now.AddDays(1);
        Assert.Equal(paid, (await _client.SendAsync(HttpMethod.Put, $"wc/v3/orders/{id}", new { status = "refunded" })).Body.GetProperty("date_paid").GetString());
    }

    [Fact]
    public async Task A_batch_answers_each_item_for_itself_and_takes_100_at_most()
    {
        var id = Shop.Register(new() { Email = "a@poczta.example" }).Id;

        var (answer, body) = await _client.SendAsync(HttpMethod.Post, "wc/v3/customers/batch", new { create = new[] { new { email = "a@poczta.example" }, new { email = "b@poczta.example" } }, update = new[] { new { id, first_name = "Ewa" }, new { id = 99999, first_name = "Nikt" } } });
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("registration-error-email-exists", body.GetProperty("create")[0].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("b@poczta.example", body.GetProperty("create")[1].GetProperty("email").GetString());
        Assert.Equal("Ewa", body.GetProperty("update")[0].GetProperty("first_name").GetString());
        Assert.Equal(99999, body.GetProperty("update")[1].GetProperty("id").GetInt32());

        Assert.Equal((413, "woocommerce_rest_request_entity_too_large"),
            await _client.FailAsync(HttpMethod.Post, "wc/v3/orders/batch", new { update = Enumerable.Range(0, 101).Select(each => new { id = each }) }));
    }

    [Fact]
    public async Task A_post_may_stand_for_another_method()
    {
        var id = Shop.Register(new() { Email = "a@poczta.example" }).Id;

        var (answer, _) = await _client.SendAsync(HttpMethod.Post, $"wc/v3/customers/{id}?force=true", change: request => request.Headers.Add("X-HTTP-Method-Override", "DELETE"));

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Null(Shop.Customer(id));
    }

    [Fact]
    public async Task Deleting_a_customer_leaves_the_orders_to_a_guest()
    {
        var id = Shop.Register(new() { Email = "a@poczta.example" }).Id;
        var order = Shop.PlaceOrder(new() { CustomerId = id }).Id;

        await _client.SendAsync(HttpMethod.Delete, $"wc/v3/customers/{id}?force=true");

        Assert.Equal(0, Shop.Order(order)!.CustomerId);
        Assert.Equal(0, (await _client.GetAsync($"wc/v3/orders?customer={id}")).Body.GetArrayLength());
    }
}
