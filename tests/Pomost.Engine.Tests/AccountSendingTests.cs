using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: the accounts a shop already has go by themselves once the merchant has said so, slower by day, and never otherwise (FAQ).
/// Method: store runs on a clock the test moves.
/// </summary>
public sealed class AccountSendingTests
{
    static readonly ShopSeedOptions Small = new() { Customers = 30, Guests = 5, Orders = 40, Products = 5 };

    [Fact]
    public async Task Without_an_answer_days_and_nights_go_by_and_nobody_is_sent()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small });

        for (var hour = 0; hour < 50; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        Assert.Empty(await engine.HubAddressesAsync());
        Assert.Empty(await engine.Get<IExportRuns>().ListAsync(engine.Store.Key, 10, default));
        Assert.Null(await engine.Get<AccountSending>().LastAsync(engine.Store.Key, default));
        Assert.Null((await engine.StoreNowAsync()).Options.ExportBudget);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_yes_sends_every_account_with_the_state_it_has_and_no_order_of_the_past(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Small });

        var (run, created, budgeted) = await BeginAsync(engine);
        var done = await engine.FinishAsync(run);

        Assert.True(created && budgeted);
        Assert.Equal((ExportState.Done, 30L, "Ewa"), (done.State, done.Sent, done.StartedBy));
        Assert.Equal(30, (await engine.HubAddressesAsync()).Count);
        Assert.Empty(await engine.PurchasesAsync());
        Assert.Equal(HourlyBudget.Reference.PerTenMinutes, (await engine.StoreNowAsync()).Options.ExportBudget!.PerTenMinutes);
        Assert.Equal(done.Id, (await engine.Get<AccountSending>().LastAsync(engine.Store.Key, default))!.Id);
    }

    [Theory]
    [InlineData("Europe/Warsaw")]
    [InlineData("America/New_York")]
    [InlineData("Asia/Kolkata")]
    public async Task By_day_fewer_go_than_by_night_on_the_clock_of_the_shop(string zone)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = new ShopSeedOptions { Customers = 1300, Guests = 0, Orders = 0, Products = 1 },
            Options = new StoreOptions { TimeZone = zone },
        });
        var local = TimeZoneInfo.ConvertTime(engine.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone));
        engine.Clock.Advance(new DateTimeOffset(local.Year, local.Month, local.Day, 21, 40, 0, local.Offset).AddDays(1) - local);
        var (run, _, _) = await BeginAsync(engine);

        // What a page reads over the budget is taken from the next ten minutes.
        Assert.InRange(await ReadAfterAsync(TimeSpan.Zero), 200, 299);
        Assert.Equal(new Waiting(WaitReason.BudgetUsed, engine.Clock.GetUtcNow().AddMinutes(10)) { Since = engine.Clock.GetUtcNow() }, await WaitingAsync(engine));
        Assert.InRange(await ReadAfterAsync(TimeSpan.FromMinutes(10)), 400, 499);
        // 22:00 in the shop: the night's budget takes the rest at once.
        Assert.Equal(1300, await ReadAfterAsync(TimeSpan.FromMinutes(10)));

        async Task<long> ReadAfterAsync(TimeSpan wait)
        {
            await engine.WorkAfterAsync(wait);
            return (await engine.FindAsync(run)).Read;
        }
    }

    [Fact]
    public async Task A_budget_that_the_merchant_has_set_stays_and_a_second_yes_starts_nothing_more()
    {
        var own = HourlyBudget.DayAndNight(7, 9, 5, 23);
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small, Options = new StoreOptions { ExportBudget = own } });

        var first = await BeginAsync(engine);
        var second = await BeginAsync(engine);

        Assert.Equal((true, false, false, false), (first.Created, first.Budgeted, second.Created, second.Budgeted));
        Assert.Equal(first.Run.Id, second.Run.Id);
        Assert.Equal(own.PerTenMinutes, (await engine.StoreNowAsync()).Options.ExportBudget!.PerTenMinutes);
    }

    [Fact]
    public async Task A_budget_that_the_merchant_refused_is_not_set()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small });

        var begun = await engine.Get<AccountSending>().BeginAsync(engine.Store.Key, null, null, default);

        Assert.Equal((true, false), (begun.Created, begun.Budgeted));
        Assert.Null((await engine.StoreNowAsync()).Options.ExportBudget);
    }

    [Fact]
    public async Task Where_only_those_are_sent_who_agreed_when_ordering_a_yes_sends_nobody_else()
    {
        await using var engine = await RunningEngine.StartAsync(
            new EngineSetup { Seed = Small, Options = new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering } });

        var (run, _, _) = await BeginAsync(engine);
        var done = await engine.FinishAsync(run);

        Assert.Equal((0L, 30L), (done.Sent, done.Skipped[ReasonCode.SharingNotConsented]));
        Assert.Empty(await engine.HubAddressesAsync());
    }

    [Fact]
    public async Task A_paused_one_goes_on_where_it_stood()
    {
        await using var engine = await RunningEngine.StartAsync(
            new EngineSetup { Seed = new ShopSeedOptions { Customers = 300, Guests = 0, Orders = 0, Products = 1 } });
        var (run, _, _) = await engine.Get<AccountSending>().BeginAsync(engine.Store.Key, HourlyBudget.DayAndNight(90, 90, 6, 22), "Ewa", default);
        await engine.WorkAsync();
        Assert.True(await engine.Exports.PauseAsync(await engine.FindAsync(run), default));
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        var stood = (await engine.FindAsync(run)).Read;
        Assert.InRange(stood, 90, 100);

        Assert.True(await engine.Exports.ResumeAsync(await engine.FindAsync(run), default));
        Assert.Equal(300, (await engine.FinishAsync(run)).Sent);
    }

    static Task<(ExportRun Run, bool Created, bool Budgeted)> BeginAsync(RunningEngine engine)
        => engine.Get<AccountSending>().BeginAsync(engine.Store.Key, HourlyBudget.Reference, "Ewa", default);

    static async Task<Waiting?> WaitingAsync(RunningEngine engine)
        => (await engine.Get<IStorePaces>().WaitingAsync(engine.Account.Id, default)).GetValueOrDefault(engine.Store.Key);
}
