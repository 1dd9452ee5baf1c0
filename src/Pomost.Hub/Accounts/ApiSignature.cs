using System.Security.Cryptography;
using System.Text;

namespace Pomost.Hub;

/// <summary>
/// The <c>sha</c> of API v2: SHA-1 of apiKey, clientId and secret. The caller chooses apiKey freely and may repeat it for ever:
/// an integration that logged in holds only one such pair. Time of request is not part of it and is not checked.
/// </summary>
internal static class ApiSignature
{
    private const int SecretTokensTried = 20;

    public static string Sign(string apiKey, string clientId, string secret) => Convert.ToHexStringLower(Hash(apiKey, clientId, secret));

    /// <exception cref="HubRefusal">The account is unknown or the signature wrong; both look the same outside.</exception>
    public static async Task<HubAccount> AuthenticateAsync(HubCall call)
    {
        var clientId = call.Body.Text("clientId") ?? throw HubRefusal.NotAuthenticated();
        var apiKey = call.Body.Text("apiKey") ?? throw new HubRefusal("Api key not specified", reasonCode: HubRefusal.AuthenticationFailed);
        var given = FromHex(call.Body.Text("sha"));
        var services = call.Services;
        var account = await services.Accounts.FindAccountAsync(clientId, call.Cancellation);
        var secret = account is null ? "" : services.Secrets.Unprotect(account.ProtectedSecret);
        var expected = Hash(apiKey, clientId, secret);
        if (CryptographicOperations.FixedTimeEquals(expected, given) && account is not null) return account;
        if (account is not null && await IsSignedWithTokenAsync(call, account, apiKey, given)) return account;
        throw HubRefusal.NotAuthenticated();
    }

    // A token from system/authorise may stand in for the secret until it expires.
    private static async Task<bool> IsSignedWithTokenAsync(HubCall call, HubAccount account, string apiKey, byte[] given)
    {
        var services = call.Services;
        var tokens = await services.Accounts.ListSecretTokensAsync(account.Id, call.Now, SecretTokensTried, call.Cancellation);
        var found = false;
        foreach (var token in tokens)
        {
            var expected = Hash(apiKey, account.ClientId, services.Secrets.Unprotect(token.ProtectedSecret!));
            found |= CryptographicOperations.FixedTimeEquals(expected, given);
        }
        return found;
    }

    private static byte[] FromHex(string? text)
    {
        var bytes = new byte[SHA1.HashSizeInBytes];
        return text?.Length == 2 * SHA1.HashSizeInBytes
            && Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == bytes.Length
            ? bytes
            : [];
    }

    private static byte[] Hash(string apiKey, string clientId, string secret) => SHA1.HashData(Encoding.UTF8.GetBytes(apiKey + clientId + secret));
}
