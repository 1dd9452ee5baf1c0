using System.Globalization;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using Pomost.Storage;

namespace Pomost.Benchmarks;

/// <summary>Commits a page of 100 people nobody knew before, each with a delivery: what an export's step writes. A file on SQLite, synchronised as in service.</summary>
[MemoryDiagnoser]
public class PageCommitBenchmarks
{
    const int People = 100;

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"pomost-benchmark-{Guid.NewGuid():N}");
    Database? _database;
    IStoreRuns? _runs;
    StoreLease? _lease;
    int _page;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _database = await Database.OpenAsync(DatabaseOptions.Sqlite(Path.Combine(_folder, "pomost.db")), TimeProvider.System);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddPomostStorage(_database);
        services.AddIdentityCore<PomostUser>().AddPomostUsers();
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var user = new PomostUser { Id = Guid.NewGuid(), UserName = "owner@example.com", FullName = "Owner" };
        await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user);
        var account = await provider.GetRequiredService<IAccounts>().CreateAsync("Account", user.Id, default);
        var stores = provider.GetRequiredService<IStores>();
        var destination = await stores.AddDestinationAsync(
            new Destination
            {
                AccountId = account.Id,
                IsHub = true,
                Endpoint = new Uri("https://localhost"),
                ClientId = "c",
                Owner = "owner@example.com",
                ProtectedSecrets = "sealed",
            },
            default);
        var store = await stores.AddAsync(StoreOf(account.Id, destination.Id), default);
        _runs = provider.GetRequiredService<IStoreRuns>();
        _lease = await _runs.BeginAsync(store.Key, default);
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _database!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = People)]
    public Task CommitPage()
    {
        var page = _page++;
        var people = Enumerable.Range(0, People).Select(index => string.Create(CultureInfo.InvariantCulture, $"person{page}-{index}@example.com")).ToList();
        return _runs!.CommitAsync(
            _lease!, new PageCommit { Contacts = [.. people.Select(Person)], Deliveries = [.. people.Select(Owed)], Traces = [.. people.Select(Trace)] }, default);
    }

    static ContactWrite Person(string email) => new()
    {
        EmailKey = email,
        Contact = new ShopContact { SourceId = email, Email = email, HasAccount = true, FirstName = "Zofia", LastName = "Wiśniewska", Phone = "+48 601 000 000" },
        EmailConsent = Consent.None,
        SmsConsent = Consent.None,
        WantedHash = "00000000000000000000000000000000-00",
        WantedTags = ["rejestracja"],
        Outcome = RecordOutcome.Queued,
        Code = ReasonCode.SharingEveryone,
        FromAccountRead = true,
    };

    static NewDelivery Owed(string email) => new()
    {
        Kind = DeliveryKind.Contact,
        EmailKey = email,
        SourceId = email,
        Payload = DeliveryPayload.Of(new OutgoingContact { Email = email, Name = "Zofia Wiśniewska", Phone = "+48 601 000 000", Tags = ["rejestracja"] }),
    };

    static TraceWrite Trace(string email) => new(
        ShopStream.Contacts, email, email, RecordOutcome.Queued, ReasonCode.SharingEveryone, [new RuleAnswer("export-selection", ReasonCode.SharingEveryone, true)], null);

    static Store StoreOf(long accountId, long destinationId) => new()
    {
        AccountId = accountId,
        DestinationId = destinationId,
        Name = "Shop",
        Slug = "shop",
        Platform = "woocommerce",
        Address = new Uri("https://sklep.example"),
        Location = "sklep_example",
        Settings = new Dictionary<string, string>(StringComparer.Ordinal),
        ProtectedSecrets = "sealed",
        Options = new Engine.StoreOptions(),
        WebhookToken = "token",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
