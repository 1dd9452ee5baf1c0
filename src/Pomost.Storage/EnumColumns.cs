namespace Pomost.Storage;

/// <summary>States and reasons are stored by name: readable in the database, and safe when a list grows in the middle.</summary>
internal static class EnumColumns
{
    public static T Name<T>(this Row row, string column)
        where T : struct, Enum => Enum.Parse<T>(row.Text(column));

    public static T? NameOrNull<T>(this Row row, string column)
        where T : struct, Enum => row.TextOrNull(column) is { } name ? Enum.Parse<T>(name) : null;

    /// <summary>The name stored for a value; cached, as bulk writes ask for it for each row.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => Names<T>.Of[value];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Of = Enum.GetValues<T>().ToDictionary(value => value, value => value.ToString());
    }
}
