using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Records read again by their ids, so that an announcement is only a hint.</summary>
public abstract class ByIdCompliance<T>(CompliancePlatform platform) : RoleCompliance(platform)
{
    /// <summary>Most ids in one call.</summary>
    protected abstract int Most { get; }

    protected abstract Task<Page<T>> ReadAsync(ShopConnection shop, IReadOnlyList<string> ids);

    protected abstract string IdOf(T record);

    /// <summary>Makes records and tells their ids.</summary>
    protected abstract IReadOnlyList<string> Make(IComplianceShop shop, int count);

    [Fact]
    public async Task As_many_as_one_call_may_name_come_and_who_does_not_exist_is_merely_missing()
    {
        await using var shop = await StartAsync();
        Assert.True(Most > 0);
        var ids = Make(shop, Most);

        var read = await ReadAsync(shop.Connection, ids);
        var some = await ReadAsync(shop.Connection, [ids[0], "999999999", "no id of this shop", ""]);

        Assert.Equal(ids.Order(StringComparer.Ordinal), read.Items.Select(IdOf).Order(StringComparer.Ordinal));
        Assert.Equal([ids[0]], some.Items.Select(IdOf));
        Assert.Empty((await ReadAsync(shop.Connection, [])).Items);
        Assert.Empty((await ReadAsync(shop.Connection, ["999999999"])).Items);
    }

    [Theory]
    [MemberData(nameof(ComplianceFaults.Passing), MemberType = typeof(ComplianceFaults))]
    public async Task A_passing_trouble_means_later(ComplianceFault fault)
    {
        await using var shop = await StartAsync();
        var ids = Make(shop, 1);
        shop.Misbehave(fault, int.MaxValue);

        var later = await Assert.ThrowsAsync<RetryLaterException>(() => ReadAsync(shop.Connection, ids));

        Assert.Equal(fault == ComplianceFault.ThrottledWithWait ? shop.AskedWait : null, later.After);
    }
}

/// <summary>Accounts by their ids.</summary>
public abstract class ContactsByIdCompliance(CompliancePlatform platform) : ByIdCompliance<ShopContact>(platform)
{
    protected override int Most => As<IReadsById>().IdsPerCall;

    protected override Task<Page<ShopContact>> ReadAsync(ShopConnection shop, IReadOnlyList<string> ids)
        => As<IReadsById>().ReadContactsByIdAsync(shop, ids, default);

    protected override string IdOf(ShopContact record) => record.SourceId!;

    protected override IReadOnlyList<string> Make(IComplianceShop shop, int count)
        => [.. Enumerable.Range(0, count).Select(number => shop.Register($"osoba{number}@poczta.example"))];
}

/// <summary>Orders by their ids.</summary>
public abstract class OrdersByIdCompliance(CompliancePlatform platform) : ByIdCompliance<ShopOrder>(platform)
{
    protected override int Most => As<IReadsOrdersById>().OrderIdsPerCall;

    protected override Task<Page<ShopOrder>> ReadAsync(ShopConnection shop, IReadOnlyList<string> ids)
        => As<IReadsOrdersById>().ReadOrdersByIdAsync(shop, ids, default);

    protected override string IdOf(ShopOrder record) => record.SourceId;

    protected override IReadOnlyList<string> Make(IComplianceShop shop, int count)
        => [.. Enumerable.Range(0, count).Select(number => Of<IComplianceOrders>(shop).Order($"osoba{number}@poczta.example"))];
}

/// <summary>Products by their ids.</summary>
public abstract class ProductsByIdCompliance(CompliancePlatform platform) : ByIdCompliance<ShopProduct>(platform)
{
    protected override int Most => As<IReadsProductsById>().ProductIdsPerCall;

    protected override Task<Page<ShopProduct>> ReadAsync(ShopConnection shop, IReadOnlyList<string> ids)
        => As<IReadsProductsById>().ReadProductsByIdAsync(shop, ids, default);

    protected override string IdOf(ShopProduct record) => record.SourceId;

    protected override IReadOnlyList<string> Make(IComplianceShop shop, int count)
        => [.. Enumerable.Range(0, count).Select(number => Of<IComplianceProducts>(shop).AddProduct($"Miód {number}"))];
}
