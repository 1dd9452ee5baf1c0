using System.Globalization;

namespace Pomost.Storage;

/// <summary>The stores a question is limited to, as a part of its text: numbers, so nothing to escape, and one person's list is the same statement each time.</summary>
internal static class StoreIds
{
    /// <param name="column">The store's column.</param>
    /// <param name="stores">Only these; null = all.</param>
    public static string Among(string column, IReadOnlyList<long>? stores) => stores switch
    {
        null => "",
        [] => " AND 1 = 0",
        [var one] => string.Create(CultureInfo.InvariantCulture, $" AND {column} = {one}"),
        _ => $" AND {column} IN ({string.Join(", ", stores.Select(id => id.ToString(CultureInfo.InvariantCulture)))})",
    };
}
