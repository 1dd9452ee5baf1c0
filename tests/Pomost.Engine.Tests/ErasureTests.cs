using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: who asks to be forgotten is found nowhere afterwards and does not come back. Method: the whole database is searched, and imports are run again.</summary>
public sealed class ErasureTests
{
    const string Anna = "anna.zapomniana@poczta.example";
    const string Name = "Zapominalska";
    const string Phone = "600700800";

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.PostgreSql];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Nothing_of_an_erased_person_is_left_in_any_table_and_no_import_brings_them_back(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, ReceivesWebhooks = true });
        await engine.WorkAsync();
        var person = engine.Shop.Register(new WooCustomer
        {
            Email = Anna,
            FirstName = "Anna",
            LastName = Name,
            Meta = [RunningEngine.Newsletter("1")],
            Billing = new WooAddress { Email = Anna, LastName = Name, Phone = Phone, City = "Gdynia", Country = "PL" },
        });
        engine.PlaceOrder(Anna, person.Id);
        var other = engine.Shop.Register(new WooCustomer { Email = "jan@poczta.example", Meta = [RunningEngine.Newsletter("1")] });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull(await engine.CardAsync(Anna));
        Assert.NotEmpty(await engine.TablesWithAsync(Anna));
        var lines = await engine.CountRowsAsync("consent_line");

        var erasure = engine.Get<Erasure>();
        var certificate = await erasure.EraseAsync(engine.Account.Id, Address(Anna), "Ewa", default);
        Assert.Equal((1, 1, 1L, 1L), (certificate.Number, certificate.DestinationsLeft, certificate.Removed["contacts"], certificate.Removed["orders"]));
        await engine.WorkAsync();
        Assert.Equal(0, (await erasure.FindAsync(engine.Account.Id, 1, default))!.DestinationsLeft);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(0, await engine.CountRowsAsync("erasure_task"));
        Assert.Null(await engine.CardAsync(Anna));
        foreach (var text in new[] { Anna, Name, Phone })
            Assert.Empty(await engine.TablesWithAsync(text));
        Assert.Equal(lines, await engine.CountRowsAsync("consent_line"));

        engine.Shop.ChangeCustomer(person.Id, customer => customer with { FirstName = "Hanna" });
        engine.PlaceOrder(Anna, person.Id);
        engine.Shop.ChangeCustomer(other.Id, customer => customer with { FirstName = "Jan" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var orders = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal((1L, 2L), (contacts.Skipped[ReasonCode.Erased], orders.Skipped[ReasonCode.Erased]));
        foreach (var text in new[] { Anna, Name, Phone })
            Assert.Empty(await engine.TablesWithAsync(text));
        Assert.Null(await engine.CardAsync(Anna));
        Assert.NotNull(await engine.CardAsync("jan@poczta.example"));

        Assert.True(await erasure.LiftAsync(engine.Account.Id, Address(Anna), default));
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.NotNull(await engine.CardAsync(Anna));
    }

    [Fact]
    public async Task The_file_itself_forgets_too()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna, LastName = Name, Meta = [RunningEngine.Newsletter("1")] });
        for (var number = 0; number < 40; number++)
            engine.Shop.Register(new WooCustomer { Email = $"ktos{number}@poczta.example", LastName = "Ktoś" });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.True(await engine.FileHoldsAsync(Anna));
        await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address(Anna), null, default);
        await engine.WorkAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(11));
        Assert.False(await engine.FileHoldsAsync(Anna));
        Assert.False(await engine.FileHoldsAsync(Name));
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_is_asked_until_it_does()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == "delete" ? HubDoor.AnswerAsync(context, 503) : next();
        var certificate = await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address(Anna), null, default);
        await engine.WorkAsync();
        Assert.NotNull((await engine.Get<Erasure>().FindAsync(engine.Account.Id, certificate.Number, default))!.Problem);
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Null(await engine.CardAsync(Anna));
        Assert.Equal(0, (await engine.Get<Erasure>().FindAsync(engine.Account.Id, certificate.Number, default))!.DestinationsLeft);
    }

    static EmailAddress Address(string email) => EmailAddress.TryParse(email, out var address, out _) ? address : throw new ArgumentException("Not an address.", nameof(email));
}
