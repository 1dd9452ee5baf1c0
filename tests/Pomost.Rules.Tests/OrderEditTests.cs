namespace Pomost.Rules.Tests;

public class OrderEditTests
{
    static readonly OutgoingEvent Sent = Of(Given.Order);

    [Fact]
    public void The_same_order_needs_no_update() => Assert.False(OrderEdit.IsNeeded(Of(Given.Order), OrderEdit.HashOf(Sent)));

    [Fact]
    public void Goods_value_and_date_make_an_update()
    {
        ShopOrder[] edited =
        [
            Given.Order with { Total = 149.91m }, Given.Order with { Lines = [Given.Line("Kalosze")] }, Given.Order with { PlacedAt = Given.Noon.AddSeconds(1) },
            Given.Order with { PickUpPlace = "WAW02" }, Given.Order with { Currency = "EUR" },
        ];
        Assert.All(edited, order => Assert.True(OrderEdit.IsNeeded(Of(order), OrderEdit.HashOf(Sent))));
    }

    [Fact]
    public void What_is_not_sent_of_an_order_changes_nothing()
        => Assert.False(OrderEdit.IsNeeded(Of(Given.Order with { Status = "archived", ModifiedAt = Given.Noon.AddDays(9) }), OrderEdit.HashOf(Sent)));

    [Fact]
    public void Another_buyers_address_leaves_the_event_where_it_is()
        => Assert.False(OrderEdit.IsNeeded(Sent with { Email = "jan@sklep.example" }, OrderEdit.HashOf(Sent)));

    [Fact]
    public void Of_what_was_sent_nobody_knows_how_nothing_is_changed() => Assert.False(OrderEdit.IsNeeded(Of(Given.Order with { Total = 1m }), null));

    static OutgoingEvent Of(ShopOrder order) => PurchaseToSend.Of(order, Given.Anna, "sklep_example", "sklep.example");
}
