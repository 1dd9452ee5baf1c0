using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Codes of links to a new password: for two hours, and until the password was changed.</summary>
sealed class ResetLinks(IDataProtectionProvider protection, ILogger<DataProtectorTokenProvider<PomostUser>> log)
    : DataProtectorTokenProvider<PomostUser>(protection, MailedLinks.Options(ProviderName, TimeSpan.FromHours(Hours)), log)
{
    public const string ProviderName = "ResetLinks";
    public const int Hours = 2;
}

/// <summary>Codes of links that confirm an address: for three days.</summary>
sealed class ConfirmationLinks(IDataProtectionProvider protection, ILogger<DataProtectorTokenProvider<PomostUser>> log)
    : DataProtectorTokenProvider<PomostUser>(protection, MailedLinks.Options(ProviderName, TimeSpan.FromHours(Hours)), log)
{
    public const string ProviderName = "ConfirmationLinks";
    public const int Hours = 72;
}

static class MailedLinks
{
    public static IOptions<DataProtectionTokenProviderOptions> Options(string name, TimeSpan life)
        => Microsoft.Extensions.Options.Options.Create(new DataProtectionTokenProviderOptions { Name = name, TokenLifespan = life });
}
