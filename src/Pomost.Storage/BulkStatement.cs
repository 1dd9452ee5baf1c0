using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Pomost.Storage;

/// <summary>
/// One statement for many rows, written once for both databases: <c>{rows}</c> in the text stands for a table of the columns declared.
/// SQLite runs it row by row, prepared; PostgreSQL gets each column as one array (<c>unnest</c>). Both are the fastest ways measured.
/// </summary>
/// <remarks>
/// PostgreSQL refuses to change one row twice in a single <c>ON CONFLICT</c>: rows must be unique by their key.
/// SQLite needs <c>WHERE true</c> between <c>FROM {rows} AS r</c> and <c>ON CONFLICT</c>.
/// </remarks>
public sealed class BulkStatement<T>(string sql)
{
    private readonly List<BulkColumn<T>> columns = [];
    private string? sqliteText;
    private string? postgreSqlText;

    public BulkStatement<T> Text(string name, Func<T, string?> value) => Add(new BulkColumn<T, string?>(name, SqlType.Text, value));

    public BulkStatement<T> Number(string name, Func<T, long?> value) => Add(new BulkColumn<T, long?>(name, SqlType.Number, value));

    public BulkStatement<T> Flag(string name, Func<T, bool?> value) => Add(new BulkColumn<T, bool?>(name, SqlType.Flag, value));

    public BulkStatement<T> Amount(string name, Func<T, decimal?> value) => Add(new BulkColumn<T, decimal?>(name, SqlType.Amount, value));

    public BulkStatement<T> Bytes(string name, Func<T, byte[]?> value) => Add(new BulkColumn<T, byte[]?>(name, SqlType.Bytes, value));

    public BulkStatement<T> Time(string name, Func<T, DateTimeOffset?> value) =>
        Add(new BulkColumn<T, long?>(name, SqlType.Number, row => value(row)?.ToUnixTimeMilliseconds()));

    internal IReadOnlyList<BulkColumn<T>> Columns => columns;

    internal string SqliteText => sqliteText ??= WithRows("(SELECT " + Join(name => $"@{name} AS {name}") + ")");

    // The inner SELECT lets the statement name the table with a plain "AS r" in both dialects.
    internal string PostgreSqlText => postgreSqlText ??=
        WithRows("(SELECT * FROM unnest(" + Join(name => "@" + name) + ") AS u(" + Join(name => name) + "))");

    private BulkStatement<T> Add(BulkColumn<T> column)
    {
        columns.Add(column);
        return this;
    }

    private string Join(Func<string, string> part) => string.Join(", ", columns.Select(column => part(column.Name)));

    private string WithRows(string rows) => sql.Contains("{rows}", StringComparison.Ordinal)
        ? sql.Replace("{rows}", rows, StringComparison.Ordinal)
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A bulk statement without {{rows}}: {sql}"));
}

/// <summary>A bulk statement with its rows and the values that are the same for all of them.</summary>
public sealed class BulkCommand<T>
{
    private readonly DbSession session;
    private readonly BulkStatement<T> statement;
    private readonly IReadOnlyList<T> rows;
    private readonly List<SqlValue> values = [];

    internal BulkCommand(DbSession session, BulkStatement<T> statement, IReadOnlyList<T> rows)
    {
        this.session = session;
        this.statement = statement;
        this.rows = rows;
    }

    public BulkCommand<T> With(string name, string? value) => Add(new(name, SqlType.Text, value));

    public BulkCommand<T> With(string name, long? value) => Add(new(name, SqlType.Number, value));

    public BulkCommand<T> With(string name, DateTimeOffset? value) => Add(new(name, SqlType.Number, value?.ToUnixTimeMilliseconds()));

    /// <summary>The number of rows changed.</summary>
    public async Task<int> ExecuteAsync()
    {
        var changed = 0;
        await RunAsync(async command => changed += await command.ExecuteNonQueryAsync(session.Cancellation));
        return changed;
    }

    /// <summary>What the statement returns, for all rows together; its order is not promised.</summary>
    public async Task<List<TResult>> QueryAsync<TResult>(Func<Row, TResult> map)
    {
        var results = new List<TResult>();
        await RunAsync(async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
            while (await reader.ReadAsync(session.Cancellation)) results.Add(map(new Row(reader)));
        });
        return results;
    }

    private BulkCommand<T> Add(SqlValue value)
    {
        values.Add(value);
        return this;
    }

    private async Task RunAsync(Func<DbCommand, Task> run)
    {
        if (rows.Count == 0) return;
        var command = session.Take(session.ByDialect(statement.SqliteText, statement.PostgreSqlText));
        try
        {
            foreach (var value in values) command.Parameters.Add(value.ToParameter(session.Dialect));
            if (session.Dialect == Dialect.Sqlite) await RunRowByRowAsync(command, run);
            else await RunAtOnceAsync(command, run);
        }
        finally
        {
            session.Return(command);
        }
    }

    private async Task RunRowByRowAsync(DbCommand command, Func<DbCommand, Task> run)
    {
        var parameters = new SqliteParameter[statement.Columns.Count];
        for (var i = 0; i < parameters.Length; i++)
        {
            // With its sign the name is found at the first try; without, every row looks for it several times.
            parameters[i] = new SqliteParameter { ParameterName = "@" + statement.Columns[i].Name };
            command.Parameters.Add(parameters[i]);
        }
        foreach (var row in rows)
        {
            for (var i = 0; i < parameters.Length; i++) parameters[i].Value = statement.Columns[i].ValueOf(row);
            await run(command);
        }
    }

    private Task RunAtOnceAsync(DbCommand command, Func<DbCommand, Task> run)
    {
        foreach (var column in statement.Columns)
            command.Parameters.Add(new NpgsqlParameter(column.Name, NpgsqlDbType.Array | SqlValue.PostgreSqlType(column.Type)) { Value = column.ValuesOf(rows) });
        return run(command);
    }
}

internal abstract class BulkColumn<T>(string name, SqlType type)
{
    public string Name => name;

    public SqlType Type => type;

    public abstract object ValueOf(T row);

    public abstract Array ValuesOf(IReadOnlyList<T> rows);
}

internal sealed class BulkColumn<T, TValue>(string name, SqlType type, Func<T, TValue> value) : BulkColumn<T>(name, type)
{
    public override object ValueOf(T row) => (object?)value(row) ?? DBNull.Value;

    public override Array ValuesOf(IReadOnlyList<T> rows)
    {
        var array = new TValue[rows.Count];
        for (var i = 0; i < array.Length; i++) array[i] = value(rows[i]);
        return array;
    }
}
