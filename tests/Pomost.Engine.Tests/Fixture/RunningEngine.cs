using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Connectors;
using Pomost.Connectors.Tests.Fake;
using Pomost.Contract;
using Pomost.Hub;
using Pomost.Salesmanago;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>How a <see cref="RunningEngine"/> is set up.</summary>
sealed record EngineSetup
{
    public Dialect Dialect { get; init; } = Dialect.Sqlite;

    public WooCommerceSimulatorOptions Shop { get; init; } = new();

    /// <summary>What the shop holds at the start; null = nothing.</summary>
    public ShopSeedOptions? Seed { get; init; }

    public StoreOptions Options { get; init; } = new();

    /// <summary>False: a shop's certificate of its own is refused, as anybody would.</summary>
    public bool TrustsTheShop { get; init; } = true;

    /// <summary>The shop the store is connected to, kept in memory; null = the simulated WooCommerce shop.</summary>
    public ScriptedShop? Scripted { get; init; }

    /// <summary>True: the store is connected to a <see cref="FakeShop"/> instead, over HTTP.</summary>
    public bool IsFake { get; init; }

    /// <summary>True: the shop reaches the engine with webhooks.</summary>
    public bool ReceivesWebhooks { get; init; }

    /// <summary>Throws in the destination's place; null = nothing is thrown.</summary>
    public Faults? Destination { get; init; }

    /// <summary>The same for products.</summary>
    public Faults? Products { get; init; }

    /// <summary>True: the module is installed in the shop, and the store knows its secret.</summary>
    public bool HasModule { get; init; }
}

/// <summary>Simulated shop, engine, hub and one connected store, on the loopback and one clock; the test itself runs the store.</summary>
sealed class RunningEngine : IAsyncDisposable
{
    public const string Owner = "owner@example.test";

    /// <summary>Secret of the module, where the shop has it.</summary>
    public const string ModuleSecret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    readonly WebApplication _app;
    readonly TestDatabase _storage;
    readonly HubDoor _door;
    long _hubAccount;

    RunningEngine(WebApplication app, TestDatabase storage, WooCommerceSimulator shop, HubDoor door, FakeClock clock)
        => (_app, _storage, Simulator, _door, Clock) = (app, storage, shop, door, clock);

    public FakeClock Clock { get; }

    public WooCommerceSimulator Simulator { get; }

    /// <summary>The shop of <see cref="EngineSetup.IsFake"/>.</summary>
    public FakeShop Fake { get; private set; } = null!;

    public WooCommerceShop Shop => Simulator.Shop;

    public HubDoor Hub => _door;

    public Store Store { get; private set; } = null!;

    public Account Account { get; private set; } = null!;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Where the store's shop announces changes.</summary>
    public Uri Inbox => new(Address, $"/in/{Store.WebhookToken}");

    public IServiceProvider Services => _app.Services;

    public Exports Exports => Get<Exports>();

    public StoreSetup Setup => Get<StoreSetup>();

    public IStores Stores => Get<IStores>();

    public IViews Views => Get<IViews>();

    /// <summary>The form as its owner would fill it in.</summary>
    public Dictionary<string, string?> Form => FormOf(Simulator);

    /// <summary>The form as a shop's owner would fill it in.</summary>
    public static Dictionary<string, string?> FormOf(IShopSimulator shop)
        => shop.Connection.ToDictionary(typed => typed.Key, typed => (string?)typed.Value, StringComparer.Ordinal);

    public static async Task<RunningEngine> StartAsync(EngineSetup? setup = null)
    {
        setup ??= new EngineSetup();
        var clock = new FakeClock();
        var shop = await WooCommerceSimulator.StartAsync(setup.Shop with { WebhooksRunByThemselves = false }, clock);
        if (setup.Seed is { } seed)
            shop.Seed(seed);
        var storage = await TestDatabase.CreateAsync(setup.Dialect, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var services = builder.Services;
        var door = new HubDoor();
        services.AddPomostStorage(storage.Database);
        services.AddHubStorage();
        services.AddPomostHub();
        services.AddIdentityCore<PomostUser>().AddPomostUsers();
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        services.AddPomostServices(new OutgoingOptions { AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(new Random(1));
        services.AddSingleton(door);
        services.AddSingleton<IBuiltInHub, HubOfThisProcess>();
        services.AddSingleton<IPlatformCatalogue>(setup.Scripted is { } scripted ? new ScriptedCatalogue(scripted)
            : setup.IsFake ? new ScriptedCatalogue(new FakeConnector(), FakeConnector.Key) : new PlatformCatalogue());
        services.AddSingleton(provider => Faulty<IDestination>.Of(ActivatorUtilities.CreateInstance<SalesmanagoClient>(provider), setup.Destination));
        services.AddSingleton(provider => Faulty<IProductDestination>.Of(ActivatorUtilities.CreateInstance<SalesmanagoProducts>(provider), setup.Products));
        services.AddSingleton<IDestinationAccounts, SalesmanagoAccounts>();
        services.AddSingleton(_ => new EngineOptions { PublicAddress = () => setup.ReceivesWebhooks ? door.Address : null });
        services.AddSingleton<EngineServices>();
        services.AddSingleton<StoreRunner>();
        var app = builder.Build();
        if (setup.TrustsTheShop && shop.Certificate is { } trusted)
            app.Services.GetRequiredService<OutgoingHttp>().Trust(trusted);
        app.Use(door.HandleAsync);
        app.MapPomostHub();
        app.MapPost("/in/{token}", AcceptAsync);
        await app.StartAsync();
        door.Address = new Uri(app.Urls.First());
        var engine = new RunningEngine(app, storage, shop, door, clock);
        if (setup.IsFake)
            engine.Fake = await FakeShop.StartAsync(clock);
        await engine.ConnectAsync(setup);
        return engine;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>One store run, as the engine's schedule starts it.</summary>
    public Task WorkAsync(CancellationToken ct = default) => Get<StoreRunner>().RunAsync(Store.Key, ct);

    /// <summary>Time goes by, then one store run.</summary>
    public Task WorkAfterAsync(TimeSpan wait)
    {
        Clock.Advance(wait);
        return WorkAsync();
    }

    public async Task<ExportRun> StartExportAsync(ExportKind kind, ExportOptions? options = null)
        => (await Exports.StartAsync(Store.Key, kind, options ?? new ExportOptions(), "Ewa", default)).Run;

    /// <summary>Starts an export and works until it has ended.</summary>
    public async Task<ExportRun> ExportAsync(ExportKind kind, ExportOptions? options = null)
        => await FinishAsync(await StartExportAsync(kind, options));

    /// <summary>Works, letting time go by, until the run has ended.</summary>
    public async Task<ExportRun> FinishAsync(ExportRun run)
    {
        for (var round = 0; round < 40; round++)
        {
            await WorkAsync();
            var now = await FindAsync(run);
            if (now.State is not (ExportState.Scheduled or ExportState.Running))
                return now;
            Clock.Advance(TimeSpan.FromMinutes(31));
        }

        throw new InvalidOperationException($"The run does not end: {await FindAsync(run)}");
    }

    public async Task<ExportRun> FindAsync(ExportRun run) => (await Get<IExportRuns>().FindAsync(run.Store.AccountId, run.Id, default))!;

    public async Task<Store> StoreNowAsync() => (await Stores.FindAsync(Store.Key, default))!;

    /// <summary>Connects one more shop to the same destination.</summary>
    public async Task<Store> ConnectAsync(IShopSimulator shop, string name, StoreOptions? options = null)
    {
        var (values, problems) = Setup.Read(Get<IPlatformCatalogue>().Find("woocommerce")!.Info, FormOf(shop));
        Assert.Empty(problems);
        return await Setup.AddAsync(Account.Id, Store.DestinationId, "woocommerce", name, values, options ?? new StoreOptions(), default);
    }

    /// <summary>The contact of the first store with this address.</summary>
    public async Task<ContactCard> ContactAsync(string email)
    {
        var row = Assert.Single(await Views.FindByEmailAsync(Account.Id, email, default), row => row.Store == Store.Key);
        return (await Views.ContactAsync(Account.Id, row.Id, default))!;
    }

    public async Task<HubCounts> HubCountsAsync() => await Get<HubAccounts>().CountAsync(await HubAccountAsync());

    public async Task<HubContact?> CardAsync(string email) => await Get<HubAccounts>().ReadContactAsync(await HubAccountAsync(), email);

    /// <summary>Addresses of everybody the hub knows, as its keys, each as often as it is there.</summary>
    public async Task<List<string>> HubAddressesAsync()
    {
        var all = new List<string>();
        Guid? after = null;
        while (true)
        {
            var page = await Get<HubAccounts>().ListContactsAsync(await HubAccountAsync(), after: after, size: 500);
            all.AddRange(page.Select(contact => contact.Card.EmailKey));
            if (page.Count < 500)
                return all;
            after = page[^1].Card.Id;
        }
    }

    /// <summary>The products of the hub's only catalogue by id; empty while there is none.</summary>
    public async Task<IReadOnlyDictionary<string, HubProductCard>> CatalogueAsync()
    {
        var products = Get<HubProducts>();
        if (await products.CataloguesAsync(await HubAccountAsync()) is not { Count: > 0 } catalogues)
            return new Dictionary<string, HubProductCard>();
        var page = await products.ListAsync(await HubAccountAsync(), Assert.Single(catalogues).Catalogue.Id, size: 10_000);
        return page.ToDictionary(product => product.ProductId, product => product.Card, StringComparer.Ordinal);
    }

    /// <summary>Ids of the shop's orders that are purchases on a card, each as often as it is there.</summary>
    public Task<List<string>> PurchasesAsync() => ExternalIdsAsync("PURCHASE");

    /// <summary>Ids of the shop's records that are events of a type on a card.</summary>
    public async Task<List<string>> ExternalIdsAsync(string type) => await _storage.Database.ReadAsync(session => session
        .Command("SELECT external_id FROM hub_event WHERE type = @type").With("type", type).QueryAsync(row => row.Text("external_id")));

    public Task<long> CountRowsAsync(string table, string where = "true") => _storage.Database.ReadAsync(async session =>
        (await session.Command($"SELECT count(*) FROM {table} WHERE {where}").NumberAsync())!.Value);

    /// <summary>Tables in which a text stands anywhere.</summary>
    public Task<List<string>> TablesWithAsync(string text) => _storage.Database.ReadAsync(async session =>
    {
        var found = new List<string>();
        var tables = await session.Command(session.ByDialect(
            "SELECT name FROM sqlite_master WHERE type = 'table'",
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")).QueryAsync(row => row.Text("name"));
        foreach (var table in tables)
        {
            var whole = await WholeRowAsync(session, table);
            if (await session.Command($"SELECT count(*) FROM {table} WHERE lower({whole}) LIKE '%' || @text || '%'").With("text", text.ToLowerInvariant()).NumberAsync() > 0)
                found.Add(table);
        }

        return found;
    });

    /// <summary>Rows of all tables in which a text stands, each row of a job's file for itself.</summary>
    public async Task<long> CountOccurrencesAsync(string text)
    {
        var files = await _storage.Database.ReadAsync(session => session
            .Command("SELECT file FROM hub_job").QueryAsync(row => row.Text("file")));
        var count = files.Sum(file => (long)file.Split(text).Length - 1);
        foreach (var table in (await TablesWithAsync(text)).Where(table => table != "hub_job"))
            count += await CountRowsAsync(table, $"lower({await WholeRowAsync(table)}) LIKE '%{text.ToLowerInvariant()}%'");
        return count;
    }

    public Task ExecuteAsync(string sql) => _storage.Database.WriteAsync(session => session.Command(sql).ExecuteAsync());

    Task<string> WholeRowAsync(string table) => _storage.Database.ReadAsync(session => WholeRowAsync(session, table));

    static async Task<string> WholeRowAsync(DbSession session, string table)
    {
        if (session.Dialect != Dialect.Sqlite)
            return $"{table}::text";
        var columns = await session.Command($"SELECT name FROM pragma_table_info('{table}')").QueryAsync(row => row.Text("name"));
        return string.Join(" || ' ' || ", columns.Select(column => $"COALESCE(CAST(\"{column}\" AS TEXT), '')"));
    }

    /// <summary>True when a text stands anywhere in the files of the database, used space or not.</summary>
    public async Task<bool> FileHoldsAsync(string text)
    {
        var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(_storage.Options.ConnectionString).DataSource;
        var sought = System.Text.Encoding.UTF8.GetBytes(text);
        foreach (var path in new[] { file, $"{file}-wal" })
        {
            if (!File.Exists(path))
                continue;
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            if (bytes.ToArray().AsSpan().IndexOf(sought) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>Orders the shop calls confirmed and paid.</summary>
    public IEnumerable<WooOrder> PaidOrders() => Shop.OrderIds().Select(id => Shop.Order(id)!)
        .Where(order => order.Status is "completed" or "processing");

    public WooOrder PlaceOrder(string email, int customer = 0, string status = "completed", IReadOnlyList<WooMeta>? meta = null) => Shop.PlaceOrder(new WooOrder
    {
        CustomerId = customer,
        Status = status,
        PaymentMethod = "bacs",
        PaidAt = Shop.Now,
        Billing = new WooAddress { Email = email, FirstName = "Gość", LastName = "Bez Konta", City = "Gdynia", Country = "PL" },
        Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
        Meta = [.. meta ?? []],
    });

    public static WooMeta Newsletter(string value) => new(0, PolishShopSeed.NewsletterKey, value);

    public async ValueTask DisposeAsync()
    {
        if (Fake is not null)
            await Fake.DisposeAsync();
        await Simulator.DisposeAsync();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }

    async Task ConnectAsync(EngineSetup setup)
    {
        await using var scope = Services.CreateAsyncScope();
        var user = new PomostUser { Id = Guid.NewGuid(), UserName = Owner, Email = Owner, FullName = "Ewa" };
        Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user)).Succeeded);
        Account = await Get<IAccounts>().CreateAsync("Konto", user.Id, default);
        var destination = (await Setup.HubDestinationAsync(Account, Owner, default))!;
        var (platform, form) = setup switch
        {
            { IsFake: true } => (FakeConnector.Key, Fake.Form().ToDictionary(typed => typed.Key, typed => (string?)typed.Value, StringComparer.Ordinal)),
            { Scripted: not null } => (ScriptedShop.Key, new(StringComparer.Ordinal) { ["url"] = "https://sklep.example/" }),
            _ => ("woocommerce", Form),
        };
        if (setup.HasModule)
            form["module_secret"] = ModuleSecret;
        var (values, problems) = Setup.Read(Get<IPlatformCatalogue>().Find(platform)!.Info, form);
        Assert.Empty(problems);
        Store = await Setup.AddAsync(Account.Id, destination.Id, platform, "Sklep pod Lipą", values, setup.Options, default);
        if (setup.HasModule)
            Simulator.Module.Install(ModuleSecret, Inbox);
    }

    public async Task<long> HubAccountAsync()
    {
        if (_hubAccount == 0)
            _hubAccount = Assert.Single(await Get<HubAccounts>().ListAsync()).AccountId;
        return _hubAccount;
    }

    static async Task<IResult> AcceptAsync(string token, HttpRequest request, Intake intake)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var (result, _) = await intake.AcceptAsync(token, new WebhookRequest("POST", new Dictionary<string, string>(), headers, body.ToArray()), default);
        return Results.StatusCode(result switch
        {
            IntakeResult.Accepted => 200,
            IntakeResult.Unknown => 404,
            IntakeResult.Replayed => 409,
            IntakeResult.TooLarge => 413,
            IntakeResult.Invalid => 400,
            _ => 401,
        });
    }

    sealed class HubOfThisProcess(HubAccounts accounts, HubDoor door) : IBuiltInHub
    {
        public Uri Endpoint => door.Address;

        public async Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct)
        {
            var made = await accounts.CreateAsync(new NewHubAccount(name, ownerEmail, "correct horse"), ct);
            return made is null ? null : new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail);
        }

        public Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct) => accounts.CreateKeyAsync(clientId, name, ct);

        public Task SetCallbacksAsync(string clientId, CallbackUrls urls, CancellationToken ct) => Task.CompletedTask;
    }
}
