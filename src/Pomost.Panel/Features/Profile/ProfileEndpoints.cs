using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Profile;

/// <summary>What a person decides about themselves: data, password, log-ins, consents.</summary>
static class ProfileEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var profile = panel.MapGroup("/profile");
        profile.MapGet("", async (string? done, ProfileDesk desk) => Page.Of<ProfilePage>(new { View = await desk.ViewAsync() with { Done = done } }));
        profile.MapPost("", Save);
        profile.MapPost("/password", ChangePassword);
        profile.MapPost("/news", ChangeNews);
        profile.MapPost("/sessions/end", EndSession);
        profile.MapPost("/sessions/end-others", EndOthers);
    }

    static async Task<IResult> Save(PanelRequest r, ProfileDesk desk, PanelAudit audit)
    {
        var input = ProfileInput.Read(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted));
        var errors = input.Check(r.T);
        if (errors.Count > 0)
            return await desk.RefuseAsync(errors, input with { Name = TypedText.Cut(input.Name, TypedText.LongestName), Phone = input.Phone is null ? null : TypedText.Cut(input.Phone, 24) });
        var user = await desk.UserAsync();
        var changes = input.ApplyTo(user);
        await desk.Users.UpdateAsync(user);
        r.Http.Response.Cookies.Append(PanelRequest.LanguageCookie, user.Language, Preferences.Cookie);
        r.Http.Response.Cookies.Append(PanelRequest.ThemeCookie, user.Theme ?? "system", Preferences.Cookie);
        await audit.WriteAsync("profile.changed", user.FullName, changes);
        return Page.See("/profile?done=saved");
    }

    static async Task<IResult> ChangePassword(PanelRequest r, ProfileDesk desk, ILoginSessions sessions, PasswordWords words, Letters letters, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var (now, wanted) = (form["current"].ToString(), form["new"].ToString());
        var user = await desk.UserAsync();
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (await desk.PasswordProblemAsync(user, now) is { } problem)
            errors["current"] = problem;
        if (WeakPasswords.Problem(wanted, await words.OfAsync(user, r.Http.RequestAborted), r.T) is { } weak)
            errors["new"] = weak;
        if (errors.Count == 0 && !(await desk.Users.ChangePasswordAsync(user, now, wanted)).Succeeded)
            errors["current"] = r.T.Profile.PasswordWrong;
        if (errors.Count > 0)
            return await desk.RefuseAsync(errors);
        // Whoever knew the old one is out.
        await sessions.EndOthersAsync(user.Id, r.Person!.SessionId, CancellationToken.None);
        await audit.WriteAsync("profile.password_changed", user.FullName);
        await letters.ChangedAsync(user, AccessChange.Password, CancellationToken.None);
        if (form["remove_passkeys"] == "1" && await desk.Users.GetPasskeysAsync(user) is { Count: > 0 } passkeys)
        {
            foreach (var passkey in passkeys)
                await desk.Users.RemovePasskeyAsync(user, passkey.CredentialId);
            await audit.WriteAsync("profile.passkey_deleted", user.FullName);
            await letters.ChangedAsync(user, AccessChange.PasskeyRemoved, CancellationToken.None);
        }

        return Page.See("/profile?done=password");
    }

    static async Task<IResult> ChangeNews(PanelRequest r, ProfileDesk desk, TimeProvider clock, PanelAudit audit)
    {
        var wants = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["news"] == "1";
        var user = await desk.UserAsync();
        var had = user is { NewsConsentWording: not null, NewsConsentWithdrawnAt: null };
        if (wants == had)
            return Page.See("/profile?done=saved");
        if (wants)
        {
            (user.NewsConsentWording, user.NewsConsentAt, user.NewsConsentLanguage, user.NewsConsentWithdrawnAt)
                = (r.T.Registration.News, clock.GetUtcNow(), r.Language.Code(), null);
        }
        else
        {
            user.NewsConsentWithdrawnAt = clock.GetUtcNow();
        }

        await desk.Users.UpdateAsync(user);
        await audit.WriteAsync(wants ? "profile.news_granted" : "profile.news_withdrawn", user.FullName);
        return Page.See("/profile?done=saved");
    }

    static async Task<IResult> EndSession(PanelRequest r, ILoginSessions sessions, PanelAudit audit)
    {
        var id = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["session"].ToString();
        if (!await sessions.EndAsync(r.User.UserId(), id, r.Http.RequestAborted))
            return Page.Missing();
        await audit.WriteAsync("profile.session_ended", r.PersonName);
        return Page.See("/profile?done=ended");
    }

    static async Task<IResult> EndOthers(PanelRequest r, ILoginSessions sessions, PanelAudit audit)
    {
        await sessions.EndOthersAsync(r.User.UserId(), r.Person!.SessionId, r.Http.RequestAborted);
        await audit.WriteAsync("profile.sessions_ended", r.PersonName);
        return Page.See("/profile?done=ended");
    }
}
