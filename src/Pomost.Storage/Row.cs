using System.Data.Common;

namespace Pomost.Storage;

/// <summary>The current row of a query, by column name. A method without "OrNull" throws when the column is null.</summary>
public readonly struct Row(DbDataReader reader)
{
    public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

    public string? TextOrNull(string column) => TextOrNull(reader.GetOrdinal(column));

    public long Number(string column) => reader.GetInt64(reader.GetOrdinal(column));

    public long? NumberOrNull(string column) => NumberOrNull(reader.GetOrdinal(column));

    public int Int(string column) => checked((int)Number(column));

    public bool Flag(string column) => reader.GetBoolean(reader.GetOrdinal(column));

    public bool? FlagOrNull(string column) => IsNull(column) ? null : Flag(column);

    public decimal Amount(string column) => reader.GetDecimal(reader.GetOrdinal(column));

    public decimal? AmountOrNull(string column) => IsNull(column) ? null : Amount(column);

    public DateTimeOffset Time(string column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    public DateTimeOffset? TimeOrNull(string column) => NumberOrNull(column) is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    public byte[] Bytes(string column) => reader.GetFieldValue<byte[]>(reader.GetOrdinal(column));

    public byte[]? BytesOrNull(string column) => IsNull(column) ? null : Bytes(column);

    public bool IsNull(string column) => reader.IsDBNull(reader.GetOrdinal(column));

    /// <summary>All columns by name, as the database gives them; null where it has nothing.</summary>
    internal IReadOnlyDictionary<string, object?> All()
    {
        var all = new Dictionary<string, object?>(reader.FieldCount, StringComparer.Ordinal);
        for (var column = 0; column < reader.FieldCount; column++)
            all[reader.GetName(column)] = reader.IsDBNull(column) ? null : reader.GetValue(column);
        return all;
    }

    internal string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal long? NumberOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
