using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Login;

/// <summary>In by password and second factor, and out.</summary>
static class LoginEndpoints
{
    // Verified against when nobody has the address, so that the answer takes as long as for a known one.
    static readonly PomostUser Nobody = new();
    static readonly string NobodysHash = new PasswordHasher<PomostUser>().HashPassword(Nobody, Guid.NewGuid().ToString());

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/login", Show).AllowAnonymous();
        panel.MapPost("/login", LogIn).AllowAnonymous();
        panel.MapGet("/verify", ShowSecondStep).AllowAnonymous();
        panel.MapPost("/verify", Verify).AllowAnonymous();
        panel.MapPost("/logout", LogOut);
    }

    static IResult Show(string? back, string? done, HttpContext http)
        => http.User.Identity?.IsAuthenticated == true ? Page.See(Page.Local(back)) : Page.Of<LoginPage>(new { Back = back, Remember = true, Done = done });

    static async Task<IResult> LogIn(HttpContext http, PanelRequest r, PanelSignIn signIn, LoginAttempts attempts, IAccounts accounts, MailRoom mail, TimeProvider clock,
        Landing landing)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (email, password, back) = (form["email"].ToString().Trim(), form["password"].ToString(), form["back"].ToString());
        var remember = form["remember"] == "1";

        IResult Refuse(string problem, string? more = null, bool isLocked = false) => Page.Refused<LoginPage>(
            new { Email = email, Back = back, Remember = remember, Problem = problem, ProblemMore = more, IsLocked = isLocked });

        if (!attempts.MayTry(PlaceOf(http)))
            return Refuse(r.T.Login.TooFast);
        if (attempts.LockedUntil(email) is { } until)
            return Refuse(r.T.Login.Locked(r.F.Time(until)), isLocked: true);

        var user = await signIn.UserManager.FindByEmailAsync(email);
        if (user is null)
        {
            signIn.UserManager.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
        }
        else
        {
            var answer = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
            if (answer.Succeeded && mail.Sends && user is { EmailConfirmed: false, IsOperator: false })
                return Page.Refused<LoginPage>(new { Email = email, Back = back, Remember = remember, Unconfirmed = true });
            if (answer.Succeeded && (await accounts.MembershipsAsync(user.Id, http.RequestAborted)).Count == 0)
                return Refuse(r.T.Login.NoAccount);
            if (answer.Succeeded)
                return await EnterAsync(user, http, signIn, attempts, back, remember, landing);
            if (answer.IsLockedOut)
                return Refuse(r.T.Login.Locked(r.F.Time(user.LockoutEnd ?? clock.GetUtcNow() + LoginAttempts.Pause)), isLocked: true);
        }

        var left = attempts.Fail(email);
        return left > 0
            ? Refuse(r.T.Login.WrongPair, r.T.Login.AttemptsLeft(left))
            : Refuse(r.T.Login.Locked(r.F.Time(clock.GetUtcNow() + LoginAttempts.Pause)), isLocked: true);
    }

    static async Task<IResult> EnterAsync(
        PomostUser user, HttpContext http, PanelSignIn signIn, LoginAttempts attempts, string back, bool remember, Landing landing)
    {
        if (remember)
            PanelSessions.Remember(http);
        if ((await signIn.AfterPasswordAsync(user)).RequiresTwoFactor)
            return Page.See("/verify" + QueryOf(back, remember, recovery: false));
        attempts.Forget(user.Email!);
        return Page.See(await landing.AddressAsync(back, user.Id, http.RequestAborted));
    }

    static async Task<IResult> ShowSecondStep(string? back, string? remember, string? recovery, PanelSignIn signIn)
        => await signIn.GetTwoFactorAuthenticationUserAsync() is null
            ? Page.See("/login")
            : Page.Of<VerifyPage>(new { Back = Page.Local(back), Remember = remember == "1", Recovery = recovery == "1" });

    static async Task<IResult> Verify(HttpContext http, PanelRequest r, PanelSignIn signIn, LoginAttempts attempts, Landing landing)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (code, back, remember, recovery) = (form["code"].ToString().Trim(), Page.Local(form["back"]), form["remember"] == "1", form["recovery"] == "1");
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
            return Page.See("/login");

        IResult Refuse(string problem) => Page.Refused<VerifyPage>(new { Back = back, Remember = remember, Recovery = recovery, Problem = problem });

        if (!attempts.MayTry(PlaceOf(http)))
            return Refuse(r.T.Login.TooFast);
        if (!await signIn.UserManager.IsLockedOutAsync(user))
        {
            if (remember)
                PanelSessions.Remember(http);
            var answer = recovery
                ? await signIn.TwoFactorRecoveryCodeSignInAsync(code.ToUpperInvariant())
                : await signIn.TwoFactorAuthenticatorSignInAsync(code, isPersistent: false, rememberClient: false);
            if (answer.Succeeded)
            {
                attempts.Forget(user.Email!);
                return Page.See(await landing.AddressAsync(back, user.Id, http.RequestAborted));
            }

            // Identity counts wrong one-time codes by itself, wrong recovery codes not.
            if (recovery)
                await signIn.UserManager.AccessFailedAsync(user);
        }

        return await signIn.UserManager.IsLockedOutAsync(user)
            ? Refuse(r.T.Login.Locked(r.F.Time(user.LockoutEnd!.Value)))
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
