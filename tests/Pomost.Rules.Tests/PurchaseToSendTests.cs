namespace Pomost.Rules.Tests;

public class PurchaseToSendTests
{
    [Fact]
    public void Everything_the_rule_names_is_sent()
    {
        var purchase = Of(Given.Order);

        Assert.Equal(
            (OutgoingEventKind.Purchase, "anna@sklep.example", "1001", Given.Noon, 149.90m, "PLN"),
            (purchase.Kind, purchase.Email, purchase.ExternalId, purchase.At, purchase.Value, purchase.Currency));
        Assert.Equal(
            ("sklep_example", "sklep.example", "BLIK", "Paczkomat", "LOD01A", "ZAM/1001"),
            (purchase.Location, purchase.ShopDomain, purchase.Description, purchase.DeliveryMethod, purchase.PickUpPlace, purchase.OrderNumber));
        Assert.Equal(new OutgoingProduct("5", "Trampki", 1.5m, "TR-42"), Assert.Single(purchase.Products));
    }

    [Fact]
    public void The_identity_is_the_shop_s_order_id_and_never_the_number_or_status()
        => Assert.Equal("1001", Of(Given.Order with { Number = "FV 7", Status = "wysłane", Total = 1m }).ExternalId);

    public static TheoryData<decimal, decimal> Prices => new()
    {
        { 10.123456789012m, 10.12m },
        { 10.129999999999m, 10.13m },
        { 10.125m, 10.13m },
        { 10.124999999999m, 10.12m },
        { 10.115m, 10.12m },
        { 0.004999999999m, 0m },
        { 0.005m, 0.01m },
        { 99.995m, 100m },
    };

    [Theory, MemberData(nameof(Prices))]
    public void A_value_of_many_decimals_is_rounded_to_two_as_on_a_receipt(decimal total, decimal expected)
        => Assert.Equal(expected, Of(Given.Order with { Total = total }).Value);

    static OutgoingEvent Of(ShopOrder order) => PurchaseToSend.Of(order, Given.Anna, "sklep_example", "sklep.example");
}
