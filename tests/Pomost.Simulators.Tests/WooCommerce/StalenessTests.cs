using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

/// <summary>Goal: stale answers, wrong clocks and plug-ins that guard their meta behave as reported of real shops. Method: a careful
/// client, a clock moved by hand.</summary>
public sealed class StalenessTests : IAsyncLifetime
{
    const string Key = PolishShopSeed.NewsletterKey;

    readonly ManualClock _clock = new();
    WooCommerceSimulator _simulator = null!;
    WooClient _client = null!;
    int _account;

    public async ValueTask InitializeAsync()
    {
        _simulator = await WooCommerceSimulator.StartAsync(new() { Https = true, WebhooksRunByThemselves = false }, _clock);
        _client = new WooClient(_simulator);
        var anna = new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna", Meta = [new(0, Key, "1")] };
        _account = _simulator.Shop.Register(anna).Id;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task The_page_cache_keeps_answers_by_their_whole_address_for_its_time()
    {
        _simulator.PageCache.KeepsFor = TimeSpan.FromMinutes(1);
        var first = await FirstNameAsync("?role=all&include=");
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Hanna" });

        Assert.Equal(("Anna", "Anna"), (first, await FirstNameAsync("?role=all&include=")));
        Assert.Equal("Hanna", await FirstNameAsync("?role=all&x=1&include="));
        Assert.Equal(1, _simulator.PageCache.Hits);
        _clock.Now += TimeSpan.FromSeconds(60);
        Assert.Equal("Hanna", await FirstNameAsync("?role=all&include="));
        var (hit, _) = await _client.GetAsync($"wc/v3/customers?role=all&include={_account}");
        Assert.Equal(("HIT", "1"), (hit.Headers.GetValues("X-Cache").Single(), hit.Headers.GetValues("X-WP-Total").Single()));
    }

    [Theory]
    [InlineData(true, "Hanna")]
    [InlineData(false, "Anna")]
    public async Task A_request_that_asks_for_a_fresh_answer_gets_one_only_from_a_cache_that_heeds_it(bool heeds, string name)
    {
        (_simulator.PageCache.KeepsFor, _simulator.PageCache.HeedsRequests) = (TimeSpan.FromMinutes(1), heeds);
        await FirstNameAsync("?role=all&include=");
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Hanna" });
        var (_, body) = await _client.SendAsync(
            HttpMethod.Get, $"wc/v3/customers?role=all&include={_account}",
            change: request => request.Headers.CacheControl = new() { NoCache = true });
        Assert.Equal(name, body[0].GetProperty("first_name").GetString());
    }

    [Fact]
    public async Task Writes_and_errors_are_not_kept()
    {
        _simulator.PageCache.KeepsFor = TimeSpan.FromMinutes(1);
        Assert.Equal(404, (await _client.FailAsync(HttpMethod.Get, "wc/v3/customers/99")).Status);
        Assert.Equal(404, (await _client.FailAsync(HttpMethod.Get, "wc/v3/customers/99")).Status);
        await PutAsync("0");
        Assert.Equal("1", Stored(await PutAsync("1")));
        Assert.Equal(0, _simulator.PageCache.Hits);
    }

    [Fact]
    public async Task A_replica_shows_every_read_the_state_of_some_time_ago_and_the_answer_to_a_write_the_present()
    {
        _simulator.ReplicaLag = TimeSpan.FromSeconds(10);
        Assert.Equal("0", Stored(await PutAsync("0")));
        var order = _simulator.Shop.PlaceOrder(new WooOrder { CustomerId = _account, Status = "processing", PaymentMethod = "bacs" });
        var nowa = _simulator.Shop.Register(new WooCustomer { Email = "nowa@poczta.example" });

        Assert.Equal(("1", 0), (Stored(await ReadAsync()), (await _client.GetAsync("wc/v3/orders")).Body.GetArrayLength()));
        Assert.Equal(404, (int)(await _client.GetAsync($"wc/v3/customers/{nowa.Id}")).Answer.StatusCode);
        _clock.Now += TimeSpan.FromSeconds(9);
        Assert.Equal("1", Stored(await ReadAsync()));
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("0", Stored(await ReadAsync()));
        Assert.Equal(order.Id, (await _client.GetAsync("wc/v3/orders")).Body[0].GetProperty("id").GetInt32());
        Assert.Equal(200, (int)(await _client.GetAsync($"wc/v3/customers/{nowa.Id}")).Answer.StatusCode);

        _simulator.Shop.DeleteCustomer(nowa.Id);
        _simulator.Shop.DeleteOrder(order.Id);
        Assert.Equal(200, (int)(await _client.GetAsync($"wc/v3/customers/{nowa.Id}")).Answer.StatusCode);
        _simulator.ReplicaLag = TimeSpan.Zero;
        Assert.Equal(404, (int)(await _client.GetAsync($"wc/v3/customers/{nowa.Id}")).Answer.StatusCode);
        Assert.Equal(0, (await _client.GetAsync("wc/v3/orders")).Body.GetArrayLength());
    }

    [Fact]
    public async Task A_plug_in_that_guards_its_meta_puts_it_back_at_once_and_answers_200()
    {
        _simulator.Faults.Next(Fault.PutMetaBack, 1, "customers");
        Assert.Equal("1", Stored(await PutAsync("0")));
        Assert.Equal("1", Stored(await ReadAsync()));
        Assert.Equal("0", Stored(await PutAsync("0")));
    }

    [Fact]
    public async Task Or_when_the_account_is_next_saved_in_the_shop()
    {
        _simulator.Faults.Next(Fault.PutMetaBackAtNextEdit, 1, "customers");
        Assert.Equal("0", Stored(await PutAsync("0")));
        Assert.Equal("0", Stored(await ReadAsync()));
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Hanna" });
        Assert.Equal("1", Stored(await ReadAsync()));
        await PutAsync("0");
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Ania" });
        Assert.Equal("0", Stored(await ReadAsync()));
    }

    [Fact]
    public async Task The_shops_clock_may_be_wrong_and_be_set_back()
    {
        _simulator.ClockAhead = TimeSpan.FromMinutes(10);
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Hanna" });
        Assert.Equal("2026-05-01T10:10:00", (await ReadAsync()).GetProperty("date_modified_gmt").GetString());
        _simulator.ClockAhead = TimeSpan.FromMinutes(-10);
        _simulator.Shop.ChangeCustomer(_account, customer => customer with { FirstName = "Ania" });
        Assert.Equal("2026-05-01T09:50:00", (await ReadAsync()).GetProperty("date_modified_gmt").GetString());
    }

    async Task<string?> FirstNameAsync(string query)
        => (await _client.GetAsync($"wc/v3/customers{query}{_account}")).Body[0].GetProperty("first_name").GetString();

    async Task<JsonElement> ReadAsync() => (await _client.GetAsync($"wc/v3/customers/{_account}")).Body;

    async Task<JsonElement> PutAsync(string value) => (await _client.SendAsync(
        HttpMethod.Put, $"wc/v3/customers/{_account}", new { meta_data = new[] { new { key = Key, value } } })).Body;

    static string? Stored(JsonElement customer) => customer.GetProperty("meta_data").EnumerateArray()
        .Single(entry => entry.GetProperty("key").GetString() == Key).GetProperty("value").GetString();
}
