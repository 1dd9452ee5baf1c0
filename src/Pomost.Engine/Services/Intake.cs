using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What became of a webhook.</summary>
public enum IntakeResult
{
    /// <summary>Committed to the inbox (or nothing to commit).</summary>
    Accepted,

    /// <summary>No store has this address.</summary>
    Unknown,

    /// <summary>Not authentic.</summary>
    Refused,
}

/// <summary>Takes in what shops announce: checked, committed, answered; everything else happens later.</summary>
public sealed partial class Intake(IStores stores, IInbox inbox, Connections connections, IStoreWaker waker, TimeProvider clock, ILogger<Intake> log)
{
    /// <summary>Takes in one webhook. Returns after the commit.</summary>
    /// <param name="token">Unguessable part of the address it came to.</param>
    /// <param name="request">The request as the shop sent it.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<(IntakeResult Result, string? Reply)> AcceptAsync(string token, WebhookRequest request, CancellationToken ct)
    {
        var (result, reply) = await TakeAsync(token, request, ct);
        EngineMeters.Received.Add(1, new("kind", "webhook"), new("outcome", result.ToString()));
        return (result, reply);
    }

    async Task<(IntakeResult Result, string? Reply)> TakeAsync(string token, WebhookRequest request, CancellationToken ct)
    {
        var store = await stores.FindByWebhookTokenAsync(token, ct);
        if (store is null || connections.ConnectorOf(store) is not IReceivesWebhooks connector)
            return (IntakeResult.Unknown, null);
        var verdict = connector.Read(request, connections.WebhookSecretOf(store), clock.GetUtcNow());
        if (!verdict.Accepted)
        {
            Log.Refused(log, store.Id, verdict.Refusal ?? "");
            return (IntakeResult.Refused, null);
        }

        if (verdict.Changes.Count > 0)
        {
            await inbox.AddAsync(store.Key, InboxSource.Webhook, verdict.Changes, ct);
            await waker.NudgeAsync(store.Key, ct);
        }

        return (IntakeResult.Accepted, verdict.Reply);
    }

    static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "Store {StoreId}: webhook refused: {Why}")]
        public static partial void Refused(ILogger log, long storeId, string why);
    }
}
