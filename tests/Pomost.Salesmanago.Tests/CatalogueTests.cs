using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

public sealed class CatalogueTests
{
    const string Products = "/v3/product/upsert";

    [Fact]
    public async Task Catalogues_are_listed_with_the_key_in_the_header_and_no_body()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/v3/product/catalogList", """
            {"catalogs":[{"catalogId":"u1","name":"Sklep","currency":"PLN","location":"sm_demo","setAsDefault":true}],"limits":{"max":10}}
            """);

        var found = await Catalogue(server).ListCataloguesAsync(Account(server), default);

        Assert.Equal(new ProductCatalogue("u1", "Sklep", "PLN", "sm_demo", IsDefault: true), Assert.Single(found.Catalogues));
        Assert.Equal(10, found.Limit);
        Assert.Equal(("GET", "made-up-v3-key", null), (server.Received[0].Method, server.Received[0].Headers["API-KEY"].ToString(), server.Received[0].Body));
    }

    [Fact]
    public async Task Products_go_out_a_hundred_at_a_time_and_the_spoiling_one_is_found()
    {
        await using var server = await ScriptedServer.StartAsync();
        string Answer(Received request) => request.Body!["products"]!.AsArray().Any(product => product!["productId"]!.GetValue<string>() == "101")
            ? """{"problems":[{"reasonCode":13,"message":"name|required"},{"reasonCode":12,"message":"description|trimmed"}]}"""
            : """{"requestId":"r1"}""";
        for (var call = 0; call < 4; call++)
            server.Expect(Products, Answer);

        CatalogueProduct[] products = [.. Enumerable.Range(0, 102).Select(id => new CatalogueProduct { Id = $"{id}", Name = "Buty", Price = 10 })];
        var result = await Catalogue(server).UpsertProductsAsync(Account(server), "u1", products, default);

        Assert.Equal(101, Assert.Single(result.Refused).Index);
        Assert.Equal([100, 2, 1, 1], server.Received.Select(request => request.Body!["products"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_trimmed_field_is_a_warning_not_a_refusal()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Products, """{"problems":[{"reasonCode":12,"message":"description|trimmed to 16384"}]}""");

        var result = await Catalogue(server).UpsertProductsAsync(Account(server), "u1", [new CatalogueProduct { Id = "1", Name = "Buty", Price = 10 }], default);

        Assert.Empty(result.Refused);
        Assert.Equal("description|trimmed to 16384", Assert.Single(result.Warnings));
    }

    [Fact]
    public async Task Texts_are_cut_to_the_vendors_limits_and_addresses_that_are_too_long_left_out()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Products, """{"requestId":"r1"}""");
        var endless = new Uri("https://sklep.example/" + new string('x', 2048));
        var images = Enumerable.Range(1, 8).Select(number => new Uri($"https://sklep.example/{number}.jpg"));

        await Catalogue(server).UpsertProductsAsync(Account(server), "u1", [new CatalogueProduct
        {
            Id = "1",
            Name = new string('n', 254) + "😀",
            MainCategory = new string('m', 300),
            Categories = [.. Enumerable.Range(1, 7).Select(number => $"{number}" + new string('c', 300))],
            Description = new string('d', 17_000),
            Page = endless,
            Images = [endless, .. images],
            Brand = new string('b', 300),
            Price = 10.005m,
        }], default);

        var sent = server.Received[0].Body!["products"]![0]!;
        Assert.Equal((254, 255, 16_384, 255), (Length("name"), Length("mainCategory"), Length("description"), sent["systemDetails"]!["brand"]!.GetValue<string>().Length));
        Assert.Equal([255, 255, 255, 255, 255], sent["categories"]!.AsArray().Select(category => category!.GetValue<string>().Length));
        Assert.Null(sent["productUrl"]);
        Assert.Equal("https://sklep.example/1.jpg", sent["mainImageUrl"]!.GetValue<string>());
        Assert.Equal(["2", "3", "4", "5", "6"], sent["imageUrls"]!.AsArray().Select(image => Path.GetFileNameWithoutExtension(image!.GetValue<string>())));
        Assert.Equal(10.01m, sent["price"]!.GetValue<decimal>());

        int Length(string field) => sent[field]!.GetValue<string>().Length;
    }

    [Fact]
    public async Task A_product_whose_id_is_too_long_is_refused_without_a_call_and_the_others_go()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Products, """{"requestId":"r1"}""");
        CatalogueProduct[] products = [new() { Id = new string('1', 256), Name = "Buty" }, new() { Id = "2", Name = "Buty" }];

        var result = await new SalesmanagoProducts().UpsertProductsAsync(server.Destination with { ApiV3Key = "made-up-v3-key" }, "u1", products, default);

        Assert.Equal(0, Assert.Single(result.Refused).Index);
        Assert.Equal("2", Assert.Single(server.Received[0].Body!["products"]!.AsArray())!["productId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_key_nothing_is_asked_and_the_field_to_mend_named()
    {
        await using var server = await ScriptedServer.StartAsync();
        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => new SalesmanagoProducts().CheckAsync(server.Destination, default));
        Assert.Equal((ConnectionProblem.InvalidSetting, "api_v3_key", 0), (refusal.Problem, refusal.SettingKey, server.Received.Count));
    }

    [Theory]
    [InlineData(10, ConnectionProblem.CredentialsRefused, "api_v3_key")]
    [InlineData(16, ConnectionProblem.InvalidSetting, "catalogue")]
    [InlineData(19, ConnectionProblem.PermissionMissing, "catalogue")]
    public async Task Codes_about_the_account_name_the_field_to_mend(int code, ConnectionProblem problem, string field)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/v3/product/catalogUpsert", $$"""{"reasonCode":{{code}},"messages":"no"}""", 400);

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => Catalogue(server).UpsertCatalogueAsync(Account(server), new ProductCatalogue(null, "Sklep", "PLN", "sm_demo", IsDefault: true), default));

        Assert.Equal((problem, field), (refusal.Problem, refusal.SettingKey));
    }

    [Theory]
    [InlineData(11, "name|1|64|too long", "name")]
    [InlineData(13, "currency|required", "currency")]
    [InlineData(14, "location:STRING|wrong type", "location")]
    [InlineData(15, "name|taken", "name")]
    [InlineData(17, "name|null", "name")]
    [InlineData(18, "location|pattern", "location")]
    public async Task Codes_about_a_field_name_it(int code, string message, string field)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/v3/product/catalogUpsert", $$"""{"problems":[{"reasonCode":{{code}},"message":"{{message}}"}]}""", 400);

        var refusal = await Assert.ThrowsAsync<SkipRecordException>(
            () => Catalogue(server).UpsertCatalogueAsync(Account(server), new ProductCatalogue(null, "Sklep", "PLN", "sm_demo", IsDefault: true), default));

        Assert.Equal((field, "sm_demo"), (refusal.Field, refusal.RecordId));
    }

    [Fact]
    public async Task A_busy_server_and_a_web_page_are_asked_again_later()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/v3/product/catalogList", "{}", 503).Expect("/v3/product/catalogList", Faults.WebPage);

        await Assert.ThrowsAsync<RetryLaterException>(() => Catalogue(server).ListCataloguesAsync(Account(server), default));
        await Assert.ThrowsAsync<RetryLaterException>(() => Catalogue(server).ListCataloguesAsync(Account(server), default));
    }

    static SalesmanagoCatalogue Catalogue(ScriptedServer server) => new(server.Http, server.Clock);

    static CatalogueConnection Account(ScriptedServer server) => new(server.Endpoint, "made-up-v3-key");
}
