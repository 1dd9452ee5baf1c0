namespace Pomost.Rules;

/// <summary>What the shop's own tags mean for the card of a person.</summary>
/// <param name="Own">The person's own tags of the shop at SALESmanago from now on, as stored there; remembered until the next reading.</param>
/// <param name="Remove">Own tags sent earlier that the shop no longer has.</param>
/// <param name="Lines">Every tag of the shop with its reason, withheld ones too.</param>
public sealed record ShopTagPlan(IReadOnlyList<string> Own, IReadOnlyList<string> Remove, IReadOnlyList<TagLine> Lines);

/// <summary>Tags from the shop to SALESmanago.</summary>
[Rule(
    "shop-tags-to-send",
    "The shop's own tags get the platform's prefix at SALESmanago (idosell_brak_aktywności); a renamed tag is one removed and one added; a tag deleted only at " +
    "SALESmanago is added again at the next synchronisation; a tag without the prefix is never removed.",
    "FAQ, questions on tags and on tag synchronisation; removal of a tag deleted in the shop is derived")]
public static class ShopTagsToSend
{
    const string Name = "shop-tags-to-send";

    /// <summary>Decides about the tags of one person. Never throws.</summary>
    /// <param name="shopTags">Tags as read from the shop; null = not read: everything stays as it is known.</param>
    /// <param name="platformKey">Key of the platform, for example <c>idosell</c>.</param>
    /// <param name="known">Own tags sent earlier (<see cref="ShopTagPlan.Own"/> of the last time).</param>
    /// <param name="alsoGiven">Tags that other rules give; such a tag is not taken away when the shop's own one of that name is.</param>
    public static ShopTagPlan Of(
        IReadOnlyList<string>? shopTags, string platformKey, IReadOnlyList<string> known, IReadOnlyCollection<string> alsoGiven)
    {
        if (shopTags is null)
            return new ShopTagPlan(known, [], [.. known.Select(tag => new TagLine(tag, Name, ReasonCode.TagOfShop))]);
        var own = new Dictionary<string, string>(TagComparer.Instance);
        var lines = new List<TagLine>(shopTags.Count);
        foreach (var typed in shopTags)
        {
            if (TagLoopGuard.CameFromSalesmanago(typed))
            {
                lines.Add(new TagLine(typed, "tag-loop-guard", ReasonCode.TagFromSalesmanago));
                continue;
            }

            if (TagInput.Normalise(typed).Length == 0)
            {
                lines.Add(new TagLine(typed, Name, ReasonCode.TagUnusable));
                continue;
            }

            var tag = Sent(platformKey, typed);
            if (own.TryAdd(tag, tag))
                lines.Add(new TagLine(tag, Name, ReasonCode.TagOfShop, typed));
        }

        var prefix = SameTag.KeyOf($"{platformKey}_") + "_";
        var gone = known
            .Where(tag => !own.ContainsKey(tag) && SameTag.KeyOf(tag).StartsWith(prefix, StringComparison.Ordinal) && !alsoGiven.Contains(tag, TagComparer.Instance))
            .ToList();
        lines.AddRange(gone.Select(tag => new TagLine(tag, Name, ReasonCode.TagGoneInShop)));
        return new ShopTagPlan([.. own.Values], gone, lines);
    }

    /// <summary>Own tags that a card lacks though the shop has them: they are sent again. Never throws.</summary>
    /// <param name="own">Own tags sent earlier.</param>
    /// <param name="cardTags">Tags of the card as SALESmanago stores them.</param>
    public static IReadOnlyList<string> MissingOn(IReadOnlyCollection<string> own, IEnumerable<string> cardTags)
        => [.. own.Except(cardTags, TagComparer.Instance)];

    static string Sent(string platformKey, string shopTag) => TagInput.Normalise($"{platformKey}_{TagInput.Normalise(shopTag)}");
}
