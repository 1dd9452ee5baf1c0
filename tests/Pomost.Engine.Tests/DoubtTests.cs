using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Salesmanago;

namespace Pomost.Engine.Tests;

/// <summary>
/// Goal: what may or may not have happened is never taken for a person's word, and the newest choice holds on both sides. Method: a scripted shop and
/// the hub, whose answers get lost after the work is done.
/// </summary>
public sealed class DoubtTests
{
    const string Anna = "anna@poczta.example";

    readonly ScriptedShop _shop = new();

    [Fact]
    public async Task A_writing_whose_answer_was_lost_is_not_read_back_as_the_persons_word()
    {
        await using var engine = await SubscribedAsync();
        _shop.OnConsentWritten = () => throw new RetryLaterException("The answer was lost.");
        await ChooseAtSalesmanagoAsync(engine, optIn: false);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ConsentState.Withdrawn, ShopSays);

        // She thinks better of it before the shop is read again.
        await ChooseAtSalesmanagoAsync(engine, optIn: true);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        _shop.OnConsentWritten = null;
        await SettleAsync(engine);

        Assert.Equal(ConsentState.Granted, ShopSays);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task What_a_person_changed_in_the_shop_while_our_writing_was_in_doubt_is_found_afterwards()
    {
        await using var engine = await SubscribedAsync();
        _shop.OnConsentWritten = () =>
        {
            _shop.OnConsentWritten = null;
            throw new RetryLaterException("The answer was lost.");
        };
        await ChooseAtSalesmanagoAsync(engine, optIn: false);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        // The second writing finds that the state is there, and right after it she ticks the box again.
        _shop.OnConsentWritten = () => Put(ConsentState.Granted);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        _shop.OnConsentWritten = null;
        await SettleAsync(engine);

        Assert.Equal(ConsentState.Granted, ShopSays);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task Two_choices_made_while_the_shop_was_away_end_in_the_second()
    {
        await using var engine = await SubscribedAsync();
        _shop.Trouble = new RetryLaterException("Away.");
        await ChooseAtSalesmanagoAsync(engine, optIn: false);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ConsentState.Withdrawn, (await engine.ContactAsync(Anna)).EmailConsent.State);
        await ChooseAtSalesmanagoAsync(engine, optIn: true);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ConsentState.Granted, (await engine.ContactAsync(Anna)).EmailConsent.State);
        _shop.Trouble = null;
        await SettleAsync(engine);

        Assert.Equal(ConsentState.Granted, ShopSays);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task A_word_given_in_the_shop_replaces_an_older_one_that_still_waits_to_be_written_there()
    {
        await using var engine = await StartAsync(ConsentState.NoStatement);
        _shop.Trouble = new RetryLaterException("Its interface is away, its pages are not.");
        await ChooseAtSalesmanagoAsync(engine, optIn: true);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ConsentState.Granted, (await engine.ContactAsync(Anna)).EmailConsent.State);
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        Put(ConsentState.Withdrawn);
        _shop.Trouble = null;
        await SettleAsync(engine);

        Assert.Equal(ConsentState.Withdrawn, ShopSays);
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task A_tick_in_the_shop_counts_though_the_shops_record_bears_an_old_date()
    {
        await using var engine = await SubscribedAsync();
        await ChooseAtSalesmanagoAsync(engine, optIn: false);
        await SettleAsync(engine);
        Assert.Equal(ConsentState.Withdrawn, ShopSays);

        _shop.Contacts.Put("1", Contact(ConsentState.Granted) with { ModifiedAt = engine.Clock.GetUtcNow().AddYears(-1) });
        await SettleAsync(engine);
        Assert.Equal(ConsentState.Granted, ShopSays);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
    }

    [Fact]
    public async Task Who_unsubscribes_between_a_sending_and_its_repetition_stays_unsubscribed()
    {
        await using var engine = await StartAsync(null);
        engine.Hub.Trouble = (context, next) => HubDoor.CallOf(context) == "batchupsert" ? HubDoor.LoseAnswerAsync(context, next) : next();
        Put(ConsentState.Granted);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);

        await ChooseAtSalesmanagoAsync(engine, optIn: false);
        engine.Hub.Trouble = null;
        await SettleAsync(engine);
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(ConsentState.Withdrawn, ShopSays);
        Assert.Equal(0, await engine.CountRowsAsync("delivery"));
    }

    [Fact]
    public async Task A_consent_that_never_arrived_is_sent_again()
    {
        await using var engine = await StartAsync(ConsentState.Withdrawn);
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 500);
        Put(ConsentState.Granted);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, (await engine.HubCountsAsync()).OptedIn);
        engine.Hub.Trouble = null;
        await SettleAsync(engine);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        Assert.Equal(ConsentState.Granted, ShopSays);
    }

    ConsentState ShopSays => _shop.Contacts.Of(["1"])[0].EmailConsent.State;

    void Put(ConsentState state) => _shop.Contacts.Put("1", Contact(state));

    static ShopContact Contact(ConsentState state) => new() { SourceId = "1", Email = Anna, HasAccount = true, FirstName = "Anna", EmailConsent = new Consent(state) };

    async Task<RunningEngine> SubscribedAsync()
    {
        var engine = await StartAsync(ConsentState.Granted);
        Assert.Equal(1, (await engine.HubCountsAsync()).OptedIn);
        return engine;
    }

    /// <param name="state">What she said in the shop so far; null = she is not there yet.</param>
    async Task<RunningEngine> StartAsync(ConsentState? state)
    {
        var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        await engine.WorkAsync();
        if (state is { } said)
            Put(said);
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        return engine;
    }

    static async Task SettleAsync(RunningEngine engine)
    {
        for (var round = 0; round < 5; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(31));
    }

    static async Task ChooseAtSalesmanagoAsync(RunningEngine engine, bool optIn)
    {
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        await new SalesmanagoClient().SetConsentAsync(engine.Get<Connections>().DestinationOf(target), Anna, ConsentChannel.Email, optIn, default);
    }
}
