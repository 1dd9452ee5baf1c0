using Pomost.Connectors.WooCommerce;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.WooCommerce;

public sealed class WooCommerceComplianceTests() : ConnectorCompliance(new WooCommerceConnector())
{
    protected override async Task<IComplianceShop> StartAsync(FakeClock clock) => await WooCommerceComplianceShop.StartAsync(clock);
}

/// <summary>The same over plain http, where every request is signed.</summary>
public sealed class WooCommerceUnencryptedComplianceTests() : ConnectorCompliance(new WooCommerceConnector())
{
    protected override async Task<IComplianceShop> StartAsync(FakeClock clock) => await WooCommerceComplianceShop.StartAsync(clock, new());
}
