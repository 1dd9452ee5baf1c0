using System.Threading.Channels;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;

namespace Pomost.Panel.Features.Login;

/// <summary>Writes the letters that a stranger can ask for, after the answer was given: how long that takes must not tell which addresses exist.</summary>
public sealed partial class AskedMails(IServiceScopeFactory scopes, Letters letters, LoginAttempts attempts, ILogger<AskedMails> log) : BackgroundService
{
    const int MostWaiting = 1_000;

    readonly Channel<(MailKind Kind, string Email)> asked = Channel.CreateBounded<(MailKind, string)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a letter to whoever has this address. Nobody gets more than a few in a while.</summary>
    public void Ask(MailKind kind, string email)
    {
        if (attempts.MayMail(email))
            asked.Writer.TryWrite((kind, email));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (kind, email) in asked.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(kind, email, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.NotWritten(log, kind, failure);
            }
        }
    }

    async Task WriteAsync(MailKind kind, string email, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        if (await users.FindByEmailAsync(email) is not { } user)
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

    static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "A letter that was asked for ({Kind}) could not be written")]
        public static partial void NotWritten(ILogger logger, MailKind kind, Exception failure);
    }
}
