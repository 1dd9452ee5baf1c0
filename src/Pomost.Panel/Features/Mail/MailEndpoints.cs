using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Mail;

/// <summary>For the operator of the installation: the mail it wrote, and who may register.</summary>
static class MailEndpoints
{
    const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var system = panel.MapGroup("/system").RequireAuthorization(PanelPolicies.Operator);
        system.MapGet("/mail", List);
        system.MapGet("/mail/{id:long}", Open);
        system.MapGet("/installation", async (string? done, PanelRequest r, RegistrationDesk desk)
            => Page.Of<InstallationPage>(new { IsOpen = await desk.IsOpenAsync(r.Http.RequestAborted), Saved = done == "saved" }));
        system.MapPost("/installation", Save);
    }

    static async Task<IResult> List(long? before, PanelRequest r, IMails mails)
    {
        // One more than shown says whether there is a next page.
        var found = await mails.ListAsync(before, PageSize + 1, r.Http.RequestAborted);
        var shown = found.Take(PageSize).ToList();
        return Page.Of<MailsPage>(new
        {
            Mails = (IReadOnlyList<KeptMail>)shown,
            Next = found.Count > PageSize ? string.Create(CultureInfo.InvariantCulture, $"/system/mail?before={shown[^1].Id}") : null,
        });
    }

    static async Task<IResult> Open(long id, PanelRequest r, IMails mails, MailRoom room, PanelAudit audit)
    {
        if (await mails.FindAsync(id, r.Http.RequestAborted) is not { } mail)
            return Page.Missing();
        // Its link may open somebody's account: that it was looked at stays written.
        await audit.WriteAsync("mail.opened", id.ToString(CultureInfo.InvariantCulture));
        return Page.Of<MailPage>(new { Mail = mail, Letter = TryOpen(mail, room) });
    }

    static async Task<IResult> Save(PanelRequest r, IInstallation installation, RegistrationDesk desk, PanelAudit audit)
    {
        var open = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["registration"] == "open";
        var before = await desk.IsOpenAsync(r.Http.RequestAborted);
        var settings = await installation.ReadAsync(r.Http.RequestAborted);
        await installation.SaveAsync(settings with { OpenRegistration = open }, r.Http.RequestAborted);
        await audit.WriteAsync("installation.changed", "", new AuditChange("registration", Word(before), Word(open)));
        return Page.See("/system/installation?done=saved");

        static string Word(bool isOpen) => isOpen ? "open" : "invitation";
    }

    static Letter? TryOpen(KeptMail mail, MailRoom room)
    {
        try
        {
            return room.Open(mail);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
