using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>Identity's store, with the keys of one-time codes and the recovery codes encrypted: whoever reads the database logs in as nobody.</summary>
public sealed class PomostUserStore(PomostIdentityContext context, IdentityErrorDescriber describer, IDataProtectionProvider protection)
    : UserOnlyStore<PomostUser, PomostIdentityContext, Guid>(context, describer)
{
    public override Task SetTokenAsync(PomostUser user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, value is null ? null : For(user).Protect(value), cancellationToken);

    public override async Task<string?> GetTokenAsync(PomostUser user, string loginProvider, string name, CancellationToken cancellationToken) =>
        await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is { } value ? For(user).Unprotect(value) : null;

    private IDataProtector For(PomostUser user) => protection.CreateProtector("Pomost.UserTokens", user.Id.ToString());
}
