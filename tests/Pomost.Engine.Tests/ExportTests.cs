using System.Globalization;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an export brings what was chosen, each record once. Method: simulated shop and real hub, both asked what they hold.</summary>
public sealed class ExportTests
{
    static readonly ShopSeedOptions Small = new() { Customers = 130, Guests = 40, Orders = 260, Products = 30 };

    [Theory]
    [ClassData(typeof(TestDatabases))]
    public async Task Everybody_and_every_paid_order_arrives_once_and_a_second_export_sends_nothing(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Small });

        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);

        AssertAddsUp(contacts, ExportState.Done);
        AssertAddsUp(transactions, ExportState.Done);
        Assert.Equal((130, 130), (contacts.Read, contacts.Sent));
        Assert.Equal((260, engine.PaidOrders().Count()), (transactions.Read, (int)transactions.Sent));
        var people = engine.Shop.CustomerIds().Select(id => engine.Shop.Customer(id)!)
            .Where(customer => customer.Role is WooRoles.Customer or "subscriber").Select(customer => customer.Email).Concat(engine.PaidOrders().Select(order => order.Billing.Email));
        Assert.Equal(people.Select(EmailAddress.KeyOf).ToHashSet().Order(), (await engine.HubAddressesAsync()).Order());
        Assert.Equal(engine.PaidOrders().Select(order => Text(order.Id)).Order(), (await engine.PurchasesAsync()).Order());

        var again = await engine.ExportAsync(ExportKind.Contacts);
        var ordersAgain = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((130, 0, 130), (again.Read, again.Sent, again.Skipped[ReasonCode.Unchanged]));
        Assert.Equal((260, 0, transactions.Sent), (ordersAgain.Read, ordersAgain.Sent, ordersAgain.Skipped[ReasonCode.Unchanged]));
        AssertAddsUp(again, ExportState.Done);
        AssertAddsUp(ordersAgain, ExportState.Done);
    }

    [Theory]
    [InlineData(ExportKind.Contacts)]
    [InlineData(ExportKind.Transactions)]
    public async Task A_dry_run_writes_nothing_and_foretells_the_real_run(ExportKind kind)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small with { OddRecords = true } });

        var dry = await engine.ExportAsync(kind, new ExportOptions { DryRun = true });

        // Cards are looked at, as before a real sending; nothing is sent.
        Assert.All(engine.Hub.Calls, call => Assert.Equal("listAll", call));
        foreach (var table in new[] { "contact", "shop_order", "delivery", "event_ledger", "trace", "consent_line" })
            Assert.Equal(0, await engine.CountRowsAsync(table));
        var real = await engine.ExportAsync(kind);
        Assert.Equal((real.Read, real.Sent, real.Rejected, 0), (dry.Read, dry.ToSend, dry.Rejected, dry.Sent));
        Assert.Equal(real.Skipped.OrderBy(pair => pair.Key), dry.Skipped.OrderBy(pair => pair.Key));
        Assert.Equal(real.State, dry.State);
    }

    [Fact]
    public async Task With_sharing_by_consent_only_people_who_consented_with_an_order_are_sent()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = Small,
            Options = new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering },
        });

        var before = await engine.ExportAsync(ExportKind.Contacts);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((0, 130), (before.Sent, before.Skipped[ReasonCode.SharingNotConsented]));
        var consented = engine.PaidOrders().Where(order => order.Meta.Any(meta => meta is { Key: PolishShopSeed.SharingKey, Value: "1" })).ToList();
        Assert.Equal(
            consented.Select(order => EmailAddress.KeyOf(order.Billing.Email)).ToHashSet().Order(), (await engine.HubAddressesAsync()).Order());
        // Each order by its own answer, whatever its buyer answered with others.
        Assert.Equal(consented.Count, transactions.Sent);
        Assert.Equal(
            engine.PaidOrders().Count() - consented.Count,
            transactions.Skipped.GetValueOrDefault(ReasonCode.SharingRefused) + transactions.Skipped.GetValueOrDefault(ReasonCode.SharingNotAsked));
        AssertAddsUp(transactions, ExportState.Done);
    }

    [Fact]
    public async Task Tags_of_an_export_are_put_on_everybody_sent_and_a_second_one_with_a_new_tag_adds_only_that()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });

        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA"] });
        var second = await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA", "LATO"] });

        Assert.Equal(1, second.Sent);
        Assert.Equal(["LATO", "REJESTRACJA", "WIOSNA"], (await engine.CardAsync("anna@poczta.example"))!.Tags.Select(tag => tag.Tag).Order());
    }

    [Fact]
    public async Task Only_chosen_consent_states_are_sent_and_each_keeps_its_own()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = "tak@poczta.example", Meta = [RunningEngine.Newsletter("1")] });
        engine.Shop.Register(new WooCustomer { Email = "nie@poczta.example", Meta = [RunningEngine.Newsletter("0")] });
        engine.Shop.Register(new WooCustomer { Email = "cisza@poczta.example" });

        var granted = await engine.ExportAsync(
            ExportKind.Contacts, new ExportOptions { Choice = new ExportChoice { States = [ConsentState.Granted] } });
        Assert.Equal((1, 2), (granted.Sent, granted.Skipped[ReasonCode.ConsentStateNotChosen]));
        Assert.Equal(["tak@poczta.example"], await engine.HubAddressesAsync());

        var all = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(2, all.Sent);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task A_date_range_takes_its_first_instant_and_leaves_the_first_one_after_it()
    {
        await using var engine = await RunningEngine.StartAsync();
        var from = engine.Clock.GetUtcNow().AddSeconds(1);
        var until = from.AddDays(10);
        foreach (var (at, number) in new[] { from.AddSeconds(-1), from, until.AddSeconds(-1), until }.Select((at, number) => (at, number)))
        {
            engine.Clock.Advance(at - engine.Clock.GetUtcNow());
            engine.Shop.Register(new WooCustomer { Email = $"osoba{number}@poczta.example" });
            engine.PlaceOrder($"gosc{number}@poczta.example");
        }

        var options = new ExportOptions { Choice = new ExportChoice { From = from, Until = until } };
        var contacts = await engine.ExportAsync(ExportKind.Contacts, options);
        var transactions = await engine.ExportAsync(ExportKind.Transactions, options);

        Assert.Equal((2, 2), (contacts.Sent, transactions.Sent));
        Assert.Equal(
            ["gosc1@poczta.example", "gosc2@poczta.example", "osoba1@poczta.example", "osoba2@poczta.example"], (await engine.HubAddressesAsync()).Order());
    }

    [Fact]
    public async Task The_stores_choice_of_statuses_replaces_the_defaults_and_the_runs_choice_replaces_the_stores()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { OrderStatuses = ["on-hold"] } });
        var held = engine.PlaceOrder("a@poczta.example", status: "on-hold");
        var done = engine.PlaceOrder("b@poczta.example");

        var byStore = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal((1, 1), (byStore.Sent, byStore.Skipped[ReasonCode.OrderStatusNotChosen]));
        Assert.Equal([Text(held.Id)], await engine.PurchasesAsync());

        var byRun = await engine.ExportAsync(ExportKind.Transactions, new ExportOptions { OrderStatuses = ["COMPLETED"] });
        Assert.Equal(1, byRun.Sent);
        Assert.Equal([Text(done.Id), Text(held.Id)], (await engine.PurchasesAsync()).OrderDescending());
    }

    [Fact]
    public async Task A_guest_is_delivered_before_the_order_and_not_counted_by_the_run()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.PlaceOrder("gosc@poczta.example");

        var run = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((1, 1), (run.Read, run.Sent));
        Assert.Equal(["listAll", "batchupsert", "addBatchContactExtEvent"], engine.Hub.Calls);
        var card = (await engine.CardAsync("gosc@poczta.example"))!;
        Assert.Equal("Gość Bez Konta", card.Card.Name);
        Assert.Single(card.Events);
    }

    [Fact]
    public async Task An_order_without_log_in_under_the_same_address_in_other_letters_keeps_the_accounts_data()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer
        {
            Email = "anna.nowak@poczta.example",
            FirstName = "Anna",
            LastName = "Nowak",
            Billing = new WooAddress { City = "Kraków", Country = "PL" },
        });
        engine.PlaceOrder("Anna.Nowak@Poczta.example");

        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);
        var again = await engine.ExportAsync(ExportKind.Contacts);

        Assert.Equal(0, again.Sent);
        Assert.Equal(["anna.nowak@poczta.example"], await engine.HubAddressesAsync());
        var card = (await engine.CardAsync("anna.nowak@poczta.example"))!;
        Assert.Equal(("Anna Nowak", "Kraków"), (card.Card.Name, card.Card.City));
        Assert.Single(card.Events);
        var row = Assert.Single(await engine.Views.FindByEmailAsync(engine.Account.Id, "anna.nowak@poczta.example", default));
        Assert.Equal("Anna Nowak", row.Name);
    }

    [Fact]
    public async Task Orders_exported_before_the_accounts_are_known_do_not_keep_the_accounts_data_out()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna", LastName = "Nowak" });
        engine.PlaceOrder("ANNA@poczta.example");

        await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal("Gość Bez Konta", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
        var contacts = await engine.ExportAsync(ExportKind.Contacts);

        Assert.Equal(1, contacts.Sent);
        Assert.Equal("Anna Nowak", (await engine.CardAsync("anna@poczta.example"))!.Card.Name);
    }

    [Fact]
    public async Task A_second_start_of_the_same_kind_gives_the_run_under_way()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small });

        var first = await engine.StartExportAsync(ExportKind.Contacts);
        var (second, created) = await engine.Exports.StartAsync(engine.Store.Key, ExportKind.Contacts, new ExportOptions(), "Jan", default);

        Assert.Equal((first.Id, false), (second.Id, created));
        Assert.Equal(130, (await engine.FinishAsync(first)).Sent);
    }

    internal static void AssertAddsUp(ExportRun run, ExportState state)
    {
        Assert.Equal(state, run.State);
        Assert.Equal(run.Read, run.Sent + run.SkippedTotal + run.Rejected);
        Assert.NotNull(run.FinishedAt);
    }

    static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
