using Pomost.Engine.Tests.Fixture;

namespace Pomost.Engine.Tests;

/// <summary>Goal: whoever asks what tags a person gets is told what the store would do. Method: a person with an order in the simulated shop, the hub's card.</summary>
public sealed class TagPreviewsTests
{
    [Fact]
    public async Task A_person_s_tags_are_told_with_reasons_in_both_directions()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new Simulators.WooCommerce.WooCustomer
        {
            Email = "anna@poczta.example",
            Meta = [new(0, "pomost_tags", "vip, salesmanago_shop1_dawny:2")],
        });
        engine.PlaceOrder("anna@poczta.example", anna.Id);
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);

        var person = Assert.Single(await engine.Get<TagPreviews>().OfAsync(engine.Account.Id, "anna@poczta.example", default));
        Assert.Equal(["REJESTRACJA", "WOOCOMMERCE_VIP", "salesmanago_shop1_dawny"], person.AtSalesmanago.Select(line => line.Tag));
        Assert.Equal(["WOOCOMMERCE_VIP", "salesmanago_shop1_rejestracja", "salesmanago_shop1_dawny"],
            person.InShop!.OrderBy(line => line.Code == Rules.ReasonCode.TagFromShop ? 0 : line.Code == Rules.ReasonCode.TagMirrored ? 1 : 2).Select(line => line.Tag));
        Assert.Empty(await engine.Get<TagPreviews>().OfAsync(engine.Account.Id + 1, "anna@poczta.example", default));
    }
}
