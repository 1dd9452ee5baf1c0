using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>One's own address is changed by a link to the new one. It asks for a click: programs that look at mails follow links, too.</summary>
static class AddressEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapPost("/profile/email", Ask);
        panel.MapGet("/confirm/address", Show).AllowAnonymous();
        panel.MapPost("/confirm/address", Change).AllowAnonymous();
    }

    // The same answer whether or not somebody has the address.
    static async Task<IResult> Ask(PanelRequest r, ProfileDesk desk, AskedMails mails, LoginAttempts attempts, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var email = form["new_email"].ToString().Trim();
        var user = await desk.UserAsync();
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (await desk.PasswordProblemAsync(user, form["email_password"].ToString()) is { } problem)
            errors["email_password"] = problem;
        if (email.Length == 0)
            errors["new_email"] = r.T.Common.Required;
        else if (!RegistrationInput.IsAddress(email))
            errors["new_email"] = r.T.Common.Email;
        else if (email.Equals(user.Email, StringComparison.OrdinalIgnoreCase))
            errors["new_email"] = r.T.Profile.EmailSame;
        if (errors.Count == 0 && !attempts.MayTry(r.Http.Connection.RemoteIpAddress))
            errors["new_email"] = r.T.Login.TooFast;
        if (errors.Count > 0)
            return Page.Refused<ProfilePage>(new { View = await desk.ViewAsync() with { Errors = errors, NewEmail = TypedText.Cut(email, TypedText.LongestEmail) } });
        // Only the link that is asked for now works.
        await desk.Users.UpdateSecurityStampAsync(user);
        mails.AskChange(user, email);
        await audit.WriteAsync("profile.address_change_asked", user.FullName);
        return Page.See("/profile?done=address_asked");
    }

    static async Task<IResult> Show(string? user, string? code, UserManager<PomostUser> users, AddressLinks links)
        => await FindAsync(user, code, users, links) is null
            ? Page.Refused<NewAddressPage>(new { IsDead = true })
            : Page.Of<NewAddressPage>(new { User = user, Code = code });

    static async Task<IResult> Change(HttpContext http, UserManager<PomostUser> users, AddressLinks links, Letters letters, MailRoom mail, PanelAudit audit)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await FindAsync(form["user"], form["code"], users, links) is not var (user, email))
            return Page.Refused<NewAddressPage>(new { IsDead = true });
        var former = user.Email!;
        // Who follows a mailed link has the mailbox.
        (user.Email, user.UserName, user.EmailConfirmed) = (email, email, mail.Sends);
        // Written with the stamp, on which all other links hang. Refused when somebody took the address meanwhile.
        if (!(await users.UpdateSecurityStampAsync(user)).Succeeded)
            return Page.Refused<NewAddressPage>(new { IsDead = true });
        await letters.AddressChangedAsync(user, former, CancellationToken.None);
        await letters.ChangedAsync(user, AccessChange.Address, CancellationToken.None);
        await audit.WriteOfAsync(user.Id, "profile.address_changed");
        return Page.See(http.User.Identity?.IsAuthenticated == true ? "/profile?done=address" : "/login?done=address");
    }

    static async Task<(PomostUser User, string Email)?> FindAsync(string? id, string? code, UserManager<PomostUser> users, AddressLinks links)
        => Guid.TryParse(id, out _) && code is not null && await users.FindByIdAsync(id) is { } user && links.Read(user, code) is { } email ? (user, email) : null;
}
