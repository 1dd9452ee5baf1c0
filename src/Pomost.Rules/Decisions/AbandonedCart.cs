namespace Pomost.Rules;

/// <summary>Where a cart's life stands.</summary>
public enum CartState
{
    /// <summary>Being filled, or too fresh to be called abandoned.</summary>
    Open,

    /// <summary>Left alone; told to the destination.</summary>
    Abandoned,

    /// <summary>Bought before it was told.</summary>
    Bought,

    /// <summary>Bought after it was told: won back.</summary>
    WonBack,

    /// <summary>Emptied.</summary>
    Emptied,
}

/// <summary>When a cart is told.</summary>
[Rule(
    "abandoned-cart",
    "A cart unchanged for the store's threshold (60 minutes by default) becomes one CART event; changed and left again, the same event is updated. " +
    "Once it is bought or emptied the event is withdrawn. A cart without goods or without a known person is not told; " +
    "whose person becomes known later is told then.",
    "FAQ, question on abandoned carts: carts not modified for 60 to 120 minutes; the rest is derived")]
public static class AbandonedCart
{
    /// <summary>Shortest threshold a store may choose.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    /// <summary>Longest threshold a store may choose.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>When the cart counts as abandoned, if nobody touches it, UTC.</summary>
    /// <param name="modifiedAt">When it last changed, UTC.</param>
    /// <param name="threshold">The store's threshold; brought within <see cref="Shortest"/> and <see cref="Longest"/>.</param>
    public static DateTimeOffset DueAt(DateTimeOffset modifiedAt, TimeSpan threshold)
        => modifiedAt + (threshold < Shortest ? Shortest : threshold > Longest ? Longest : threshold);

    /// <summary>Says whether the cart is to be told now. Never throws.</summary>
    /// <param name="cart">The cart.</param>
    /// <param name="threshold">The store's threshold.</param>
    /// <param name="isOnCard">True when the person has, or is owed, a card at the destination.</param>
    /// <param name="now">The present, UTC.</param>
    public static RuleAnswer Ask(ShopCart cart, TimeSpan threshold, bool isOnCard, DateTimeOffset now)
    {
        if (cart.Lines.Count == 0)
            return Answer(ReasonCode.CartEmpty, false);
        if (string.IsNullOrWhiteSpace(cart.Email))
            return Answer(ReasonCode.CartAnonymous, false);
        if (cart.OrderId is not null)
            return Answer(ReasonCode.CartBought, false);
        // A shop's clock ahead of ours makes a cart younger, never older: it is told later, not too early.
        if (now < DueAt(cart.ModifiedAt, threshold))
            return Answer(ReasonCode.CartFresh, false);
        return isOnCard ? Answer(ReasonCode.CartAbandoned, true) : Answer(ReasonCode.BuyerNotSent, false);
    }

    /// <summary>The event of an abandoned cart.</summary>
    /// <param name="cart">The cart.</param>
    /// <param name="address">Its person's checked address.</param>
    /// <param name="location">Location id of the store.</param>
    /// <param name="shopDomain">Domain of the shop.</param>
    public static OutgoingEvent EventOf(ShopCart cart, EmailAddress address, string location, string shopDomain) => new()
    {
        Kind = OutgoingEventKind.Cart,
        Email = address.Value,
        ExternalId = cart.SourceId,
        At = cart.ModifiedAt,
        Value = decimal.Round(cart.Total, 2, MidpointRounding.AwayFromZero),
        Currency = cart.Currency,
        Location = location,
        ShopDomain = shopDomain,
        Description = cart.RecoveryLink,
        Products = [.. cart.Lines.Select(line => new OutgoingProduct(line.ProductId, line.Name, line.Quantity, line.Sku))],
    };

    static RuleAnswer Answer(ReasonCode code, bool allows) => new("abandoned-cart", code, allows);
}
