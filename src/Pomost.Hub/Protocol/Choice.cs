using System.Globalization;

namespace Pomost.Hub;

/// <summary>Reads a value out of a fixed list, by name in any case or by position.</summary>
internal static class Choice
{
    /// <summary>The value as the list spells it; null when it is not in the list.</summary>
    public static string? Of(IReadOnlyList<string> names, string? given)
    {
        if (given is null) return null;
        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return position < names.Count ? names[position] : null;
        return names.FirstOrDefault(name => string.Equals(name, given, StringComparison.OrdinalIgnoreCase));
    }
}
