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
    public async Task The_catalogue_of_a_location_is_made_once_and_mended_when_the_currency_changes()
    {
        var there = await WithKeyAsync();
        var products = new SalesmanagoProducts();
        await products.CheckAsync(there, default);

        var first = await products.FindOrMakeCatalogueAsync(there, new WantedCatalogue("Sklep pod Lipą", "PLN", "sklep_example"), default);
        var again = await products.FindOrMakeCatalogueAsync(there, new WantedCatalogue("Inna nazwa", "EUR", "sklep_example"), default);
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = await products.FindOrMakeCatalogueAsync(there, new WantedCatalogue("Sklep pod Lipą", "PLN", "drugi_example"), default);

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        var kept = await hub.Services.GetRequiredService<HubProducts>().CataloguesAsync(account.AccountId);
        Assert.Equal(
            [("Sklep_pod_Lipą", "EUR", "sklep_example", true), ("drugi_example", "PLN", "drugi_example", false)],
            kept.Select(one => (one.Catalogue.Name, one.Catalogue.Currency, one.Catalogue.Location, one.Catalogue.IsDefault)));
    }

    [Fact]
    public async Task Products_arrive_as_they_were_sent_once_however_often()
    {
        var there = await WithKeyAsync();
        var products = new SalesmanagoProducts();
        var catalogue = await products.FindOrMakeCatalogueAsync(there, new WantedCatalogue("Sklep", "PLN", "sklep_example"), default);
        CatalogueProduct[] sent =
        [
            .. Enumerable.Range(0, 100).Select(number => new CatalogueProduct
            {
                Id = $"{number}",
                Name = $"Miód {number}",
                MainCategory = "Kuchnia > Miody",
                Categories = ["Kuchnia > Miody", "Prezenty"],
                Description = "Słodki",
                Page = new Uri($"https://sklep.example/{number}"),
                Images = [new Uri("https://sklep.example/m.jpg"), new Uri("https://sklep.example/m2.jpg")],
                Quantity = number,
                Price = 20m + number,
                SalePrice = number % 2 == 0 ? 15.5m : null,
                IsAvailable = number % 3 != 0,
            }),
        ];
        for (var round = 0; round < 2; round++)
            Assert.Empty((await products.UpsertProductsAsync(there, catalogue, sent, default)).Refused);

        var kept = await hub.Services.GetRequiredService<HubProducts>().ListAsync(account.AccountId, Guid.Parse(catalogue), size: 500);
        Assert.Equal(100, kept.Count);
        Assert.All(kept, product =>
        {
            var original = sent.Single(one => one.Id == product.ProductId);
            Assert.Equal(
                (original.Name, original.MainCategory, original.Price, original.SalePrice, original.Quantity, original.IsAvailable, original.IsActive),
                (product.Card.Name, product.Card.MainCategory, product.Card.Price, product.Card.DiscountPrice, product.Card.Quantity, product.Card.Available, product.Card.Active));
            Assert.Equal(original.Categories, product.Card.Categories);
            Assert.Equal((original.Page!.AbsoluteUri, original.Images[0].AbsoluteUri), (product.Card.ProductUrl, product.Card.MainImageUrl));
            Assert.Equal(original.Images[1].AbsoluteUri, Assert.Single(product.Card.ImageUrls));
        });
    }

    [Fact]
    public async Task A_key_that_is_no_longer_good_and_a_catalogue_that_is_gone_name_what_to_mend()
    {
        var there = await WithKeyAsync();
        var products = new SalesmanagoProducts();
        CatalogueProduct[] one = [new() { Id = "1", Name = "Miód" }];

        var gone = await Assert.ThrowsAsync<NeedsOperatorException>(() => products.UpsertProductsAsync(there, Guid.NewGuid().ToString(), one, default));
        await new SalesmanagoCatalogue(http, clock).RevokeKeyAsync(new CatalogueConnection(Endpoint, there.ApiV3Key!), default);
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(() => products.CheckAsync(there, default));

        Assert.Equal((ConnectionProblem.InvalidSetting, IProductDestination.CatalogueSetting), (gone.Problem, gone.SettingKey));
        Assert.Equal((ConnectionProblem.CredentialsRefused, IProductDestination.KeySetting), (refused.Problem, refused.SettingKey));
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

    async Task<DestinationConnection> WithKeyAsync()
        => There with { ApiV3Key = await new SalesmanagoCatalogue(http, clock).CreateKeyAsync(Endpoint, account.OwnerEmail, Password, "POMOST_1", webhook: null, default) };
}
