using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Connectors;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Salesmanago;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Engine.Tests.Model;

/// <summary>Two shops, the engine and the hub, each with a clock and a database of its own; the engine can be killed and begun
/// anew.</summary>
sealed class World : IAsyncDisposable
{
    readonly EphemeralDataProtectionProvider _keys = new();
    readonly TestDatabase _ofEngine;
    readonly TestDatabase _ofHub;
    readonly WebApplication _front;
    readonly HubDoor _door;
    readonly OffClock _engineClock;
    ServiceProvider _engine;
    long _hubAccount;

    World(
        WorldPlan plan, FakeClock clock, OffClock engineClock, TestDatabase ofEngine, TestDatabase ofHub, WebApplication front,
        HubDoor door, IReadOnlyList<WooCommerceSimulator> shops)
    {
        (Plan, Clock, _engineClock, Shops) = (plan, clock, engineClock, shops);
        (_ofEngine, _ofHub, _front, _door) = (ofEngine, ofHub, front, door);
        _engine = Begin();
    }

    public WorldPlan Plan { get; }

    /// <summary>The true time.</summary>
    public FakeClock Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public IReadOnlyList<WooCommerceSimulator> Shops { get; }

    public IReadOnlyList<Store> Stores { get; private set; } = [];

    public Account Account { get; private set; } = null!;

    public int Kills { get; private set; }

    HubAccounts HubAccounts => _front.Services.GetRequiredService<HubAccounts>();

    public static async Task<World> StartAsync(WorldPlan plan)
    {
        var clock = new FakeClock();
        var (engineClock, hubClock) = (new OffClock(clock, plan.EngineAhead), new OffClock(clock, plan.HubAhead));
        var ofEngine = await TestDatabase.CreateAsync(Dialect.Sqlite, engineClock);
        var ofHub = await TestDatabase.CreateAsync(Dialect.Sqlite, hubClock);
        var first = await WooCommerceSimulator.StartAsync(ShopOptions(plan, 0), clock);
        var second = await WooCommerceSimulator.StartAsync(ShopOptions(plan, 1), clock);
        var door = new HubDoor { ListOfChangesIsOrdinary = true };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(hubClock).AddSingleton(ofHub.Database)
            .AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>().AddHubStorage().AddPomostHub();
        var front = builder.Build();
        front.Use(door.HandleAsync);
        front.MapPomostHub();
        World? world = null;
        front.MapPost("/in/{token}", (string token, HttpRequest request) => world!.TakeInAsync(token, request));
        await front.StartAsync();
        door.Address = new Uri(front.Urls.First());
        world = new World(plan, clock, engineClock, ofEngine, ofHub, front, door, [first, second]);
        await world.MakeAccountAsync();
        return world;
    }

    /// <summary>Connects both shops, exports what they hold, and lets the engine find its places.</summary>
    public async Task ConnectAsync()
    {
        var stores = new List<Store>();
        foreach (var (shop, number) in Shops.Select((shop, number) => (shop, number)))
        {
            var (values, problems) = Get<StoreSetup>().Read(Get<IPlatformCatalogue>().Find("woocommerce")!.Info, RunningEngine.FormOf(shop));
            Assert.Empty(problems);
            var destination = (await Get<IStores>().ListDestinationsAsync(Account.Id, default))[0];
            var setup = Get<StoreSetup>();
            var name = $"Sklep {number + 1}";
            stores.Add(await setup.AddAsync(Account.Id, destination.Id, "woocommerce", name, values, new StoreOptions(), default));
        }

        Stores = stores;
        await RunAsync();
        foreach (var store in Stores)
            await Get<Exports>().StartAsync(store.Key, ExportKind.Contacts, new ExportOptions(), "Ewa", default);
        for (var round = 0; round < 4; round++)
        {
            await RunAsync();
            Clock.Advance(WorldPlan.Tick);
        }

        // From here on answers may be stale: what was exported was right.
        (Shops[0].ReplicaLag, Shops[1].PageCache.KeepsFor) = (Plan.ReplicaLag, Plan.CacheKeeps);
    }

    /// <summary>A run of each store, as their schedule starts them; the engine may be killed in it.</summary>
    /// <param name="killAtCall">Kill it when the hub has worked on so many calls, before it hears of the last; null = do not.</param>
    public async Task RunAsync(int? killAtCall = null)
    {
        using var killed = new CancellationTokenSource();
        if (killAtCall is { } last)
        {
            var calls = 0;
            _door.Trouble = async (context, next) =>
            {
                var isLast = Interlocked.Increment(ref calls) >= last;
                await (isLast ? HubDoor.LoseAnswerAsync(context, next) : next());
                if (isLast)
                    await killed.CancelAsync();
            };
        }

        try
        {
            foreach (var store in Stores)
                await Get<StoreRunner>().RunAsync(store.Key, killed.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed.
        }

        if (killAtCall is not null)
        {
            _door.Trouble = null;
            await _engine.DisposeAsync();
            _engine = Begin();
            Kills++;
        }
    }

    /// <summary>What stands between the engine and the hub during the next run; null = nothing.</summary>
    public void TroubleHub(Func<HttpContext, Func<Task>, Task>? trouble) => _door.Trouble = trouble;

    public T Get<T>()
        where T : notnull => _engine.GetRequiredService<T>();

    public async Task<HubContact?> CardAsync(string email) => await HubAccounts.ReadContactAsync(await HubAccountAsync(), email);

    public async Task ChooseOnCardAsync(Guid card, bool yes)
        => Assert.True(await HubAccounts.SetEmailConsentAsync(await HubAccountAsync(), card, yes));

    /// <summary>Makes a card by other means than ours.</summary>
    public async Task InsertCardsAsync(IReadOnlyList<string> emails)
    {
        var client = new SalesmanagoClient();
        var destination = Get<Connections>().DestinationOf((await Get<IStores>().ListDestinationsAsync(Account.Id, default))[0]);
        var contacts = emails.Select(email => new OutgoingContact { Email = email, EmailConsent = ConsentState.Granted });
        foreach (var pack in contacts.Chunk(client.ContactsPerCall))
            await client.UpsertContactsAsync(destination, pack, default);
    }

    public async Task CallBackAsync(string email, bool yes)
    {
        var callbacks = Get<Callbacks>();
        var address = await callbacks.AddressOfAsync(Account.Id, null, default);
        await callbacks.AcceptAsync(
            address.Token, yes ? ConsentState.Granted : ConsentState.Withdrawn, email, callbacks.KeyOf(address, email), default);
    }

    /// <summary>The statement Pomost has on record in each store that knows the person.</summary>
    public async Task<IReadOnlyList<ConsentState>> LedgerAsync(string email)
    {
        var states = new List<ConsentState>();
        foreach (var row in await Get<IViews>().FindByEmailAsync(Account.Id, email, default))
            states.Add((await Get<IViews>().ContactAsync(Account.Id, row.Id, default))!.EmailConsent.State);
        return states;
    }

    public async Task<ContactCard?> PanelCardAsync(string email)
    {
        var rows = await Get<IViews>().FindByEmailAsync(Account.Id, email, default);
        return rows.Count == 0 ? null : await Get<IViews>().ContactAsync(Account.Id, rows[0].Id, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        foreach (var shop in Shops)
            await shop.DisposeAsync();
        await _front.DisposeAsync();
        await _ofEngine.DisposeAsync();
        await _ofHub.DisposeAsync();
    }

    static WooCommerceSimulatorOptions ShopOptions(WorldPlan plan, int number) => new()
    {
        // Plain http signs with the time: a shop twenty minutes apart would refuse every call, whatever we do.
        Https = true,
        WebhooksRunByThemselves = false,
        ClockAhead = plan.ShopAhead[number],
        Seed = plan.Seed + 1,
    };

    /// <summary>A process of the engine: everything it kept in memory is new.</summary>
    ServiceProvider Begin()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPomostStorage(_ofEngine.Database);
        services.AddIdentityCore<PomostUser>().AddPomostUsers();
        services.AddSingleton<IDataProtectionProvider>(_keys);
        services.AddPomostServices(new OutgoingOptions { AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(_engineClock);
        services.AddSingleton(new Random(Plan.Seed + Kills));
        services.AddSingleton<IBuiltInHub>(_ => new OtherHub(_front.Services.GetRequiredService<HubAccounts>(), _door));
        services.AddSingleton<IPlatformCatalogue, PlatformCatalogue>();
        services.AddSingleton<IDestination, SalesmanagoClient>();
        services.AddSingleton<IProductDestination, SalesmanagoProducts>();
        services.AddSingleton<IDestinationAccounts, SalesmanagoAccounts>();
        services.AddSingleton(_ => new EngineOptions { PublicAddress = () => _door.Address });
        services.AddSingleton<EngineServices>();
        services.AddSingleton<StoreRunner>();
        var begun = services.BuildServiceProvider();
        begun.GetRequiredService<OutgoingHttp>().Trust([.. Shops.Select(shop => shop.Certificate!)]);
        return begun;
    }

    async Task MakeAccountAsync()
    {
        await using var scope = _engine.CreateAsyncScope();
        var user = new PomostUser { Id = Guid.NewGuid(), UserName = RunningEngine.Owner, Email = RunningEngine.Owner, FullName = "Ewa" };
        Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user)).Succeeded);
        Account = await Get<IAccounts>().CreateAsync("Konto", user.Id, default);
        Assert.NotNull(await Get<StoreSetup>().HubDestinationAsync(Account, RunningEngine.Owner, default));
    }

    async Task<long> HubAccountAsync()
    {
        if (_hubAccount == 0)
            _hubAccount = Assert.Single(await HubAccounts.ListAsync()).AccountId;
        return _hubAccount;
    }

    async Task<IResult> TakeInAsync(string token, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var webhook = new WebhookRequest("POST", new Dictionary<string, string>(), headers, body.ToArray());
        var (result, _) = await Get<Intake>().AcceptAsync(token, webhook, default);
        return Results.StatusCode(result == IntakeResult.Accepted ? 200 : 400);
    }

    sealed class OtherHub(HubAccounts accounts, HubDoor door) : IBuiltInHub
    {
        public Uri Endpoint => door.Address;

        public async Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct)
        {
            var made = await accounts.CreateAsync(new NewHubAccount(name, ownerEmail, "correct horse"), ct);
            return made is null ? null : new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail);
        }

        public Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct)
            => accounts.CreateKeyAsync(clientId, name, ct);

        public Task SetCallbacksAsync(string clientId, CallbackUrls urls, CancellationToken ct) => Task.CompletedTask;
    }
}
