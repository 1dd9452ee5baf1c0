namespace Pomost.Engine;

/// <summary>Where a shop's webhooks stand.</summary>
/// <param name="Active">True when every topic needed was announced to us at the last check.</param>
/// <param name="Address">Where they lead; null before the first check.</param>
/// <param name="Repaired">How many had to be made again so far.</param>
/// <param name="CheckedAt">The last check, UTC; null before the first.</param>
/// <param name="LastSeenAt">The last webhook worked on, UTC; null before the first.</param>
public sealed record WebhookHealth(bool Active, Uri? Address, long Repaired, DateTimeOffset? CheckedAt, DateTimeOffset? LastSeenAt);

/// <summary>How well webhooks work. Lost ones are changes that a poll or a comparison found although a webhook should have told: counted, and healed by it.</summary>
public interface IWebhookStates
{
    Task<WebhookHealth?> FindAsync(StoreKey store, CancellationToken ct);

    /// <summary>Notes a check.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task CheckedAsync(StoreLease lease, bool active, int repaired, Uri address, CancellationToken ct);

    /// <summary>Notes when the newest webhook worked on was received.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SeenAsync(StoreLease lease, DateTimeOffset receivedAt, CancellationToken ct);

    /// <summary>Counts lost webhooks for a day.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task LostAsync(StoreLease lease, DateOnly day, int count, CancellationToken ct);

    /// <summary>How many were lost from a day on, by store; stores without a loss are missing.</summary>
    Task<IReadOnlyDictionary<StoreKey, long>> LostSinceAsync(long accountId, DateOnly day, CancellationToken ct);
}
