using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>The person of this request, for the pages about themselves.</summary>
public sealed class ProfileDesk(UserManager<PomostUser> users, ILoginSessions sessions, LoginAttempts attempts, LoginWatch watch, PanelRequest request)
{
    /// <summary>How long a confirmation of who one is holds, for the log-in it was given in.</summary>
    public static readonly TimeSpan ConfirmedFor = TimeSpan.FromMinutes(5);

    /// <summary>True when the person has just proved in this log-in who they are: a way to log in may be added or taken away.</summary>
    public bool IsConfirmed => request.Person!.ConfirmedAt is { } at && request.Now - at < ConfirmedFor;

    /// <summary>Notes that they have.</summary>
    public Task ConfirmAsync(bool byPasskey) => sessions.ConfirmAsync(request.Person!.SessionId, byPasskey, CancellationToken.None);

    /// <summary>Why the password of a form that adds or takes away a way to log in is not taken; null when it is right, or none is needed any more.</summary>
    public async Task<string?> ConfirmationProblemAsync(PomostUser user, string typed)
    {
        if (IsConfirmed && typed.Length == 0)
            return null;
        var problem = await PasswordProblemAsync(user, typed);
        if (problem is null)
            await ConfirmAsync(byPasskey: false);
        return problem;
    }

    /// <summary>Where somebody is sent who must prove first who they are.</summary>
    public static IResult AskFirst(string back) => Page.See("/profile/confirm?back=" + Uri.EscapeDataString(back));

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
            IsConfirmed = IsConfirmed,
        };
    }

    public async Task<IResult> RefuseAsync(Dictionary<string, string> errors, ProfileInput? input = null)
        => Page.Refused<ProfilePage>(new { View = await ViewAsync(input) with { Errors = errors } });

    /// <summary>Why the password typed to make sure is not taken; null when it is right. After too many wrong ones this log-in waits; no other does.</summary>
    public async Task<string?> PasswordProblemAsync(PomostUser user, string typed)
    {
        if (typed.Length == 0)
            return request.T.Common.Required;
        var key = LoginAttempts.KeyOfSession(user.Email!, request.Person!.SessionId);
        if (attempts.LockedUntil(key) is { } until)
            return request.T.Login.Locked(request.F.Time(until));
        if (await users.CheckPasswordAsync(user, typed))
        {
            attempts.Forget(key);
            return null;
        }

        var answer = attempts.Fail(key);
        watch.Note(request.Http, answer.Until is null ? LoginOutcome.WrongPassword : LoginOutcome.Locked, user.Id);
        return answer.Until is { } end ? request.T.Login.Locked(request.F.Time(end)) : request.T.Profile.PasswordWrong;
    }
}
