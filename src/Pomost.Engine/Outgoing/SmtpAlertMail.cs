using System.Net;
using System.Net.Mail;
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
    /// <summary>From the environment: <c>POMOST_SMTP_HOST</c>, <c>_PORT</c> (587), <c>_FROM</c>, <c>_USER</c>, <c>_PASSWORD</c>, <c>_TLS</c> (true).</summary>
    public static MailOptions FromEnvironment()
    {
        static string? Of(string name) => Environment.GetEnvironmentVariable($"POMOST_SMTP_{name}") is { Length: > 0 } value ? value : null;
        var port = int.TryParse(Of("PORT"), out var number) ? number : 587;
        return new MailOptions(Of("HOST"), port, Of("FROM"), Of("USER"), Of("PASSWORD"), Of("TLS") != "false");
    }
}

/// <summary>Sends alerts by SMTP.</summary>
sealed class SmtpAlertMail(MailOptions options) : IAlertMail
{
    public bool IsSet => options is { Host: not null, From: not null };

    public async Task SendAsync(string to, string subject, string body, CancellationToken ct)
    {
        using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.Encrypts, Timeout = 15_000 };
        if (options is { User: not null, Encrypts: true })
            client.Credentials = new NetworkCredential(options.User, options.Password);
        using var message = new MailMessage(options.From!, to, subject.ReplaceLineEndings(" "), body);
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
