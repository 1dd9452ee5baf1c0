using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class StoreRunTestsOnSqlite(SqliteFixture storage) : StoreRunTests(storage), IClassFixture<SqliteFixture>;

public sealed class StoreRunTestsOnPostgreSql(PostgreSqlFixture storage) : StoreRunTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>Runs, their fence, and what a page writes into the mirror.</summary>
public abstract class StoreRunTests(StorageFixture storage)
{
    [Fact]
    public async Task A_new_store_is_due_at_once_and_after_a_run_at_the_time_given()
    {
        var store = (await storage.AddStoreAsync()).Key;
        Assert.Contains(new DueStore(store, Woken: false), await DueAsync());
        var lease = await storage.BeginAsync(store);
        await storage.Runs.EndAsync(lease, storage.Clock.GetUtcNow().AddSeconds(60), default);
        Assert.DoesNotContain(store, (await DueAsync()).Select(due => due.Store));
        storage.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains(new DueStore(store, Woken: false), await DueAsync());
    }

    [Fact]
    public async Task A_woken_store_comes_before_those_that_are_merely_due_and_only_once()
    {
        var due = (await storage.AddStoreAsync()).Key;
        var woken = (await storage.AddStoreAsync()).Key;
        await storage.Runs.WakeAsync(woken, default);
        await storage.Runs.WakeAsync(woken, default);
        var stores = (await DueAsync()).Where(store => store.Store == due || store.Store == woken);
        Assert.Equal([new DueStore(woken, true), new DueStore(due, false)], stores);
    }

    [Fact]
    public async Task A_slice_holds_the_stores_of_its_remainder()
    {
        var store = (await storage.AddStoreAsync()).Key;
        var slice = (int)(store.StoreId % 3);
        Assert.Contains(store, (await DueAsync(slice, 3)).Select(due => due.Store));
        Assert.DoesNotContain(store, (await DueAsync((slice + 1) % 3, 3)).Select(due => due.Store));
    }

    [Theory]
    [InlineData(StoreState.Paused)]
    [InlineData(StoreState.NeedsOperator)]
    public async Task A_store_that_is_not_active_is_neither_due_nor_begun(StoreState state)
    {
        var store = (await storage.AddStoreAsync()).Key;
        await storage.Runs.WakeAsync(store, default);
        await storage.Stores.SetStateAsync(store, state, null, default);
        Assert.DoesNotContain(store, (await DueAsync()).Select(due => due.Store));
        Assert.Null(await storage.Runs.BeginAsync(store, default));
        await storage.Stores.SetStateAsync(store, StoreState.Active, null, default);
        Assert.Contains(new DueStore(store, Woken: true), await DueAsync());
    }

    [Fact]
    public async Task Beginning_raises_the_epoch_and_clears_the_wake_and_a_later_wake_stays()
    {
        var store = await storage.AddStoreAsync();
        await storage.Runs.WakeAsync(store.Key, default);
        Assert.Equal(new StoreLease(store.Key, store.DestinationId, 1), await storage.BeginAsync(store.Key));
        var second = await storage.BeginAsync(store.Key);
        Assert.Equal(2, second.Epoch);
        await storage.Runs.WakeAsync(store.Key, default);
        await storage.Runs.EndAsync(second, storage.Clock.GetUtcNow().AddHours(1), default);
        Assert.Contains(new DueStore(store.Key, Woken: true), await DueAsync());
    }

    [Fact]
    public async Task A_run_that_another_has_replaced_can_change_nothing()
    {
        var stale = await storage.BeginAsync();
        await storage.CommitAsync(stale, new PageCommit { Deliveries = [Example.EventDelivery("1")] });
        var delivery = Assert.Single(await storage.NextAsync(stale));
        var run = await storage.AddExportAsync(stale.Store, ExportKind.Transactions);
        await storage.CommitAsync(stale, new PageCommit { Deliveries = [Example.EventDelivery("2", "b@example.com", run.Id)] });
        await storage.Exports.SetStateAsync(stale.Store.AccountId, run.Id, ExportState.Cancelled, [ExportState.Scheduled], null, default);
        var fresh = await storage.BeginAsync(stale.Store);

        Task[] attempts =
        [
            storage.CommitAsync(stale, new PageCommit { Contacts = [Example.Contact("a@example.com")], Cursor = new CursorWrite("live", new SyncCursor("x")) }),
            storage.Runs.MarkSentAsync(stale, [delivery.Id], default),
            storage.Runs.SettleAsync(stale, new Settlement { Taken = [delivery] }, default),
            storage.Runs.EndAsync(stale, storage.Clock.GetUtcNow(), default),
            storage.Inbox.PutOffAsync(stale, [1], storage.Clock.GetUtcNow(), default),
            storage.Exports.DropCancelledAsync(stale, default),
            storage.Runs.ForgetCursorAsync(stale, "live", default),
        ];
        foreach (var attempt in attempts) await Assert.ThrowsAsync<StaleLeaseException>(() => attempt);

        Assert.Empty(await storage.Runs.ContactsAsync(stale.Store, ["a@example.com"], default));
        Assert.Null(await storage.Runs.CursorAsync(stale.Store, "live", default));
        Assert.Equal(1, await storage.Exports.DropCancelledAsync(fresh, default));
        Assert.Equal(delivery, Assert.Single(await storage.NextAsync(fresh)));
    }

    [Fact]
    public async Task A_cursor_is_saved_with_its_page()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite("live:Orders", new SyncCursor("1")) });
        await storage.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite("live:Orders", new SyncCursor("2")) });
        Assert.Equal(new SyncCursor("2"), await storage.Runs.CursorAsync(lease.Store, "live:Orders", default));
        Assert.Null(await storage.Runs.CursorAsync(lease.Store, "live:Contacts", default));
        await storage.Runs.ForgetCursorAsync(lease, "live:Orders", default);
        Assert.Null(await storage.Runs.CursorAsync(lease.Store, "live:Orders", default));
    }

    [Fact]
    public async Task A_page_that_owes_nothing_new_leaves_the_outcome_of_a_delivery_settled_meanwhile()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")], Deliveries = [Example.ContactDelivery("a@example.com")] });
        var decided = Example.Contact("a@example.com") with { KeepsOutcome = true, HasBought = true };
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease) }, default);
        await storage.CommitAsync(lease, new PageCommit { Contacts = [decided] });
        var fact = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal((RecordOutcome.Sent, true), (fact.Outcome, fact.HasBought));
    }

    [Fact]
    public async Task Facts_of_a_contact_come_back_as_written_and_unknown_ones_are_missing()
    {
        var lease = await storage.BeginAsync();
        var email = new Consent(ConsentState.Granted, Example.Placed, ConsentSource.Checkout, "Zgadzam się");
        var sms = new Consent(ConsentState.Withdrawn);
        var write = Example.Contact("a@example.com") with { EmailConsent = email, SmsConsent = sms, SharingConsented = true, HasBought = true, WantedTags = ["a", "ż"] };
        await storage.CommitAsync(lease, new PageCommit { Contacts = [write] });
        var facts = await storage.Runs.ContactsAsync(lease.Store, ["a@example.com", "a@example.com", "b@example.com"], default);
        var fact = Assert.Single(facts).Value;
        Assert.Equivalent(write.Contact, fact.AccountRead!.Value, strict: true);
        Assert.Equivalent(
            new ContactFacts
            {
                Id = fact.Id,
                AccountRead = fact.AccountRead,
                EmailKey = "a@example.com",
                SourceId = "id-a@example.com",
                EmailConsent = email,
                SmsConsent = sms,
                SharingConsented = true,
                HasBought = true,
                HasAccount = true,
                WantedHash = "hash",
                WantedTags = ["a", "ż"],
                Outcome = RecordOutcome.Queued,
                Code = ReasonCode.SharingEveryone,
            },
            fact, strict: true);
    }

    [Fact]
    public async Task The_last_row_of_a_contact_within_a_page_counts()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com") with { WantedHash = "old" }, Example.Contact("a@example.com") with { WantedHash = "new" }],
            Orders = [Example.Order("1"), Example.Order("1") with { Outcome = RecordOutcome.Withheld }],
        });
        Assert.Equal("new", (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"].WantedHash);
        Assert.Equal(RecordOutcome.Withheld, (await storage.Runs.OrdersAsync(lease.Store, ["1"], default))["1"].Outcome);
    }

    [Fact]
    public async Task What_an_order_knows_of_its_buyer_does_not_replace_what_the_account_said()
    {
        var lease = await storage.BeginAsync();
        var guest = Example.Contact("a@example.com") with
        {
            Contact = new ShopContact { Email = "a@example.com", FirstName = "Gość" },
            FromAccountRead = false,
            WantedHash = "from order",
        };
        var account = Example.Contact("a@example.com") with { Contact = new ShopContact { Email = "a@example.com", SourceId = "7", HasAccount = true, FirstName = "Łucja" } };

        await storage.CommitAsync(lease, new PageCommit { Contacts = [guest] });
        Assert.Equal("Gość", await FirstNameAsync(lease.Store));
        await storage.CommitAsync(lease, new PageCommit { Contacts = [account] });
        Assert.Equal("Łucja", await FirstNameAsync(lease.Store));
        await storage.CommitAsync(lease, new PageCommit { Contacts = [guest] });
        Assert.Equal("Łucja", await FirstNameAsync(lease.Store));
        var facts = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal(("7", true, "from order"), (facts.SourceId, facts.HasAccount, facts.WantedHash));
    }

    [Fact]
    public async Task A9_The_data_of_a_newer_order_stay_whatever_is_written_later_but_statements_do_not_wait()
    {
        var lease = await storage.BeginAsync();
        ContactWrite Of(int year, string name) => Example.Contact("a@example.com") with
        {
            Contact = new ShopContact { Email = "a@example.com", FirstName = name },
            FromAccountRead = false,
            DataPlacedAt = Example.Placed.AddYears(year),
            WantedHash = name,
        };
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Of(1, "Nowsza")] });
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Of(0, "Starsza")] });
        Assert.Equal("Nowsza", await FirstNameAsync(lease.Store));
        var facts = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal((Example.Placed.AddYears(1), "Starsza", null), (facts.DataPlacedAt, facts.WantedHash, facts.WithheldAccount));
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Of(2, "Ostatnia")] });
        Assert.Equal("Ostatnia", await FirstNameAsync(lease.Store));
    }

    [Fact]
    public async Task A_withdrawal_of_sharing_and_the_account_kept_back_come_back_as_written()
    {
        var lease = await storage.BeginAsync();
        var kept = Example.Contact("a@example.com", RecordOutcome.Withheld);
        await storage.CommitAsync(lease, new PageCommit { Contacts = [kept with { SharingWithdrawnAt = Example.Placed }] });
        await storage.CommitAsync(lease, new PageCommit { Contacts = [kept with { HasBought = true }] });
        var facts = (await storage.Runs.ContactsAsync(lease.Store, ["a@example.com"], default))["a@example.com"];
        Assert.Equal((Example.Placed, "Łucja"), (facts.SharingWithdrawnAt, facts.WithheldAccount?.FirstName));
    }

    [Fact]
    public async Task B5_The_value_sent_stays_until_another_is_sent_and_a_cart_of_a_stranger_is_found_by_address()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Orders = [Example.Order("1") with { SentValue = 1234567.89m }],
            Carts = [new CartWrite
            {
                Cart = new ShopCart { SourceId = "c", Email = "obcy@example.com", ModifiedAt = Example.Placed, Currency = "PLN", Total = 5 },
                EmailKey = "obcy@example.com",
                State = CartState.Open,
                Code = ReasonCode.BuyerNotSent,
            }],
        });
        await storage.CommitAsync(lease, new PageCommit { Orders = [Example.Order("1")] });
        var facts = (await storage.Runs.OrdersAsync(lease.Store, ["1"], default))["1"];
        Assert.Equal((1234567.89m, "a@example.com"), (facts.SentValue, facts.EmailKey));
        Assert.Equal(ReasonCode.BuyerNotSent, Assert.Single(await storage.Views.FindCartsAsync(lease.Store.AccountId, "obcy@example.com", default)).Code);
    }

    [Fact]
    public async Task A_contact_of_one_store_is_unknown_to_another()
    {
        var mine = await storage.BeginAsync();
        var theirs = await storage.AddStoreAsync();
        await storage.CommitAsync(mine, new PageCommit { Contacts = [Example.Contact("a@example.com")], Orders = [Example.Order("1")] });
        Assert.Empty(await storage.Runs.ContactsAsync(theirs.Key, ["a@example.com"], default));
        Assert.Empty(await storage.Runs.OrdersAsync(theirs.Key, ["1"], default));
    }

    [Fact]
    public async Task An_order_knows_whether_its_purchase_stands_in_the_ledger()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Orders = [Example.Order("1"), Example.Order("2", outcome: RecordOutcome.Withheld), Example.Order("3")],
            Deliveries = [Example.EventDelivery("1"), Example.EventDelivery("3", kind: OutgoingEventKind.Cancellation)],
        });
        var facts = await storage.Runs.OrdersAsync(lease.Store, ["1", "2", "3", "4"], default);
        Assert.Equal(3, facts.Count);
        Assert.Equal([true, false, false], [facts["1"].PurchaseInLedger, facts["2"].PurchaseInLedger, facts["3"].PurchaseInLedger]);
        Assert.Equal(("completed", RecordOutcome.Queued, ReasonCode.OrderConfirmedAndPaid), (facts["1"].Status, facts["1"].Outcome, facts["1"].Code));
    }

    [Theory]
    [InlineData("UPDATE consent_line SET state = 'Granted'")]
    [InlineData("DELETE FROM consent_line")]
    public async Task The_consent_ledger_refuses_change_and_removal(string statement)
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Consents = [new ConsentWrite("a@example.com", ConsentChannel.Sms, ConsentState.NoStatement, new Consent(ConsentState.Withdrawn))] });
        var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => storage.Database.WriteAsync(session => session.Command(statement).ExecuteAsync()));
        Assert.Contains("append-only", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<DueStore>> DueAsync(int slice = 0, int slices = 1) => storage.Runs.DueAsync(slice, slices, 1000, default);

    private async Task<string?> FirstNameAsync(StoreKey store)
    {
        var row = Assert.Single(await storage.Views.FindByEmailAsync(store.AccountId, "a@example.com", default));
        return (await storage.Views.ContactAsync(store.AccountId, row.Id, default))!.Contact.FirstName;
    }
}
