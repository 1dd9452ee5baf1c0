namespace Pomost.Engine;

/// <summary>What an account can have told.</summary>
public enum WebhookEvent
{
    /// <summary>Contacts were taken by the destination.</summary>
    ContactSent,

    /// <summary>People's consents changed.</summary>
    ConsentChanged,

    /// <summary>Records were given up: refused, or not delivered for 24 hours.</summary>
    DeliveryRejected,

    /// <summary>An export run ended.</summary>
    ExportFinished,

    /// <summary>A store stands still until a setting is mended.</summary>
    StoreNeedsOperator,

    /// <summary>An alert began.</summary>
    AlertOpened,

    /// <summary>An alert ended.</summary>
    AlertClosed,

    /// <summary>A trial, asked for by a person. Nobody subscribes to it.</summary>
    Test,
}

/// <summary>Names of events, as they stand in messages and in the database.</summary>
public static class WebhookEvents
{
    static readonly Dictionary<WebhookEvent, string> Names = new()
    {
        [WebhookEvent.ContactSent] = "contact.sent",
        [WebhookEvent.ConsentChanged] = "consent.changed",
        [WebhookEvent.DeliveryRejected] = "delivery.rejected",
        [WebhookEvent.ExportFinished] = "export.finished",
        [WebhookEvent.StoreNeedsOperator] = "store.needs_operator",
        [WebhookEvent.AlertOpened] = "alert.opened",
        [WebhookEvent.AlertClosed] = "alert.closed",
        [WebhookEvent.Test] = "webhook.test",
    };

    static readonly Dictionary<string, WebhookEvent> ByName = Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Those one can subscribe to.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } = [.. Names.Keys.Where(happened => happened != WebhookEvent.Test)];

    public static string Name(this WebhookEvent happened) => Names[happened];

    public static WebhookEvent? Find(string name) => ByName.TryGetValue(name, out var happened) ? happened : null;
}

/// <summary>An address that wants to be told. Secrets are encrypted before they come here.</summary>
public sealed record WebhookSubscription
{
    public required long AccountId { get; init; }

    /// <summary>0 when not yet stored.</summary>
    public long Id { get; init; }

    public required Uri Url { get; init; }

    public required IReadOnlyList<WebhookEvent> Events { get; init; }

    /// <summary>True: contacts are named with their e-mail addresses, not by number alone.</summary>
    public bool TellsEmail { get; init; }

    /// <summary>Stopped by a person: nothing is put into its queue, and what is in it waits.</summary>
    public bool IsPaused { get; init; }

    public required string ProtectedSecret { get; init; }

    /// <summary>The secret before the present one, with which messages are signed as well until <see cref="OldSecretUntil"/>.</summary>
    public string? ProtectedOldSecret { get; init; }

    public DateTimeOffset? OldSecretUntil { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Failed tries in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Since when every try failed, UTC; null = the last one succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }
}

/// <summary>A message owed to a subscription.</summary>
/// <param name="Id">Row.</param>
/// <param name="MessageId">What the receiver knows it by; the same at each try.</param>
/// <param name="Event">What happened.</param>
/// <param name="Payload">The body, with contacts by number alone.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="CreatedAt">When it happened, UTC.</param>
public sealed record WebhookMessage(long Id, string MessageId, WebhookEvent Event, string Payload, int Attempts, DateTimeOffset CreatedAt);

/// <summary>One try, as people see it.</summary>
/// <param name="MessageId">Which message.</param>
/// <param name="Event">What it told.</param>
/// <param name="At">UTC.</param>
/// <param name="Status">HTTP status; null = no answer.</param>
/// <param name="Problem">Why there was none; null when there was.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record WebhookAttempt(string MessageId, WebhookEvent Event, DateTimeOffset At, int? Status, string? Problem, long Milliseconds)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>How full a subscription's queue is.</summary>
/// <param name="Waiting">Not yet delivered.</param>
/// <param name="GivenUp">Not delivered within 24 hours; kept for a week.</param>
public sealed record WebhookQueue(long Waiting, long GivenUp);

/// <summary>What becomes of a message after a try.</summary>
public enum WebhookOutcome
{
    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>Tried again.</summary>
    PutOff,

    /// <summary>Given up.</summary>
    GivenUp,
}

/// <summary>Subscriptions, and the queue of what is owed to them. Messages are put into it by whoever commits what they tell.</summary>
public interface IOutgoingWebhooks
{
    Task<WebhookSubscription> AddAsync(WebhookSubscription subscription, CancellationToken ct);

    Task<IReadOnlyList<WebhookSubscription>> ListAsync(long accountId, CancellationToken ct);

    Task<WebhookSubscription?> FindAsync(long accountId, long id, CancellationToken ct);

    /// <summary>Writes address, events, secrets and the pause. An address that changed is tried at once.</summary>
    Task UpdateAsync(WebhookSubscription subscription, CancellationToken ct);

    /// <summary>Removes it with all that is owed to it. False when the account has none of this number.</summary>
    Task<bool> RemoveAsync(long accountId, long id, CancellationToken ct);

    /// <summary>How full the queues of the account's subscriptions are; empty ones are missing.</summary>
    Task<IReadOnlyDictionary<long, WebhookQueue>> QueuesAsync(long accountId, CancellationToken ct);

    /// <summary>The newest tries of a subscription.</summary>
    Task<IReadOnlyList<WebhookAttempt>> AttemptsAsync(long accountId, long id, int max, CancellationToken ct);

    /// <summary>Puts what was given up back into the queue, for another 24 hours. Gives how many.</summary>
    Task<int> ReviveAsync(long accountId, long id, CancellationToken ct);

    /// <summary>Subscriptions of all accounts that may be sent something now.</summary>
    Task<IReadOnlyList<WebhookSubscription>> DueAsync(int max, CancellationToken ct);

    /// <summary>The oldest message that may go now; null when none.</summary>
    Task<WebhookMessage?> NextAsync(WebhookSubscription subscription, CancellationToken ct);

    /// <summary>Records a try and what becomes of its message.</summary>
    /// <param name="subscription">Whose.</param>
    /// <param name="message">Which; a trial's id is 0 and is kept as a try alone.</param>
    /// <param name="attempt">What came of it.</param>
    /// <param name="outcome">What becomes of the message.</param>
    /// <param name="notBefore">When it is tried again, UTC.</param>
    /// <param name="holdUntil">Nothing is sent to the subscription before, UTC; null = its other messages go on.</param>
    /// <param name="ct">Cancels.</param>
    Task SettleAsync(
        WebhookSubscription subscription, WebhookMessage message, WebhookAttempt attempt, WebhookOutcome outcome, DateTimeOffset notBefore, DateTimeOffset? holdUntil, CancellationToken ct);

    /// <summary>Addresses of contacts by their number; those unknown or erased are missing.</summary>
    Task<IReadOnlyDictionary<long, string>> EmailsAsync(long accountId, IReadOnlyCollection<long> contacts, CancellationToken ct);
}
