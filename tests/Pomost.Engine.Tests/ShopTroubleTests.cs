using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a shop that fails half-way costs time, not records. Method: the simulated shop commits the fault after the first page.</summary>
public sealed class ShopTroubleTests
{
    const int Many = 1_000;

    static readonly ShopSeedOptions TwoPages = new() { Customers = 150, Guests = 30, Orders = 250, Products = 20 };

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.TooManyRequestsWithRetryAfter)]
    [InlineData(Fault.ServiceUnavailable)]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.CutConnection)]
    [InlineData(Fault.HtmlPage)]
    [InlineData(Fault.PhpNotice)]
    [InlineData(Fault.InvalidUtf8)]
    [InlineData(Fault.DuplicateRows)]
    [InlineData(Fault.ShuffledRows)]
    [InlineData(Fault.UnknownFields)]
    [InlineData(Fault.MissingTotals)]
    public async Task Every_record_arrives_once_whatever_the_shop_does_now_and_then(Fault fault)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = TwoPages });
        engine.Simulator.Faults.WithProbability(fault, 0.15);

        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);

        Assert.True(engine.Simulator.Faults.Committed(fault) > 0);
        ExportTests.AssertAddsUp(contacts, ExportState.Done);
        ExportTests.AssertAddsUp(transactions, ExportState.Done);
        Assert.Equal((150, engine.PaidOrders().Count()), (contacts.Sent, (int)transactions.Sent));
        Assert.Equal(engine.PaidOrders().Count(), (await engine.PurchasesAsync()).Count);
        var addresses = await engine.HubAddressesAsync();
        Assert.Equal(addresses.Distinct().Count(), addresses.Count);
    }

    [Fact]
    public async Task The_wait_the_shop_asks_for_is_kept()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = TwoPages });
        engine.Simulator.Faults.RetryAfter = TimeSpan.FromMinutes(10);
        engine.Simulator.Faults.WithProbability(Fault.TooManyRequestsWithRetryAfter, 1);
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        engine.Simulator.Faults.Clear();
        var asked = engine.Simulator.Requests.Total;

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(asked, engine.Simulator.Requests.Total);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.True(engine.Simulator.Requests.Total > asked);
        Assert.Equal(150, (await engine.FinishAsync(run)).Sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_revoked_during_an_export_stop_it_until_new_ones_are_entered(bool duringTransactions)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = new ShopSeedOptions { Customers = Many, Guests = 0, Orders = duringTransactions ? Many : 0, Products = 20 },
        });
        var kind = duringTransactions ? ExportKind.Transactions : ExportKind.Contacts;
        // The hub is called as soon as the first page of ten is read.
        engine.Hub.Trouble = (_, next) =>
        {
            engine.Simulator.RevokeKey(engine.Simulator.ConsumerKey);
            return next();
        };
        var run = await engine.StartExportAsync(kind);
        await engine.WorkAsync();

        var failed = await engine.FindAsync(run);
        Assert.Equal(ExportState.Failed, failed.State);
        Assert.StartsWith("CredentialsRefused:consumer_", failed.Problem, StringComparison.Ordinal);
        Assert.InRange(failed.Read, 100, Many - 1);
        Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);
        var asked = engine.Simulator.Requests.Total;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(asked, engine.Simulator.Requests.Total);

        var form = engine.Form;
        (form["consumer_key"], form["consumer_secret"]) = (engine.Simulator.ReadOnlyKey.ConsumerKey, engine.Simulator.ReadOnlyKey.ConsumerSecret);
        var (values, _) = engine.Setup.Read(engine.Get<Contract.IPlatformCatalogue>().Find("woocommerce")!.Info, form);
        await engine.Setup.ChangeSettingsAsync(await engine.StoreNowAsync(), values, default);
        Assert.True(await engine.Exports.ResumeAsync(run, default));
        var done = await engine.FinishAsync(run);

        ExportTests.AssertAddsUp(done, ExportState.Done);
        Assert.Equal(duringTransactions ? engine.PaidOrders().Count() : Many, done.Sent);
        Assert.Equal(0, (await engine.ExportAsync(kind)).Sent);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off_and_said_so()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = TwoPages });
        await engine.WorkAsync();
        engine.Simulator.Faults.WithProbability(Fault.EndlessBody, 1, "/customers");
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();

        var failed = await engine.FindAsync(run);
        Assert.Equal((ExportState.Failed, "AnswerTooLarge:url"), (failed.State, failed.Problem));
        Assert.Equal((0L, 0L), (failed.Read, await engine.CountRowsAsync("contact")));
    }
}
