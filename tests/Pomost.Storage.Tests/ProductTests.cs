using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class ProductTestsOnSqlite(SqliteFixture storage) : ProductTests(storage), IClassFixture<SqliteFixture>;

public sealed class ProductTestsOnPostgreSql(PostgreSqlFixture storage) : ProductTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>Products of the mirror, which are their own queue.</summary>
public abstract class ProductTests(StorageFixture storage)
{
    private readonly SqlProducts products = new(storage.Database);

    [Fact]
    public async Task A_product_comes_back_as_it_was_written()
    {
        var lease = await storage.BeginAsync();
        var honey = new CatalogueProduct
        {
            Id = "7",
            Name = "Miód",
            MainCategory = "Kuchnia > Miody",
            Categories = ["Kuchnia > Miody", "Prezenty"],
            Description = "Słodki",
            Page = new Uri("https://sklep.example/produkt/miód/"),
            Images = [new Uri("https://sklep.example/m.jpg"), new Uri("https://sklep.example/m2.jpg")],
            IsAvailable = false,
            IsActive = false,
            Quantity = 3,
            Price = 20.00m,
            SalePrice = 15.50m,
            Brand = "Pasieka",
        };
        await storage.CommitAsync(lease, new PageCommit { Products = [Write(honey) with { IsGone = true }] });

        var owed = Assert.Single(await products.NextAsync(lease, 10, default));
        var facts = (await products.FindAsync(lease.Store, ["7", "8"], default)).Single().Value;
        Assert.Equal((Hash(honey), 0, storage.Clock.GetUtcNow()), (owed.Hash, owed.Attempts, owed.QueuedAt));
        Assert.Equal((Hash(honey), Hash(honey), true), (Hash(owed.Product), Hash(facts.Product), facts.IsGone));
    }

    [Fact]
    public async Task What_the_destination_has_is_not_owed_until_it_changes()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", 20));
        await TakeAsync(lease);
        Assert.Empty(await NextAsync(lease));
        Assert.Null(await products.NextDueAsync(lease.Store, default));

        await WriteAsync(lease, Product("7", 20));
        Assert.Empty(await NextAsync(lease));
        await WriteAsync(lease, Product("7", 21));
        Assert.Equal([("7", 21m)], await NextAsync(lease));
        await WriteAsync(lease, Product("7", 20));
        Assert.Empty(await NextAsync(lease));
    }

    [Fact]
    public async Task A_product_that_changes_while_it_is_sent_stays_owed()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", 20));
        var sent = await products.NextAsync(lease, 10, default);
        await products.MarkSentAsync(lease, sent, default);
        await WriteAsync(lease, Product("7", 21));
        await products.SettleAsync(lease, new ProductSettlement { Taken = sent }, default);
        Assert.Equal([("7", 21m)], await NextAsync(lease));

        await WriteAsync(lease, Product("7", 20));
        Assert.Empty(await NextAsync(lease));
    }

    [Fact]
    public async Task What_was_sent_without_an_answer_stays_owed_whatever_it_says_meanwhile()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", 20));
        await TakeAsync(lease);
        await WriteAsync(lease, Product("7", 21));
        await products.MarkSentAsync(lease, await products.NextAsync(lease, 10, default), default);

        var next = await storage.BeginAsync(lease.Store);
        await WriteAsync(next, Product("7", 20));
        Assert.Equal([("7", 20m)], await NextAsync(next));
    }

    [Fact]
    public async Task Changes_in_the_shop_go_before_what_reading_everything_found()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("1", 1), Product("2", 2), Product("3", 3));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await storage.CommitAsync(lease, new PageCommit { Products = [Write(Product("9", 9)) with { IsLive = true }, Write(Product("3", 4)) with { IsLive = true }] });
        await WriteAsync(lease, Product("9", 10));

        Assert.Equal([("3", 4m), ("9", 10m), ("1", 1m), ("2", 2m)], await NextAsync(lease));
        Assert.Equal([("3", 4m), ("9", 10m)], (await products.NextAsync(lease, 2, default)).Select(row => (row.Product.Id, row.Product.Price!.Value)));
    }

    [Fact]
    public async Task What_was_put_off_waits_for_its_time_and_keeps_count()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", 20));
        var at = storage.Clock.GetUtcNow().AddMinutes(5);
        await products.SettleAsync(lease, new ProductSettlement { PutOff = await products.NextAsync(lease, 10, default), NotBefore = at, PutOffReason = "busy" }, default);
        Assert.Empty(await NextAsync(lease));
        Assert.Equal(at, await products.NextDueAsync(lease.Store, default));

        storage.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Assert.Single(await products.NextAsync(lease, 10, default)).Attempts);
        await WriteAsync(lease, Product("7", 21));
        Assert.Equal(0, Assert.Single(await products.NextAsync(lease, 10, default)).Attempts);
    }

    [Fact]
    public async Task What_was_refused_is_told_with_the_reason_and_owed_again_when_it_changes_or_is_asked_for()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", 20), Product("8", 20));
        var pack = await products.NextAsync(lease, 10, default);
        await products.SettleAsync(lease, new ProductSettlement { Taken = [pack[1]], Refused = [(pack[0], "price|wrong")] }, default);

        var refused = Assert.Single(await products.RefusedAsync(lease.Store, 10, default));
        Assert.Equal(("7", "Produkt 7", "price|wrong", storage.Clock.GetUtcNow()), (refused.ProductId, refused.Name, refused.Reason, refused.At));
        var trace = Assert.Single(await storage.Views.TracesAsync(lease.Store, ShopStream.Products, "7", 10, default));
        Assert.Equal((RecordOutcome.Rejected, ReasonCode.RefusedByDestination, "price|wrong"), (trace.Outcome, trace.Code, trace.Detail));
        Assert.Equal(new ProductNumbers(2, 0, 0, 1, storage.Clock.GetUtcNow()), await products.CountAsync(lease.Store, default));

        await WriteAsync(lease, Product("7", 20));
        Assert.Empty(await NextAsync(lease));
        await products.OweAgainAsync(lease, everything: false, default);
        Assert.Equal([("7", 20m)], await NextAsync(lease));
        await products.SettleAsync(lease, new ProductSettlement { Refused = [(pack[0], "price|wrong")] }, default);
        await WriteAsync(lease, Product("7", 21));
        Assert.Equal([("7", 21m)], await NextAsync(lease));
    }

    [Fact]
    public async Task A_refusal_of_what_was_sent_says_nothing_of_what_is_wanted_now()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("7", -1));
        var pack = await products.NextAsync(lease, 10, default);
        await WriteAsync(lease, Product("7", 20));
        await products.SettleAsync(lease, new ProductSettlement { Refused = [(pack[0], "price|wrong")] }, default);
        Assert.Equal([("7", 20m)], await NextAsync(lease));
    }

    [Fact]
    public async Task Everything_is_owed_again_of_one_store_alone()
    {
        var (lease, other) = (await storage.BeginAsync(), await storage.BeginAsync());
        foreach (var each in new[] { lease, other })
        {
            await WriteAsync(each, Product("7", 20));
            await TakeAsync(each);
        }
        await products.OweAgainAsync(lease, everything: true, default);
        Assert.Equal([("7", 20m)], await NextAsync(lease));
        Assert.Empty(await NextAsync(other));
    }

    [Fact]
    public async Task Products_on_no_page_since_a_moment_are_found_and_come_back_when_they_are_seen()
    {
        var lease = await storage.BeginAsync();
        await WriteAsync(lease, Product("1", 1), Product("2", 2), Product("3", 3));
        storage.Clock.Advance(TimeSpan.FromDays(1));
        var began = storage.Clock.GetUtcNow();
        Assert.False(await products.AnySeenAsync(lease.Store, began, default));
        await storage.CommitAsync(lease, new PageCommit { ProductsSeen = ["1", "1", "4"] });
        await WriteAsync(lease, Product("3", 4));

        Assert.True(await products.AnySeenAsync(lease.Store, began, default));
        var unseen = await products.UnseenAsync(lease.Store, began, 10, default);
        Assert.Equal("2", Assert.Single(unseen).Product.Id);
        await storage.CommitAsync(lease, new PageCommit { Products = [.. unseen.Select(facts => Write(facts.Product) with { IsGone = true })] });
        Assert.Empty(await products.UnseenAsync(lease.Store, began, 10, default));
        Assert.Equal((2, 1), ((await products.CountAsync(lease.Store, default)).Known, (await products.CountAsync(lease.Store, default)).Gone));

        await WriteAsync(lease, Product("2", 2));
        Assert.False((await products.FindAsync(lease.Store, ["2"], default))["2"].IsGone);
    }

    [Fact]
    public async Task The_route_of_a_store_is_kept()
    {
        var lease = await storage.BeginAsync();
        Assert.Null(await products.RouteAsync(lease.Store, default));
        var route = new ProductRoute(lease.DestinationId, "c-1", "InvalidSetting:api_v3_key", null);
        await products.SaveRouteAsync(lease, route, default);
        await products.SaveRouteAsync(lease, route with { Problem = null, ShopProblem = "PermissionMissing:consumer_key" }, default);
        Assert.Equal(route with { Problem = null, ShopProblem = "PermissionMissing:consumer_key" }, await products.RouteAsync(lease.Store, default));
    }

    [Fact]
    public async Task A_run_that_was_overtaken_writes_nothing()
    {
        var old = await storage.BeginAsync();
        await WriteAsync(old, Product("7", 20));
        var pack = await products.NextAsync(old, 10, default);
        var now = await storage.BeginAsync(old.Store);

        await Assert.ThrowsAsync<StaleLeaseException>(() => WriteAsync(old, Product("7", 21)));
        await Assert.ThrowsAsync<StaleLeaseException>(() => products.MarkSentAsync(old, pack, default));
        await Assert.ThrowsAsync<StaleLeaseException>(() => products.SettleAsync(old, new ProductSettlement { Taken = pack }, default));
        await Assert.ThrowsAsync<StaleLeaseException>(() => products.OweAgainAsync(old, everything: true, default));
        await Assert.ThrowsAsync<StaleLeaseException>(() => products.SaveRouteAsync(old, new ProductRoute(old.DestinationId, "c", null, null), default));
        Assert.Equal([("7", 20m)], await NextAsync(now));
    }

    private static string Hash(CatalogueProduct product) => ProductToSend.HashOf(product);

    private static CatalogueProduct Product(string id, decimal price) => new() { Id = id, Name = $"Produkt {id}", Price = price };

    private static ProductWrite Write(CatalogueProduct product) => new(product, Hash(product));

    private Task WriteAsync(StoreLease lease, params CatalogueProduct[] written) =>
        storage.CommitAsync(lease, new PageCommit { Products = [.. written.Select(Write)], ProductsSeen = [.. written.Select(product => product.Id)] });

    private async Task TakeAsync(StoreLease lease) =>
        await products.SettleAsync(lease, new ProductSettlement { Taken = await products.NextAsync(lease, 10, default) }, default);

    private async Task<List<(string, decimal)>> NextAsync(StoreLease lease) =>
        [.. (await products.NextAsync(lease, 10, default)).Select(row => (row.Product.Id, row.Product.Price!.Value))];
}
