using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a person can hold, resume and end a run, and nothing is lost or doubled by it. Method: the hub goes away after its first call, so that much is queued.</summary>
public sealed class PauseAndCancelTests
{
    const int People = 900;

    [Fact]
    public async Task A_paused_run_sends_nothing_more_and_resumes_where_it_stopped()
    {
        await using var engine = await StartAsync();
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        var sent = (await engine.FindAsync(run)).Sent;
        Assert.InRange(sent, 1, People - 1);

        Assert.True(await engine.Exports.PauseAsync(run, default));
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));

        var paused = await engine.FindAsync(run);
        Assert.Equal((ExportState.Paused, sent), (paused.State, paused.Sent));
        Assert.Equal(sent, (await engine.HubCountsAsync()).Contacts);

        Assert.True(await engine.Exports.ResumeAsync(run, default));
        var done = await engine.FinishAsync(run);
        ExportTests.AssertAddsUp(done, ExportState.Done);
        Assert.Equal((People, People), (done.Read, done.Sent));
        Assert.Equal(People, (await engine.HubCountsAsync()).Contacts);
    }

    [Fact]
    public async Task What_a_cancelled_run_did_not_send_is_sent_by_a_later_one()
    {
        await using var engine = await StartAsync();
        var run = await engine.StartExportAsync(ExportKind.Contacts);
        await engine.WorkAsync();
        var sent = (await engine.FindAsync(run)).Sent;
        Assert.InRange(sent, 1, People - 1);

        Assert.True(await engine.Exports.CancelAsync(run, default));
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal((ExportState.Cancelled, sent), ((await engine.FindAsync(run)).State, (await engine.FindAsync(run)).Sent));
        Assert.Equal(sent, (await engine.HubCountsAsync()).Contacts);
        Assert.Equal(0, await engine.CountRowsAsync("delivery"));
        Assert.False(await engine.Exports.ResumeAsync(run, default));

        var later = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((People, People - sent), (later.Read, later.Sent));
        Assert.Equal(People, (await engine.HubCountsAsync()).Contacts);
    }

    [Fact]
    public async Task Orders_of_a_cancelled_run_are_sent_by_a_later_one()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 30, Guests = 10, Orders = 120 } });
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        await engine.WorkAsync();
        Assert.Equal(0, (await engine.FindAsync(run)).Sent);

        Assert.True(await engine.Exports.CancelAsync(run, default));
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Empty(await engine.PurchasesAsync());

        var later = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal(engine.PaidOrders().Count(), later.Sent);
        Assert.Equal(later.Sent, (await engine.PurchasesAsync()).Distinct().Count());
    }

    [Fact]
    public async Task An_ended_run_can_be_neither_paused_nor_cancelled()
    {
        await using var engine = await RunningEngine.StartAsync();
        var run = await engine.ExportAsync(ExportKind.Contacts);

        Assert.False(await engine.Exports.PauseAsync(run, default));
        Assert.False(await engine.Exports.CancelAsync(run, default));
        Assert.False(await engine.Exports.ResumeAsync(run, default));
        Assert.Equal(ExportState.Done, (await engine.FindAsync(run)).State);
    }

    /// <summary>A shop of 900 people whose hub takes one package and no more from then on.</summary>
    static async Task<RunningEngine> StartAsync()
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = People, Guests = 0, Orders = 0 } });
        var calls = 0;
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) != "batchupsert" || Interlocked.Increment(ref calls) == 1
            ? next() : HubDoor.AnswerAsync(context, 503);
        return engine;
    }
}
