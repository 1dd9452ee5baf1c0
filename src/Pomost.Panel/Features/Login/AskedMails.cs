using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;

namespace Pomost.Panel.Features.Login;

/// <summary>Writes the letters that a stranger can ask for, after the answer was given: how long that takes must not tell which addresses exist.</summary>
public sealed partial class AskedMails(IServiceScopeFactory scopes, Letters letters, AddressLinks links, LoginAttempts attempts, ILogger<AskedMails> log) : BackgroundService
{
    const int MostWaiting = 1_000;

    readonly Channel<(MailKind Kind, string Email, Guid? By)> asked = Channel.CreateBounded<(MailKind, string, Guid?)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a letter to whoever has this address. Nobody gets more than a few in a while, and nobody asks for more than a few.</summary>
    public void Ask(MailKind kind, string email, IPAddress? from)
    {
        if (attempts.MayMail(email, from))
            asked.Writer.TryWrite((kind, email, null));
    }

    /// <summary>Asks for the letters about a person's new address.</summary>
    public void AskChange(PomostUser user, string email)
    {
        if (attempts.MayMail(user.Email!) && attempts.MayMail(email))
            asked.Writer.TryWrite((MailKind.AddressChange, email, user.Id));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (kind, email, by) in asked.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(kind, email, by, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.NotWritten(log, kind, failure);
            }
        }
    }

    async Task WriteAsync(MailKind kind, string email, Guid? by, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        var user = await users.FindByEmailAsync(email);
        if (kind == MailKind.AddressChange)
        {
            await WriteChangeAsync(await users.FindByIdAsync(by.ToString()!), user, email, cancel);
            return;
        }

        if (user is null)
            return;
        switch (kind)
        {
            case MailKind.PasswordReset:
                await letters.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), cancel);
                break;
            case MailKind.Confirmation when !user.EmailConfirmed:
                await letters.ConfirmAsync(user, await users.GenerateEmailConfirmationTokenAsync(user), cancel);
                break;
            case MailKind.AddressInUse:
                await letters.AddressInUseAsync(user, cancel);
                break;
        }
    }

    // The present mailbox gets the same letter whether or not the new address is free: whoever asks learns nothing there either.
    async Task WriteChangeAsync(PomostUser? by, PomostUser? taken, string email, CancellationToken cancel)
    {
        if (by is null)
            return;
        await letters.AddressChangeAskedAsync(by, email, cancel);
        if (taken is not null)
            await letters.AddressTakenAsync(taken, cancel);
        else
            await letters.ChangeAddressAsync(by, email, links.Make(by, email), cancel);
    }

    static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "A letter that was asked for ({Kind}) could not be written")]
        public static partial void NotWritten(ILogger logger, MailKind kind, Exception failure);
    }
}
