using System.Text;

namespace Pomost.Rules;

/// <summary>Text of a shop in one spelling, so that equal names are equal text.</summary>
static class PlainText
{
    /// <summary>What stands in for a character that is none.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>The text with letters and their accents composed (NFC). Broken characters become <see cref="Replacement"/>. Never throws.</summary>
    public static string Composed(string text)
    {
        // Normalize throws on half characters and on U+FFFE, and shops have both in old names.
        var whole = text.AsSpan().IndexOfAnyInRange('\uD800', '\uFFFE') < 0
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\uFFFE', Replacement);
        return whole.Normalize(NormalizationForm.FormC);
    }

    /// <summary>The same without surrounding white space; null and blank become null.</summary>
    public static string? Present(string? text) => string.IsNullOrWhiteSpace(text) ? null : Composed(text).Trim();
}
