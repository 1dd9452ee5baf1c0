using System.Globalization;
using System.Text;

namespace Pomost.Hub;

/// <summary>
/// Tag names as they are stored and compared: capitals without diacritics; white space and <c>! # $ &amp; * " '</c> become one underscore;
/// a comma separates tags.
/// </summary>
public static class TagName
{
    /// <summary>Longer names are cut.</summary>
    public const int MaxLength = 255;

    private const string Replaced = "!#$&*\"'";

    /// <summary>Tags out of texts as clients send them, each once, in order.</summary>
    public static IReadOnlyList<string> NormalizeAll(IEnumerable<string> given)
    {
        var tags = new List<string>();
        foreach (var part in given.SelectMany(text => text.Split(',')))
        {
            var tag = Normalize(part);
            if (tag.Length > 0 && !tags.Contains(tag, StringComparer.Ordinal)) tags.Add(tag);
        }
        return tags;
    }

    /// <summary>One name; empty when nothing of it can be kept.</summary>
    public static string Normalize(string name)
    {
        if (IsNormal(name)) return name;
        var tag = new StringBuilder(name.Length);
        var gap = false;
        foreach (var character in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsWhiteSpace(character) || char.IsControl(character) || Replaced.Contains(character, StringComparison.Ordinal))
            {
                gap = tag.Length > 0;
                continue;
            }
            if (gap) tag.Append('_');
            gap = false;
            tag.Append(WithoutStroke(character));
        }
        var text = tag.ToString().Normalize(NormalizationForm.FormC).ToUpperInvariant();
        return text.Length <= MaxLength ? text : Cut(text);
    }

    private static bool IsNormal(string name)
    {
        if (name.Length is 0 or > MaxLength) return false;
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterUpper(character) && !char.IsAsciiDigit(character) && character is not ('_' or '-' or '.')) return false;
        }
        return true;
    }

    // Letters that decomposition leaves whole.
    private static string WithoutStroke(char character) => character switch
    {
        'ł' or 'Ł' => "L",
        'ø' or 'Ø' => "O",
        'đ' or 'Đ' or 'ð' or 'Ð' => "D",
        'ß' => "SS",
        'æ' or 'Æ' => "AE",
        'œ' or 'Œ' => "OE",
        'þ' or 'Þ' => "TH",
        'ı' => "I",
        _ => character.ToString(),
    };

    private static string Cut(string text) => text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
}
