namespace Pomost.Rules.Tests;

public class GuestOrderConsentTests
{
    static readonly Consent Said = new(ConsentState.Granted, Given.Noon, ConsentSource.Checkout);
    static readonly Consent Unsaid = new(ConsentState.Withdrawn, Given.Noon, ConsentSource.Checkout);

    [Theory]
    [InlineData(OrderStage.ConfirmedAndPaid, false, true)]
    [InlineData(OrderStage.ConfirmedAndPaid, true, true)]
    [InlineData(OrderStage.Open, false, false)]
    [InlineData(OrderStage.Open, true, false)]
    [InlineData(OrderStage.Cancelled, false, false)]
    [InlineData(OrderStage.Cancelled, true, false)]
    [InlineData(OrderStage.Refunded, false, false)]
    [InlineData(OrderStage.Refunded, true, true)]
    public void What_a_guest_said_counts_once_the_order_is_confirmed_and_paid(OrderStage stage, bool hasPaymentDate, bool counts)
    {
        var order = Order(stage, hasAccount: false) with { PaidAt = hasPaymentDate ? Given.Noon : null };
        var heard = GuestOrderConsent.Of(order, null).Buyer;
        Assert.Equal(counts ? (Said, Unsaid) : (Consent.None, Consent.None), (heard.EmailConsent, heard.SmsConsent));
        Assert.Equal(order.Buyer, heard with { EmailConsent = Said, SmsConsent = Unsaid });
    }

    [Theory]
    [InlineData(true, "anna@sklep.example", true)]
    [InlineData(true, "joanna@sklep.example", false)]
    [InlineData(true, "nna@sklep.example", false)]
    [InlineData(true, null, false)]
    [InlineData(false, "anna@sklep.example", false)]
    public void Before_that_only_an_account_is_heard_and_for_its_own_address_alone(bool hasAccount, string? accountKey, bool counts)
    {
        var order = Order(OrderStage.Open, hasAccount);
        order = order with { Buyer = order.Buyer with { Email = " Anna@SKLEP.example" } };
        Assert.Equal(counts ? Said : Consent.None, GuestOrderConsent.Of(order, accountKey).Buyer.EmailConsent);
    }

    static ShopOrder Order(OrderStage stage, bool hasAccount) => Given.Order with
    {
        Stage = stage,
        Buyer = Given.Contact with { HasAccount = hasAccount, EmailConsent = Said, SmsConsent = Unsaid },
    };
}
