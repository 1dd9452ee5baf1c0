using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>The hub's mails that ask for the confirmation of an opt-in, by the installation's mail server, in the person's language.</summary>
sealed class HubMailer(IMailServer mail, EngineOptions options) : IHubMailer
{
    public async Task SendAsync(HubConfirmationMail asked, CancellationToken ct)
    {
        if (options.PublicAddress() is not { } server)
            throw new HttpRequestException("Without a public address nobody could follow the link.");
        var link = server.Under(asked.LinkPath);
        var (subject, body) = asked.Language?.StartsWith("pl", StringComparison.OrdinalIgnoreCase) == false
            ? ("Please confirm your subscription", $"You asked to receive news by e-mail. Please confirm it:\n\n{link}\n\nIf it was not you, do nothing: without this click nothing is sent.\n")
            : ("Potwierdź zapis na newsletter", $"Prosisz o wiadomości e-mailem. Potwierdź to, proszę:\n\n{link}\n\nJeśli to nie Ty, nic nie rób: bez tego kliknięcia nic nie wyślemy.\n");
        try
        {
            await mail.SendAsync(asked.Email, subject, body, html: null, ct);
        }
        catch (ConnectorException e)
        {
            throw new HttpRequestException("The mail server did not take the mail.", e);
        }
    }
}
