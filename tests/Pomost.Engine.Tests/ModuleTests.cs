using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: the module in a shop tells what changed, by push and by pull, and can be neither forged nor needed. Method: the simulated shop with its module, the
/// real inbox, the hub's cards.</summary>
public sealed class ModuleTests
{
    // No webhooks and no comparing: what arrives, the module told.
    static readonly EngineSetup WithModule = new() { HasModule = true, Options = new StoreOptions { ComparePagesPerPoll = 0, SendsCarts = true } };

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_changed_customer_arrives_by_a_push_without_a_webhook_and_at_once(Dialect dialect)
    {
        await using var engine = await StartedAsync(WithModule with { Dialect = dialect });
        var anna = await KnownAsync(engine);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });

        Assert.Equal(1, await engine.Simulator.Module.PushAsync());
        Assert.Equal(1, await engine.CountRowsAsync("inbox"));
        await engine.WorkAsync();

        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
        Assert.Equal(0, engine.Simulator.Webhooks.Sent);
    }

    [Fact]
    public async Task Lost_pushes_are_healed_by_the_pull()
    {
        await using var engine = await StartedAsync(WithModule);
        var anna = await KnownAsync(engine);
        engine.Simulator.Faults.WithProbability(Fault.DropPush, 1);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        var order = engine.PlaceOrder("gosc@poczta.example");
        engine.Shop.SetOrderStatus(order.Id, "refunded");
        Assert.True(await engine.Simulator.Module.PushAsync() > 0);
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));

        await engine.WorkAfterAsync(TimeSpan.FromSeconds(engine.Store.Options.PollSeconds));

        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
        Assert.Equal(0, engine.Simulator.Module.Pushed + engine.Simulator.Module.Refused);
    }

    [Fact]
    public async Task A_shop_that_cannot_reach_us_tells_everything_by_pull()
    {
        await using var engine = await StartedAsync(WithModule);
        engine.Simulator.Module.Install(RunningEngine.ModuleSecret, null);
        var anna = await KnownAsync(engine);
        engine.Shop.SetCustomerMeta(anna.Id, PolishShopSeed.NewsletterKey, "1");
        Assert.Equal(0, await engine.Simulator.Module.PushAsync());

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Theory]
    [InlineData(Fault.StalePush)]
    [InlineData(Fault.ForgedPush)]
    public async Task A_stale_or_forged_push_is_refused_stores_nothing_and_the_next_one_heals_it(Fault fault)
    {
        await using var engine = await StartedAsync(WithModule);
        var anna = await KnownAsync(engine);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        var nonces = await engine.CountRowsAsync("module_nonce");
        engine.Simulator.Faults.Next(fault);

        Assert.Equal(0, await engine.Simulator.Module.PushAsync());
        Assert.Equal((1L, 0L, nonces), (engine.Simulator.Module.Refused, await engine.CountRowsAsync("inbox"), await engine.CountRowsAsync("module_nonce")));
        Assert.Equal(1, await engine.Simulator.Module.PushAsync());
        Assert.Equal(1, await engine.CountRowsAsync("inbox"));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task The_same_push_is_taken_once_even_much_later_within_the_window(Dialect dialect)
    {
        await using var engine = await StartedAsync(WithModule with { Dialect = dialect });
        await KnownAsync(engine);
        engine.PlaceOrder("gosc@poczta.example");
        engine.Simulator.Faults.Next(Fault.DuplicatePush);

        await engine.Simulator.Module.PushAsync();

        Assert.Equal((1L, 1L), (engine.Simulator.Module.Pushed, engine.Simulator.Module.Refused));
        Assert.Equal(1, await engine.CountRowsAsync("inbox", "stream = 'Orders' AND kind = 'Changed'"));
        var body = """{"log":"x","changes":[{"seq":1,"stream":"orders","kind":"changed","id":"1"}]}""";
        Assert.Equal(HttpStatusCode.OK, await SendAsync(engine, body, "nonce-of-this-test"));
        engine.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(engine, body, "nonce-of-this-test", sentBefore: TimeSpan.FromSeconds(299)));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(engine, body, "another-nonce-of-it"));
    }

    [Fact]
    public async Task What_is_too_large_no_push_or_meant_for_another_shop_is_refused_and_nothing_is_stored()
    {
        await using var engine = await StartedAsync(WithModule);
        await using var other = await WooCommerceSimulator.StartAsync(new(), engine.Clock);
        var without = await engine.ConnectAsync(other, "Sklep bez modułu");
        var body = """{"changes":[{"seq":1,"stream":"orders","kind":"changed","id":"1"}]}""";

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(engine, "{\"x\":\"" + new string('x', 256 * 1024) + "\"}", "nonce-of-this-test-1"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(engine, "[]", "nonce-of-this-test-2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(engine, body, "nonce-of-this-test-3", token: without.WebhookToken));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(engine, body, "nonce-of-this-test-4", token: "0123456789abcdef"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(engine, body, "short"));

        Assert.Equal((0L, 0L), (await engine.CountRowsAsync("inbox"), await engine.CountRowsAsync("module_nonce")));
    }

    [Fact]
    public async Task Who_subscribes_without_an_account_comes_by_themselves_and_is_written_to()
    {
        await using var engine = await RunningEngine.StartAsync(WithModule);
        engine.Simulator.Module.Subscribe("dawno@poczta.example");
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.WorkAsync();
        engine.Simulator.Module.Subscribe("nowa@poczta.example", source: "checkout");
        await engine.Simulator.Module.PushAsync();
        await engine.WorkAsync();

        Assert.Equal(["nowa@poczta.example"], await engine.HubAddressesAsync());
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.True(engine.Get<Connections>().Gives(engine.Store, Contract.ShopStream.Subscribers));
    }

    [Fact]
    public async Task A_cart_of_a_guest_is_told_when_it_was_left_and_withdrawn_when_bought()
    {
        await using var engine = await StartedAsync(WithModule);
        engine.Simulator.Module.Subscribe("gosc@poczta.example");
        engine.Simulator.Module.PutCart("k1", "gosc@poczta.example", new WooCartLine(11, 0, "M1", "Miód", 2, 24.60m));
        await engine.Simulator.Module.PushAsync();
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(61));
        Assert.Equal(["k1"], await CartsAsync(engine));

        engine.PlaceOrder("gosc@poczta.example");
        await engine.Simulator.Module.PushAsync();
        await engine.WorkAsync();

        Assert.Empty(await CartsAsync(engine));
    }

    [Fact]
    public async Task A_log_begun_anew_makes_everybody_be_compared_once()
    {
        await using var engine = await StartedAsync(WithModule);
        var anna = await KnownAsync(engine);
        engine.Simulator.Module.Remove();
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("Anna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);

        engine.Simulator.Module.Install(RunningEngine.ModuleSecret, null);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
    }

    [Fact]
    public async Task A_module_that_is_not_there_stops_nothing_and_accounts_are_compared_as_before()
    {
        await using var engine = await RunningEngine.StartAsync(WithModule with { Options = new StoreOptions { SendsCarts = true } });
        engine.Simulator.Module.Remove();
        await engine.WorkAsync();
        var anna = await KnownAsync(engine);
        var order = engine.PlaceOrder("gosc@poczta.example");
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
        Assert.Equal([$"{order.Id}"], await engine.PurchasesAsync());
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);
    }

    [Fact]
    public async Task While_the_log_tells_accounts_are_not_compared_one_by_one()
    {
        await using var engine = await RunningEngine.StartAsync(WithModule with
        {
            Options = new StoreOptions(),
            Seed = new ShopSeedOptions { Customers = 50, Guests = 0, Orders = 0 },
        });
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        var asked = engine.Simulator.Requests.Of("GET /wp-json/wc/v3/customers");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        // The poll for new accounts, and nothing else.
        Assert.Equal(1, engine.Simulator.Requests.Of("GET /wp-json/wc/v3/customers") - asked);
    }

    static async Task<RunningEngine> StartedAsync(EngineSetup setup)
    {
        var engine = await RunningEngine.StartAsync(setup);
        await engine.WorkAsync();
        return engine;
    }

    /// <summary>An account that was sent, with everything of it settled.</summary>
    static async Task<WooCustomer> KnownAsync(RunningEngine engine)
    {
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("Anna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
        engine.Simulator.Faults.Next(Fault.DropPush);
        await engine.Simulator.Module.PushAsync();
        engine.Simulator.Faults.Clear();
        return anna;
    }

    static async Task<HttpStatusCode> SendAsync(RunningEngine engine, string body, string nonce, TimeSpan sentBefore = default, string? token = null)
    {
        var timestamp = (engine.Clock.GetUtcNow() - sentBefore).ToUnixTimeSeconds();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(engine.Address, $"/in/{token ?? engine.Store.WebhookToken}")) { Content = new StringContent(body) };
        request.Headers.Add("X-Pomost-Method", "push");
        request.Headers.Add("X-Pomost-Timestamp", $"{timestamp}");
        request.Headers.Add("X-Pomost-Nonce", nonce);
        request.Headers.Add("X-Pomost-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(RunningEngine.ModuleSecret), Encoding.UTF8.GetBytes($"{timestamp}\n{nonce}\npush\n{body}"))));
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    static async Task<List<string>> CartsAsync(RunningEngine engine) => await engine.ExternalIdsAsync("CART");
}
