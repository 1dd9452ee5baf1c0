using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Team;

/// <summary>The page an invitation's link opens: for people without an account here, and for those who have one.</summary>
static class InvitationEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/invite/{token}", Show).AllowAnonymous();
        panel.MapPost("/invite/{token}", Register).AllowAnonymous();
        panel.MapPost("/invite/{token}/join", Join);
    }

    static async Task<IResult> Show(string token, PanelRequest r, TeamDesk team, IAccounts accounts, UserManager<PomostUser> users)
        => await team.FindAsync(token, r.Http.RequestAborted) is { } invitation
            ? Page.Of<InvitationPage>(new { View = await ViewAsync(invitation, token, r, accounts, users) })
            : Dead();

    static async Task<IResult> Register(
        string token, PanelRequest r, TeamDesk team, IAccounts accounts, RegistrationDesk desk, PanelSignIn signIn, MailRoom mail, LoginAttempts attempts, PasswordWords words, IAuditLog audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await team.FindAsync(token, cancel) is not { } invitation)
            return Dead();
        var input = RegistrationInput.From(await r.Http.Request.ReadFormAsync(cancel), r.Language) with { Email = invitation.Email };
        var errors = input.Check(r.T, words);
        if (errors.Count == 0 && !attempts.MayTry(r.Http.Connection.RemoteIpAddress))
            errors["email"] = r.T.Login.TooFast;
        if (errors.Count > 0 || await desk.JoinAsync(input, token, mail.Sends, cancel) is not { } user)
        {
            if (errors.Count == 0)
                return Page.See("/invite/" + token);
            var view = await ViewAsync(invitation, token, r, accounts, signIn.UserManager);
            return Page.Refused<InvitationPage>(new { View = view with { Input = input.Shown(), Errors = errors } });
        }

        await WriteAsync(audit, invitation, user.Id, user.FullName, r);
        r.Http.Response.Cookies.Append(PanelRequest.LanguageCookie, input.Language, Preferences.Cookie);
        await signIn.SignInAsync(user, isPersistent: false);
        return Page.See("/");
    }

    static async Task<IResult> Join(string token, PanelRequest r, TeamDesk team, ILoginSessions sessions, IAuditLog audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await team.FindAsync(token, cancel) is not { } invitation)
            return Dead();
        if (!IsFor(invitation, r))
            return Page.See("/invite/" + token);
        if (await team.AcceptAsync(token, r.User.UserId(), cancel) is not { } place)
            return Dead();
        await sessions.SwitchAsync(r.Person!.SessionId, place.AccountId, CancellationToken.None);
        await WriteAsync(audit, invitation, place.UserId, r.PersonName, r);
        return Page.See("/");
    }

    static bool IsFor(Invitation invitation, PanelRequest r) => string.Equals(r.Person?.Email, invitation.Email, StringComparison.OrdinalIgnoreCase);

    static IResult Dead() => Page.Of<InvitationPage>(new { View = new InvitationView(InvitationStep.Dead) }, StatusCodes.Status404NotFound);

    static async Task<InvitationView> ViewAsync(Invitation invitation, string token, PanelRequest r, IAccounts accounts, UserManager<PomostUser> users)
    {
        var step = IsFor(invitation, r) ? InvitationStep.Join
            : r.Person is not null ? InvitationStep.SomebodyElse
            : await users.FindByEmailAsync(invitation.Email) is not null ? InvitationStep.LogIn
            : InvitationStep.Register;
        return new InvitationView(step)
        {
            Token = token,
            Invitation = invitation,
            TeamName = (await accounts.FindAsync(invitation.AccountId, r.Http.RequestAborted))?.Name ?? "",
            Input = new RegistrationInput { Email = invitation.Email, Language = Texts.Languages.Code(r.Language) },
        };
    }

    // The person joins an account they do not work in yet, so the entry names it itself.
    static Task WriteAsync(IAuditLog audit, Invitation invitation, Guid user, string name, PanelRequest r) => audit.AddAsync(
        new AuditEntry
        {
            AccountId = invitation.AccountId,
            UserId = user,
            Actor = name,
            Action = "team.joined",
            Subject = name,
            Changes = [new AuditChange("role", null, invitation.Role.ToString())],
            Origin = LoginEndpoints.PlaceOf(r.Http),
        },
        CancellationToken.None);
}

/// <summary>What the page of an invitation shows.</summary>
/// <param name="Step">Who looks at it.</param>
public sealed record InvitationView(InvitationStep Step)
{
    public string Token { get; init; } = "";

    public Invitation? Invitation { get; init; }

    public string TeamName { get; init; } = "";

    public RegistrationInput Input { get; init; } = new();

    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

public enum InvitationStep
{
    /// <summary>Too old, accepted already, taken back.</summary>
    Dead,

    /// <summary>Nobody here has the address.</summary>
    Register,

    /// <summary>Somebody here has it: they log in first.</summary>
    LogIn,

    /// <summary>The person it is for.</summary>
    Join,

    /// <summary>Another person.</summary>
    SomebodyElse,
}
