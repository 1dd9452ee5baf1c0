using System.Globalization;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using WooCustomer = Pomost.Simulators.WooCommerce.WooCustomer;
using WooMeta = Pomost.Simulators.WooCommerce.WooMeta;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>Goal: tags of people in a metadata field are read and written without touching what is not ours. Method: the simulated shop over HTTP.</summary>
public sealed class WooCommerceTagsTests
{
    const string Key = "pomost_tags";

    readonly WooCommerceConnector _connector = new();

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("vip", "vip")]
    [InlineData(" vip , brak_aktywności;lato\nzima,vip ", "vip|brak_aktywności|lato|zima")]
    [InlineData("a:5, salesmanago_shop1_menu1:7, salesmanago_obuwie", "a:5|salesmanago_shop1_menu1|salesmanago_obuwie")]
    [InlineData("""["vip","lato, zima"]""", "vip|lato, zima")]
    [InlineData("a:2, s:3;i:x, N", "a:2|s:3|i:x|N")]
    public async Task Tags_are_read_as_people_write_them(string? field, string tags)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = Register(shop, field);
        Assert.Equal(tags, string.Join('|', (await ReadAsync(shop, id))!));
    }

    [Theory]
    [InlineData("[{\"a\":1}]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{broken")]
    [InlineData("\"vip\"")]
    [InlineData("""a:2:{i:0;s:3:"vip";i:1;s:4:"nowy";}""")]
    [InlineData("""  a:0:{}""")]
    [InlineData("""s:34:"a:1:{i:0;s:3:"vip";}";""")]
    [InlineData("""O:8:"stdClass":1:{s:1:"a";i:1;}""")]
    [InlineData("i:5;")]
    [InlineData("b:1;")]
    [InlineData("N;")]
    [InlineData("""a:2:{i:0;s:3:"vi""")]
    public async Task A17_a_field_that_is_no_list_of_names_says_nothing_and_is_not_overwritten(string field)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = Register(shop, field);

        Assert.Null(await ReadAsync(shop, id));
        Assert.Equal(WriteOutcome.NotOffered, await WriteAsync(shop, id, new() { ["salesmanago_shop1_x"] = 1 }));
    }

    [Fact]
    public async Task Tags_with_points_are_written_once_changed_and_taken_away()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = Register(shop, "vip, salesmanago_shop2_x:3");

        Assert.Equal(WriteOutcome.Written, await WriteAsync(shop, id, new() { ["salesmanago_shop1_menu1"] = 5, ["salesmanago_shop1_żółty"] = null }));
        Assert.Equal("vip, salesmanago_shop2_x:3, salesmanago_shop1_menu1:5, salesmanago_shop1_żółty", FieldOf(shop, id));
        Assert.Equal(WriteOutcome.Unchanged, await WriteAsync(shop, id, new() { ["salesmanago_shop1_menu1"] = 5 }));
        Assert.Equal(WriteOutcome.Written, await WriteAsync(shop, id, new() { ["salesmanago_shop1_menu1"] = 6 }, "salesmanago_shop1_zolty"));

        Assert.Equal("vip, salesmanago_shop2_x:3, salesmanago_shop1_menu1:6", FieldOf(shop, id));
        Assert.Equal(["vip", "salesmanago_shop2_x", "salesmanago_shop1_menu1"], await ReadAsync(shop, id));
    }

    [Fact]
    public async Task A_tag_of_300_characters_with_emoji_and_diacritics_survives_the_way_there_and_back()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var id = Register(shop, null);
        var tag = "salesmanago_shop1_" + string.Concat(Enumerable.Repeat("zażółć_😀", 35));

        Assert.Equal(WriteOutcome.Written, await WriteAsync(shop, id, new() { [tag] = 2 }));
        Assert.Equal([tag], await ReadAsync(shop, id));
        Assert.Equal(WriteOutcome.Unchanged, await WriteAsync(shop, id, new() { [tag] = 2 }));
    }

    [Fact]
    public async Task Tags_of_nobody_are_not_found()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        Assert.Equal(WriteOutcome.NotFound, await WriteAsync(shop, "999999", new() { ["salesmanago_shop1_x"] = 1 }));
    }

    static string Register(WooCommerceComplianceShop shop, string? field) => shop.Simulator.Shop
        .Register(new WooCustomer { Email = "ala@poczta.example", Meta = field is null ? [] : [new WooMeta(0, Key, field)] }).Id.ToString(CultureInfo.InvariantCulture);

    static string? FieldOf(WooCommerceComplianceShop shop, string id)
        => shop.Simulator.Shop.Customer(int.Parse(id, CultureInfo.InvariantCulture))!.Meta.Where(entry => entry.Key == Key).Select(entry => entry.Value).FirstOrDefault();

    async Task<IReadOnlyList<string>?> ReadAsync(WooCommerceComplianceShop shop, string id)
        => Assert.Single((await _connector.ReadContactsByIdAsync(shop.Connection, [id], default)).Items).ShopTags;

    Task<WriteOutcome> WriteAsync(WooCommerceComplianceShop shop, string id, Dictionary<string, int?> set, params string[] remove)
        => _connector.WriteTagsAsync(shop.Connection, new TagChange(id, "ala@poczta.example", set, remove), default);
}
