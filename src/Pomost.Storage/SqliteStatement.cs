using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pomost.Storage;

/// <summary>
/// A prepared statement used directly, for bulk writes: the provider would look up each parameter by name and make several objects
/// for every row, which costs more than SQLite's own work.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private byte[] buffer = new byte[1024];

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public int IndexOf(string name) => raw.sqlite3_bind_parameter_index(statement, "@" + name);

    public void Clear() => Check(raw.sqlite3_clear_bindings(statement));

    /// <summary>Binds a value of the command; one the text does not name is passed over, as the provider does.</summary>
    public void Bind(SqlValue value)
    {
        var index = IndexOf(value.Name);
        if (index == 0) return;
        if (value.Value is long number) BindNumber(index, number);
        else BindText(index, (string?)value.Value);
    }

    public void BindNumber(int index, long? value) =>
        Check(value is { } number ? raw.sqlite3_bind_int64(statement, index, number) : raw.sqlite3_bind_null(statement, index));

    public void BindText(int index, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(statement, index));
            return;
        }
        // An empty span has no address, which SQLite takes for null.
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(statement, index, ""));
            return;
        }
        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (buffer.Length < longest) buffer = new byte[longest];
        var length = Encoding.UTF8.GetBytes(value, buffer);
        Check(raw.sqlite3_bind_text(statement, index, buffer.AsSpan(0, length)));
    }

    public void BindAmount(int index, decimal? value) =>
        BindText(index, value?.ToString("0.0###########################", CultureInfo.InvariantCulture));

    public void BindBytes(int index, byte[]? value) => Check(value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        [] => raw.sqlite3_bind_zeroblob(statement, index, 0),
        _ => raw.sqlite3_bind_blob(statement, index, value),
    });

    /// <summary>Runs the statement with what is bound; the number of rows changed.</summary>
    public int Execute()
    {
        int result;
        do result = raw.sqlite3_step(statement);
        while (result == raw.SQLITE_ROW);
        // The message must be read before the reset, which may replace it.
        var error = result == raw.SQLITE_DONE ? null : Error(result);
        _ = raw.sqlite3_reset(statement);
        return error is null ? raw.sqlite3_changes(database) : throw error;
    }

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Error(result);
    }

    private SqliteException Error(int result) =>
        new(raw.sqlite3_errmsg(database).utf8_to_string(), result, raw.sqlite3_extended_errcode(database));
}
