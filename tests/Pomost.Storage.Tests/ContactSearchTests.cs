using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ContactSearchTestsOnSqlite(SqliteFixture storage) : ContactSearchTests(storage), IClassFixture<SqliteFixture>;

public sealed class ContactSearchTestsOnPostgreSql(PostgreSqlFixture storage) : ContactSearchTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>Goal: every filter finds exactly those it says, page by page, however many there are. Method: a crowd large enough that few are gathered and
/// many are met on the way; each answer is compared with the crowd itself.</summary>
public abstract class ContactSearchTests(StorageFixture storage)
{
    private const int Crowd = 3_000;

    // The crowd is more than is gathered as candidates, so that both ways are taken, and less than a page walks.
    private readonly SqlViews views = new(storage.Database) { Limits = new(200, 10_000, 10_000, 20_000, 20_000) };

    [Theory]
    [InlineData("600 100 200", "jan@example.com")]
    [InlineData("+48 600", "jan@example.com")]
    [InlineData("0048600100", "jan@example.com")]
    [InlineData("48600100200", "jan@example.com")]
    [InlineData("60", null)]
    [InlineData("łucja ŻAK", "lucja@example.com")]
    [InlineData("żak łucja", "lucja@example.com")]
    [InlineData("łucja now", null)]
    [InlineData("żak-maj", "lucja@example.com")]
    [InlineData("\u0000", "*")]
    public async Task Telephones_are_found_with_and_without_their_country_and_people_by_both_names(string search, string? expected)
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Person("lucja@example.com", "Łucja", "Żak-Majewska", null), Person("jan@example.com", "Jan", "Nowak", "+48 600-100-200")],
        });
        var found = await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery { Search = search }, default);
        Assert.Equal(expected switch { null => 0, "*" => 2, _ => 1 }, found.Rows.Count);
        Assert.All(found.Rows, row => Assert.True(expected == "*" || row.Email == expected));
    }

    [Theory]
    [InlineData("jan@example.com", 1)]
    [InlineData("JAN@EXAMPLE.COM", 1)]
    [InlineData("jan@", 0)]
    [InlineData("+48600100200", 1)]
    [InlineData("600100200", 1)]
    [InlineData("600100", 0)]
    [InlineData("now", 1)]
    public async Task Who_sees_addresses_masked_cannot_guess_them_letter_by_letter(string search, int expected)
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Person("jan@example.com", "Jan", "Nowak", "+48 600 100 200")] });
        var found = await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery { Search = search, WholeAddress = true }, default);
        Assert.Equal(expected, found.Rows.Count);
    }

    [Fact]
    public async Task Each_filter_and_all_together_find_what_the_crowd_holds()
    {
        var (first, second, crowd) = await CrowdAsync();
        ContactQuery[] queries =
        [
            new(), new() { Stores = [second.Store.StoreId] }, new() { Stores = [] }, new() { Stores = [first.Store.StoreId, second.Store.StoreId], Tag = "rare" }, new() { EmailConsent = ConsentState.Granted }, new() { SmsConsent = ConsentState.Withdrawn },
            new() { Tag = "rare" }, new() { Tag = " Common " }, new() { Search = "ewa" }, new() { Search = "p" }, new() { Search = "kowal" },
            new() { Outcome = RecordOutcome.Rejected }, new() { Outcome = RecordOutcome.Withheld }, new() { Outcome = RecordOutcome.Sent },
            new() { ChangedFrom = crowd[400].ChangedAt, ChangedUntil = crowd[1_300].ChangedAt },
            new() { Search = "p", Tag = "common", EmailConsent = ConsentState.Granted, Stores = [first.Store.StoreId], Outcome = RecordOutcome.Withheld },
            new() { Search = "p", SmsConsent = ConsentState.Granted, ChangedFrom = crowd[^700].ChangedAt },
            new() { Tag = "common", Outcome = RecordOutcome.Rejected }, new() { Search = "nobody" }, new() { Tag = "never" },
        ];
        foreach (var query in queries)
        {
            // Of one moment the newest row comes first, too.
            var expected = crowd.Where(one => Passes(one, query)).Reverse().Select(one => (one.Email, one.Store)).ToList();
            var (found, count, kind) = await ReadAllAsync(first.Store.AccountId, query with { Max = 150 });
            Assert.Equal(expected, found);
            switch (kind)
            {
                case CountKind.Exact:
                    Assert.Equal(expected.Count, count);
                    break;
                case CountKind.MoreThan:
                    Assert.True(expected.Count == 0 || count >= 200, $"{query}: {count} of {expected.Count}");
                    break;
                default:
                    Assert.Fail($"{query}: nothing is guessed among so few");
                    break;
            }
        }
    }

    [Fact]
    public async Task A_page_looks_no_further_than_it_may_and_the_next_goes_on_there()
    {
        var (first, _, crowd) = await CrowdAsync();
        var narrow = new SqlViews(storage.Database) { Limits = new(50, 500, 400, 600, 20_000) };
        foreach (var (query, most) in new[] { (new ContactQuery { SmsConsent = ConsentState.Granted, EmailConsent = ConsentState.Granted }, 500), (new ContactQuery { Search = "p", Tag = "COMMON" }, 400) })
        {
            var expected = crowd.Where(one => Passes(one, query)).Select(one => one.Email).Reverse().ToList();
            var (found, pages, cut) = (new List<string>(), 0, 0);
            for (ContactPlace? after = null; pages == 0 || after is not null; pages++)
            {
                var page = await narrow.ContactsAsync(first.Store.AccountId, query with { After = after, Max = 5_000 }, default);
                Assert.InRange(page.Rows.Count, 0, most);
                found.AddRange(page.Rows.Select(row => row.Email));
                after = page.Next;
                cut += page.IsCut ? 1 : 0;
            }

            Assert.Equal(expected, found);
            Assert.Equal(Crowd / most, cut);
        }
    }

    [Fact]
    public async Task Large_numbers_are_worked_out_and_told_as_such()
    {
        var (first, second, crowd) = await CrowdAsync();
        var large = new SqlViews(storage.Database) { Limits = new(50, 10_000, 10_000, 600, 100) };
        async Task<(long, CountKind)> CountAsync(ContactQuery query)
        {
            var page = await large.ContactsAsync(first.Store.AccountId, query, default);
            return (page.Count, page.CountKind);
        }

        Assert.Equal((Crowd, CountKind.About), await CountAsync(new()));
        Assert.Equal((crowd.LongCount(one => one.Store == second.Store.StoreId), CountKind.About), await CountAsync(new() { Stores = [second.Store.StoreId] }));
        Assert.Equal((Crowd / 3, CountKind.About), await CountAsync(new() { EmailConsent = ConsentState.Granted }));
        Assert.Equal((300, CountKind.Exact), await CountAsync(new() { ChangedFrom = crowd[^300].ChangedAt }));
        await storage.CommitAsync(first, new PageCommit { Contacts = [Example.Contact("one-more@example.com")] });
        Assert.Equal((Crowd, CountKind.About), await CountAsync(new()));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((Crowd + 1, CountKind.About), await CountAsync(new()));
    }

    [Fact]
    public async Task Tags_follow_whatever_changes_or_removes_a_contact()
    {
        var lease = await storage.BeginAsync();
        Task WriteAsync(params string[] tags) => storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com") with { WantedTags = tags }] });
        async Task<int> WithAsync(string tag) => (await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery { Tag = tag }, default)).Rows.Count;
        await WriteAsync("A", "b");
        Assert.Equal((1, 1, 0), (await WithAsync("a"), await WithAsync("B"), await WithAsync("c")));
        await WriteAsync("b", "ŻÓŁĆ");
        Assert.Equal((0, 1, 1), (await WithAsync("A"), await WithAsync("b"), await WithAsync("żółć")));
        await new SqlErasures(storage.Database).EraseAsync(lease.Store.AccountId, [("a@example.com", "hash", "sealed")], null, default);
        Assert.Equal(0, await storage.Database.ReadAsync(session => session
            .Command("SELECT count(*) FROM contact_tag WHERE account_id = @account_id").With("account_id", lease.Store.AccountId).NumberAsync()));
    }

    private sealed record One(string Email, long Store, DateTimeOffset ChangedAt, int Number, string First, string Last, RecordOutcome Outcome, ConsentState EmailState, ConsentState Sms);

    private async Task<(StoreLease First, StoreLease Second, List<One> Crowd)> CrowdAsync()
    {
        var first = await storage.BeginAsync();
        var destination = (await storage.Stores.ListAsync(first.Store.AccountId, default))[0].DestinationId;
        var second = await storage.BeginAsync((await storage.Stores.AddAsync(Example.Store(first.Store.AccountId, destination), default)).Key);
        var crowd = new List<One>(Crowd);
        foreach (var pack in Enumerable.Range(0, Crowd).Chunk(300))
        {
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var (lease, numbers) in new[] { (first, pack.Where(i => i % 7 != 0).ToArray()), (second, pack.Where(i => i % 7 == 0).ToArray()) })
            {
                var people = numbers.Select(i => new One(
                    string.Create(CultureInfo.InvariantCulture, $"p{i:00000}@example.com"), lease.Store.StoreId, storage.Clock.GetUtcNow(), i,
                    i % 401 == 5 ? "Ewa" : "Piotr", i % 3 == 0 ? "Kowalski" : "Pawlak",
                    i % 500 == 7 ? RecordOutcome.Rejected : i % 2 == 0 ? RecordOutcome.Sent : RecordOutcome.Withheld, (ConsentState)(i % 3), (ConsentState)(i % 11 % 3))).ToList();
                await storage.CommitAsync(lease, new PageCommit { Contacts = [.. people.Select(Write)] });
                crowd.AddRange(people);
            }
        }
        return (first, second, crowd);
    }

    private static ContactWrite Write(One one) => Person(one.Email, one.First, one.Last, null) with
    {
        EmailConsent = new Consent(one.EmailState),
        SmsConsent = new Consent(one.Sms),
        Outcome = one.Outcome,
        WantedTags = [.. TagsOf(one)],
    };

    private static IEnumerable<string> TagsOf(One one)
    {
        yield return "COMMON";
        if (one.Number % 100 == 3) yield return "RARE";
    }

    private static bool Passes(One one, ContactQuery query) =>
        (query.Stores is null || query.Stores.Contains(one.Store))
        && (query.Outcome is null || query.Outcome == one.Outcome)
        && (query.EmailConsent is null || query.EmailConsent == one.EmailState)
        && (query.SmsConsent is null || query.SmsConsent == one.Sms)
        && (query.ChangedFrom is null || one.ChangedAt >= query.ChangedFrom)
        && (query.ChangedUntil is null || one.ChangedAt < query.ChangedUntil)
        && (query.Tag is null || TagsOf(one).Contains(query.Tag.Trim(), StringComparer.OrdinalIgnoreCase))
        && (query.Search is null || new[] { one.Email, one.First, one.Last }.Any(text => text.StartsWith(query.Search, StringComparison.OrdinalIgnoreCase)));

    private async Task<(List<(string Email, long Store)> Found, long Count, CountKind Kind)> ReadAllAsync(long accountId, ContactQuery query)
    {
        var found = new List<(string, long)>();
        var first = await views.ContactsAsync(accountId, query, default);
        for (var page = first; ; page = await views.ContactsAsync(accountId, query with { After = page.Next }, default))
        {
            found.AddRange(page.Rows.Select(row => (row.Email, row.Store.StoreId)));
            if (page.Next is null) return (found, first.Count, first.CountKind);
        }
    }

    private static ContactWrite Person(string email, string first, string last, string? phone) =>
        Example.Contact(email) with { Contact = new ShopContact { Email = email, FirstName = first, LastName = last, Phone = phone } };
}
