namespace Pomost.Rules.Tests;

public class ReversingEventsTests
{
    static readonly DateTimeOffset Now = Given.Noon.AddDays(3);
    static readonly OutgoingEvent Purchase = PurchaseToSend.Of(Given.Order, Given.Anna, "sklep_example", "sklep.example");

    [Fact]
    public void An_order_as_it_was_sent_owes_nothing() => Assert.Empty(Of(Given.Order));

    [Fact]
    public void A_cancelled_order_is_called_off_once()
    {
        var cancelled = Given.Order with { Stage = OrderStage.Cancelled, ModifiedAt = Given.Noon.AddDays(1) };
        var reversal = Assert.Single(Of(cancelled));
        Assert.Equal((OutgoingEventKind.Cancellation, "1001", 149.90m, Given.Noon.AddDays(1)), (reversal.Kind, reversal.ExternalId, reversal.Value, reversal.At));
        Assert.Empty(Of(cancelled, new SentReversal("1001", 149.90m)));
    }

    [Fact]
    public void A_cancellation_is_taken_back_when_the_order_counts_again_and_may_follow_anew()
    {
        var sent = new SentReversal("1001", 149.90m);
        var back = ReversingEvents.TakenBack(Given.Order, Purchase, [sent])!;
        Assert.Equal((OutgoingEventKind.Cancellation, "1001", 149.90m), (back.Kind, back.ExternalId, back.Value));
        Assert.Null(ReversingEvents.TakenBack(Given.Order with { Stage = OrderStage.Cancelled }, Purchase, [sent]));
        Assert.Null(ReversingEvents.TakenBack(Given.Order with { Stage = OrderStage.Refunded }, Purchase, [sent]));
        Assert.Null(ReversingEvents.TakenBack(Given.Order, Purchase, [sent with { Amount = 0 }]));
        Assert.Single(Of(Given.Order with { Stage = OrderStage.Cancelled }, sent with { Amount = 0 }));
    }

    [Fact]
    public void Each_refund_is_a_return_of_its_own_amount()
    {
        var refunded = Given.Order with { Refunds = [new("7", Now.AddHours(-1), 50m), new("8", null, 10.005m)], RefundedTotal = 60.005m };
        var both = Of(refunded);
        Assert.Equal([("1001-7", 50m, Now.AddHours(-1)), ("1001-8", 10.01m, Now)], both.Select(one => (one.ExternalId, one.Value, one.At)));
        Assert.All(both, one => Assert.Equal(OutgoingEventKind.Return, one.Kind));
        Assert.Equal("1001-8", Assert.Single(Of(refunded, new SentReversal("1001-7", 50m))).ExternalId);
    }

    [Fact]
    public void A_refund_of_nothing_is_nothing() => Assert.Empty(Of(Given.Order with { Refunds = [new("7", null, 0.00m)] }));

    [Fact]
    public void Where_refunds_are_not_listed_the_sum_tells_what_is_new()
    {
        var partly = Given.Order with { RefundedTotal = 40m };
        var first = Assert.Single(Of(partly));
        Assert.Equal(("1001-r1", 40m), (first.ExternalId, first.Value));
        Assert.Empty(Of(partly, new SentReversal("1001-r1", 40m)));
        var whole = Assert.Single(Of(Given.Order with { Stage = OrderStage.Refunded, RefundedTotal = 149.90m }, new SentReversal("1001-r1", 40m)));
        Assert.Equal(("1001-r2", 109.90m), (whole.ExternalId, whole.Value));
    }

    [Fact]
    public void A_refund_above_the_total_is_told_as_it_was_paid()
        => Assert.Equal(200m, Assert.Single(Of(Given.Order with { Stage = OrderStage.Refunded, Refunds = [new("7", null, 200m)] })).Value);

    [Fact]
    public void Cancelled_after_a_partial_refund_only_the_rest_is_called_off()
    {
        var events = Of(Given.Order with { Stage = OrderStage.Cancelled, Refunds = [new("7", null, 49.90m)] });
        Assert.Equal([(OutgoingEventKind.Return, 49.90m), (OutgoingEventKind.Cancellation, 100m)], events.Select(one => (one.Kind, one.Value)));
    }

    [Fact]
    public void A_reversal_keeps_place_currency_and_person_of_its_purchase()
    {
        var reversal = Assert.Single(Of(Given.Order with { Stage = OrderStage.Cancelled }));
        Assert.Equal((Purchase.Email, Purchase.Currency, Purchase.Location, Purchase.OrderNumber), (reversal.Email, reversal.Currency, reversal.Location, reversal.OrderNumber));
    }

    static IReadOnlyList<OutgoingEvent> Of(ShopOrder order, params SentReversal[] sent) => ReversingEvents.For(order, Purchase, sent, Now);
}
