using System.Text;

namespace Pomost.Hub;

/// <summary>The pages behind a person's links. Opening one changes nothing, because mail scanners open every link; the button does.</summary>
internal static class LinkPages
{
    private static readonly TimeSpan ConfirmLife = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(HubLinks.ConfirmPrefix + "{token}", (string token, HubLinks links, HttpContext http) =>
            Ask(http, links.Read(HubLinks.ConfirmPrefix, token), "Potwierdź zapis na newsletter", "Confirm your newsletter subscription"));
        routes.MapGet(HubLinks.UnsubscribePrefix + "{token}", (string token, HubLinks links, HttpContext http) =>
            Ask(http, links.Read(HubLinks.UnsubscribePrefix, token), "Wypisz mnie z newslettera", "Unsubscribe me from the newsletter"));
        routes.MapPost(HubLinks.ConfirmPrefix + "{token}", (string token, HubLinks links, HttpContext http) =>
            ConfirmAsync(http, links.Read(HubLinks.ConfirmPrefix, token)));
        // One-click unsubscription of mail programs (RFC 8058) posts here, too.
        routes.MapPost(HubLinks.UnsubscribePrefix + "{token}", (string token, HubLinks links, HttpContext http) =>
            UnsubscribeAsync(http, links.Read(HubLinks.UnsubscribePrefix, token)));
    }

    private static IResult Ask(HttpContext http, HubLink? link, string polish, string english) => link is null
        ? Invalid(http)
        : Page(http, $"<form method=\"post\"><p><button>{polish}</button></p><p lang=\"en\">{english}</p></form>");

    private static async Task<IResult> ConfirmAsync(HttpContext http, HubLink? link)
    {
        var services = http.RequestServices.GetRequiredService<HubServices>();
        if (link is null || link.MadeAt + ConfirmLife < services.Clock.GetUtcNow()) return Invalid(http);
        var history = await services.Contacts.ReadStatementsAsync(link.AccountId, link.ContactId, http.RequestAborted);
        var newest = history.FirstOrDefault(said => said.Channel == HubChannel.Email);
        // Who opted out after the mail was sent must not be opted in by an old mail.
        if (newest is null or { Consent: HubConsent.Withdrawn }) return Invalid(http);
        return await SetAsync(http, services, link, new(In: true, Out: false), "link/confirm")
            ? Page(http, "<p>Zapis potwierdzony.</p><p lang=\"en\">Your subscription is confirmed.</p>")
            : Invalid(http);
    }

    private static async Task<IResult> UnsubscribeAsync(HttpContext http, HubLink? link) =>
        link is not null
        && await SetAsync(http, http.RequestServices.GetRequiredService<HubServices>(), link, new(In: false, Out: true), "link/unsubscribe")
            ? Page(http, "<p>Wypisano. Nie wyślemy więcej wiadomości.</p><p lang=\"en\">You are unsubscribed. No more messages will come.</p>")
            : Invalid(http);

    private static async Task<bool> SetAsync(HttpContext http, HubServices services, HubLink link, ConsentWish wish, string source)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(link.ContactId);
        var (done, _) = await services.Contacts.ChangeAsync(
            link.AccountId,
            keys,
            services.Clock.GetUtcNow(),
            change =>
            {
                if (change.FindById(link.ContactId) is not { Card.Deleted: false } contact) return false;
                ContactMerge.SetConsent(change, contact, HubChannel.Email, wish, toBeConfirmed: false, new(source, Owner: null) { TellsReceivers = true });
                return true;
            },
            http.RequestAborted);
        return done;
    }

    private static IResult Invalid(HttpContext http) => Page(
        http,
        "<p>Ten link jest nieważny; nic nie zmieniono. Zapisz się ponownie w sklepie.</p><p lang=\"en\">This link is not valid; nothing was changed. Please sign up in the shop again.</p>",
        StatusCodes.Status404NotFound);

    private static IResult Page(HttpContext http, string body, int status = StatusCodes.Status200OK)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        return Results.Text(
            $"<!doctype html><html lang=\"pl\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Newsletter</title><main>{body}</main></html>",
            "text/html", Encoding.UTF8, status);
    }
}
