using System.Reflection;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>Refuses the passwords that are tried first. Length does the rest: no rules about signs and digits.</summary>
public static class WeakPasswords
{
    public const int ShortestAllowed = 12;
    static readonly HashSet<string> Listed = Read();

    /// <summary>Why a person cannot have this password, in their words; null when they can.</summary>
    public static string? Problem(string password, string email, PanelTexts t)
        => password.Length == 0 ? t.Common.Required : password.Length < ShortestAllowed ? t.Registration.Short : Holds(password, email) ? t.Registration.Weak : null;

    /// <summary>True for a listed password, one repeated piece, a plain run of keys or digits, or the person's own address.</summary>
    public static bool Holds(string password, string email)
    {
        var plain = password.ToLowerInvariant();
        var person = email.Split('@')[0].ToLowerInvariant();
        return Listed.Contains(plain)
            || IsRepeated(plain)
            || IsRun(plain)
            || plain.Equals(email, StringComparison.OrdinalIgnoreCase)
            || (person.Length >= 4 && plain.Replace(person, "", StringComparison.Ordinal).Length < 6);
    }

    // "abcabcabcabc": some piece of up to four signs, again and again.
    static bool IsRepeated(string text)
        => Enumerable.Range(1, 4).Any(size => Enumerable.Range(size, text.Length - size).All(i => text[i] == text[i - size]));

    static bool IsRun(string text)
    {
        string[] runs = ["01234567890123456789", "09876543210987654321", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"];
        return runs.Any(run => run.Contains(text, StringComparison.Ordinal));
    }

    static HashSet<string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("weak-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
    }
}
