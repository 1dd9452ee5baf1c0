using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pomost.Engine;

/// <summary>What names and addresses that people type may hold, wherever they are typed.</summary>
public static partial class TypedText
{
    /// <summary>Longest e-mail address, in characters (RFC 5321).</summary>
    public const int LongestEmail = 254;

    /// <summary>Longest name of a person, a team or a store, in characters.</summary>
    public const int LongestName = 100;

    const char Joiner = '\u2060';

    /// <summary>True for one line of visible text: no line breaks, no control characters, none that turn the direction of what follows.</summary>
    public static bool IsOneLine(string text) => !text.Any(IsHidden);

    /// <summary>True for text that leads nowhere: one line without a web address in it.</summary>
    public static bool IsName(string text) => IsOneLine(text) && !WebAddress().IsMatch(text);

    /// <summary>At most so many characters of it, never half a sign.</summary>
    public static string Cut(string text, int longest)
        => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    /// <summary>A name as a mail may hold it: one line, not too long, and nothing in it that a mail program makes a link of.</summary>
    public static string InMail(string name)
    {
        var text = new StringBuilder();
        foreach (var sign in OneLine(Cut(name, LongestName)))
        {
            text.Append(sign);
            if (sign is '.' or ':' or '/' or '@')
                text.Append(Joiner);
        }

        return text.ToString();
    }

    /// <summary>The text in one line: what breaks or turns it becomes a space.</summary>
    public static string OneLine(string text) => IsOneLine(text) ? text : string.Concat(text.Select(sign => IsHidden(sign) ? ' ' : sign));

    static bool IsHidden(char sign) => char.IsControl(sign)
        || char.GetUnicodeCategory(sign) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || sign is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    [GeneratedRegex(@"[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|[\p{L}\d-]\.\p{L}{2,}/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WebAddress();
}
