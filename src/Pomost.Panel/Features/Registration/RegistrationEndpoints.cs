using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
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
        return Page.Of<RegistrationPage>(new { First = first, Closed = !first && !r.Options.OpenRegistration, Input = new RegistrationInput { Language = Texts.Languages.Code(r.Language) } });
    }

    static async Task<IResult> Register(PanelRequest r, RegistrationDesk desk, SignInManager<PomostUser> signIn)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var input = RegistrationInput.From(form);
        var errors = input.Check(r.T);
        var first = await desk.IsFirstAsync(r.Http.RequestAborted);
        if (!first && !r.Options.OpenRegistration)
            return Page.Of<RegistrationPage>(new { Closed = true }, StatusCodes.Status403Forbidden);
        if (errors.Count == 0)
        {
            switch (await desk.RegisterAsync(input, r.Options.OpenRegistration, r.Http.RequestAborted))
            {
                case ({ } user, _):
                    r.Http.Response.Cookies.Append(PanelRequest.LanguageCookie, input.Language, Preferences.Cookie);
                    await signIn.SignInAsync(user, isPersistent: false);
                    return Page.See("/");
                case (null, Closed: true):
                    return Page.Of<RegistrationPage>(new { Closed = true }, StatusCodes.Status403Forbidden);
                default:
                    errors["email"] = r.T.Registration.Taken;
                    break;
            }
        }

        return Page.Refused<RegistrationPage>(new { First = first, Input = input with { Password = "" }, Errors = (IReadOnlyDictionary<string, string>)errors });
    }
}
