using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: one record for which Pomost fails in a way nobody foresaw stops nothing else, and is shown. Method: the client of the destination, or a scripted
/// shop, throws what no connector throws, for that record alone.</summary>
public sealed class PoisonTests
{
    static readonly ShopSeedOptions Small = new() { Customers = 40, Guests = 0, Orders = 30, Products = 5 };

    readonly Faults _faults = new();
    readonly ScriptedShop _shop = new();

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_contact_that_makes_its_package_fail_becomes_a_dead_letter_and_all_others_arrive(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Small, Destination = _faults });
        var poison = engine.Shop.Customer(engine.Shop.CustomerIds().Order().ElementAt(17))!.Email;
        _faults.Before = (_, given) => given.OfType<IReadOnlyList<OutgoingContact>>().Any(sent => sent.Any(contact => Is(contact.Email, poison))) ? new FormatException() : null;

        var run = await engine.ExportAsync(ExportKind.Contacts);

        Assert.Equal((ExportState.DoneWithRejects, 39L, 1L), (run.State, run.Sent, run.Rejected));
        var dead = Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));
        Assert.Equal(EmailAddress.KeyOf(poison), dead.EmailKey);
        Assert.Contains(nameof(FormatException), dead.Reason, StringComparison.Ordinal);

        // Mended: the letter can be sent again.
        _faults.Before = null;
        await engine.Get<Replay>().AllAsync(engine.Account.Id, null, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull(await engine.CardAsync(poison));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_purchase_that_makes_its_package_fail_becomes_a_dead_letter_and_no_other_is_doubled(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = Small, Destination = _faults });
        var poison = $"{engine.PaidOrders().ElementAt(7).Id}";
        _faults.Before = (_, given) => given.OfType<IReadOnlyList<OutgoingEvent>>().Any(sent => sent.Any(one => one.ExternalId == poison)) ? new InvalidOperationException() : null;

        var run = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((ExportState.DoneWithRejects, 1L), (run.State, run.Rejected));
        Assert.Equal(Expected(engine).Except([poison]), (await engine.PurchasesAsync()).Order());
    }

    [Fact]
    public async Task Purchases_that_were_taken_by_a_call_whose_answer_made_it_fail_are_asked_for_and_not_doubled()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small, Destination = _faults });
        var poison = $"{engine.PaidOrders().ElementAt(7).Id}";
        _faults.After = (_, given) => given.OfType<IReadOnlyList<OutgoingEvent>>().Any(sent => sent.Any(one => one.ExternalId == poison)) ? new InvalidOperationException() : null;

        var run = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal((ExportState.Done, 0L), (run.State, run.Rejected));
        Assert.Equal(Expected(engine), (await engine.PurchasesAsync()).Order());
    }

    [Fact]
    public async Task When_every_record_fails_none_is_given_up_and_all_arrive_once_it_is_mended()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small, Destination = _faults });
        _faults.Before = (_, given) => given.OfType<IReadOnlyList<OutgoingEvent>>().Any() ? new InvalidOperationException() : null;
        var run = await engine.StartExportAsync(ExportKind.Transactions);
        for (var round = 0; round < 10; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        var calls = _faults.Calls.Count(call => call == nameof(IDestination.AddEventsAsync));
        Assert.InRange(calls, 1, 10 * 12);
        Assert.Empty(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));

        _faults.Before = null;
        Assert.Equal(ExportState.Done, (await engine.FinishAsync(run)).State);
        Assert.Equal(Expected(engine), (await engine.PurchasesAsync()).Order());
    }

    [Fact]
    public async Task A_live_purchase_that_fails_alone_is_given_up_after_some_tries_and_later_ones_arrive()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Destination = _faults });
        await engine.WorkAsync();
        var poison = $"{engine.PlaceOrder("zla@poczta.example").Id}";
        _faults.Before = (_, given) => given.OfType<IReadOnlyList<OutgoingEvent>>().Any(sent => sent.Any(one => one.ExternalId == poison)) ? new InvalidOperationException() : null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));

        var later = engine.PlaceOrder("dobra@poczta.example");
        for (var round = 0; round < Poison.MostTries; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));

        Assert.Equal([$"{later.Id}"], await engine.PurchasesAsync());
        Assert.Equal(poison, Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default)).SourceId);
        Assert.NotNull(await engine.CardAsync("zla@poczta.example"));
    }

    [Fact]
    public async Task A_product_that_makes_its_package_fail_is_refused_and_all_others_arrive()
    {
        await using var engine = await RunningEngine.StartAsync(
            new EngineSetup { Seed = Small, Products = _faults, Options = new StoreOptions { SendsProducts = true } });
        string? poison = null;
        _faults.Before = (_, given) => given.OfType<IReadOnlyList<CatalogueProduct>>().SingleOrDefault() is { } sent
            && sent.Any(one => one.Id == (poison ??= sent[2].Id)) ? new FormatException() : null;
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        var refused = Assert.Single(await engine.Get<IProducts>().RefusedAsync(engine.Store.Key, 10, default));
        Assert.Equal(poison, refused.ProductId);
        var numbers = await engine.Get<IProducts>().CountAsync(engine.Store.Key, default);
        Assert.Equal((numbers.Known - 1, 0L), ((await engine.CatalogueAsync()).Count, numbers.Waiting));
    }

    [Fact]
    public async Task A_consent_that_cannot_be_written_for_an_unforeseen_reason_is_given_up_and_all_others_are_written()
    {
        await using var engine = await SubscribedAsync("anna@poczta.example", "ola@poczta.example");
        _shop.OnConsentToWrite = change => Throw<InvalidOperationException>(change.SourceId == "1");
        foreach (var email in (string[])["anna@poczta.example", "ola@poczta.example"])
            await OptOutAtSalesmanagoAsync(engine, email);
        for (var round = 0; round < Poison.MostTries + 2; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(ConsentState.Withdrawn, _shop.Contacts.Of(["2"])[0].EmailConsent?.State);
        var dead = Assert.Single(await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default));
        Assert.Equal((DeadLetterKind.WriteBack, "anna@poczta.example"), (dead.Kind, dead.EmailKey));
        Assert.Contains(nameof(InvalidOperationException), dead.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_announced_order_that_cannot_be_read_for_an_unforeseen_reason_is_given_up_and_others_arrive()
    {
        await using var engine = await SubscribedAsync("anna@poczta.example");
        _shop.OnOrdersById = ids => Throw<FormatException>(ids.Contains("7"));
        var orders = (string[])["7", "8"];
        await engine.Get<IInbox>().AddAsync(
            engine.Store.Key, InboxSource.Webhook, [.. orders.Select(id => new AnnouncedChange(ShopStream.Orders, ChangeKind.Changed, id))], default);
        foreach (var id in orders)
            _shop.Orders.Put(id, Order(engine, id));
        // Only the announcements may bring them.
        _shop.OrderTrouble = new RetryLaterException("The shop answered 500.");
        for (var round = 0; round < 12; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(["8"], await engine.PurchasesAsync());
        Assert.Equal(0, await engine.CountRowsAsync("inbox"));
        var trace = Assert.Single(await engine.Views.TracesAsync(engine.Store.Key, ShopStream.Orders, "7", 10, default));
        Assert.Equal((RecordOutcome.Rejected, ReasonCode.Unreadable), (trace.Outcome, trace.Code));
    }

    [Fact]
    public async Task A_record_of_a_page_that_cannot_be_decided_for_an_unforeseen_reason_is_rejected_and_all_others_arrive()
    {
        await using var engine = await SubscribedAsync("anna@poczta.example");
        foreach (var id in (string[])["7", "8", "9"])
            _shop.Orders.Put(id, Order(engine, id) with { Lines = id == "8" ? null! : [] });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(["7", "9"], (await engine.PurchasesAsync()).Order());
        var trace = Assert.Single(await engine.Views.TracesAsync(engine.Store.Key, ShopStream.Orders, "8", 10, default));
        Assert.Equal(RecordOutcome.Rejected, trace.Outcome);
    }

    [Fact]
    public async Task A_card_that_cannot_be_read_for_an_unforeseen_reason_waits_alone_and_its_opt_out_is_not_lost()
    {
        string[] emails = ["anna@poczta.example", "ola@poczta.example", "ewa@poczta.example"];
        await using var engine = await SubscribedAsync(emails);
        foreach (var email in emails)
            await OptOutAtSalesmanagoAsync(engine, email);
        _faults.Before = (call, given) => call == nameof(IDestination.ReadContactsAsync)
            && given.OfType<IEnumerable<string>>().Any(asked => asked.Contains(emails[0])) ? new FormatException() : null;
        for (var round = 0; round < 12; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(
            [ConsentState.Granted, ConsentState.Withdrawn, ConsentState.Withdrawn], _shop.Contacts.Of(["1", "2", "3"]).Select(contact => contact.EmailConsent?.State));

        _faults.Before = null;
        for (var round = 0; round < 2; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(ConsentState.Withdrawn, _shop.Contacts.Of(["1"])[0].EmailConsent?.State);
    }

    [Fact]
    public async Task A_stream_that_fails_for_an_unforeseen_reason_waits_alone_and_is_shown()
    {
        await using var engine = await SubscribedAsync("anna@poczta.example");
        _shop.OrderTrouble = new FormatException();
        await OptOutAtSalesmanagoAsync(engine, "anna@poczta.example");
        _shop.Contacts.Put("2", Person("2", "ola@poczta.example"));
        for (var round = 0; round < 5; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(ConsentState.Withdrawn, _shop.Contacts.Of(["1"])[0].EmailConsent?.State);
        Assert.NotNull(await engine.CardAsync("ola@poczta.example"));
        Assert.Equal(WaitReason.PartFails, (await engine.Get<IStorePaces>().WaitingAsync(engine.Account.Id, default))[engine.Store.Key].Reason);
    }

    static IEnumerable<string> Expected(RunningEngine engine) => engine.PaidOrders().Select(order => $"{order.Id}").Order();

    static bool Is(string one, string other) => EmailAddress.KeyOf(one) == EmailAddress.KeyOf(other);

    static void Throw<T>(bool isPoison)
        where T : Exception, new()
    {
        if (isPoison)
            throw new T();
    }

    static ShopContact Person(string id, string email) => new()
    {
        SourceId = id,
        Email = email,
        HasAccount = true,
        FirstName = "Anna",
        EmailConsent = new Consent(ConsentState.Granted),
    };

    static ShopOrder Order(RunningEngine engine, string id) => new()
    {
        SourceId = id,
        Number = id,
        PlacedAt = engine.Clock.GetUtcNow(),
        Status = "completed",
        Stage = OrderStage.ConfirmedAndPaid,
        Currency = "PLN",
        Total = 10m,
        Buyer = Person("1", "anna@poczta.example"),
    };

    async Task<RunningEngine> SubscribedAsync(params string[] emails)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop, Destination = _faults });
        await engine.WorkAsync();
        for (var index = 0; index < emails.Length; index++)
            _shop.Contacts.Put($"{index + 1}", Person($"{index + 1}", emails[index]));
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(emails.Length, (await engine.HubCountsAsync()).OptedIn);
        return engine;
    }

    static async Task OptOutAtSalesmanagoAsync(RunningEngine engine, string email)
    {
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        await new Salesmanago.SalesmanagoClient().SetConsentAsync(engine.Get<Connections>().DestinationOf(target), email, ConsentChannel.Email, false, default);
    }
}
