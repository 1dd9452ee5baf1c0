using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what people say at SALESmanago reaches the shop, once, and nothing is said in their name. Method: hub and shop over HTTP, polling.</summary>
public sealed class BackFromSalesmanagoTests
{
    const string Anna = "anna@poczta.example";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unsubscribe_at_SALESmanago_comes_back_with_a_callback_or_without(bool withCallback)
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = await SubscriberAsync(engine);
        await SetCardAsync(engine, optIn: false);
        if (withCallback)
            Assert.Equal(CallbackOutcome.Taken, await CallBackAsync(engine, ConsentState.Withdrawn));
        await engine.WorkAfterAsync(withCallback ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(2));
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("0", ShopSays(engine, anna.Id));
        var card = await engine.ContactAsync(Anna);
        Assert.Equal(ConsentState.Withdrawn, card.EmailConsent.State);
        Assert.Equal(withCallback ? ConsentSource.Callback : ConsentSource.SalesmanagoCard, card.EmailConsent.Source);
        Assert.Contains(card.Traces, trace => trace.Code == ReasonCode.WrittenToShop);
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task The_list_of_changed_cards_is_read_as_often_as_chosen_and_at_once_when_a_person_asks()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = await SubscriberAsync(engine);
        var destination = (await engine.Stores.FindDestinationAsync(engine.Store.AccountId, engine.Store.DestinationId, default))!;
        await engine.Stores.UpdateDestinationAsync(destination with { ConsentMinutes = 60 }, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await SetCardAsync(engine, optIn: false);
        await AfterAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("1", ShopSays(engine, anna.Id));
        await AfterAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("0", ShopSays(engine, anna.Id));

        await SetCardAsync(engine, optIn: true);
        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: false, default);
        await AfterAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("1", ShopSays(engine, anna.Id));
        var facts = await engine.Get<ICardHints>().FactsAsync(engine.Store.Key, destination.Id, engine.Clock.GetUtcNow().AddDays(-1), default);
        Assert.Equal(2, facts.Changed);
        Assert.True(engine.Clock.GetUtcNow() - facts.LastAt < TimeSpan.FromMinutes(1));

        async Task AfterAsync(TimeSpan time)
        {
            await engine.WorkAfterAsync(time);
            await engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Our_own_writing_read_back_is_no_news()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await SubscriberAsync(engine);
        await SetCardAsync(engine, optIn: false);
        await CallBackAsync(engine, ConsentState.Withdrawn);
        await engine.WorkAsync();
        await engine.WorkAsync();
        var (lines, upserts) = (await engine.CountRowsAsync("consent_line"), Upserts(engine));
        Assert.True(await engine.Simulator.Webhooks.DeliverDueAsync() > 0);
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((lines, upserts), (await engine.CountRowsAsync("consent_line"), Upserts(engine)));
    }

    [Fact]
    public async Task A_change_of_name_does_not_subscribe_anew_who_unsubscribed_meanwhile()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        var anna = await SubscriberAsync(engine);
        await SetCardAsync(engine, optIn: false);
        engine.Hub.ListOfChangesIsOrdinary = true;
        // The announcement of the shop is read before the list of changed cards.
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == "paginatedModifiedContacts" ? HubDoor.AnswerAsync(context, 503) : next();
        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAsync();
        Assert.Equal("Hanna", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("0", ShopSays(engine, anna.Id));
    }

    [Fact]
    public async Task Who_is_opted_in_at_SALESmanago_and_registers_without_ticking_is_opted_in_in_the_shop()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        await InsertCardAsync(engine, optIn: true);
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("0")] });
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal("1", ShopSays(engine, anna.Id));
        Assert.Contains((await engine.ContactAsync(Anna)).Traces, trace => trace.Code == ReasonCode.ConsentDownloaded);
    }

    [Fact]
    public async Task Without_the_consent_download_an_unticked_box_changes_nothing_on_either_side()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { DownloadsConsent = false } });
        await engine.WorkAsync();
        await InsertCardAsync(engine, optIn: true);
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("0")] });
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal("0", ShopSays(engine, anna.Id));
    }

    [Fact]
    public async Task A_new_card_that_nobody_opted_in_withdraws_nothing()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna });
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ConsentState.NoStatement, (await engine.ContactAsync(Anna)).EmailConsent.State);
        Assert.Equal(0, await engine.CountRowsAsync("consent_line"));
    }

    [Fact]
    public async Task A_callback_the_card_does_not_confirm_changes_nothing()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = await SubscriberAsync(engine);
        await CallBackAsync(engine, ConsentState.Withdrawn);
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("1", ShopSays(engine, anna.Id));
        Assert.Contains((await engine.ContactAsync(Anna)).Traces, trace => trace.Code == ReasonCode.CallbackNotConfirmed);
        Assert.Equal(0, await engine.CountRowsAsync("card_hint"));
    }

    [Fact]
    public async Task Ten_callbacks_at_once_with_different_answers_end_in_what_the_card_says()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = await SubscriberAsync(engine);
        await SetCardAsync(engine, optIn: false);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => CallBackAsync(engine, number % 2 == 0 ? ConsentState.Granted : ConsentState.Withdrawn)));
        for (var round = 0; round < 5; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("0", ShopSays(engine, anna.Id));
        Assert.Equal(0, await engine.CountRowsAsync("card_hint"));
    }

    [Fact]
    public async Task Forged_and_unreadable_callbacks_leave_nothing_but_a_count()
    {
        await using var engine = await RunningEngine.StartAsync();
        await SubscriberAsync(engine);
        var callbacks = engine.Get<Callbacks>();
        var address = await callbacks.AddressOfAsync(engine.Account.Id, null, default);
        Assert.Equal(CallbackOutcome.WrongKey, await callbacks.AcceptAsync(address.Token, ConsentState.Withdrawn, Anna, new string('0', 40), default));
        Assert.Equal(CallbackOutcome.WrongKey, await callbacks.AcceptAsync(address.Token, ConsentState.Withdrawn, Anna, null, default));
        Assert.Equal(CallbackOutcome.Malformed, await callbacks.AcceptAsync(address.Token, ConsentState.Withdrawn, "nobody", "x", default));
        Assert.Equal(
            CallbackOutcome.UnknownAddress,
            await callbacks.AcceptAsync(address.Token, ConsentState.Withdrawn, "x@y.example", callbacks.KeyOf(address, "x@y.example"), default));
        Assert.Null(await callbacks.AcceptAsync("0000", ConsentState.Withdrawn, Anna, callbacks.KeyOf(address, Anna), default));
        Assert.Equal(0, await engine.CountRowsAsync("card_hint"));
        var counts = await engine.Get<ICallbacks>().CountsAsync(engine.Account.Id, engine.Clock.GetUtcNow().AddHours(-1), default);
        Assert.Equal(
            [(CallbackOutcome.Malformed, 1L), (CallbackOutcome.UnknownAddress, 1L), (CallbackOutcome.WrongKey, 2L)],
            counts.Select(count => (count.Outcome, count.Count)));
    }

    [Fact]
    public async Task A_callback_reaches_every_store_that_knows_the_person_and_a_stores_own_only_that_store()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var other = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { WebhooksRunByThemselves = false }, engine.Clock);
        var second = await engine.ConnectAsync(other, "Drugi sklep");
        var here = await SubscriberAsync(engine);
        await BothAsync();
        var there = other.Shop.Register(new WooCustomer { Email = Anna, Meta = [RunningEngine.Newsletter("1")] });
        await BothAsync();
        await SetCardAsync(engine, optIn: false);
        Assert.Equal(CallbackOutcome.Taken, await CallBackAsync(engine, ConsentState.Withdrawn, engine.Store.Id));
        Assert.Equal(1, await engine.CountRowsAsync("card_hint"));
        Assert.Equal(CallbackOutcome.Taken, await CallBackAsync(engine, ConsentState.Withdrawn));
        Assert.Equal(3, await engine.CountRowsAsync("card_hint"));
        await BothAsync();
        await BothAsync();
        Assert.Equal(("0", "0"), (ShopSays(engine, here.Id), Meta(other.Shop, there.Id)));

        async Task BothAsync()
        {
            engine.Clock.Advance(TimeSpan.FromMinutes(2));
            await engine.Get<StoreRunner>().RunAsync(engine.Store.Key, default);
            await engine.Get<StoreRunner>().RunAsync(second.Key, default);
        }
    }

    [Fact]
    public async Task The_urls_have_the_placeholders_SALESmanago_fills_in()
    {
        await using var engine = await RunningEngine.StartAsync();
        var callbacks = engine.Get<Callbacks>();
        var address = await callbacks.AddressOfAsync(engine.Account.Id, null, default);
        Assert.Equal(address, await callbacks.AddressOfAsync(engine.Account.Id, null, default));
        var urls = callbacks.UrlsOf(address, new Uri("https://pomost.example/panel"));
        Assert.Matches(@"^https://pomost\.example/panel/callback/[0-9a-f]{48}/opt-in\?email=\$email\$&key=sha1\(\$email\$[a-z0-9]{16}\)$", urls.OptIn);
        Assert.Matches(@"^https://pomost\.example/panel/callback/[0-9a-f]{48}/opt-out\?email=\$email\$&key=sha1\(\$email\$[a-z0-9]{16}\)$", urls.OptOut);
    }

    static async Task<WooCustomer> SubscriberAsync(RunningEngine engine)
    {
        await engine.WorkAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, FirstName = "Anna", Meta = [RunningEngine.Newsletter("1")] });
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        return anna;
    }

    static async Task<CallbackOutcome?> CallBackAsync(RunningEngine engine, ConsentState claimed, long? storeId = null)
    {
        var callbacks = engine.Get<Callbacks>();
        var address = await callbacks.AddressOfAsync(engine.Account.Id, storeId, default);
        return await callbacks.AcceptAsync(address.Token, claimed, Anna, callbacks.KeyOf(address, Anna), default);
    }

    static async Task SetCardAsync(RunningEngine engine, bool optIn)
    {
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await new SalesmanagoClient().SetConsentAsync(await DestinationAsync(engine), Anna, ConsentChannel.Email, optIn, default);
    }

    static async Task InsertCardAsync(RunningEngine engine, bool optIn) => await new SalesmanagoClient().UpsertContactAsync(
        await DestinationAsync(engine), new OutgoingContact { Email = Anna, EmailConsent = optIn ? ConsentState.Granted : ConsentState.Withdrawn }, null, default);

    static async Task<DestinationConnection> DestinationAsync(RunningEngine engine)
        => engine.Get<Connections>().DestinationOf((await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!);

    static int Upserts(RunningEngine engine) => engine.Hub.Calls.Count(call => call == "batchupsert");

    static string? ShopSays(RunningEngine engine, int customer) => Meta(engine.Shop, customer);

    static string? Meta(WooCommerceShop shop, int customer) => shop.Customer(customer)!.Meta.Where(meta => meta.Key == PolishShopSeed.NewsletterKey).Select(meta => meta.Value.ToString()).FirstOrDefault();
}
