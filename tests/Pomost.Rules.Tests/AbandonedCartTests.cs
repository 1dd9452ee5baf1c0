using System.Globalization;

namespace Pomost.Rules.Tests;

public class AbandonedCartTests
{
    static readonly ShopCart Cart = new()
    {
        SourceId = "c-1",
        Email = "anna@sklep.example",
        ModifiedAt = Given.Noon,
        Currency = "PLN",
        Total = 99.999m,
        Lines = [Given.Line("Trampki")],
        RecoveryLink = "https://sklep.example/koszyk/c-1",
    };

    [Theory]
    [InlineData(60, 59 * 60, ReasonCode.CartFresh)]
    [InlineData(60, (60 * 60) - 1, ReasonCode.CartFresh)]
    [InlineData(60, 60 * 60, ReasonCode.CartAbandoned)]
    [InlineData(60, 120 * 60, ReasonCode.CartAbandoned)]
    [InlineData(120, (120 * 60) - 1, ReasonCode.CartFresh)]
    [InlineData(120, 120 * 60, ReasonCode.CartAbandoned)]
    [InlineData(1, (10 * 60) - 1, ReasonCode.CartFresh)]
    [InlineData(1, 10 * 60, ReasonCode.CartAbandoned)]
    [InlineData(99_999, (24 * 60 * 60) - 1, ReasonCode.CartFresh)]
    [InlineData(99_999, 24 * 60 * 60, ReasonCode.CartAbandoned)]
    [InlineData(60, -3600, ReasonCode.CartFresh)]
    public void A_cart_is_abandoned_at_exactly_the_threshold(int thresholdMinutes, int secondsLater, ReasonCode code)
    {
        var answer = AbandonedCart.Ask(Cart, TimeSpan.FromMinutes(thresholdMinutes), true, Given.Noon.AddSeconds(secondsLater));
        Assert.Equal((code, code == ReasonCode.CartAbandoned), (answer.Code, answer.Allows));
    }

    [Theory]
    [InlineData("2026-03-29T00:30:00Z")]
    [InlineData("2026-10-25T00:30:00Z")]
    public void An_hour_is_an_hour_in_the_nights_of_the_clock_change(string modified)
    {
        var warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
        var cart = Cart with { ModifiedAt = DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture) };
        Assert.Equal(ReasonCode.CartFresh, Ask(cart.ModifiedAt.AddMinutes(59)));
        Assert.Equal(ReasonCode.CartAbandoned, Ask(cart.ModifiedAt.AddMinutes(60)));

        ReasonCode Ask(DateTimeOffset now) => AbandonedCart.Ask(cart, TimeSpan.FromHours(1), true, TimeZoneInfo.ConvertTime(now, warsaw)).Code;
    }

    [Fact]
    public void Without_goods_a_person_or_a_card_nothing_is_told()
    {
        Assert.Equal(ReasonCode.CartEmpty, Code(Cart with { Lines = [] }));
        Assert.Equal(ReasonCode.CartAnonymous, Code(Cart with { Email = " " }));
        Assert.Equal(ReasonCode.CartBought, Code(Cart with { OrderId = "1" }));
        Assert.Equal(ReasonCode.BuyerNotSent, AbandonedCart.Ask(Cart, TimeSpan.FromHours(1), false, Given.Noon.AddDays(1)).Code);

        static ReasonCode Code(ShopCart cart) => AbandonedCart.Ask(cart, TimeSpan.FromHours(1), true, Given.Noon.AddDays(1)).Code;
    }

    [Fact]
    public void The_event_carries_goods_value_and_the_way_back()
    {
        var happened = AbandonedCart.EventOf(Cart, Given.Anna, "sklep_example", "sklep.example");
        Assert.Equal((OutgoingEventKind.Cart, "c-1", 100m, Cart.RecoveryLink, Given.Noon), (happened.Kind, happened.ExternalId, happened.Value, happened.Description, happened.At));
        Assert.Equal(["5"], happened.Products.Select(product => product.Id));
    }
}
