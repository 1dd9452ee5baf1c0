using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ExportDetailTestsOnSqlite(SqliteFixture storage) : ExportDetailTests(storage), IClassFixture<SqliteFixture>;

public sealed class ExportDetailTestsOnPostgreSql(PostgreSqlFixture storage) : ExportDetailTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>Goal: what a dry run listed, what a run measured and who is told about it come back as written, to their own account alone.</summary>
public abstract class ExportDetailTests(StorageFixture storage)
{
    private IExportNotices Notices => storage.Services.GetRequiredService<IExportNotices>();

    [Fact]
    public async Task What_a_dry_run_listed_is_read_by_list_page_by_page()
    {
        var lease = await storage.BeginAsync();
        var run = await DryRunAsync(lease.Store, ExportKind.Contacts);
        var sample = new ExportSample { Contact = new ShopContact { Email = "1@example.com", FirstName = "Łucja" }, SentContact = new OutgoingContact { Email = "1@example.com", Tags = ["WIOSNA"] } };
        await CommitAsync(lease, run, new RunGain
        {
            RunId = run.Id,
            IsDry = true,
            Read = 5,
            ToSend = 3,
            NewToSend = 3,
            States = new Dictionary<ConsentState, int> { [ConsentState.Granted] = 4, [ConsentState.NoStatement] = 1 },
            Listed =
            [
                new(PreviewList.New, "1", "1@example.com", sample), new(PreviewList.New, "2", null, null), new(PreviewList.New, "3", "3@example.com", null),
                new(PreviewList.Of(ReasonCode.NoRelation), "4", "4@example.com", null), new(PreviewList.Changed, "5", "5@example.com", null),
            ],
        });

        var first = await RowsAsync(run, PreviewList.New, 0, 2);
        Assert.Equal([("1", "1@example.com"), ("2", null)], first.Select(row => (row.SourceId, row.Email)));
        Assert.Equal(["3"], (await RowsAsync(run, PreviewList.New, first[^1].Id, 2)).Select(row => row.SourceId));
        Assert.Equal(["4"], (await RowsAsync(run, PreviewList.Of(ReasonCode.NoRelation), 0, 2)).Select(row => row.SourceId));
        Assert.Empty(await storage.Exports.PreviewRowsAsync(lease.Store.AccountId + 1, run.Id, PreviewList.New, 0, 9, default));
        var kept = Assert.Single(await storage.Exports.SamplesAsync(lease.Store.AccountId, run.Id, default));
        Assert.Equal(("Łucja", "WIOSNA"), (kept.Sample!.Contact!.FirstName, Assert.Single(kept.Sample.SentContact!.Tags)));
        Assert.Empty(await storage.Exports.SamplesAsync(lease.Store.AccountId + 1, run.Id, default));
        var now = await NowAsync(run);
        Assert.Equal((3, 3, 4, 1), (now.ToSend, now.NewToSend, now.States[ConsentState.Granted], now.States[ConsentState.NoStatement]));
    }

    [Fact]
    public async Task Values_add_up_by_currency_to_the_hundredth_of_a_penny()
    {
        var lease = await storage.BeginAsync();
        var run = await DryRunAsync(lease.Store, ExportKind.Transactions);
        var gain = new RunGain { RunId = run.Id, IsDry = true, Sums = [new("PLN", true, 2, 349.99m), new("PLN", false, 1, 10m), new("EUR", true, 1, 0.0001m)] };
        await CommitAsync(lease, run, gain);
        await CommitAsync(lease, run, gain);

        Assert.Equal(
            [new ExportSum("EUR", true, 2, 0.0002m), new ExportSum("PLN", false, 2, 20m), new ExportSum("PLN", true, 4, 699.98m)],
            (await NowAsync(run)).Sums.OrderBy(sum => sum.Currency, StringComparer.Ordinal).ThenBy(sum => sum.ToSend));
    }

    [Fact]
    public async Task The_pace_counts_what_needs_no_more_work_in_slots_of_ten_seconds()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        var began = storage.Clock.GetUtcNow();
        var gain = new RunGain
        {
            RunId = run.Id,
            Read = 9,
            ToSend = 4,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.Unchanged] = 4 },
            Rejects = [new RejectWrite("7", null, "email", ReasonCode.EmailMissing, null)],
        };
        await CommitAsync(lease, run, gain);
        storage.Clock.Advance(TimeSpan.FromSeconds(30));
        await storage.CommitAsync(lease, new PageCommit { Deliveries = [Example.ContactDelivery("a@example.com", run.Id)] });
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease) }, default);

        var pace = await storage.Exports.PaceAsync(lease.Store.AccountId, run.Id, began, default);
        Assert.Equal([5, 1], pace.Select(slot => slot.Done));
        Assert.Equal(TimeSpan.FromSeconds(30), pace[1].At - pace[0].At);
        Assert.Equal([1], (await storage.Exports.PaceAsync(lease.Store.AccountId, run.Id, began.AddSeconds(20), default)).Select(slot => slot.Done));
        Assert.Empty(await storage.Exports.PaceAsync(lease.Store.AccountId + 1, run.Id, began, default));
        Assert.Equal(1, (await NowAsync(run)).Packages);
    }

    [Fact]
    public async Task Waits_and_pages_add_up()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        var gain = new RunGain { RunId = run.Id, Pages = 1, LimitMilliseconds = 20, RestMilliseconds = 300 };
        await CommitAsync(lease, run, gain);
        await CommitAsync(lease, run, gain);
        run = await NowAsync(run);
        Assert.Equal((2, 40, 600), (run.Pages, run.LimitMilliseconds, run.RestMilliseconds));
    }

    [Fact]
    public async Task Rejected_rows_are_counted_and_read_by_reason_and_found_by_number()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await CommitAsync(lease, run, new RunGain
        {
            RunId = run.Id,
            Rejects = [new("1", "1@", "email", ReasonCode.EmailInvalid, "1@"), new("2", null, "email", ReasonCode.EmailMissing, null), new("3", "3@", "email", ReasonCode.EmailInvalid, "3@")],
        });

        Assert.Equal(
            [(ReasonCode.EmailMissing, 1), (ReasonCode.EmailInvalid, 2)],
            (await storage.Exports.RejectCountsAsync(lease.Store.AccountId, run.Id, default)).OrderBy(pair => pair.Value).Select(pair => (pair.Key, (int)pair.Value)));
        var invalid = await storage.Exports.RejectedAsync(lease.Store.AccountId, run.Id, ReasonCode.EmailInvalid, 0, 10, default);
        Assert.Equal(["1", "3"], invalid.Select(row => row.SourceId));
        Assert.Equal(["3"], (await storage.Exports.RejectedAsync(lease.Store.AccountId, run.Id, ReasonCode.EmailInvalid, invalid[0].Id, 10, default)).Select(row => row.SourceId));
        Assert.Equal(invalid[1], await storage.Exports.FindRejectedAsync(lease.Store.AccountId, run.Id, invalid[1].Id, default));
        Assert.Null(await storage.Exports.FindRejectedAsync(lease.Store.AccountId + 1, run.Id, invalid[1].Id, default));
        Assert.Null(await storage.Exports.FindRejectedAsync(lease.Store.AccountId, run.Id + 1, invalid[1].Id, default));
        Assert.Empty(await storage.Exports.RejectCountsAsync(lease.Store.AccountId + 1, run.Id, default));
    }

    [Fact]
    public async Task Another_process_at_work_tells_of_a_restart_unless_nobody_was_at_work()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await storage.Exports.WorkOnAsync(lease, run.Id, "first", true, default);
        await CommitAsync(lease, run, new RunGain { RunId = run.Id, Read = 40 });
        await storage.Exports.WorkOnAsync(lease, run.Id, "first", true, default);
        Assert.Equal((true, null, null), await ResumedAsync(run));

        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        var resumed = storage.Clock.GetUtcNow();
        await storage.Exports.WorkOnAsync(lease, run.Id, "second", true, default);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await storage.Exports.WorkOnAsync(lease, run.Id, "third", false, default);
        Assert.Equal((true, resumed, 40), await ResumedAsync(run));

        await storage.Exports.LeaveStoppedAsync(lease, default);
        Assert.True((await NowAsync(run)).IsInHand);
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Paused, [ExportState.Scheduled], null, default);
        Assert.Equal((true, storage.Clock.GetUtcNow()), ((await NowAsync(run)).IsInHand, (await NowAsync(run)).StateAt));
        await storage.Exports.LeaveStoppedAsync(lease, default);
        await storage.Exports.WorkOnAsync(lease, run.Id, "fourth", true, default);
        Assert.Equal((true, resumed, 40), await ResumedAsync(run));

        await storage.BeginAsync(lease.Store);
        await Assert.ThrowsAsync<StaleLeaseException>(() => storage.Exports.WorkOnAsync(lease, run.Id, "fifth", true, default));
        await Assert.ThrowsAsync<StaleLeaseException>(() => storage.Exports.LeaveStoppedAsync(lease, default));
    }

    [Fact]
    public async Task The_last_run_done_is_no_dry_run_no_retry_and_of_its_kind()
    {
        var store = (await storage.AddStoreAsync()).Key;
        Assert.Null(await storage.Exports.LastDoneAsync(store, ExportKind.Contacts, default));
        var real = await EndedAsync(store, new ExportOptions());
        await EndedAsync(store, new ExportOptions { DryRun = true });
        await EndedAsync(store, new ExportOptions { RetryOf = real.Id });
        await storage.AddExportAsync(store);
        await storage.AddExportAsync(store, ExportKind.Transactions);
        Assert.Equal(real.Id, (await storage.Exports.LastDoneAsync(store, ExportKind.Contacts, default))!.Id);
        Assert.Null(await storage.Exports.LastDoneAsync(store, ExportKind.Transactions, default));
    }

    [Fact]
    public async Task A_notice_is_due_when_its_run_has_ended_and_whoever_asked_first_is_told()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await Notices.AskAsync(run, "ewa@example.com", "pl", default);
        await Notices.AskAsync(run, "jan@example.com", "en", default);
        Assert.DoesNotContain(await Notices.DueAsync(100, default), notice => notice.Run.Id == run.Id);

        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Done, [ExportState.Scheduled], null, default);
        var due = Assert.Single(await Notices.DueAsync(100, default), notice => notice.Run.Id == run.Id);
        Assert.Equal(("ewa@example.com", "pl", ExportState.Done), (due.Email, due.Language, due.Run.State));
        await Notices.RemoveAsync(due, default);
        Assert.DoesNotContain(await Notices.DueAsync(100, default), notice => notice.Run.Id == run.Id);
    }

    [Fact]
    public async Task Lists_and_pace_go_once_a_run_has_stood_still_for_long_and_its_numbers_stay()
    {
        var lease = await storage.BeginAsync();
        var run = await DryRunAsync(lease.Store, ExportKind.Contacts);
        await CommitAsync(lease, run, new RunGain { RunId = run.Id, IsDry = true, Read = 2, ToSend = 2, Listed = [new(PreviewList.New, "1", "1@example.com", null), new(PreviewList.New, "2", "2@example.com", null)] });
        var retention = storage.Services.GetRequiredService<IRetention>();
        var before = storage.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        await RemoveAsync();
        Assert.Equal(2, (await RowsAsync(run, PreviewList.New, 0, 9)).Count);

        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Done, [ExportState.Scheduled], null, default);
        await RemoveAsync();
        Assert.Empty(await RowsAsync(run, PreviewList.New, 0, 9));
        Assert.Empty(await storage.Exports.PaceAsync(lease.Store.AccountId, run.Id, DateTimeOffset.UnixEpoch, default));
        Assert.Equal(2, (await NowAsync(run)).ToSend);

        async Task RemoveAsync()
        {
            while (await retention.RemovePreviewsAsync(before, 1, default) == 1)
            {
            }
        }
    }

    [Fact]
    public async Task An_erased_person_goes_from_the_lists_too()
    {
        var lease = await storage.BeginAsync();
        var run = await DryRunAsync(lease.Store, ExportKind.Contacts);
        await CommitAsync(lease, run, new RunGain { RunId = run.Id, IsDry = true, Listed = [new(PreviewList.New, "1", "Anna@example.com", null), new(PreviewList.New, "2", "jan@example.com", null)] });
        await storage.Services.GetRequiredService<IErasures>().EraseAsync(lease.Store.AccountId, [("anna@example.com", "hash", "sealed")], null, default);
        Assert.Equal(["2"], (await RowsAsync(run, PreviewList.New, 0, 9)).Select(row => row.SourceId));
    }

    private Task CommitAsync(StoreLease lease, ExportRun run, RunGain gain)
    {
        Assert.Equal(run.Id, gain.RunId);
        return storage.CommitAsync(lease, new PageCommit { Run = gain });
    }

    private async Task<ExportRun> DryRunAsync(StoreKey store, ExportKind kind) =>
        (await storage.Exports.CreateAsync(store, kind, new ExportOptions { DryRun = true }, "Ewa", default)).Run;

    private async Task<ExportRun> EndedAsync(StoreKey store, ExportOptions options)
    {
        var (run, _) = await storage.Exports.CreateAsync(store, ExportKind.Contacts, options, "Ewa", default);
        await storage.Exports.SetStateAsync(store.AccountId, run.Id, ExportState.Done, [ExportState.Scheduled], null, default);
        return run;
    }

    private Task<IReadOnlyList<PreviewRow>> RowsAsync(ExportRun run, PreviewList list, long after, int max) =>
        storage.Exports.PreviewRowsAsync(run.Store.AccountId, run.Id, list, after, max, default);

    private async Task<ExportRun> NowAsync(ExportRun run) => (await storage.Exports.FindAsync(run.Store.AccountId, run.Id, default))!;

    private async Task<(bool, DateTimeOffset?, long?)> ResumedAsync(ExportRun run)
    {
        var now = await NowAsync(run);
        return (now.IsInHand, now.ResumedAt, now.ResumedFrom);
    }
}
