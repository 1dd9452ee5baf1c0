using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ViewTestsOnSqlite(SqliteFixture storage) : ViewTests(storage), IClassFixture<SqliteFixture>;

public sealed class ViewTestsOnPostgreSql(PostgreSqlFixture storage) : ViewTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class ViewTests(StorageFixture storage)
{
    [Fact]
    public async Task Contacts_are_listed_newest_change_first_and_paged_without_gap()
    {
        var lease = await storage.BeginAsync();
        for (var page = 0; page < 3; page++)
        {
            await storage.CommitAsync(lease, new PageCommit { Contacts = [.. Enumerable.Range(0, 5).Select(i => Example.Contact($"{page}-{i}@example.com"))] });
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var read = new List<ContactRow>();
        ContactPlace? after = null;
        do
        {
            var page = await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery { After = after, Max = 4 }, default);
            Assert.Equal((15L, CountKind.Exact, false), (page.Count, page.CountKind, page.IsCut));
            read.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(15, read.DistinctBy(row => row.Id).Count());
        Assert.Equal(read.OrderByDescending(row => row.ChangedAt).ThenByDescending(row => row.Id), read);
        Assert.StartsWith("2-", read[0].Email, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ŁUC", "lucja@example.com")]
    [InlineData("żak", "lucja@example.com")]
    [InlineData("Lucja@", "lucja@example.com")]
    [InlineData("+48 600 1", "jan@example.com")]
    [InlineData("jan", "jan@example.com")]
    [InlineData("%", null)]
    [InlineData("_an", null)]
    [InlineData("akowski", null)]
    public async Task Contacts_are_found_by_the_beginning_of_address_names_and_telephone(string search, string? expected)
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                Person("lucja@example.com", "Łucja", "Żakowska", null), Person("jan@example.com", "Jan", "Nowak", "+48 600-100-200"),
            ],
        });
        var found = await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery { Search = search }, default);
        Assert.Equal(expected is null ? [] : [expected], found.Rows.Select(row => row.Email));
    }

    [Fact]
    public async Task The_list_is_filtered_by_store_and_outcome()
    {
        var first = await storage.BeginAsync();
        var store = (await storage.Stores.ListAsync(first.Store.AccountId, default))[0];
        var second = await storage.BeginAsync((await storage.Stores.AddAsync(Example.Store(store.AccountId, store.DestinationId), default)).Key);
        await storage.CommitAsync(first, new PageCommit { Contacts = [Example.Contact("a@example.com"), Example.Contact("b@example.com", RecordOutcome.Withheld)] });
        await storage.CommitAsync(second, new PageCommit { Contacts = [Example.Contact("a@example.com", RecordOutcome.Withheld)] });
        async Task<IReadOnlyList<ContactRow>> ListAsync(ContactQuery query) => (await storage.Views.ContactsAsync(store.AccountId, query, default)).Rows;
        Assert.Equal(3, (await ListAsync(new ContactQuery())).Count);
        Assert.Equal(2, (await ListAsync(new ContactQuery { Stores = [first.Store.StoreId] })).Count);
        Assert.Equal("b@example.com", Assert.Single(await ListAsync(new ContactQuery { Stores = [first.Store.StoreId], Outcome = RecordOutcome.Withheld })).Email);
        Assert.Equal([first.Store, second.Store], (await storage.Views.FindByEmailAsync(store.AccountId, "a@example.com", default)).Select(row => row.Store));
    }

    [Fact]
    public async Task A_card_tells_the_whole_story()
    {
        var lease = await storage.BeginAsync();
        var consent = new Consent(ConsentState.Granted, Example.Placed, ConsentSource.Checkout, "Zgadzam się");
        var answers = new[] { new RuleAnswer("who-is-sent", ReasonCode.SharingEveryone, true, "account") };
        var contact = Example.Contact("a@example.com") with { EmailConsent = consent };
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [contact],
            Orders = [Example.Order("1"), Example.Order("2") with { Order = Example.Order("2").Order with { PlacedAt = Example.Placed.AddDays(1) } }, Example.Order("3", "b@example.com")],
            Consents = [new ConsentWrite("a@example.com", ConsentChannel.Email, ConsentState.NoStatement, consent)],
            Traces =
            [
                new TraceWrite(ShopStream.Contacts, "id-a@example.com", "a@example.com", RecordOutcome.Queued, ReasonCode.SharingEveryone, answers, null),
                new TraceWrite(ShopStream.Orders, "1", "a@example.com", RecordOutcome.Withheld, ReasonCode.OrderNotPaid, [], null, "fact"),
                new TraceWrite(ShopStream.Orders, "3", "b@example.com", RecordOutcome.Withheld, ReasonCode.OrderNotPaid, [], null),
            ],
        });
        var row = Assert.Single(await storage.Views.FindByEmailAsync(lease.Store.AccountId, "a@example.com", default));
        Assert.Equal(("Łucja Żak", Example.Placed.AddDays(1), ConsentState.Granted), (row.Name, row.LastOrderAt, row.EmailConsent));
        Assert.Equal(["rejestracja"], row.Tags);

        var card = await storage.Views.ContactAsync(lease.Store.AccountId, row.Id, default);
        Assert.NotNull(card);
        Assert.Equivalent(contact.Contact, card.Contact, strict: true);
        Assert.Equal((consent, Consent.None), (card.EmailConsent, card.SmsConsent));
        Assert.Equal(["2", "1"], card.Orders.Select(order => order.Order.SourceId));
        Assert.Equivalent(Example.Order("1").Order, card.Orders[1].Order, strict: true);
        var entry = Assert.Single(card.Consents);
        Assert.Equal((ConsentChannel.Email, ConsentState.NoStatement, consent, storage.Clock.GetUtcNow()), (entry.Channel, entry.Previous, entry.Consent, entry.RecordedAt));
        Assert.Equal([ReasonCode.OrderNotPaid, ReasonCode.SharingEveryone], card.Traces.Select(trace => trace.Code));
        Assert.Equal("fact", card.Traces[0].Detail);
        Assert.Equal(answers, card.Traces[1].Answers);
    }

    [Fact]
    public async Task Another_account_sees_nothing()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com")],
            Orders = [Example.Order("1")],
            Traces = [new TraceWrite(ShopStream.Orders, "1", "a@example.com", RecordOutcome.Withheld, ReasonCode.OrderNotPaid, [], null)],
        });
        var row = Assert.Single(await storage.Views.FindByEmailAsync(lease.Store.AccountId, "a@example.com", default));
        var other = (await storage.AddStoreAsync()).Key;
        foreach (var query in new[]
        {
            new ContactQuery(), new ContactQuery { Stores = [lease.Store.StoreId], Search = "a@" }, new ContactQuery { Stores = [lease.Store.StoreId], Tag = "rejestracja" },
            new ContactQuery { Stores = [lease.Store.StoreId], EmailConsent = ConsentState.NoStatement }, new ContactQuery { Outcome = RecordOutcome.Queued },
        })
        {
            var page = await storage.Views.ContactsAsync(other.AccountId, query, default);
            Assert.Empty(page.Rows);
            Assert.Equal(0, page.Count);
        }

        Assert.Null(await storage.Views.ContactAsync(other.AccountId, row.Id, default));
        Assert.Empty(await storage.Views.FindByEmailAsync(other.AccountId, "a@example.com", default));
        Assert.Empty(await storage.Views.FindOrdersAsync(other.AccountId, "1", default));
        Assert.Empty(await storage.Views.TracesAsync(lease.Store with { AccountId = other.AccountId }, ShopStream.Orders, "1", 10, default));
        Assert.Empty(await storage.Views.LatestAsync(other.AccountId, null, 10, default));
        Assert.Equal(other, Assert.Single(await storage.Views.NumbersAsync(other.AccountId, default)).Store);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("Z/1")]
    public async Task Orders_are_found_by_number_and_by_id(string text)
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Orders = [Example.Order("1"), Example.Order("11")] });
        var order = Assert.Single(await storage.Views.FindOrdersAsync(lease.Store.AccountId, text, default));
        Assert.Equivalent(new OrderRow(lease.Store, Example.Order("1").Order, "a@example.com", RecordOutcome.Queued, ReasonCode.OrderConfirmedAndPaid, storage.Clock.GetUtcNow()), order, strict: true);
    }

    [Fact]
    public async Task The_latest_traces_of_an_account_come_newest_first()
    {
        var lease = await storage.BeginAsync();
        TraceWrite Trace(string id) => new(ShopStream.Orders, id, null, RecordOutcome.Rejected, ReasonCode.EmailMissing, [], null);
        await storage.CommitAsync(lease, new PageCommit { Traces = [Trace("1"), Trace("2")] });
        await storage.CommitAsync(lease, new PageCommit { Traces = [Trace("3")] });
        Assert.Equal(["3", "2"], (await storage.Views.LatestAsync(lease.Store.AccountId, null, 2, default)).Select(trace => trace.SourceId));
    }

    [Fact]
    public async Task Numbers_count_what_is_there_and_deliveries_of_the_last_day()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com"), Example.Contact("b@example.com", RecordOutcome.Rejected)],
            Orders = [Example.Order("1")],
            Deliveries = [Example.ContactDelivery("a@example.com"), Example.ContactDelivery("c@example.com")],
        });
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease, 1) }, default);
        var delivered = storage.Clock.GetUtcNow();
        Assert.Equal(new StoreNumbers(lease.Store, 2, 1, 1, 1, 1, delivered), Assert.Single(await storage.Views.NumbersAsync(lease.Store.AccountId, default)));
        storage.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(new StoreNumbers(lease.Store, 2, 1, 1, 1, 0, delivered), Assert.Single(await storage.Views.NumbersAsync(lease.Store.AccountId, default)));
    }

    private static ContactWrite Person(string email, string first, string last, string? phone) =>
        Example.Contact(email) with { Contact = new ShopContact { Email = email, FirstName = first, LastName = last, Phone = phone } };
}
