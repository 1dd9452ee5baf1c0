namespace Pomost.Rules;

/// <summary>Keeps the two directions of tags from feeding each other.</summary>
[Rule(
    "tag-loop-guard",
    "A shop's tag that begins with salesmanago_ came from SALESmanago and is not sent there; a SALESmanago tag that begins with a platform's prefix " +
    "(idosell_, woocommerce_, shoper_ and so on) or with salesmanago_ came from a shop and is written into no shop.",
    "derived: without it each direction would prefix the other's tags again and again; FAQ, question on tag synchronisation, gives the prefixes")]
public static class TagLoopGuard
{
    /// <summary>Beginning of every tag that came from SALESmanago, in a shop.</summary>
    public const string FromSalesmanago = "salesmanago_";

    /// <summary>Keys of all platforms; each is, with an underscore, the prefix of that platform's own tags at SALESmanago.</summary>
    public static IReadOnlyList<string> PlatformKeys { get; } =
        ["clickshop", "idosell", "magento1", "magento2", "opencart", "prestashop", "shoper", "shopify", "shoplo", "sugarcrm", "woocommerce"];

    static readonly string[] ShopPrefixes = [.. PlatformKeys.Append("salesmanago").Select(SameTag.KeyOf)];

    /// <summary>True when a tag found in a shop came from SALESmanago, in the present form or the older one without the shop's number.</summary>
    public static bool CameFromSalesmanago(string shopTag) => HasPrefix(SameTag.KeyOf(shopTag), SameTag.KeyOf(FromSalesmanago));

    /// <summary>True when a tag found at SALESmanago came from a shop.</summary>
    public static bool CameFromShop(string cardTag)
    {
        var key = SameTag.KeyOf(cardTag);
        return Array.Exists(ShopPrefixes, prefix => HasPrefix(key, prefix));
    }

    /// <summary>True when a tag found at SALESmanago came from a shop of this platform, be it one of the known or not.</summary>
    public static bool CameFromShop(string cardTag, string platformKey) => HasPrefix(SameTag.KeyOf(cardTag), SameTag.KeyOf(platformKey));

    static bool HasPrefix(string key, string prefix)
        => key.Length > prefix.Length && key[prefix.Length] == '_' && key.StartsWith(prefix, StringComparison.Ordinal);
}
