using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pomost.Hub;

/// <summary>
/// The address of a callback with its placeholders: <c>$email$</c>, which becomes the address percent-encoded, and <c>sha1($email$SECRET)</c>,
/// the lower-case SHA-1 of the address as it is on the card with the constant behind it.
/// </summary>
internal static partial class CallbackTemplate
{
    private const int MaxLength = 2048;
    private const string Email = "$email$";

    /// <summary>Whether a text is such an address: http or https, with the person's address in it.</summary>
    public static bool IsValid(string template) =>
        template.Length <= MaxLength && template.Contains(Email, StringComparison.Ordinal)
        && Uri.TryCreate(Fill(template, "anna@example.test"), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && address.UserInfo.Length == 0;

    /// <summary>The address to call for one person.</summary>
    public static Uri AddressFor(string template, string email) => new(Fill(template, email));

    // The hash first: it takes the address as it is, and what it leaves holds no placeholder.
    private static string Fill(string template, string email) => Hash()
        .Replace(template, match => Sha1(email + match.Groups["secret"].Value))
        .Replace(Email, Uri.EscapeDataString(email), StringComparison.Ordinal);

    private static string Sha1(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(@"sha1\(\$email\$(?<secret>[^()]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hash();
}
