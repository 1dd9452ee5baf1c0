using System.Globalization;

namespace Pomost.Rules;

/// <summary>How a shop keeps the tags written into it.</summary>
/// <param name="HasPoints">Tags carry points.</param>
/// <param name="ZeroPointsDetach">0 points take a tag away.</param>
/// <param name="MaxLength">Longest tag, in characters.</param>
public sealed record ShopTagLimits(bool HasPoints, bool ZeroPointsDetach, int MaxLength);

/// <summary>What the tags of a card mean for the shop.</summary>
/// <param name="Wanted">Every tag of SALESmanago the shop should have, with its points (null where it keeps none).</param>
/// <param name="Set">Those to write: new, or with other points.</param>
/// <param name="Remove">Those to take away.</param>
/// <param name="Lines">Every tag of the card with its reason, withheld ones too.</param>
public sealed record CardTagPlan(
    IReadOnlyDictionary<string, int?> Wanted, IReadOnlyDictionary<string, int?> Set, IReadOnlyList<string> Remove, IReadOnlyList<TagLine> Lines)
{
    /// <summary>True when the shop has everything already.</summary>
    public bool IsEmpty => Set.Count == 0 && Remove.Count == 0;
}

/// <summary>Tags from SALESmanago to the shop.</summary>
[Rule(
    "card-tags-to-write",
    "A tag at SALESmanago stands in the shop as salesmanago_shopN_tag, N being the store's number, with its points where the shop keeps points (at least 1 where " +
    "0 means removal); points never go the other way. A tag that Pomost itself gave the person at SALESmanago from this shop does not come back into it, unless it " +
    "stands there already. A tag that vanished at SALESmanago is removed from the shop; a tag that is too long is cut; tags of the older form salesmanago_tag and " +
    "those of other stores are left alone.",
    "FAQ, questions on tag synchronisation and on points; removal, least points, cutting and leaving out our own are derived")]
public static class CardTagsToWrite
{
    const string Name = "card-tags-to-write";

    /// <summary>Decides about the tags of one person. Never throws.</summary>
    /// <param name="card">Tags of the card with points, as SALESmanago stores them.</param>
    /// <param name="storeNumber">Number of the store within its account, from 1.</param>
    /// <param name="limits">How the shop keeps tags.</param>
    /// <param name="written">What was written earlier (<see cref="CardTagPlan.Wanted"/> of the last time).</param>
    /// <param name="inShop">Tags the shop was last seen with; null = not read.</param>
    /// <param name="given">Tags that Pomost gave the person from this shop; null = none.</param>
    public static CardTagPlan Of(
        IReadOnlyDictionary<string, int> card, int storeNumber, ShopTagLimits limits, IReadOnlyDictionary<string, int?> written, IReadOnlyList<string>? inShop,
        IReadOnlyCollection<string>? given = null)
    {
        var ours = (given ?? []).ToHashSet(TagComparer.Instance);
        var known = new Dictionary<string, int?>(written.Count, TagComparer.Instance);
        foreach (var (tag, points) in written)
            known[tag] = points;
        var prefix = PrefixOf(storeNumber);
        var wanted = new Dictionary<string, int?>(TagComparer.Instance);
        var lines = new List<TagLine>(card.Count);
        foreach (var (tag, score) in card.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (TagLoopGuard.CameFromShop(tag))
            {
                lines.Add(new TagLine(tag, "tag-loop-guard", ReasonCode.TagFromShop));
                continue;
            }

            var name = TagInput.Normalise(tag).ToLowerInvariant();
            var inTheShop = SameTag.Cut(prefix + name, limits.MaxLength).TrimEnd('_');
            if (name.Length == 0 || inTheShop.Length <= prefix.Length)
                lines.Add(new TagLine(tag, Name, name.Length == 0 ? ReasonCode.TagUnusable : ReasonCode.TagTooLong));
            else if (ours.Contains(tag) && !known.ContainsKey(inTheShop))
                lines.Add(new TagLine(tag, Name, ReasonCode.TagFromShop));
            else if (!wanted.TryAdd(inTheShop, PointsOf(score, limits)))
                lines.Add(new TagLine(tag, Name, ReasonCode.TagTooLong, inTheShop));
            else
                lines.Add(new TagLine(inTheShop, Name, ReasonCode.TagMirrored, tag));
        }

        var set = wanted.Where(pair => !known.TryGetValue(pair.Key, out var points) || points != pair.Value)
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var prefixKey = SameTag.KeyOf(prefix) + "_";
        var gone = written.Keys.Concat(inShop ?? [])
            .Where(tag => !wanted.ContainsKey(tag) && SameTag.KeyOf(tag).StartsWith(prefixKey, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).ToList();
        lines.AddRange(gone.Select(tag => new TagLine(tag, Name, ReasonCode.TagGoneAtSalesmanago)));
        return new CardTagPlan(wanted, set, gone, lines);
    }

    /// <summary>Beginning of the tags of SALESmanago in the shop of a store.</summary>
    public static string PrefixOf(int storeNumber) => string.Create(CultureInfo.InvariantCulture, $"{TagLoopGuard.FromSalesmanago}shop{storeNumber}_");

    static int? PointsOf(int score, ShopTagLimits limits) => !limits.HasPoints ? null : limits.ZeroPointsDetach ? Math.Max(1, score) : score;
}
