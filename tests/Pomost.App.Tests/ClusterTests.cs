using System.Diagnostics;
using Pomost.App.Tests.Fixture;
using Pomost.Engine;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: several processes on one PostgreSQL lose and double nothing, whatever becomes of one of them. Method: real processes, real signals, a real
/// server stopped and started; what arrived is counted in the hub's tables, the ledger and the runs' own counters.
/// </summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    const string ReadInAll = "SELECT sum(read_count) FROM export_run";
    const int Stores = 4;
    const int Customers = 600;
    const int Orders = 2_000;

    /// <summary>Generous: other work shares the machine. The figure itself is in the output.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_nodes_are_killed_frozen_or_stopped_and_the_database_restarts()
    {
        await using var cluster = await Cluster.CreateAsync(Stores, Customers, Orders, requestsPerSecond: 2);
        var nodes = (await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cluster.StartNodeAsync()))).ToList();
        await cluster.StartExportsAsync(ExportKind.Contacts);
        await cluster.StartExportsAsync(ExportKind.Transactions);

        var (killed, epochs) = await cluster.BusyNodeAsync(nodes);
        var watch = Stopwatch.StartNew();
        killed.Program.Kill();
        nodes.Remove(killed);
        await cluster.MovedAsync(epochs, Patience);
        Say("killed", epochs, watch);

        (var frozen, epochs) = await cluster.BusyNodeAsync(nodes);
        watch.Restart();
        frozen.Program.Freeze();
        await cluster.MovedAsync(epochs, Patience);
        Say("frozen", epochs, watch);
        if (watch.Elapsed < TimeSpan.FromSeconds(10))
            await Task.Delay(TimeSpan.FromSeconds(10) - watch.Elapsed);
        frozen.Program.Thaw();
        await Cluster.EventuallyAsync<bool?>(async () => await frozen.IsReadyAsync() ? true : null, Patience, "The thawed node is not ready.");

        nodes.Add(await cluster.StartNodeAsync());
        (var stopped, epochs) = await cluster.BusyNodeAsync(nodes);
        watch.Restart();
        stopped.Program.Terminate();
        await cluster.MovedAsync(epochs, Patience);
        Say("stopped", epochs, watch);
        (await stopped.Program.EndAsync()).AssertExit(0);
        output.WriteLine($"The stopped process ended after {watch.Elapsed.TotalSeconds:0.0} s.");
        nodes.Remove(stopped);

        await cluster.BusyNodeAsync(nodes);
        var read = await cluster.NumberAsync(ReadInAll);
        await cluster.Server.StopAsync();
        foreach (var node in nodes)
        {
            Assert.False(await node.IsReadyAsync());
            Assert.True((await node.Http.GetAsync("/health/live")).IsSuccessStatusCode);
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        await cluster.Server.StartAgainAsync();
        watch.Restart();
        foreach (var node in nodes)
            await Cluster.EventuallyAsync<bool?>(async () => await node.IsReadyAsync() ? true : null, Patience, "A node does not find the database again.");
        await Cluster.EventuallyAsync<bool?>(
            async () => await cluster.NumberAsync(ReadInAll) > read ? true : null, Patience, $"Exports do not go on.\n{cluster.Logs}");
        output.WriteLine($"Exports went on {watch.Elapsed.TotalSeconds:0.0} s after the database was back.");

        await AllDoneAsync(cluster);
        await AssertCountsAsync(cluster);
    }

    void Say(string what, IReadOnlyDictionary<long, long> epochs, Stopwatch watch)
        => output.WriteLine($"{what}: {epochs.Count} stores went on after {watch.Elapsed.TotalSeconds:0.0} s.");

    static Task<bool?> AllDoneAsync(Cluster cluster) => Cluster.EventuallyAsync<bool?>(
        async () => await cluster.NumberAsync("SELECT count(*) FROM export_run WHERE finished_at IS NULL") == 0 ? true : null,
        TimeSpan.FromSeconds(90), $"Exports do not end.\n{cluster.Logs}");

    static async Task AssertCountsAsync(Cluster cluster)
    {
        // A record read by two workers in effect would be counted twice.
        Assert.Equal(0, await cluster.NumberAsync($"SELECT count(*) FROM export_run WHERE state <> 'Done' OR read_count <> CASE kind WHEN 'Contacts' THEN {Customers} ELSE {Orders} END"));
        Assert.Equal(Stores * Customers, await cluster.NumberAsync("SELECT sum(sent) FROM export_run WHERE kind = 'Contacts'"));
        Assert.Equal(Stores * Customers, await cluster.NumberAsync("SELECT count(DISTINCT (account_id, email_key)) FROM hub_contact"));
        Assert.Equal(Stores * Customers, await cluster.NumberAsync("SELECT count(*) FROM hub_contact"));
        var paid = await cluster.NumberAsync("SELECT count(*) FROM shop_order WHERE outcome = 'Sent'");
        Assert.InRange(paid, Stores * Orders / 2, Stores * Orders);
        Assert.Equal(paid, await cluster.NumberAsync("SELECT sum(sent) FROM export_run WHERE kind = 'Transactions'"));
        Assert.Equal(paid, await cluster.NumberAsync("SELECT count(*) FROM hub_event"));
        Assert.Equal(paid, await cluster.NumberAsync("SELECT count(DISTINCT (account_id, external_id)) FROM hub_event"));
        Assert.Equal(paid, await cluster.NumberAsync("SELECT count(*) FROM event_ledger WHERE state = 'Confirmed'"));
        Assert.Equal(0, await cluster.NumberAsync("SELECT count(*) FROM event_ledger WHERE state <> 'Confirmed'"));
        Assert.Equal(0, await cluster.NumberAsync("SELECT count(*) FROM delivery"));
    }
}
