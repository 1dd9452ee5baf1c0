namespace Pomost.Rules;

/// <summary>Everything that may give a person tags at SALESmanago, besides the shop's own tags.</summary>
/// <param name="PlatformKey">Key of the platform.</param>
/// <param name="ShopDomain">Domain of the shop.</param>
/// <param name="Automatic">True when the store gives automatic tags.</param>
/// <param name="Registration">Tags typed in the settings for people with an account.</param>
/// <param name="Newsletter">Tags typed in the settings for subscribers without an account.</param>
/// <param name="Purchase">Tags typed in the settings for buyers.</param>
/// <param name="Export">Tags typed for the export run that asks; empty for live traffic.</param>
public sealed record TagSources(
    string PlatformKey, string ShopDomain, bool Automatic, IReadOnlyList<string> Registration, IReadOnlyList<string> Newsletter,
    IReadOnlyList<string> Purchase, IReadOnlyList<string> Export)
{
    /// <summary>Further tags typed in the settings for who buys without an account.</summary>
    public IReadOnlyList<string> GuestPurchase { get; init; } = [];

    /// <summary>Tags typed in the settings for who leaves a cart.</summary>
    public IReadOnlyList<string> AbandonedCart { get; init; } = [];
}

/// <summary>All tags of a person in one place.</summary>
[Rule(
    "tags-of-person",
    "A person gets the tags typed in the store's settings (for an account, for a subscriber without account, for a purchase, further ones for a purchase without " +
    "account, for an abandoned cart), the automatic ones when they are switched on, and those typed for the export run. Who is let in by an order has those of " +
    "an account, too. Goods added to an order later bring the tags of their menu sections.",
    "Guide, section 4, step 1 and section 5: tags of an export and of the settings are added to the others")]
public static class TagsOfPerson
{
    const string Name = "tags-of-person";

    /// <summary>Tags of a person by what the shop knows of them, in order, each once. Never throws.</summary>
    public static IReadOnlyList<TagLine> OfContact(ShopContact contact, TagSources sources)
    {
        var typed = contact is { HasAccount: false, IsSubscriber: true } ? sources.Newsletter : sources.Registration;
        return Once([.. Lines(typed, ReasonCode.TagOfSettings), .. Automatic(contact, sources), .. Lines(sources.Export, ReasonCode.TagOfExport)]);
    }

    /// <summary>Tags of a person by an order that counts, in order, each once. Never throws.</summary>
    public static IReadOnlyList<TagLine> OfOrder(ShopOrder order, TagSources sources) => Once(
    [
        .. Lines(sources.Purchase, ReasonCode.TagOfSettings),
        .. Lines(order.Buyer.HasAccount ? sources.Registration : sources.GuestPurchase, ReasonCode.TagOfSettings),
        .. Automatic(order.Buyer, sources),
        .. sources.Automatic ? Lines(MenuPathTags.For(order.Lines), ReasonCode.TagOfMenu, "menu-path-tags") : [],
        .. SourceOf(order.AcquisitionSource, sources),
        .. Lines(sources.Export, ReasonCode.TagOfExport),
    ]);

    /// <summary>Tags of goods added to an order that was sent before, each once. Never throws.</summary>
    public static IReadOnlyList<TagLine> OfGoods(ShopOrder order, TagSources sources)
        => sources.Automatic ? Once(Lines(MenuPathTags.For(order.Lines), ReasonCode.TagOfMenu, "menu-path-tags")) : [];

    /// <summary>Tags of a person who left a cart, each once. Never throws.</summary>
    public static IReadOnlyList<TagLine> OfCart(TagSources sources) => Once(Lines(sources.AbandonedCart, ReasonCode.TagOfSettings));

    static IEnumerable<TagLine> Automatic(ShopContact contact, TagSources sources) => sources.Automatic
        ? Lines(AutomaticTags.For(contact), ReasonCode.TagAutomatic, "automatic-tags").Concat(SourceOf(contact.AcquisitionSource, sources))
        : [];

    static IEnumerable<TagLine> SourceOf(string? source, TagSources sources)
        => sources.Automatic && SourceTag.For(sources.PlatformKey, source, sources.ShopDomain) is { } tag
            ? Lines([tag], ReasonCode.TagOfSource, "source-tag") : [];

    static IEnumerable<TagLine> Lines(IEnumerable<string> tags, ReasonCode code, string rule = Name) => tags.Select(tag => new TagLine(tag, rule, code));

    static List<TagLine> Once(IEnumerable<TagLine> lines) => [.. lines.DistinctBy(line => line.Tag, StringComparer.Ordinal)];
}
