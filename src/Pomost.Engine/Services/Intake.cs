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

    /// <summary>A module's push from outside the window.</summary>
    Stale,

    /// <summary>A module's push whose nonce was taken before.</summary>
    Replayed,

    /// <summary>A module's push above the size agreed.</summary>
    TooLarge,

    /// <summary>A module's push with a body that is none.</summary>
    Invalid,
}

/// <summary>Takes in what shops announce: checked, committed, answered; everything else happens later.</summary>
public sealed partial class Intake(
    IStores stores, IInbox inbox, IModuleNonces nonces, Connections connections, IStoreWaker waker, TimeProvider clock, ILogger<Intake> log)
{
    /// <summary>Takes in one webhook, or one push of a module. Returns after the commit.</summary>
    /// <param name="token">Unguessable part of the address it came to.</param>
    /// <param name="request">The request as the shop sent it.</param>
    /// <param name="ct">Cancels.</param>
    public Task<(IntakeResult Result, string? Reply)> AcceptAsync(string token, WebhookRequest request, CancellationToken ct)
        => AcceptAsync(token, () => Task.FromResult<WebhookRequest?>(request), ct);

    /// <summary>Takes in one webhook, or one push of a module. Returns after the commit.</summary>
    /// <param name="token">Unguessable part of the address it came to.</param>
    /// <param name="read">Reads the request, once a store is known to have the address; null = it is too large.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<(IntakeResult Result, string? Reply)> AcceptAsync(string token, Func<Task<WebhookRequest?>> read, CancellationToken ct)
    {
        var (result, reply) = await TakeAsync(token, read, ct);
        EngineMeters.Received.Add(1, new("kind", "webhook"), new("outcome", result.ToString()));
        return (result, reply);
    }

    async Task<(IntakeResult Result, string? Reply)> TakeAsync(string token, Func<Task<WebhookRequest?>> read, CancellationToken ct)
    {
        var store = await stores.FindByWebhookTokenAsync(token, ct);
        if (store is null)
            return (IntakeResult.Unknown, null);
        if (await read() is not { } request)
            return (IntakeResult.TooLarge, null);
        if (connections.ConnectorOf(store) is IUsesModule module && module.ReadPush(request, connections.ModuleSecretOf(store), clock.GetUtcNow()) is { } push)
            return (await TakeAsync(store, push, ct), null);
        if (connections.ConnectorOf(store) is not IReceivesWebhooks connector)
            return (IntakeResult.Unknown, null);
        var verdict = connector.Read(request, connections.ShopOf(store), connections.WebhookSecretOf(store));
        if (!verdict.Accepted)
        {
            Log.Refused(log, store.Id, verdict.Refusal ?? "");
            return (IntakeResult.Refused, null);
        }

        await StoreAsync(store, InboxSource.Webhook, verdict.Changes, ct);
        return (IntakeResult.Accepted, verdict.Reply);
    }

    // The nonce first: should the changes then fail to be stored, the module is not answered and signs them anew.
    async Task<IntakeResult> TakeAsync(Store store, ModulePush push, CancellationToken ct)
    {
        var refusal = push.Refusal;
        if (refusal is null && !await nonces.TakeAsync(store.Key, push.Nonce, push.NonceUntil, ct))
            refusal = PushRefusal.Replayed;
        if (refusal is { } why)
        {
            Log.PushRefused(log, store.Id, why);
            return why switch
            {
                PushRefusal.Stale => IntakeResult.Stale,
                PushRefusal.Replayed => IntakeResult.Replayed,
                PushRefusal.TooLarge => IntakeResult.TooLarge,
                PushRefusal.Invalid => IntakeResult.Invalid,
                _ => IntakeResult.Refused,
            };
        }

        await StoreAsync(store, InboxSource.Module, push.Changes, ct);
        return IntakeResult.Accepted;
    }

    async Task StoreAsync(Store store, InboxSource source, IReadOnlyList<AnnouncedChange> changes, CancellationToken ct)
    {
        if (changes.Count == 0)
            return;
        await inbox.AddAsync(store.Key, source, changes, ct);
        await waker.NudgeAsync(store.Key, ct);
    }

    static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "Store {StoreId}: webhook refused: {Why}")]
        public static partial void Refused(ILogger log, long storeId, string why);

        [LoggerMessage(21, LogLevel.Warning, "Store {StoreId}: push of the module refused: {Why}")]
        public static partial void PushRefused(ILogger log, long storeId, PushRefusal why);
    }
}
