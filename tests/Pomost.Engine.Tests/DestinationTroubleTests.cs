using System.Net;
using System.Net.Sockets;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Simulators;

namespace Pomost.Engine.Tests;

/// <summary>Goal: whatever the destination does, each record is there once in the end. Method: the real hub behind a door that commits faults.</summary>
public sealed class DestinationTroubleTests
{
    const string Events = "addBatchContactExtEvent";
    const string Contacts = "batchupsert";
    const string Cards = "listAll";

    static readonly ShopSeedOptions OnePage = new() { Customers = 40, Guests = 10, Orders = 90, Products = 20 };

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    public async Task A_hub_that_was_away_gets_everything_when_it_is_back(int status)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, status);
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(40));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(40));
        Assert.Equal((ExportState.Running, 0L), ((await engine.FindAsync(run)).State, (await engine.FindAsync(run)).Sent));
        Assert.Equal(StoreState.Active, (await engine.StoreNowAsync()).State);

        engine.Hub.Trouble = null;
        await AssertAllArriveAsync(engine, run);
    }

    [Fact]
    public async Task Nobody_listening_is_waited_for()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var home = engine.Hub.Address;
        engine.Hub.Address = ClosedAddress();
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        Assert.Equal(ExportState.Running, (await engine.FindAsync(run)).State);

        engine.Hub.Address = home;
        await AssertAllArriveAsync(engine, run);
    }

    [Fact]
    public async Task The_wait_the_hub_asks_for_is_kept()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 429, retryAfter: 600);
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        engine.Hub.Trouble = null;
        Assert.Single(engine.Hub.Calls);

        await engine.WorkAfterAsync(TimeSpan.FromSeconds(599));
        Assert.Single(engine.Hub.Calls);
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(2));
        Assert.NotEmpty(engine.Hub.Calls.Skip(1));
        await AssertAllArriveAsync(engine, run);
    }

    [Fact]
    public async Task Events_whose_answer_got_lost_are_asked_for_and_not_sent_again()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var lost = 0;
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == Events && Interlocked.Increment(ref lost) == 1
            ? HubDoor.LoseAnswerAsync(context, next)
            : next();
        var run = await engine.StartExportAsync(ExportKind.Transactions);

        await AssertAllArriveAsync(engine, run);
        AssertAskedAfterFirstLoss(engine);
    }

    [Fact]
    public async Task Events_in_doubt_stay_so_while_the_question_fails()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var lost = 0;
        var asked = 0;
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) switch
        {
            Events when Interlocked.Increment(ref lost) == 1 => HubDoor.LoseAnswerAsync(context, next),
            Cards when Interlocked.Increment(ref asked) <= 2 => HubDoor.AnswerAsync(context, 503),
            _ => next(),
        };
        var run = await engine.StartExportAsync(ExportKind.Transactions);

        await AssertAllArriveAsync(engine, run);
        AssertAskedAfterFirstLoss(engine);
    }

    [Fact]
    public async Task Events_sent_by_a_run_that_died_before_the_answer_are_asked_for_and_not_sent_again()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        using var death = new CancellationTokenSource();
        engine.Hub.Trouble = async (context, next) =>
        {
            if (HubDoor.CallOf(context) != Events || death.IsCancellationRequested)
            {
                await next();
                return;
            }

            await HubDoor.LoseAnswerAsync(context, async () =>
            {
                await next();
                await death.CancelAsync();
            });
        };
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.WorkAsync(death.Token));

        await AssertAllArriveAsync(engine, run);
        AssertAskedAfterFirstLoss(engine);
    }

    [Fact]
    public async Task Events_in_doubt_of_a_cancelled_run_are_not_sent_again_by_a_later_one()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var lost = 0;
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == Events && Interlocked.Increment(ref lost) == 1
            ? HubDoor.LoseAnswerAsync(context, next)
            : next();
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        Assert.True(await engine.Exports.CancelAsync(run, default));

        var later = await engine.ExportAsync(ExportKind.Transactions);
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        Assert.Equal(ExportState.Done, later.State);
        var expected = engine.PaidOrders().Count();
        Assert.Equal((expected, expected), ((await engine.PurchasesAsync()).Count, (await engine.PurchasesAsync()).Distinct().Count()));
        Assert.Equal(expected, (int)(later.Sent + (await engine.FindAsync(run)).Sent));
        AssertAskedAfterFirstLoss(engine);
    }

    [Fact]
    public async Task Revoked_credentials_stop_the_store_until_they_are_mended()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var account = Assert.Single(await engine.Get<HubAccounts>().ListAsync());
        var fresh = (await engine.Get<HubAccounts>().RenewSecretAsync(account.AccountId))!;
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();

        var failed = await engine.FindAsync(run);
        Assert.Equal(ExportState.Failed, failed.State);
        Assert.StartsWith("CredentialsRefused:", failed.Problem, StringComparison.Ordinal);
        Assert.Equal((StoreState.NeedsOperator, failed.Problem), ((await engine.StoreNowAsync()).State, (await engine.StoreNowAsync()).Problem));
        var calls = engine.Hub.Calls.Count;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(calls, engine.Hub.Calls.Count);

        var destination = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        var secrets = engine.Get<Secrets>().Protect(engine.Account.Id, new Dictionary<string, string> { ["api_secret"] = fresh.ApiSecret });
        await engine.Stores.UpdateDestinationAsync(destination with { ProtectedSecrets = secrets }, default);
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        Assert.True(await engine.Exports.ResumeAsync(run, default));
        await AssertAllArriveAsync(engine, run);
        Assert.Null((await engine.StoreNowAsync()).Problem);
    }

    [Fact]
    public async Task What_waits_for_a_person_for_longer_than_a_day_is_not_given_up()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = OnePage });
        var account = Assert.Single(await engine.Get<HubAccounts>().ListAsync());
        var fresh = (await engine.Get<HubAccounts>().RenewSecretAsync(account.AccountId))!;
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        for (var day = 0; day < 2; day++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(30));
            await engine.Setup.ResumeAsync(engine.Store.Key, default);
            Assert.True(await engine.Exports.ResumeAsync(run, default));
            await engine.WorkAsync();
            Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);
        }

        var destination = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        var secrets = engine.Get<Secrets>().Protect(engine.Account.Id, new Dictionary<string, string> { ["api_secret"] = fresh.ApiSecret });
        await engine.Stores.UpdateDestinationAsync(destination with { ProtectedSecrets = secrets }, default);
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        Assert.True(await engine.Exports.ResumeAsync(run, default));
        // The first try afterwards fails, too, and gives nothing up.
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        await engine.WorkAsync();
        engine.Hub.Trouble = null;
        await AssertAllArriveAsync(engine, run);
    }

    [Fact]
    public async Task What_cannot_be_delivered_for_a_day_is_given_up_with_the_reason()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.PlaceOrder("gosc@poczta.example");
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) is Contacts or Cards ? next() : HubDoor.AnswerAsync(context, 503);
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        for (var hour = 0; hour < 25; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        var given = await engine.FindAsync(run);
        Assert.Equal((ExportState.DoneWithRejects, 1L), (given.State, given.Rejected));
        var row = Assert.Single(await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, run.Id, 0, 10, default));
        Assert.Equal((Rules.ReasonCode.RefusedByDestination, "destination"), (row.Code, row.Field));
    }

    static void AssertAskedAfterFirstLoss(RunningEngine engine)
    {
        var calls = engine.Hub.Calls.SkipWhile(call => call != Events).ToList();
        Assert.Equal(Cards, calls[1]);
        Assert.Single(calls, Events);
    }

    static async Task AssertAllArriveAsync(RunningEngine engine, ExportRun run)
    {
        var done = await engine.FinishAsync(run);
        ExportTests.AssertAddsUp(done, ExportState.Done);
        var expected = engine.PaidOrders().Count();
        Assert.Equal((expected, expected), ((int)done.Sent, (await engine.PurchasesAsync()).Distinct().Count()));
        Assert.Equal(expected, (await engine.PurchasesAsync()).Count);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Transactions)).Sent);
    }

    static Uri ClosedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}/");
    }
}
