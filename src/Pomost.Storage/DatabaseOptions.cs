using Microsoft.Data.Sqlite;
using Npgsql;

namespace Pomost.Storage;

/// <summary>Where the data lives: one SQLite file, or a PostgreSQL database.</summary>
public sealed record DatabaseOptions(Dialect Dialect, string ConnectionString)
{
    /// <summary>A SQLite file, created with its folder if absent.</summary>
    public static DatabaseOptions Sqlite(string path) => new(
        Dialect.Sqlite,
        new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), ForeignKeys = true, DefaultTimeout = 30 }.ToString());

    /// <summary>
    /// A process that is frozen in the middle of a transaction must not keep its locks from those who go on with its work: the server ends the
    /// transaction. Ours wait for nobody but the database, so none is ever idle for long.
    /// </summary>
    private const string NoIdleTransactions = "-c idle_in_transaction_session_timeout=2000";

    // A plan made while a table was empty must not be kept while an import fills it, and reading by an index is what our statements are made for.
    private const string PlannerSettings = "-c plan_cache_mode=force_custom_plan -c random_page_cost=1.1";

    /// <summary>
    /// A PostgreSQL database by its Npgsql connection string. Statements are prepared automatically and planned for look-ups by index,
    /// unless the string says otherwise.
    /// </summary>
    public static DatabaseOptions PostgreSql(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!builder.ContainsKey("Max Auto Prepare")) builder.MaxAutoPrepare = 200;
        if (!builder.ContainsKey("Auto Prepare Min Usages")) builder.AutoPrepareMinUsages = 2;
        if (!builder.ContainsKey("Application Name")) builder.ApplicationName = "pomost";
        // The later of two settings holds, so the operator's own come last.
        builder.Options = $"{PlannerSettings} {NoIdleTransactions} {builder.Options}".TrimEnd();
        return new(Dialect.PostgreSql, builder.ToString());
    }
}
