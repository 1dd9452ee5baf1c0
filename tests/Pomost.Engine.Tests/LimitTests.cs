using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: exports keep to budgets and give way, and a person can see what is waited for. Method: store runs on a clock the test moves.</summary>
public sealed class LimitTests
{
    static readonly ShopSeedOptions ThreeHundred = new() { Customers = 300, Guests = 10, Orders = 20, Products = 5 };

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task An_export_reads_its_budget_and_goes_on_when_the_next_ten_minutes_begin(Dialect dialect)
    {
        var options = new StoreOptions { ExportBudget = HourlyBudget.DayAndNight(90, 1000, 6, 22) };
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = ThreeHundred, Options = options });
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        var onePage = (await engine.FindAsync(run)).Read;
        Assert.InRange(onePage, 90, 100);
        Assert.Equal(new Waiting(WaitReason.BudgetUsed, engine.Clock.GetUtcNow().AddMinutes(10)) { Since = engine.Clock.GetUtcNow() }, await WaitingAsync(engine));

        await engine.WorkAfterAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(onePage, (await engine.FindAsync(run)).Read);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.InRange((await engine.FindAsync(run)).Read, onePage + 90, 200);

        Assert.Equal(300, (await engine.FinishAsync(run)).Sent);
        Assert.Null(await WaitingAsync(engine));
    }

    [Fact]
    public async Task Live_traffic_has_no_budget()
    {
        var options = new StoreOptions { ExportBudget = HourlyBudget.DayAndNight(90, 1000, 6, 22) };
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = ThreeHundred, Options = options });
        await engine.WorkAsync();
        await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        engine.PlaceOrder("gosc@poczta.example");

        await engine.WorkAfterAsync(TimeSpan.FromSeconds(61));
        Assert.Single(await engine.PurchasesAsync());
        Assert.Equal(WaitReason.BudgetUsed, (await WaitingAsync(engine))!.Reason);
    }

    [Fact]
    public async Task A_change_announced_during_an_export_goes_before_its_next_page()
    {
        var shop = new ScriptedShop();
        for (var number = 1; number <= 200; number++)
            shop.Contacts.Put($"{number}", Person($"{number}"));
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        long? readWhenServed = null;
        shop.OnPage = async (request, page) =>
        {
            if (request.Purpose != ReadPurpose.Backfill || page != 2)
                return;
            shop.Contacts.Put("nowa", Person("nowa"));
            await engine.Get<IInbox>().AddAsync(engine.Store.Key, InboxSource.Webhook, [new(ShopStream.Contacts, ChangeKind.Changed, "nowa")], default);
        };
        shop.OnReadById = async () => readWhenServed ??= (await engine.FindAsync(run)).Read;
        await engine.WorkAsync();

        Assert.Equal(100, readWhenServed);
        Assert.NotNull(await engine.CardAsync("nowa@poczta.example"));
        Assert.Equal(ExportState.Done, (await engine.FindAsync(run)).State);
    }

    [Fact]
    public async Task What_the_shop_asked_for_is_told_as_what_is_waited_for()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = ThreeHundred });
        engine.Simulator.Faults.RetryAfter = TimeSpan.FromMinutes(10);
        engine.Simulator.Faults.WithProbability(Fault.TooManyRequestsWithRetryAfter, 1);
        await engine.WorkAsync();
        Assert.Equal(new Waiting(WaitReason.ShopAsked, engine.Clock.GetUtcNow().AddMinutes(10)) { Since = engine.Clock.GetUtcNow() }, await WaitingAsync(engine));

        engine.Simulator.Faults.Clear();
        engine.Simulator.Faults.WithProbability(Fault.InternalError, 1);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(WaitReason.ShopFails, (await WaitingAsync(engine))!.Reason);
    }

    [Fact]
    public async Task A_destination_that_asked_for_rest_is_left_alone_by_all_its_stores()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = ThreeHundred });
        var other = await engine.ConnectAsync(engine.Simulator, "Drugi sklep");
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 429, retryAfter: 600);
        await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        Assert.Equal(new Waiting(WaitReason.DestinationAsked, engine.Clock.GetUtcNow().AddMinutes(10)) { Since = engine.Clock.GetUtcNow() }, await WaitingAsync(engine));
        var calls = engine.Hub.Calls.Count;

        engine.Hub.Trouble = null;
        await engine.Exports.StartAsync(other.Key, ExportKind.Contacts, new ExportOptions(), null, default);
        await engine.Get<StoreRunner>().RunAsync(other.Key, default);
        Assert.Equal(calls, engine.Hub.Calls.Count);
        engine.Clock.Advance(TimeSpan.FromMinutes(11));
        await engine.Get<StoreRunner>().RunAsync(other.Key, default);
        Assert.True(engine.Hub.Calls.Count > calls);
    }

    [Fact]
    public void A_shop_whose_answers_slow_down_is_given_room_and_gets_its_pace_back()
    {
        var governor = new BulkGovernor();
        for (var answer = 0; answer < 20; answer++)
            Assert.Equal(TimeSpan.Zero, governor.Observe(TimeSpan.FromMilliseconds(400), null));
        for (var answer = 0; answer < 10; answer++)
            governor.Observe(TimeSpan.FromSeconds(4), null);
        Assert.InRange(governor.Share, 0.05, 0.2);
        Assert.InRange(governor.Observe(TimeSpan.FromSeconds(4), null), TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(60));
        for (var answer = 0; answer < 30; answer++)
            governor.Observe(TimeSpan.FromMilliseconds(400), null);
        Assert.Equal(1, governor.Share);
    }

    [Fact]
    public void Small_differences_change_nothing_and_a_nearly_used_budget_does()
    {
        var governor = new BulkGovernor();
        for (var answer = 0; answer < 50; answer++)
            Assert.Equal(TimeSpan.Zero, governor.Observe(TimeSpan.FromMilliseconds(answer % 2 == 0 ? 10 : 200), null));
        Assert.Equal(TimeSpan.Zero, governor.Observe(TimeSpan.FromMilliseconds(10), 0.1));
        Assert.True(governor.Observe(TimeSpan.FromMilliseconds(10), 0.09) > TimeSpan.Zero);
    }

    [Fact]
    public async Task The_signals_of_an_answer_hold_requests_back()
    {
        var clock = new Testing.FakeClock();
        var signals = new ShopSignals(clock);
        await signals.WaitAsync(default);

        signals.Report(new LimitSignal(null, TimeSpan.FromMinutes(2), PauseBulk: true));
        await signals.WaitAsync(default);
        Assert.Equal(clock.GetUtcNow().AddMinutes(2), signals.BulkNotBefore);

        signals.Report(new LimitSignal(null, TimeSpan.FromMinutes(2), PauseBulk: false));
        var refused = await Assert.ThrowsAsync<RetryLaterException>(() => signals.WaitAsync(default));
        Assert.Equal(TimeSpan.FromMinutes(2), refused.After);
        clock.Advance(TimeSpan.FromSeconds(117));
        var waiting = signals.WaitAsync(default);
        await clock.WhenATimerIsSet;
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        await waiting;
    }

    static async Task<Waiting?> WaitingAsync(RunningEngine engine)
        => (await engine.Get<IStorePaces>().WaitingAsync(engine.Account.Id, default)).GetValueOrDefault(engine.Store.Key);

    static ShopContact Person(string id) => new() { SourceId = id, Email = $"{id}@poczta.example", HasAccount = true, FirstName = "Ala" };

    [Theory]
    [InlineData(30_000)]
    [InlineData(30_001)]
    [InlineData(99_999)]
    public async Task A_high_limit_holds_back_and_never_stands_still(int perMinute)
    {
        using var limiters = new Limiters(new ApiUseCounter(), TimeProvider.System);
        var rate = limiters.Of(new Destination
        {
            AccountId = 1,
            Id = 1,
            IsHub = false,
            Endpoint = new Uri("https://app2.salesmanago.example"),
            ClientId = "c",
            Owner = "o@example.com",
            ProtectedSecrets = "",
            RequestsPerMinute = perMinute,
        }).Rate!;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var request = 0; request < 300; request++)
            (await rate.AcquireAsync()).Dispose();
        // No upper bound: a busy machine may take as long as it likes.
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMinutes * perMinute > 250);
    }
}
