using Pomost.Simulators.WooCommerce;

namespace Pomost.Simulators;

/// <summary>What can be asked of a simulated shop of any platform. The rest a platform's own options have.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The port of <see cref="IShopSimulator.BaseAddress"/> on loopback; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Serves https with a self-made certificate; only where <see cref="SimulatedPlatform.OffersHttps"/>.</summary>
    public bool Https { get; init; }

    /// <summary>What the shop calls itself.</summary>
    public string ShopName { get; init; } = "Sklep pod Lipą";
}

/// <summary>A platform whose shops can be simulated.</summary>
/// <param name="Key">As everybody names the platform: lower-case letters and digits.</param>
/// <param name="Name">The platform as it spells itself.</param>
/// <param name="OffersHttps">True when <see cref="SimulatorOptions.Https"/> may be asked for.</param>
/// <param name="StartAsync">Opens an empty shop on the given true clock.</param>
public sealed record SimulatedPlatform(
    string Key, string Name, bool OffersHttps, Func<SimulatorOptions, TimeProvider, CancellationToken, Task<IShopSimulator>> StartAsync);

/// <summary>The platforms whose shops can be simulated.</summary>
public static class SimulatorCatalogue
{
    /// <summary>One line per platform.</summary>
    public static IReadOnlyList<SimulatedPlatform> All { get; } =
    [
        new("woocommerce", "WooCommerce", OffersHttps: true, async (options, clock, ct) => await WooCommerceSimulator.StartAsync(
            new() { Port = options.Port, Https = options.Https, ShopName = options.ShopName }, clock, ct)),
    ];

    /// <summary>The platform with this key, or null.</summary>
    public static SimulatedPlatform? Find(string key) => All.FirstOrDefault(platform => platform.Key == key);
}
