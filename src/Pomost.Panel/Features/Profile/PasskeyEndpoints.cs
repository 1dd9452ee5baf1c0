using System.Buffers.Text;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>Passkeys: made, named and deleted in the profile, and used to log in. The browser's part is passkeys.js.</summary>
static class PasskeyEndpoints
{
    const int LongestName = 60;
    const string Here = "/profile#passkeys";

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapPost("/login/passkey/options", LogInOptions).AllowAnonymous();
        panel.MapPost("/login/passkey", LogIn).AllowAnonymous();
        var profile = panel.MapGroup("/profile/passkeys");
        profile.MapPost("/options", Options).WithMetadata(WithoutSecondFactor.It);
        profile.MapPost("", Add).WithMetadata(WithoutSecondFactor.It);
        profile.MapPost("/name", Rename);
        profile.MapPost("/delete", Delete);
    }

    static async Task<IResult> LogInOptions(HttpContext http, PanelSignIn signIn, LoginAttempts attempts)
        => attempts.MayTry(http.Connection.RemoteIpAddress)
            ? Json(await signIn.MakePasskeyRequestOptionsAsync(user: null))
            : Results.StatusCode(StatusCodes.Status429TooManyRequests);

    static async Task<IResult> LogIn(HttpContext http, PanelRequest r, PanelSignIn signIn, LoginAttempts attempts, LoginWatch watch, Landing landing)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (back, remember) = (Page.Local(form["back"]), form["remember"] == "1");
        if (remember)
            PanelSessions.Remember(http);
        PanelSessions.ByPasskey(http);
        var answer = attempts.MayTry(http.Connection.RemoteIpAddress)
            ? await TryAsync(() => signIn.PasskeySignInAsync(form["credential"].ToString()))
            : null;
        watch.Note(http, answer is { Succeeded: true } ? LoginOutcome.Opened : LoginOutcome.WrongPasskey);
        return answer is { Succeeded: true }
            ? Page.See(Guid.TryParse(http.User.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
                ? await landing.AddressAsync(back, user, http.RequestAborted) : Page.Local(back))
            : Page.Refused<LoginPage>(new { Back = back, Remember = remember, Problem = r.T.Login.PasskeyRefused });
    }

    static async Task<IResult> Options(ProfileDesk desk, PanelSignIn signIn)
    {
        var user = await desk.UserAsync();
        return Json(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = user.Id.ToString(),
            Name = user.Email!,
            DisplayName = user.FullName,
        }));
    }

    static async Task<IResult> Add(PanelRequest r, ProfileDesk desk, PanelSignIn signIn, Letters letters, PanelAudit audit)
    {
        if (!desk.IsConfirmed)
            return ProfileDesk.AskFirst(Here);
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var user = await desk.UserAsync();
        var made = await TryAsync(() => signIn.PerformPasskeyAttestationAsync(form["credential"].ToString()));
        if (made is not { Succeeded: true })
            return await desk.RefuseAsync(new(StringComparer.Ordinal) { ["passkey_name"] = r.T.Profile.PasskeyNotMade });
        made.Passkey.Name = NameOf(form["passkey_name"].ToString()) ?? (Device.Of(r.Http.Request.Headers.UserAgent) is { Length: > 0 } device ? device : r.T.Profile.UnknownDevice);
        await desk.Users.AddOrUpdatePasskeyAsync(user, made.Passkey);
        // Made by a device that asked who holds it, right after the password: this log-in has shown a second factor.
        await desk.ConfirmAsync(byPasskey: true);
        await audit.WriteAsync("profile.passkey_added", user.FullName);
        await letters.ChangedAsync(user, AccessChange.PasskeyAdded, CancellationToken.None);
        return Page.See("/profile?done=passkey");
    }

    static async Task<IResult> Rename(PanelRequest r, ProfileDesk desk, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var user = await desk.UserAsync();
        if (await FindAsync(desk, user, form["passkey"].ToString()) is not { } passkey)
            return Page.Missing();
        if (NameOf(form["name"].ToString()) is not { } name)
            return await desk.RefuseAsync(new(StringComparer.Ordinal) { ["passkey_name"] = r.T.Profile.PasskeyNameMissing });
        passkey.Name = name;
        await desk.Users.AddOrUpdatePasskeyAsync(user, passkey);
        await audit.WriteAsync("profile.passkey_renamed", user.FullName);
        return Page.See("/profile?done=saved");
    }

    static async Task<IResult> Delete(PanelRequest r, ProfileDesk desk, Letters letters, PanelAudit audit)
    {
        if (!desk.IsConfirmed)
            return ProfileDesk.AskFirst(Here);
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var user = await desk.UserAsync();
        if (await FindAsync(desk, user, form["passkey"].ToString()) is not { } passkey)
            return Page.Missing();
        await desk.Users.RemovePasskeyAsync(user, passkey.CredentialId);
        await audit.WriteAsync("profile.passkey_deleted", user.FullName);
        await letters.ChangedAsync(user, AccessChange.PasskeyRemoved, CancellationToken.None);
        return Page.See("/profile?done=passkey_deleted");
    }

    public static string IdOf(UserPasskeyInfo passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    static async Task<UserPasskeyInfo?> FindAsync(ProfileDesk desk, PomostUser user, string id)
        => (await desk.Users.GetPasskeysAsync(user)).FirstOrDefault(passkey => IdOf(passkey) == id);

    static string? NameOf(string typed) => typed.Trim() is { Length: > 0 and <= LongestName } name && TypedText.IsName(name) ? name : null;

    internal static IResult Json(string options) => Results.Text(options, "application/json");

    // A browser may send anything: no answer of a device, one to another question, or none that was asked.
    internal static async Task<T?> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException or PasskeyException)
        {
            return null;
        }
    }
}
