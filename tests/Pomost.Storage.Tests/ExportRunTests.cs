using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ExportRunTestsOnSqlite(SqliteFixture storage) : ExportRunTests(storage), IClassFixture<SqliteFixture>;

public sealed class ExportRunTestsOnPostgreSql(PostgreSqlFixture storage) : ExportRunTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class ExportRunTests(StorageFixture storage)
{
    [Fact]
    public async Task A_run_begins_scheduled_with_its_options_and_wakes_the_store()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var options = new ExportOptions
        {
            Choice = new ExportChoice { States = [ConsentState.Granted], From = Example.Placed },
            Tags = ["lato"],
            OrderStatuses = ["completed"],
            DryRun = true,
        };
        var (run, created) = await storage.Exports.CreateAsync(store, ExportKind.Transactions, options, "Ewa", default);
        Assert.True(created);
        Assert.Equivalent(
            new ExportRun
            {
                Id = run.Id,
                Store = store,
                Number = 1,
                Kind = ExportKind.Transactions,
                Options = options,
                State = ExportState.Scheduled,
                CreatedAt = storage.Clock.GetUtcNow(),
                StartedBy = "Ewa",
            },
            await storage.Exports.FindByNumberAsync(store, 1, default), strict: true);
        Assert.Contains(new DueStore(store, Woken: true), await storage.Runs.DueAsync(0, 1, 1000, default));
    }

    [Fact]
    public async Task There_is_one_unfinished_run_per_store_and_kind()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var first = await storage.AddExportAsync(store);
        var again = await storage.Exports.CreateAsync(store, ExportKind.Contacts, new ExportOptions { DryRun = true }, null, default);
        Assert.Equal((first.Id, false), (again.Run.Id, again.Created));
        var other = await storage.Exports.CreateAsync(store, ExportKind.Transactions, new ExportOptions(), null, default);
        Assert.Equal((2, true), (other.Run.Number, other.Created));
        await SetAsync(first, ExportState.Done, ExportState.Scheduled);
        var next = await storage.Exports.CreateAsync(store, ExportKind.Contacts, new ExportOptions(), null, default);
        Assert.Equal((3, true), (next.Run.Number, next.Created));
        Assert.Equal([3, 2, 1], (await storage.Exports.ListAsync(store, 10, default)).Select(run => run.Number));
        Assert.Equal([3, 2], (await storage.Exports.ListAsync(store, 2, default)).Select(run => run.Number));
    }

    [Fact]
    public async Task Runs_created_at_once_are_one()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => storage.Exports.CreateAsync(store, ExportKind.Contacts, new ExportOptions(), null, default)));
        Assert.Single(runs, run => run.Created);
        Assert.Single(runs.DistinctBy(run => run.Run.Id));
    }

    [Fact]
    public async Task Open_runs_are_those_scheduled_or_running_contacts_first()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var transactions = await storage.AddExportAsync(store, ExportKind.Transactions);
        var contacts = await storage.AddExportAsync(store);
        await SetAsync(transactions, ExportState.Running, ExportState.Scheduled);
        Assert.Equal([contacts.Id, transactions.Id], (await storage.Exports.OpenAsync(store, default)).Select(run => run.Id));
        await SetAsync(contacts, ExportState.Paused, ExportState.Scheduled);
        Assert.Equal([transactions.Id], (await storage.Exports.OpenAsync(store, default)).Select(run => run.Id));
    }

    [Fact]
    public async Task A_state_changes_only_from_those_allowed_and_keeps_its_times()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var run = await storage.AddExportAsync(store);
        Assert.False(await SetAsync(run, ExportState.Done, ExportState.Running, ExportState.Paused));
        var started = storage.Clock.GetUtcNow();
        Assert.True(await SetAsync(run, ExportState.Running, ExportState.Scheduled));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        var failed = storage.Clock.GetUtcNow();
        Assert.True(await storage.Exports.SetStateAsync(store.AccountId, run.Id, ExportState.Failed, [ExportState.Running], "WrongCredentials", default));
        var read = await storage.Exports.FindAsync(store.AccountId, run.Id, default);
        Assert.Equal((ExportState.Failed, "WrongCredentials", started, failed), (read!.State, read.Problem, read.StartedAt, read.FinishedAt));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await SetAsync(run, ExportState.Running, ExportState.Failed));
        read = await storage.Exports.FindAsync(store.AccountId, run.Id, default);
        Assert.Equal((null, started, null), (read!.Problem, read.StartedAt, read.FinishedAt));
        Assert.False(await storage.Exports.SetStateAsync(store.AccountId + 1, run.Id, ExportState.Done, [ExportState.Running], null, default));
    }

    [Fact]
    public async Task Gains_of_pages_add_up()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        RunGain Page(string cursor) => new()
        {
            RunId = run.Id,
            Cursor = new SyncCursor(cursor),
            Read = 10,
            ToSend = 6,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.Unchanged] = 2, [ReasonCode.OutsideDateRange] = 1 },
            Rejects = [new RejectWrite("r" + cursor, "x@", "email", ReasonCode.EmailInvalid, new string('x', 300))],
            Total = 20,
            ShopMilliseconds = 100,
            OwnMilliseconds = 5,
        };
        await storage.CommitAsync(lease, new PageCommit { Run = Page("1") });
        await storage.CommitAsync(lease, new PageCommit { Run = Page("2") });
        await storage.CommitAsync(lease, new PageCommit { Run = new RunGain { RunId = run.Id, ReadToEnd = true } });
        await storage.CommitAsync(lease, new PageCommit { Run = new RunGain { RunId = run.Id } });
        run = (await storage.Exports.FindAsync(lease.Store.AccountId, run.Id, default))!;
        Assert.Equal((20, 12, 6, 2), (run.Read, run.ToSend, run.SkippedTotal, run.Rejected));
        Assert.Equal((4, 2), (run.Skipped[ReasonCode.Unchanged], run.Skipped[ReasonCode.OutsideDateRange]));
        Assert.Equal((new SyncCursor("2"), true, 20, 200, 10), (run.Cursor, run.ReadToEnd, run.Total, run.ShopMilliseconds, run.OwnMilliseconds));
    }

    [Fact]
    public async Task A_record_rejected_again_after_a_resume_is_counted_once()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        var gain = new RunGain { RunId = run.Id, Rejects = [new RejectWrite("7", null, "email", ReasonCode.EmailMissing, null)] };
        await storage.CommitAsync(lease, new PageCommit { Run = gain });
        await storage.CommitAsync(lease, new PageCommit { Run = gain });
        Assert.Equal(1, (await storage.Exports.FindAsync(lease.Store.AccountId, run.Id, default))!.Rejected);
        Assert.Equal(2, Assert.Single(await storage.Exports.RejectedAsync(lease.Store.AccountId, run.Id, 0, 10, default)).Attempts);
    }

    [Fact]
    public async Task Rejected_rows_are_read_page_by_page_without_gap()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        var rejects = Enumerable.Range(1, 5).Select(i => new RejectWrite($"{i}", $"{i}@", "email", ReasonCode.EmailInvalid, new string('x', 300))).ToList();
        await storage.CommitAsync(lease, new PageCommit { Run = new RunGain { RunId = run.Id, Rejects = rejects } });
        var read = new List<RejectedRow>();
        while (await storage.Exports.RejectedAsync(lease.Store.AccountId, run.Id, read.LastOrDefault()?.Id ?? 0, 2, default) is [_, ..] page) read.AddRange(page);
        Assert.Equal(["1", "2", "3", "4", "5"], read.Select(row => row.SourceId));
        Assert.All(read, row => Assert.Equal((255, storage.Clock.GetUtcNow(), 1, run.Id), (row.Value!.Length, row.FirstSeen, row.Attempts, row.RunId)));
        Assert.Empty(await storage.Exports.RejectedAsync(lease.Store.AccountId + 1, run.Id, 0, 10, default));
    }

    private Task<bool> SetAsync(ExportRun run, ExportState state, params ExportState[] allowedFrom) =>
        storage.Exports.SetStateAsync(run.Store.AccountId, run.Id, state, allowedFrom, null, default);
}
