using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Pomost.Storage;

/// <summary>
/// One statement for many rows, written once for both databases: <c>{rows} AS r</c> in the text stands for a table of the columns declared.
/// SQLite runs it row by row, prepared; PostgreSQL gets each column as one array (<c>unnest</c>). Both are the fastest ways measured.
/// </summary>
/// <remarks>
/// PostgreSQL refuses to change one row twice in a single <c>ON CONFLICT</c>: rows must be unique by their key.
/// SQLite needs <c>WHERE true</c> between <c>FROM {rows} AS r</c> and <c>ON CONFLICT</c>.
/// Where rows meet a table, every column of its key must come from <c>r</c>, the account too (<see cref="Same"/>): given as a constant, PostgreSQL
/// may read all the account's rows and compare them with each of ours, as it did for tables it had no statistics of yet.
/// </remarks>
public sealed partial class BulkStatement<T>(string sql)
{
    private readonly List<BulkColumn<T>> columns = [];
    private readonly List<string> sameColumns = [];
    private string? sqliteText;
    private string? postgreSqlText;

    public BulkStatement<T> Text(string name, Func<T, string?> value) =>
        Add(new BulkColumn<T, string?>(name, SqlType.Text, value, static (statement, index, text) => statement.BindText(index, text)));

    public BulkStatement<T> Number(string name, Func<T, long?> value) =>
        Add(new BulkColumn<T, long?>(name, SqlType.Number, value, static (statement, index, number) => statement.BindNumber(index, number)));

    public BulkStatement<T> Flag(string name, Func<T, bool?> value) => Add(new BulkColumn<T, bool?>(
        name, SqlType.Flag, value, static (statement, index, flag) => statement.BindNumber(index, flag is { } known ? (known ? 1 : 0) : null)));

    public BulkStatement<T> Amount(string name, Func<T, decimal?> value) =>
        Add(new BulkColumn<T, decimal?>(name, SqlType.Amount, value, static (statement, index, amount) => statement.BindAmount(index, amount)));

    public BulkStatement<T> Bytes(string name, Func<T, byte[]?> value) =>
        Add(new BulkColumn<T, byte[]?>(name, SqlType.Bytes, value, static (statement, index, bytes) => statement.BindBytes(index, bytes)));

    public BulkStatement<T> Time(string name, Func<T, DateTimeOffset?> value) => Number(name, row => value(row)?.ToUnixTimeMilliseconds());

    /// <summary>A column with one number for all rows, given by <see cref="BulkCommand{T}.With(string, long?)"/>.</summary>
    public BulkStatement<T> Same(string name)
    {
        sameColumns.Add(name);
        return this;
    }

    internal IReadOnlyList<BulkColumn<T>> Columns => columns;

    internal bool IsSame(string name) => sameColumns.Contains(name, StringComparer.Ordinal);

    internal string SqliteText => sqliteText ??= ForOneRow();

    // The inner SELECT lets the statement name the table with a plain "AS r".
    internal string PostgreSqlText => postgreSqlText ??= Checked().Replace(
        "{rows}", "(SELECT * FROM unnest(" + Join(name => "@" + name) + ") AS u(" + Join(name => name) + "))", StringComparison.Ordinal);

    private BulkStatement<T> Add(BulkColumn<T> column)
    {
        columns.Add(column);
        return this;
    }

    // With a single row its values can stand where the columns stood, which spares SQLite a table of one row: r.name becomes @name.
    // Where the rows are joined with a table, that table of one row stays.
    private string ForOneRow()
    {
        var text = InRows().Replace(Checked(), match => $"= ({WithValues(match.Groups["columns"].Value)})");
        var alone = RowsAlone().Replace(text, "");
        return alone.Contains("{rows}", StringComparison.Ordinal)
            ? alone.Replace("{rows}", "(SELECT " + Join(name => $"@{name} AS {name}") + ")", StringComparison.Ordinal)
            : WithValues(alone);
    }

    // A name that was not declared stays as it is and is refused by SQLite, instead of becoming a value that nobody sets.
    private string WithValues(string text) => ColumnOfRow().Replace(
        text, match => IsSame(match.Groups["name"].Value) || columns.Exists(column => column.Name == match.Groups["name"].Value) ? "@" + match.Groups["name"].Value : match.Value);

    private string Checked() => sql.Contains("{rows} AS r", StringComparison.Ordinal)
        ? sql
        : throw new InvalidOperationException("A bulk statement needs {rows} AS r: " + sql);

    private string Join(Func<string, string> part) => string.Join(", ", sameColumns.Concat(columns.Select(column => column.Name)).Select(part));

    [GeneratedRegex(@"IN \(SELECT (?<columns>r\.\w+(?:, r\.\w+)*) FROM \{rows\} AS r\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InRows();

    [GeneratedRegex(@"\bFROM \{rows\} AS r\s*(?=WHERE\b|$)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RowsAlone();

    [GeneratedRegex(@"\br\.(?<name>\w+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ColumnOfRow();
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
        if (rows.Count == 0) return 0;
        if (session.Dialect == Dialect.Sqlite) return ExecuteRowByRow();
        var command = session.Take(statement.PostgreSqlText);
        try
        {
            AddArrays(command);
            return await command.ExecuteNonQueryAsync(session.Cancellation);
        }
        finally
        {
            session.Return(command);
        }
    }

    /// <summary>What the statement returns, for all rows together; its order is not promised.</summary>
    public async Task<List<TResult>> QueryAsync<TResult>(Func<Row, TResult> map)
    {
        var results = new List<TResult>();
        if (rows.Count == 0) return results;
        var command = session.Take(session.ByDialect(statement.SqliteText, statement.PostgreSqlText));
        try
        {
            if (session.Dialect == Dialect.Sqlite)
            {
                await QueryRowByRowAsync(command, map, results);
            }
            else
            {
                AddArrays(command);
                await ReadAsync(command, map, results);
            }
            return results;
        }
        finally
        {
            session.Return(command);
        }
    }

    private BulkCommand<T> Add(SqlValue value)
    {
        values.Add(value);
        return this;
    }

    private int ExecuteRowByRow()
    {
        var prepared = session.Prepare(statement.SqliteText);
        prepared.Clear();
        foreach (var value in values) prepared.Bind(value);
        var indexes = statement.Columns.Select(column => prepared.IndexOf(column.Name)).ToArray();
        var changed = 0;
        foreach (var row in rows)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < indexes.Length; i++)
            {
                // A column that this statement leaves out (statements share their columns) has no place.
                if (indexes[i] > 0) statement.Columns[i].Bind(prepared, indexes[i], row);
            }
            changed += prepared.Execute();
        }
        return changed;
    }

    private async Task QueryRowByRowAsync<TResult>(DbCommand command, Func<Row, TResult> map, List<TResult> results)
    {
        foreach (var value in values) command.Parameters.Add(value.ToParameter(Dialect.Sqlite));
        var parameters = new SqliteParameter[statement.Columns.Count];
        for (var i = 0; i < parameters.Length; i++)
        {
            // With its sign: a bare name is looked up three times over, for every row.
            parameters[i] = new SqliteParameter { ParameterName = "@" + statement.Columns[i].Name };
            command.Parameters.Add(parameters[i]);
        }
        foreach (var row in rows)
        {
            for (var i = 0; i < parameters.Length; i++) parameters[i].Value = statement.Columns[i].ValueOf(row);
            await ReadAsync(command, map, results);
        }
    }

    private async Task ReadAsync<TResult>(DbCommand command, Func<Row, TResult> map, List<TResult> results)
    {
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        while (await reader.ReadAsync(session.Cancellation)) results.Add(map(new Row(reader)));
    }

    private void AddArrays(DbCommand command)
    {
        foreach (var value in values)
            command.Parameters.Add(statement.IsSame(value.Name) ? ArrayOf(value.Name, value.Type, Repeated(value)) : value.ToParameter(Dialect.PostgreSql));
        foreach (var column in statement.Columns) command.Parameters.Add(ArrayOf(column.Name, column.Type, column.ValuesOf(rows)));
    }

    private static NpgsqlParameter ArrayOf(string name, SqlType type, Array values) =>
        new(name, NpgsqlDbType.Array | SqlValue.PostgreSqlType(type)) { Value = values };

    private long?[] Repeated(SqlValue value)
    {
        var array = new long?[rows.Count];
        Array.Fill(array, (long?)value.Value);
        return array;
    }
}

internal abstract class BulkColumn<T>(string name, SqlType type)
{
    public string Name => name;

    public SqlType Type => type;

    public abstract object ValueOf(T row);

    public abstract Array ValuesOf(IReadOnlyList<T> rows);

    public abstract void Bind(SqliteStatement statement, int index, T row);
}

internal sealed class BulkColumn<T, TValue>(string name, SqlType type, Func<T, TValue> value, Action<SqliteStatement, int, TValue> bind) : BulkColumn<T>(name, type)
{
    public override object ValueOf(T row) => (object?)value(row) ?? DBNull.Value;

    public override Array ValuesOf(IReadOnlyList<T> rows)
    {
        var array = new TValue[rows.Count];
        for (var i = 0; i < array.Length; i++) array[i] = value(rows[i]);
        return array;
    }

    public override void Bind(SqliteStatement statement, int index, T row) => bind(statement, index, value(row));
}
