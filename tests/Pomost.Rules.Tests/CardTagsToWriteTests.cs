namespace Pomost.Rules.Tests;

public class CardTagsToWriteTests
{
    static readonly ShopTagLimits Limits = new(HasPoints: true, ZeroPointsDetach: true, MaxLength: 100);
    static readonly Dictionary<string, int?> Nothing = [];

    [Fact]
    public void A_tag_of_the_card_stands_in_the_shop_with_the_stores_number_and_its_points()
    {
        var plan = Of(new() { ["MENU1"] = 7, ["KOSZYK"] = 0 }, Nothing);

        Assert.Equal(new Dictionary<string, int?> { ["salesmanago_shop2_menu1"] = 7, ["salesmanago_shop2_koszyk"] = 1 }, plan.Set);
        Assert.Empty(plan.Remove);
        Assert.Contains(new TagLine("salesmanago_shop2_menu1", "card-tags-to-write", ReasonCode.TagMirrored, "MENU1"), plan.Lines);
    }

    [Theory]
    [InlineData(true, true, 0, 1)]
    [InlineData(true, true, -3, 1)]
    [InlineData(true, true, 5, 5)]
    [InlineData(true, false, 0, 0)]
    [InlineData(true, false, -3, -3)]
    [InlineData(false, false, 5, null)]
    [InlineData(false, true, 5, null)]
    public void Zero_is_never_written_where_it_detaches(bool hasPoints, bool zeroDetaches, int score, int? points)
    {
        var plan = CardTagsToWrite.Of(new Dictionary<string, int> { ["VIP"] = score }, 1, new(hasPoints, zeroDetaches, 100), Nothing, null);
        Assert.Equal(points, Assert.Single(plan.Set).Value);
    }

    [Fact]
    public void Nothing_is_written_twice_and_other_points_are()
    {
        var written = Of(new() { ["ZOLTY"] = 2, ["VIP"] = 3 }, Nothing).Wanted;

        Assert.True(Of(new() { ["ZOLTY"] = 2, ["VIP"] = 3 }, written).IsEmpty);
        Assert.Equal(new Dictionary<string, int?> { ["salesmanago_shop2_vip"] = 4 }, Of(new() { ["ZOLTY"] = 2, ["VIP"] = 4 }, written).Set);
    }

    [Fact]
    public void A_tag_that_vanished_is_removed_and_nothing_of_others_is()
    {
        var written = new Dictionary<string, int?> { ["salesmanago_shop2_vip"] = 1 };
        var plan = Of(new() { ["NOWY"] = 0 }, written,
            ["salesmanago_shop2_vip", "salesmanago_shop2_obcy", "salesmanago_shop1_vip", "salesmanago_vip", "salesmanago_shop22_vip", "vip"]);

        Assert.Equal(["salesmanago_shop2_vip", "salesmanago_shop2_obcy"], plan.Remove);
        Assert.Equal(["salesmanago_shop2_nowy"], plan.Set.Keys);
    }

    [Fact]
    public void What_came_from_a_shop_is_written_into_none()
    {
        var plan = Of(new() { ["IDOSELL_VIP"] = 1, ["WOOCOMMERCE_ALLEGRO_SKLEP.EXAMPLE"] = 1, ["SALESMANAGO_SHOP1_X"] = 1, ["OBUWIE"] = 2 }, Nothing);

        Assert.Equal(["salesmanago_shop2_obuwie"], plan.Set.Keys);
        Assert.Equal(3, plan.Lines.Count(line => line is { Code: ReasonCode.TagFromShop, Rule: "tag-loop-guard" }));
    }

    [Fact]
    public void A_long_tag_is_cut_between_characters_and_two_that_become_one_are_told_of()
    {
        var tag = TagInput.Normalise(Awkward.Tag(300));
        var plan = Of(new() { [tag] = 1, [tag + "X"] = 2 }, Nothing);

        var written = Assert.Single(plan.Set).Key;
        Assert.InRange(written.Length, 99, 100);
        Assert.False(char.IsHighSurrogate(written[^1]));
        Assert.DoesNotContain(written, c => c is ',' or '"' or ' ');
        Assert.Equal(ReasonCode.TagTooLong, Assert.Single(plan.Lines, line => line.Code != ReasonCode.TagMirrored).Code);
        Assert.True(Of(new() { [tag] = 1 }, plan.Wanted, [.. plan.Set.Keys]).IsEmpty);
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(18, false)]
    [InlineData(3, false)]
    public void A_shop_without_room_for_the_prefix_gets_nothing(int maxLength, bool fits)
    {
        var plan = CardTagsToWrite.Of(new Dictionary<string, int> { ["VIP"] = 1 }, 1, Limits with { MaxLength = maxLength }, Nothing, null);
        Assert.Equal(fits, plan.Set.Count == 1);
        Assert.Equal(fits ? ReasonCode.TagMirrored : ReasonCode.TagTooLong, Assert.Single(plan.Lines).Code);
    }

    [Theory]
    [InlineData("REJESTRACJA", false)]
    [InlineData("rejestracja", false)]
    [InlineData("ZALOZYL_KONTO", true)]
    public void A_tag_that_Pomost_gave_from_this_shop_does_not_come_back(string given, bool comes)
    {
        var plan = CardTagsToWrite.Of(new Dictionary<string, int> { ["REJESTRACJA"] = 1 }, 1, Limits, Nothing, null, [given]);
        Assert.Equal(comes, plan.Set.Count == 1);
        Assert.Equal(comes ? ReasonCode.TagMirrored : ReasonCode.TagFromShop, Assert.Single(plan.Lines).Code);
    }

    [Fact]
    public void A_tag_that_stands_in_the_shop_already_stays_there_whoever_gave_it()
    {
        var plan = CardTagsToWrite.Of(
            new Dictionary<string, int> { ["VIP"] = 1 }, 1, Limits, new Dictionary<string, int?> { ["salesmanago_shop1_vip"] = 1 }, null, ["VIP"]);
        Assert.True(plan.IsEmpty);
    }

    [Fact]
    public void A_tag_of_nothing_but_signs_is_left_out() => Assert.Equal(ReasonCode.TagUnusable, Assert.Single(Of(new() { ["'"] = 1 }, Nothing).Lines).Code);

    static CardTagPlan Of(Dictionary<string, int> card, IReadOnlyDictionary<string, int?> written, IReadOnlyList<string>? inShop = null)
        => CardTagsToWrite.Of(card, 2, Limits, written, inShop);
}
