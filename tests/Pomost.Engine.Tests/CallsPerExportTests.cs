using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what an export costs the destination in calls stays known. Method: the hub's door counts, over the export of 1,000
/// people and two minutes.</summary>
public sealed class CallsPerExportTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_people_cost_the_destination_no_more_calls_than_before()
    {
        await using var engine = await RunningEngine.StartAsync();
        for (var number = 0; number < 1_000; number++)
        {
            var stored = RunningEngine.Newsletter(number % 2 == 0 ? "1" : "0");
            engine.Shop.Register(new WooCustomer { Email = $"osoba{number}@poczta.example", Meta = [stored] });
        }

        engine.Clock.Advance(TimeSpan.FromDays(30));
        await engine.WorkAsync();
        engine.Hub.ListOfChangesIsOrdinary = true;
        var before = engine.Hub.Calls.Count;
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.FinishAsync(run);
        var (during, names) = (engine.Hub.Calls.Count - before, Summed(engine));
        for (var minute = 0; minute < 2; minute++)
            await engine.WorkAfterAsync(TimeSpan.FromSeconds(61));
        output.WriteLine($"During the export {during}: {names}; with the two minutes after it {engine.Hub.Calls.Count}: {Summed(engine)}");

        Assert.Equal(1_000, (await engine.HubCountsAsync()).Contacts);
        Assert.True(engine.Hub.Calls.Count <= MostCalls, Summed(engine));
    }

    const int MostCalls = 32;

    static string Summed(RunningEngine engine) => string.Join(", ", engine.Hub.Calls.CountBy(call => call)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
}
