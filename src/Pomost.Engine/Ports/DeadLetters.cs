namespace Pomost.Engine;

/// <summary>What was given up.</summary>
public enum DeadLetterKind
{
    /// <summary>A contact owed to the destination.</summary>
    Contact,

    /// <summary>An event owed to the destination.</summary>
    Event,

    /// <summary>A change owed to the shop.</summary>
    WriteBack,
}

/// <summary>Something given up, kept for a person to look at.</summary>
/// <param name="Store">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="Id">Unique among its kind of queue.</param>
/// <param name="SourceId">Id of the shop's record; the address for a person without account.</param>
/// <param name="EmailKey">Whom it is about.</param>
/// <param name="Reason">What the other side said last.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="CreatedAt">Since when it was owed, UTC.</param>
public sealed record DeadLetter(
    StoreKey Store, DeadLetterKind Kind, long Id, string SourceId, string EmailKey, string? Reason, int Attempts, DateTimeOffset CreatedAt)
{
    /// <summary>Short name for people: <c>d17</c> in the queue to the destination, <c>w17</c> in the queue to the shop.</summary>
    public string Name => DeliveryName.Of(Kind, Id);
}

/// <summary>How full a store's queues are.</summary>
/// <param name="Store">Whose.</param>
/// <param name="Waiting">Deliveries not yet sent.</param>
/// <param name="InDoubt">Events sent without an answer: the destination is asked first.</param>
/// <param name="ToShop">Changes owed to the shop.</param>
/// <param name="Dead">Given up, in both directions.</param>
/// <param name="OldestAt">Since when the oldest live delivery waits, UTC; null when none waits. Exports have their own pace and do not count.</param>
public sealed record QueueNumbers(StoreKey Store, long Waiting, long InDoubt, long ToShop, long Dead, DateTimeOffset? OldestAt)
{
    /// <summary>Since when the oldest change owed to the shop waits: a consent to be written there, or a person's edit in the panel, UTC; null when none does.
    /// Tags do not count: an export makes as many as it sends people.</summary>
    public DateTimeOffset? ToShopOldestAt { get; init; }

    /// <summary>A field of the shop that shows another value than was written there; null = none.</summary>
    public string? PutBackField { get; init; }
}

/// <summary>What became of a replay.</summary>
/// <param name="Replayed">Back in the queue for another 24 hours.</param>
/// <param name="Superseded">Removed: newer data was sent meanwhile, or the record may no longer be sent.</param>
public sealed record ReplayResult(int Replayed, int Superseded);

/// <summary>What was given up, and the way back into the queue.</summary>
public interface IDeadLetters
{
    /// <summary>The newest of the account, or of one store.</summary>
    Task<IReadOnlyList<DeadLetter>> ListAsync(long accountId, long? storeId, int max, CancellationToken ct);

    /// <summary>Ids of deliveries given up, greatest first, below one.</summary>
    Task<IReadOnlyList<long>> DeliveriesAsync(long accountId, long? storeId, long before, int max, CancellationToken ct);

    /// <summary>Ids of changes owed to shops that were given up, greatest first, below one.</summary>
    Task<IReadOnlyList<long>> WriteBacksAsync(long accountId, long? storeId, long before, int max, CancellationToken ct);

    /// <summary>How full the queues of the account's stores are.</summary>
    Task<IReadOnlyList<QueueNumbers>> QueuesAsync(long accountId, CancellationToken ct);

    /// <summary>Puts deliveries back: attempts and the 24 hours begin anew, as live traffic. An event is in doubt, so that the destination is asked first.</summary>
    /// <param name="accountId">The account; ids of another one do nothing.</param>
    /// <param name="deliveryIds">At most 500.</param>
    /// <param name="ct">Cancels.</param>
    Task<ReplayResult> ReplayDeliveriesAsync(long accountId, IReadOnlyList<long> deliveryIds, CancellationToken ct);

    /// <summary>Puts changes owed to shops back; one that a newer change of the same person and kind replaced is removed.</summary>
    /// <param name="accountId">The account; ids of another one do nothing.</param>
    /// <param name="writeBackIds">At most 500.</param>
    /// <param name="ct">Cancels.</param>
    Task<ReplayResult> ReplayWriteBacksAsync(long accountId, IReadOnlyList<long> writeBackIds, CancellationToken ct);
}
