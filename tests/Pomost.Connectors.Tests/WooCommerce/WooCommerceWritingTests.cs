using System.Globalization;
using System.Text;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;
using WooCustomer = Pomost.Simulators.WooCommerce.WooCustomer;

namespace Pomost.Connectors.Tests.WooCommerce;

public sealed class WooCommerceWritingTests
{
    static readonly Uri Ours = new("https://pomost.example/hooks/7");

    readonly WooCommerceConnector _connector = new();

    [Theory]
    [InlineData(ConsentChannel.Email, "pomost_newsletter_consent")]
    [InlineData(ConsentChannel.Sms, "pomost_sms_consent")]
    public async Task A_consent_is_written_once_and_read_back(ConsentChannel channel, string key)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = shop.Simulator.Shop.Register(new WooCustomer { Email = "Ala@poczta.example", Meta = [new(0, "other", "stays")] });
        var id = person.Id.ToString(CultureInfo.InvariantCulture);
        var granted = new ConsentChange(id, "ala@poczta.example", channel, new Consent(ConsentState.Granted));

        Assert.Equal(WriteOutcome.Written, (await _connector.WriteConsentAsync(shop.Connection, granted, default)).Outcome);
        Assert.Equal(WriteOutcome.Unchanged, (await _connector.WriteConsentAsync(shop.Connection, granted, default)).Outcome);
        Assert.Equal("1", MetaOf(shop, person.Id, key));
        var withdrawn = granted with { SourceId = null, Consent = new Consent(ConsentState.Withdrawn) };
        Assert.Equal(WriteOutcome.Written, (await _connector.WriteConsentAsync(shop.Connection, withdrawn, default)).Outcome);

        Assert.Equal("0", MetaOf(shop, person.Id, key));
        Assert.Equal("stays", MetaOf(shop, person.Id, "other"));
        var read = Assert.Single((await _connector.ReadContactsByIdAsync(shop.Connection, [id], default)).Items);
        Assert.Equal(ConsentState.Withdrawn, (channel == ConsentChannel.Email ? read.EmailConsent : read.SmsConsent).State);
    }

    [Fact]
    public async Task A_consent_of_nobody_is_not_found_and_a_read_only_key_needs_the_operator()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = shop.Register("ala@poczta.example");
        var change = new ConsentChange(id, "ala@poczta.example", ConsentChannel.Email, new Consent(ConsentState.Granted));

        Assert.Equal(WriteOutcome.NotFound, (await _connector.WriteConsentAsync(shop.Connection, change with { SourceId = "999999" }, default)).Outcome);
        Assert.Equal(WriteOutcome.NotFound, (await _connector.WriteConsentAsync(shop.Connection, change with { SourceId = null, Email = "nikt@poczta.example" }, default)).Outcome);
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => _connector.WriteConsentAsync(shop.Connection with { Settings = shop.LackingPermission }, change, default));
        Assert.Equal((ConnectionProblem.PermissionMissing, "consumer_key", "write"), (refused.Problem, refused.SettingKey, refused.Detail));
    }

    [Fact]
    public async Task Webhooks_are_made_once_mended_when_disabled_renewed_with_the_secret_and_taken_away()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync(options: new() { Https = true, RefusesPrivateReceivers = true });
        var other = new Uri("https://other.example/");

        Assert.Equal(new WebhookState(true, 10), await _connector.EnsureWebhooksAsync(shop.Connection, Ours, "s1", default));
        Assert.Equal(new WebhookState(true, 0), await _connector.EnsureWebhooksAsync(shop.Connection, Ours, "s1", default));
        Assert.Equal(new WebhookState(true, 10), await _connector.EnsureWebhooksAsync(shop.Connection, other, "s1", default));
        Assert.Equal(new WebhookState(true, 10), await _connector.EnsureWebhooksAsync(shop.Connection, Ours, "s2", default));
        Assert.Equal(20, shop.Simulator.Webhooks.All.Count);
        Assert.All(shop.Simulator.Webhooks.All.Where(webhook => webhook.DeliveryUrl == Ours.AbsoluteUri), webhook => Assert.Equal("s2", webhook.Secret));
        await shop.Connection.Http.SendAsync(DisablingRequest(shop, shop.Simulator.Webhooks.All[0].Id));
        Assert.Equal(new WebhookState(true, 1), await _connector.EnsureWebhooksAsync(shop.Connection, Ours, "s2", default));
        Assert.All(shop.Simulator.Webhooks.All, webhook => Assert.Equal("active", webhook.Status));

        await _connector.RemoveWebhooksAsync(shop.Connection, Ours, default);

        Assert.Equal(10, shop.Simulator.Webhooks.All.Count);
        Assert.All(shop.Simulator.Webhooks.All, webhook => Assert.Equal(other.AbsoluteUri, webhook.DeliveryUrl));
    }

    [Theory]
    [InlineData("webhook_id=12", true)]
    [InlineData("webhook_id=", false)]
    [InlineData("webhook_id=1&x=2", false)]
    [InlineData("{\"id\":1}", false)]
    [InlineData("", false)]
    public void Only_an_exact_ping_may_come_unsigned(string body, bool accepted)
    {
        var verdict = _connector.Read(Call(body), new ShopConnection { Settings = SettingValues.Empty, Http = new HttpClient(), Clock = TimeProvider.System }, "s");

        Assert.Equal(accepted, verdict.Accepted);
        Assert.Empty(verdict.Changes);
    }

    [Theory]
    [InlineData("customer.deleted", "{\"id\":27}", ShopStream.Contacts, ChangeKind.Deleted, "27")]
    [InlineData("order.deleted", "{\"id\":5}", ShopStream.Orders, ChangeKind.Deleted, "5")]
    [InlineData("customer.updated", "{\"code\":\"woocommerce_rest_cannot_view\"}", ShopStream.Contacts, ChangeKind.Changed, null)]
    [InlineData("order.updated", "not json", ShopStream.Orders, ChangeKind.Changed, null)]
    public void An_announcement_says_what_to_look_at(string topic, string body, ShopStream stream, ChangeKind kind, string? id)
    {
        var verdict = _connector.Read(Call(body, topic, "s"), new ShopConnection { Settings = SettingValues.Empty, Http = new HttpClient(), Clock = TimeProvider.System }, "s");

        Assert.Equal(new AnnouncedChange(stream, kind, id), Assert.Single(verdict.Changes));
    }

    [Fact]
    public void A_signed_announcement_of_something_else_is_accepted_and_means_nothing()
    {
        var verdict = _connector.Read(Call("{}", "action.woocommerce_x", "s"), new ShopConnection { Settings = SettingValues.Empty, Http = new HttpClient(), Clock = TimeProvider.System }, "s");

        Assert.True(verdict.Accepted);
        Assert.Empty(verdict.Changes);
    }

    [Fact]
    public async Task Keys_by_redirect_need_https_carry_the_state_and_complete_the_settings()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var bare = shop.Connection with { Settings = SettingValues.Empty.With("url", "https://sklep.example/pl/wp-admin/") };
        var start = await _connector.StartAsync(bare, "st4te", new Uri("https://pomost.example/cb?x=1"), new Uri("https://pomost.example/back"), default);
        var keys = $$"""{"key_id":3,"user_id":"st4te","consumer_key":"ck_{{new string('a', 40)}}","consumer_secret":"cs_{{new string('b', 40)}}","key_permissions":"read_write"}""";

        Assert.Equal(
            "https://sklep.example/pl/wc-auth/v1/authorize?app_name=Pomost&scope=read_write&user_id=st4te&return_url=https%3A%2F%2Fpomost.example%2Fback&callback_url=https%3A%2F%2Fpomost.example%2Fcb%3Fx%3D1",
            start.Browser.AbsoluteUri);
        Assert.Equal("st4te", _connector.StateOf(Call(keys)));
        Assert.Null(_connector.StateOf(Call("[]")));
        var complete = await _connector.CompleteAsync(bare, start.Pending, Call(keys), default);
        Assert.Equal("ck_" + new string('a', 40), complete.Required("consumer_key"));
        Assert.Equal("cs_" + new string('b', 40), complete.Required("consumer_secret"));
        var refused = new WebhookRequest("GET", new Dictionary<string, string> { ["success"] = "0", ["user_id"] = "st4te" }, new Dictionary<string, string>(), default);
        Assert.Equal("st4te", _connector.StateOf(refused));
        await Assert.ThrowsAsync<NeedsOperatorException>(() => _connector.CompleteAsync(bare, null, refused, default));
        await Assert.ThrowsAsync<NeedsOperatorException>(() => _connector.CompleteAsync(bare, null, Call("{\"user_id\":\"st4te\"}"), default));
        await Assert.ThrowsAsync<NeedsOperatorException>(() => _connector.StartAsync(bare, "s", new Uri("http://pomost.example/"), new Uri("https://pomost.example/"), default));
    }

    internal static WebhookRequest Call(string body, string? topic = null, string? secret = null)
    {
        var headers = new Dictionary<string, string>();
        if (topic is not null)
            headers["x-wc-webhook-topic"] = topic;
        if (secret is not null)
            headers["x-wc-webhook-signature"] = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
        return new WebhookRequest("POST", new Dictionary<string, string>(), headers, Encoding.UTF8.GetBytes(body));
    }

    static string? MetaOf(WooCommerceComplianceShop shop, int customer, string key)
        => shop.Simulator.Shop.Customer(customer)!.Meta.Where(entry => entry.Key == key).Select(entry => entry.Value).SingleOrDefault();

    static HttpRequestMessage DisablingRequest(WooCommerceComplianceShop shop, int webhook)
    {
        var key = shop.Simulator.ReadWriteKey;
        return new HttpRequestMessage(HttpMethod.Put, new Uri(shop.Simulator.BaseAddress, $"wp-json/wc/v3/webhooks/{webhook}?consumer_key={key.ConsumerKey}&consumer_secret={key.ConsumerSecret}"))
        {
            Content = new StringContent("{\"status\":\"disabled\"}", Encoding.UTF8, "application/json"),
        };
    }
}
