using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>The mail server of this installation, set by its operator.</summary>
/// <param name="Host">Name; null = no mail is sent.</param>
/// <param name="Port">Port.</param>
/// <param name="From">Sender.</param>
/// <param name="User">Log-in name; null = none.</param>
/// <param name="Password">Password.</param>
/// <param name="Encrypts">STARTTLS, without which no password is sent.</param>
public sealed record MailOptions(string? Host, int Port, string? From, string? User, string? Password, bool Encrypts)
{
    /// <summary>Mail can be sent.</summary>
    public bool IsSet => this is { Host: not null, From: not null };

    /// <summary>From the environment: <c>POMOST_SMTP_HOST</c>, <c>_PORT</c> (587), <c>_FROM</c>, <c>_USER</c>, <c>_PASSWORD</c>, <c>_TLS</c> (true).</summary>
    public static MailOptions FromEnvironment()
    {
        static string? Of(string name) => Environment.GetEnvironmentVariable($"POMOST_SMTP_{name}") is { Length: > 0 } value ? value : null;
        var port = int.TryParse(Of("PORT"), out var number) ? number : 587;
        return new MailOptions(Of("HOST"), port, Of("FROM"), Of("USER"), Of("PASSWORD"), Of("TLS") != "false");
    }
}

/// <summary>Sends by SMTP, as text and HTML in one message.</summary>
sealed class SmtpServer(MailOptions options) : IMailServer
{
    const int PatienceMilliseconds = 15_000;

    public bool IsSet => options.IsSet;

    public async Task SendAsync(string to, string subject, string text, string? html, CancellationToken ct)
    {
        using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.Encrypts, Timeout = PatienceMilliseconds };
        if (options is { User: not null, Encrypts: true })
            client.Credentials = new NetworkCredential(options.User, options.Password);
        using var message = new MailMessage(options.From!, to, subject.ReplaceLineEndings(" "), text);
        if (html is not null)
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(html, Encoding.UTF8, MediaTypeNames.Text.Html));
        // Keeps answers of absent people away.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        try
        {
            await client.SendMailAsync(message, ct);
        }
        catch (SmtpException e)
        {
            throw new RetryLaterException($"The mail server did not take the message ({e.StatusCode}).", inner: e);
        }
    }
}
