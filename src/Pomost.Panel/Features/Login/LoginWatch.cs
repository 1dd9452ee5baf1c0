using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>How an attempt to log in ended.</summary>
public enum LoginOutcome
{
    /// <summary>In.</summary>
    Opened,

    /// <summary>Address and password do not fit.</summary>
    WrongPassword,

    /// <summary>The second factor does not fit.</summary>
    WrongCode,

    /// <summary>No account has the passkey.</summary>
    WrongPasskey,

    /// <summary>This attempt was one too many: a pause begins.</summary>
    Locked,

    /// <summary>It came during a pause.</summary>
    Waits,

    /// <summary>Too many attempts from one network address.</summary>
    TooFast,
}

/// <summary>Counts and logs what was refused, without addresses, and writes it into the log of the accounts of whoever is known. After the answer: how long that takes
/// must not tell who is.</summary>
public sealed partial class LoginWatch(IServiceScopeFactory scopes, ILogger<LoginWatch> log) : BackgroundService
{
    const int MostWaiting = 1_000;
    const int LongestSubject = 200;

    readonly Channel<(Guid User, string Action, string Subject, string? Origin)> noted = Channel.CreateBounded<(Guid, string, string, string?)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Notes an attempt to log in.</summary>
    /// <param name="http">The request.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="user">Whose address it was; null = nobody's, or not known.</param>
    public void Note(HttpContext http, LoginOutcome outcome, Guid? user = null)
    {
        EngineMeters.LogIns.Add(1, KeyValuePair.Create("outcome", (object?)outcome.ToString()));
        if (outcome == LoginOutcome.Opened)
            return;
        if (outcome == LoginOutcome.Locked)
            Log.Locked(log);
        else
            Log.Refused(log, outcome);
        if (user is { } known && ActionOf(outcome) is { } action)
            noted.Writer.TryWrite((known, action, "", LoginEndpoints.PlaceOf(http)));
    }

    /// <summary>Notes that somebody asked for what their role does not open.</summary>
    public void NoteDenied(HttpContext http, Guid user, string? policy)
    {
        EngineMeters.Refusals.Add(1, KeyValuePair.Create("policy", (object?)(policy ?? "none")));
        Log.Denied(log, policy ?? "none", http.Request.Method);
        noted.Writer.TryWrite((user, "access.refused", TypedText.Cut(http.Request.Path.Value ?? "", LongestSubject), LoginEndpoints.PlaceOf(http)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (user, action, subject, origin) in noted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(user, action, subject, origin, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.NotWritten(log, action, failure);
            }
        }
    }

    async Task WriteAsync(Guid userId, string action, string subject, string? origin, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        if (await services.GetRequiredService<UserManager<PomostUser>>().FindByIdAsync(userId.ToString()) is not { } user)
            return;
        var audit = services.GetRequiredService<IAuditLog>();
        foreach (var place in await services.GetRequiredService<IAccounts>().MembershipsAsync(userId, cancel))
        {
            await audit.AddAsync(
                new AuditEntry { AccountId = place.AccountId, UserId = userId, Actor = user.FullName, Action = action, Subject = subject, Origin = origin }, cancel);
        }
    }

    // What comes during a pause says nothing that its beginning did not say, and would fill the log.
    static string? ActionOf(LoginOutcome outcome) => outcome switch
    {
        LoginOutcome.WrongPassword => "session.refused",
        LoginOutcome.WrongCode => "session.code_refused",
        LoginOutcome.Locked => "session.locked",
        LoginOutcome.Opened or LoginOutcome.WrongPasskey or LoginOutcome.Waits or LoginOutcome.TooFast => null,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome without words."),
    };

    static partial class Log
    {
        [LoggerMessage(10, LogLevel.Information, "A log-in was refused ({Outcome})")]
        public static partial void Refused(ILogger logger, LoginOutcome outcome);

        [LoggerMessage(11, LogLevel.Warning, "Too many log-ins were refused; one person's are made to wait")]
        public static partial void Locked(ILogger logger);

        [LoggerMessage(12, LogLevel.Warning, "A page was refused to somebody whose role does not open it ({Policy}, {Method})")]
        public static partial void Denied(ILogger logger, string policy, string method);

        [LoggerMessage(13, LogLevel.Error, "The audit entry {Action} could not be written")]
        public static partial void NotWritten(ILogger logger, string action, Exception failure);
    }
}
