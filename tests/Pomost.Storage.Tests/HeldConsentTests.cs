using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class HeldConsentTestsOnSqlite(SqliteFixture storage) : HeldConsentTests(storage), IClassFixture<SqliteFixture>;

public sealed class HeldConsentTestsOnPostgreSql(PostgreSqlFixture storage) : HeldConsentTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class HeldConsentTests(StorageFixture storage)
{
    private static readonly ContactEdit OptIn = new()
    {
        Kind = ContactEditKind.Consent,
        Channel = ConsentChannel.Email,
        State = ConsentState.Granted,
        Reason = "zgoda",
        OverHold = true,
    };

    private readonly SqlHeldConsents held = new(storage.Database);

    [Fact]
    public async Task The_list_comes_page_by_page_and_is_overruled_once_with_its_entry_or_not_at_all()
    {
        var (lease, other) = (await storage.BeginAsync(), await storage.BeginAsync());
        string[] people = [.. Enumerable.Range(0, 5).Select(number => $"{number}@example.com")];
        await HoldAsync(lease, people);
        await HoldAsync(other, "x@example.com");
        var first = await held.ListAsync(lease.Store, 0, 3, default);
        var rest = await held.ListAsync(lease.Store, first[^1].ContactId, 3, default);
        Assert.Equal((3, 2), (first.Count, rest.Count));
        Assert.Equal(people, first.Concat(rest).Select(one => one.EmailKey));
        Assert.Equal((Example.Placed, storage.Clock.GetUtcNow(), "Łucja"), (first[0].OptedOutAt, first[0].HeldAt, first[0].Contact.FirstName));

        Assert.Equal((5, false), await held.OverruleAsync(lease.Store, OptIn, 4, Entry(lease), "Ewa", default));
        Assert.Empty(await Edits(lease));
        Assert.Empty(await Log(lease));
        var twice = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => held.OverruleAsync(lease.Store, OptIn, null, Entry(lease), "Ewa", default)));
        Assert.Equal(new[] { (0L, false), (5L, true) }, twice.Order().ToArray());
        Assert.Equal(people, (await Edits(lease)).Select(edit => edit.EmailKey));
        Assert.All(await Edits(lease), edit => Assert.Equal(("Ewa", "zgoda", true), (edit.Actor, edit.Edit.Reason, edit.Edit.OverHold)));
        Assert.Equal([new AuditChange("people", null, "5")], Assert.Single(await Log(lease)).Entry.Changes);
        Assert.Contains(lease.Store, (await storage.Runs.DueAsync(0, 1, 100, default)).Where(due => due.Woken).Select(due => due.Store));
        Assert.Empty(await held.ListAsync(lease.Store, 0, 9, default));
        Assert.Equal((new HeldCount(0, 0), new HeldCount(1, 1)), (await held.CountAsync(lease.Store, default), await held.CountAsync(other.Store, default)));
    }

    [Fact]
    public async Task Who_is_unsubscribed_from_text_messages_alone_is_listed_and_not_opted_in_by_the_act()
    {
        var lease = await storage.BeginAsync();
        // One of both, one of SMS alone, one of SMS who had left e-mail on the card by himself, and one who left both by himself.
        await HoldAsync(lease, ConsentState.Withdrawn, isEmailHeld: true, isSmsHeld: true, "a@example.com");
        await HoldAsync(lease, ConsentState.Granted, isEmailHeld: false, isSmsHeld: true, "b@example.com");
        await HoldAsync(lease, ConsentState.Withdrawn, isEmailHeld: false, isSmsHeld: false, "c@example.com", "d@example.com");
        await HoldAsync(lease, ConsentState.Withdrawn, isEmailHeld: false, isSmsHeld: true, "c@example.com");
        Assert.Equal(
            [("a@example.com", "Email Sms"), ("b@example.com", "Sms"), ("c@example.com", "Sms")],
            (await held.ListAsync(lease.Store, 0, 9, default)).Select(one => (one.EmailKey, string.Join(' ', one.Channels))));
        Assert.Equal(new HeldCount(3, 1), await held.CountAsync(lease.Store, default));

        Assert.Equal((1, false), await held.OverruleAsync(lease.Store, OptIn, 3, Entry(lease), "Ewa", default));
        Assert.Equal((1, true), await held.OverruleAsync(lease.Store, OptIn, 1, Entry(lease), "Ewa", default));
        Assert.Equal(("a@example.com", ConsentChannel.Email), (Assert.Single(await Edits(lease)).EmailKey, (await Edits(lease))[0].Edit.Channel));
        Assert.Equal([("a@example.com", "Sms"), ("b@example.com", "Sms"), ("c@example.com", "Sms")],
            (await held.ListAsync(lease.Store, 0, 9, default)).Select(one => (one.EmailKey, string.Join(' ', one.Channels))));

        // Back by himself, and out again by himself: that is no hold any more.
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await SayAsync(lease, "b@example.com", ConsentState.Granted);
        await SayAsync(lease, "b@example.com", ConsentState.Withdrawn);
        Assert.DoesNotContain(await held.ListAsync(lease.Store, 0, 9, default), one => one.EmailKey == "b@example.com");
    }

    [Fact]
    public async Task Who_chose_or_was_stated_for_since_is_not_on_the_list_and_never_comes_back_by_another_way_out()
    {
        var lease = await storage.BeginAsync();
        await HoldAsync(lease, "a@example.com", "b@example.com", "c@example.com", "d@example.com");
        // The same state, read once more: it is held as before.
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Held("a@example.com")] });
        // By himself in the shop, and out again there.
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Held("b@example.com") with { EmailConsent = new(ConsentState.Granted, Example.Placed, ConsentSource.ShopRecord) }] });
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Held("b@example.com") with { EmailConsent = new(ConsentState.Withdrawn, Example.Placed, ConsentSource.ShopRecord) }] });
        // On the card, which was opted out again later on.
        await storage.CommitAsync(lease, new PageCommit { CardReadings = [Reading("c@example.com", ConsentState.Granted, isHeld: false)] });
        await storage.CommitAsync(lease, new PageCommit { CardReadings = [Reading("c@example.com", ConsentState.Withdrawn, isHeld: false)] });
        Assert.Equal(["a@example.com", "d@example.com"], (await held.ListAsync(lease.Store, 0, 9, default)).Select(one => one.EmailKey));

        // News of the other channel change nothing.
        await storage.CommitAsync(lease, new PageCommit { CardReadings = [Reading("d@example.com", ConsentState.Withdrawn, isHeld: false) with { IsEmailNews = false }] });
        Assert.Equal(new HeldCount(2, 2), await held.CountAsync(lease.Store, default));
        var edits = new SqlContactEdits(storage.Database);
        await edits.AddAsync(lease.Store.AccountId, null, "a@example.com", OptIn with { Channel = ConsentChannel.Sms }, "Ewa", default);
        await edits.AddAsync(lease.Store.AccountId, null, "a@example.com", new ContactEdit { Kind = ContactEditKind.Tags, AddTags = ["A"] }, "Ewa", default);
        Assert.Equal(new HeldCount(2, 2), await held.CountAsync(lease.Store, default));
        await edits.AddAsync(lease.Store.AccountId, null, "a@example.com", OptIn with { State = ConsentState.Withdrawn }, "Ewa", default);
        Assert.Equal(["d@example.com"], (await held.ListAsync(lease.Store, 0, 9, default)).Select(one => one.EmailKey));
        await storage.Stores.SetStateAsync(lease.Store, StoreState.Disconnected, null, default);
        Assert.Equal((0, false), await held.OverruleAsync(lease.Store, OptIn, null, Entry(lease), "Ewa", default));
    }

    private static AuditEntry Entry(StoreLease lease) => new() { AccountId = lease.Store.AccountId, Actor = "Ewa", Action = HeldPeople.Overruled, Subject = "sklep" };

    private async Task<IReadOnlyList<PendingEdit>> Edits(StoreLease lease) => await new SqlContactEdits(storage.Database).NextAsync(lease.Store, 10, default);

    private async Task<IReadOnlyList<KeptAuditEntry>> Log(StoreLease lease)
        => await new SqlAuditLog(storage.Database).ListAsync(lease.Store.AccountId, new AuditFilter("held."), null, 10, default);

    private static ContactWrite Held(string email) => Example.Contact(email) with { EmailConsent = new(ConsentState.Withdrawn, Example.Placed, ConsentSource.SalesmanagoCard) };

    private static CardReadingWrite Reading(string email, ConsentState state, bool isHeld)
        => new(email, new(state, Example.Placed, ConsentSource.SalesmanagoCard), Consent.None, null, state, ConsentState.NoStatement, true) { IsHeld = isHeld, IsEmailNews = true };

    // As the engine commits it: the card's reading with the ledger's lines of what is news.
    private async Task HoldAsync(StoreLease lease, ConsentState email, bool isEmailHeld, bool isSmsHeld, params string[] emails)
    {
        await storage.CommitAsync(lease, new PageCommit { Contacts = [.. emails.Select(one => Example.Contact(one) with { EmailConsent = Card(email) })] });
        await storage.CommitAsync(lease, new PageCommit
        {
            CardReadings = [.. emails.Select(one => new CardReadingWrite(one, Card(email), Card(ConsentState.Withdrawn), null, email, ConsentState.Withdrawn, true) { IsHeld = isEmailHeld, IsSmsHeld = isSmsHeld, IsEmailNews = isEmailHeld })],
            Consents =
            [
                .. emails.Where(_ => isEmailHeld).Select(one => new ConsentWrite(one, ConsentChannel.Email, ConsentState.Granted, Card(email))),
                .. emails.Where(_ => isSmsHeld).Select(one => new ConsentWrite(one, ConsentChannel.Sms, ConsentState.Granted, Card(ConsentState.Withdrawn))),
            ],
        });
    }

    private Task SayAsync(StoreLease lease, string email, ConsentState sms) => storage.CommitAsync(lease, new PageCommit
    {
        CardReadings = [new CardReadingWrite(email, Card(ConsentState.Granted), Card(sms), null, ConsentState.Granted, sms, true)],
        Consents = [new ConsentWrite(email, ConsentChannel.Sms, sms == ConsentState.Granted ? ConsentState.Withdrawn : ConsentState.Granted, Card(sms))],
    });

    private static Consent Card(ConsentState state) => new(state, Example.Placed, ConsentSource.SalesmanagoCard);

    private async Task HoldAsync(StoreLease lease, params string[] emails)
    {
        await storage.CommitAsync(lease, new PageCommit { Contacts = [.. emails.Select(email => Example.Contact(email))] });
        await storage.CommitAsync(lease, new PageCommit { CardReadings = [.. emails.Select(email => Reading(email, ConsentState.Withdrawn, isHeld: true))] });
    }
}
