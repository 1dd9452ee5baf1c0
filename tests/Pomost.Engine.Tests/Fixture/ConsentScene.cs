using System.Globalization;
using Pomost.Contract;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;
using Pomost.Testing;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>
/// One person's newsletter consent, as the person, the shop's staff and the people at SALESmanago change and see it: the shop's stored
/// field, the card and its history. Nothing of the inside.
/// </summary>
sealed class ConsentScene(RunningEngine engine, string email = ConsentScene.Anna) : IAsyncDisposable
{
    public const string Anna = "anna@poczta.example";
    const string TimeKey = "pomost_consent_at";

    public RunningEngine Engine => engine;

    public FakeClock Clock => engine.Clock;

    /// <summary>The account in the shop; 0 while there is none.</summary>
    public int Account { get; private set; }

    /// <summary>What the shop stores of the newsletter; null = nothing.</summary>
    public string? ShopSays => StoredIn(engine.Shop, Account);

    public static async Task<ConsentScene> StartAsync(EngineSetup? setup = null, string email = Anna)
        => new(await RunningEngine.StartAsync(setup), email);

    /// <summary>A shop over https with webhooks, as its merchant sees it in the browser.</summary>
    public static Task<ConsentScene> StartEncryptedAsync(bool receivesWebhooks = true) => StartAsync(new EngineSetup
    {
        Shop = new WooCommerceSimulatorOptions { Https = true },
        ReceivesWebhooks = receivesWebhooks,
    });

    public static string? StoredIn(WooCommerceShop shop, int account) => shop.Customer(account)?.Meta
        .Where(meta => meta.Key == PolishShopSeed.NewsletterKey).Select(meta => meta.Value).FirstOrDefault();

    /// <summary>Makes an account.</summary>
    /// <param name="stored">What the shop stores of the newsletter: 1, 0, or null for nothing.</param>
    /// <param name="at">The date stored beside it; null = none.</param>
    public WooCustomer Register(string? stored, DateTimeOffset? at = null)
    {
        var made = engine.Shop.Register(new WooCustomer { Email = email, FirstName = "Anna", Meta = MetaOf(stored, at) });
        Account = made.Id;
        return made;
    }

    /// <summary>Ticks or clears the box on the account page.</summary>
    /// <param name="stored">1 or 0.</param>
    /// <param name="at">The date stored beside it; null = none.</param>
    public void Tick(string stored, DateTimeOffset? at = null) => engine.Shop.ChangeCustomer(Account, customer =>
    {
        var meta = WooCommerceShop.With(customer.Meta, PolishShopSeed.NewsletterKey, stored);
        return customer with { Meta = at is { } time ? WooCommerceShop.With(meta, TimeKey, Text(time)) : meta };
    });

    /// <summary>Changes something else of the account.</summary>
    public void Rename(string name) => engine.Shop.ChangeCustomer(Account, customer => customer with { FirstName = name });

    /// <summary>Makes the card at SALESmanago by other means than ours.</summary>
    public async Task InsertCardAsync(bool optIn)
    {
        var card = new OutgoingContact { Email = email, EmailConsent = optIn ? ConsentState.Granted : ConsentState.Withdrawn };
        await new SalesmanagoClient().UpsertContactAsync(await DestinationAsync(), card, null, default);
    }

    /// <summary>Opts in or out on the card, or by a link in a mail; nobody is called back.</summary>
    public async Task ChooseOnCardAsync(bool optIn)
    {
        var card = (await CardAsync())!.Card;
        Assert.True(await engine.Get<HubAccounts>().SetEmailConsentAsync(await engine.HubAccountAsync(), card.Id, optIn));
    }

    /// <summary>SALESmanago calls back.</summary>
    public async Task CallBackAsync(bool optIn)
    {
        var callbacks = engine.Get<Callbacks>();
        var address = await callbacks.AddressOfAsync(engine.Account.Id, null, default);
        var claimed = optIn ? ConsentState.Granted : ConsentState.Withdrawn;
        await callbacks.AcceptAsync(address.Token, claimed, email, callbacks.KeyOf(address, email), default);
    }

    public Task<HubContact?> CardAsync() => engine.CardAsync(email);

    public async Task<HubConsent> CardSaysAsync() => (await CardAsync())?.Card.EmailConsent ?? HubConsent.NoStatement;

    /// <summary>What stood on the card one after the other, oldest first.</summary>
    public async Task<List<HubConsent>> HistoryAsync()
        => [.. (await CardAsync())!.ConsentHistory.Where(line => line.Channel == HubChannel.Email).Reverse().Select(line => line.Consent)];

    /// <summary>Nobody opted the person in after the last time they were opted out on the card.</summary>
    public async Task AssertStaysOutAsync()
    {
        Assert.NotEqual(HubConsent.Granted, await CardSaysAsync());
        var history = await HistoryAsync();
        Assert.DoesNotContain(HubConsent.Granted, history.Skip(history.LastIndexOf(HubConsent.Withdrawn) + 1));
    }

    /// <summary>Both sides say yes, or both say no.</summary>
    public async Task AssertBothSayAsync(bool optIn) => Assert.Equal(
        (optIn ? "1" : "0", optIn ? HubConsent.Granted : HubConsent.Withdrawn), (ShopSays, await CardSaysAsync()));

    /// <summary>One poll period and what follows from it: reads, writes into the shop, reads of what was written.</summary>
    public async Task OnePollAsync()
    {
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(61));
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
        await engine.WorkAfterAsync(TimeSpan.FromSeconds(1));
    }

    /// <summary>Webhooks and polls until nothing moves any more.</summary>
    public async Task RestAsync(int minutes = 40)
    {
        for (var minute = 0; minute < minutes; minute += 4)
        {
            await engine.Simulator.Webhooks.DeliverDueAsync();
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(4));
        }
    }

    /// <summary>A registered subscriber whom both sides know, some time after the registration.</summary>
    public async Task SubscribedAsync(DateTimeOffset? at = null)
    {
        await engine.WorkAsync();
        Register("1", at);
        await RestAsync(12);
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(20));
        await AssertBothSayAsync(optIn: true);
    }

    public async Task<DestinationConnection> DestinationAsync()
    {
        var destination = await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default);
        return engine.Get<Connections>().DestinationOf(destination!);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    static WooMeta[] MetaOf(string? stored, DateTimeOffset? at)
    {
        var meta = stored is null ? [] : WooCommerceShop.With([], PolishShopSeed.NewsletterKey, stored);
        return at is { } time ? WooCommerceShop.With(meta, TimeKey, Text(time)) : meta;
    }

    static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
