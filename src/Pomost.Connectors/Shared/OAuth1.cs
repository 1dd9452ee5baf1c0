using System.Security.Cryptography;
using System.Text;

namespace Pomost.Connectors.Shared;

/// <summary>Signatures of OAuth 1.0a (RFC 5849, section 3.4).</summary>
static class OAuth1
{
    /// <summary>The text that is signed (section 3.4.1).</summary>
    /// <param name="method">HTTP method, upper case.</param>
    /// <param name="url">The address; its query is left out, its parameters belong to <paramref name="parameters"/>.</param>
    /// <param name="parameters">All parameters decoded: of the query, of a form body, and <c>oauth_*</c> but the signature.</param>
    public static string BaseString(string method, Uri url, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var pairs = parameters
            .Select(pair => (Name: Uri.EscapeDataString(pair.Key), Value: Uri.EscapeDataString(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");
        var address = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return $"{method}&{Uri.EscapeDataString(address)}&{Uri.EscapeDataString(string.Join('&', pairs))}";
    }

    public static string Sha1(string baseString, string consumerSecret, string tokenSecret = "")
        => Convert.ToBase64String(HMACSHA1.HashData(Key(consumerSecret, tokenSecret), Encoding.UTF8.GetBytes(baseString)));

    public static string Sha256(string baseString, string consumerSecret, string tokenSecret = "")
        => Convert.ToBase64String(HMACSHA256.HashData(Key(consumerSecret, tokenSecret), Encoding.UTF8.GetBytes(baseString)));

    static byte[] Key(string consumerSecret, string tokenSecret)
        => Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(consumerSecret)}&{Uri.EscapeDataString(tokenSecret)}");
}
