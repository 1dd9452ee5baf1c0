namespace Pomost.Rules;

/// <summary>What a shop's own order state means for everybody else.</summary>
public enum OrderStage
{
    /// <summary>Begun, not confirmed or not paid.</summary>
    Open,

    /// <summary>Confirmed and paid, or as good as paid (cash on delivery under way).</summary>
    ConfirmedAndPaid,

    /// <summary>Cancelled, failed or expired.</summary>
    Cancelled,

    /// <summary>Whole value given back.</summary>
    Refunded,
}

/// <summary>The way through the shop's menu to a product, from the top down.</summary>
/// <param name="Levels">Names of the levels as the shopper reads them; never empty strings.</param>
public sealed record MenuPath(IReadOnlyList<string> Levels);

/// <summary>One line of an order or a cart.</summary>
public sealed record OrderLine
{
    /// <summary>The platform's product id (of the parent, when there are variants); null when the product no longer exists.</summary>
    public string? ProductId { get; init; }

    /// <summary>The platform's id of the variant, if one was bought.</summary>
    public string? VariantId { get; init; }

    /// <summary>Stock-keeping code.</summary>
    public string? Sku { get; init; }

    /// <summary>Name as bought.</summary>
    public required string Name { get; init; }

    /// <summary>How many; fractions are sold by weight or length.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Gross value of the line after discounts, in the order's currency.</summary>
    public required decimal Total { get; init; }

    /// <summary>Every way through the menu to the product; a product may hang in several places.</summary>
    public IReadOnlyList<MenuPath> MenuPaths { get; init; } = [];
}

/// <summary>An order as a connector read it. Nothing is decided yet.</summary>
public sealed record ShopOrder
{
    /// <summary>The platform's own id; unique within the shop.</summary>
    public required string SourceId { get; init; }

    /// <summary>The number the customer sees.</summary>
    public required string Number { get; init; }

    /// <summary>The shop's own state, as spelled there.</summary>
    public required string Status { get; init; }

    /// <summary>What that state means by the platform's defaults; the store's status choice may overrule it.</summary>
    public required OrderStage Stage { get; init; }

    /// <summary>Who bought, with the billing data of this order.</summary>
    public required ShopContact Buyer { get; init; }

    /// <summary>When the order was placed, UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>When it was paid, UTC; null when it was not.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When the shop last changed it, UTC; null where the platform keeps no such time.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>ISO 4217 code, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>Gross value with delivery, in <see cref="Currency"/>.</summary>
    public required decimal Total { get; init; }

    /// <summary>Sum given back so far, positive, in <see cref="Currency"/>.</summary>
    public decimal RefundedTotal { get; init; }

    /// <summary>What was given back, where the platform lists it; an entry is an event of its own.</summary>
    public IReadOnlyList<OrderRefund> Refunds { get; init; } = [];

    /// <summary>What was bought.</summary>
    public IReadOnlyList<OrderLine> Lines { get; init; } = [];

    /// <summary>Payment method as the shopper read it.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>Delivery method as the shopper read it.</summary>
    public string? DeliveryMethod { get; init; }

    /// <summary>Place of collection, when the goods are picked up.</summary>
    public string? PickUpPlace { get; init; }

    /// <summary>Consent, given with this order, to pass data to services that work with the shop; null = not asked.</summary>
    public bool? SharingConsent { get; init; }

    /// <summary>Where the order came from (<c>allegro</c>, <c>ceneo</c> …), where the platform says so.</summary>
    public string? AcquisitionSource { get; init; }
}

/// <summary>Money given back for an order.</summary>
/// <param name="SourceId">The platform's id of the refund.</param>
/// <param name="At">When, UTC; null where the platform does not tell.</param>
/// <param name="Amount">How much, positive, in the order's currency.</param>
public sealed record OrderRefund(string SourceId, DateTimeOffset? At, decimal Amount);

/// <summary>A cart that was not bought yet.</summary>
public sealed record ShopCart
{
    /// <summary>The platform's own id of the cart's life.</summary>
    public required string SourceId { get; init; }

    /// <summary>Address typed or known; null for an anonymous cart.</summary>
    public string? Email { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>ISO 4217 code, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>Gross value of the goods.</summary>
    public required decimal Total { get; init; }

    /// <summary>What is in it.</summary>
    public IReadOnlyList<OrderLine> Lines { get; init; } = [];

    /// <summary>Address that opens this cart again, where the platform gives one.</summary>
    public string? RecoveryLink { get; init; }

    /// <summary>The order it became, once bought.</summary>
    public string? OrderId { get; init; }
}
