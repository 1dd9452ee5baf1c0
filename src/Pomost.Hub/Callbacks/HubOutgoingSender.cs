using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;

namespace Pomost.Hub;

/// <summary>The hub's way out to addresses that users give. The application guards it: no private networks, no redirects, a bounded answer.</summary>
public interface IHubWayOut
{
    /// <summary>Calls an address with GET.</summary>
    /// <returns>The HTTP status.</returns>
    /// <exception cref="HttpRequestException">No answer, or the address is refused.</exception>
    Task<int> GetAsync(Uri address, CancellationToken ct);
}

/// <summary>A mail that asks for the confirmation of an opt-in.</summary>
/// <param name="Owner">The user whose contact the person is: the sender.</param>
/// <param name="Language">Two letters as the contact has them; null when not known.</param>
/// <param name="LinkPath">Path of the link, beginning with a slash, below the hub's public address.</param>
public sealed record HubConfirmationMail(long AccountId, string Email, string Owner, string? Language, string LinkPath);

/// <summary>Sends the hub's mails. Without one, mails wait.</summary>
public interface IHubMailer
{
    /// <exception cref="HttpRequestException">Not sent; it is tried again.</exception>
    Task SendAsync(HubConfirmationMail mail, CancellationToken ct);
}

/// <summary>Sends what the hub owes: callbacks and mails. Tried again with growing waits for <see cref="GivenUpAfter"/>, then given up.</summary>
public sealed partial class HubOutgoingSender : BackgroundService
{
    /// <summary>How long a receiver may fail before a call is given up.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    private const int AtOnce = 8;
    private const int PerRound = 64;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly HubServices services;
    private readonly IHubOutgoingStore store;
    private readonly HubLinks links;
    private readonly IHubWayOut wayOut;
    private readonly IHubMailer? mailer;

    internal HubOutgoingSender(HubServices services, IHubOutgoingStore store, HubLinks links, IHubWayOut wayOut, IHubMailer? mailer)
    {
        this.services = services;
        this.store = store;
        this.links = links;
        this.wayOut = wayOut;
        this.mailer = mailer;
    }

    /// <summary>Sends what is due now.</summary>
    /// <returns>How much was tried.</returns>
    public async Task<int> SendDueAsync(CancellationToken ct = default)
    {
        var now = services.Clock.GetUtcNow();
        var due = await store.TakeDueAsync(now, now + Lease, mailer is not null, PerRound, ct);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (owed, stop) => await TryAsync(owed, stop));
        return due.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var tried = 0;
            try
            {
                tried = await SendDueAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.RoundFailed(services.Log, failure);
            }
            if (tried < PerRound) await Task.Delay(Look, services.Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(HubOutgoing owed, CancellationToken ct)
    {
        if (await SendAsync(owed, ct) is not { } problem)
        {
            await store.RemoveAsync(owed, ct);
            return;
        }
        var now = services.Clock.GetUtcNow();
        var dead = now - owed.CreatedAt >= GivenUpAfter;
        Log.NotSent(services.Log, owed.AccountId, owed.Kind, owed.Attempts, problem);
        await store.PutOffAsync(owed, now + WaitAfter(owed.Attempts), problem, dead, ct);
    }

    private async Task<string?> SendAsync(HubOutgoing owed, CancellationToken ct)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(owed.ContactId);
        // Gone in the meantime: nobody is left to speak of.
        if (await services.Contacts.FindAsync(owed.AccountId, keys, ct) is not [var found, ..]) return null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var alarm = services.Clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), stop, TimeOut, Timeout.InfiniteTimeSpan);
        try
        {
            if (owed.Kind == HubOutgoingKind.ConfirmationMail) return await MailAsync(owed, found.Card, stop.Token);
            return await CallAsync(owed, found.Card, stop.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "No answer within 10 seconds";
        }
        catch (HttpRequestException)
        {
            return "The address could not be reached";
        }
    }

    private async Task<string?> CallAsync(HubOutgoing owed, ContactCard card, CancellationToken ct)
    {
        var callbacks = await store.ReadCallbacksAsync(owed.AccountId, ct);
        var template = owed.Kind == HubOutgoingKind.OptInCallback ? callbacks.ProtectedOptIn : callbacks.ProtectedOptOut;
        // Switched off in the meantime.
        if (template is null) return null;
        var status = await wayOut.GetAsync(CallbackTemplate.AddressFor(services.Secrets.Unprotect(template), card.Email), ct);
        // Shops redirect the visitor they take us for once the work is done.
        return status < StatusCodes.Status400BadRequest ? null : $"The receiver answered {status}";
    }

    private async Task<string?> MailAsync(HubOutgoing owed, ContactCard card, CancellationToken ct)
    {
        if (card.Deleted || card.EmailConsent == HubConsent.Granted) return null;
        await mailer!.SendAsync(
            new(owed.AccountId, card.Email, card.Owner, card.Language, links.ConfirmPath(owed.AccountId, card.Id)), ct);
        return null;
    }

    // Half of the wait is chance, so that many calls to one receiver do not come back together.
    private static TimeSpan WaitAfter(int attempts)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(attempts - 1, 10));
        var whole = wait < LongestWait ? wait : LongestWait;
        return whole / 2 + whole / 2 * (RandomNumberGenerator.GetInt32(1001) / 1000d);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "Hub account {Account}: {Kind} not sent, attempt {Attempt}: {Problem}")]
        public static partial void NotSent(ILogger logger, long account, HubOutgoingKind kind, int attempt, string problem);

        [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "The hub's callbacks could not be sent; they are tried again")]
        public static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
