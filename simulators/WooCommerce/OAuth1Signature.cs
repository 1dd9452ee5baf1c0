using System.Security.Cryptography;
using System.Text;

namespace Pomost.Simulators.WooCommerce;

/// <summary>The signature of OAuth 1.0a (RFC 5849 §3.4) as WooCommerce computes it, arrays included.</summary>
static class OAuth1Signature
{
    /// <param name="url">Scheme, host and path, without the query.</param>
    /// <param name="parameters">All query and <c>oauth_*</c> parameters but <c>oauth_signature</c>.</param>
    /// <param name="signatureMethod"><c>HMAC-SHA1</c> or <c>HMAC-SHA256</c>.</param>
    /// <param name="tokenSecret">Empty in the one-legged form that shops use.</param>
    /// <returns>Base64, or null for an unknown method.</returns>
    public static string? Compute(
        string httpMethod, string url, PhpQuery parameters, string consumerSecret, string signatureMethod, string tokenSecret = "")
    {
        var signed = httpMethod.ToUpperInvariant() + "&" + Uri.EscapeDataString(url) + "&"
            + string.Join("%26", parameters.EncodedPairs().Select(Uri.EscapeDataString));
        var key = Encoding.UTF8.GetBytes(consumerSecret + "&" + tokenSecret);
        var text = Encoding.UTF8.GetBytes(signed);
        return signatureMethod switch
        {
            "HMAC-SHA1" => Convert.ToBase64String(HMACSHA1.HashData(key, text)),
            "HMAC-SHA256" => Convert.ToBase64String(HMACSHA256.HashData(key, text)),
            _ => null,
        };
    }
}
