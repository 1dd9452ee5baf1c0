namespace Pomost.Rules;

/// <summary>Confirmed and paid orders, with a status choice per store.</summary>
[Rule(
    "orders-that-count",
    "Only confirmed and paid orders are sent as purchases. The store may choose instead which of the shop's statuses count.",
    "Guide, section 4, step 2 (confirmed and paid orders); the status choice is derived")]
public static class OrdersThatCount
{
    /// <summary>Says whether an order counts as a purchase. Never throws.</summary>
    /// <param name="order">The order.</param>
    /// <param name="chosenStatuses">Statuses as the shop spells them, compared without regard to case; null or empty = the platform's defaults.</param>
    public static RuleAnswer Ask(ShopOrder order, IReadOnlyCollection<string>? chosenStatuses)
    {
        if (chosenStatuses is { Count: > 0 })
        {
            return chosenStatuses.Contains(order.Status, StringComparer.OrdinalIgnoreCase)
                ? Answer(ReasonCode.OrderStatusChosen, true, order)
                : Answer(ReasonCode.OrderStatusNotChosen, false, order);
        }

        return order.Stage switch
        {
            OrderStage.ConfirmedAndPaid => Answer(ReasonCode.OrderConfirmedAndPaid, true, order),
            OrderStage.Open => Answer(ReasonCode.OrderNotPaid, false, order),
            OrderStage.Cancelled => Answer(ReasonCode.OrderCancelled, false, order),
            OrderStage.Refunded => Answer(ReasonCode.OrderRefunded, false, order),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order.Stage, "Unknown order stage."),
        };
    }

    static RuleAnswer Answer(ReasonCode code, bool allows, ShopOrder order) => new("orders-that-count", code, allows, order.Status);
}
