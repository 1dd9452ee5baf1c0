using System.Globalization;

namespace Pomost.Rules;

/// <summary>A reversing event already owed or sent for an order.</summary>
/// <param name="ExternalId">Its identity within kind and location.</param>
/// <param name="Amount">Its value; 0 = it was taken back.</param>
public sealed record SentReversal(string ExternalId, decimal Amount);

/// <summary>One reversing event that has to be made, changed or taken back.</summary>
/// <param name="Event">The event as it is from now on; one that is taken back bears the value it had.</param>
/// <param name="Before">Its value until now; 0 = there is none.</param>
/// <param name="After">Its value from now on; 0 = it is taken back.</param>
public sealed record ReversalStep(OutgoingEvent Event, decimal Before, decimal After)
{
    /// <summary>True when an event of this identity was never owed: it was not taken back earlier, either.</summary>
    public bool IsNew { get; init; }
}

/// <summary>What follows a purchase that was called off or given back.</summary>
[Rule(
    "reversing-events",
    "A purchase that was sent and is then cancelled gets one CANCELLATION of what was not given back yet; each refund, whole or partial, gets one RETURN of its amount. " +
    "Together they never take off more than the purchase brought: what a cancellation took off is not returned once more, a refund above the value is returned up to it, " +
    "and when the value falls they fall along. An order cancelled or refunded before it was ever sent gets nothing. When a cancelled order counts again, its " +
    "CANCELLATION is taken back, and so is the RETURN of a refund that the shop takes back.",
    "derived: without it a report counts money that was given back; the kinds are those of SALESmanago's own plug-ins")]
public static class ReversingEvents
{
    /// <summary>The steps still owed for the order, in the order they are to be carried out: first what takes off less, then what takes
    /// off more. Never throws.</summary>
    /// <param name="order">The order as it stands now.</param>
    /// <param name="purchase">Its event with the value that the destination has, or is being told.</param>
    /// <param name="sent">Reversing events owed or sent before.</param>
    /// <param name="counts">True when the order counts as a purchase now.</param>
    /// <param name="now">The present, UTC; the date of what the platform does not date.</param>
    public static IReadOnlyList<ReversalStep> For(
        ShopOrder order, OutgoingEvent purchase, IReadOnlyList<SentReversal> sent, bool counts, DateTimeOffset now)
    {
        var amounts = sent.ToDictionary(reversal => reversal.ExternalId, reversal => reversal.Amount, StringComparer.Ordinal);
        var value = Math.Max(0, purchase.Value);
        var cancelled = Cancelled(order, counts, Math.Min(value, amounts.GetValueOrDefault(order.SourceId)));
        var returned = Math.Min(value - cancelled, Returned(order));
        var target = new Dictionary<string, decimal>(amounts, StringComparer.Ordinal) { [order.SourceId] = cancelled };
        Spread(order, target, returned);
        if (order.Stage == OrderStage.Cancelled)
            target[order.SourceId] = value - returned;
        return [.. target.Where(pair => pair.Value != amounts.GetValueOrDefault(pair.Key))
            .Select(pair => StepOf(pair.Key, amounts.GetValueOrDefault(pair.Key), pair.Value) with { IsNew = !amounts.ContainsKey(pair.Key) })
            .OrderBy(step => step.After > step.Before)];

        ReversalStep StepOf(string id, decimal before, decimal after)
        {
            var isCancellation = id == order.SourceId;
            var refundedAt = isCancellation ? null : order.Refunds.FirstOrDefault(refund => IdOf(order, refund) == id)?.At;
            var at = refundedAt ?? order.ModifiedAt ?? now;
            var kind = isCancellation ? OutgoingEventKind.Cancellation : OutgoingEventKind.Return;
            return new ReversalStep(purchase with { Kind = kind, ExternalId = id, Value = after == 0 ? before : after, At = at }, before, after);
        }
    }

    /// <summary>The reversing events after these steps.</summary>
    public static IReadOnlyList<SentReversal> After(IReadOnlyList<SentReversal> sent, IReadOnlyList<ReversalStep> steps) =>
    [
        .. sent.Where(reversal => steps.All(step => step.Event.ExternalId != reversal.ExternalId)),
        .. steps.Select(step => new SentReversal(step.Event.ExternalId, step.After)),
    ];

    /// <summary>What of a cancellation of before still holds.</summary>
    static decimal Cancelled(ShopOrder order, bool counts, decimal before)
        => counts && order.Stage is not (OrderStage.Cancelled or OrderStage.Refunded) ? 0 : before;

    /// <summary>How much was given back in all; platforms that do not list refunds tell only the sum.</summary>
    static decimal Returned(ShopOrder order)
        => order.Stage == OrderStage.Refunded ? decimal.MaxValue
            : Math.Max(Rounded(order.RefundedTotal), order.Refunds.Sum(refund => Rounded(refund.Amount)));

    /// <summary>Changes as few returns as possible, so that they sum up to what was given back.</summary>
    static void Spread(ShopOrder order, Dictionary<string, decimal> target, decimal returned)
    {
        var listed = order.Refunds.Select(refund => (Id: IdOf(order, refund), Amount: Rounded(refund.Amount))).ToList();
        var returns = target.Keys.Where(id => id != order.SourceId).ToList();
        var open = returned - returns.Sum(id => target[id]);
        foreach (var (id, amount) in listed)
        {
            var more = Math.Min(open, amount - target.GetValueOrDefault(id));
            if (more <= 0)
                continue;
            target[id] = target.GetValueOrDefault(id) + more;
            open -= more;
        }

        if (open > 0)
            target[FreeId(order, target)] = open;
        // What the shop lists no longer goes first, then the newest.
        foreach (var id in returns.OrderByDescending(PlaceOf))
        {
            var less = Math.Min(-open, target[id]);
            if (less <= 0)
                continue;
            target[id] -= less;
            open += less;
        }

        int PlaceOf(string id) => listed.FindIndex(refund => refund.Id == id) is >= 0 and var place ? place : int.MaxValue;
    }

    static string FreeId(ShopOrder order, Dictionary<string, decimal> taken)
    {
        for (var number = 1; ; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{order.SourceId}-r{number}");
            if (!taken.ContainsKey(id))
                return id;
        }
    }

    static string IdOf(ShopOrder order, OrderRefund refund) => $"{order.SourceId}-{refund.SourceId}";

    static decimal Rounded(decimal amount) => Math.Max(0, decimal.Round(amount, 2, MidpointRounding.AwayFromZero));
}
