namespace Pomost.Rules.Tests;

public class LocationIdTests
{
    [Theory]
    [InlineData("https://sklep.example", "sklep_example")]
    [InlineData("https://sklep.example/", "sklep_example")]
    [InlineData("http://SKLEP.Example:80/", "sklep_example")]
    [InlineData("https://poczta.sklep.example", "poczta_sklep_example")]
    public void A_plain_domain_stays_readable(string shop, string expected) => Assert.Equal(expected, LocationId.For(new Uri(shop)));

    [Fact]
    public void A_plain_domain_of_36_characters_stays_and_a_longer_one_is_cut()
    {
        var longest = new string('a', 28) + ".example";
        Assert.Equal(new string('a', 28) + "_example", LocationId.For(new Uri($"https://{longest}")));
        Assert.Equal(36, LocationId.For(new Uri($"https://a{longest}")).Length);
    }

    static readonly string[] Shops =
    [
        "https://moj-sklep.example",
        "https://moj.sklep.example",
        "https://mojsklep.example",
        "https://sklep.example",
        "https://sklep.example/pl",
        "https://sklep.example/PL",
        "https://sklep.example/pl/buty",
        "https://sklep.example/pl-buty",
        "https://sklep.example:8080",
        "https://sklep.example/8080",
        "https://sklep.example.8080.pl",
        "https://127.0.0.1:5001",
        "https://127.0.0.1:5002",
        "http://[::1]:5001",
        "https://1sklep.example",
        "https://żółw.example",
        "https://zolw.example",
        "https://żółw.example/sklep",
        "https://" + new string('a', 60) + ".example",
        "https://" + new string('a', 60) + ".example.pl",
        "https://" + new string('a', 60) + "-example.pl",
        "https://" + new string('b', 60) + "." + new string('c', 60) + "." + new string('d', 60) + ".example/a/very/long/path",
    ];

    [Fact]
    public void Different_shops_have_different_ids_in_the_form_salesmanago_takes()
    {
        var ids = Shops.Select(shop => LocationId.For(new Uri(shop))).ToList();

        Assert.All(ids, id => Assert.Matches("^[A-Za-z][A-Za-z0-9_]{2,35}$", id));
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("https://żółw.example", "https://xn--w-uga1v8h.example/")]
    [InlineData("http://moj-sklep.example", "https://moj-sklep.example/")]
    [InlineData("https://sklep.example/pl", "https://sklep.example/pl/?x=1#y")]
    public void One_shop_written_two_ways_has_one_id(string one, string other) => Assert.Equal(LocationId.For(new Uri(one)), LocationId.For(new Uri(other)));
}
