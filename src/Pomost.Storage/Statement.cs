using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Pomost.Storage;

/// <summary>One statement with its values. Times are stored as Unix milliseconds UTC, amounts exactly.</summary>
public sealed class Statement
{
    private readonly DbSession session;
    private readonly string sql;
    private readonly List<SqlValue> values = [];

    internal Statement(DbSession session, string sql)
    {
        this.session = session;
        this.sql = sql;
    }

    public Statement With(string name, string? value) => Add(new(name, SqlType.Text, value));

    public Statement With(string name, long? value) => Add(new(name, SqlType.Number, value));

    public Statement With(string name, bool? value) => Add(new(name, SqlType.Flag, value));

    public Statement With(string name, decimal? value) => Add(new(name, SqlType.Amount, value));

    public Statement With(string name, byte[]? value) => Add(new(name, SqlType.Bytes, value));

    public Statement With(string name, DateTimeOffset? value) => Add(new(name, SqlType.Number, value?.ToUnixTimeMilliseconds()));

    /// <summary>Runs the statement; the number of rows changed.</summary>
    public Task<int> ExecuteAsync() => RunAsync(command => command.ExecuteNonQueryAsync(session.Cancellation));

    /// <summary>All rows.</summary>
    public Task<List<T>> QueryAsync<T>(Func<Row, T> map) => RunAsync(async command =>
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        while (await reader.ReadAsync(session.Cancellation)) rows.Add(map(new Row(reader)));
        return rows;
    });

    /// <summary>The first row, or default when there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(Func<Row, T> map) => RunAsync(async command =>
    {
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        return await reader.ReadAsync(session.Cancellation) ? map(new Row(reader)) : default;
    });

    /// <summary>The first column of the first row as a number; null when there is no row or no value.</summary>
    public Task<long?> NumberAsync() => FirstOrDefaultAsync(row => row.NumberOrNull(0));

    /// <summary>The first column of the first row as text; null when there is no row or no value.</summary>
    public Task<string?> TextAsync() => FirstOrDefaultAsync(row => row.TextOrNull(0));

    private Statement Add(SqlValue value)
    {
        values.Add(value);
        return this;
    }

    private async Task<T> RunAsync<T>(Func<DbCommand, Task<T>> run)
    {
        var command = session.Take(sql);
        try
        {
            foreach (var value in values) command.Parameters.Add(value.ToParameter(session.Dialect));
            return await run(command);
        }
        finally
        {
            session.Return(command);
        }
    }
}

internal enum SqlType
{
    Text,
    Number,
    Flag,
    Amount,
    Bytes,
}

/// <summary>A named value with its type, so that null has a type on PostgreSQL, too.</summary>
internal readonly record struct SqlValue(string Name, SqlType Type, object? Value)
{
    public DbParameter ToParameter(Dialect dialect) => dialect == Dialect.Sqlite
        ? new SqliteParameter("@" + Name, Value ?? DBNull.Value)
        : new NpgsqlParameter(Name, PostgreSqlType(Type)) { Value = Value ?? DBNull.Value };

    public static NpgsqlDbType PostgreSqlType(SqlType type) => type switch
    {
        SqlType.Text => NpgsqlDbType.Text,
        SqlType.Number => NpgsqlDbType.Bigint,
        SqlType.Flag => NpgsqlDbType.Boolean,
        SqlType.Amount => NpgsqlDbType.Numeric,
        SqlType.Bytes => NpgsqlDbType.Bytea,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
