using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ContactEditTestsOnSqlite(SqliteFixture storage) : ContactEditTests(storage), IClassFixture<SqliteFixture>;

public sealed class ContactEditTestsOnPostgreSql(PostgreSqlFixture storage) : ContactEditTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class ContactEditTests(StorageFixture storage)
{
    private readonly SqlContactEdits edits = new(storage.Database);

    [Fact]
    public async Task A_change_waits_for_every_connected_store_that_knows_the_person_and_wakes_it()
    {
        var first = await storage.BeginAsync();
        var account = first.Store.AccountId;
        var destination = (await storage.Stores.ListAsync(account, default))[0].DestinationId;
        var (second, third) = (await AddStoreAsync(account, destination), await AddStoreAsync(account, destination));
        foreach (var lease in new[] { first, second, third })
            await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")] });
        await storage.Stores.SetStateAsync(third.Store, StoreState.Disconnected, null, default);
        var stranger = await storage.BeginAsync();
        await storage.CommitAsync(stranger, new PageCommit { Contacts = [Example.Contact("a@example.com")] });

        var edit = new ContactEdit
        {
            Kind = ContactEditKind.Consent,
            Channel = ConsentChannel.Sms,
            State = ConsentState.Withdrawn,
            Reason = "telefon",
            Document = "zgłoszenie 7",
            AddTags = ["A"],
        };
        Assert.Equal([first.Store, second.Store], await edits.AddAsync(account, null, "a@example.com", edit, "Ewa", default));
        var pending = Assert.Single(await edits.NextAsync(first.Store, 10, default));
        Assert.Equivalent(edit, pending.Edit, strict: true);
        Assert.Equal(("Ewa", storage.Clock.GetUtcNow(), "Łucja"), (pending.Actor, pending.MadeAt, pending.Contact!.FirstName));
        Assert.Equal(2, (await edits.PendingAsync(account, "a@example.com", default)).Count);
        Assert.Empty(await edits.NextAsync(stranger.Store, 10, default));
        Assert.Contains(first.Store, (await storage.Runs.DueAsync(0, 1, 100, default)).Where(due => due.Woken).Select(due => due.Store));

        await storage.CommitAsync(first, new PageCommit { EditsDone = [pending.Id] });
        Assert.Equal(second.Store, Assert.Single(await edits.PendingAsync(account, "a@example.com", default)).Store);
        var row = (await storage.Views.FindByEmailAsync(account, "a@example.com", default)).Single(row => row.Store == first.Store);
        var card = (await storage.Views.ContactAsync(account, row.Id, default))!;
        Assert.Equal(second.Store, Assert.Single(card.Pending).Store);
        Assert.Equal([second.Store, third.Store], card.Elsewhere.Select(other => other.Store));
    }

    [Fact]
    public async Task One_store_alone_is_told_when_only_that_is_asked_and_nobody_when_the_person_is_unknown()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit { Contacts = [Example.Contact("a@example.com")] });
        var resend = new ContactEdit { Kind = ContactEditKind.Resend };
        Assert.Empty(await edits.AddAsync(lease.Store.AccountId, lease.Store.StoreId + 1, "a@example.com", resend, "Ewa", default));
        Assert.Empty(await edits.AddAsync(lease.Store.AccountId, null, "b@example.com", resend, "Ewa", default));
        Assert.Equal([lease.Store], await edits.AddAsync(lease.Store.AccountId, lease.Store.StoreId, "a@example.com", resend, "Ewa", default));
    }

    [Fact]
    public async Task The_ledger_keeps_who_stated_a_consent_why_and_by_what_document()
    {
        var lease = await storage.BeginAsync();
        var consent = new Consent(ConsentState.Withdrawn, Example.Placed, ConsentSource.Operator);
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com")],
            Consents =
            [
                new ConsentWrite("a@example.com", ConsentChannel.Email, ConsentState.Granted, consent) { Evidence = new("Ewa", "telefon", "zgłoszenie 7") },
                new ConsentWrite("a@example.com", ConsentChannel.Sms, ConsentState.Granted, consent),
            ],
        });
        var row = (await storage.Views.FindByEmailAsync(lease.Store.AccountId, "a@example.com", default))[0];
        var lines = (await storage.Views.ContactAsync(lease.Store.AccountId, row.Id, default))!.Consents;
        Assert.Equal([null, new ConsentEvidence("Ewa", "telefon", "zgłoszenie 7")], lines.Select(line => line.Evidence));
    }

    [Fact]
    public async Task A_card_shows_the_persons_carts_with_their_stories()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, new PageCommit
        {
            Contacts = [Example.Contact("a@example.com")],
            Carts =
            [
                new CartWrite
                {
                    Cart = new ShopCart { SourceId = "k1", Email = "a@example.com", ModifiedAt = Example.Placed, Currency = "PLN", Total = 12m }, EmailKey = "a@example.com",
                    State = CartState.Abandoned, Code = ReasonCode.CartAbandoned,
                },
            ],
            Traces = [new TraceWrite(ShopStream.Carts, "k1", "a@example.com", RecordOutcome.Queued, ReasonCode.CartAbandoned, [], null)],
        });
        var row = (await storage.Views.FindByEmailAsync(lease.Store.AccountId, "a@example.com", default))[0];
        var card = (await storage.Views.ContactAsync(lease.Store.AccountId, row.Id, default))!;
        Assert.Equal(("k1", CartState.Abandoned, 12m), (card.Carts[0].Cart.SourceId, card.Carts[0].State, card.Carts[0].Cart.Total));
        Assert.Equal(ReasonCode.CartAbandoned, Assert.Single(card.Traces).Code);
    }

    private async Task<StoreLease> AddStoreAsync(long account, long destination)
        => await storage.BeginAsync((await storage.Stores.AddAsync(Example.Store(account, destination), default)).Key);
}
