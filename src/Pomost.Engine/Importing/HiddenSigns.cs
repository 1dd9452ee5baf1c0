using System.Globalization;
using System.Text;

namespace Pomost.Engine;

/// <summary>Characters that nobody sees: spaces of no width, marks of a byte order, soft hyphens, spaces that do not break. Pure.</summary>
static class HiddenSigns
{
    /// <summary>The text without white space and hidden characters at its ends.</summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start]))
            start++;
        while (end > start && IsBlank(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>The text with what is hidden written out, so that a person finds it: <c>ola⟨U+200B⟩@example.com</c>.</summary>
    public static string? Shown(string? text)
    {
        if (text is null || !text.Any(IsHidden))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (IsHidden(character))
                shown.Append(CultureInfo.InvariantCulture, $"⟨U+{(int)character:X4}⟩");
            else
                shown.Append(character);
        }

        return shown.ToString();
    }

    public static bool IsBlank(char character) => char.IsWhiteSpace(character) || IsHidden(character);

    // The space, the tab and line ends are seen, or are no part of a word; of all others only their effect is.
    static bool IsHidden(char character) => character is not (' ' or '\t' or '\r' or '\n')
        && char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
