using FsCheck;
using FsCheck.Fluent;

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
        var reversal = Assert.Single(Of(cancelled)).Event;
        Assert.Equal((OutgoingEventKind.Cancellation, "1001", 149.90m, Given.Noon.AddDays(1)), (reversal.Kind, reversal.ExternalId, reversal.Value, reversal.At));
        Assert.Empty(Of(cancelled, new SentReversal("1001", 149.90m)));
    }

    [Fact]
    public void A_cancellation_is_taken_back_when_the_order_counts_again_and_may_follow_anew()
    {
        var sent = new SentReversal("1001", 149.90m);
        var back = Assert.Single(Of(Given.Order, sent));
        Assert.Equal((OutgoingEventKind.Cancellation, "1001", 149.90m, 0m), (back.Event.Kind, back.Event.ExternalId, back.Event.Value, back.After));
        Assert.Empty(Of(Given.Order with { Stage = OrderStage.Cancelled }, sent));
        Assert.Empty(Of(Given.Order with { Stage = OrderStage.Refunded }, sent));
        Assert.Empty(Of(Given.Order with { Stage = OrderStage.Open }, sent));
        Assert.Empty(Of(Given.Order, sent with { Amount = 0 }));
        Assert.False(Assert.Single(Of(Given.Order with { Stage = OrderStage.Cancelled }, sent with { Amount = 0 })).IsNew);
    }

    [Fact]
    public void Each_refund_is_a_return_of_its_own_amount()
    {
        var refunded = Given.Order with { Refunds = [new("7", Now.AddHours(-1), 50m), new("8", null, 10.005m)], RefundedTotal = 60.005m };
        var both = Of(refunded);
        Assert.Equal([("1001-7", 50m, Now.AddHours(-1)), ("1001-8", 10.01m, Now)], both.Select(one => (one.Event.ExternalId, one.Event.Value, one.Event.At)));
        Assert.All(both, one => Assert.Equal((OutgoingEventKind.Return, true), (one.Event.Kind, one.IsNew)));
        Assert.Equal("1001-8", Assert.Single(Of(refunded, new SentReversal("1001-7", 50m))).Event.ExternalId);
    }

    [Fact]
    public void A_refund_of_nothing_is_nothing() => Assert.Empty(Of(Given.Order with { Refunds = [new("7", null, 0.00m)] }));

    [Fact]
    public void Where_refunds_are_not_listed_the_sum_tells_what_is_new()
    {
        var partly = Given.Order with { RefundedTotal = 40m };
        var first = Assert.Single(Of(partly)).Event;
        Assert.Equal(("1001-r1", 40m), (first.ExternalId, first.Value));
        Assert.Empty(Of(partly, new SentReversal("1001-r1", 40m)));
        var whole = Assert.Single(Of(Given.Order with { Stage = OrderStage.Refunded, RefundedTotal = 149.90m }, new SentReversal("1001-r1", 40m))).Event;
        Assert.Equal(("1001-r2", 109.90m), (whole.ExternalId, whole.Value));
    }

    [Fact]
    public void A_new_return_never_takes_the_place_of_another()
        => Assert.Equal("1001-r1", Assert.Single(Of(Given.Order with { RefundedTotal = 50m }, new SentReversal("1001", 0), new SentReversal("1001-r2", 40m))).Event.ExternalId);

    [Fact]
    public void B5_A_refund_above_the_total_is_returned_up_to_it()
        => Assert.Equal(149.90m, Assert.Single(Of(Given.Order with { Stage = OrderStage.Refunded, Refunds = [new("7", null, 200m)] })).Event.Value);

    [Fact]
    public void Cancelled_after_a_partial_refund_only_the_rest_is_called_off()
    {
        var events = Of(Given.Order with { Stage = OrderStage.Cancelled, Refunds = [new("7", null, 49.90m)] });
        Assert.Equal(
            [(OutgoingEventKind.Cancellation, 100m), (OutgoingEventKind.Return, 49.90m)], events.Select(one => (one.Event.Kind, one.Event.Value)).Order());
    }

    [Fact]
    public void B5_Refunded_after_it_was_cancelled_nothing_more_is_taken_off()
    {
        var refunded = Given.Order with { Refunds = [new("7", null, 149.90m)] };
        Assert.Empty(Of(refunded with { Stage = OrderStage.Cancelled }, new SentReversal("1001", 149.90m)));
        Assert.Empty(Of(refunded with { Stage = OrderStage.Refunded }, new SentReversal("1001", 149.90m)));
    }

    [Fact]
    public void A_refund_that_a_cancellation_covered_is_returned_once_the_order_counts_again_after_the_cancellation_is_taken_back()
        => Assert.Equal(
            [(OutgoingEventKind.Cancellation, 0m), (OutgoingEventKind.Return, 149.90m)],
            Of(Given.Order with { Refunds = [new("7", null, 200m)] }, new SentReversal("1001", 149.90m)).Select(one => (one.Event.Kind, one.After)));

    [Fact]
    public void A_return_falls_with_the_value_and_is_taken_back_with_its_refund()
    {
        var cheaper = Given.Order with { Total = 20m, Refunds = [new("7", null, 50m)] };
        Assert.Equal(("1001-7", 20m), Assert.Single(Of(cheaper, new SentReversal("1001-7", 50m))) is var less ? (less.Event.ExternalId, less.Event.Value) : default);
        Assert.Equal(0, Assert.Single(Of(Given.Order, new SentReversal("1001-7", 50m))).After);
    }

    [Fact]
    public void A_reversal_keeps_place_currency_and_person_of_its_purchase()
    {
        var reversal = Assert.Single(Of(Given.Order with { Stage = OrderStage.Cancelled })).Event;
        Assert.Equal((Purchase.Email, Purchase.Currency, Purchase.Location, Purchase.OrderNumber), (reversal.Email, reversal.Currency, reversal.Location, reversal.OrderNumber));
    }

    // Property: whatever happens to an order, at no moment more is taken off than it brought, and what is left is what the shop says.
    [Fact]
    public void B5_No_history_takes_off_more_than_the_purchase_brought()
    {
        var change = Gen.Zip(Gen.Choose(0, 6), Gen.Choose(1, 12_000)).Select(pair => new Happening(pair.Item1, pair.Item2 / 100m));
        var history = Gen.Choose(1, 12).SelectMany(count => change.ArrayOf(count));
        Prop.ForAll(Gen.Zip(history, Gen.Elements(true, false)).ToArbitrary(), lived => Live(lived.Item1, lived.Item2)).Check(Texts.Thorough);
    }

    static bool Live(IReadOnlyList<Happening> history, bool listsRefunds)
    {
        var order = Given.Order with { Total = 100m };
        var (value, sent, there) = (100m, (IReadOnlyList<SentReversal>)[], new Dictionary<string, decimal>());
        for (var number = 0; number < history.Count; number++)
        {
            order = history[number].Happen(order, number, listsRefunds);
            var counts = order.Stage == OrderStage.ConfirmedAndPaid;
            value = counts ? order.Total : value;
            var steps = ReversingEvents.For(order, Purchase with { Value = value }, sent, counts, Now);
            // As the engine carries them out: less, then the new value of the purchase, then more.
            Assert.Equal(steps.OrderBy(step => step.After > step.Before), steps);
            foreach (var step in steps.Where(step => step.After < step.Before))
                there[step.Event.ExternalId] = step.After;
            Assert.True(there.Values.Sum() <= value);
            foreach (var step in steps.Where(step => step.After > step.Before))
                there[step.Event.ExternalId] = step.After;

            sent = ReversingEvents.After(sent, steps);
            Assert.Equal(there.Values.Sum(), sent.Sum(reversal => reversal.Amount));
            Assert.All(sent, reversal => Assert.True(reversal.Amount >= 0));
            Assert.True(there.Values.Sum() <= value);
            if (counts)
                Assert.Equal(Math.Min(value, order.RefundedTotal), there.Values.Sum());
            else if (order.Stage is OrderStage.Cancelled or OrderStage.Refunded)
                Assert.Equal(value, there.Values.Sum());
            Assert.Empty(ReversingEvents.For(order, Purchase with { Value = value }, sent, counts, Now));
        }

        return true;
    }

    sealed record Happening(int What, decimal Amount)
    {
        public ShopOrder Happen(ShopOrder order, int number, bool listsRefunds) => What switch
        {
            0 => order with { Stage = OrderStage.ConfirmedAndPaid },
            1 => order with { Stage = OrderStage.Open },
            2 => order with { Stage = OrderStage.Cancelled },
            3 => order with { Stage = OrderStage.Refunded },
            4 => order with { Total = Amount },
            5 => order with { Refunds = listsRefunds ? [.. order.Refunds, new($"{number}", null, Amount)] : [], RefundedTotal = order.RefundedTotal + Amount },
            _ => order with
            {
                Refunds = [.. order.Refunds.Skip(1)],
                RefundedTotal = listsRefunds ? order.Refunds.Skip(1).Sum(refund => refund.Amount) : Math.Max(0, order.RefundedTotal - Amount),
            },
        };
    }

    static IReadOnlyList<ReversalStep> Of(ShopOrder order, params SentReversal[] sent) => ReversingEvents.For(
        order, Purchase with { Value = PurchaseToSend.Of(order, Given.Anna, "", "").Value }, sent, order.Stage == OrderStage.ConfirmedAndPaid, Now);
}
