using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Login;

/// <summary>In by password and second factor, and out.</summary>
static class LoginEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/login", Show).AllowAnonymous();
        panel.MapPost("/login", LogIn).AllowAnonymous();
        panel.MapGet("/verify", ShowSecondStep).AllowAnonymous();
        panel.MapPost("/verify", Verify).AllowAnonymous();
        panel.MapPost("/logout", LogOut).WithMetadata(WithoutSecondFactor.It);
    }

    static IResult Show(string? back, string? done, HttpContext http)
        => http.User.Identity?.IsAuthenticated == true ? Page.See(Page.Local(back)) : Page.Of<LoginPage>(new { Back = Page.Local(back), Remember = true, Done = done });

    static async Task<IResult> LogIn(HttpContext http, PanelRequest r, PanelSignIn signIn, LoginAttempts attempts, KnownDevices devices, LoginWatch watch, IAccounts accounts,
        MailRoom mail, Landing landing, NobodysPassword nobody)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (email, password, back) = (form["email"].ToString().Trim(), form["password"].ToString(), Page.Local(form["back"]));
        var remember = form["remember"] == "1";

        IResult Refuse(string problem, string? more = null, bool isLocked = false) => Page.Refused<LoginPage>(
            new { Email = TypedText.Cut(email, TypedText.LongestEmail), Back = back, Remember = remember, Problem = problem, ProblemMore = more, IsLocked = isLocked });

        if (!attempts.MayTry(http.Connection.RemoteIpAddress))
        {
            watch.Note(http, LoginOutcome.TooFast);
            return Refuse(r.T.Login.TooFast);
        }

        // Nobody's: nothing of it is looked up or kept.
        if (email.Length > TypedText.LongestEmail || !TypedText.IsOneLine(email))
            return Refuse(r.T.Login.WrongPair);

        var user = await signIn.UserManager.FindByEmailAsync(email);
        var key = attempts.KeyOf(email, http.Connection.RemoteIpAddress, user is null ? null : devices.Of(http, user.Id));
        if (attempts.LockedUntil(key) is { } until)
        {
            watch.Note(http, LoginOutcome.Waits, user?.Id);
            return Refuse(r.T.Login.Locked(r.F.Time(until)), isLocked: true);
        }

        if (user is null)
        {
            nobody.Compare(password);
        }
        else
        {
            var isRight = await signIn.UserManager.CheckPasswordAsync(user, password);
            if (isRight && mail.Sends && user is { EmailConfirmed: false, IsOperator: false })
                return Page.Refused<LoginPage>(new { Email = email, Back = back, Remember = remember, Unconfirmed = true });
            if (isRight && (await accounts.MembershipsAsync(user.Id, http.RequestAborted)).Count == 0)
                return Refuse(r.T.Login.NoAccount);
            if (isRight)
            {
                attempts.Forget(key);
                return await EnterAsync(user, http, signIn, watch, back, remember, landing);
            }
        }

        var answer = attempts.Fail(key);
        watch.Note(http, answer.Until is null ? LoginOutcome.WrongPassword : LoginOutcome.Locked, user?.Id);
        return answer.Until is { } end
            ? Refuse(r.T.Login.Locked(r.F.Time(end)), isLocked: true)
            : Refuse(r.T.Login.WrongPair, r.T.Login.AttemptsLeft(answer.Left, r.F.Duration(answer.Pause)));
    }

    static async Task<IResult> EnterAsync(PomostUser user, HttpContext http, PanelSignIn signIn, LoginWatch watch, string back, bool remember, Landing landing)
    {
        if (remember)
            PanelSessions.Remember(http);
        if ((await signIn.AfterPasswordAsync(user)).RequiresTwoFactor)
            return Page.See("/verify" + QueryOf(back, remember, recovery: false));
        watch.Note(http, LoginOutcome.Opened);
        return Page.See(await landing.AddressAsync(back, user.Id, http.RequestAborted));
    }

    static async Task<IResult> ShowSecondStep(string? back, string? remember, string? recovery, PanelSignIn signIn)
        => await signIn.GetTwoFactorAuthenticationUserAsync() is null
            ? Page.See("/login")
            : Page.Of<VerifyPage>(new { Back = Page.Local(back), Remember = remember == "1", Recovery = recovery == "1" });

    static async Task<IResult> Verify(HttpContext http, PanelRequest r, PanelSignIn signIn, LoginAttempts attempts, KnownDevices devices, LoginWatch watch, Landing landing)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (code, back, remember, recovery) = (form["code"].ToString().Trim(), Page.Local(form["back"]), form["remember"] == "1", form["recovery"] == "1");
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
            return Page.See("/login");

        IResult Refuse(string problem) => Page.Refused<VerifyPage>(new { Back = back, Remember = remember, Recovery = recovery, Problem = problem });

        if (!attempts.MayTry(http.Connection.RemoteIpAddress))
        {
            watch.Note(http, LoginOutcome.TooFast);
            return Refuse(r.T.Login.TooFast);
        }

        var key = LoginAttempts.KeyOfCodes(user.Email!, devices.Of(http, user.Id));
        if (attempts.LockedUntil(key) is { } until)
        {
            watch.Note(http, LoginOutcome.Waits, user.Id);
            return Refuse(r.T.Login.Locked(r.F.Time(until)));
        }

        if (remember)
            PanelSessions.Remember(http);
        var answer = recovery
            ? await signIn.TwoFactorRecoveryCodeSignInAsync(code.ToUpperInvariant())
            : await signIn.TwoFactorAuthenticatorSignInAsync(code, isPersistent: false, rememberClient: false);
        if (answer.Succeeded)
        {
            attempts.Forget(key);
            watch.Note(http, LoginOutcome.Opened);
            return Page.See(await landing.AddressAsync(back, user.Id, http.RequestAborted));
        }

        var refused = attempts.Fail(key);
        watch.Note(http, refused.Until is null ? LoginOutcome.WrongCode : LoginOutcome.Locked, user.Id);
        return refused.Until is { } end
            ? Refuse(r.T.Login.Locked(r.F.Time(end)))
            : Refuse(recovery ? r.T.Login.RecoveryWrong : r.T.Login.CodeWrong);
    }

    static async Task<IResult> LogOut(HttpContext http, PanelSignIn signIn, ILoginSessions sessions, PanelRequest r, PanelAudit audit)
    {
        await audit.WriteAsync("session.closed");
        await sessions.EndAsync(http.User.UserId(), r.Person!.SessionId, CancellationToken.None);
        await signIn.SignOutAsync();
        return Page.See("/login");
    }

    internal static string PlaceOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    internal static string QueryOf(string back, bool remember, bool recovery)
    {
        var query = new QueryBuilder { { "back", Page.Local(back) } };
        if (remember)
            query.Add("remember", "1");
        if (recovery)
            query.Add("recovery", "1");
        return query.ToString();
    }
}
