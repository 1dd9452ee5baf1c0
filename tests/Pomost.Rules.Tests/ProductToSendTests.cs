namespace Pomost.Rules.Tests;

public class ProductToSendTests
{
    static readonly ShopProduct Honey = new()
    {
        SourceId = "7",
        Name = "  Miód lipowy ",
        Address = new Uri("https://sklep.example/produkt/miod/"),
        Picture = new Uri("https://sklep.example/m.jpg"),
        FurtherPictures = [new Uri("https://sklep.example/m2.jpg")],
        Description = "Słodki",
        Brand = "Pasieka",
        Price = 20m,
        DiscountPrice = 15.5m,
        Quantity = 3.7m,
        IsAvailable = true,
        MenuPaths = [new MenuPath(["Kuchnia", "Miody"]), new MenuPath(["Kuchnia"]), new MenuPath(["Prezenty", "Miody"])],
    };

    [Fact]
    public void Everything_the_shop_shows_is_sent()
    {
        var sent = ProductToSend.Of(Honey);

        Assert.Equal(("7", "Miód lipowy", "Słodki", "Pasieka"), (sent.Id, sent.Name, sent.Description, sent.Brand));
        Assert.Equal((20m, 15.5m, 3m), (sent.Price, sent.SalePrice, sent.Quantity));
        Assert.Equal((true, true), (sent.IsActive, sent.IsAvailable));
        Assert.Equal(["https://sklep.example/m.jpg", "https://sklep.example/m2.jpg"], sent.Images.Select(image => image.AbsoluteUri));
        Assert.Equal("Kuchnia > Miody", sent.MainCategory);
    }

    [Fact]
    public void Every_way_through_the_menu_is_a_category_unless_another_begins_with_it()
        => Assert.Equal(["Kuchnia > Miody", "Prezenty > Miody"], ProductToSend.Of(Honey).Categories);

    [Fact]
    public void A_product_outside_the_menu_has_no_category()
    {
        var sent = ProductToSend.Of(Honey with { MenuPaths = [] });
        Assert.Equal((null, 0), (sent.MainCategory, sent.Categories.Count));
    }

    [Theory]
    [InlineData(true, true, true, true)]
    [InlineData(false, true, false, true)]
    [InlineData(true, false, false, false)]
    [InlineData(false, false, false, false)]
    public void Sold_out_is_unavailable_and_unpublished_is_inactive(bool available, bool published, bool sentAvailable, bool sentActive)
    {
        var sent = ProductToSend.Of(Honey with { IsAvailable = available, IsPublished = published });
        Assert.Equal((sentAvailable, sentActive), (sent.IsAvailable, sent.IsActive));
    }

    [Theory]
    [InlineData(20.0, 15.0, 20.0, 15.0)]
    [InlineData(20.0, 20.0, 20.0, null)]
    [InlineData(20.0, 25.0, 20.0, null)]
    [InlineData(null, 15.0, 15.0, null)]
    [InlineData(19.995, null, 20.0, null)]
    public void A_sale_price_is_one_only_below_the_price(double? price, double? discount, double? sent, double? sentSale)
    {
        var product = ProductToSend.Of(Honey with { Price = (decimal?)price, DiscountPrice = (decimal?)discount });
        Assert.Equal(((decimal?)sent, (decimal?)sentSale), (product.Price, product.SalePrice));
    }

    [Fact]
    public void What_has_no_price_cannot_be_bought()
        => Assert.False(ProductToSend.Of(Honey with { Price = null, DiscountPrice = null }).IsAvailable);

    [Theory]
    [InlineData(-2.0, 0.0)]
    [InlineData(0.4, 0.0)]
    [InlineData(12.0, 12.0)]
    public void Stock_is_whole_pieces(double quantity, double sent) => Assert.Equal((decimal)sent, ProductToSend.Of(Honey with { Quantity = (decimal)quantity }).Quantity);

    [Fact]
    public void A_long_description_is_cut_between_characters()
    {
        var emoji = ProductToSend.Of(Honey with { Description = new string('x', ProductToSend.LongestDescription - 1) + "😀" }).Description!;
        Assert.Equal(ProductToSend.LongestDescription - 1, emoji.Length);
        Assert.Equal(ProductToSend.LongestDescription, ProductToSend.Of(Honey with { Description = new string('x', 20_000) }).Description!.Length);
    }

    [Fact]
    public void Equal_products_have_equal_hashes_however_the_shop_writes_its_numbers()
        => Assert.Equal(Hash(Honey), Hash(Honey with { Price = 20.00m, DiscountPrice = 15.50m, Quantity = 3.0m, ModifiedAt = Given.Noon, Sku = "M" }));

    [Fact]
    public void Each_thing_that_is_sent_makes_another_hash()
    {
        ShopProduct[] changed =
        [
            Honey with { Name = "Miód" }, Honey with { Price = 21m }, Honey with { DiscountPrice = null }, Honey with { Quantity = 2m }, Honey with { Description = null },
            Honey with { Picture = new Uri("https://sklep.example/n.jpg") }, Honey with { FurtherPictures = [] }, Honey with { Address = null },
            Honey with { IsAvailable = false }, Honey with { IsPublished = false }, Honey with { Brand = null }, Honey with { MenuPaths = [new MenuPath(["Miody"])] },
        ];
        Assert.Equal(changed.Length + 1, changed.Append(Honey).Select(Hash).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_is_gone_stays_as_it_was_but_for_being_shown()
    {
        var last = ProductToSend.Of(Honey);
        Assert.Equal(last with { IsActive = false, IsAvailable = false }, ProductToSend.Gone(last));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void A_draft_is_sent_only_when_it_was_shown_before(bool published, bool known, bool sent)
        => Assert.Equal(sent, ProductToSend.IsSent(ProductToSend.Of(Honey with { IsPublished = published }), known));

    static string Hash(ShopProduct product) => ProductToSend.HashOf(ProductToSend.Of(product));
}
