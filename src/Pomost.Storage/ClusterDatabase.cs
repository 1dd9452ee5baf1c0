using Npgsql;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>Lets the nodes of a cluster keep their schedule in the same PostgreSQL database.</summary>
public static class ClusterDatabase
{
    /// <summary>The place of the schedule.</summary>
    /// <param name="database">The opened database.</param>
    /// <param name="connectionString">Its Npgsql connection string, as the operator gave it.</param>
    public static ClusterStore StoreOf(Database database, string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true };
        if (!builder.ContainsKey("Application Name")) builder.ApplicationName = "pomost-schedule";
        // Every firing of the cluster takes the same lock: a frozen process must neither keep it nor be handed it by the queue.
        const string NoLockKept = "-c idle_in_transaction_session_timeout=1000 -c lock_timeout=2000";
        // The schedule alone may lose its last moment in a crash: what is to be done stands in our own tables, found at the next look.
        builder.Options = $"{builder.Options} {NoLockKept} -c synchronous_commit=off".TrimStart();
        return new ClusterStore(NpgsqlFactory.Instance, builder.ToString(), database.WhileAloneAsync);
    }
}
