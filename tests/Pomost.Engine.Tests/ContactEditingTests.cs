using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what a person of the panel changes on a contact reaches the ledger, SALESmanago and every shop that knows the person, once, and is undone by
/// nothing. Method: two simulated shops and a scripted one, the hub over HTTP, faults on either side.</summary>
public sealed class ContactEditingTests
{
    const string Anna = "anna@poczta.example";
    static readonly ConsentEvidence Phone = new("Marta Zielińska", "rozmowa telefoniczna", "zgłoszenie 4411");

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_stated_opt_out_reaches_the_ledger_SALESmanago_and_both_shops_and_stays(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await using var other = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions { WebhooksRunByThemselves = false }, engine.Clock);
        var second = await engine.ConnectAsync(other, "Drugi sklep");
        await BothAsync();
        var here = engine.Shop.Register(Subscriber());
        var there = other.Shop.Register(Subscriber());
        for (var round = 0; round < 3; round++)
            await BothAsync();
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);

        var result = await engine.Get<ContactEditing>().StateAsync(await engine.ContactAsync(Anna), ConsentChannel.Email, ConsentState.Withdrawn, Phone, default);
        Assert.Null(result.Refusal);
        Assert.Equal([engine.Store.Key, second.Key], result.Stores);
        await BothAsync();
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        // Whatever is read, polled or called back afterwards is our own word coming back.
        for (var round = 0; round < 6; round++)
            await BothAsync();

        Assert.Equal(("0", "0"), (Says(engine.Shop, here.Id), Says(other.Shop, there.Id)));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        var card = await engine.ContactAsync(Anna);
        Assert.Equal((ConsentState.Withdrawn, ConsentSource.Operator), (card.EmailConsent.State, card.EmailConsent.Source));
        Assert.Equal(Phone, card.Consents[0].Evidence);
        Assert.Contains(card.Traces, trace => trace is { Code: ReasonCode.OperatorStated, Outcome: RecordOutcome.Sent });
        Assert.Contains(card.Traces, trace => trace.Code == ReasonCode.WrittenToShop);
        Assert.Empty(card.Pending);
        Assert.Equal(2, card.Consents.Count);
        Assert.Equal(4, await engine.CountRowsAsync("consent_line"));
        var proof = (await engine.Get<ConsentProofs>().OfAsync(engine.Account.Id, Address(), default))!;
        Assert.Null(ConsentProofs.FirstChanged(proof));
        Assert.Equal(2, proof.Lines.Count(line => line.Evidence == Phone));
        Assert.Equal(4, ConsentProofs.FirstChanged(proof with { Lines = [.. proof.Lines.SkipLast(1), proof.Lines[^1] with { Evidence = null }] }));

        async Task BothAsync()
        {
            engine.Clock.Advance(TimeSpan.FromMinutes(2));
            await engine.Get<StoreRunner>().RunAsync(engine.Store.Key, default);
            await engine.Get<StoreRunner>().RunAsync(second.Key, default);
        }
    }

    [Fact]
    public async Task A_stated_opt_in_is_newer_than_an_opt_out_of_a_clock_that_runs_ahead()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        var ahead = engine.Clock.GetUtcNow().AddHours(6);
        shop.Contacts.Put("7", Person() with { EmailConsent = new Consent(ConsentState.Withdrawn, ahead, ConsentSource.AccountPage) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Granted);
        await engine.WorkAsync();

        var card = await engine.ContactAsync(Anna);
        // The opt-out may claim no date after the moment at which it was read.
        Assert.Equal(ConsentState.Granted, card.EmailConsent.State);
        Assert.InRange(card.EmailConsent.At!.Value, ahead.AddHours(-6), engine.Clock.GetUtcNow().AddMilliseconds(1));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(ConsentState.Granted, Assert.Single(shop.WrittenConsents).Consent.State);
    }

    [Fact]
    public async Task A_statement_on_one_channel_leaves_the_other_alone()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person() with { EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await StateAsync(engine, ConsentChannel.Sms, ConsentState.Granted);
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        var (card, there) = (await engine.ContactAsync(Anna), (await engine.CardAsync(Anna))!.Card);
        Assert.Equal((ConsentState.Granted, ConsentState.Granted), (card.EmailConsent.State, card.SmsConsent.State));
        Assert.Equal((HubConsent.Granted, HubConsent.Granted), (there.EmailConsent, there.PhoneConsent));
        Assert.Equal(ConsentChannel.Sms, Assert.Single(shop.WrittenConsents).Channel);
        Assert.Equal("Anna Maj", there.Name);
    }

    [Theory]
    [InlineData(null, EditProblem.ReasonMissing)]
    [InlineData("  ", EditProblem.ReasonMissing)]
    [InlineData("napisała z anna@poczta.example", EditProblem.NamesThePerson)]
    [InlineData("dzwoniła pani Maj", EditProblem.NamesThePerson)]
    [InlineData("telefon 600 100 200", EditProblem.NamesThePerson)]
    public async Task A_statement_without_a_reason_or_naming_the_person_is_refused_and_nothing_is_saved(string? reason, EditProblem problem)
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person());
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        var editing = engine.Get<ContactEditing>();
        var card = await engine.ContactAsync(Anna);
        var result = await editing.StateAsync(card, ConsentChannel.Email, ConsentState.Granted, new ConsentEvidence("Marta", reason, null), default);
        Assert.Equal(problem, result.Refusal?.Problem);
        Assert.Equal(EditProblem.StateMissing, (await editing.StateAsync(card, ConsentChannel.Email, ConsentState.NoStatement, Phone, default)).Refusal?.Problem);
        Assert.Equal(0, await engine.CountRowsAsync("contact_edit"));
    }

    [Fact]
    public async Task Neither_a_shop_that_is_down_nor_a_destination_that_is_stops_the_other_side()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person() with { EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);

        shop.Trouble = new RetryLaterException("down");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Withdrawn);
        await engine.WorkAsync();
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        Assert.Empty(shop.WrittenConsents);
        shop.Trouble = null;
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(ConsentState.Withdrawn, Assert.Single(shop.WrittenConsents).Consent.State);
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Granted);
        await engine.WorkAsync();
        Assert.Equal(ConsentState.Granted, shop.WrittenConsents[^1].Consent.State);
        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task A_change_made_while_a_page_is_being_read_is_not_overwritten_by_it()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person() with { EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        shop.Contacts.Put("7", Person() with { FirstName = "Hanna", EmailConsent = new Consent(ConsentState.Granted) });
        shop.OnPage = async (_, _) =>
        {
            shop.OnPage = null;
            await StateAsync(engine, ConsentChannel.Email, ConsentState.Withdrawn);
        };
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        var card = await engine.ContactAsync(Anna);
        Assert.Equal((ConsentState.Withdrawn, "Hanna"), (card.EmailConsent.State, card.Contact.FirstName));
        Assert.Equal((0, "Hanna Maj"), ((await engine.HubCountsAsync()).OptedIn, (await engine.CardAsync(Anna))!.Card.Name));
        Assert.Equal(ConsentState.Withdrawn, shop.WrittenConsents[^1].Consent.State);
    }

    [Fact]
    public async Task A_paused_store_keeps_the_change_and_carries_it_out_when_it_goes_on()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person() with { EmailConsent = new Consent(ConsentState.Granted) });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await engine.Get<StoreDisconnection>().PauseAsync(engine.Store.Key, default);
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Withdrawn);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("Marta Zielińska", Assert.Single((await engine.ContactAsync(Anna)).Pending).Actor);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        await engine.Setup.ResumeAsync(engine.Store.Key, default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        Assert.Empty((await engine.ContactAsync(Anna)).Pending);
    }

    [Fact]
    public async Task Who_may_not_be_sent_is_not_sent_by_hand_either_but_the_shop_is_told()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(
            new EngineSetup { Scripted = shop, Options = new StoreOptions { Sharing = SharingMode.ConsentedWhenOrdering } });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person());
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Granted);
        await engine.Get<ContactEditing>().AddTagsAsync(await engine.ContactAsync(Anna), "vip", "Marta", default);
        await engine.Get<ContactEditing>().ResendAsync(await engine.ContactAsync(Anna), "Marta", default);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));

        Assert.Null(await engine.CardAsync(Anna));
        Assert.Equal(ConsentState.Granted, Assert.Single(shop.WrittenConsents).Consent.State);
        var card = await engine.ContactAsync(Anna);
        Assert.Equal((ConsentState.Granted, RecordOutcome.Withheld), (card.EmailConsent.State, card.Row.Outcome));
        Assert.Contains(card.Traces, trace => trace.Answers.Any(answer => answer is { Rule: "who-is-sent", Allows: false }) && trace.Outcome == RecordOutcome.Withheld);

        // Once the person may be sent, what was decided meanwhile goes along.
        shop.Contacts.Put("7", Person() with { SharingConsent = true });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Contains("VIP", (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag));
    }

    [Fact]
    public async Task Tags_are_added_to_and_taken_from_the_card_and_the_shop_at_once()
    {
        var shop = new ScriptedShop();
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", Person());
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));
        var editing = engine.Get<ContactEditing>();
        Assert.Null((await editing.AddTagsAsync(await engine.ContactAsync(Anna), "vip, stały klient", "Marta", default)).Refusal);
        await engine.WorkAsync();
        Assert.Equal(["REJESTRACJA", "STALY_KLIENT", "VIP"], await TagsAsync(engine));
        Assert.Equal(["salesmanago_shop1_stały_klient", "salesmanago_shop1_vip"], InShop(shop));
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));

        var card = await engine.ContactAsync(Anna);
        Assert.Null((await editing.RemoveTagAsync(card, engine.Store, "VIP", "Marta", default)).Refusal);
        await engine.WorkAsync();
        Assert.Equal(["REJESTRACJA", "STALY_KLIENT"], await TagsAsync(engine));
        Assert.DoesNotContain("salesmanago_shop1_vip", InShop(shop));
        shop.Contacts.Put("7", shop.Contacts.Of(["7"])[0] with { FirstName = "Hanna" });
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(["REJESTRACJA", "STALY_KLIENT"], await TagsAsync(engine));
        Assert.DoesNotContain("salesmanago_shop1_vip", InShop(shop));
        Assert.Contains((await engine.ContactAsync(Anna)).Traces, trace => trace.Code == ReasonCode.OperatorTagged);
    }

    [Theory]
    [InlineData("", EditProblem.TagsMissing)]
    [InlineData("a<b", EditProblem.TagUnusable)]
    [InlineData("woocommerce_vip", EditProblem.TagOfShop)]
    [InlineData("dobry, SALESMANAGO_shop1_x", EditProblem.TagOfShop)]
    public async Task Tags_that_belong_to_shops_or_cannot_be_read_are_refused(string typed, EditProblem problem)
    {
        await using var engine = await StartAsync(new ScriptedShop());
        var card = await engine.ContactAsync(Anna);
        Assert.Equal(problem, (await engine.Get<ContactEditing>().AddTagsAsync(card, typed, "Marta", default)).Refusal?.Problem);
        Assert.Equal(0, await engine.CountRowsAsync("contact_edit"));
    }

    [Fact]
    public async Task A_tag_that_a_rule_gives_is_not_taken_away_only_to_come_back()
    {
        await using var engine = await StartAsync(new ScriptedShop());
        var card = await engine.ContactAsync(Anna);
        Assert.False(ContactEditing.MayRemove(card, engine.Store, "rejestracja"));
        Assert.Equal(EditProblem.TagOfRule, (await engine.Get<ContactEditing>().RemoveTagAsync(card, engine.Store, "rejestracja", "Marta", default)).Refusal?.Problem);
    }

    [Fact]
    public async Task The_card_goes_to_another_owner_at_once_and_only_to_one_there_is()
    {
        await using var engine = await StartAsync(new ScriptedShop());
        var hub = engine.Get<HubAccounts>();
        await hub.AddUserAsync(Assert.Single(await hub.ListAsync()).AccountId, "ola@example.test", "correct horse");
        var cards = engine.Get<DestinationCards>();
        var card = await engine.ContactAsync(Anna);
        var at = Assert.Single(await cards.OfAsync(card, default));
        Assert.Equal((true, RunningEngine.Owner), (at.Answers, at.Card!.Owner));
        Assert.Equal([RunningEngine.Owner, "ola@example.test"], at.Owners.Order(StringComparer.Ordinal).Reverse());

        Assert.Equal(EditProblem.OwnerRefused, (await engine.Get<ContactEditing>().GiveToAsync(card, "nobody@example.test", default)).Refusal?.Problem);
        Assert.Equal([engine.Store.Key], (await engine.Get<ContactEditing>().GiveToAsync(card, "ola@example.test", default)).Stores);
        Assert.Equal("ola@example.test", Assert.Single(await cards.OfAsync(card, default)).Card!.Owner);
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        Assert.Equal(EditProblem.DestinationSilent, (await engine.Get<ContactEditing>().GiveToAsync(card, RunningEngine.Owner, default)).Refusal?.Problem);
        Assert.False(Assert.Single(await cards.OfAsync(card, default)).Answers);
    }

    [Fact]
    public async Task Sending_again_shows_the_difference_first_and_forces_no_consent_a_second_time()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop, Person() with { EmailConsent = new Consent(ConsentState.Granted) });
        var previews = engine.Get<ResendPreviews>();
        Assert.True((await previews.OfAsync(await engine.ContactAsync(Anna), default)).NothingToSend);

        // Whoever unsubscribed at SALESmanago stays so, though we do not know it yet.
        engine.Clock.Advance(TimeSpan.FromSeconds(10));
        var target = engine.Get<Connections>().DestinationOf((await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!);
        await new SalesmanagoClient().SetConsentAsync(target, Anna, ConsentChannel.Email, optIn: false, default);
        var upserts = engine.Hub.Calls.Count(call => call == "batchupsert");
        await engine.Get<ContactEditing>().ResendAsync(await engine.ContactAsync(Anna), "Marta", default);
        await engine.WorkAsync();
        Assert.Equal(upserts + 1, engine.Hub.Calls.Count(call => call == "batchupsert"));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);

        shop.Contacts.Put("7", Person() with { FirstName = "Hanna", Phone = "601" });
        var changed = await previews.OfAsync(await engine.ContactAsync(Anna), default);
        Assert.Equal(
            [new FieldDifference(ContactField.Name, "Hanna Maj", "Anna Maj"), new FieldDifference(ContactField.Phone, "601", "600 100 200")], changed.Changed);
        Assert.False(changed.NothingToSend);
    }

    [Fact]
    public async Task A_card_lost_at_SALESmanago_is_seen_and_made_anew_with_everything()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop, Person() with { ShopTags = ["vip"] });
        var target = engine.Get<Connections>().DestinationOf((await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!);
        await new SalesmanagoClient().DeleteContactAsync(target, Anna, permanently: true, default);
        var preview = await engine.Get<ResendPreviews>().OfAsync(await engine.ContactAsync(Anna), default);
        Assert.True(preview.CardMissing);
        Assert.False(preview.NothingToSend);
        await engine.Get<ContactEditing>().ResendAsync(await engine.ContactAsync(Anna), "Marta", default);
        await engine.WorkAsync();

        var card = (await engine.CardAsync(Anna))!;
        Assert.Equal(("Anna Maj", "600 100 200"), (card.Card.Name, card.Card.Phone));
        Assert.Equal(["REJESTRACJA", "SCRIPTED_VIP"], await TagsAsync(engine));
        Assert.Contains((await engine.ContactAsync(Anna)).Traces, trace => trace is { Code: ReasonCode.OperatorResent, Outcome: RecordOutcome.Sent });
        shop.OnReadById = () => throw new RetryLaterException("down");
        Assert.False((await engine.Get<ResendPreviews>().OfAsync(await engine.ContactAsync(Anna), default)).ShopAnswers);
    }

    [Fact]
    public async Task A_change_of_somebody_erased_meanwhile_is_gone_with_them()
    {
        await using var engine = await StartAsync(new ScriptedShop());
        await StateAsync(engine, ConsentChannel.Email, ConsentState.Granted);
        await engine.Get<Erasure>().EraseAsync(engine.Account.Id, Address(), "Marta", default);
        Assert.Equal(0, await engine.CountRowsAsync("contact_edit"));
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, await engine.CountRowsAsync("contact"));
    }

    [Fact]
    public async Task Rejected_records_are_replayed_as_a_group_and_those_mended_in_the_shop_arrive()
    {
        var shop = new ScriptedShop();
        await using var engine = await StartAsync(shop);
        shop.Contacts.Put("8", Person() with { SourceId = "8", Email = "jan(at)poczta" });
        shop.Contacts.Put("9", Person() with { SourceId = "9", Email = "ola(at)poczta" });
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        var views = engine.Get<IDeliveryViews>();
        var group = Assert.Single(await views.RejectedGroupsAsync(engine.Account.Id, null, default));
        Assert.Equal((ReasonCode.EmailInvalid, ShopStream.Contacts, 2L), (group.Code, group.Stream, group.Count));

        shop.Contacts.Put("8", Person() with { SourceId = "8", Email = "jan@poczta.example" });
        // Nothing but the replay reads it again.
        shop.OnPage = (_, _) => throw new RetryLaterException("lists are down");
        Assert.Equal(new ReplayResult(2, 0), await engine.Get<Replay>().GroupAsync(engine.Account.Id, null, group, default));
        await engine.WorkAsync();
        Assert.NotNull(await engine.CardAsync("jan@poczta.example"));
        Assert.Equal(1, Assert.Single(await views.RejectedGroupsAsync(engine.Account.Id, null, default)).Count);
    }

    [Fact]
    public async Task The_lag_begins_with_the_shops_word()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { ReceivesWebhooks = true });
        await engine.WorkAsync();
        engine.Shop.Register(Subscriber());
        await engine.Simulator.Webhooks.DeliverDueAsync();
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(20));
        var flow = await engine.Get<IFlow>().NumbersAsync(engine.Account.Id, null, FlowPeriod.Hour, default);
        Assert.True(flow.Delivered > 0);
        Assert.InRange(flow.LagP95!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    static async Task<RunningEngine> StartAsync(ScriptedShop shop, ShopContact? person = null)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = shop });
        await engine.WorkAsync();
        shop.Contacts.Put("7", person ?? Person());
        for (var round = 0; round < 4; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(3));
        return engine;
    }

    static async Task StateAsync(RunningEngine engine, ConsentChannel channel, ConsentState state)
        => Assert.Null((await engine.Get<ContactEditing>().StateAsync(await engine.ContactAsync(Anna), channel, state, Phone, default)).Refusal);

    static ShopContact Person() => new() { SourceId = "7", Email = Anna, HasAccount = true, FirstName = "Anna", LastName = "Maj", Phone = "600 100 200" };

    static EmailAddress Address() => EmailAddress.TryParse(Anna, out var address, out _) ? address : throw new InvalidOperationException();

    static WooCustomer Subscriber() => new() { Email = Anna, FirstName = "Anna", Meta = [RunningEngine.Newsletter("1")] };

    static List<string> InShop(ScriptedShop shop) => [.. (shop.Contacts.Of(["7"])[0].ShopTags ?? []).Order(StringComparer.Ordinal)];

    static async Task<List<string>> TagsAsync(RunningEngine engine) => [.. (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)];

    static string? Says(WooCommerceShop shop, int customer)
        => shop.Customer(customer)!.Meta.Where(meta => meta.Key == PolishShopSeed.NewsletterKey).Select(meta => meta.Value.ToString()).FirstOrDefault();
}
