using Pomost.Connectors.Tests.Compliance;

namespace Pomost.Connectors.Tests.WooCommerce;

public sealed class WooCommerceConnectionTests() : ConnectionCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceContactTests() : ContactCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceSweepTests() : SweepCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceOrderTests() : OrderCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceProductTests() : ProductCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceSubscriberTests() : SubscriberCompliance(WooCommerceComplianceShop.WithModule);

public sealed class WooCommerceCartTests() : CartCompliance(WooCommerceComplianceShop.WithModule);

public sealed class WooCommerceModuleLogTests() : ModuleLogCompliance(WooCommerceComplianceShop.WithModule);

public sealed class WooCommerceContactsByIdTests() : ContactsByIdCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceOrdersByIdTests() : OrdersByIdCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceProductsByIdTests() : ProductsByIdCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceWebhookTests() : WebhookCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceConsentComplianceTests() : ConsentCompliance(WooCommerceComplianceShop.Https);

public sealed class WooCommerceTagComplianceTests() : TagCompliance(WooCommerceComplianceShop.Https);

// Over plain http every request is signed.

public sealed class WooCommerceUnencryptedConnectionTests() : ConnectionCompliance(WooCommerceComplianceShop.Http);

public sealed class WooCommerceUnencryptedContactTests() : ContactCompliance(WooCommerceComplianceShop.Http);

public sealed class WooCommerceUnencryptedOrderTests() : OrderCompliance(WooCommerceComplianceShop.Http);
