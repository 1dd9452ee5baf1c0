using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Pomost.Storage;

/// <summary>The statements of one read or one transaction. Valid only inside the work it was handed to, one statement at a time.</summary>
public sealed class DbSession
{
    private readonly IStatements statements;

    internal DbSession(Dialect dialect, IStatements statements, CancellationToken ct)
    {
        Dialect = dialect;
        this.statements = statements;
        Cancellation = ct;
    }

    public Dialect Dialect { get; }

    internal CancellationToken Cancellation { get; }

    /// <summary>A statement with named parameters (<c>@name</c>). Prepared once per connection: use constant texts.</summary>
    public Statement Command(string sql) => new(this, sql);

    /// <summary>The same statement for many rows at once, see <see cref="BulkStatement{T}"/>.</summary>
    public BulkCommand<T> Bulk<T>(BulkStatement<T> statement, IReadOnlyList<T> rows) => new(this, statement, rows);

    /// <summary>The text written for the dialect in use.</summary>
    public string ByDialect(string sqlite, string postgreSql) => Dialect == Dialect.Sqlite ? sqlite : postgreSql;

    internal DbCommand Take(string sql) => statements.Take(sql);

    internal void Return(DbCommand command) => statements.Return(command);

    /// <summary>A statement kept prepared on the SQLite connection of this session.</summary>
    internal SqliteStatement Prepare(string sql) => ((SqliteStatementCache)statements).Prepare(sql);
}

internal interface IStatements
{
    DbCommand Take(string sql);

    void Return(DbCommand command);
}

/// <summary>Keeps commands with their prepared statements. A command in use is out of the cache, so a nested query gets its own.</summary>
internal sealed class SqliteStatementCache(SqliteConnection connection) : IStatements, IDisposable
{
    private const int Kept = 256;

    private readonly Dictionary<string, SqliteCommand> idle = new(StringComparer.Ordinal);

    // Bulk statements are constants of the program, so their number is bounded.
    private readonly Dictionary<string, SqliteStatement> prepared = new(StringComparer.Ordinal);

    public SqliteStatement Prepare(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement)) prepared[sql] = statement = new SqliteStatement(connection, sql);
        return statement;
    }

    public DbCommand Take(string sql)
    {
        if (idle.Remove(sql, out var command))
        {
            command.Parameters.Clear();
            return command;
        }
        command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public void Return(DbCommand command)
    {
        if (idle.Count >= Kept) DropIdle();
        if (!idle.TryAdd(command.CommandText, (SqliteCommand)command)) command.Dispose();
    }

    public void Dispose()
    {
        DropIdle();
        foreach (var statement in prepared.Values) statement.Dispose();
    }

    private void DropIdle()
    {
        foreach (var command in idle.Values) command.Dispose();
        idle.Clear();
    }
}

/// <summary>Npgsql prepares by itself (automatic preparation in the connection string).</summary>
internal sealed class PostgreSqlStatements(NpgsqlConnection connection) : IStatements
{
    public DbCommand Take(string sql) => new NpgsqlCommand(sql, connection);

    public void Return(DbCommand command) => command.Dispose();
}
