using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using Pomost.Testing;

namespace Pomost.Storage.Tests;

public sealed class SqliteFixture() : StorageFixture(Dialect.Sqlite);

public sealed class PostgreSqlFixture() : StorageFixture(Dialect.PostgreSql);

/// <summary>One database for a class of tests. Each test makes an account of its own, so the tests also show that accounts are apart.</summary>
public abstract class StorageFixture(Dialect dialect) : IAsyncLifetime
{
    private TestDatabase? test;
    private ServiceProvider? services;

    public FakeClock Clock { get; } = new();

    public Database Database => test!.Database;

    public DatabaseOptions Options => test!.Options;

    public IServiceProvider Services => services!;

    public IAccounts Accounts => Services.GetRequiredService<IAccounts>();

    public IStores Stores => Services.GetRequiredService<IStores>();

    public IInbox Inbox => Services.GetRequiredService<IInbox>();

    public IStoreRuns Runs => Services.GetRequiredService<IStoreRuns>();

    public IExportRuns Exports => Services.GetRequiredService<IExportRuns>();

    public IViews Views => Services.GetRequiredService<IViews>();

    public async ValueTask InitializeAsync()
    {
        test = await TestDatabase.CreateAsync(dialect, Clock);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddPomostStorage(test.Database);
        collection.AddDataProtection().UseEphemeralDataProtectionProvider();
        collection.AddIdentityCore<PomostUser>().AddPomostUsers();
        services = collection.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services!.DisposeAsync();
        await test!.DisposeAsync();
    }

    public async Task<PomostUser> AddUserAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var address = $"{Guid.NewGuid():n}@example.com";
        var user = new PomostUser { Id = Guid.NewGuid(), UserName = address, Email = address, FullName = "Ewa Żółć" };
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user);
        Assert.True(result.Succeeded, result.ToString());
        return user;
    }

    public async Task<Account> AddAccountAsync() => await Accounts.CreateAsync("Konto", (await AddUserAsync()).Id, default);

    public async Task<Destination> AddDestinationAsync(long accountId) => await Stores.AddDestinationAsync(
        new Destination
        {
            AccountId = accountId,
            IsHub = true,
            Endpoint = new Uri("https://localhost:8443"),
            ClientId = "abc",
            Owner = "owner@example.com",
            ProtectedSecrets = "sealed",
        },
        default);

    /// <summary>A store in an account and with a destination of its own.</summary>
    public async Task<Store> AddStoreAsync()
    {
        var account = await AddAccountAsync();
        var destination = await AddDestinationAsync(account.Id);
        return await Stores.AddAsync(Example.Store(account.Id, destination.Id), default);
    }

    /// <summary>A store with a run begun.</summary>
    public async Task<StoreLease> BeginAsync() => await BeginAsync((await AddStoreAsync()).Key);

    public async Task<StoreLease> BeginAsync(StoreKey store)
    {
        var lease = await Runs.BeginAsync(store, default);
        Assert.NotNull(lease);
        return lease;
    }

    public Task CommitAsync(StoreLease lease, PageCommit commit) => Runs.CommitAsync(lease, commit, default);

    public async Task<IReadOnlyList<Delivery>> NextAsync(StoreLease lease, int max = 100) => await Runs.NextDeliveriesAsync(lease, max, default);

    public async Task<ExportRun> AddExportAsync(StoreKey store, ExportKind kind = ExportKind.Contacts) =>
        (await Exports.CreateAsync(store, kind, new ExportOptions(), "Ewa", default)).Run;
}

/// <summary>Plausible records, one line each.</summary>
public static class Example
{
    public static readonly DateTimeOffset Placed = new(2026, 2, 1, 8, 30, 0, TimeSpan.Zero);

    public static Store Store(long accountId, long destinationId) => new()
    {
        AccountId = accountId,
        DestinationId = destinationId,
        Name = "Sklep Ewy",
        Slug = "sklep-ewy",
        Platform = "woocommerce",
        Address = new Uri("https://sklep.example/pl"),
        Location = "sklep_example",
        Settings = new Dictionary<string, string> { ["url"] = "https://sklep.example/pl" },
        ProtectedSecrets = "sealed",
        Options = new Engine.StoreOptions(),
        WebhookToken = Guid.NewGuid().ToString("n"),
        CreatedAt = Placed,
    };

    public static ContactWrite Contact(string email, RecordOutcome outcome = RecordOutcome.Queued) => new()
    {
        EmailKey = email,
        Contact = new ShopContact { SourceId = "id-" + email, Email = email, HasAccount = true, FirstName = "Łucja", LastName = "Żak" },
        EmailConsent = Consent.None,
        SmsConsent = Consent.None,
        WantedHash = "hash",
        WantedTags = ["rejestracja"],
        Outcome = outcome,
        Code = ReasonCode.SharingEveryone,
        FromAccountRead = true,
    };

    public static OrderWrite Order(string id, string? email = "a@example.com", RecordOutcome outcome = RecordOutcome.Queued) => new(
        new ShopOrder
        {
            SourceId = id,
            Number = "Z/" + id,
            Status = "completed",
            Stage = OrderStage.ConfirmedAndPaid,
            Buyer = new ShopContact { Email = email },
            PlacedAt = Placed,
            Currency = "PLN",
            Total = 199.99m,
            Lines = [new OrderLine { Name = "Herbata", Quantity = 0.5m, Total = 199.99m, MenuPaths = [new MenuPath(["Kuchnia", "Herbaty"])] }],
        },
        email, outcome, ReasonCode.OrderConfirmedAndPaid);

    public static NewDelivery ContactDelivery(string email, long? run = null) => new()
    {
        Kind = DeliveryKind.Contact,
        EmailKey = email,
        SourceId = "id-" + email,
        Payload = "{}",
        ExportRunId = run,
    };

    public static NewDelivery EventDelivery(string id, string email = "a@example.com", long? run = null, OutgoingEventKind kind = OutgoingEventKind.Purchase) => new()
    {
        Kind = DeliveryKind.Event,
        EmailKey = email,
        SourceId = id,
        Payload = "{}",
        Event = new EventIdentity(kind, id, "sklep_example"),
        ExportRunId = run,
    };
}
