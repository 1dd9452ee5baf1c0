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

    /// <summary>A PostgreSQL database by its Npgsql connection string. Statements are prepared automatically unless the string says otherwise.</summary>
    public static DatabaseOptions PostgreSql(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!builder.ContainsKey("Max Auto Prepare")) builder.MaxAutoPrepare = 200;
        if (!builder.ContainsKey("Auto Prepare Min Usages")) builder.AutoPrepareMinUsages = 2;
        if (!builder.ContainsKey("Application Name")) builder.ApplicationName = "pomost";
        return new(Dialect.PostgreSql, builder.ToString());
    }
}
