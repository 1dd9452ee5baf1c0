using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Registration;

/// <summary>The link that confirms an address. It asks for a click: programs that look at mails follow links, too.</summary>
static class ConfirmationEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/confirm", Show).AllowAnonymous();
        panel.MapPost("/confirm", Confirm).AllowAnonymous();
        panel.MapPost("/confirm/resend", Resend).AllowAnonymous();
    }

    static async Task<IResult> Show(string? user, string? code, UserManager<PomostUser> users)
        => await FindAsync(user, code, users) is null
            ? Page.Refused<ConfirmPage>(new { Step = ConfirmStep.Dead })
            : Page.Of<ConfirmPage>(new { Step = ConfirmStep.Ready, User = user, Code = code });

    static async Task<IResult> Confirm(HttpContext http, UserManager<PomostUser> users, PanelAudit audit)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var code = form["code"].ToString();
        if (await FindAsync(form["user"], code, users) is not { } user || !(await users.ConfirmEmailAsync(user, code)).Succeeded)
            return Page.Refused<ConfirmPage>(new { Step = ConfirmStep.Dead });
        await audit.WriteOfAsync(user.Id, "profile.address_confirmed");
        return Page.See(http.User.Identity?.IsAuthenticated == true ? "/profile?done=confirmed" : "/login?done=confirmed");
    }

    // The same answer whether or not anybody waits for a link.
    static async Task<IResult> Resend(HttpContext http, AskedMails mails, LoginAttempts attempts)
    {
        var isIn = http.User.Identity?.IsAuthenticated == true;
        var email = isIn ? http.User.Identity!.Name! : (await http.Request.ReadFormAsync(http.RequestAborted))["email"].ToString().Trim();
        if (attempts.MayTry(http.Connection.RemoteIpAddress) && RegistrationInput.IsAddress(email))
            mails.Ask(MailKind.Confirmation, email, http.Connection.RemoteIpAddress);
        return isIn ? Page.See("/profile?done=resent") : Page.Of<ConfirmPage>(new { Step = ConfirmStep.SentAgain });
    }

    static async Task<PomostUser?> FindAsync(string? id, string? code, UserManager<PomostUser> users)
        => Guid.TryParse(id, out _) && code is not null && await users.FindByIdAsync(id) is { } user
            && await users.VerifyUserTokenAsync(user, ConfirmationLinks.ProviderName, UserManager<PomostUser>.ConfirmEmailTokenPurpose, code) ? user : null;
}

public enum ConfirmStep
{
    /// <summary>A link is on its way.</summary>
    Sent,

    /// <summary>Another one is, if anybody waits for one.</summary>
    SentAgain,

    /// <summary>The link was followed.</summary>
    Ready,

    /// <summary>The link works no more.</summary>
    Dead,
}
