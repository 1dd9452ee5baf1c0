using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Registration;

static class RegistrationEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        panel.MapGet("/register", Show).AllowAnonymous();
        panel.MapPost("/register", Register).AllowAnonymous();
    }

    static async Task<IResult> Show(PanelRequest r, RegistrationDesk desk)
    {
        var first = await desk.IsFirstAsync(r.Http.RequestAborted);
        return Page.Of<RegistrationPage>(new
        {
            First = first,
            AsksCode = first && desk.AsksCode,
            Closed = !first && !await desk.IsOpenAsync(r.Http.RequestAborted),
            Input = new RegistrationInput { Language = Texts.Languages.Code(r.Language) },
        });
    }

    static async Task<IResult> Register(PanelRequest r, RegistrationDesk desk, PanelSignIn signIn, AskedMails mails, MailRoom room, LoginAttempts attempts, PasswordWords words, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var form = await r.Http.Request.ReadFormAsync(cancel);
        var input = RegistrationInput.From(form, r.Language);
        var errors = input.Check(r.T, words);
        var first = await desk.IsFirstAsync(cancel);
        if (!first && !await desk.IsOpenAsync(cancel))
            return Page.Of<RegistrationPage>(new { Closed = true }, StatusCodes.Status403Forbidden);
        if (errors.Count == 0 && !attempts.MayTry(r.Http.Connection.RemoteIpAddress))
            errors["email"] = r.T.Login.TooFast;
        if (errors.Count == 0 && first && desk.AsksCode && !await desk.IsCodeAsync(form["code"].ToString(), cancel))
            errors["code"] = r.T.Registration.CodeWrong;
        if (errors.Count == 0)
        {
            switch (await desk.RegisterAsync(input, cancel))
            {
                case ({ } user, _):
                    await audit.WriteOfAsync(user.Id, "account.created");
                    mails.Ask(MailKind.Confirmation, input.Email, r.Http.Connection.RemoteIpAddress);
                    r.Http.Response.Cookies.Append(PanelRequest.LanguageCookie, input.Language, Preferences.Cookie);
                    if (room.Sends && !user.IsOperator)
                        return Page.Of<ConfirmPage>(new { Step = ConfirmStep.Sent, Email = input.Email });
                    await signIn.SignInAsync(user, isPersistent: false);
                    return Page.See("/");
                case (null, Closed: true):
                    return Page.Of<RegistrationPage>(new { Closed = true }, StatusCodes.Status403Forbidden);
                // Whoever has the mailbox learns it there, and nobody learns it here.
                case (null, _) when room.Sends:
                    mails.Ask(MailKind.AddressInUse, input.Email, r.Http.Connection.RemoteIpAddress);
                    r.Http.Response.Cookies.Append(PanelRequest.LanguageCookie, input.Language, Preferences.Cookie);
                    return Page.Of<ConfirmPage>(new { Step = ConfirmStep.Sent, Email = input.Email });
                default:
                    errors["email"] = r.T.Registration.Taken;
                    break;
            }
        }

        return Page.Refused<RegistrationPage>(new { First = first, AsksCode = first && desk.AsksCode, Input = input.Shown(), Errors = (IReadOnlyDictionary<string, string>)errors });
    }
}
