using System.Text;

namespace Pomost.Simulators.WooCommerce;

static class PolishText
{
    const string WithMarks = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";
    const string WithoutMarks = "acelnoszzACELNOSZZ";

    /// <summary>The text without Polish marks, as in addresses of pages and of mail boxes.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var at = WithMarks.IndexOf(letter, StringComparison.Ordinal);
            plain.Append(at < 0 ? letter : WithoutMarks[at]);
        }
        return plain.ToString();
    }
}
