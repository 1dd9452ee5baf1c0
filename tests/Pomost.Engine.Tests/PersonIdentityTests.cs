using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a person is found, shown and erased by the whole address alone.
/// Method: people whose addresses hold one another stand in an uploaded file, in rejected rows, in a preview and in a job file;
/// each has a family name of their own, which is searched for in everything.</summary>
public sealed class PersonIdentityTests
{
    /// <summary>As written in the shop, the key, and the family name.</summary>
    static readonly (string Written, string Key, string Name)[] People =
    [
        ("Anna@X.pl", "anna@x.pl", "Pierwszoanna"),
        ("joanna@x.pl", "joanna@x.pl", "Drugojoanna"),
        ("a_na@x.pl", "a_na@x.pl", "Trzeciopodkreslna"),
        ("%@x.pl", "%@x.pl", "Czwartoprocentna"),
        ("anna@x.pl.example", "anna@x.pl.example", "Piatodluga"),
        ("anna+sklep@x.pl", "anna+sklep@x.pl", "Szostoplusowa"),
        ("anna@xxpl.example", "anna@xxpl.example", "Siodmobezkropna"),
        ("ŻANETA@ŁĄKA.example", "żaneta@łąka.example", "Osmodiakrytyczna"),
        ("na@x.pl", "na@x.pl", "Dziewiatokrotka"),
    ];

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Each_of_nine_look_alikes_is_shown_and_erased_alone(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await PutEverywhereAsync(engine);
        var access = engine.Get<PersonAccess>();
        foreach (var person in People)
        {
            var document = (await access.ExportAsync(engine.Account.Id, Address(person.Key), default))!.ToJsonString(Readable);
            Assert.Equal([person.Name], People.Select(one => one.Name).Where(name => document.Contains(name, StringComparison.Ordinal)));
            foreach (var part in new[] { "linesOfFiles", "rejectedRows", "previews" })
                Assert.Contains($"\"{part}\"", document, StringComparison.Ordinal);
        }

        for (var erased = 0; erased < People.Length; erased++)
        {
            var before = await CountsAsync(engine);
            var certificate = await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address(People[erased].Key), "Ewa", default);
            var removed = certificate.Removed;
            Assert.Equal((1L, 1L, 1L), (removed["linesOfFiles"], removed["jobFiles"], removed["rejectedRows"]));
            Assert.True(removed["previews"] > 0);
            await engine.WorkAsync();
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(11));
            var after = await CountsAsync(engine);
            Assert.Equal(0, after[erased]);
            for (var other = erased + 1; other < People.Length; other++)
                Assert.Equal((People[other].Name, before[other]), (People[other].Name, after[other]));
            if (dialect == Dialect.Sqlite)
                Assert.False(await engine.FileHoldsAsync(People[erased].Name));
        }
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Every_address_of_a_line_leads_to_it_whatever_stands_around_it(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await StoreAsync(engine, """
            nazwisko;email;polecil
            Pierwszy;pierwszy@x.pl;drugi@x.pl
            Trzeci;"Trzeci Ktoś <trzeci@x.pl>";
            Czwarty;"czwarty@x.pl; piaty@x.pl/szosty@x.pl";
            Siodmy;'=siodmy@x.pl;mailto:osmy@x.pl?subject=x
            Nikt;bez adresu;
            """);
        foreach (var (key, name) in new[]
        {
            ("pierwszy@x.pl", "Pierwszy"), ("drugi@x.pl", "Pierwszy"), ("trzeci@x.pl", "Trzeci"), ("czwarty@x.pl", "Czwarty"),
            ("piaty@x.pl", "Czwarty"), ("szosty@x.pl", "Czwarty"), ("osmy@x.pl", "Siodmy"),
        })
        {
            var held = Assert.Single(await engine.Get<IPersonData>().ReadAsync(engine.Account.Id, key, default));
            Assert.Equal("subscriber_line", held.Table);
            Assert.Contains(name, (string)Assert.Single(held.Rows)["cells"]!, StringComparison.Ordinal);
        }

        Assert.Empty(await engine.Get<IPersonData>().ReadAsync(engine.Account.Id, "pierwszy@x.p", default));
        var certificate = await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address("piaty@x.pl"), null, default);
        Assert.Equal(1, certificate.Removed["linesOfFiles"]);
        Assert.Equal(4, await engine.CountRowsAsync("subscriber_line"));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Rows_stored_by_an_earlier_version_are_found_too(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await PutEverywhereAsync(engine);
        string[] tables = ["subscriber_line", "export_reject", "export_preview_row"];
        foreach (var table in tables)
            await engine.ExecuteAsync($"UPDATE {table} SET email_key = NULL");
        var held = await engine.Get<IPersonData>().ReadAsync(engine.Account.Id, "żaneta@łąka.example", default);
        Assert.Superset(tables.ToHashSet(), held.Select(part => part.Table).ToHashSet());
        var certificate = await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address("a_na@x.pl"), null, default);
        Assert.Equal((1L, 1L), (certificate.Removed["linesOfFiles"], certificate.Removed["rejectedRows"]));
        Assert.DoesNotContain("subscriber_line", await engine.TablesWithAsync("Trzeciopodkreslna"));
        Assert.Contains("subscriber_line", await engine.TablesWithAsync("Pierwszoanna"));
    }

    [Fact]
    public async Task What_expires_goes_by_age_although_nothing_new_of_its_kind_comes()
    {
        await using var engine = await RunningEngine.StartAsync();
        await PutEverywhereAsync(engine);
        Assert.Equal(1, await engine.CountRowsAsync("hub_job"));
        await CleanAsync(engine);
        Assert.Equal((1, 1), (await engine.CountRowsAsync("hub_job"), await engine.CountRowsAsync("subscriber_file")));
        engine.Clock.Advance(TimeSpan.FromHours(25));
        await CleanAsync(engine);
        foreach (var table in new[] { "hub_job", "subscriber_file", "subscriber_line", "export_preview_row" })
            Assert.Equal((table, 0), (table, await engine.CountRowsAsync(table)));
    }

    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static async Task PutEverywhereAsync(RunningEngine engine)
    {
        foreach (var (written, _, name) in People)
        {
            // The minus makes the order one that is rejected, and the newsletter field makes the account one that a dry run lists.
            engine.Shop.PlaceOrder(new WooOrder
            {
                Status = "completed",
                PaidAt = engine.Shop.Now,
                Billing = new WooAddress { Email = written, LastName = name },
                Lines = [new WooOrderLine { Name = "Miód", Sku = "M1", Quantity = 1, Total = -10m }],
            });
            engine.Shop.Register(new WooCustomer { Email = written, LastName = name, Meta = [RunningEngine.Newsletter("1")] });
        }

        await engine.ExportAsync(ExportKind.Transactions);
        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { DryRun = true });
        await StoreAsync(engine, "email,nazwisko\n" + string.Join('\n', People.Select(person => $"{person.Written},{person.Name}")));
        var client = (SalesmanagoClient)engine.Get<IDestination>();
        var destination = await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default);
        var to = engine.Get<Connections>().DestinationOf(destination!);
        await client.QueueContactsAsync(
            to, [.. People.Select(person => new OutgoingContact { Email = person.Written, Name = person.Name, Tags = [] })], default);
    }

    static async Task<List<long>> CountsAsync(RunningEngine engine)
    {
        var counts = new List<long>();
        foreach (var (_, _, name) in People)
            counts.Add(await engine.CountOccurrencesAsync(name));
        return counts;
    }

    static async Task StoreAsync(RunningEngine engine, string text)
    {
        await using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await engine.Get<SubscriberImport>().StoreAsync(engine.Store.Key, "lista.csv", stream, "Ewa", default);
    }

    static Task CleanAsync(RunningEngine engine)
        => engine.Get<IEnumerable<IHousekeeping>>().Single(work => work.Name == "retention").RunAsync(default);

    static EmailAddress Address(string email)
        => EmailAddress.TryParse(email, out var address, out _) ? address : throw new ArgumentException("Not an address.", nameof(email));
}
