namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// The fields asked for by <c>_fields=a,b.c</c>. As in WordPress a dotted name goes into objects only: below a list
/// (<c>meta_data.key</c>) nothing is left but an empty list.
/// </summary>
sealed class FieldFilter
{
    readonly Dictionary<string, FieldFilter?> _fields = new(StringComparer.Ordinal);

    public static FieldFilter? Parse(IEnumerable<string>? names)
    {
        if (names is null)
            return null;
        var root = new FieldFilter();
        foreach (var name in names)
            root.Add(name.Trim().Split('.'));
        return root._fields.Count == 0 ? null : root;
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>What is wanted inside a field: null means all of it.</summary>
    public FieldFilter? Inside(string name) => _fields.GetValueOrDefault(name);

    void Add(ReadOnlySpan<string> path)
    {
        if (path[0].Length == 0)
            return;
        if (path.Length == 1)
        {
            _fields[path[0]] = null;
            return;
        }
        if (!_fields.TryGetValue(path[0], out var inside))
            _fields[path[0]] = inside = new FieldFilter();
        inside?.Add(path[1..]);
    }
}
