using System.Diagnostics.CodeAnalysis;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;

namespace Pomost.Connectors;

/// <summary>The platforms this build can connect.</summary>
public static class PlatformCatalogue
{
    /// <summary>One line per platform, in the order the panel lists them.</summary>
    public static IReadOnlyList<IPlatformConnector> All { get; } =
    [
        new WooCommerceConnector(),
    ];

    static readonly Dictionary<string, IPlatformConnector> ByKey = All.ToDictionary(connector => connector.Info.Key, StringComparer.Ordinal);

    /// <summary>The connector of a platform.</summary>
    /// <param name="key"><see cref="PlatformInfo.Key"/>.</param>
    /// <param name="connector">The connector, or null when this build has none.</param>
    public static bool TryGet(string key, [NotNullWhen(true)] out IPlatformConnector? connector) => ByKey.TryGetValue(key, out connector);
}
