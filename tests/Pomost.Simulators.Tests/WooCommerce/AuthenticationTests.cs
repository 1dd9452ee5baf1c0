using System.Text;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class AuthenticationTests
{
    const string Wrong = "woocommerce_rest_authentication_error";
    const string Hidden = "woocommerce_rest_cannot_view";

    static readonly HttpMethod Get = HttpMethod.Get;

    [Fact]
    public async Task Over_http_only_oauth_is_heard()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new());
        using var client = new WooClient(shop);

        Assert.Equal(200, (int)(await client.GetAsync("wc/v3/orders")).Answer.StatusCode);
        Assert.Equal((401, Hidden), await client.FailAsync(Get, "wc/v3/orders", signed: false));
        Assert.Equal((401, Hidden), await client.FailAsync(Get, "wc/v3/orders?" + QueryKeys(shop.ReadWriteKey), signed: false));
        var (basic, body) = await client.SendAsync(Get, "wc/v3/orders", change: request => request.Headers.Authorization = Basic(shop.ReadWriteKey), signed: false);
        Assert.Equal(401, (int)basic.StatusCode);
        Assert.Equal(Hidden, body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Over_https_basic_and_query_keys_are_heard_and_the_query_wins()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true });
        using var client = new WooClient(shop);
        var wrongSecret = shop.ReadWriteKey with { ConsumerSecret = "cs_wrong" };
        var unknown = shop.ReadWriteKey with { ConsumerKey = "ck_unknown" };

        Assert.Equal(200, (int)(await client.GetAsync("wc/v3/orders")).Answer.StatusCode);
        Assert.Equal(200, (int)(await client.SendAsync(Get, "wc/v3/orders?" + QueryKeys(shop.ReadWriteKey), signed: false)).Answer.StatusCode);
        Assert.Equal((401, Wrong), await client.FailAsync(Get, "wc/v3/orders?" + QueryKeys(wrongSecret)));
        Assert.Equal((401, Hidden), await client.FailAsync(Get, "wc/v3/orders?" + QueryKeys(unknown), signed: false));
        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(shop.BaseAddress));
    }

    [Fact]
    public async Task Https_that_ends_before_php_counts_as_http()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true, HttpsEndsAtProxy = true });
        using var client = new WooClient(shop);

        Assert.Equal((401, Hidden), await client.FailAsync(Get, "wc/v3/orders"));
    }

    [Fact]
    public async Task A_dropped_authorization_header_leaves_query_keys_working()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true });
        using var client = new WooClient(shop);
        shop.Faults.WithProbability(Fault.StripAuthorization, 1);

        Assert.Equal((401, Hidden), await client.FailAsync(Get, "wc/v3/orders"));
        Assert.Equal(200, (int)(await client.SendAsync(Get, "wc/v3/orders?" + QueryKeys(shop.ReadWriteKey), signed: false)).Answer.StatusCode);
    }

    [Theory]
    [InlineData("HMAC-SHA1", 0, 200)]
    [InlineData("HMAC-SHA256", 0, 200)]
    [InlineData("PLAINTEXT", 0, 401)]
    [InlineData("HMAC-SHA256", 900, 200)]
    [InlineData("HMAC-SHA256", 901, 401)]
    [InlineData("HMAC-SHA256", -901, 401)]
    public async Task A_signature_needs_a_known_method_and_a_time_within_15_minutes(string algorithm, int secondsLate, int status)
    {
        var clock = new ManualClock();
        await using var shop = await WooCommerceSimulator.StartAsync(new(), clock);
        using var client = new WooClient(shop);
        var address = new Uri(shop.BaseAddress, "/wp-json/wc/v3/orders?status=completed&include[]=5&include[]=7&search=a%20b");

        var answer = await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadWriteKey, clock.Now.AddSeconds(-secondsLate), "n1", algorithm));

        // The client writes include[] as it stands while the shop signs include[0], so the arrays are left out of this check.
        Assert.Equal(401, (int)answer.StatusCode);
        var plain = new Uri(shop.BaseAddress, "/wp-json/wc/v3/orders?status=completed&include%5B0%5D=5&search=a%20b");
        Assert.Equal(status, (int)(await client.Http.GetAsync(WooClient.Signed(Get, plain, shop.ReadWriteKey, clock.Now.AddSeconds(-secondsLate), "n2", algorithm))).StatusCode);
    }

    [Fact]
    public async Task A_nonce_is_good_once_within_15_minutes()
    {
        var clock = new ManualClock();
        await using var shop = await WooCommerceSimulator.StartAsync(new(), clock);
        using var client = new WooClient(shop);
        var address = new Uri(shop.BaseAddress, "/wp-json/wc/v3/orders");

        Assert.Equal(200, (int)(await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadWriteKey, clock.Now, "once"))).StatusCode);
        Assert.Equal(401, (int)(await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadWriteKey, clock.Now, "once"))).StatusCode);
        Assert.Equal(200, (int)(await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadOnlyKey, clock.Now, "once"))).StatusCode);
        clock.Now = clock.Now.AddMinutes(16);
        Assert.Equal(200, (int)(await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadWriteKey, clock.Now, "once"))).StatusCode);
    }

    [Fact]
    public async Task The_signature_is_checked_against_the_home_address_and_not_the_host_called()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { HomeUrl = new Uri("http://sklep.example") });
        using var client = new WooClient(shop);
        var address = new Uri(shop.BaseAddress, "/wp-json/wc/v3/orders");
        var now = shop.Clock.GetUtcNow();

        Assert.Equal(401, (int)(await client.Http.GetAsync(WooClient.Signed(Get, address, shop.ReadWriteKey, now, "a"))).StatusCode);
        Assert.Equal(200, (int)(await client.Http.GetAsync(
            WooClient.Signed(Get, address, shop.ReadWriteKey, now, "b", signedAs: "http://sklep.example/wp-json/wc/v3/orders"))).StatusCode);
    }

    [Fact]
    public async Task A_missing_oauth_parameter_is_named()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new());
        using var client = new WooClient(shop);

        Assert.Equal((401, "woocommerce_rest_authentication_missing_parameter"),
            await client.FailAsync(Get, "wc/v3/orders?oauth_consumer_key=" + shop.ConsumerKey, signed: false));
    }

    [Fact]
    public async Task Keys_with_plain_permalinks_go_unseen()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true });
        using var client = new WooClient(shop);

        var (answer, body) = await client.SendAsync(Get, "../index.php?rest_route=/wc/v3/orders");
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(Hidden, body.GetProperty("code").GetString());
        Assert.Equal(200, (int)(await client.SendAsync(Get, "../index.php?rest_route=/")).Answer.StatusCode);
    }

    [Fact]
    public async Task A_read_key_reads_and_may_not_write()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true });
        shop.Seed(new() { Customers = 3, Guests = 0, Orders = 0, Products = 0 });
        using var client = new WooClient(shop, shop.ReadOnlyKey);

        Assert.Equal(200, (int)(await client.GetAsync("wc/v3/customers/2")).Answer.StatusCode);
        Assert.Equal((401, Wrong), await client.FailAsync(HttpMethod.Put, "wc/v3/customers/2", new { }));
        Assert.Equal((401, Wrong), await client.FailAsync(HttpMethod.Post, "wc/v3/customers/batch", new { }));
    }

    [Fact]
    public async Task A_key_of_a_user_without_the_right_role_sees_nothing()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new() { Https = true });
        using var client = new WooClient(shop, shop.PowerlessKey);

        Assert.Equal((403, Hidden), await client.FailAsync(Get, "wc/v3/customers"));
        Assert.Equal((403, Hidden), await client.FailAsync(Get, "wc/v3/system_status"));
    }

    [Fact]
    public void The_signature_matches_the_example_of_the_OAuth_core_specification()
    {
        // OAuth Core 1.0, appendix A.5: the printer photos.
        var parameters = PhpQuery.Parse("file=vacation.jpg&size=original&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk"
            + "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0");

        Assert.Equal("tR3+Ty81lMeYAr/Fid0kMTYa/WM=", OAuth1Signature.Compute("GET", "http://photos.example.net/photos", parameters, "kd94hf93k423kf44", "HMAC-SHA1", "pfkkdhi9sl3r4s00"));
    }

    [Fact]
    public void Names_of_array_parameters_are_encoded_twice()
    {
        Assert.Equal(["filter%5Bx%5D=1", "ids%5B0%5D=5", "ids%5B1%5D=7", "z=a%20b"], PhpQuery.Parse("z=a+b&ids[]=5&filter[x]=1&ids[]=7").EncodedPairs());
    }

    static string QueryKeys(WooKey key) => $"consumer_key={key.ConsumerKey}&consumer_secret={key.ConsumerSecret}";

    static System.Net.Http.Headers.AuthenticationHeaderValue Basic(WooKey key) =>
        new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key.ConsumerKey + ":" + key.ConsumerSecret)));
}
