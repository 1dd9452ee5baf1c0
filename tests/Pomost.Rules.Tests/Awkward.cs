using System.Text;

namespace Pomost.Rules.Tests;

/// <summary>Names that break what was not thought through.</summary>
static class Awkward
{
    /// <summary>A name with commas, quotation marks, emoji and diacritics, of at least so many characters.</summary>
    public static string Tag(int length)
    {
        var text = new StringBuilder("Zażółć, \"gęślą\" ");
        while (text.Length < length)
            text.Append("jaźń😀");
        return text.ToString();
    }
}
