namespace Pomost.Rules.Tests;

public class OrdersThatCountTests
{
    [Theory]
    [InlineData(OrderStage.ConfirmedAndPaid, ReasonCode.OrderConfirmedAndPaid, true)]
    [InlineData(OrderStage.Open, ReasonCode.OrderNotPaid, false)]
    [InlineData(OrderStage.Cancelled, ReasonCode.OrderCancelled, false)]
    [InlineData(OrderStage.Refunded, ReasonCode.OrderRefunded, false)]
    public void Without_a_choice_the_stage_decides(OrderStage stage, ReasonCode code, bool allows)
    {
        var order = Given.Order with { Stage = stage, Status = "w toku" };
        var expected = new RuleAnswer("orders-that-count", code, allows, "w toku");

        Assert.Equal(expected, OrdersThatCount.Ask(order, null));
        Assert.Equal(expected, OrdersThatCount.Ask(order, []));
    }

    [Theory]
    [InlineData("wysłane", true)]
    [InlineData("WYSŁANE", true)]
    [InlineData("opłacone", true)]
    [InlineData("nowe", false)]
    [InlineData("wysłane częściowo", false)]
    [InlineData("", false)]
    public void A_choice_of_statuses_decides_alone(string status, bool allows)
    {
        foreach (var stage in Enum.GetValues<OrderStage>())
        {
            var answer = OrdersThatCount.Ask(Given.Order with { Status = status, Stage = stage }, ["Wysłane", "opłacone"]);
            Assert.Equal((allows ? ReasonCode.OrderStatusChosen : ReasonCode.OrderStatusNotChosen, allows), (answer.Code, answer.Allows));
        }
    }

    [Fact]
    public void Every_stage_has_an_answer()
    {
        var codes = Enum.GetValues<OrderStage>().Select(stage => OrdersThatCount.Ask(Given.Order with { Stage = stage }, null).Code).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }
}
