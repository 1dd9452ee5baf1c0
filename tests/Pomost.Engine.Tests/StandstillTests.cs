using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a store that was refused goes on by itself once it is accepted again. Method: a shop whose door is shut for a while, and the looks of the
/// housekeeping each minute.</summary>
public sealed class StandstillTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_store_that_was_refused_is_looked_at_again_and_goes_on_with_its_export_once_it_is_accepted(Dialect dialect)
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Scripted = shop });
        shop.Contacts.Put("1", new ShopContact { SourceId = "1", Email = "anna@poczta.example", HasAccount = true, EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAsync();
        shop.Trouble = new NeedsOperatorException(ConnectionProblem.CredentialsRefused, "url", "The shop answered 401.");
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);
        await PassAsync(engine, minutes: 30);
        Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);

        Assert.Equal(1, shop.Checks);
        shop.Trouble = null;
        await PassAsync(engine, minutes: 25);
        Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);
        await PassAsync(engine, minutes: 10);

        var store = await engine.StoreNowAsync();
        Assert.Equal((StoreState.Active, null), (store.State, store.Problem));
        Assert.Equal((ExportState.Done, 1L), ((await engine.FinishAsync(run)).State, (await engine.FindAsync(run)).Sent));
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
    }

    [Fact]
    public async Task A_store_that_stands_still_for_a_setting_of_ours_waits_for_a_person()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, $"{ConnectionProblem.InvalidSetting}:time_zone", default);
        await PassAsync(engine, minutes: 70);
        Assert.Equal(StoreState.NeedsOperator, (await engine.StoreNowAsync()).State);
    }

    [Theory]
    [InlineData(14, null)]
    [InlineData(15, 15)]
    [InlineData(59, 15)]
    [InlineData(60, 60)]
    [InlineData(419, 60)]
    [InlineData(420, 420)]
    [InlineData(2_000, 1_860)]
    public void The_turns_of_a_store_that_stands_still(int minutes, int? turn)
    {
        var since = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal(turn is { } at ? since.AddMinutes(at) : null, StandstillWatch.LastTurn(since, since.AddMinutes(minutes)));
    }

    static async Task PassAsync(RunningEngine engine, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            engine.Clock.Advance(TimeSpan.FromMinutes(1));
            await engine.Get<AlertWatch>().LookAsync(default);
            await engine.Get<StandstillWatch>().LookAsync(default);
        }
    }
}
