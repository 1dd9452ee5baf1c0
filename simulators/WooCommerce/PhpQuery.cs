using System.Globalization;
using System.Net;
using System.Text;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// Query parameters as PHP reads them: the last of equal names wins, <c>a[]=x</c> and <c>a[k]=x</c> make arrays, plus is a space,
/// dots and spaces in names become underscores.
/// </summary>
sealed class PhpQuery
{
    readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    sealed class Node
    {
        public string? Text;
        public List<(string Key, Node Node)>? Items;
    }

    public static PhpQuery Parse(string query)
    {
        var result = new PhpQuery();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = WebUtility.UrlDecode(equals < 0 ? pair : pair[..equals]);
            result.Set(name, equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..]));
        }
        return result;
    }

    public IEnumerable<string> Names => _nodes.Keys;

    /// <summary>The text of a plain parameter; null when absent or an array.</summary>
    public string? Text(string name) => _nodes.TryGetValue(name, out var node) ? node.Text : null;

    /// <summary>A list: array items, or the parts of a comma-separated text; null when absent.</summary>
    public IReadOnlyList<string>? List(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
            return null;
        if (node.Items is { } items)
            return [.. items.Select(item => item.Node.Text ?? "")];
        return (node.Text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
    }

    public bool Has(string name) => _nodes.ContainsKey(name);

    /// <summary>Sets a plain parameter, as merging the parts of an <c>Authorization: OAuth</c> header does.</summary>
    public void SetText(string name, string value) => _nodes[name] = new Node { Text = value };

    public void Remove(string name) => _nodes.Remove(name);

    public PhpQuery Clone()
    {
        var copy = new PhpQuery();
        foreach (var (name, node) in _nodes)
            copy._nodes[name] = node;
        return copy;
    }

    /// <summary>Name and value pairs for a signature: sorted by name, items of arrays as <c>name[key]</c>, encoded once.</summary>
    public IEnumerable<string> EncodedPairs()
    {
        var pairs = new List<string>();
        foreach (var name in _nodes.Keys.Order(StringComparer.Ordinal))
            Flatten(Uri.EscapeDataString(name), _nodes[name], pairs);
        return pairs;
    }

    /// <summary>The query again with one parameter replaced, for <c>Link</c> headers.</summary>
    public string With(string name, int value)
    {
        var copy = Clone();
        copy.SetText(name, value.ToString(CultureInfo.InvariantCulture));
        var pairs = new List<string>();
        foreach (var (key, node) in copy._nodes)
            Flatten(Uri.EscapeDataString(key), node, pairs);
        return string.Join('&', pairs);
    }

    static void Flatten(string name, Node node, List<string> pairs)
    {
        if (node.Items is { } items)
        {
            foreach (var (key, item) in items)
                Flatten(name + "%5B" + Uri.EscapeDataString(key) + "%5D", item, pairs);
            return;
        }
        pairs.Add(new StringBuilder(name).Append('=').Append(Uri.EscapeDataString(node.Text ?? "")).ToString());
    }

    void Set(string name, string value)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0 || !name.EndsWith(']'))
        {
            _nodes[name.Replace('.', '_').Replace(' ', '_')] = new Node { Text = value };
            return;
        }
        var top = name[..bracket].Replace('.', '_').Replace(' ', '_');
        if (!_nodes.TryGetValue(top, out var node) || node.Items is null)
            _nodes[top] = node = new Node { Items = [] };
        var keys = name[(bracket + 1)..^1].Split("][");
        for (var i = 0; i < keys.Length; i++)
        {
            var items = node.Items ??= [];
            var key = keys[i].Length > 0 ? keys[i] : items.Count.ToString(CultureInfo.InvariantCulture);
            var at = items.FindIndex(item => item.Key == key);
            if (at < 0)
            {
                items.Add((key, new Node()));
                at = items.Count - 1;
            }
            node = items[at].Node;
        }
        node.Text = value;
    }
}
