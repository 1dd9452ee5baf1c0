using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Tags of SALESmanago that were written into the shop, or are owed to it.</summary>
/// <param name="Tags">With their points.</param>
/// <param name="Removed">Taken away since; written again with each change, since a newer write-back replaces one that still waits.</param>
/// <param name="SentAgainAt">When own tags missing on the card were last sent again, UTC; null = never.</param>
public sealed record WrittenTags(IReadOnlyDictionary<string, int?> Tags, IReadOnlyList<string> Removed, DateTimeOffset? SentAgainAt = null)
{
    /// <summary>Nothing was ever written.</summary>
    public static WrittenTags None { get; } = new(new Dictionary<string, int?>(), []);
}

/// <summary>What the tags of a card mean for the shop.</summary>
static class TagWriting
{
    // More than anybody changes while a shop is down; after that the next reading of the shop finds what is too much.
    const int RemovedKept = 50;

    /// <summary>The rules' view of a platform's tags.</summary>
    public static ShopTagLimits LimitsOf(TagSupport support) => new(support.HasPoints, support.ZeroPointsDetach, support.MaxLength);

    /// <summary>True when tags of this person can be written into the shop: an account's, and where the platform keeps them those of somebody without one
    /// who said something of the newsletter.</summary>
    public static bool HasPlaceFor(TagSupport support, bool hasAccount, bool saidSomething, string? sourceId)
        => hasAccount ? sourceId is not null : support.WithoutAccount && saidSomething;

    /// <summary>What a change of the panel means for the shop, before the card is read again; null when the shop has everything already.</summary>
    public static (TagChange Change, WrittenTags Written)? OfEdit(ContactEdit edit, Store store, TagSupport support, WrittenTags written, string? sourceId, string email)
    {
        var added = InShop(edit.AddTags, store, support);
        var gone = InShop(edit.RemoveTags, store, support).Keys.Where(written.Tags.ContainsKey).ToList();
        var tags = written.Tags.Where(pair => !gone.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal);
        // Tags that stand there already keep their points.
        foreach (var (tag, points) in added)
            tags.TryAdd(tag, points);
        if (gone.Count == 0 && tags.Count == written.Tags.Count)
            return null;
        var removed = gone.Concat(written.Removed).Distinct(StringComparer.Ordinal).Except(tags.Keys, TagComparer.Instance).Take(RemovedKept).ToList();
        return (new TagChange(sourceId, email, tags, removed), written with { Tags = tags, Removed = removed });
    }

    static IReadOnlyDictionary<string, int?> InShop(IReadOnlyList<string> tags, Store store, TagSupport support) => CardTagsToWrite.Of(
        tags.Distinct(StringComparer.Ordinal).ToDictionary(tag => tag, _ => 0, StringComparer.Ordinal), store.Number, LimitsOf(support),
        new Dictionary<string, int?>(), null).Wanted;

    /// <summary>What to write into the shop and to remember; null when the shop has everything already.</summary>
    /// <param name="card">Tags of the card with points.</param>
    /// <param name="store">The store.</param>
    /// <param name="support">How the shop keeps tags.</param>
    /// <param name="written">What was written before.</param>
    /// <param name="inShop">Tags the shop was last seen with; null = not read.</param>
    /// <param name="sourceId">The account in the shop; null for a subscriber without one.</param>
    /// <param name="email">Its address.</param>
    /// <param name="given">Tags that this store gave the person: they do not come back.</param>
    public static (TagChange Change, WrittenTags Written)? Of(
        IReadOnlyDictionary<string, int> card, Store store, TagSupport support, WrittenTags written, IReadOnlyList<string>? inShop, string? sourceId, string email,
        IReadOnlyCollection<string> given)
    {
        var foreign = card.Where(pair => !TagLoopGuard.CameFromShop(pair.Key, store.Platform)).ToDictionary(StringComparer.Ordinal);
        var plan = CardTagsToWrite.Of(foreign, store.Number, LimitsOf(support), written.Tags, inShop, given);
        if (plan.Set.Count == 0 && !plan.Remove.Except(written.Removed, StringComparer.Ordinal).Any())
            return null;
        var removed = plan.Remove.Concat(written.Removed).Distinct(StringComparer.Ordinal)
            .Except(plan.Wanted.Keys, TagComparer.Instance).Take(RemovedKept).ToList();
        return (new TagChange(sourceId, email, plan.Wanted, removed), written with { Tags = plan.Wanted, Removed = removed });
    }
}
