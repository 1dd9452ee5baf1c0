using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>The person of this request, for the pages about themselves.</summary>
public sealed class ProfileDesk(UserManager<PomostUser> users, ILoginSessions sessions, PanelRequest request)
{
    public UserManager<PomostUser> Users => users;

    public async Task<PomostUser> UserAsync() => (await users.GetUserAsync(request.User))!;

    public async Task<ProfileView> ViewAsync(ProfileInput? input = null)
    {
        var user = await UserAsync();
        return new ProfileView
        {
            User = user,
            Sessions = await sessions.ListAsync(user.Id, request.Http.RequestAborted),
            Passkeys = [.. (await users.GetPasskeysAsync(user)).OrderBy(passkey => passkey.CreatedAt)],
            RecoveryCodesLeft = user.TwoFactorEnabled ? await users.CountRecoveryCodesAsync(user) : 0,
            Input = input ?? ProfileInput.Of(user),
        };
    }

    public async Task<IResult> RefuseAsync(Dictionary<string, string> errors, ProfileInput? input = null)
        => Page.Refused<ProfilePage>(new { View = await ViewAsync(input) with { Errors = errors } });

    /// <summary>Why the password typed to make sure is not taken; null when it is right. Wrong ones lock the account as at log-in.</summary>
    public async Task<string?> PasswordProblemAsync(PomostUser user, string typed)
    {
        if (typed.Length == 0)
            return request.T.Common.Required;
        if (await users.IsLockedOutAsync(user))
            return Locked(user);
        if (await users.CheckPasswordAsync(user, typed))
        {
            await users.ResetAccessFailedCountAsync(user);
            return null;
        }

        await users.AccessFailedAsync(user);
        return await users.IsLockedOutAsync(user) ? Locked(user) : request.T.Profile.PasswordWrong;
    }

    string Locked(PomostUser user) => request.T.Login.Locked(request.F.Time(user.LockoutEnd!.Value));
}
