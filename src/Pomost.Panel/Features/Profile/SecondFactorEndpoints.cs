using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>One-time codes of an authenticator app, and recovery codes for the day the telephone is gone.</summary>
static class SecondFactorEndpoints
{
    const int RecoveryCodes = 10;
    const string Here = "/profile/codes";

    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/profile/second-factor", ShowDemand).WithMetadata(WithoutSecondFactor.It);
        var codes = panel.MapGroup("/profile/codes");
        codes.MapGet("", Show).WithMetadata(WithoutSecondFactor.It);
        codes.MapPost("", SwitchOn).WithMetadata(WithoutSecondFactor.It);
        codes.MapPost("/off", SwitchOff);
        codes.MapPost("/recovery", Renew);
    }

    static async Task<IResult> ShowDemand(PanelRequest r, ProfileDesk desk) => r.Person!.LacksSecondFactor
        ? Page.Of<SecondFactorPage>(new { HasPasskeys = (await desk.Users.GetPasskeysAsync(await desk.UserAsync())).Count > 0, desk.IsConfirmed })
        : Page.See("/profile");

    static async Task<IResult> Show(ProfileDesk desk)
    {
        var user = await desk.UserAsync();
        if (user.TwoFactorEnabled)
            return Page.See("/profile#codes");
        if (!desk.IsConfirmed)
            return ProfileDesk.AskFirst(Here);
        if (await desk.Users.GetAuthenticatorKeyAsync(user) is null)
            await desk.Users.ResetAuthenticatorKeyAsync(user);
        return Page.Of<CodesPage>(new { Key = await desk.Users.GetAuthenticatorKeyAsync(user), user.Email });
    }

    static async Task<IResult> SwitchOn(PanelRequest r, ProfileDesk desk, Letters letters, PanelAudit audit)
    {
        if (!desk.IsConfirmed)
            return ProfileDesk.AskFirst(Here);
        var code = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["code"].ToString();
        var user = await desk.UserAsync();
        if (user.TwoFactorEnabled || await desk.Users.GetAuthenticatorKeyAsync(user) is not { } key)
            return Page.See("/profile/codes");
        var error = code.Trim().Length == 0 ? r.T.Common.Required
            : !await desk.Users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code) ? r.T.Login.CodeWrong : null;
        if (error is not null)
            return Page.Refused<CodesPage>(new { Key = key, user.Email, Error = error });
        await desk.Users.SetTwoFactorEnabledAsync(user, true);
        await audit.WriteAsync("profile.codes_on", user.FullName);
        await letters.ChangedAsync(user, AccessChange.CodesOn, CancellationToken.None);
        return await ShowRecoveryAsync(desk.Users, user);
    }

    static async Task<IResult> SwitchOff(PanelRequest r, ProfileDesk desk, Letters letters, PanelAudit audit)
    {
        var user = await desk.UserAsync();
        if (await desk.ConfirmationProblemAsync(user, (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["off_password"].ToString()) is { } problem)
            return await desk.RefuseAsync(new(StringComparer.Ordinal) { ["off_password"] = problem });
        await desk.Users.SetTwoFactorEnabledAsync(user, false);
        // The next time begins with another key, and old recovery codes open nothing.
        await desk.Users.ResetAuthenticatorKeyAsync(user);
        await desk.Users.GenerateNewTwoFactorRecoveryCodesAsync(user, 0);
        await audit.WriteAsync("profile.codes_off", user.FullName);
        await letters.ChangedAsync(user, AccessChange.CodesOff, CancellationToken.None);
        return Page.See("/profile?done=codes_off");
    }

    static async Task<IResult> Renew(PanelRequest r, ProfileDesk desk, Letters letters, PanelAudit audit)
    {
        var user = await desk.UserAsync();
        if (!user.TwoFactorEnabled)
            return Page.See("/profile#codes");
        if (await desk.ConfirmationProblemAsync(user, (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["recovery_password"].ToString()) is { } problem)
            return await desk.RefuseAsync(new(StringComparer.Ordinal) { ["recovery_password"] = problem });
        await audit.WriteAsync("profile.recovery_codes_renewed", user.FullName);
        await letters.ChangedAsync(user, AccessChange.RecoveryCodes, CancellationToken.None);
        return await ShowRecoveryAsync(desk.Users, user);
    }

    // The one time they are shown: not behind an address that could be opened again.
    static async Task<IResult> ShowRecoveryAsync(UserManager<PomostUser> users, PomostUser user)
        => Page.Of<RecoveryPage>(new { Codes = (IReadOnlyList<string>)[.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))!] });
}
