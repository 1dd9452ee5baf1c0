using System.Security.Cryptography;
using System.Text;
using Pomost.Contract;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Proves a call of API v2: <c>sha</c> = SHA-1 of api key, client id and secret, joined, in lower-case hexadecimal.</summary>
/// <remarks>Not a choice of ours: the protocol knows no other hash. The connection itself is protected by TLS.
/// Source: SALESmanago API v2, authentication.</remarks>
public static class ApiSignature
{
    /// <summary>Computes the signature.</summary>
    /// <param name="apiKey">Salt chosen by the caller.</param>
    /// <param name="clientId">Short id of the account.</param>
    /// <param name="apiSecret">Secret of the account.</param>
    /// <returns>40 lower-case hexadecimal digits.</returns>
    public static string Of(string apiKey, string clientId, string apiSecret)
        => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(apiKey + clientId + apiSecret)));

    /// <summary>A salt nobody has used before.</summary>
    internal static string NewApiKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Signs a body for a destination; with a held secret each call gets a salt of its own.</summary>
    internal static T Signed<T>(this T body, DestinationConnection destination, bool withOwner = true)
        where T : SignedBody
    {
        if (destination.ApiSecret is { } secret)
        {
            body.ApiKey = NewApiKey();
            body.Sha = Of(body.ApiKey, destination.ClientId, secret);
        }
        else
        {
            body.ApiKey = destination.ApiKey ?? throw MissingCredentials();
            body.Sha = destination.Signature ?? throw MissingCredentials();
        }

        body.ClientId = destination.ClientId;
        body.RequestTime = destination.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        body.Owner = withOwner && destination.Owner.Length > 0 ? destination.Owner : null;
        return body;
    }

    static NeedsOperatorException MissingCredentials()
        => new(ConnectionProblem.InvalidSetting, SalesmanagoSettings.ApiSecret, "Neither a secret nor a log-in is stored for the destination.");
}
