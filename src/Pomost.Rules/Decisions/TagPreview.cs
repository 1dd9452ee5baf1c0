namespace Pomost.Rules;

/// <summary>Answers "what tags does this person get, and why", by the rules that would be asked.</summary>
public static class TagPreview
{
    /// <summary>Every tag of a person at SALESmanago with its reason, then those withheld. Never throws.</summary>
    /// <param name="contact">The person as the shop gave them last.</param>
    /// <param name="orders">Their orders that count.</param>
    /// <param name="sources">What gives tags in the store.</param>
    /// <param name="sent">Tags queued or delivered so far.</param>
    public static IReadOnlyList<TagLine> Of(ShopContact contact, IEnumerable<ShopOrder> orders, TagSources sources, IReadOnlyList<string> sent)
    {
        var lines = TagsOfPerson.OfContact(contact, sources).Concat(orders.SelectMany(order => TagsOfPerson.OfOrder(order, sources)))
            .Concat(ShopTagsToSend.Of(contact.ShopTags, sources.PlatformKey, [], []).Lines)
            .DistinctBy(line => line.Tag, TagComparer.Instance).ToList();
        // Rules change and settings, too: what was sent stays.
        var explained = lines.Select(line => line.Tag).ToHashSet(TagComparer.Instance);
        lines.AddRange(sent.Where(tag => !explained.Contains(tag)).Select(tag => new TagLine(tag, "tags-of-person", ReasonCode.TagSentEarlier)));
        return [.. lines.Where(line => !IsWithheld(line)), .. lines.Where(IsWithheld)];
    }

    /// <summary>True for a tag that is not passed on.</summary>
    public static bool IsWithheld(TagLine line) => line.Code is ReasonCode.TagFromSalesmanago or ReasonCode.TagFromShop
        or ReasonCode.TagUnusable or ReasonCode.TagTooLong or ReasonCode.TagGoneInShop or ReasonCode.TagGoneAtSalesmanago;
}
