using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class DeliveryTestsOnSqlite(SqliteFixture storage) : DeliveryTests(storage), IClassFixture<SqliteFixture>;

public sealed class DeliveryTestsOnPostgreSql(PostgreSqlFixture storage) : DeliveryTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>The outbox: order, ledger, and what becomes of rows.</summary>
public abstract class DeliveryTests(StorageFixture storage)
{
    [Fact]
    public async Task A_delivery_comes_back_as_written()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.EventDelivery("7", "b@example.com", run.Id) with { Payload = """{"a":"ż"}""", Counted = false });
        Assert.Equal(
            new Delivery
            {
                Id = (await storage.NextAsync(lease))[0].Id,
                Kind = DeliveryKind.Event,
                State = DeliveryState.Pending,
                EmailKey = "b@example.com",
                SourceId = "7",
                Payload = """{"a":"ż"}""",
                Event = new EventIdentity(OutgoingEventKind.Purchase, "7", "sklep_example"),
                ExportRunId = run.Id,
                Counted = false,
                CreatedAt = storage.Clock.GetUtcNow(),
                NoticedAt = storage.Clock.GetUtcNow(),
            },
            Assert.Single(await storage.NextAsync(lease)));
    }

    [Fact]
    public async Task Live_traffic_goes_before_history_and_contacts_of_a_history_before_its_transactions()
    {
        var lease = await storage.BeginAsync();
        var transactions = await storage.AddExportAsync(lease.Store, ExportKind.Transactions);
        var contacts = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.EventDelivery("old order", "old@example.com", transactions.Id));
        await QueueAsync(lease, Example.ContactDelivery("1@example.com", contacts.Id), Example.ContactDelivery("2@example.com", contacts.Id));
        await QueueAsync(lease, Example.ContactDelivery("live@example.com"));
        var order = (await storage.NextAsync(lease)).Select(delivery => delivery.SourceId).ToList();
        Assert.Equal(["id-live@example.com", "id-1@example.com", "id-2@example.com", "old order"], order);
        Assert.Equal(order[..2], (await storage.NextAsync(lease, 2)).Select(delivery => delivery.SourceId));
    }

    [Fact]
    public async Task An_event_waits_until_every_older_row_of_its_contact_is_delivered()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.ContactDelivery("a@example.com"), Example.EventDelivery("1"), Example.EventDelivery("2", "b@example.com"));
        await QueueAsync(lease, Example.ContactDelivery("b@example.com"));
        var first = await storage.NextAsync(lease);
        Assert.Equal(["id-a@example.com", "2", "id-b@example.com"], first.Select(delivery => delivery.SourceId));
        await TakeAsync(lease, [first[0]]);
        Assert.Equal(["1", "2", "id-b@example.com"], (await storage.NextAsync(lease)).Select(delivery => delivery.SourceId));
    }

    [Fact]
    public async Task A_live_event_takes_its_contact_out_of_the_history_it_waits_in()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.ContactDelivery("x@example.com", run.Id), Example.ContactDelivery("a@example.com", run.Id));
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Paused, [ExportState.Scheduled], null, default);
        Assert.Empty(await storage.NextAsync(lease));
        await QueueAsync(lease, Example.EventDelivery("1"));
        var contact = Assert.Single(await storage.NextAsync(lease));
        Assert.Equal(("id-a@example.com", run.Id), (contact.SourceId, contact.ExportRunId));
        Assert.Equal(2, await storage.Runs.WaitingAsync(lease.Store, run.Id, default));
        await TakeAsync(lease, [contact]);
        Assert.Equal("1", Assert.Single(await storage.NextAsync(lease)).SourceId);
    }

    [Theory]
    [InlineData(ExportState.Paused)]
    [InlineData(ExportState.Failed)]
    public async Task Deliveries_of_a_run_that_stands_still_stay_until_it_goes_on(ExportState standing)
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.ContactDelivery("a@example.com", run.Id));
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, standing, [ExportState.Scheduled], null, default);
        Assert.Empty(await storage.NextAsync(lease));
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Running, [standing], null, default);
        Assert.Single(await storage.NextAsync(lease));
    }

    [Fact]
    public async Task An_event_is_owed_once_however_often_it_is_queued()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.EventDelivery("1"), Example.EventDelivery("1"));
        await QueueAsync(lease, Example.EventDelivery("1"));
        var delivery = Assert.Single(await storage.NextAsync(lease));
        await TakeAsync(lease, [delivery]);
        await QueueAsync(lease, Example.EventDelivery("1"));
        Assert.Empty(await storage.NextAsync(lease));
    }

    [Fact]
    public async Task Events_of_another_kind_destination_or_location_are_others()
    {
        var first = await storage.BeginAsync();
        await QueueAsync(first, Example.EventDelivery("1"), Example.EventDelivery("1", kind: OutgoingEventKind.Cancellation));
        await QueueAsync(first, Example.EventDelivery("1") with { Event = new EventIdentity(OutgoingEventKind.Purchase, "1", "elsewhere") });
        Assert.Equal(3, (await storage.NextAsync(first)).Count);
        var second = await storage.BeginAsync();
        await QueueAsync(second, Example.EventDelivery("1"));
        Assert.Single(await storage.NextAsync(second));
    }

    [Fact]
    public async Task An_order_that_the_ledger_has_already_counts_as_unchanged_not_as_sent()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.EventDelivery("1"));
        await TakeAsync(lease, await storage.NextAsync(lease));
        var run = await storage.AddExportAsync(lease.Store, ExportKind.Transactions);
        await storage.CommitAsync(lease, new PageCommit
        {
            Orders = [Example.Order("1"), Example.Order("2")],
            Deliveries = [Example.EventDelivery("1", run: run.Id), Example.EventDelivery("2", run: run.Id)],
            Run = new RunGain { RunId = run.Id, Read = 2, ToSend = 2 },
        });
        run = await storage.Exports.FindAsync(lease.Store.AccountId, run.Id, default);
        Assert.Equal((2, 1, 1), (run!.Read, run.ToSend, run.Skipped[ReasonCode.Unchanged]));
        var orders = await storage.Runs.OrdersAsync(lease.Store, ["1", "2"], default);
        Assert.Equal([RecordOutcome.Sent, RecordOutcome.Queued], [orders["1"].Outcome, orders["2"].Outcome]);
    }

    [Fact]
    public async Task An_event_sent_by_this_run_is_under_way_and_one_sent_by_an_earlier_run_is_in_doubt()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.EventDelivery("1"));
        await storage.Runs.MarkSentAsync(lease, [(await storage.NextAsync(lease))[0].Id], default);
        Assert.Empty(await storage.NextAsync(lease));
        Assert.Equal(1, await storage.Runs.WaitingAsync(lease.Store, null, default));
        var later = await storage.BeginAsync(lease.Store);
        Assert.Equal(DeliveryState.Sent, Assert.Single(await storage.NextAsync(later)).State);
    }

    [Theory]
    [InlineData(DeliveryKind.Contact)]
    [InlineData(DeliveryKind.EventUpdate)]
    public async Task A_newer_word_does_not_overtake_an_older_one_of_the_same_person_that_was_put_off(DeliveryKind kind)
    {
        var lease = await storage.BeginAsync();
        NewDelivery Of(string email) => (kind == DeliveryKind.Contact ? Example.ContactDelivery(email) : Example.EventDelivery("1", email)) with { Kind = kind };
        await QueueAsync(lease, Of("a@example.com"));
        var later = storage.Clock.GetUtcNow().AddMinutes(5);
        await storage.Runs.SettleAsync(lease, new Settlement { PutOff = await storage.NextAsync(lease), NotBefore = later, PutOffReason = "503" }, default);
        await QueueAsync(lease, Of("a@example.com"));
        await QueueAsync(lease, Of("b@example.com"));
        Assert.Equal("b@example.com", Assert.Single(await storage.NextAsync(lease)).EmailKey);

        storage.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["a@example.com", "a@example.com", "b@example.com"], (await storage.NextAsync(lease)).Select(delivery => delivery.EmailKey));
    }

    [Fact]
    public async Task A_live_change_takes_the_same_persons_history_along()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.ContactDelivery("a@example.com", run.Id));
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Paused, [ExportState.Scheduled, ExportState.Running], null, default);
        Assert.Empty(await storage.NextAsync(lease));
        await QueueAsync(lease, Example.ContactDelivery("a@example.com"));
        Assert.Equal(2, (await storage.NextAsync(lease)).Count);
    }

    [Fact]
    public async Task What_was_taken_is_gone_confirmed_told_and_counted()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com"), Example.Contact("b@example.com")],
            Orders = [Example.Order("1")],
            Deliveries =
            [
                Example.ContactDelivery("a@example.com", run.Id), Example.ContactDelivery("b@example.com", run.Id) with { Counted = false },
                Example.EventDelivery("1", "c@example.com"),
            ],
        });
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease), DestinationMilliseconds = 300 }, default);

        Assert.Equal(0, await storage.Runs.WaitingAsync(lease.Store, null, default));
        var contacts = await storage.Runs.ContactsAsync(lease.Store, ["a@example.com", "b@example.com"], default);
        Assert.All(contacts.Values, contact => Assert.Equal((RecordOutcome.Sent, ReasonCode.SharingEveryone), (contact.Outcome, contact.Code)));
        var order = (await storage.Runs.OrdersAsync(lease.Store, ["1"], default))["1"];
        Assert.Equal((RecordOutcome.Sent, true), (order.Outcome, order.PurchaseInLedger));
        Assert.Equal("Confirmed", await LedgerStateAsync(lease, "1"));
        run = await storage.Exports.FindAsync(lease.Store.AccountId, run.Id, default);
        Assert.Equal((1, 200), (run!.Sent, run.DestinationMilliseconds));
        var numbers = Assert.Single(await storage.Views.NumbersAsync(lease.Store.AccountId, default));
        Assert.Equal((3, storage.Clock.GetUtcNow()), (numbers.DeliveredLast24Hours, numbers.LastDeliveryAt));
    }

    [Fact]
    public async Task The_line_that_told_of_queueing_tells_of_the_delivery_and_later_lines_stay()
    {
        var lease = await storage.BeginAsync();
        Task QueueWithTraceAsync() => storage.CommitAsync(lease, new PageCommit
        {
            Deliveries = [Example.ContactDelivery("a@example.com")],
            Traces = [new TraceWrite(ShopStream.Contacts, "id-a@example.com", "a@example.com", RecordOutcome.Queued, ReasonCode.SharingEveryone, [], null)],
        });
        async Task<IEnumerable<RecordOutcome>> OutcomesAsync() =>
            (await storage.Views.TracesAsync(lease.Store, ShopStream.Contacts, "id-a@example.com", 10, default)).Select(trace => trace.Outcome);
        await QueueWithTraceAsync();
        var first = await storage.NextAsync(lease);
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        await QueueWithTraceAsync();
        await TakeAsync(lease, first);
        Assert.Equal([RecordOutcome.Queued, RecordOutcome.Sent], await OutcomesAsync());
        await TakeAsync(lease, await storage.NextAsync(lease));
        Assert.Equal([RecordOutcome.Sent, RecordOutcome.Sent], await OutcomesAsync());
    }

    [Fact]
    public async Task A_contact_queued_again_while_an_older_row_was_under_way_stays_queued()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")], Deliveries = [Example.ContactDelivery("a@example.com")] });
        var underWay = await storage.NextAsync(lease);
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")], Deliveries = [Example.ContactDelivery("a@example.com")] });
        await TakeAsync(lease, underWay);
        Assert.Equal(RecordOutcome.Queued, (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"].Outcome);
        await TakeAsync(lease, await storage.NextAsync(lease));
        Assert.Equal(RecordOutcome.Sent, (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"].Outcome);
    }

    [Fact]
    public async Task What_was_refused_is_rejected_listed_and_no_longer_waits()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com")],
            Orders = [Example.Order("1", "b@example.com")],
            Deliveries = [Example.ContactDelivery("a@example.com", run.Id), Example.EventDelivery("1", "b@example.com", run.Id) with { Counted = false }],
        });
        var refused = (await storage.NextAsync(lease)).Select(delivery => (delivery, "Invalid phone")).ToList();
        await storage.Runs.SettleAsync(lease, new Settlement { Refused = refused }, default);

        Assert.Empty(await storage.NextAsync(lease));
        Assert.Equal(0, await storage.Runs.WaitingAsync(lease.Store, run.Id, default));
        var contact = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal((RecordOutcome.Rejected, ReasonCode.RefusedByDestination), (contact.Outcome, contact.Code));
        var order = (await storage.Runs.OrdersAsync(lease.Store, ["1"], default))["1"];
        Assert.Equal((RecordOutcome.Rejected, false), (order.Outcome, order.PurchaseInLedger));
        Assert.Equal(1, (await storage.Exports.FindAsync(lease.Store.AccountId, run.Id, default))!.Rejected);
        var row = Assert.Single(await storage.Exports.RejectedAsync(lease.Store.AccountId, run.Id, 0, 10, default));
        Assert.Equal(("id-a@example.com", "a@example.com", ReasonCode.RefusedByDestination, "Invalid phone"), (row.SourceId, row.Email, row.Code, row.Value));
        Assert.Equal("Invalid phone", Assert.Single(await storage.Views.TracesAsync(lease.Store, ShopStream.Contacts, "id-a@example.com", 10, default)).Detail);
        Assert.Equal(2, Assert.Single(await storage.Views.NumbersAsync(lease.Store.AccountId, default)).Rejected);
    }

    [Fact]
    public async Task A_refused_event_can_be_queued_anew()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.EventDelivery("1"));
        await storage.Runs.SettleAsync(lease, new Settlement { Refused = [((await storage.NextAsync(lease))[0], "no")] }, default);
        await QueueAsync(lease, Example.EventDelivery("1"));
        Assert.Equal("1", Assert.Single(await storage.NextAsync(lease)).SourceId);
    }

    [Fact]
    public async Task What_was_put_off_comes_back_at_its_time_with_one_attempt_more()
    {
        var lease = await storage.BeginAsync();
        await QueueAsync(lease, Example.EventDelivery("1"));
        var delivery = (await storage.NextAsync(lease))[0];
        await storage.Runs.MarkSentAsync(lease, [delivery.Id], default);
        await storage.Runs.SettleAsync(lease, new Settlement { PutOff = [delivery], NotBefore = storage.Clock.GetUtcNow().AddMinutes(5), PutOffReason = "429" }, default);
        Assert.Empty(await storage.NextAsync(lease));
        Assert.Equal("Reserved", await LedgerStateAsync(lease, "1"));
        storage.Clock.Advance(TimeSpan.FromMinutes(5));
        var again = Assert.Single(await storage.NextAsync(lease));
        Assert.Equal((DeliveryState.Pending, 1, "429"), (again.State, again.Attempts, again.Problem));
    }

    [Fact]
    public async Task A_cancelled_run_s_unsent_rows_are_dropped_so_that_a_later_run_sends_them()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store, ExportKind.Transactions);
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com")],
            Orders = [Example.Order("1", "b@example.com"), Example.Order("2", "b@example.com")],
            Deliveries = [Example.ContactDelivery("a@example.com", run.Id), Example.EventDelivery("1", "b@example.com", run.Id), Example.EventDelivery("2", "b@example.com", run.Id)],
        });
        await QueueAsync(lease, Example.ContactDelivery("live@example.com"));
        await storage.Runs.MarkSentAsync(lease, [(await storage.NextAsync(lease)).Single(delivery => delivery.SourceId == "2").Id], default);
        await storage.Exports.SetStateAsync(lease.Store.AccountId, run.Id, ExportState.Cancelled, [ExportState.Scheduled], null, default);
        Assert.Equal(2, await storage.Exports.DropCancelledAsync(lease, default));

        var later = await storage.BeginAsync(lease.Store);
        // What was sent is still in doubt and must be asked for; live traffic is untouched.
        Assert.Equal(["id-live@example.com", "2"], (await storage.NextAsync(later)).Select(delivery => delivery.SourceId));
        var contact = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal((null, RecordOutcome.Withheld, ReasonCode.ExportCancelled), (contact.WantedHash, contact.Outcome, contact.Code));
        Assert.Empty(contact.WantedTags);
        var orders = await storage.Runs.OrdersAsync(lease.Store, ["1", "2"], default);
        Assert.Equal((RecordOutcome.Withheld, ReasonCode.ExportCancelled), (orders["1"].Outcome, orders["1"].Code));
        Assert.Equal([false, true], [orders["1"].PurchaseInLedger, orders["2"].PurchaseInLedger]);
        await QueueAsync(later, Example.EventDelivery("1", "b@example.com"));
        Assert.Equal(3, (await storage.NextAsync(later)).Count);
    }

    [Fact]
    public async Task Waiting_rows_are_counted_per_run_and_in_all()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await QueueAsync(lease, Example.ContactDelivery("a@example.com", run.Id), Example.ContactDelivery("b@example.com", run.Id), Example.ContactDelivery("c@example.com"));
        Assert.Equal((2, 3), (await storage.Runs.WaitingAsync(lease.Store, run.Id, default), await storage.Runs.WaitingAsync(lease.Store, null, default)));
    }

    private Task QueueAsync(StoreLease lease, params NewDelivery[] deliveries) => storage.CommitAsync(lease, new PageCommit { Deliveries = deliveries });

    private Task TakeAsync(StoreLease lease, IReadOnlyList<Delivery> deliveries) => storage.Runs.SettleAsync(lease, new Settlement { Taken = deliveries }, default);

    private Task<string?> LedgerStateAsync(StoreLease lease, string id) => storage.Database.ReadAsync(session => session
        .Command("SELECT state FROM event_ledger WHERE account_id = @account_id AND external_id = @id")
        .With("account_id", lease.Store.AccountId).With("id", id).TextAsync());
}
