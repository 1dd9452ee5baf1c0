using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: who unsubscribed at SALESmanago before the shop was connected stays unsubscribed, whatever old tick the shop holds. Method:
/// cards with a history in the hub, a shop that says yes, the export and live traffic; card, history and shop are looked at.
/// </summary>
public sealed class UnsubscribedBeforeTests
{
    public enum Way
    {
        Export,
        ExportAfterRunning,
        LiveChange,
        Order,
        Operator,
    }

    public static TheoryData<Way, string?> Ways
    {
        get
        {
            var rows = new TheoryData<Way, string?>();
            foreach (var way in Enum.GetValues<Way>())
            {
                rows.Add(way, null);
                rows.Add(way, "2025-01-01T10:00:00Z");
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task An_old_tick_in_the_shop_never_opts_in_again(Way way, string? tickedAt)
    {
        DateTimeOffset? dated = tickedAt is null ? null : DateTimeOffset.Parse(tickedAt, System.Globalization.CultureInfo.InvariantCulture);
        await using var scene = await StartAsync(dated);
        if (way != Way.Export)
        {
            await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(70));
            await scene.Engine.WorkAfterAsync(TimeSpan.FromSeconds(70));
        }

        await GoAsync(scene, way);
        await scene.AssertStaysOutAsync();
        await scene.RestAsync();
        await scene.AssertStaysOutAsync();
        // The opt-out goes where every other one goes.
        await scene.AssertBothSayAsync(optIn: false);
    }

    [Fact]
    public async Task A_tick_made_after_the_unsubscription_and_dated_so_is_the_newer_choice()
    {
        await using var scene = await StartAsync(null, tickAfter: TimeSpan.FromDays(2));
        await scene.Engine.ExportAsync(ExportKind.Contacts);
        await scene.RestAsync();
        await scene.AssertBothSayAsync(optIn: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tick_of_an_old_order_that_was_brought_into_the_shop_today_is_no_new_choice(bool hasAccount)
    {
        await using var scene = await ConsentScene.StartAsync();
        await scene.InsertCardAsync(optIn: true);
        scene.Clock.Advance(TimeSpan.FromDays(1));
        if (hasAccount)
            await scene.SubscribedAsync();
        await scene.Engine.WorkAsync();
        await scene.ChooseOnCardAsync(optIn: false);
        await scene.CallBackAsync(optIn: false);
        await scene.RestAsync(12);
        scene.Clock.Advance(TimeSpan.FromHours(3));
        await scene.OnePollAsync();

        scene.Engine.Shop.PlaceOrder(new WooOrder
        {
            Status = "completed",
            CustomerId = scene.Account,
            PaymentMethod = "bacs",
            Billing = new WooAddress { Email = ConsentScene.Anna, FirstName = "Anna" },
            Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
            Meta = [RunningEngine.Newsletter("1")],
        }, placedAt: scene.Engine.Shop.Now - (long)TimeSpan.FromDays(1).TotalSeconds);
        await scene.RestAsync(12);

        await scene.AssertStaysOutAsync();
        Assert.Equal(1, await scene.Engine.CountRowsAsync("shop_order"));
    }

    [Fact]
    public async Task A_card_nobody_ever_said_anything_on_ends_as_the_shop_does()
    {
        await using var scene = await ConsentScene.StartAsync();
        var card = new OutgoingContact { Email = ConsentScene.Anna };
        await new SalesmanagoClient().UpsertContactAsync(await scene.DestinationAsync(), card, null, default);
        scene.Clock.Advance(TimeSpan.FromDays(1));
        scene.Register("1");
        await scene.Engine.ExportAsync(ExportKind.Contacts);
        await scene.RestAsync();
        // The protocol shows such a card as opted out; only the hub's history tells that nobody refused. What cannot be told apart is held.
        Assert.Equal(scene.ShopSays == "1", await scene.CardSaysAsync() == HubConsent.Granted);
    }

    [Fact]
    public async Task Of_1000_cards_the_200_unsubscribed_are_held_told_to_the_shop_and_not_sent_again()
    {
        await using var engine = await RunningEngine.StartAsync();
        var emails = Enumerable.Range(0, 1_000).Select(number => $"osoba{number}@poczta.example").ToList();
        var unsubscribed = emails.Where((_, number) => number % 5 == 0).ToList();
        var accounts = emails
            .ConvertAll(email => engine.Shop.Register(new WooCustomer { Email = email, Meta = [RunningEngine.Newsletter("1")] }).Id);
        await FillAsync(engine, emails, unsubscribed);
        Assert.Equal(800, (await engine.HubCountsAsync()).OptedIn);

        var dry = await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { DryRun = true });
        Assert.Equal((1_000L, 200L), (dry.ToSend, dry.Held));
        var list = PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago);
        var listed = await engine.Get<IExportRuns>().PreviewRowsAsync(engine.Account.Id, dry.Id, list, 0, 1_000, default);
        Assert.Equal(unsubscribed.Order(StringComparer.Ordinal), listed.Select(row => row.Email!).Order(StringComparer.Ordinal));

        var run = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(ExportState.Done, run.State);
        Assert.Equal((1_000L, 200L), (run.Sent, run.Held));
        for (var round = 0; round < 8; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(800, (await engine.HubCountsAsync()).OptedIn);
        foreach (var email in unsubscribed)
            await new ConsentScene(engine, email).AssertStaysOutAsync();
        Assert.Equal((200, 800), (accounts.Count(Says("0")), accounts.Count(Says("1"))));

        var second = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((0L, 0L), (second.ToSend, second.Sent));
        Assert.Equal(800, (await engine.HubCountsAsync()).OptedIn);

        Func<int, bool> Says(string stored) => account => ConsentScene.StoredIn(engine.Shop, account) == stored;
    }

    static async Task<ConsentScene> StartAsync(DateTimeOffset? tickedAt, TimeSpan? tickAfter = null)
    {
        var scene = await ConsentScene.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        if (tickAfter is null)
            scene.Register("1", tickedAt);
        await scene.InsertCardAsync(optIn: true);
        scene.Clock.Advance(TimeSpan.FromDays(30));
        await scene.ChooseOnCardAsync(optIn: false);
        if (tickAfter is { } after)
        {
            scene.Clock.Advance(after);
            scene.Register("1", scene.Clock.GetUtcNow());
        }

        scene.Clock.Advance(TimeSpan.FromDays(30));
        return scene;
    }

    static async Task GoAsync(ConsentScene scene, Way way)
    {
        switch (way)
        {
            case Way.Export or Way.ExportAfterRunning:
                Assert.Equal(ExportState.Done, (await scene.Engine.ExportAsync(ExportKind.Contacts)).State);
                return;
            case Way.LiveChange:
                scene.Engine.Shop.ChangeCustomer(
                    scene.Account, customer => customer with { Billing = customer.Billing with { Phone = "600100200" } });
                break;
            case Way.Order:
                scene.Engine.PlaceOrder(ConsentScene.Anna, scene.Account);
                break;
            case Way.Operator:
                await scene.Engine.Get<Synchronization>().NowAsync(scene.Engine.Store.Key, full: true, default);
                scene.Rename("Hanna");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(way));
        }

        await scene.Engine.Simulator.Webhooks.DeliverDueAsync();
        for (var round = 0; round < 3; round++)
        {
            await scene.Engine.WorkAsync();
            await scene.AssertStaysOutAsync();
            scene.Clock.Advance(TimeSpan.FromSeconds(61));
        }
    }

    static async Task FillAsync(RunningEngine engine, List<string> emails, List<string> unsubscribed)
    {
        var client = new SalesmanagoClient();
        var to = await new ConsentScene(engine).DestinationAsync();
        var cards = emails.Select(email => new OutgoingContact { Email = email, EmailConsent = ConsentState.Granted });
        foreach (var pack in cards.Chunk(client.ContactsPerCall))
            await client.UpsertContactsAsync(to, pack, default);
        engine.Clock.Advance(TimeSpan.FromDays(10));
        foreach (var email in unsubscribed)
            await new ConsentScene(engine, email).ChooseOnCardAsync(optIn: false);
        engine.Clock.Advance(TimeSpan.FromDays(10));
    }
}
