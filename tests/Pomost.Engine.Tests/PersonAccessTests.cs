using System.Text.Json;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: who asks what is held about them gets all of it, and a proof of consents that shows when it was tampered with.
/// Method: a person put wherever a person can be; every table of the database is searched.</summary>
public sealed class PersonAccessTests
{
    const string Anna = "anna@poczta.example";

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Every_table_that_names_the_person_is_in_the_document_and_so_is_the_card(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, ReceivesWebhooks = true });
        await engine.WorkAsync();
        var person = engine.Shop.Register(new WooCustomer { Email = Anna, LastName = "Wyjątkowska", Meta = [RunningEngine.Newsletter("1")] });
        engine.PlaceOrder(Anna, person.Id);
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.Shop.SetCustomerMeta(person.Id, PolishShopSeed.NewsletterKey, "0");
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));

        var silent = (await AccessAsync(engine))!;
        Assert.NotNull(silent["destinations"]![0]!["notAnswered"]);
        engine.Hub.Trouble = null;
        var held = (await AccessAsync(engine))!;
        Assert.Contains(Anna, held["destinations"]![0]!["cards"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, held["held"]!["consents"]!.AsArray().Count);
        Assert.Equal("2026", held["gatheredAt"]!.GetValue<string>()[..4]);

        var shown = (await engine.Get<IPersonData>().ReadAsync(engine.Account.Id, Anna, default)).Select(part => part.Table).ToHashSet(StringComparer.Ordinal);
        var tables = (await engine.TablesWithAsync(Anna)).Where(table => !table.StartsWith("hub_", StringComparison.Ordinal)).ToList();
        Assert.True(tables.Count >= 5, string.Join(", ", tables));
        Assert.Empty(tables.Except(shown));
        Assert.Empty(await engine.Get<IPersonData>().ReadAsync(engine.Account.Id + 1, Anna, default));
    }

    [Fact]
    public async Task Nothing_is_held_of_a_stranger()
    {
        await using var engine = await RunningEngine.StartAsync();
        Assert.Null(await AccessAsync(engine));
        Assert.Null(await ProofAsync(engine));
    }

    [Fact]
    public async Task A_proof_tells_every_statement_in_order_and_shows_a_line_changed_or_left_out()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await engine.WorkAsync();
        var person = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        foreach (var state in new[] { null, "0", "1" })
        {
            if (state is not null)
                engine.Shop.SetCustomerMeta(person.Id, PolishShopSeed.NewsletterKey, state);
            await engine.Simulator.Webhooks.DeliverDueAsync();
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        }

        var proof = (await ProofAsync(engine))!;
        Assert.Equal([ConsentState.Granted, ConsentState.Withdrawn, ConsentState.Granted], proof.Lines.Select(line => line.State));
        Assert.Null(ConsentProofs.FirstChanged(proof));
        var changed = proof.Lines.ToList();
        changed[1] = changed[1] with { State = ConsentState.Granted };
        Assert.Equal(2, ConsentProofs.FirstChanged(proof with { Lines = changed }));
        Assert.Equal(2, ConsentProofs.FirstChanged(proof with { Lines = [proof.Lines[0], proof.Lines[2]] }));
        using var document = JsonDocument.Parse(proof.ToJson());
        Assert.Equal("Withdrawn", document.RootElement.GetProperty("lines")[1].GetProperty("state").GetString());
    }

    static Task<System.Text.Json.Nodes.JsonObject?> AccessAsync(RunningEngine engine) => engine.Get<PersonAccess>().ExportAsync(engine.Account.Id, Address(), default);

    static Task<ConsentProof?> ProofAsync(RunningEngine engine) => engine.Get<ConsentProofs>().OfAsync(engine.Account.Id, Address(), default);

    static EmailAddress Address() => EmailAddress.TryParse(Anna, out var address, out _) ? address : throw new InvalidOperationException();
}
