using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Codes of links to a new password: for two hours, and until password or second factor were changed.</summary>
sealed class ResetLinks(IDataProtectionProvider protection, ILogger<DataProtectorTokenProvider<PomostUser>> log)
    : DataProtectorTokenProvider<PomostUser>(
        protection, Microsoft.Extensions.Options.Options.Create(new DataProtectionTokenProviderOptions { Name = ProviderName, TokenLifespan = TimeSpan.FromHours(Hours) }), log)
{
    public const string ProviderName = "ResetLinks";
    public const int Hours = 2;
}

/// <summary>Codes of links that confirm an address: for three days, and for that address alone. Unlike Identity's own they outlive a change of password
/// or second factor, which says nothing about the mailbox.</summary>
sealed class ConfirmationLinks(IDataProtectionProvider protection) : IUserTwoFactorTokenProvider<PomostUser>
{
    public const string ProviderName = "ConfirmationLinks";
    public const int Hours = 72;

    public Task<string> GenerateAsync(string purpose, UserManager<PomostUser> manager, PomostUser user)
        => Task.FromResult(For(purpose, user).Protect(ProviderName, TimeSpan.FromHours(Hours)));

    public Task<bool> ValidateAsync(string purpose, string token, UserManager<PomostUser> manager, PomostUser user)
    {
        try
        {
            return Task.FromResult(For(purpose, user).Unprotect(token) == ProviderName);
        }
        catch (CryptographicException)
        {
            return Task.FromResult(false);
        }
    }

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<PomostUser> manager, PomostUser user) => Task.FromResult(false);

    ITimeLimitedDataProtector For(string purpose, PomostUser user)
        => protection.CreateProtector("Pomost.Confirmation", purpose, user.Id.ToString(), user.NormalizedEmail ?? "").ToTimeLimitedDataProtector();
}
