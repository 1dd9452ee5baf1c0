namespace Pomost.Engine;

/// <summary>The database as a whole.</summary>
/// <param name="Kind">Its maker's name for it.</param>
/// <param name="Bytes">What it takes on the disk.</param>
public sealed record DatabaseFacts(string Kind, long Bytes);

/// <summary>A process at work on this database.</summary>
/// <param name="Name">Machine and process.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Roles">What it does, separated by commas.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="SeenAt">When it last said that it lives, UTC, by its own clock.</param>
/// <param name="ClockAhead">How far its clock is before the database's.</param>
public sealed record NodeFacts(string Name, string Version, string Roles, DateTimeOffset StartedAt, DateTimeOffset SeenAt, TimeSpan ClockAhead);

/// <summary>Requests made to a shop or a destination.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="Subject">To which (<see cref="ApiSubject"/>).</param>
/// <param name="Requests">How many.</param>
public sealed record ApiUse(long AccountId, string Subject, long Requests);

/// <summary>Names of what is asked.</summary>
public static class ApiSubject
{
    public static string OfStore(long storeId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"store {storeId}");

    public static string OfDestination(long destinationId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"destination {destinationId}");
}

/// <summary>What is known of the installation itself.</summary>
public interface ISystemState
{
    Task<DatabaseFacts> DatabaseAsync(CancellationToken ct);

    /// <summary>The database's own clock, UTC. A file has none: it tells this process's time.</summary>
    Task<DateTimeOffset> ClockAsync(CancellationToken ct);

    /// <summary>In one transaction: a process lives, and has asked so much since it last said so. Processes unseen for an hour, and older figures, are forgotten.</summary>
    /// <param name="node">The process.</param>
    /// <param name="used">What it asked; counted for the minute of <see cref="NodeFacts.SeenAt"/>.</param>
    /// <param name="isAlone">True: no other process can be at work, whatever is written.</param>
    /// <param name="ct">Cancels.</param>
    Task SeeAsync(NodeFacts node, IReadOnlyList<ApiUse> used, bool isAlone, CancellationToken ct);

    /// <summary>A process ends in order.</summary>
    Task LeaveAsync(string node, CancellationToken ct);

    /// <summary>Processes seen within the last hour, by name.</summary>
    Task<IReadOnlyList<NodeFacts>> NodesAsync(CancellationToken ct);

    /// <summary>Requests of the account in the minute that holds this moment, all processes together.</summary>
    Task<IReadOnlyDictionary<string, long>> UseAsync(long accountId, DateTimeOffset minute, CancellationToken ct);
}

/// <summary>What the host knows of itself and the engine cannot find out.</summary>
public sealed record HostFacts
{
    /// <summary>Machine and process.</summary>
    public string Node { get; init; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}");

    public string Version { get; init; } = "";

    /// <summary>What this process does, separated by commas.</summary>
    public string Roles { get; init; } = "";

    /// <summary>Folder whose disk is looked at; null = none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>How many files of the data folder other users of the machine can read; null = not known. Asked at each look.</summary>
    public Func<int?> OpenFiles { get; init; } = () => null;

    /// <summary>Until when the certificate of the server is good, UTC; null = it speaks plain http, a proxy encrypts.</summary>
    public DateTimeOffset? CertificateUntil { get; init; }

    /// <summary>True when the certificate is self-made and renewed by itself at a start.</summary>
    public bool CertificateIsOwn { get; init; }

    /// <summary>Until when the newest key is used that secrets are encrypted with, UTC; null = not known. Asked at each look.</summary>
    public Func<DateTimeOffset?> EncryptionKeyUntil { get; init; } = () => null;
}
