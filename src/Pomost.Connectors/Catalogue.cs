using Pomost.Connectors.WooCommerce;
using Pomost.Contract;

namespace Pomost.Connectors;

/// <summary>The platforms this build can connect.</summary>
public sealed class PlatformCatalogue : IPlatformCatalogue
{
    /// <summary>One line per platform, in the order the panel lists them.</summary>
    public IReadOnlyList<IPlatformConnector> All { get; } =
    [
        new WooCommerceConnector(),
    ];

    /// <inheritdoc/>
    public IPlatformConnector? Find(string platformKey) => All.FirstOrDefault(connector => connector.Info.Key == platformKey);
}
