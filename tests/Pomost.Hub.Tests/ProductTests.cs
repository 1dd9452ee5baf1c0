using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Product catalogues: what no single request and answer can show.</summary>
public sealed class ProductTests
{
    [Theory, ClassData(typeof(TestDatabases))]
    public async Task What_a_call_leaves_out_is_kept_and_what_it_clears_is_gone(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        await shop.UpsertAsync(new JsonObject
        {
            ["productId"] = "7",
            ["name"] = "Miód",
            ["mainCategory"] = "Kuchnia",
            ["categories"] = new JsonArray("Kuchnia"),
            ["description"] = "Słodki",
            ["mainImageUrl"] = "https://sklep.example/m.jpg",
            ["quantity"] = 3,
            ["price"] = 20,
            ["discountPrice"] = 15,
            ["systemDetails"] = new JsonObject { ["brand"] = "Pasieka", ["color"] = "złoty" },
            ["customDetails"] = new JsonObject { ["detail1"] = "1 kg" },
        });
        await shop.UpsertAsync(new JsonObject
        {
            ["productId"] = "7",
            ["active"] = false,
            ["price"] = 21,
            ["description"] = "",
            ["categories"] = null,
            ["setAsNull"] = new JsonArray("discountPrice", "color", "detail1"),
        });

        var card = (await shop.ListAsync()).Single().Card;
        Assert.Equal(("Miód", "Kuchnia", null, 21m, null, 3m), (card.Name, card.MainCategory, card.Description, card.Price, card.DiscountPrice, card.Quantity));
        Assert.Equal((false, true, "https://sklep.example/m.jpg"), (card.Active, card.Available, card.MainImageUrl));
        Assert.Equal("Kuchnia", Assert.Single(card.Categories));
        Assert.Equal("Pasieka", Assert.Single(card.SystemDetails).Value);
        Assert.Empty(card.CustomDetails);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Stock_and_price_are_written_alone(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        await shop.UpsertAsync(Product("7") with { DiscountPrice = 15 });
        await shop.PostAsync("updateQuantity", new JsonObject { ["productId"] = "7", ["quantity"] = 0 });
        await shop.PostAsync("updatePrice", new JsonObject { ["productId"] = "7", ["price"] = 19.99, ["discountPrice"] = null });

        var card = (await shop.ListAsync()).Single().Card;
        Assert.Equal(("Miód 7", 0m, 19.99m, null), (card.Name, card.Quantity, card.Price, card.DiscountPrice));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_pack_with_one_bad_product_stores_none_and_more_than_a_hundred_are_refused(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        var bad = await shop.PostAsync("upsert", [Product("1").Json, new JsonObject { ["productId"] = "2", ["name"] = "Wosk", ["price"] = "drogo" }, Product("3").Json]);
        var many = await shop.PostAsync("upsert", [.. Enumerable.Range(0, 101).Select(number => Product($"{number}").Json)]);

        Assert.Equal((400, 14), (bad.Status, bad.Body["problems"]![0]!["reasonCode"]!.GetValue<int>()));
        Assert.Equal((400, 11), (many.Status, many.Body["problems"]![0]!["reasonCode"]!.GetValue<int>()));
        Assert.Empty(await shop.ListAsync());
        Assert.Equal(200, (await shop.PostAsync("upsert", [.. Enumerable.Range(0, 100).Select(number => Product($"{number}").Json)])).Status);
        Assert.Equal((100, 100), await CountAsync(hub));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_product_told_again_is_not_written_again(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        var start = hub.Clock.GetUtcNow();
        await shop.UpsertAsync(Product("7"));
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await shop.UpsertAsync(Product("7"));
        Assert.Equal((start, start), await shop.TimesAsync("7"));

        await shop.UpsertAsync(Product("7") with { Price = 21 });
        Assert.Equal((start, start.AddMinutes(1)), await shop.TimesAsync("7"));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task The_same_products_sent_side_by_side_are_there_once_with_what_each_call_said(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        await shop.PostAsync("upsert", [.. Enumerable.Range(0, 100).Select(number => Product($"{number}").Json)]);
        var calls = Enumerable.Range(1, 5).Select(detail => shop.PostAsync("upsert", [.. Enumerable.Range(0, 100).Select(number => new JsonObject
        {
            ["productId"] = $"{(detail % 2 == 0 ? number : 99 - number)}",
            ["customDetails"] = new JsonObject { [$"detail{detail}"] = "x" },
        })]));

        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal(200, answer.Status));
        var kept = await shop.ListAsync();
        Assert.Equal(100, kept.Count);
        Assert.All(kept, product => Assert.Equal(5, product.Card.CustomDetails.Count));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Catalogues_of_one_name_made_side_by_side_end_as_one(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var key = await KeyAsync(hub);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => SendAsync(
            hub, key, "product/catalogUpsert", new JsonObject { ["name"] = "Sklep", ["currency"] = "PLN", ["location"] = $"sklep{number}" })));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Single(await hub.Products.CataloguesAsync(hub.Account.AccountId));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_account_sees_and_changes_no_catalogue_of_another(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var first = hub.Account;
        var shop = await OpenAsync(hub);
        await shop.UpsertAsync(Product("7"));
        var stranger = shop with { Key = await KeyAsync(hub, await hub.AddAccountAsync()) };

        foreach (var call in new[] { "upsert", "updateQuantity", "updatePrice" })
        {
            var product = Product("7").Json;
            product["quantity"] = 9;
            Assert.Equal((400, 16), Refusal(await stranger.PostAsync(call, product)));
        }
        Assert.Equal((400, 16), Refusal(await SendAsync(hub, stranger.Key, "product/catalogDelete", new JsonObject { ["catalogId"] = shop.Catalogue.ToString() })));
        Assert.Equal((400, 16), Refusal(await SendAsync(
            hub, stranger.Key, "product/catalogUpsert", new JsonObject { ["catalogId"] = shop.Catalogue.ToString(), ["name"] = "X" })));
        Assert.Empty(await hub.Products.CataloguesAsync(hub.Account.AccountId));
        Assert.Empty(await hub.Products.ListAsync(hub.Account.AccountId, shop.Catalogue));
        Assert.Null(await hub.Products.FindAsync(hub.Account.AccountId, shop.Catalogue, "7"));
        Assert.Null((await hub.Products.FindAsync(first.AccountId, shop.Catalogue, "7"))!.Card.Quantity);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_deleted_catalogue_takes_its_products_with_it(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var shop = await OpenAsync(hub);
        await shop.UpsertAsync(Product("7"));
        Assert.Equal(200, (await SendAsync(hub, shop.Key, "product/catalogDelete", new JsonObject { ["catalogId"] = shop.Catalogue.ToString() })).Status);

        Assert.Empty(await shop.ListAsync());
        Assert.Equal((400, 16), Refusal(await shop.PostAsync("upsert", Product("7").Json)));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_key_works_until_it_expires(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var key = await KeyAsync(hub, expiry: "SEVEN_DAYS");
        hub.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await SendAsync(hub, key, "product/catalogUpsert", new JsonObject { ["name"] = "A", ["currency"] = "PLN", ["location"] = "a" })).Status);
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((400, 10), Refusal(await SendAsync(hub, key, "product/catalogUpsert", new JsonObject { ["name"] = "B", ["currency"] = "PLN", ["location"] = "b" })));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task The_hubs_own_side_makes_keys_and_pages_through_a_catalogue(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var key = (await hub.Accounts.CreateKeyAsync(hub.Account.ClientId, "POMOST"))!;
        var shop = await OpenAsync(hub, key);
        await shop.PostAsync("upsert", [.. Enumerable.Range(10, 30).Select(number => Product($"{number}").Json)]);
        await shop.UpsertAsync(new JsonObject { ["productId"] = "12", ["available"] = false });
        await shop.UpsertAsync(new JsonObject { ["productId"] = "13", ["active"] = false });

        Assert.Null(await hub.Accounts.CreateKeyAsync("nobody", "POMOST"));
        var first = await hub.Products.ListAsync(hub.Account.AccountId, shop.Catalogue, size: 20);
        var rest = await hub.Products.ListAsync(hub.Account.AccountId, shop.Catalogue, first[^1].ProductId, size: 20);
        Assert.Equal(Enumerable.Range(10, 30).Select(number => $"{number}"), first.Concat(rest).Select(product => product.ProductId));
        Assert.Equal((30, 28), await CountAsync(hub));
    }

    private static ProductSample Product(string id) => new(id, 20, null);

    private static (int Status, int Code) Refusal((int Status, JsonNode Body) answer) => (answer.Status, answer.Body["reasonCode"]!.GetValue<int>());

    private static async Task<(long Products, long Shown)> CountAsync(RunningHub hub)
    {
        var only = Assert.Single(await hub.Products.CataloguesAsync(hub.Account.AccountId));
        return (only.Products, only.Shown);
    }

    private static async Task<Shop> OpenAsync(RunningHub hub, string? key = null)
    {
        key ??= await KeyAsync(hub);
        var (_, made) = await SendAsync(hub, key, "product/catalogUpsert", new JsonObject { ["name"] = "Sklep", ["currency"] = "PLN", ["location"] = "sklep" });
        return new Shop(hub, hub.Account.AccountId, key, Guid.Parse(made["catalogId"]!.ToString()));
    }

    private static async Task<string> KeyAsync(RunningHub hub, HubCredentials? account = null, string expiry = "NEVER") => (await SendAsync(hub, null, "auth/create", new JsonObject
    {
        ["email"] = (account ?? hub.Account).OwnerEmail,
        ["password"] = RunningHub.Password,
        ["keyName"] = "TEST_1",
        ["expiry"] = expiry,
    })).Body["apiKey"]!.ToString();

    private static async Task<(int Status, JsonNode Body)> SendAsync(RunningHub hub, string? key, string call, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/" + call) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("API-KEY", key);
        using var answer = await hub.Http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private sealed record ProductSample(string Id, decimal Price, decimal? DiscountPrice)
    {
        public JsonObject Json
        {
            get
            {
                var json = new JsonObject { ["productId"] = Id, ["name"] = "Miód " + Id, ["price"] = Price };
                if (DiscountPrice is { } sale) json["discountPrice"] = sale;
                return json;
            }
        }
    }

    private sealed record Shop(RunningHub Hub, long AccountId, string Key, Guid Catalogue)
    {
        public Task<(int Status, JsonNode Body)> PostAsync(string call, params JsonObject[] products) => SendAsync(Hub, Key, "product/" + call, new JsonObject
        {
            ["catalogId"] = Catalogue.ToString(),
            ["products"] = new JsonArray([.. products]),
        });

        public Task UpsertAsync(ProductSample product) => UpsertAsync(product.Json);

        public async Task UpsertAsync(JsonObject product)
        {
            var (status, body) = await PostAsync("upsert", product);
            Assert.True(status == 200, body.ToJsonString());
        }

        public Task<IReadOnlyList<HubProduct>> ListAsync() => Hub.Products.ListAsync(AccountId, Catalogue, size: 500);

        public async Task<(DateTimeOffset Created, DateTimeOffset Modified)> TimesAsync(string id)
        {
            var product = (await Hub.Products.FindAsync(AccountId, Catalogue, id))!;
            return (product.CreatedAt, product.ModifiedAt);
        }
    }
}
