using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what happens in the shop reaches the hub by itself. Method: webhooks of the simulated shop over HTTP, or none at all and polling.</summary>
public sealed class LiveTests
{
    static readonly EngineSetup WithWebhooks = new() { ReceivesWebhooks = true };

    [Fact]
    public async Task A_registration_announced_by_webhook_is_in_the_hub_without_waiting_for_a_poll()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example", FirstName = "Nowa", Meta = [RunningEngine.Newsletter("1")] });
        Assert.True(await engine.Simulator.Webhooks.DeliverDueAsync() > 0);
        await engine.WorkAsync();

        var card = (await engine.CardAsync("nowa@poczta.example"))!;
        Assert.Equal("Nowa", card.Card.Name);
        Assert.Equal(["REJESTRACJA"], card.Tags.Select(tag => tag.Tag));
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
    }

    [Fact]
    public async Task A_consent_withdrawn_in_the_shop_is_withdrawn_in_the_hub()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", Meta = [RunningEngine.Newsletter("1")] });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);

        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        engine.Shop.SetCustomerMeta(anna.Id, PolishShopSeed.NewsletterKey, "0");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task An_order_becomes_a_purchase_once_it_is_paid_however_often_it_is_announced()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        engine.Simulator.Faults.WithProbability(Fault.DuplicateWebhook, 1);
        var order = engine.PlaceOrder("gosc@poczta.example", status: "on-hold");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        Assert.Empty(await engine.PurchasesAsync());

        engine.Clock.Advance(TimeSpan.FromHours(1));
        engine.Shop.SetOrderStatus(order.Id, "processing");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal([order.Id.ToString(CultureInfo.InvariantCulture)], await engine.PurchasesAsync());
    }

    [Fact]
    public async Task Polling_alone_finds_what_lost_webhooks_announced()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        engine.Simulator.Faults.WithProbability(Fault.DropWebhook, 1);
        await engine.WorkAsync();
        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example" });
        var order = engine.PlaceOrder("gosc@poczta.example");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        Assert.True(engine.Simulator.Webhooks.Dropped > 0);

        await engine.WorkAsync();
        Assert.Empty(await engine.HubAddressesAsync());
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(engine.Store.Options.PollSeconds));
        // The order walk reads the last moments again only once they are over.
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(["gosc@poczta.example", "nowa@poczta.example"], (await engine.HubAddressesAsync()).Order());
        Assert.Equal([order.Id.ToString(CultureInfo.InvariantCulture)], await engine.PurchasesAsync());
    }

    [Fact]
    public async Task The_nightly_sweep_finds_a_change_no_webhook_told_and_sends_nobody_new()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = new ShopSeedOptions { Customers = 5, Guests = 0, Orders = 0 },
            Options = new StoreOptions { ComparePagesPerPoll = 0 },
        });
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", Meta = [RunningEngine.Newsletter("1")] });
        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Choice = new ExportChoice { From = engine.Clock.GetUtcNow() } });
        Assert.Equal(["anna@poczta.example"], await engine.HubAddressesAsync());
        engine.Clock.Advance(TimeSpan.FromHours(1));
        engine.Shop.SetCustomerMeta(anna.Id, PolishShopSeed.NewsletterKey, "0");
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);

        // 10 o'clock and 38 more hours: the second night.
        await engine.WorkAfterAsync(TimeSpan.FromHours(38));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(["anna@poczta.example"], await engine.HubAddressesAsync());
    }

    [Fact]
    public async Task A_change_no_webhook_told_is_found_by_comparing_a_few_pages_at_each_poll()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
    }

    [Theory]
    [InlineData(0, 10)]
    // A twentieth of the minute between two polls is over after the second page, but three are always read.
    [InlineData(2, 3)]
    public async Task A_quick_shop_is_compared_whole_at_each_poll_and_a_slow_one_by_a_few_pages(int secondsPerPage, int pages)
    {
        var shop = new ScriptedShop { TellsChangedContacts = false };
        for (var number = 1; number <= 10 * ScriptedStream.PageSize; number++)
            shop.Contacts.Put($"{number}", new ShopContact { SourceId = $"{number}", Email = $"osoba{number}@poczta.example" });
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        var compared = 0;
        shop.OnPage = (request, _) =>
        {
            if (request.Purpose == ReadPurpose.Sweep)
            {
                compared++;
                engine.Clock.Advance(TimeSpan.FromSeconds(secondsPerPage));
            }

            return Task.CompletedTask;
        };

        await engine.WorkAfterAsync(TimeSpan.FromSeconds(engine.Store.Options.PollSeconds));
        Assert.Equal(pages, compared);
    }

    [Fact]
    public async Task What_was_there_before_the_store_was_connected_waits_for_an_export()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 20, Guests = 5, Orders = 20 } });
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(engine.Hub.Calls);
    }

    [Theory]
    [InlineData("wrong secret", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task A_forged_webhook_is_refused_and_leaves_nothing(string? secret, HttpStatusCode expected)
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        const string body = """{"id":1,"email":"zly@poczta.example"}""";
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(engine.Address, $"/in/{engine.Store.WebhookToken}")) { Content = new StringContent(body) };
        request.Headers.Add("X-WC-Webhook-Topic", "customer.created");
        if (secret is not null)
            request.Headers.Add("X-WC-Webhook-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))));
        using var answer = await http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
    }

    [Fact]
    public async Task A_webhook_to_an_address_nobody_has_is_not_found()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(engine.Address, "/in/0123456789abcdef"), new StringContent("{}"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Announcements_wait_while_the_shop_is_away()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        engine.Simulator.Faults.WithProbability(Fault.ServiceUnavailable, 1);
        await engine.WorkAsync();
        Assert.True(await engine.CountRowsAsync("inbox") > 0);

        engine.Simulator.Faults.Clear();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(31));
        Assert.Equal(["nowa@poczta.example"], await engine.HubAddressesAsync());
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
    }

    [Fact]
    public async Task After_a_long_outage_announcements_are_followed_within_minutes_of_the_shops_return()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true, Options = new StoreOptions { ComparePagesPerPoll = 0 } });
        await engine.WorkAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        engine.Simulator.Faults.WithProbability(Fault.ServiceUnavailable, 1);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        for (var failure = 0; failure < 20; failure++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("Anna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);

        engine.Simulator.Faults.Clear();
        for (var minute = 0; minute < 5; minute++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Hanna", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
    }

    [Fact]
    public async Task Announcements_the_shop_always_fails_at_hold_up_no_others()
    {
        await using var engine = await RunningEngine.StartAsync(WithWebhooks);
        await engine.WorkAsync();
        engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example" });
        var order = engine.PlaceOrder("gosc@poczta.example");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        engine.Simulator.Faults.WithProbability(Fault.InternalError, 1, onlyPath: "/customers");
        for (var minute = 0; minute < 6; minute++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([order.Id.ToString(CultureInfo.InvariantCulture)], await engine.PurchasesAsync());
        Assert.DoesNotContain("anna@poczta.example", await engine.HubAddressesAsync());
        Assert.True(await engine.CountRowsAsync("inbox") > 0);
    }
}
