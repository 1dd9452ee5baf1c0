using System.Text.Json;
using System.Text.RegularExpressions;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed partial class AuthorizationTests
{
    [Fact]
    public async Task An_approved_authorization_posts_keys_that_work_and_sends_the_browser_back()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var shop = await WooCommerceSimulator.StartAsync(new() { AllowsHttpCallback = true });
        using var client = new WooClient(shop);

        var answer = await client.Http.GetAsync(Address(shop, receiver.Url));

        Assert.Equal("https://hub.example/back?success=1&user_id=once-42", answer.Headers.Location!.ToString());
        var (headers, _, body) = Assert.Single(receiver.Received);
        Assert.Equal("application/json;charset=UTF-8", headers.ContentType);
        Assert.StartsWith("WordPress/6.9.7; http://127.0.0.1", headers.UserAgent.ToString(), StringComparison.Ordinal);
        var keys = JsonDocument.Parse(body).RootElement;
        Assert.Equal("once-42", keys.GetProperty("user_id").GetString());
        Assert.Equal("read", keys.GetProperty("key_permissions").GetString());
        var made = shop.Keys[^1];
        Assert.Equal(made.ConsumerKey, keys.GetProperty("consumer_key").GetString());
        using var withNewKey = new WooClient(shop, made);
        Assert.Equal(200, (int)(await withNewKey.GetAsync("wc/v3/orders")).Answer.StatusCode);
        shop.RevokeKey(made.ConsumerKey);
        Assert.Equal(401, (int)(await withNewKey.GetAsync("wc/v3/orders")).Answer.StatusCode);
    }

    [Fact]
    public async Task A_callback_that_does_not_answer_200_costs_the_key()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = 201;
        await using var shop = await WooCommerceSimulator.StartAsync(new() { AllowsHttpCallback = true });
        using var client = new WooClient(shop);
        var before = shop.Keys.Count;

        Assert.Equal(401, (int)(await client.Http.GetAsync(Address(shop, receiver.Url))).StatusCode);
        Assert.Single(receiver.Received);
        Assert.Equal(before, shop.Keys.Count);
    }

    [Fact]
    public async Task A_callback_without_https_and_a_missing_parameter_are_refused()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new());
        using var client = new WooClient(shop);

        Assert.Equal(401, (int)(await client.Http.GetAsync(Address(shop, "http://hub.example/keys"))).StatusCode);
        var missing = await client.Http.GetAsync(new Uri(shop.BaseAddress, "/wc-auth/v1/authorize?app_name=Pomost"));
        Assert.Equal(401, (int)missing.StatusCode);
        Assert.Contains("Missing parameter user_id", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_automatic_approval_the_merchant_chooses()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var shop = await WooCommerceSimulator.StartAsync(new() { AllowsHttpCallback = true, ApprovesAuthorization = false });
        using var client = new WooClient(shop);

        var page = await (await client.Http.GetAsync(Address(shop, receiver.Url))).Content.ReadAsStringAsync();
        Assert.Empty(receiver.Received);
        Assert.Contains("success=0", page, StringComparison.Ordinal);
        var approve = System.Net.WebUtility.HtmlDecode(ApproveLink().Match(page).Groups["href"].Value);
        Assert.Equal(302, (int)(await client.Http.GetAsync(new Uri(shop.BaseAddress, approve))).StatusCode);
        Assert.Single(receiver.Received);
        Assert.Equal(401, (int)(await client.Http.GetAsync(new Uri(shop.BaseAddress, approve))).StatusCode);
    }

    static Uri Address(WooCommerceSimulator shop, string callback) => new(shop.BaseAddress,
        $"/wc-auth/v1/authorize?app_name=Pomost&scope=read&user_id=once-42&return_url={Uri.EscapeDataString("https://hub.example/back")}&callback_url={Uri.EscapeDataString(callback)}");

    [GeneratedRegex("wc-auth-approve\" href=\"(?<href>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ApproveLink();
}
