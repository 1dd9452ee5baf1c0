namespace Pomost.Simulators;

/// <summary>What every simulated shop offers to tests, the demo and the benchmarks, whatever its platform.</summary>
public interface IShopSimulator : IAsyncDisposable
{
    /// <summary>The platform as it spells itself, for example <c>WooCommerce</c>.</summary>
    string Platform { get; }

    /// <summary>Where the shop is found; loopback, on a port chosen by the system.</summary>
    Uri BaseAddress { get; }

    /// <summary>What the shop's owner types into the form that connects a shop of this platform: the name of the field, as the platform's page in
    /// <c>docs/platforms</c> has it, and its value. Its credentials may do everything.</summary>
    IReadOnlyDictionary<string, string> Connection { get; }

    /// <summary>The shop's own clock.</summary>
    TimeProvider Clock { get; }

    /// <summary>How the shop misbehaves; nothing is wrong until something is asked for.</summary>
    SimulatorFaults Faults { get; }

    /// <summary>What the shop was asked so far.</summary>
    SimulatorCounters Requests { get; }

    /// <summary>Fills an empty shop with plausible people, goods and orders. No webhook is raised.</summary>
    void Seed(ShopSeedOptions options);

    /// <summary>Lets something happen in the shop, as by its visitors and staff, every so often on the true clock, until the result is disposed of.</summary>
    IAsyncDisposable StartLiving(TimeSpan every);
}

/// <summary>How much a seeded shop holds. The same options and the same clock give the same shop.</summary>
public sealed record ShopSeedOptions
{
    /// <summary>People with an account. Every fiftieth has another role than the platform's plain customer.</summary>
    public int Customers { get; init; } = 2_000;

    /// <summary>People who order without an account; about one in twenty uses the address of an account.</summary>
    public int Guests { get; init; } = 600;

    public int Orders { get; init; } = 6_000;

    public int Products { get; init; } = 120;

    /// <summary>How far back registrations and orders reach from the shop's present time.</summary>
    public TimeSpan Past { get; init; } = TimeSpan.FromDays(730);

    public int Seed { get; init; } = 1;

    /// <summary>Adds a few records that break careless readers: see the platform's README for the list.</summary>
    public bool OddRecords { get; init; }
}
