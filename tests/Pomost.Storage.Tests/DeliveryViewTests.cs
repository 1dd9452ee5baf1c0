using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class DeliveryViewTestsOnSqlite(SqliteFixture storage) : DeliveryViewTests(storage), IClassFixture<SqliteFixture>;

public sealed class DeliveryViewTestsOnPostgreSql(PostgreSqlFixture storage) : DeliveryViewTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class DeliveryViewTests(StorageFixture storage)
{
    private readonly SqlDeliveryViews views = new(storage.Database);

    [Fact]
    public async Task The_queue_lists_live_records_oldest_first_with_where_they_stand_and_history_as_a_number()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await storage.CommitAsync(lease, new PageCommit
        {
            Deliveries = [Example.ContactDelivery("a@example.com"), Example.EventDelivery("1", "b@example.com"), Example.ContactDelivery("h@example.com", run.Id)],
            WriteBacks = [WriteBackPayload.Of("a@example.com", new ConsentChange("7", "a@example.com", ConsentChannel.Email, new Consent(ConsentState.Withdrawn)))],
        });
        var next = await storage.NextAsync(lease);
        await storage.Runs.MarkSentAsync(lease, [next.Single(row => row.Kind == DeliveryKind.Event).Id], default);
        var later = storage.Clock.GetUtcNow().AddMinutes(3);
        await storage.Runs.SettleAsync(
            lease, new Settlement { PutOff = [next.Single(row => row.EmailKey == "a@example.com")], NotBefore = later, PutOffReason = "busy" }, default);

        var account = lease.Store.AccountId;
        var queue = await views.QueueAsync(account, null, toShop: false, null, 10, default);
        Assert.Equal(
            [(DeadLetterKind.Contact, QueuedState.TriedBefore, 1, "busy"), (DeadLetterKind.Event, QueuedState.InDoubt, 0, null)],
            queue.Select(row => (row.Kind, row.State, row.Attempts, row.Problem)));
        Assert.Equal(later, queue[0].NotBefore);
        Assert.Equal(queue[1].Id, Assert.Single(await views.QueueAsync(account, [lease.Store.StoreId], false, queue[0].Id, 10, default)).Id);
        Assert.Equal(QueuedState.Waits, Assert.Single(await views.QueueAsync(account, null, toShop: true, null, 10, default)).State);
        Assert.Equal(new QueuedExport(lease.Store, run.Number, ExportState.Scheduled, 1), Assert.Single(await views.QueuedExportsAsync(account, default)));

        var other = (await storage.AddStoreAsync()).AccountId;
        Assert.Empty(await views.QueueAsync(other, [lease.Store.StoreId], false, null, 10, default));
        Assert.Empty(await views.QueueAsync(other, null, true, null, 10, default));
        Assert.Empty(await views.QueuedExportsAsync(other, default));
        Assert.Null(await views.FindAsync(other, queue[0].Name, default));
    }

    [Fact]
    public async Task Delivered_records_are_told_newest_first_and_page_by_page()
    {
        var lease = await storage.BeginAsync();
        TraceWrite Trace(string id, RecordOutcome outcome) => new(ShopStream.Orders, id, null, outcome, ReasonCode.OrderConfirmedAndPaid, [], null);
        await storage.CommitAsync(lease, new PageCommit
        {
            Traces = [Trace("1", RecordOutcome.Sent), Trace("2", RecordOutcome.Withheld), Trace("3", RecordOutcome.Sent), Trace("4", RecordOutcome.Queued)],
        });
        var first = Assert.Single(await views.DeliveredAsync(lease.Store.AccountId, null, null, 1, default));
        Assert.Equal("3", first.SourceId);
        Assert.Equal("1", Assert.Single(await views.DeliveredAsync(lease.Store.AccountId, [lease.Store.StoreId], first.Id, 10, default)).SourceId);
        Assert.Empty(await views.DeliveredAsync(lease.Store.AccountId, [lease.Store.StoreId + 1], null, 10, default));
        Assert.Empty(await views.DeliveredAsync((await storage.AddStoreAsync()).AccountId, null, null, 10, default));
    }

    [Fact]
    public async Task What_was_rejected_stands_together_by_reason_until_it_is_closed_or_used_again()
    {
        var lease = await storage.BeginAsync();
        var account = lease.Store.AccountId;
        await RejectAsync(lease);
        var groups = await views.RejectedGroupsAsync(account, null, default);
        Assert.Equal(
            [(DeadLetterKind.Contact, "bad field", null, 2L), (null, null, ReasonCode.EmailInvalid, 1L), (DeadLetterKind.Event, "bad field", null, 1L)],
            groups.OrderByDescending(group => group.Count).ThenBy(group => group.Kind).Select(group => (group.Kind, group.Reason, group.Code, group.Count)));
        var contacts = groups.Single(group => group.Kind == DeadLetterKind.Contact);
        var lines = await views.RejectedAsync(account, null, contacts, null, 10, default);
        Assert.Equal(["id-b@example.com", "id-a@example.com"], lines.Select(line => line.SourceId));
        Assert.Equal(lines[1], Assert.Single(await views.RejectedAsync(account, null, contacts, DeliveryName.Read(lines[0].Name)!.Value.Id, 10, default)));
        Assert.NotNull(await views.LastRejectionAsync(account, null, default));

        var stranger = (await storage.AddStoreAsync()).AccountId;
        Assert.Equal(0, await views.CloseAsync(stranger, [.. lines.Select(line => line.Name)], "not mine", default));
        Assert.Empty(await views.RejectedGroupsAsync(stranger, null, default));

        Assert.Equal(2, await views.CloseAsync(account, [.. lines.Select(line => line.Name), "x1", "d999999"], "seen with the shop", default));
        var events = await views.RejectedAsync(account, null, groups.Single(group => group.Kind == DeadLetterKind.Event), null, 10, default);
        var unusable = await views.RejectedAsync(account, null, groups.Single(group => group.Kind is null), null, 10, default);
        Assert.Equal(("9", null), (unusable[0].SourceId, unusable[0].EmailKey));
        Assert.Equal(2, await views.CloseAsync(account, [events[0].Name, unusable[0].Name], "seen with the shop", default));

        Assert.Empty(await views.RejectedGroupsAsync(account, null, default));
        var row = (await storage.Views.FindByEmailAsync(account, "a@example.com", default))[0];
        Assert.Equal((RecordOutcome.Withheld, ReasonCode.OperatorClosed), (row.Outcome, row.Code));
        Assert.Equal(RecordOutcome.Withheld, (await storage.Views.FindOrdersAsync(account, "1", default))[0].Outcome);
        Assert.Equal(0, Assert.Single(await storage.Views.NumbersAsync(account, default)).Rejected);
        var told = (await storage.Views.ContactAsync(account, row.Id, default))!.Traces;
        Assert.Contains(told, trace => trace is { Code: ReasonCode.OperatorClosed, Outcome: RecordOutcome.Withheld, Detail: "seen with the shop" });
    }

    [Fact]
    public async Task A_record_that_became_usable_is_rejected_no_more()
    {
        var lease = await storage.BeginAsync();
        TraceWrite Trace(RecordOutcome outcome, ReasonCode code) => new(ShopStream.Contacts, "9", null, outcome, code, [], null);
        await storage.CommitAsync(lease, new PageCommit { Traces = [Trace(RecordOutcome.Rejected, ReasonCode.EmailInvalid)] });
        await storage.CommitAsync(lease, new PageCommit { Traces = [Trace(RecordOutcome.Rejected, ReasonCode.EmailInvalid)] });
        Assert.Equal(1, Assert.Single(await views.RejectedGroupsAsync(lease.Store.AccountId, [lease.Store.StoreId], default)).Count);
        Assert.Empty(await views.RejectedGroupsAsync(lease.Store.AccountId, [lease.Store.StoreId + 1], default));
        await storage.CommitAsync(lease, new PageCommit { Traces = [Trace(RecordOutcome.Queued, ReasonCode.SharingEveryone)] });
        Assert.Empty(await views.RejectedGroupsAsync(lease.Store.AccountId, null, default));
    }

    [Fact]
    public async Task What_rules_hold_back_stands_together_by_reason()
    {
        var lease = await storage.BeginAsync();
        var account = lease.Store.AccountId;
        ContactWrite Held(string email) => Example.Contact(email, RecordOutcome.Withheld) with { Code = ReasonCode.SharingNotConsented };
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Held("a@example.com"), Held("b@example.com"), Example.Contact("c@example.com", RecordOutcome.Sent)],
            Orders = [new OrderWrite(Example.Order("1").Order, "a@example.com", RecordOutcome.Withheld, ReasonCode.OrderNotPaid)],
        });
        Assert.Equal(
            [new WithheldGroup(ShopStream.Contacts, ReasonCode.SharingNotConsented, 2), new WithheldGroup(ShopStream.Orders, ReasonCode.OrderNotPaid, 1)],
            await views.WithheldGroupsAsync(account, null, default));
        var first = Assert.Single(await views.WithheldAsync(account, null, ShopStream.Contacts, ReasonCode.SharingNotConsented, null, 1, default));
        var second = Assert.Single(await views.WithheldAsync(
            account, [lease.Store.StoreId], ShopStream.Contacts, ReasonCode.SharingNotConsented, new(first.At.ToUnixTimeMilliseconds(), first.Id), 10, default));
        Assert.Equal(["a@example.com", "b@example.com"], new[] { first.SourceId, second.SourceId }.Order(StringComparer.Ordinal));
        var order = Assert.Single(await views.WithheldAsync(account, null, ShopStream.Orders, ReasonCode.OrderNotPaid, null, 10, default));
        Assert.Equal(("Z/1", new[] { first, second }.Single(row => row.SourceId == "a@example.com").ContactId), (order.SourceId, order.ContactId));
        var stranger = (await storage.AddStoreAsync()).AccountId;
        Assert.Empty(await views.WithheldGroupsAsync(stranger, null, default));
        Assert.Empty(await views.WithheldAsync(stranger, null, ShopStream.Contacts, ReasonCode.SharingNotConsented, null, 10, default));
    }

    [Fact]
    public async Task One_record_shows_its_whole_way()
    {
        var lease = await storage.BeginAsync();
        var account = lease.Store.AccountId;
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")] });
        await RejectAsync(lease);
        var letter = (await new SqlDeadLetters(storage.Database).ListAsync(account, null, 10, default)).Single(row => row.EmailKey == "a@example.com" && row.Kind == DeadLetterKind.Contact);
        var found = (await views.FindAsync(account, letter.Name, default))!;
        Assert.Equal((true, null, "bad field", 1, "{}"), (found.IsDead, found.State, found.Answer, found.Attempts, found.Payload));
        Assert.NotNull(found.ContactId);
        Assert.Equal(ReasonCode.RefusedByDestination, Assert.Single(found.Traces).Code);
        var told = (await views.FindAsync(account, DeliveryName.Of('t', found.Traces[0].Id), default))!;
        Assert.Equal((found.SourceId, null, null, false), (told.SourceId, told.Payload, told.Kind, told.IsDead));
        Assert.Null(await views.FindAsync(account, "d0", default));
        Assert.Null(await views.FindAsync(account, "nonsense", default));
    }

    private async Task RejectAsync(StoreLease lease)
    {
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com"), Example.Contact("b@example.com")],
            Orders = [Example.Order("1")],
            Deliveries = [Example.ContactDelivery("a@example.com"), Example.ContactDelivery("b@example.com"), Example.EventDelivery("1", "z@example.com")],
            Traces = [new TraceWrite(ShopStream.Contacts, "9", null, RecordOutcome.Rejected, ReasonCode.EmailInvalid, [], null)],
        });
        await storage.Runs.SettleAsync(lease, new Settlement { Refused = [.. (await storage.NextAsync(lease)).Select(row => (row, "bad field"))] }, default);
    }
}
