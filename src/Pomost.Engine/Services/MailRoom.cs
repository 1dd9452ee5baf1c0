using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Mail to people of this installation: written down first, then sent; without a mail server it lies in the panel to be read.</summary>
public sealed partial class MailRoom(IMails mails, IMailServer server, IDataProtectionProvider protection, TimeProvider clock, Random chance, ILogger<MailRoom> log)
{
    const int AtOnce = 3;

    // Longer than a server that answers nothing can hold up what was taken at once: else another node would send it too.
    static readonly TimeSpan Lease = (AtOnce + 1) * SmtpServer.Patience;

    readonly IDataProtector protector = protection.CreateProtector("Pomost.Mail");
    readonly Channel<bool> posted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>False: mails are kept to be read, and nobody gets one.</summary>
    public bool Sends => server.IsSet;

    internal ChannelReader<bool> Posted => posted.Reader;

    /// <summary>Takes a letter; it is on its way when this returns, or kept when there is no mail server.</summary>
    public async Task PostAsync(MailKind kind, Letter letter, CancellationToken ct)
    {
        letter = letter.InOneLines();
        await mails.AddAsync(
            new KeptMail
            {
                Kind = kind,
                Recipient = letter.To,
                Subject = letter.Subject,
                ProtectedLetter = Protect(letter),
                State = server.IsSet ? MailState.Waiting : MailState.Kept,
            },
            ct);
        posted.Writer.TryWrite(true);
    }

    /// <summary>What a mail says. Once it was sent, its links are gone: they were for its reader alone.</summary>
    public Letter Open(KeptMail mail) => JsonSerializer.Deserialize<Letter>(protector.Unprotect(mail.ProtectedLetter))!;

    /// <summary>Sends what is due.</summary>
    public async Task SendDueAsync(CancellationToken ct)
    {
        IReadOnlyList<KeptMail> due;
        do
        {
            due = await mails.TakeAsync(AtOnce, Lease, ct);
            foreach (var mail in due)
                await SendAsync(mail, ct);
        }
        while (due.Count == AtOnce);
    }

    async Task SendAsync(KeptMail mail, CancellationToken ct)
    {
        Letter letter;
        try
        {
            letter = Open(mail);
        }
        catch (CryptographicException)
        {
            await NotSentAsync(mail, "The keys it was encrypted with are gone.", nextTryAt: null, ct);
            return;
        }

        try
        {
            await server.SendAsync(letter.To, letter.Subject, letter.ToText(), letter.ToHtml(), ct);
        }
        catch (SkipRecordException e)
        {
            await NotSentAsync(mail, e.Message, nextTryAt: null, ct);
            return;
        }
        catch (RetryLaterException e)
        {
            await NotSentAsync(mail, e.Message, NextTry(mail), ct);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever one letter does to its sender, the next one goes out.
            await NotSentAsync(mail, $"The letter could not be sent ({e.GetType().Name}).", NextTry(mail), ct);
            return;
        }

        await mails.SentAsync(mail.Id, Protect(letter.WithoutLinks()), ct);
    }

    async Task NotSentAsync(KeptMail mail, string problem, DateTimeOffset? nextTryAt, CancellationToken ct)
    {
        await mails.NotSentAsync(mail.Id, problem, nextTryAt, ct);
        Log.NotSent(log, mail.Id, mail.Kind, problem);
    }

    DateTimeOffset? NextTry(KeptMail mail)
    {
        var now = clock.GetUtcNow();
        return Backoff.IsSpent(mail.CreatedAt, now) ? null : now + Backoff.After(Backoff.Mail, mail.Attempts + 1, null, chance);
    }

    string Protect(Letter letter) => protector.Protect(JsonSerializer.Serialize(letter));

    static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "Mail {Id} ({Kind}) was not sent: {Problem}")]
        public static partial void NotSent(ILogger log, long id, MailKind kind, string problem);
    }
}

/// <summary>Sends mail as soon as it is posted; looks now and then for what another process posted or what was put off.</summary>
sealed partial class MailSender(MailRoom room, TimeProvider clock, ILogger<MailSender> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!room.Sends)
            return;
        using var timer = new PeriodicTimer(Interval, clock);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var post = room.Posted.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await room.SendDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(log, e);
            }

            var first = await Task.WhenAny(tick, post);
            if (first == post && room.Posted.TryRead(out _))
                post = room.Posted.WaitToReadAsync(stoppingToken).AsTask();
            if (tick.IsCompletedSuccessfully)
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        }
    }

    static partial class Log
    {
        [LoggerMessage(61, LogLevel.Error, "Sending mail failed and is tried again")]
        public static partial void Failed(ILogger log, Exception e);
    }
}
