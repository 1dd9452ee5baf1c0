using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Login;

/// <summary>A new password by a mailed link.</summary>
static class PasswordEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/password", () => Page.Of<PasswordPage>()).AllowAnonymous();
        panel.MapPost("/password", Ask).AllowAnonymous();
        panel.MapGet("/password/new", Show).AllowAnonymous();
        panel.MapPost("/password/new", Set).AllowAnonymous();
    }

    // The same answer whether or not anybody has the address.
    static async Task<IResult> Ask(PanelRequest r, AskedMails mails, LoginAttempts attempts)
    {
        var email = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["email"].ToString().Trim();
        var error = email.Length == 0 ? r.T.Common.Required : !RegistrationInput.IsAddress(email) ? r.T.Common.Email
            : !attempts.MayTry(LoginEndpoints.PlaceOf(r.Http)) ? r.T.Login.TooFast : null;
        if (error is not null)
            return Page.Refused<PasswordPage>(new { Email = email, Error = error });
        mails.Ask(MailKind.PasswordReset, email);
        return Page.Of<PasswordPage>(new { Asked = true });
    }

    static async Task<IResult> Show(string? user, string? code, UserManager<PomostUser> users)
        => await FindAsync(user, code, users) is null
            ? Page.Refused<NewPasswordPage>(new { IsDead = true })
            : Page.Of<NewPasswordPage>(new { User = user, Code = code });

    static async Task<IResult> Set(PanelRequest r, UserManager<PomostUser> users, ILoginSessions sessions, LoginAttempts attempts, IAccounts accounts, IAuditLog audit, MailRoom mail)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var (id, code, password) = (form["user"].ToString(), form["code"].ToString(), form["password"].ToString());
        if (await FindAsync(id, code, users) is not { } user)
            return Page.Refused<NewPasswordPage>(new { IsDead = true });
        if (WeakPasswords.Problem(password, user.Email!, r.T) is { } problem)
            return Page.Refused<NewPasswordPage>(new { User = id, Code = code, Error = problem });
        if (!(await users.ResetPasswordAsync(user, code, password)).Succeeded)
            return Page.Refused<NewPasswordPage>(new { IsDead = true });
        // Who follows the link has the mailbox: the pause is over, and the address is theirs.
        await users.SetLockoutEndDateAsync(user, null);
        await users.ResetAccessFailedCountAsync(user);
        attempts.Forget(user.Email!);
        if (mail.Sends && !user.EmailConfirmed)
        {
            user.EmailConfirmed = true;
            await users.UpdateAsync(user);
        }

        await sessions.EndOthersAsync(user.Id, kept: null, CancellationToken.None);
        foreach (var place in await accounts.MembershipsAsync(user.Id, CancellationToken.None))
        {
            await audit.AddAsync(
                new AuditEntry
                {
                    AccountId = place.AccountId,
                    UserId = user.Id,
                    Actor = user.FullName,
                    Action = "profile.password_reset",
                    Origin = LoginEndpoints.PlaceOf(r.Http),
                },
                CancellationToken.None);
        }

        return Page.See("/login?done=password");
    }

    static async Task<PomostUser?> FindAsync(string? id, string? code, UserManager<PomostUser> users)
        => Guid.TryParse(id, out _) && code is not null && await users.FindByIdAsync(id) is { } user
            && await users.VerifyUserTokenAsync(user, ResetLinks.ProviderName, UserManager<PomostUser>.ResetPasswordTokenPurpose, code) ? user : null;
}
