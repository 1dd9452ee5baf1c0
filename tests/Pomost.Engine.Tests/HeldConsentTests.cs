using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: who is unsubscribed at SALESmanago is counted, listed and opted out in the shop when an export meets the shop's consent, and is opted in only
/// by one deliberate act that stands in the ledger and the audit log. Method: a simulated shop that says yes for everybody, cards of the hub that were
/// unsubscribed before.</summary>
public sealed class HeldConsentTests
{
    const int Everybody = 12;
    const int Unsubscribed = 5;
    static readonly ConsentEvidence Proof = new("Marta Zielińska", "ponowna zgoda w salonie", "teczka 17/2026");

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Who_unsubscribed_is_held_listed_and_opted_in_by_one_deliberate_act_alone(Dialect dialect)
    {
        await using var engine = await StartAsync(dialect);
        var dry = await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { DryRun = true });
        Assert.Equal((Everybody, Everybody, Unsubscribed), (dry.Read, dry.ToSend, dry.Held));
        Assert.Equal(Unsubscribed, (await engine.Get<IExportRuns>().PreviewRowsAsync(
            engine.Account.Id, dry.Id, PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago), 0, 100, default)).Count);
        var real = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((Everybody, Unsubscribed, 0), (real.Sent, real.Held, real.SkippedTotal));
        await SettleAsync(engine);
        Assert.Equal(Everybody - Unsubscribed, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(Enumerable.Range(0, Unsubscribed).Select(Email), await ListedAsync(engine));
        Assert.Equal(Enumerable.Repeat("0", Unsubscribed), Enumerable.Range(0, Unsubscribed).Select(number => ShopSays(engine, number)));
        Assert.All(await AllAsync(engine), person => Assert.True(person.OptedOutAt <= person.HeldAt));

        // Who opts in again by himself is none of the list's business.
        engine.Shop.ChangeCustomer(IdOf(engine, 0), customer => customer with { Meta = [RunningEngine.Newsletter("1")] });
        await SettleAsync(engine);
        Assert.Equal(Enumerable.Range(1, Unsubscribed - 1).Select(Email), await ListedAsync(engine));
        var lines = await engine.CountRowsAsync("consent_line");

        Assert.Equal((Unsubscribed - 1, null), await OverruleAsync(engine, Proof, Unsubscribed - 1));
        Assert.Empty(await ListedAsync(engine));
        Assert.Equal((0, EditProblem.NobodyHeld), await OverruleAsync(engine, Proof, null));
        await SettleAsync(engine);

        Assert.Equal(Everybody, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(Enumerable.Repeat("1", Everybody), Enumerable.Range(0, Everybody).Select(number => ShopSays(engine, number)));
        Assert.Equal(lines + Unsubscribed - 1, await engine.CountRowsAsync("consent_line"));
        foreach (var number in Enumerable.Range(1, Unsubscribed - 1))
        {
            var card = await engine.ContactAsync(Email(number));
            Assert.Equal((ConsentState.Granted, ConsentSource.Operator), (card.EmailConsent.State, card.EmailConsent.Source));
            Assert.Equal(Proof, card.Consents[0].Evidence);
            Assert.Contains(card.Traces, trace => trace.Code == ReasonCode.UnsubscribedAtSalesmanago);
        }

        var entry = Assert.Single(await engine.Get<IAuditLog>().ListAsync(engine.Account.Id, new AuditFilter("held."), null, 10, default)).Entry;
        Assert.Equal((HeldPeople.Overruled, "sklep-pod-lipa"), (entry.Action, entry.Subject));
        Assert.Equal(
            [new("people", null, "4"), new("reason", null, Proof.Reason), new AuditChange("document", null, Proof.Document)], entry.Changes);
        Assert.Equal(0, await engine.CountRowsAsync("contact", "held_at IS NOT NULL"));
        var again = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((Everybody, 0L, 0L), (again.Read, again.Sent, again.Held));
    }

    [Fact]
    public async Task Who_is_unsubscribed_from_text_messages_alone_is_listed_too()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        var destination = engine.Get<Connections>().DestinationOf((await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!);
        await new SalesmanagoClient().UpsertContactAsync(
            destination, new OutgoingContact { Email = Email(1), EmailConsent = ConsentState.Granted, SmsConsent = ConsentState.Withdrawn, Phone = "+48600100201" }, null, default);
        shop.Contacts.Put("1", new ShopContact
        {
            SourceId = "1",
            Email = Email(1),
            HasAccount = true,
            Phone = "+48600100201",
            EmailConsent = new Consent(ConsentState.Granted),
            SmsConsent = new Consent(ConsentState.Granted),
        });
        var run = await engine.ExportAsync(ExportKind.Contacts);
        await SettleAsync(engine);

        Assert.Equal(1, run.Held);
        var held = new List<HeldConsent>();
        await foreach (var one in engine.Get<HeldPeople>().AllAsync(engine.Store.Key, default))
            held.Add(one);
        var person = Assert.Single(held);
        Assert.Equal((Email(1), ConsentChannel.Sms), (person.Email, Assert.Single(person.Channels)));
        Assert.Equal(new HeldCount(1, 0), await engine.Get<IHeldConsents>().CountAsync(engine.Store.Key, default));
        Assert.Equal((0, EditProblem.NobodyHeld), await OverruleAsync(engine, Proof, null));
        var card = await engine.ContactAsync(Email(1));
        Assert.Equal((ConsentState.Granted, ConsentState.Withdrawn), (card.EmailConsent.State, card.SmsConsent.State));
    }

    [Fact]
    public async Task A_list_is_not_overruled_without_a_reason_with_somebody_named_or_when_it_is_another_list()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        await engine.ExportAsync(ExportKind.Contacts);
        await SettleAsync(engine);
        foreach (var (reason, document, expected, problem) in new (string?, string?, long?, EditProblem)[]
        {
            (null, null, null, EditProblem.ReasonMissing),
            ("  ", "teczka", Unsubscribed, EditProblem.ReasonMissing),
            ("napisała " + Email(2), null, Unsubscribed, EditProblem.NamesThePerson),
            ("zgoda", "list od Osoba2 Kowalska2", Unsubscribed, EditProblem.NamesThePerson),
            ("telefon 600 100 202", null, Unsubscribed, EditProblem.NamesThePerson),
            ("zgoda", null, Unsubscribed + 1, EditProblem.ListChanged),
            ("zgoda", null, Unsubscribed - 1, EditProblem.ListChanged),
        })
        {
            Assert.Equal((Unsubscribed, problem), await OverruleAsync(engine, new ConsentEvidence("Marta", reason, document), expected));
        }

        // A first name alone is everybody's.
        Assert.Equal(0, await engine.CountRowsAsync("contact_edit"));
        Assert.Empty(await engine.Get<IAuditLog>().ListAsync(engine.Account.Id, new AuditFilter("held."), null, 10, default));
        Assert.Equal(Unsubscribed, (await ListedAsync(engine)).Count);
        Assert.Equal((Unsubscribed, null), await OverruleAsync(engine, new ConsentEvidence("Marta", "rozmawiała Osoba2", null), Unsubscribed));
    }

    [Fact]
    public async Task Who_unsubscribes_before_the_act_is_carried_out_stays_unsubscribed()
    {
        await using var engine = await StartAsync(Dialect.Sqlite);
        await engine.ExportAsync(ExportKind.Contacts);
        await SettleAsync(engine);
        Assert.Equal((Unsubscribed, null), await OverruleAsync(engine, Proof, Unsubscribed));
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var runs = engine.Get<IStoreRuns>();
        var card = await engine.ContactAsync(Email(3));
        await runs.CommitAsync((await runs.BeginAsync(engine.Store.Key, default))!, new PageCommit
        {
            Contacts =
            [
                new ContactWrite
                {
                    EmailKey = Email(3), Contact = card.Contact, EmailConsent = new Consent(ConsentState.Withdrawn, engine.Clock.GetUtcNow(), ConsentSource.AccountPage),
                    SmsConsent = card.SmsConsent, WantedHash = "00000000000000000000000000000000-10", Outcome = RecordOutcome.Sent, Code = ReasonCode.SharingEveryone,
                },
            ],
        }, default);
        await SettleAsync(engine);
        Assert.Equal(Everybody - 1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal((ConsentState.Withdrawn, ConsentSource.AccountPage), ((await engine.ContactAsync(Email(3))).EmailConsent.State, (await engine.ContactAsync(Email(3))).EmailConsent.Source));
        Assert.Empty(await ListedAsync(engine));
        Assert.Equal(0, await engine.CountRowsAsync("contact_edit"));
    }

    static async Task<RunningEngine> StartAsync(Dialect dialect)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var client = new SalesmanagoClient();
        var destination = engine.Get<Connections>().DestinationOf((await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!);
        foreach (var number in Enumerable.Range(0, Everybody))
        {
            engine.Shop.Register(new WooCustomer
            {
                Email = Email(number),
                FirstName = $"Osoba{number}",
                LastName = $"Kowalska{number}",
                Meta = [RunningEngine.Newsletter("1")],
                Billing = new WooAddress { Email = Email(number), Phone = $"600 100 2{number:00}" },
            });
            if (number < Unsubscribed)
                await client.UpsertContactAsync(destination, new OutgoingContact { Email = Email(number), EmailConsent = ConsentState.Withdrawn }, null, default);
        }

        return engine;
    }

    static async Task SettleAsync(RunningEngine engine)
    {
        for (var round = 0; round < 6; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(5));
    }

    static async Task<(long People, EditProblem? Problem)> OverruleAsync(RunningEngine engine, ConsentEvidence evidence, long? expected)
    {
        var audit = new AuditEntry { AccountId = engine.Account.Id, Actor = evidence.Actor, Action = HeldPeople.Overruled, Subject = engine.Store.Slug };
        var (people, refusal) = await engine.Get<HeldPeople>().OverruleAsync(engine.Store.Key, evidence, expected, audit, default);
        return (people, refusal?.Problem);
    }

    static async Task<List<HeldConsent>> AllAsync(RunningEngine engine)
    {
        var people = new List<HeldConsent>();
        await foreach (var person in engine.Get<HeldPeople>().AllAsync(engine.Store.Key, default))
            people.Add(person);
        Assert.Equal(new HeldCount(people.Count, people.Count), await engine.Get<IHeldConsents>().CountAsync(engine.Store.Key, default));
        Assert.All(people, person => Assert.Equal([ConsentChannel.Email], person.Channels));
        return people;
    }

    static async Task<List<string>> ListedAsync(RunningEngine engine) => [.. (await AllAsync(engine)).Select(person => person.Email).Order(StringComparer.Ordinal)];

    static string Email(int number) => $"osoba{number:00}@poczta.example";

    static int IdOf(RunningEngine engine, int number) => engine.Shop.CustomerIds().Single(id => engine.Shop.Customer(id)!.Email == Email(number));

    static string? ShopSays(RunningEngine engine, int number) => engine.Shop.Customer(IdOf(engine, number))!.Meta
        .Where(meta => meta.Key == PolishShopSeed.NewsletterKey).Select(meta => meta.Value.ToString()).FirstOrDefault();
}
