using System.Globalization;

namespace Pomost.Rules;

/// <summary>A reversing event already owed or sent for an order.</summary>
/// <param name="ExternalId">Its identity within kind and location.</param>
/// <param name="Amount">Its value; 0 = it was taken back.</param>
public sealed record SentReversal(string ExternalId, decimal Amount);

/// <summary>What follows a purchase that was called off or given back.</summary>
[Rule(
    "reversing-events",
    "A purchase that was sent and is then cancelled gets one CANCELLATION of what was not given back yet; each refund, whole or partial, gets one RETURN of its amount. " +
    "An order cancelled or refunded before it was ever sent gets nothing. When a cancelled order counts again, its CANCELLATION is taken back.",
    "derived: without it a report counts money that was given back; the kinds are those of SALESmanago's own plug-ins")]
public static class ReversingEvents
{
    /// <summary>The CANCELLATION to be taken back because the order counts again; null = none. Never throws.</summary>
    /// <param name="order">The order as it stands now, which counts.</param>
    /// <param name="purchase">The event that was sent for it.</param>
    /// <param name="sent">Reversing events owed or sent before.</param>
    public static OutgoingEvent? TakenBack(ShopOrder order, OutgoingEvent purchase, IReadOnlyList<SentReversal> sent)
        => order.Stage is not (OrderStage.Cancelled or OrderStage.Refunded) && sent.FirstOrDefault(reversal => reversal.ExternalId == order.SourceId && reversal.Amount > 0) is { } called
            ? purchase with { Kind = OutgoingEventKind.Cancellation, ExternalId = called.ExternalId, Value = called.Amount } : null;

    /// <summary>The events still owed for the order. Never throws.</summary>
    /// <param name="order">The order as it stands now.</param>
    /// <param name="purchase">The event that was sent for it.</param>
    /// <param name="sent">Reversing events owed or sent before.</param>
    /// <param name="now">The present, UTC; the date of what the platform does not date.</param>
    public static IReadOnlyList<OutgoingEvent> For(ShopOrder order, OutgoingEvent purchase, IReadOnlyList<SentReversal> sent, DateTimeOffset now)
    {
        var owed = new List<OutgoingEvent>();
        var returned = sent.Sum(reversal => reversal.Amount);
        var at = order.ModifiedAt ?? now;
        foreach (var refund in order.Refunds)
        {
            var id = $"{order.SourceId}-{refund.SourceId}";
            if (refund.Amount > 0 && !sent.Any(reversal => reversal.ExternalId == id))
                Add(OutgoingEventKind.Return, id, refund.Amount, refund.At ?? at);
        }

        // Platforms that do not list refunds tell only how much was given back in all.
        var unlisted = order.Refunds.Count > 0 ? 0 : (order.Stage == OrderStage.Refunded ? Math.Max(order.Total, order.RefundedTotal) : order.RefundedTotal) - returned;
        if (unlisted > 0)
            Add(OutgoingEventKind.Return, string.Create(CultureInfo.InvariantCulture, $"{order.SourceId}-r{sent.Count + 1}"), unlisted, at);
        if (order.Stage == OrderStage.Cancelled && !sent.Any(reversal => reversal.ExternalId == order.SourceId && reversal.Amount > 0) && order.Total - returned > 0)
            Add(OutgoingEventKind.Cancellation, order.SourceId, order.Total - returned, at);
        return owed;

        void Add(OutgoingEventKind kind, string id, decimal amount, DateTimeOffset when)
        {
            returned += amount;
            owed.Add(purchase with { Kind = kind, ExternalId = id, Value = decimal.Round(amount, 2, MidpointRounding.AwayFromZero), At = when });
        }
    }
}
