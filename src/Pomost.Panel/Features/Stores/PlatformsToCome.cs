using Pomost.Contract;

namespace Pomost.Panel.Features.Stores;

/// <summary>Platforms that Pomost is going to connect and does not yet, as they spell themselves.</summary>
static class PlatformsToCome
{
    static readonly (string Key, string Name)[] Announced =
    [
        ("shoper", "Shoper"), ("idosell", "IdoSell"), ("prestashop", "PrestaShop"), ("magento2", "Magento 2"), ("magento1", "Magento 1"), ("shopify", "Shopify"),
        ("opencart", "OpenCart"), ("shoplo", "Shoplo"), ("clickshop", "ClickShop"), ("sugarcrm", "SugarCRM"),
    ];

    /// <summary>Those that are not among the ones there are.</summary>
    public static IReadOnlyList<string> Besides(IEnumerable<PlatformInfo> there)
    {
        var known = there.Select(platform => platform.Key).ToHashSet(StringComparer.Ordinal);
        return [.. Announced.Where(one => !known.Contains(one.Key)).Select(one => one.Name)];
    }
}
