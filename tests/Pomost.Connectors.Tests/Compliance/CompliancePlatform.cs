using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>A platform whose promises are to be proved.</summary>
/// <param name="Connector">The connector.</param>
/// <param name="StartAsync">Opens an empty shop; it implements the interfaces beside <see cref="IComplianceShop"/> that the connector's roles ask for.</param>
public sealed record CompliancePlatform(IPlatformConnector Connector, Func<FakeClock, Task<IComplianceShop>> StartAsync)
{
    /// <summary>The classes that a platform must inherit for what it declares, with the declaration that asks for each.</summary>
    public static IEnumerable<(string Declares, Type Suite)> SuitesOf(IPlatformConnector connector)
    {
        yield return (nameof(IPlatformConnector), typeof(ConnectionCompliance));
        yield return (nameof(IPlatformConnector), typeof(ContactCompliance));
        yield return (nameof(IPlatformConnector), typeof(SweepCompliance));
        if (connector is IReadsOrders)
            yield return (nameof(IReadsOrders), typeof(OrderCompliance));
        if (connector is IReadsSubscribers)
            yield return (nameof(IReadsSubscribers), typeof(SubscriberCompliance));
        if (connector is IReadsCarts)
            yield return (nameof(IReadsCarts), typeof(CartCompliance));
        if (connector is IReadsProducts)
            yield return (nameof(IReadsProducts), typeof(ProductCompliance));
        if (connector is IReadsById)
            yield return (nameof(IReadsById), typeof(ContactsByIdCompliance));
        if (connector is IReadsOrdersById)
            yield return (nameof(IReadsOrdersById), typeof(OrdersByIdCompliance));
        if (connector is IReadsProductsById)
            yield return (nameof(IReadsProductsById), typeof(ProductsByIdCompliance));
        if (connector is IReceivesWebhooks)
            yield return (nameof(IReceivesWebhooks), typeof(WebhookCompliance));
        if (connector is IWritesConsent)
            yield return (nameof(IWritesConsent), typeof(ConsentCompliance));
        if (connector is IWritesTags)
            yield return (nameof(IWritesTags), typeof(TagCompliance));
        if (connector is IUsesModule)
            yield return (nameof(IUsesModule), typeof(ModuleLogCompliance));
        if (connector.Info.Limit.IsReported)
            yield return ($"{nameof(RateLimit)}.{nameof(RateLimit.IsReported)}", typeof(LimitCompliance));
    }

    /// <summary>The streams that a connector reads, its module's included.</summary>
    public static IEnumerable<ShopStream> StreamsOf(IPlatformConnector connector)
    {
        yield return ShopStream.Contacts;
        if (connector is IReadsSubscribers)
            yield return ShopStream.Subscribers;
        if (connector is IReadsOrders)
            yield return ShopStream.Orders;
        if (connector is IReadsCarts)
            yield return ShopStream.Carts;
        if (connector is IReadsProducts)
            yield return ShopStream.Products;
    }
}

/// <summary>What all compliance classes share.</summary>
public abstract class RoleCompliance(CompliancePlatform platform)
{
    protected IPlatformConnector Connector => platform.Connector;

    /// <summary>Keys of the platform's form.</summary>
    protected IEnumerable<string> SettingKeys => Connector.Info.Settings.Select(setting => setting.Key);

    /// <summary>An empty shop.</summary>
    protected Task<IComplianceShop> StartAsync(FakeClock? clock = null) => platform.StartAsync(clock ?? new FakeClock());

    /// <summary>What the connector says of a stream.</summary>
    protected StreamInfo Declared(ShopStream stream) => Connector.Info.Streams.Single(info => info.Stream == stream);

    /// <summary>Records of two pages and a third that is not full, as large as the platform's own pages are.</summary>
    protected int SomePagesOf(ShopStream stream) => Math.Max(5, (Declared(stream).PageSize * 23 + 9) / 10);

    /// <summary>The connector in a role that it declares.</summary>
    protected TRole As<TRole>()
        where TRole : class
        => Connector as TRole ?? throw new Xunit.Sdk.XunitException($"{Connector.Info.Name} does not declare {typeof(TRole).Name}.");

    /// <summary>The shop with what a role of the connector needs.</summary>
    protected static TRole Of<TRole>(IComplianceShop shop)
        where TRole : class
        => shop as TRole ?? throw new Xunit.Sdk.XunitException($"{shop.GetType().Name} does not implement {typeof(TRole).Name}.");

    protected static async Task<List<Page<T>>> All<T>(IAsyncEnumerable<Page<T>> pages)
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }

    protected static List<T> Items<T>(IEnumerable<Page<T>> pages) => [.. pages.SelectMany(page => page.Items)];

    /// <summary>The account with this id as a whole read shows it; null = the shop has none.</summary>
    protected async Task<Rules.ShopContact?> PersonAsync(IComplianceShop shop, string id)
        => Items(await All(Connector.ReadContactsAsync(shop.Connection, new() { Purpose = ReadPurpose.Sweep }, default))).SingleOrDefault(contact => contact.SourceId == id);
}
