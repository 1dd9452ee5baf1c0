using System.Globalization;
using System.Text;

namespace Pomost.Rules;

/// <summary>When two spellings are one tag.</summary>
[Rule(
    "same-tag",
    "Two spellings are one tag when they differ only by capitals, by diacritics (BRAK_AKTYWNOŚCI, brak_aktywnosci) or by signs SALESmanago replaces: it stores " +
    "tags without them, and a tag must not be added again each night because it came back in another spelling.",
    "derived: SALESmanago turns tags into capitals without diacritics, a shop keeps its own spelling")]
public static class SameTag
{
    /// <summary>The common form of all spellings of a tag, for comparison only; never shown and never sent.</summary>
    /// <returns>Capitals without diacritics, runs of white space, underscores and signs no tag may have as one underscore, none at the ends,
    /// at most <see cref="TagInput.MaxLength"/> characters; empty when nothing is left. Never throws.</returns>
    public static string KeyOf(string tag)
    {
        if (IsKey(tag))
            return tag;
        var key = new StringBuilder(tag.Length);
        var gap = false;
        foreach (var character in PlainText.Composed(PlainText.Composed(tag).ToUpperInvariant()).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
                continue;
            if (IsGap(character))
            {
                gap = key.Length > 0;
                continue;
            }

            if (gap)
                key.Append('_');
            gap = false;
            // A letter whose accented form has no capital (ǰ) is still small here.
            key.Append(WithoutStroke(char.ToUpperInvariant(character)));
        }

        var text = PlainText.Composed(key.ToString());
        return text.Length <= TagInput.MaxLength ? text : Cut(text, TagInput.MaxLength).TrimEnd('_');
    }

    /// <summary>The text without what is over a length, cut between characters.</summary>
    internal static string Cut(string text, int length)
        => text.Length <= length ? text : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    // Most tags are compared as they are stored.
    static bool IsKey(string tag)
    {
        if (tag.Length is 0 or > TagInput.MaxLength || tag[0] == '_' || tag[^1] == '_')
            return false;
        for (var i = 0; i < tag.Length; i++)
        {
            if (!char.IsAsciiLetterUpper(tag[i]) && !char.IsAsciiDigit(tag[i]) && (tag[i] is not '_' || tag[i - 1] == '_'))
                return false;
        }

        return true;
    }

    static bool IsGap(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || c is '_' || "!#$&*\"',;<>„”“‘’‚«»\uFFFD".Contains(c, StringComparison.Ordinal);

    // Letters that decomposition leaves whole.
    static string WithoutStroke(char character) => character switch
    {
        'Ł' => "L",
        'Ø' => "O",
        'Đ' or 'Ð' => "D",
        'ß' => "SS",
        'Æ' => "AE",
        'Œ' => "OE",
        'Þ' => "TH",
        'ı' => "I",
        _ => character.ToString(),
    };
}

/// <summary>Compares tags by <see cref="SameTag.KeyOf"/>.</summary>
public sealed class TagComparer : IEqualityComparer<string>
{
    TagComparer()
    {
    }

    /// <summary>The only one needed.</summary>
    public static TagComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) => x == y || (x is not null && y is not null && SameTag.KeyOf(x) == SameTag.KeyOf(y));

    /// <inheritdoc/>
    public int GetHashCode(string obj) => SameTag.KeyOf(obj).GetHashCode(StringComparison.Ordinal);
}
