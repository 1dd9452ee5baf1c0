using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class WebhookTests : IAsyncLifetime
{
    readonly ManualClock _clock = new();
    Receiver _receiver = null!;
    WooCommerceSimulator _simulator = null!;
    WooClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _simulator = await WooCommerceSimulator.StartAsync(new() { WebhooksRunByThemselves = false, WebhookDelay = TimeSpan.FromMinutes(2) }, _clock);
        _client = new WooClient(_simulator);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Making_a_webhook_sends_an_unsigned_ping_and_keeps_the_secret()
    {
        var made = await Make("order.updated");

        var (headers, _, body) = Assert.Single(_receiver.Received);
        Assert.Equal("webhook_id=1", Encoding.ASCII.GetString(body));
        Assert.Equal("application/x-www-form-urlencoded", headers.ContentType);
        Assert.DoesNotContain(headers, header => header.Key.StartsWith("X-WC-", StringComparison.OrdinalIgnoreCase));
        Assert.False(made.TryGetProperty("secret", out _));
        Assert.Equal("order", made.GetProperty("resource").GetString());
    }

    [Fact]
    public async Task A_webhook_is_made_even_when_nobody_answers_the_ping()
    {
        _receiver.Answer = 500;
        var made = await Make("order.updated");
        Assert.Equal("active", made.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_delivery_is_signed_comes_late_and_shows_the_order_as_it_is_then()
    {
        await Make("order.updated");
        var id = _simulator.Shop.PlaceOrder(new() { Status = "pending" }).Id;
        Assert.Equal(0, await Deliver());
        _simulator.Shop.SetOrderStatus(id, "completed");

        // The change found the first job still waiting, so one delivery carries both.
        _clock.Now = _clock.Now.AddMinutes(2);
        Assert.Equal(1, await Deliver());
        var (headers, protocol, body) = Last();
        Assert.Equal("completed", JsonDocument.Parse(body).RootElement.GetProperty("status").GetString());
        Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData("tajne"u8, body)), headers["X-WC-Webhook-Signature"]);
        Assert.Equal("order.updated", headers["X-WC-Webhook-Topic"]);
        Assert.Equal("order", headers["X-WC-Webhook-Resource"]);
        Assert.Equal("updated", headers["X-WC-Webhook-Event"]);
        Assert.Equal("1", headers["X-WC-Webhook-ID"]);
        Assert.Equal(_simulator.BaseAddress.ToString(), headers["X-WC-Webhook-Source"]);
        Assert.Equal("application/json", headers.ContentType);
        Assert.Equal("HTTP/1.0", protocol);
        Assert.StartsWith("WooCommerce/10.9.1 Hookshot", headers.UserAgent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_order_gives_a_pair_of_equal_bodies_and_deliveries_of_one_second_share_an_id()
    {
        await Make("order.created");
        await Make("order.updated");
        _receiver.Received.Clear();
        _simulator.Shop.PlaceOrder(new() { Status = "processing" });
        _simulator.Shop.PlaceOrder(new() { Status = "processing" });
        _clock.Now = _clock.Now.AddMinutes(2);
        await Deliver();

        var all = _receiver.Received.ToArray();
        Assert.Equal(["order.created", "order.updated", "order.created", "order.updated"], all.Select(each => each.Headers["X-WC-Webhook-Topic"].ToString()));
        Assert.Equal(all[0].Body, all[1].Body);
        Assert.Equal(all[0].Headers["X-WC-Webhook-Delivery-ID"].ToString(), all[2].Headers["X-WC-Webhook-Delivery-ID"].ToString());
        Assert.NotEqual(all[0].Headers["X-WC-Webhook-Delivery-ID"].ToString(), all[1].Headers["X-WC-Webhook-Delivery-ID"].ToString());
    }

    [Fact]
    public async Task A_deleted_customer_is_told_by_id_alone_and_only_with_the_role_customer()
    {
        await Make("customer.deleted");
        var customer = _simulator.Shop.Register(new() { Email = "a@poczta.example" }).Id;
        var subscriber = _simulator.Shop.Register(new() { Email = "b@poczta.example", Role = "subscriber" }).Id;
        _simulator.Shop.DeleteCustomer(customer);
        _simulator.Shop.DeleteCustomer(subscriber);
        _clock.Now = _clock.Now.AddMinutes(2);

        Assert.Equal(1, await Deliver());
        Assert.Equal($$"""{"id":{{customer}}}""", Encoding.UTF8.GetString(Last().Body));
    }

    [Fact]
    public async Task The_seventh_failure_in_a_row_disables_a_webhook_and_put_enables_it()
    {
        await Make("order.created");
        _receiver.Answer = 500;
        for (var i = 1; i <= 7; i++)
        {
            Assert.Equal("active", (await Status()));
            await PlaceAndDeliver();
        }
        Assert.Equal("disabled", await Status());

        _receiver.Answer = 200;
        await PlaceAndDeliver();
        Assert.Equal(7, _simulator.Webhooks.Sent);
        await _client.SendAsync(HttpMethod.Put, "wc/v3/webhooks/1", new { status = "active" });
        await PlaceAndDeliver();
        Assert.Equal(8, _simulator.Webhooks.Sent);
        Assert.Equal("active", await Status());
    }

    [Fact]
    public async Task A_success_ends_a_row_of_failures()
    {
        await Make("order.created");
        for (var i = 1; i <= 20; i++)
        {
            _receiver.Answer = i % 7 == 0 ? 302 : 303;
            await PlaceAndDeliver();
        }
        Assert.Equal("active", await Status());
    }

    [Fact]
    public async Task Webhooks_get_lost_and_doubled_on_request()
    {
        await Make("order.created");
        _receiver.Received.Clear();
        _simulator.Faults.Next(Fault.DropWebhook);
        await PlaceAndDeliver();
        Assert.Empty(_receiver.Received);
        _simulator.Faults.Next(Fault.DuplicateWebhook);
        await PlaceAndDeliver();
        Assert.Equal(2, _receiver.Received.Count);
        Assert.Equal(1, _simulator.Webhooks.Dropped);
    }

    [Fact]
    public async Task Private_receivers_can_be_refused_as_WordPress_does()
    {
        await using var strict = await WooCommerceSimulator.StartAsync(new() { RefusesPrivateReceivers = true, WebhooksRunByThemselves = false });
        using var client = new WooClient(strict);
        await client.SendAsync(HttpMethod.Post, "wc/v3/webhooks", new { topic = "order.created", delivery_url = _receiver.Url, secret = "x" });
        strict.Shop.PlaceOrder(new());
        await strict.Webhooks.DeliverDueAsync();

        Assert.Empty(_receiver.Received);
        Assert.Equal(1, strict.Webhooks.Failed);
    }

    [Fact]
    public async Task Actions_of_the_shop_can_be_a_topic()
    {
        await Make("action.woocommerce_payment_complete");
        var id = _simulator.Shop.PlaceOrder(new() { Status = "processing" }).Id;
        _clock.Now = _clock.Now.AddMinutes(2);
        await Deliver();

        Assert.Equal($$"""{"action":"woocommerce_payment_complete","arg":{{id}}}""", Encoding.UTF8.GetString(Last().Body));
    }

    [Fact]
    public async Task Left_to_itself_the_queue_runs()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new());
        using var client = new WooClient(shop);
        await client.SendAsync(HttpMethod.Post, "wc/v3/webhooks", new { topic = "customer.created", delivery_url = _receiver.Url, secret = "x" });
        shop.Shop.Register(new() { Email = "a@poczta.example" });

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_receiver.Received.Count < 2)
            await Task.Delay(5, patience.Token);
        Assert.Equal("customer.created", Last().Headers["X-WC-Webhook-Topic"]);
    }

    async Task<JsonElement> Make(string topic)
    {
        var (answer, body) = await _client.SendAsync(HttpMethod.Post, "wc/v3/webhooks", new { name = "n", topic, delivery_url = _receiver.Url, secret = "tajne" });
        Assert.Equal(201, (int)answer.StatusCode);
        return body;
    }

    Task<int> Deliver() => _simulator.Webhooks.DeliverDueAsync();

    async Task PlaceAndDeliver()
    {
        _simulator.Shop.PlaceOrder(new());
        _clock.Now = _clock.Now.AddMinutes(2);
        await Deliver();
    }

    async Task<string?> Status() => (await _client.GetAsync("wc/v3/webhooks/1")).Body.GetProperty("status").GetString();

    (Microsoft.AspNetCore.Http.IHeaderDictionary Headers, string Protocol, byte[] Body) Last() => _receiver.Received.Last();
}
