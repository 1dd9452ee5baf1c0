using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>
/// What the first person to register must show, while the installation has nobody: that they can read its log or run commands on its machine. Kept encrypted
/// with the installation, so that it stays the same between starts and on every node.
/// </summary>
sealed class FirstCode(IAccounts accounts, IInstallation installation, IDataProtectionProvider protection)
{
    // Signs that nobody takes for one another; three groups of four are more than anybody can try.
    const string Signs = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    readonly IDataProtector _protector = protection.CreateProtector("Pomost.FirstCode");

    /// <summary>The code, made when there is none; null once somebody has registered.</summary>
    public async Task<string?> FindAsync(CancellationToken ct)
    {
        if ((await accounts.ListAsync(ct)).Count > 0)
            return null;
        var settings = await installation.ReadAsync(ct);
        if (settings.FirstCode is { } kept && Open(kept) is { } known)
            return known;
        var made = string.Join('-', RandomNumberGenerator.GetString(Signs, 12).Chunk(4).Select(group => new string(group)));
        await installation.SaveAsync(settings with { FirstCode = _protector.Protect(made) }, ct);
        // Another node may have made one in the same moment; the last one stored holds.
        return (await installation.ReadAsync(ct)).FirstCode is { } stored ? Open(stored) ?? made : made;
    }

    string? Open(string kept)
    {
        try
        {
            return _protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
