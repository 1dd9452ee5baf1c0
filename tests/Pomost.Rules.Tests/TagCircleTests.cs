namespace Pomost.Rules.Tests;

/// <summary>Goal: the two directions never feed each other. Method: random changes on both sides with synchronisations between, seeded; the model of
/// SALESmanago stores capitals without diacritics, that of the shop keeps spellings.</summary>
public class TagCircleTests
{
    static readonly string[] Names =
    [
        "vip", "Żółty", "salesmanago_vip", "salesmanago_shop1_vip", "salesmanago_shop2_vip", "woocommerce_vip", "WOOCOMMERCE_SALESMANAGO_VIP",
        "salesmanago_woocommerce_vip", "idosell_vip", "a,b", "\"", Awkward.Tag(300), "", "_",
    ];

    readonly HashSet<string> _shop = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _card = new(StringComparer.Ordinal);
    IReadOnlyList<string> _own = [];
    IReadOnlyDictionary<string, int?> _written = new Dictionary<string, int?>();

    [Fact]
    public void No_sequence_of_changes_makes_the_prefixes_feed_each_other()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var chance = new Random(seed);
            _shop.Clear();
            _card.Clear();
            (_own, _written) = ([], new Dictionary<string, int?>());
            for (var step = 0; step < 60; step++)
                Change(chance);
            Synchronise();
            var (shop, card) = (Copy(_shop), Copy(_card.Keys));
            Synchronise();
            Synchronise();

            Assert.Equal(shop, Copy(_shop));
            Assert.Equal(card, Copy(_card.Keys));
            // Each name typed gives at most itself and one prefixed tag, on each side.
            Assert.InRange(_shop.Count, 0, Names.Length * 2);
            Assert.InRange(_card.Count, 0, Names.Length * 2);
        }
    }

    [Fact]
    public void Only_what_was_prefixed_by_us_is_ever_taken_away()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var chance = new Random(seed);
            _card.Clear();
            _shop.Clear();
            (_own, _written) = ([], new Dictionary<string, int?>());
            _card["OBUWIE"] = 1;
            _shop.Add("salesmanago_obuwie");
            _shop.Add("salesmanago_shop2_obuwie");
            for (var step = 0; step < 40; step++)
                Change(chance);
            Assert.Contains("OBUWIE", _card.Keys);
            Assert.Contains("salesmanago_obuwie", _shop);
            Assert.Contains("salesmanago_shop2_obuwie", _shop);
        }
    }

    void Change(Random chance)
    {
        var name = Names[chance.Next(Names.Length)];
        switch (chance.Next(6))
        {
            case 0:
                if (name.Length > 0)
                    _shop.Add(name);
                break;
            case 1:
                _shop.Remove(name);
                break;
            case 2:
                if (SameTag.KeyOf(name) is { Length: > 0 } stored)
                    _card[stored] = chance.Next(4);
                break;
            case 3:
                if (SameTag.KeyOf(name) != "OBUWIE")
                    _card.Remove(SameTag.KeyOf(name));
                break;
            case 4:
                ToSalesmanago();
                break;
            default:
                ToShop();
                break;
        }
    }

    void Synchronise()
    {
        ToSalesmanago();
        ToShop();
        ToSalesmanago();
    }

    void ToSalesmanago()
    {
        var plan = ShopTagsToSend.Of([.. _shop], "woocommerce", _own, []);
        foreach (var tag in plan.Remove)
            _card.Remove(SameTag.KeyOf(tag));
        foreach (var tag in ShopTagsToSend.MissingOn(plan.Own, _card.Keys))
            _card[SameTag.KeyOf(tag)] = 0;
        _own = plan.Own;
    }

    void ToShop()
    {
        var plan = CardTagsToWrite.Of(_card, 1, new(true, true, 100), _written, [.. _shop]);
        _shop.ExceptWith(plan.Remove);
        _shop.UnionWith(plan.Set.Keys);
        _written = plan.Wanted;
    }

    static string[] Copy(IEnumerable<string> tags) => [.. tags.Order(StringComparer.Ordinal)];
}
