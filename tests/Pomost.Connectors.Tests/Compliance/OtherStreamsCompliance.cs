using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Newsletter subscribers without an account, where they are a stream of their own.</summary>
public abstract class SubscriberCompliance(CompliancePlatform platform) : StreamCompliance<ShopContact>(platform, ShopStream.Subscribers)
{
    protected override IAsyncEnumerable<Page<ShopContact>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default)
        => As<IReadsSubscribers>().ReadSubscribersAsync(shop, request, ct);

    protected override string IdOf(ShopContact record) => record.Email!;

    protected override void Seed(IComplianceShop shop, int count) => Of<IComplianceSubscribers>(shop).SeedSubscribers(count);

    protected override string Add(IComplianceShop shop)
    {
        Of<IComplianceSubscribers>(shop).Subscribe("nowa@poczta.example", agrees: true);
        return "nowa@poczta.example";
    }

    protected override void Change(IComplianceShop shop, string id) => Of<IComplianceSubscribers>(shop).Subscribe(id, agrees: false);

    [Fact]
    public async Task A_subscriber_has_no_account_and_says_what_they_said()
    {
        await using var shop = await StartAsync();
        Of<IComplianceSubscribers>(shop).Subscribe("tak@poczta.example", agrees: true);
        Of<IComplianceSubscribers>(shop).Subscribe("nie@poczta.example", agrees: true);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        Of<IComplianceSubscribers>(shop).Subscribe("nie@poczta.example", agrees: false);

        var read = (await ReadAllAsync(shop)).ToDictionary(IdOf, StringComparer.Ordinal);

        Assert.All(read.Values, one => Assert.Equal((null, false, true), (one.SourceId, one.HasAccount, one.IsSubscriber)));
        Assert.Equal(ConsentState.Granted, read["tak@poczta.example"].EmailConsent.State);
        Assert.NotEqual(ConsentState.Granted, read.GetValueOrDefault("nie@poczta.example")?.EmailConsent.State);
    }
}

/// <summary>Carts not yet bought.</summary>
public abstract class CartCompliance(CompliancePlatform platform) : StreamCompliance<ShopCart>(platform, ShopStream.Carts)
{
    protected override IAsyncEnumerable<Page<ShopCart>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default)
        => As<IReadsCarts>().ReadCartsAsync(shop, request, ct);

    protected override string IdOf(ShopCart record) => record.SourceId;

    protected override void Seed(IComplianceShop shop, int count)
    {
        for (var number = 0; number < count; number++)
            Of<IComplianceCarts>(shop).PutCart($"osoba{number}@poczta.example");
        // Until it has settled, what was written this minute may be told again.
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    protected override string Add(IComplianceShop shop) => Of<IComplianceCarts>(shop).PutCart("nowa@poczta.example");

    protected override void Change(IComplianceShop shop, string id) => Of<IComplianceCarts>(shop).PutCart("osoba3@poczta.example", id);

    [Fact]
    public async Task A_cart_says_whose_it_is_when_it_changed_and_what_is_in_it()
    {
        await using var shop = await StartAsync();
        var id = Of<IComplianceCarts>(shop).PutCart("ala@poczta.example");

        var cart = Assert.Single(await ReadAllAsync(shop));

        Assert.Equal((id, "ala@poczta.example", shop.Clock.GetUtcNow()), (cart.SourceId, cart.Email, cart.ModifiedAt));
        Assert.Matches("^[A-Z]{3}$", cart.Currency);
        Assert.NotEmpty(cart.Lines);
    }
}

/// <summary>The catalogue.</summary>
public abstract class ProductCompliance(CompliancePlatform platform) : StreamCompliance<ShopProduct>(platform, ShopStream.Products)
{
    protected override IAsyncEnumerable<Page<ShopProduct>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default)
        => As<IReadsProducts>().ReadProductsAsync(shop, request, ct);

    protected override string IdOf(ShopProduct record) => record.SourceId;

    protected override void Seed(IComplianceShop shop, int count) => Of<IComplianceProducts>(shop).SeedProducts(count);

    protected override string Add(IComplianceShop shop) => Of<IComplianceProducts>(shop).AddProduct("Miód");

    protected override void Change(IComplianceShop shop, string id) => Of<IComplianceProducts>(shop).RenameProduct(id, "Miód gryczany");

    [Fact]
    public async Task The_catalogue_has_a_currency()
    {
        await using var shop = await SeededAsync(5);

        Assert.Matches("^[A-Z]{3}$", await As<IReadsProducts>().ReadCurrencyAsync(shop.Connection, default));
    }
}
