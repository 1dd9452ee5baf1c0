using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>Identity's log-in, with the step after the password opened: what we ask in between, Identity does not know.</summary>
public sealed class PanelSignIn(
    UserManager<PomostUser> users, IHttpContextAccessor http, IUserClaimsPrincipalFactory<PomostUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<PomostUser>> log, IAuthenticationSchemeProvider schemes, IUserConfirmation<PomostUser> confirmation)
    : SignInManager<PomostUser>(users, http, claims, options, log, schemes, confirmation)
{
    /// <summary>Logs in a person whose password was right, or asks for the second factor.</summary>
    public Task<SignInResult> AfterPasswordAsync(PomostUser user) => SignInOrTwoFactorAsync(user, isPersistent: false);
}
