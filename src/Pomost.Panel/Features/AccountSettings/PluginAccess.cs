using System.Security.Cryptography;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.Panel.Features.AccountSettings;

/// <summary>What plugins and programs need to speak to the built-in hub, for panel and command line: a secret, and the password of a log-in.</summary>
public sealed class PluginAccess(HubAccounts hub, DestinationSetup setup)
{
    const int MadePasswordLength = 16;

    /// <summary>Makes a new API secret. Whoever held a signature or a token of the account needs a new one; the account's stores go on.</summary>
    /// <returns>The secret; null when the hub has no such account.</returns>
    public async Task<string?> RenewSecretAsync(Destination of, CancellationToken ct)
    {
        if (await hub.FindIdAsync(of.ClientId, ct) is not { } account)
            return null;
        // From here to the end, or the stores would hold a secret that is void.
        if (await hub.RenewSecretAsync(account, CancellationToken.None) is not { } fresh)
            return null;
        await setup.UseSecretAsync(of, fresh.ApiSecret, CancellationToken.None);
        return fresh.ApiSecret;
    }

    /// <summary>Gives the log-in for plugins a new password; tokens and keys of API v3 that came by the old one end.</summary>
    /// <param name="of">The destination, whose own key stays.</param>
    /// <param name="password">As typed; null = one is made.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>E-mail address and password; null when the hub has no such account.</returns>
    /// <exception cref="ArgumentException">The password is too short or too long.</exception>
    public async Task<(string Email, string Password)?> SetPasswordAsync(Destination of, string? password, CancellationToken ct)
    {
        if (await hub.FindAsync(of.ClientId, ct) is not { } access)
            return null;
        var chosen = password ?? MakePassword();
        return await hub.SetPasswordAsync(access.AccountId, access.OwnerEmail, chosen, setup.ProductKeyOf(of), ct) ? (access.OwnerEmail, chosen) : null;
    }

    /// <summary>A server's address as plugins write it: host and path, with the scheme only where it is not https.</summary>
    public static string EndpointOf(Uri server)
        => (server.Scheme == Uri.UriSchemeHttps ? server.Authority : server.GetLeftPart(UriPartial.Authority))
            + server.AbsolutePath.TrimEnd('/');

    /// <summary>A password nobody guesses, without letters that are read wrongly.</summary>
    public static string MakePassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", MadePasswordLength);
}
