using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>Before a way to log in is added or taken away: the password or a passkey once more, good for a few minutes of this log-in. A session left open, or stolen
/// for a moment, must not become a lasting way in.</summary>
static class ConfirmEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var confirm = panel.MapGroup("/profile/confirm").WithMetadata(WithoutSecondFactor.It);
        confirm.MapGet("", async (string? back, ProfileDesk desk) => desk.IsConfirmed ? Page.See(Page.Local(back)) : await ShowAsync(desk, back, null));
        confirm.MapPost("", ByPassword);
        confirm.MapPost("/options", async (ProfileDesk desk, PanelSignIn signIn) => PasskeyEndpoints.Json(await signIn.MakePasskeyRequestOptionsAsync(await desk.UserAsync())));
        confirm.MapPost("/passkey", ByPasskey);
    }

    static async Task<IResult> ByPassword(PanelRequest r, ProfileDesk desk, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        if (await desk.PasswordProblemAsync(await desk.UserAsync(), form["password"].ToString()) is { } problem)
            return await ShowAsync(desk, form["back"], problem);
        return await ConfirmedAsync(desk, audit, form["back"], byPasskey: false);
    }

    static async Task<IResult> ByPasskey(PanelRequest r, ProfileDesk desk, PanelSignIn signIn, LoginAttempts attempts, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var shown = attempts.MayTry(r.Http.Connection.RemoteIpAddress)
            ? await PasskeyEndpoints.TryAsync(() => signIn.PerformPasskeyAssertionAsync(form["credential"].ToString()))
            : null;
        // Somebody else's passkey says nothing of the person whose log-in this is.
        if (shown is not { Succeeded: true } || shown.User.Id != r.User.UserId())
            return await ShowAsync(desk, form["back"], r.T.Login.PasskeyRefused);
        await desk.Users.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey);
        return await ConfirmedAsync(desk, audit, form["back"], byPasskey: true);
    }

    static async Task<IResult> ConfirmedAsync(ProfileDesk desk, PanelAudit audit, string? back, bool byPasskey)
    {
        await desk.ConfirmAsync(byPasskey);
        await audit.WriteAsync("session.confirmed");
        return Page.See(Page.Local(back));
    }

    static async Task<IResult> ShowAsync(ProfileDesk desk, string? back, string? problem)
    {
        var page = new
        {
            Back = Page.Local(back),
            HasPasskeys = (await desk.Users.GetPasskeysAsync(await desk.UserAsync())).Count > 0,
            Error = problem,
        };
        return problem is null ? Page.Of<ConfirmItIsYouPage>(page) : Page.Refused<ConfirmItIsYouPage>(page);
    }
}
