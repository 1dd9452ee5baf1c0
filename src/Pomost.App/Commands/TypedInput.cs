using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Texts;

namespace Pomost.App.Commands;

/// <summary>Bounds of what is typed on the command line, looked at before anything of it is kept; the panel's forms have the same.</summary>
static class TypedInput
{
    /// <summary>Longest word of a command line, in characters: a secret, a connection string, a list of tags.</summary>
    public const int LongestWord = 8_000;

    /// <summary>Longest web address, in characters.</summary>
    public const int LongestAddress = 2_000;

    /// <summary>Longest id or key of another program, in characters.</summary>
    public const int LongestValue = 500;

    /// <summary>In the words of the panel, so that both say the same.</summary>
    public static PanelTexts Words { get; } = new(Language.En);

    /// <summary>Looks at every word of a command line, whatever it is for.</summary>
    /// <exception cref="UsageException">One is too long, or has control characters other than line breaks and tabs in it.</exception>
    public static void Check(IReadOnlyList<string> words)
    {
        foreach (var word in words)
        {
            if (!IsText(word, LongestWord))
                throw new UsageException($"\"{TypedText.OneLine(TypedText.Cut(word, 40))}\": {BadText(LongestWord)}");
        }
    }

    /// <exception cref="UsageException">It is no address.</exception>
    public static string Email(string typed, string option)
        => RegistrationInput.IsAddress(typed) ? typed : throw new UsageException($"{option}: that is no e-mail address. Nothing was kept.");

    /// <summary>The name of a person, a team, a store or a key.</summary>
    /// <exception cref="UsageException">It is empty, too long, or holds a web address.</exception>
    public static string Name(string typed, string option, int longest = TypedText.LongestName)
        => RegistrationInput.NameProblem(typed.Trim(), Words, longest) is { } problem ? throw new UsageException($"{option}: {problem} Nothing was kept.") : typed.Trim();

    /// <exception cref="UsageException">It is too long, or has more than one line.</exception>
    public static string Line(string typed, string option, int longest)
        => typed.Length <= longest && TypedText.IsOneLine(typed) ? typed : throw new UsageException($"{option}: {BadText(longest)} Nothing was kept.");

    /// <summary>A text that may have several lines, such as a setting of a shop.</summary>
    /// <exception cref="UsageException">It is too long, or has control characters in it.</exception>
    public static string? Text(string? typed, string option, int longest = LongestWord)
        => typed is null || IsText(typed, longest) ? typed : throw new UsageException($"{option}: {BadText(longest)} Nothing was kept.");

    /// <summary>A web address, http or https, without a name and password in it.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    public static Uri Address(string typed, string option)
        => typed.Length <= LongestAddress && Uri.TryCreate(typed, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? address : throw new UsageException($"{option}: that is no web address. Write it as https://example.com, in at most {LongestAddress} characters. Nothing was kept.");

    /// <summary>A password out of standard input, as strong as the panel asks.</summary>
    /// <param name="words">Words that must not be most of it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="UsageException">It is too short, or one that is tried first.</exception>
    public static async Task<string> PasswordAsync(IReadOnlyList<string> words, CancellationToken ct)
    {
        var typed = (await Console.In.ReadToEndAsync(ct)).Trim();
        if (typed.Length is 0 or > HubAccounts.LongestPassword)
            throw new UsageException($"Standard input needs one password of at most {HubAccounts.LongestPassword} characters. Nothing was changed.");
        return WeakPasswords.Problem(typed, words, Words) is { } problem ? throw new UsageException(problem + " Nothing was changed.") : typed;
    }

    static bool IsText(string text, int longest) => text.Length <= longest && !text.Any(sign => char.IsControl(sign) && sign is not ('\r' or '\n' or '\t'));

    static string BadText(int longest) => Words.Common.TextBad(longest.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
