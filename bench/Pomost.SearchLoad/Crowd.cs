using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Rules;
using Pomost.Storage;

namespace Pomost.SearchLoad;

/// <summary>An account with four stores and as many people as asked for, of common and rare kinds.</summary>
static class Crowd
{
    public const string Email = "owner@pomost.example";
    public const string Password = "Zielony-Rower-7-Jedzie";
    public const string RareTag = "URATOWANY";
    public static readonly string[] FirstNames = ["Anna", "Maria", "Katarzyna", "Małgorzata", "Agnieszka", "Ewa", "Zofia", "Łucja", "Hanna", "Świętosława",
        "Piotr", "Krzysztof", "Andrzej", "Tomasz", "Jan", "Paweł", "Michał", "Łukasz", "Żelisław", "Stanisław"];

    public static readonly string[] LastNames = ["Nowak", "Kowalska", "Wiśniewska", "Wójcik", "Kowalczyk", "Kamińska", "Lewandowska", "Zielińska", "Szymańska", "Woźniak",
        "Dąbrowska", "Kozłowska", "Mazur", "Jankowska", "Kwiatkowska", "Krawczyk", "Kaczmarek", "Piotrowska", "Grabowska", "Pawłowska", "Michalska", "Król", "Wieczorek",
        "Jabłońska", "Wróbel", "Majewska", "Olszewska", "Stępień", "Malinowska", "Jaworska", "Adamczyk", "Dudek", "Nowicka", "Pawlak", "Górska", "Witkowska", "Walczak",
        "Sikora", "Baran", "Rutkowska", "Michalak", "Szewczyk", "Ostrowska", "Tomaszewska", "Pietrzak", "Zalewska", "Wróblewska", "Marciniak", "Jasińska", "Zawadzka",
        "Bąk", "Sadowska", "Duda", "Włodarczyk", "Wilk", "Chmielewska", "Borkowska", "Sokołowska", "Szczepańska", "Sawicka", "Żak", "Łuczak", "Ćwik", "Brzęczyszczykiewicz"];

    const int PeoplePerPage = 1_000;
    static readonly double[] StoreShares = [0.5, 0.8, 0.95, 1.0];
    static readonly TimeSpan Spread = TimeSpan.FromDays(730);

    /// <summary>Fills an empty database; does nothing when somebody is there. Gives the account and its stores.</summary>
    public static async Task<(long AccountId, IReadOnlyList<Store> Stores)> FillAsync(Database database, SteppingClock clock, int people, CancellationToken ct)
    {
        await using var provider = Services(database, clock);
        var accounts = provider.GetRequiredService<IAccounts>();
        var stores = provider.GetRequiredService<IStores>();
        if (await accounts.ListAsync(ct) is [var known, ..])
            return (known.Id, await stores.ListAsync(known.Id, ct));
        var account = await AccountAsync(provider, accounts, ct);
        var destination = await stores.AddDestinationAsync(
            new Destination { AccountId = account.Id, IsHub = true, Endpoint = new Uri("https://localhost"), ClientId = "c", Owner = Email, ProtectedSecrets = "sealed" }, ct);
        var made = new List<Store>();
        for (var number = 0; number < StoreShares.Length; number++)
            made.Add(await stores.AddAsync(StoreOf(account.Id, destination.Id, number), ct));
        var runs = provider.GetRequiredService<IStoreRuns>();
        var leases = new List<StoreLease>();
        foreach (var store in made)
            leases.Add((await runs.BeginAsync(store.Key, ct))!);
        var chance = new Random(1);
        var (began, number2) = (clock.GetUtcNow() - Spread, 0);
        foreach (var page in Enumerable.Range(0, people).Chunk(PeoplePerPage))
        {
            clock.Set(began + Spread * ((double)number2++ * PeoplePerPage / people));
            foreach (var store in page.GroupBy(_ => Array.FindIndex(StoreShares, share => share > chance.NextDouble())))
                await runs.CommitAsync(leases[Math.Max(0, store.Key)], new PageCommit { Contacts = [.. store.Select(index => Person(index, chance))] }, ct);
        }

        // So that the engine of the panel's process leaves the invented shops alone.
        foreach (var store in made)
            await stores.SetStateAsync(store.Key, StoreState.Paused, null, ct);
        return (account.Id, made);
    }

    public static ServiceProvider Services(Database database, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(clock);
        services.AddPomostStorage(database);
        services.AddIdentityCore<PomostUser>().AddPomostUsers();
        return services.BuildServiceProvider();
    }

    static async Task<Account> AccountAsync(ServiceProvider provider, IAccounts accounts, CancellationToken ct)
    {
        await using var scope = provider.CreateAsyncScope();
        var user = new PomostUser { Id = Guid.NewGuid(), UserName = Email, Email = Email, EmailConfirmed = true, FullName = "Owner", Language = "pl", ProcessingConsentWording = "-" };
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user, Password);
        return result.Succeeded ? await accounts.CreateAsync("Search", user.Id, ct) : throw new InvalidOperationException(result.ToString());
    }

    static ContactWrite Person(int index, Random chance)
    {
        var (first, last) = (FirstNames[chance.Next(FirstNames.Length)], LastNames[(int)(LastNames.Length * Math.Pow(chance.NextDouble(), 1.6))]);
        var email = string.Create(CultureInfo.InvariantCulture, $"{Plain(first)}.{Plain(last)}{index}@poczta{index % 37}.example");
        return new ContactWrite
        {
            EmailKey = email,
            Contact = new ShopContact
            {
                SourceId = index.ToString(CultureInfo.InvariantCulture),
                Email = email,
                HasAccount = true,
                FirstName = first,
                LastName = last,
                Phone = string.Create(CultureInfo.InvariantCulture, $"+48 {chance.Next(500, 900)} {chance.Next(1000):000} {chance.Next(1000):000}"),
                BillingAddress = new PostalAddress("Kwiatowa 7", "80-001", "Gdańsk", "PL"),
                RegisteredAt = DateTimeOffset.UnixEpoch.AddDays(19_000 + (index % 900)),
            },
            EmailConsent = new Consent(chance.NextDouble() switch { < 0.35 => ConsentState.Granted, < 0.5 => ConsentState.Withdrawn, _ => ConsentState.NoStatement }),
            SmsConsent = new Consent(chance.NextDouble() switch { < 0.1 => ConsentState.Granted, < 0.12 => ConsentState.Withdrawn, _ => ConsentState.NoStatement }),
            WantedHash = "00000000000000000000000000000000-00",
            WantedTags = [.. Tags(index, chance)],
            Outcome = chance.NextDouble() switch { < 0.002 => RecordOutcome.Rejected, < 0.003 => RecordOutcome.Queued, < 0.18 => RecordOutcome.Withheld, _ => RecordOutcome.Sent },
            Code = ReasonCode.SharingEveryone,
            FromAccountRead = true,
        };
    }

    static IEnumerable<string> Tags(int index, Random chance)
    {
        if (chance.NextDouble() < 0.7)
            yield return "rejestracja";
        if (chance.NextDouble() < 0.25)
            yield return "newsletter";
        yield return string.Create(CultureInfo.InvariantCulture, $"DZIAL_{(int)(300 * Math.Pow(chance.NextDouble(), 3))}");
        if (index % 1_000 == 7)
            yield return "VIP";
        if (index % 33_333 == 8)
            yield return RareTag;
    }

    static string Plain(string name) => string.Concat(name.ToLowerInvariant().Replace('ł', 'l').Normalize(System.Text.NormalizationForm.FormD).Where(char.IsAsciiLetter));

    static Store StoreOf(long accountId, long destinationId, int number) => new()
    {
        AccountId = accountId,
        DestinationId = destinationId,
        Name = string.Create(CultureInfo.InvariantCulture, $"Sklep {number + 1}"),
        Slug = string.Create(CultureInfo.InvariantCulture, $"sklep-{number + 1}"),
        Platform = "woocommerce",
        Address = new Uri("https://sklep.example"),
        Location = "sklep_example",
        Settings = new Dictionary<string, string>(StringComparer.Ordinal),
        ProtectedSecrets = "sealed",
        Options = new Engine.StoreOptions(),
        WebhookToken = Guid.NewGuid().ToString("N"),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}

/// <summary>A clock that is set while the crowd is filled in, so that it changed over two years, and goes on by itself afterwards.</summary>
sealed class SteppingClock : TimeProvider
{
    DateTimeOffset? _at;

    public void Set(DateTimeOffset? at) => _at = at;

    public override DateTimeOffset GetUtcNow() => _at ?? base.GetUtcNow();
}
