using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Pomost.Contract;
using AuthenticationException = MailKit.Security.AuthenticationException;

namespace Pomost.Engine;

/// <summary>The mail server of this installation, set by its operator.</summary>
/// <param name="Host">Name; null = no mail is sent.</param>
/// <param name="Port">Port.</param>
/// <param name="From">Sender.</param>
/// <param name="User">Log-in name; null = none.</param>
/// <param name="Password">Password.</param>
/// <param name="Encrypts">TLS, without which no password is sent: from the first byte on port 465, else by STARTTLS.</param>
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
sealed class SmtpServer(MailOptions options, TimeProvider clock) : IMailServer
{
    /// <summary>For the whole conversation with the mail server, from the connection to its word that it has the message.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    const int ImplicitTlsPort = 465;

    static readonly ParserOptions WholeAddresses = new() { AllowAddressesWithoutDomain = false };

    public bool IsSet => options.IsSet;

    public async Task SendAsync(string to, string subject, string text, string? html, CancellationToken ct)
    {
        using var message = MessageOf(to, subject, text, html);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await SendAsync(message, either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RetryLaterException($"The mail server did not take the message within {Patience.TotalSeconds:0} seconds.", inner: e);
        }
        catch (SmtpCommandException e) when (IsUnknownAddress(e))
        {
            throw new SkipRecordException("", "to", $"The mail server knows no such address ({(int)e.StatusCode}).");
        }
        catch (SmtpCommandException e)
        {
            throw new RetryLaterException($"The mail server did not take the message ({(int)e.StatusCode}, {e.StatusCode}).", inner: e);
        }
        catch (Exception e) when (e is ProtocolException or SslHandshakeException or AuthenticationException or NotSupportedException
            or IOException or SocketException)
        {
            throw new RetryLaterException($"The mail server did not take the message ({e.GetType().Name}).", inner: e);
        }
    }

    async Task SendAsync(MimeMessage message, CancellationToken ct)
    {
        // A firewall that lets mail out seldom lets the lists of revoked certificates in.
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        await client.ConnectAsync(options.Host!, options.Port, Encryption(), ct);
        if (options is { User: not null, Encrypts: true } && client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
            await client.AuthenticateAsync(options.User, options.Password ?? "", ct);
        await client.SendAsync(message, ct);
        // A farewell that fails is forgiven: the message was taken.
        await client.DisconnectAsync(quit: true, ct);
    }

    SecureSocketOptions Encryption() => !options.Encrypts ? SecureSocketOptions.None
        : options.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls;

    MimeMessage MessageOf(string to, string subject, string text, string? html)
    {
        if (!MailboxAddress.TryParse(WholeAddresses, to, out var recipient))
            throw new SkipRecordException("", "to", "The letter's address is no e-mail address.");
        if (!MailboxAddress.TryParse(WholeAddresses, options.From, out var sender))
            throw new RetryLaterException(
                "POMOST_SMTP_FROM is no e-mail address. The letter waits: mend the setting and start Pomost again.");
        var body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody();
        var message = new MimeMessage([sender], [recipient], subject.ReplaceLineEndings(" "), body) { Date = clock.GetUtcNow() };
        // Keeps answers of absent people away.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    // Only what speaks of the address itself (RFC 3463, 5.1.x): a refusal for any other reason may be the operator's to mend.
    static bool IsUnknownAddress(SmtpCommandException e)
        => e.ErrorCode == SmtpErrorCode.RecipientNotAccepted && e.Message.StartsWith("5.1.", StringComparison.Ordinal);
}
