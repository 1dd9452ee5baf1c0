using System.Net;

namespace Pomost.App.Hosting;

/// <summary>How this process was asked to run.</summary>
sealed record HostChoices
{
    /// <summary>Folder of the database file and the keys.</summary>
    public required string Data { get; init; }

    /// <summary>PostgreSQL connection string; null = a SQLite file in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>Certificate for https addresses (PKCS#12 or PEM with key); null = a self-made one, kept in the data folder.</summary>
    public string? Certificate { get; init; }

    /// <summary>User-given addresses may lead into private networks.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>Address under which shops reach us; null = they cannot.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>The path we lie below, such as <c>/pomost</c>; empty = the whole host is ours.</summary>
    public string BasePath => PublicAddress?.AbsolutePath.TrimEnd('/') ?? "";

    /// <summary>Whose word is taken for where a request comes from (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>).</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Names we answer to besides that of the public address and those we listen on.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>People who come without encryption can be led to where it is.</summary>
    public bool IsServedBothWays => Urls.Any(IsEncrypted) && !Urls.All(IsEncrypted);

    /// <summary>Shops reach us under the address we listen on (they run on this machine).</summary>
    public bool PublicAddressIsOwn { get; init; }

    /// <summary>What this process does.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.All;

    /// <summary>How long after a missed check-in another node of a cluster is taken for dead.</summary>
    public TimeSpan NodeDeadAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What <c>/metrics</c> wants to be shown (<c>POMOST_METRICS_TOKEN</c>); null = there is no <c>/metrics</c>.</summary>
    public string? MetricsToken { get; init; } = Environment.GetEnvironmentVariable(MetricsEndpoint.Variable) is { Length: > 0 } token ? token : null;

    /// <summary>Logs warnings alone, to standard error.</summary>
    public bool Quiet { get; init; }

    /// <summary>The OpenAPI description is made from the endpoints instead of read from the program.</summary>
    public bool DescribesItself { get; init; }

    static bool IsEncrypted(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The data folder when none was named: <c>POMOST_DATA</c>, else the user's application data.</summary>
    public static string DefaultData => Environment.GetEnvironmentVariable("POMOST_DATA")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "pomost");
}
