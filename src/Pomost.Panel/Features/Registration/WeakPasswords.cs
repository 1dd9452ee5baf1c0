using System.Globalization;
using System.Reflection;
using System.Text;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>Refuses the passwords that are tried first. Length does the rest: no rules about signs and digits.</summary>
/// <remarks>The list was put together from patterns: common Polish and English words, names, months, cities and runs of keys, with the digits and signs people
/// put behind them. It holds no passwords of a leak.</remarks>
public static class WeakPasswords
{
    public const int ShortestAllowed = 12;
    const int ShortestWord = 4;

    /// <summary>Letters that must be left when words about the person are taken out.</summary>
    const int FewestLetters = 4;
    const int FewestSigns = 6;

    static readonly HashSet<string> Listed = Read("weak-passwords.txt");
    static readonly HashSet<string> Common = Read("common-words.txt");

    /// <summary>How many passwords are listed.</summary>
    public static int Count => Listed.Count;

    /// <summary>Why a person cannot have this password, in their words; null when they can.</summary>
    public static string? Problem(string password, IReadOnlyList<string> words, PanelTexts t)
        => password.Length == 0 ? t.Common.Required : password.Length < ShortestAllowed ? t.Registration.Short : Holds(password, words) ? t.Registration.Weak : null;

    /// <summary>True for a listed password, a common word with digits and signs around it, one repeated piece, a plain run of keys or digits, and what says
    /// little but words about the person.</summary>
    /// <param name="password">What was typed.</param>
    /// <param name="words">The person's address, name and team, and what the installation is called.</param>
    public static bool Holds(string password, params IReadOnlyList<string> words)
    {
        var plain = Fold(password);
        return Listed.Contains(plain) || IsRepeated(plain) || IsRun(plain) || IsCommonWord(plain) || IsAbout(plain, words);
    }

    // "Password123!", "P@ssw0rd2026", "zaq1@WSXcde3".
    static bool IsCommonWord(string plain)
    {
        var letters = string.Concat(plain.Where(char.IsAsciiLetter));
        var core = string.Concat(plain.TrimStart(Digits).TrimEnd([.. Digits, .. Signs]).Select(Unmasked).Where(char.IsAsciiLetter));
        return Common.Contains(letters) || Common.Contains(core);
    }

    static readonly char[] Digits = [.. "0123456789"];
    static readonly char[] Signs = [.. "!@#$%^&*()-_=+.,?;:/ "];

    static char Unmasked(char sign) => sign switch { '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', _ => sign };

    static bool IsAbout(string plain, IReadOnlyList<string> words)
    {
        var rest = plain;
        foreach (var word in words.SelectMany(WordsIn).Where(word => word.Length >= ShortestWord).Distinct(StringComparer.Ordinal).OrderByDescending(word => word.Length))
            rest = rest.Replace(word, "", StringComparison.Ordinal);
        return rest.Length < plain.Length && (rest.Length < FewestSigns || rest.Count(char.IsLetter) < FewestLetters);
    }

    // The text as it stands, and each word of it.
    static IEnumerable<string> WordsIn(string text)
    {
        var plain = Fold(text);
        var words = string.Concat(plain.Select(sign => char.IsLetterOrDigit(sign) ? sign : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Append(plain).Append(plain.Split('@')[0]).Append(string.Concat(words));
    }

    // "abcabcabcabc": some piece of up to four signs, again and again.
    static bool IsRepeated(string text)
        => text.Length > 4 && Enumerable.Range(1, 4).Any(size => Enumerable.Range(size, text.Length - size).All(i => text[i] == text[i - size]));

    static bool IsRun(string text)
    {
        string[] runs = ["01234567890123456789", "09876543210987654321", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"];
        return runs.Any(run => run.Contains(text, StringComparison.Ordinal));
    }

    // Small letters without marks: "Łódź" is tried as "lodz".
    static string Fold(string text) => string.Concat(text.ToLowerInvariant().Replace('ł', 'l').Normalize(NormalizationForm.FormD)
        .Where(sign => char.GetUnicodeCategory(sign) != UnicodeCategory.NonSpacingMark));

    static HashSet<string> Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
    }
}
