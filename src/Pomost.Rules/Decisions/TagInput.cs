using System.Text;

namespace Pomost.Rules;

/// <summary>Result of reading a tag field: what will be stored, and what was mended.</summary>
/// <param name="Tags">Tags as they will be stored, in order, each once.</param>
/// <param name="MendedSpaces">Tags in which inner white space became an underscore.</param>
/// <param name="DroppedRepeats">Repeated tags left out.</param>
/// <param name="Problem">The first thing that cannot be mended; then nothing is stored.</param>
public sealed record TagList(IReadOnlyList<string> Tags, int MendedSpaces, int DroppedRepeats, TagProblem? Problem)
{
    /// <summary>No tags.</summary>
    public static TagList Empty { get; } = new([], 0, 0, null);
}

/// <summary>Why a tag field was refused.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Tag">The tag as typed.</param>
/// <param name="Character">The character that is not allowed, for <see cref="TagProblemKind.Character"/>.</param>
/// <param name="Count">How many tags there were, for <see cref="TagProblemKind.TooMany"/>.</param>
public sealed record TagProblem(TagProblemKind Kind, string Tag, char? Character = null, int Count = 0);

/// <summary>Kinds of <see cref="TagProblem"/>.</summary>
public enum TagProblemKind
{
    /// <summary>A character that no tag may have.</summary>
    Character,

    /// <summary>Longer than <see cref="TagInput.MaxLength"/>.</summary>
    TooLong,

    /// <summary>More than <see cref="TagInput.MaxCount"/> at once.</summary>
    TooMany,
}

/// <summary>Tags as people type them, and as they are stored.</summary>
[Rule(
    "tag-input",
    "Tags are separated by commas, semicolons, tabs or line breaks; spaces around a tag are removed, spaces inside become _, letters become capitals, " +
    "empty and repeated tags are dropped. Control characters, < > and quotes are refused, so are tags over 255 characters and more than 20 at once.",
    "Guide, section 4, step 1 and section 5: comma separated, no spaces; the forgiving reading is derived")]
public static class TagInput
{
    /// <summary>Longest tag, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Most tags in one field.</summary>
    public const int MaxCount = 20;

    static readonly char[] Separators = [',', ';', '\n', '\r', '\t'];

    /// <summary>Reads a tag field. Never throws; null is an empty field.</summary>
    public static TagList Parse(string? text)
    {
        var tags = new List<string>();
        var (spaces, repeats, firstTooMany) = (0, 0, "");
        foreach (var typed in PlainText.Composed(text ?? "").Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ForbiddenIn(typed) is { } forbidden)
                return TagList.Empty with { Problem = new TagProblem(TagProblemKind.Character, typed, forbidden) };
            var tag = WholeTag(typed);
            if (tag.Length == 0)
                continue;
            if (tag.Length > MaxLength)
                return TagList.Empty with { Problem = new TagProblem(TagProblemKind.TooLong, typed) };
            if (tags.Contains(tag, StringComparer.Ordinal))
            {
                repeats++;
                continue;
            }

            spaces += typed.Any(char.IsWhiteSpace) ? 1 : 0;
            tags.Add(tag);
            if (tags.Count == MaxCount + 1)
                firstTooMany = typed;
        }

        return tags.Count > MaxCount
            ? TagList.Empty with { Problem = new TagProblem(TagProblemKind.TooMany, firstTooMany, Count: tags.Count) }
            : new TagList(tags, spaces, repeats, null);
    }

    /// <summary>A name (of a menu level, a group) as a tag: trimmed, separators and white space to one underscore, capitals, cut at <see cref="MaxLength"/>.</summary>
    /// <returns>The tag; empty when the name holds no character that a tag may have. Never throws.</returns>
    public static string Normalise(string name)
    {
        var tag = WholeTag(name);
        if (tag.Length <= MaxLength)
            return tag;
        var length = char.IsHighSurrogate(tag[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return tag[..length].TrimEnd('_');
    }

    static string WholeTag(string name)
    {
        var tag = new StringBuilder(name.Length);
        foreach (var character in PlainText.Composed(name).Trim())
        {
            if (!char.IsWhiteSpace(character) && !Separators.Contains(character) && !IsForbidden(character))
                tag.Append(char.ToUpperInvariant(character));
            else if (tag.Length > 0 && tag[^1] != '_')
                tag.Append('_');
        }

        // Composed again: some accents compose with capitals only.
        return PlainText.Composed(tag.ToString().TrimEnd('_'));
    }

    static char? ForbiddenIn(string tag)
    {
        foreach (var character in tag)
        {
            if (IsForbidden(character))
                return character;
        }

        return null;
    }

    static bool IsForbidden(char c) => char.IsControl(c)
        || c is '<' or '>' or '"' or '\'' or '„' or '”' or '“' or '‘' or '’' or '‚' or '«' or '»' or PlainText.Replacement;
}
