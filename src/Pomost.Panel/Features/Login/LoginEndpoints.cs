using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Login;

static class LoginEndpoints
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    // Verified against when nobody has the address, so that the answer takes as long as for a known one.
    static readonly PomostUser Nobody = new();
    static readonly string NobodysHash = new PasswordHasher<PomostUser>().HashPassword(Nobody, Guid.NewGuid().ToString());

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/login", Show).AllowAnonymous();
        panel.MapPost("/login", LogIn).AllowAnonymous();
        panel.MapPost("/logout", LogOut);
    }

    static IResult Show(string? back, HttpContext http)
        => http.User.Identity?.IsAuthenticated == true ? Page.See("/") : Page.Of<LoginPage>(new { Back = back, Remember = true });

    static async Task<IResult> LogIn(HttpContext http, PanelRequest r, SignInManager<PomostUser> signIn, LoginAttempts attempts, TimeProvider clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (email, password, back) = (form["email"].ToString().Trim(), form["password"].ToString(), form["back"].ToString());
        var remember = form["remember"] == "1";

        IResult Refuse(string problem, string? more = null) => Page.Refused<LoginPage>(
            new { Email = email, Back = back, Remember = remember, Problem = problem, ProblemMore = more });

        if (!attempts.MayTry(http.Connection.RemoteIpAddress?.ToString() ?? ""))
            return Refuse(r.T.Login.TooFast);
        if (attempts.LockedUntil(email) is { } until)
            return Refuse(r.T.Login.Locked(r.F.Time(until)));

        var user = await signIn.UserManager.FindByEmailAsync(email);
        if (user is null)
        {
            signIn.UserManager.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
        }
        else
        {
            var answer = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
            if (answer.Succeeded)
            {
                attempts.Forget(email);
                await signIn.SignInAsync(user, new AuthenticationProperties
                {
                    IsPersistent = remember,
                    ExpiresUtc = remember ? clock.GetUtcNow() + Remembered : null,
                });
                return Page.See(Page.Local(back));
            }

            if (answer.IsLockedOut)
                return Refuse(r.T.Login.Locked(r.F.Time(user.LockoutEnd ?? clock.GetUtcNow() + LoginAttempts.Pause)));
        }

        var left = attempts.Fail(email);
        return left > 0
            ? Refuse(r.T.Login.WrongPair, r.T.Login.AttemptsLeft(left))
            : Refuse(r.T.Login.Locked(r.F.Time(clock.GetUtcNow() + LoginAttempts.Pause)));
    }

    static async Task<IResult> LogOut(SignInManager<PomostUser> signIn)
    {
        await signIn.SignOutAsync();
        return Page.See("/login");
    }
}
