using Pomost.Connectors.Tests.Compliance;
using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Fake;

public sealed class FakeConnectionTests() : ConnectionCompliance(FakeComplianceShop.Platform);

public sealed class FakeContactTests() : ContactCompliance(FakeComplianceShop.Platform);

public sealed class FakeSweepTests() : SweepCompliance(FakeComplianceShop.Platform);

public sealed class FakeSubscriberTests() : SubscriberCompliance(FakeComplianceShop.Platform);

public sealed class FakeCartTests() : CartCompliance(FakeComplianceShop.Platform);

public sealed class FakeContactsByIdTests() : ContactsByIdCompliance(FakeComplianceShop.Platform);

public sealed class FakeWebhookTests() : WebhookCompliance(FakeComplianceShop.Platform)
{
    [Fact]
    public async Task Who_asks_to_be_forgotten_is_announced_with_the_address()
    {
        await using var shop = (FakeComplianceShop)await StartAsync(new FakeClock());
        var announced = await AnnouncedByAsync(shop, () => shop.Shop.Forget(shop.Register("ala@poczta.example")));

        Assert.Contains(new AnnouncedChange(ShopStream.Contacts, ChangeKind.Erased, "1") { Facts = "ala@poczta.example" }, announced);
    }
}

public sealed class FakeConsentTests() : ConsentCompliance(FakeComplianceShop.Platform);

public sealed class FakeTagTests() : TagCompliance(FakeComplianceShop.Platform);

public sealed class FakeLimitTests() : LimitCompliance(FakeComplianceShop.Platform);
