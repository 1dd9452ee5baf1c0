using System.Data.Common;

namespace Pomost.Engine;

/// <summary>How store runs are handed out: by one process to itself, or by a cluster to its nodes.</summary>
public sealed record EngineForm
{
    /// <summary>Slices that stores are spread over; work moves between nodes by slice. The same number on every node.</summary>
    public required int Slices { get; init; }

    /// <summary>How often an idle slice is looked at; a wake does not wait for it.</summary>
    public required TimeSpan LookEvery { get; init; }

    /// <summary>Slices that this process works on side by side.</summary>
    public required int SlicesAtOnce { get; init; }

    /// <summary>Where the nodes keep their common schedule; null = this process is alone and keeps its own in memory.</summary>
    public ClusterStore? Cluster { get; init; }

    /// <summary>False: this process takes in and shows, and leaves store runs to other nodes. Only in a cluster.</summary>
    public bool WorksHere { get; init; } = true;

    /// <summary>One process, alone with its database.</summary>
    public static EngineForm Alone { get; } = new() { Slices = 8, LookEvery = TimeSpan.FromSeconds(2), SlicesAtOnce = 8 };

    /// <summary>A node of a cluster.</summary>
    public static EngineForm Clustered(ClusterStore cluster)
        => new() { Slices = 128, LookEvery = TimeSpan.FromSeconds(5), SlicesAtOnce = 24, Cluster = cluster };

    /// <summary>The slice of a store.</summary>
    public int SliceOf(StoreKey store) => (int)(store.StoreId % Slices);
}

/// <summary>The database in which the nodes of a cluster keep their common schedule.</summary>
/// <param name="Driver">Makes connections.</param>
/// <param name="ConnectionString">Connections for the schedule alone.</param>
/// <param name="WhileAloneAsync">Runs work while no other node prepares the same database.</param>
public sealed record ClusterStore(DbProviderFactory Driver, string ConnectionString, Func<Func<Task>, CancellationToken, Task> WhileAloneAsync)
{
    /// <summary>How often a node says that it lives.</summary>
    public TimeSpan CheckIn { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a missed check-in a node is taken for dead. Longer on crowded machines: a starved node loses its work to others.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(2);
}
