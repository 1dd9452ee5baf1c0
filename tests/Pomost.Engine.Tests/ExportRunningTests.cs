using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what a run's page says of its course is measured and true: restarts, rests, pauses, what was mended, who is told.</summary>
public sealed class ExportRunningTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Mended_rows_are_sent_by_a_retry_and_the_others_stand_on_its_list(Dialect dialect)
    {
        var shop = new ScriptedShop();
        shop.Contacts.Put("1", Person("1", "anna@poczta.example"));
        shop.Contacts.Put("2", Person("2", "jan@@poczta.example"));
        shop.Contacts.Put("3", Person("3", "ola@"));
        shop.Contacts.Put("4", Person("4", ""));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Scripted = shop });
        var first = await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA"] });
        Assert.Equal((1, 3, ExportState.DoneWithRejects), (first.Sent, first.Rejected, first.State));
        shop.Contacts.Put("2", Person("2", "jan@poczta.example"));
        shop.Contacts.Remove("4");

        var retry = await engine.FinishAsync((await engine.Exports.RetryAsync(first, "Ewa", default)).Run);

        Assert.Equal((3L, 3L, 1L, 2L), (retry.Read, retry.Total, retry.Sent, retry.Rejected));
        Assert.Equal(
            [("3", ReasonCode.EmailInvalid), ("4", ReasonCode.GoneInShop)],
            (await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, retry.Id, 0, 10, default)).Select(row => (row.SourceId, row.Code)).Order());
        Assert.Contains("WIOSNA", (await engine.CardAsync("jan@poczta.example"))!.Tags.Select(tag => tag.Tag));
        Assert.Equal(["anna@poczta.example", "jan@poczta.example"], (await engine.HubAddressesAsync()).Order());
    }

    [Fact]
    public async Task Orders_that_were_mended_are_sent_by_a_retry()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = engine.PlaceOrder("gosc@@poczta.example");
        engine.PlaceOrder("anna@poczta.example");
        var first = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal((1, 1), (first.Sent, first.Rejected));
        engine.Shop.ChangeOrder(order.Id, old => old with { Billing = old.Billing with { Email = "gosc@poczta.example" } });

        var retry = await engine.FinishAsync((await engine.Exports.RetryAsync(first, "Ewa", default)).Run);

        Assert.Equal((1, 1, ExportState.Done), (retry.Read, retry.Sent, retry.State));
        Assert.Equal(2, (await engine.PurchasesAsync()).Count);
    }

    [Fact]
    public async Task A_run_that_another_process_goes_on_with_was_resumed()
    {
        var shop = new ScriptedShop();
        for (var number = 1; number <= 120; number++)
            shop.Contacts.Put($"{number}", Person($"{number}", $"osoba{number}@poczta.example"));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        shop.OnPage = (request, page) => request.Purpose == ReadPurpose.Backfill && page == 2 ? throw new OperationCanceledException() : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(() => engine.WorkAsync());
        shop.OnPage = null;
        Assert.Null((await engine.FindAsync(run)).ResumedAt);
        engine.Clock.Advance(TimeSpan.FromMinutes(3));

        await new StoreRunner(engine.Get<EngineServices>()).RunAsync(engine.Store.Key, default);

        var resumed = await engine.FindAsync(run);
        Assert.Equal((engine.Clock.GetUtcNow(), 50L), (resumed.ResumedAt, resumed.ResumedFrom));
        Assert.Equal((120, ExportState.Done), (resumed.Sent, resumed.State));
        Assert.Equal(120, (await engine.HubAddressesAsync()).Count);
    }

    [Fact]
    public async Task A_node_of_a_cluster_that_takes_over_tells_of_no_restart()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example" });
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        var services = engine.Get<EngineServices>();

        await new StoreRunner(services with { Options = services.Options with { IsAlone = false } }).RunAsync(engine.Store.Key, default);

        Assert.Null((await engine.FindAsync(run)).ResumedAt);
    }

    [Fact]
    public async Task A_pause_ends_with_the_package_in_hand()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 900, Guests = 0, Orders = 0 } });
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        var isPaused = false;
        engine.Hub.Trouble = async (_, next) =>
        {
            if (!isPaused)
            {
                Assert.True(await engine.Exports.PauseAsync(run, default));
                Assert.True((await engine.FindAsync(run)).IsInHand);
                engine.Clock.Advance(TimeSpan.FromSeconds(2));
            }

            isPaused = true;
            await next();
        };

        await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        var paused = await engine.FindAsync(run);
        Assert.Equal((ExportState.Paused, 400, 1, false), (paused.State, paused.Sent, paused.Packages, paused.IsInHand));
        engine.Hub.Trouble = null;
        Assert.True(await engine.Exports.ResumeAsync(run, default));
        Assert.Equal(900, (await engine.FinishAsync(run)).Sent);
    }

    [Fact]
    public async Task Rests_for_the_budget_are_measured()
    {
        var options = new StoreOptions { ExportBudget = HourlyBudget.DayAndNight(90, 1000, 6, 22) };
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 190, Guests = 0, Orders = 0 }, Options = options });
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(4));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(26));

        Assert.Equal(TimeSpan.FromMinutes(10).TotalMilliseconds, (await engine.FindAsync(run)).RestMilliseconds);
    }

    [Fact]
    public void Time_held_back_by_our_own_limit_is_told_once()
    {
        var clock = new FakeClock();
        var signals = new ShopSignals(clock);
        var since = signals.Start();
        clock.Advance(TimeSpan.FromMilliseconds(250));
        signals.HoldBack(since);
        signals.HoldBack(since);
        Assert.Equal((500, 0), (signals.TakeHeldBack(), signals.TakeHeldBack()));
        signals.HoldBack(since);
        signals.BeginBulk(7);
        Assert.Equal(0, signals.TakeHeldBack());
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    [InlineData(null, 1)]
    public async Task Returned_orders_send_their_own_event_only_when_it_was_ticked(bool? ticked, int returns)
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = engine.PlaceOrder("anna@poczta.example");
        engine.Shop.Refund(order.Id, 5m, "za duże");

        await engine.ExportAsync(ExportKind.Transactions, new ExportOptions { Reversals = ticked });

        Assert.Equal(returns, (await engine.CardAsync("anna@poczta.example"))!.Events.Count(happened => happened.Type == "RETURN"));
    }

    [Theory]
    [InlineData(11, ExportState.Done, true, "Sklep pod Lipą: eksport kontaktów jest gotowy")]
    [InlineData(11, ExportState.Done, true, "W tym wypisani we wbudowanym centrum: 3. Wysłaliśmy ich bez zgody, a wypis zapisujemy w sklepie.")]
    [InlineData(11, ExportState.Done, true, "W tym wypisani w SALESmanago: 3. Wysłaliśmy ich bez zgody, a wypis zapisujemy w sklepie.", false)]
    [InlineData(11, ExportState.Failed, true, "Trzeba poprawić ustawienie.")]
    [InlineData(9, ExportState.Done, false, "")]
    [InlineData(11, ExportState.Cancelled, false, "")]
    public async Task Whoever_asked_is_told_of_the_end_of_a_long_run(int minutes, ExportState end, bool isTold, string words, bool isHub = true)
    {
        await using var engine = await RunningEngine.StartAsync();
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.Get<IExportNotices>().AskAsync(run, "ewa@example.com", "pl", default);
        await engine.Get<IExportRuns>().SetStateAsync(engine.Account.Id, run.Id, ExportState.Running, [ExportState.Scheduled], null, default);
        var runs = engine.Get<IStoreRuns>();
        await runs.CommitAsync((await runs.BeginAsync(engine.Store.Key, default))!, new PageCommit { Run = new RunGain { RunId = run.Id, Held = 3 } }, default);
        engine.Clock.Advance(TimeSpan.FromMinutes(minutes));
        await engine.Get<IExportRuns>().SetStateAsync(engine.Account.Id, run.Id, end, [ExportState.Running], null, default);
        if (!isHub)
            await engine.Get<Database>().WriteAsync(session => session.Command("UPDATE destination SET is_hub = false").ExecuteAsync());
        var room = engine.Get<MailRoom>();
        var notices = new ExportNotices(engine.Get<IExportNotices>(), engine.Stores, room, new EngineOptions { PublicAddress = () => new Uri("https://pomost.example") });

        await notices.RunAsync(default);
        await notices.RunAsync(default);

        var mails = await engine.Get<IMails>().ListAsync(null, 10, default);
        if (!isTold)
        {
            Assert.Empty(mails);
            return;
        }

        var mail = Assert.Single(mails);
        Assert.Equal((MailKind.ExportEnded, "ewa@example.com"), (mail.Kind, mail.Recipient));
        var text = room.Open(mail).ToText();
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Equal(isHub, !text.Contains("SALESmanago", StringComparison.Ordinal));
        Assert.Contains("https://pomost.example/stores/sklep-pod-lipa/export/runs/1", text, StringComparison.Ordinal);
    }

    static ShopContact Person(string id, string email) => new() { SourceId = id, Email = email, HasAccount = true, RegisteredAt = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) };
}
