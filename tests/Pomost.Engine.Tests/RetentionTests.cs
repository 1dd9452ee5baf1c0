using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what is old goes, what is evidence stays. Method: an export, then years by the clock.</summary>
public sealed class RetentionTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Stories_and_rejected_rows_go_when_they_are_old_and_evidence_stays(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = new ShopSeedOptions { Customers = 30, Guests = 0, Orders = 20, Products = 3 } });
        engine.Shop.Register(new WooCustomer { Email = "nie-adres@", FirstName = "Bez" });
        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);
        var (traces, lines, ledger) = (await engine.CountRowsAsync("trace"), await engine.CountRowsAsync("consent_line"), await engine.CountRowsAsync("event_ledger"));
        var rejected = await engine.CountRowsAsync("export_reject");
        Assert.True(traces > 0 && lines > 0 && ledger > 0 && rejected > 0);

        await CleanAsync(engine);
        Assert.Equal((traces, rejected), (await engine.CountRowsAsync("trace"), await engine.CountRowsAsync("export_reject")));

        engine.Clock.Advance(TimeSpan.FromDays(184));
        await CleanAsync(engine);
        Assert.Equal((traces, 0), (await engine.CountRowsAsync("trace"), await engine.CountRowsAsync("export_reject")));

        engine.Clock.Advance(TimeSpan.FromDays(550));
        await CleanAsync(engine);
        Assert.Equal(0, await engine.CountRowsAsync("trace"));
        Assert.Equal((lines, ledger), (await engine.CountRowsAsync("consent_line"), await engine.CountRowsAsync("event_ledger")));
        Assert.Equal(contacts.Rejected, (await engine.FindAsync(contacts)).Rejected);
    }

    static Task CleanAsync(RunningEngine engine) => engine.Get<IEnumerable<IHousekeeping>>().Single(work => work.Name == "retention").RunAsync(default);
}
