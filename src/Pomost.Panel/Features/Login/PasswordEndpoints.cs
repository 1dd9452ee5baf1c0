using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Profile;
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
            : !attempts.MayTry(r.Http.Connection.RemoteIpAddress) ? r.T.Login.TooFast : null;
        if (error is not null)
            return Page.Refused<PasswordPage>(new { Email = TypedText.Cut(email, TypedText.LongestEmail), Error = error });
        mails.Ask(MailKind.PasswordReset, email, r.Http.Connection.RemoteIpAddress);
        return Page.Of<PasswordPage>(new { Asked = true });
    }

    static async Task<IResult> Show(string? user, string? code, UserManager<PomostUser> users)
        => await FindAsync(user, code, users) is not { } found
            ? Page.Refused<NewPasswordPage>(new { IsDead = true })
            : Page.Of<NewPasswordPage>(new { User = user, Code = code, Passkeys = await PasskeysAsync(users, found) });

    static async Task<IReadOnlyList<UserPasskeyInfo>> PasskeysAsync(UserManager<PomostUser> users, PomostUser user)
        => [.. (await users.GetPasskeysAsync(user)).OrderBy(passkey => passkey.CreatedAt)];

    static async Task<IResult> Set(
        PanelRequest r, UserManager<PomostUser> users, ILoginSessions sessions, LoginAttempts attempts, IAccounts accounts, IAuditLog audit, MailRoom mail, Letters letters,
        PasswordWords words)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var (id, code, password) = (form["user"].ToString(), form["code"].ToString(), form["password"].ToString());
        if (await FindAsync(id, code, users) is not { } user)
            return Page.Refused<NewPasswordPage>(new { IsDead = true });
        var passkeys = await PasskeysAsync(users, user);
        var removed = passkeys.Where(passkey => form["remove_passkey"].Contains(PasskeyEndpoints.IdOf(passkey), StringComparer.Ordinal)).ToList();
        if (WeakPasswords.Problem(password, await words.OfAsync(user, r.Http.RequestAborted), r.T) is { } problem)
            return Page.Refused<NewPasswordPage>(new { User = id, Code = code, Error = problem, Passkeys = passkeys, Ticked = (IReadOnlyList<UserPasskeyInfo>)removed });
        if (!(await users.ResetPasswordAsync(user, code, password)).Succeeded)
            return Page.Refused<NewPasswordPage>(new { IsDead = true });
        // Who follows the link has the mailbox: the pause is over, and the address is theirs.
        attempts.ForgetPerson(user.Email!);
        foreach (var passkey in removed)
            await users.RemovePasskeyAsync(user, passkey.CredentialId);
        if (mail.Sends && !user.EmailConfirmed)
        {
            user.EmailConfirmed = true;
            await users.UpdateAsync(user);
        }

        await sessions.EndOthersAsync(user.Id, kept: null, CancellationToken.None);
        foreach (var place in await accounts.MembershipsAsync(user.Id, CancellationToken.None))
        {
            foreach (var action in removed.Count > 0 ? ["profile.password_reset", "profile.passkey_deleted"] : new[] { "profile.password_reset" })
            {
                await audit.AddAsync(
                    new AuditEntry { AccountId = place.AccountId, UserId = user.Id, Actor = user.FullName, Action = action, Origin = LoginEndpoints.PlaceOf(r.Http) },
                    CancellationToken.None);
            }
        }

        await letters.ChangedAsync(user, AccessChange.PasswordReset, CancellationToken.None);
        if (removed.Count > 0)
            await letters.ChangedAsync(user, AccessChange.PasskeyRemoved, CancellationToken.None);
        return Page.See("/login?done=password");
    }

    static async Task<PomostUser?> FindAsync(string? id, string? code, UserManager<PomostUser> users)
        => Guid.TryParse(id, out _) && code is not null && await users.FindByIdAsync(id) is { } user
            && await users.VerifyUserTokenAsync(user, ResetLinks.ProviderName, UserManager<PomostUser>.ResetPasswordTokenPurpose, code) ? user : null;
}
