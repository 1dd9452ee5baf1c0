using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators.Tests.WooCommerce;

public sealed class SeedTests
{
    static readonly ShopSeedOptions Small = new() { Customers = 300, Guests = 60, Orders = 900, Products = 120 };

    [Fact]
    public void The_same_options_give_the_same_shop_and_another_seed_another()
    {
        Assert.Equal(Picture(Seeded(Small)), Picture(Seeded(Small)));
        Assert.NotEqual(Picture(Seeded(Small)), Picture(Seeded(Small with { Seed = 2 })));
    }

    [Fact]
    public void Counts_are_as_asked_and_addresses_stay_within_reserved_names()
    {
        var shop = Seeded(Small with { OddRecords = false });

        Assert.Equal(301, shop.AccountCount);
        Assert.Equal(900, shop.OrderCount);
        Assert.Equal(120, shop.Products.Count);
        Assert.All(Customers(shop), customer => Assert.EndsWith(".example", customer.Email, StringComparison.Ordinal));
        Assert.All(Orders(shop), order => Assert.EndsWith(".example", order.Billing.Email, StringComparison.Ordinal));
        Assert.Equal(300, Customers(shop).Where(customer => customer.Id > 1).Select(customer => customer.Email).Distinct().Count());
    }

    [Fact]
    public void People_are_plausible_and_their_consents_have_three_states()
    {
        var customers = Customers(Seeded(Small)).Where(customer => customer.Id > 1).ToList();

        Assert.All(customers, customer => Assert.False(customer.LastName.EndsWith(customer.FirstName.EndsWith('a') ? "ki" : "ka", StringComparison.Ordinal)));
        Assert.Contains(customers, customer => customer.LastName.EndsWith("ska", StringComparison.Ordinal));
        var newsletter = customers.Select(customer => customer.Meta.FirstOrDefault(entry => entry.Key == PolishShopSeed.NewsletterKey).Value).ToList();
        Assert.Contains("1", newsletter);
        Assert.Contains("0", newsletter);
        Assert.Contains(null, newsletter);
        Assert.Contains(customers, customer => customer.Role != WooRoles.Customer);
        Assert.Contains(customers, customer => customer.ModifiedAt is null);
    }

    [Fact]
    public void Orders_follow_registration_and_their_dates_follow_each_other()
    {
        var shop = Seeded(Small);
        var orders = Orders(shop).ToList();

        Assert.All(orders, order =>
        {
            Assert.True(order.CustomerId == 0 || order.CreatedAt >= shop.Customer(order.CustomerId)!.CreatedAt);
            Assert.True(order.ModifiedAt >= (order.CompletedAt ?? order.PaidAt ?? order.CreatedAt));
            Assert.True(order.ModifiedAt <= shop.Now);
            var paysInProcessing = order.PaymentMethod != WooCommerceShop.CashOnDelivery;
            Assert.Equal(order.Status is "completed" or "refunded" || (order.Status is "processing" && paysInProcessing), order.PaidAt is not null);
        });
        Assert.Equal(["cancelled", "completed", "failed", "on-hold", "pending", "processing", "refunded"], orders.Select(order => order.Status).Distinct().Order());
        Assert.Contains(orders, order => order.CustomerId == 0);
        Assert.Contains(orders, order => order.CustomerId == 0 && shop.CustomerByEmail(order.Billing.Email) is not null);
        Assert.Contains(orders, order => order.ShippingLine!.MethodId == "local_pickup");
    }

    [Fact]
    public void Odd_records_are_added_on_request()
    {
        var orders = Orders(Seeded(Small with { OddRecords = true })).ToList();

        Assert.Contains(orders, order => order.Billing.Email.Length == 0);
        Assert.Contains(orders, order => order.Billing.Email.Length == 300);
        Assert.Contains(orders, order => order.CreatedAt < 86_400);
        Assert.Contains(orders, order => order.Lines.Any(line => line.UnitPrice is { Scale: 12 }));
        Assert.Contains(orders, order => order.Lines.Any(line => line.ProductId == 0));
        Assert.DoesNotContain(Orders(Seeded(Small)), order => order.Billing.Email.Length is 0 or 300);
    }

    [Fact]
    public void A_living_shop_does_everything_sooner_or_later_and_the_same_for_the_same_seed()
    {
        var (one, other) = (Lived(5), Lived(5));

        Assert.Equal(one, other);
        Assert.Equal(Enum.GetValues<LivingShopDeed>(), one.Select(each => each.Deed).Distinct().Order());

        static List<LivingShopEvent> Lived(int seed)
        {
            var living = new LivingShop(Seeded(Small), TimeSpan.FromSeconds(3), new ManualClock(), seed);
            return [.. Enumerable.Range(0, 200).Select(_ => living.Step())];
        }
    }

    static WooCommerceShop Seeded(ShopSeedOptions options)
    {
        var shop = new WooCommerceShop(new ManualClock());
        PolishShopSeed.Fill(shop, options);
        return shop;
    }

    static IEnumerable<WooCustomer> Customers(WooCommerceShop shop) => shop.CustomerIds().Select(id => shop.Customer(id)!);

    static IEnumerable<WooOrder> Orders(WooCommerceShop shop) => shop.OrderIds().Select(id => shop.Order(id)!);

    static string Picture(WooCommerceShop shop) => string.Join('\n',
        Customers(shop).Select(each => $"{each.Id} {each.Email} {each.CreatedAt} {each.ModifiedAt} {string.Join(',', each.Meta)}")
            .Concat(Orders(shop).Select(each => $"{each.Id} {each.CustomerId} {each.Status} {each.Total} {each.ModifiedAt} {each.Billing.Address1}")));
}
