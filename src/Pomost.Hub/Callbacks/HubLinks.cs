using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Pomost.Hub;

/// <summary>Links that a person gets: to confirm an opt-in, to unsubscribe. Encrypted and signed; nothing is stored of them.</summary>
internal sealed class HubLinks(IDataProtectionProvider protection, TimeProvider clock)
{
    public const string ConfirmPrefix = "/hub/c/";
    public const string UnsubscribePrefix = "/hub/u/";

    private readonly IDataProtector protector = protection.CreateProtector("Pomost.Hub.Links");

    public string ConfirmPath(long accountId, Guid contactId) => ConfirmPrefix + Token('c', accountId, contactId);

    public string UnsubscribePath(long accountId, Guid contactId) => UnsubscribePrefix + Token('u', accountId, contactId);

    /// <summary>Whom a token speaks of; null when it is not one of ours or made for the other page.</summary>
    public HubLink? Read(string prefix, string token)
    {
        try
        {
            var parts = protector.Unprotect(token).Split('|');
            return parts.Length == 4 && parts[0] == (prefix == ConfirmPrefix ? "c" : "u")
                ? new(long.Parse(parts[1], CultureInfo.InvariantCulture), Guid.Parse(parts[2]),
                    DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[3], CultureInfo.InvariantCulture)))
                : null;
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private string Token(char kind, long accountId, Guid contactId) => protector.Protect(string.Create(
        CultureInfo.InvariantCulture, $"{kind}|{accountId}|{contactId:D}|{clock.GetUtcNow().ToUnixTimeMilliseconds()}"));
}

/// <summary>What a link of ours says.</summary>
internal sealed record HubLink(long AccountId, Guid ContactId, DateTimeOffset MadeAt);
