namespace Pomost.Engine;

/// <summary>Rows of one table that are about a person.</summary>
/// <param name="Name">What they are, as in an erasure's certificate.</param>
/// <param name="Table">The table.</param>
/// <param name="Rows">Columns by name; times are unix milliseconds, UTC.</param>
public sealed record PersonRows(string Name, string Table, IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows);

/// <summary>Everything the database holds about a person.</summary>
public interface IPersonData
{
    /// <summary>All rows that name the person or stand under the shop's ids of the person, tables without any left out.</summary>
    Task<IReadOnlyList<PersonRows>> ReadAsync(long accountId, string emailKey, CancellationToken ct);
}
