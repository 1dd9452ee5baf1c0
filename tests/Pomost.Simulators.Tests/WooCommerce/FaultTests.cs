using System.Text;
using System.Text.Json;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class FaultTests : IAsyncLifetime
{
    WooCommerceSimulator _simulator = null!;
    WooClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await WooCommerceSimulator.StartAsync(new());
        _simulator.Seed(new() { Customers = 40, Guests = 5, Orders = 20, Products = 10 });
        _client = new WooClient(_simulator);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    [Theory]
    [InlineData(Fault.TooManyRequests, 429)]
    [InlineData(Fault.TooManyRequestsWithRetryAfter, 429)]
    [InlineData(Fault.ServiceUnavailable, 503)]
    [InlineData(Fault.InternalError, 500)]
    [InlineData(Fault.HtmlPage, 200)]
    [InlineData(Fault.LoginWall, 200)]
    [InlineData(Fault.RedirectLoop, 302)]
    [InlineData(Fault.RedirectToOtherHost, 302)]
    public async Task A_fault_strikes_as_often_as_asked_and_where_asked(Fault fault, int status)
    {
        _simulator.Faults.Next(fault, 2, onlyPath: "customers");

        Assert.Equal(200, (int)(await _client.GetAsync("wc/v3/orders")).Answer.StatusCode);
        for (var i = 0; i < 2; i++)
        {
            var answer = await _client.Http.GetAsync(_client.Address(HttpMethod.Get, "wc/v3/customers"));
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(fault == Fault.TooManyRequestsWithRetryAfter, answer.Headers.RetryAfter is not null);
            Assert.Equal(status == 302, answer.Headers.Location is not null);
            Assert.NotEqual('[', (await answer.Content.ReadAsStringAsync()).FirstOrDefault());
        }
        Assert.Equal(40, (await _client.GetAsync("wc/v3/customers?role=all&per_page=40")).Body.GetArrayLength());
        Assert.Equal(2, _simulator.Faults.Committed(fault));
    }

    [Fact]
    public async Task A_cut_connection_breaks_in_the_middle_of_the_body()
    {
        _simulator.Faults.Next(Fault.CutConnection);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetAsync("wc/v3/orders"));
        Assert.Equal(10, (await _client.GetAsync("wc/v3/orders")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Lists_come_without_totals_shuffled_and_with_duplicates()
    {
        _simulator.Faults.Next(Fault.MissingTotals);
        Assert.False((await _client.GetAsync("wc/v3/orders")).Answer.Headers.Contains("X-WP-Total"));

        var plain = await Ids();
        _simulator.Faults.Next(Fault.ShuffledRows);
        var shuffled = await Ids();
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(), shuffled.Order());
        _simulator.Faults.Next(Fault.DuplicateRows);
        var doubled = await Ids();
        Assert.True(doubled.Length > plain.Length);
        Assert.Equal(plain, doubled.Distinct());

        async Task<int[]> Ids() => [.. (await _client.GetAsync("wc/v3/orders?per_page=20&orderby=id")).Body.EnumerateArray().Select(each => each.GetProperty("id").GetInt32())];
    }

    [Fact]
    public async Task Bodies_are_spoiled_by_notices_strange_bytes_and_unknown_fields()
    {
        var address = "wc/v3/customers?role=all&orderby=id&per_page=3";
        _simulator.Faults.Next(Fault.PhpNotice);
        var notice = await _client.Http.GetStringAsync(_client.Address(HttpMethod.Get, address));
        Assert.StartsWith("<br />", notice, StringComparison.Ordinal);
        Assert.Equal(3, JsonDocument.Parse(notice[notice.IndexOf('[', StringComparison.Ordinal)..]).RootElement.GetArrayLength());

        _simulator.Faults.Next(Fault.InvalidUtf8);
        var bytes = await _client.Http.GetByteArrayAsync(_client.Address(HttpMethod.Get, address));
        Assert.Throws<DecoderFallbackException>(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));

        _simulator.Faults.Next(Fault.UnknownFields);
        Assert.All((await _client.GetAsync(address)).Body.EnumerateArray(), each => Assert.True(each.TryGetProperty("unknown_by_plugin", out _)));
    }

    [Fact]
    public async Task An_endless_body_goes_on_until_the_client_has_enough()
    {
        _simulator.Faults.Next(Fault.EndlessBody);
        using var answer = await _client.Http.GetAsync(_client.Address(HttpMethod.Get, "wc/v3/orders"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[1024 * 1024];
        for (var i = 0; i < 8; i++)
            await body.ReadExactlyAsync(buffer);
        Assert.Null(answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Slow_answers_wait_on_the_clock_of_the_shop()
    {
        _simulator.Faults.SlowBy = TimeSpan.FromMilliseconds(60);
        _simulator.Faults.Next(Fault.Slow);
        var started = TimeProvider.System.GetTimestamp();
        await _client.GetAsync("wc/v3/orders");
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(55));
    }

    [Fact]
    public void Chance_is_the_same_for_the_same_seed()
    {
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));

        static string Run(int seed)
        {
            var faults = new SimulatorFaults(seed);
            faults.WithProbability(Fault.Slow, 0.3);
            return string.Concat(Enumerable.Range(0, 100).Select(_ => faults.Strikes(Fault.Slow, "/") ? '1' : '0'));
        }
    }

    [Fact]
    public async Task Requests_are_counted_by_route()
    {
        _simulator.Requests.Reset();
        await _client.GetAsync("wc/v3/customers/2");
        await _client.GetAsync("wc/v3/customers/3");
        await _client.GetAsync("wc/v3/orders?per_page=7");

        Assert.Equal(3, _simulator.Requests.Total);
        Assert.Equal(2, _simulator.Requests.Of("GET /wp-json/wc/v3/customers/{id}"));
        Assert.Equal(7, _simulator.Requests.RowsServed);
    }
}
