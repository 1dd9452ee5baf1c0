namespace Pomost.Rules;

/// <summary>A stranger may type any address into an order.</summary>
[Rule(
    "guest-order-consent",
    "A newsletter or SMS consent stated with an order, or its withdrawal, counts once the order is confirmed and paid. " +
    "Before that it counts only from a customer who was logged in, and only for the address of that account.",
    "derived: security, a stranger may type any address")]
public static class GuestOrderConsent
{
    /// <summary>The order with only those statements of its buyer that count now. Never throws.</summary>
    /// <param name="order">The order.</param>
    /// <param name="accountKey">Key of the address of the account that ordered; null for a guest, or an account not known yet.</param>
    public static ShopOrder Of(ShopOrder order, string? accountKey)
        => IsConfirmed(order) || IsOwn(order.Buyer, accountKey)
            ? order
            : order with { Buyer = order.Buyer with { EmailConsent = Consent.None, SmsConsent = Consent.None } };

    // Whole value given back proves that the order was paid where the platform says when.
    static bool IsConfirmed(ShopOrder order)
        => order.Stage == OrderStage.ConfirmedAndPaid || (order.Stage == OrderStage.Refunded && order.PaidAt is not null);

    static bool IsOwn(ShopContact buyer, string? accountKey)
        => buyer.HasAccount && accountKey is not null && buyer.Email is { } email && EmailAddress.KeyOf(email) == accountKey;
}
