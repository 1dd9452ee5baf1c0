using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Salesmanago.Tests;

/// <summary>Goal: what the client delivers arrives. Method: the real hub, its real database and Kestrel on the loopback; the two share no records.</summary>
public sealed class AgainstTheHubTests : IAsyncLifetime
{
    const string Password = "correct horse";
    readonly SalesmanagoClient client = new();
    readonly FakeClock clock = new();
    readonly HttpClient http = new();
    TestDatabase storage = null!;
    WebApplication hub = null!;
    HubCredentials account = null!;

    Uri Endpoint => new(hub.Urls.First());

    DestinationConnection There => new()
    {
        Endpoint = Endpoint,
        ClientId = account.ClientId,
        ApiSecret = account.ApiSecret,
        Owner = account.OwnerEmail,
        Http = http,
        Clock = clock,
    };

    public async ValueTask InitializeAsync()
    {
        storage = await TestDatabase.CreateAsync(Dialect.Sqlite, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(storage.Database);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddHubStorage();
        builder.Services.AddPomostHub(options => options.Smapp = 3);
        hub = builder.Build();
        hub.MapPomostHub();
        await hub.StartAsync();
        account = (await hub.Services.GetRequiredService<HubAccounts>().CreateAsync(new("Shop", "owner@example.test", Password)))!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await hub.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task Logging_in_opens_the_account_and_the_pair_signs_calls_without_the_secret()
    {
        var login = new SalesmanagoLogin(http, clock);
        var result = await login.LogInAsync(new LogInForm(Endpoint.Authority, account.OwnerEmail, Password), default);

        Assert.Equal((account.ClientId, Endpoint, 3), (result.ClientId, result.Endpoint, result.TrackingServer));
        Assert.Equal([account.OwnerEmail], result.Users);
        Assert.True(result.ApiV3Key?.Length > 0, result.ApiV3Problem);
        var there = There with { ApiSecret = null, ApiKey = result.ApiKey, Signature = result.Signature };
        Assert.Equal([account.OwnerEmail], await client.CheckAsync(there, default));
        Assert.NotEqual("", await login.RefreshTokenAsync(there, default));
        Assert.Null(await login.GetPropertiesAsync(result.Endpoint, result.Token, result.ClientId, default));
        await login.SetPropertiesAsync(result.Endpoint, result.Token, result.ClientId, """{"lang":"PL"}""", default);
        Assert.Equal("""{"lang":"PL"}""", await login.GetPropertiesAsync(result.Endpoint, result.Token, result.ClientId, default));
        await new SalesmanagoCatalogue(http, clock).RevokeKeyAsync(new CatalogueConnection(result.Endpoint, result.ApiV3Key!), default);
    }

    [Fact]
    public async Task A_thousand_contacts_and_their_purchases_arrive_once_however_often_they_are_sent()
    {
        OutgoingContact[] contacts =
        [
            .. Enumerable.Range(0, 1000).Select(number => Sample.Contact(number) with
            {
                Name = $"Osoba {number}",
                EmailConsent = (number % 3) switch { 0 => ConsentState.Granted, 1 => ConsentState.Withdrawn, _ => ConsentState.NoStatement },
                SmsConsent = number % 2 == 0 ? ConsentState.Granted : ConsentState.NoStatement,
                Tags = ["rejestracja"],
            }),
        ];
        OutgoingEvent[] purchases = [.. contacts.Select((contact, number) => Sample.Event(number, contact.Email))];
        for (var round = 0; round < 2; round++)
        {
            foreach (var batch in contacts.Chunk(client.ContactsPerCall))
                Assert.Empty((await client.UpsertContactsAsync(There, batch, default)).Refused);
            foreach (var batch in purchases.Chunk(client.EventsPerCall))
                Assert.Empty((await client.AddEventsAsync(There, batch, default)).Refused);
        }

        var cards = (await client.ReadContactsAsync(There, [.. contacts.Select(contact => contact.Email)], default)).ToDictionary(card => card.Email);

        Assert.Equal(1000, cards.Count);
        foreach (var (number, contact) in contacts.Index())
        {
            var card = cards[contact.Email];
            Assert.Equal((contact.EmailConsent != ConsentState.Granted, contact.SmsConsent != ConsentState.Granted), (card.EmailOptedOut, card.PhoneOptedOut));
            Assert.Equal(new EventIdentity(OutgoingEventKind.Purchase, $"{number}", "sm_demo"), Assert.Single(card.Events));
            Assert.Equal("REJESTRACJA", Assert.Single(card.Tags).Key);
        }
    }

    [Fact]
    public async Task A_later_delivery_without_a_statement_leaves_the_consent_alone_and_an_opt_out_takes_it()
    {
        await client.UpsertContactsAsync(There, [Sample.Contact(1) with { EmailConsent = ConsentState.Granted }], default);
        await client.UpsertContactsAsync(There, [Sample.Contact(1) with { Name = "Anna" }], default);
        Assert.False(Assert.Single(await client.ReadBasicAsync(There, ["c1@example.test"], default)).EmailOptedOut);

        await client.UpsertContactsAsync(There, [Sample.Contact(1) with { EmailConsent = ConsentState.Withdrawn }], default);
        Assert.True(Assert.Single(await client.ReadBasicAsync(There, ["c1@example.test"], default)).EmailOptedOut);
    }

    [Fact]
    public async Task The_contact_the_hub_does_not_take_is_refused_and_its_neighbours_arrive()
    {
        var result = await client.UpsertContactsAsync(
            There, [Sample.Contact(1), Sample.Contact(2) with { Email = "nonsense" }, Sample.Contact(3)], default);

        Assert.Equal(1, Assert.Single(result.Refused).Index);
        Assert.Equal(2, (await client.ReadContactsAsync(There, ["c1@example.test", "nonsense", "c3@example.test"], default)).Count);
    }

    [Fact]
    public async Task An_event_of_a_contact_that_is_not_there_is_refused_and_the_others_arrive()
    {
        await client.UpsertContactsAsync(There, [Sample.Contact(1)], default);

        var result = await client.AddEventsAsync(
            There, [Sample.Event(1, "nobody@example.test"), Sample.Event(2, "c1@example.test"), Sample.Event(3, "nobody@example.test")], default);

        Assert.Equal([0, 2], result.Refused.Select(refused => refused.Index));
        Assert.Equal("2", Assert.Single(Assert.Single(await client.ReadContactsAsync(There, ["c1@example.test"], default)).Events).ExternalId);
    }

    [Fact]
    public async Task The_longest_event_that_the_client_sends_is_within_the_limits_of_the_hub()
    {
        await client.UpsertContactsAsync(There, [Sample.Contact(1)], default);
        var longest = Sample.Event(1, "c1@example.test") with
        {
            ExternalId = new string('1', 255),
            Location = new string('a', 36),
            Value = 9_999_999_999_999_999_999m,
            ShopDomain = new string('d', 300),
            Description = new string('x', 5000),
            DeliveryMethod = new string('m', 300),
            PickUpPlace = new string('p', 300),
            OrderNumber = new string('n', 300),
            Products = [.. Enumerable.Range(1, 1000).Select(id => new OutgoingProduct($"{id}", $"Produkt {id}", 1.25m, $"SKU-{id}"))],
        };

        Assert.Empty((await client.AddEventsAsync(There, [longest], default)).Refused);
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_owner_name_the_field_to_mend()
    {
        var secret = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => client.UpsertContactsAsync(There with { ApiSecret = "wrong" }, [Sample.Contact(1)], default));
        var owner = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => client.UpsertContactsAsync(There with { Owner = "stranger@example.test" }, [Sample.Contact(1)], default));
        var check = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => client.CheckAsync(There with { Owner = "stranger@example.test" }, default));

        Assert.Equal((ConnectionProblem.CredentialsRefused, "api_secret"), (secret.Problem, secret.SettingKey));
        Assert.Equal((ConnectionProblem.AccountInactive, "owner"), (owner.Problem, owner.SettingKey));
        Assert.Equal((ConnectionProblem.AccountInactive, "owner"), (check.Problem, check.SettingKey));
        Assert.DoesNotContain("stranger", owner.Message + check.Message, StringComparison.Ordinal);
    }
}
