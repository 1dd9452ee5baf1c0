namespace Pomost.Hub;

/// <summary>What the hub owes to the outside about a person.</summary>
public enum HubOutgoingKind
{
    OptInCallback = 0,
    OptOutCallback = 1,

    /// <summary>The mail that asks for the confirmation of an opt-in.</summary>
    ConfirmationMail = 2,
}

/// <summary>Something to be owed from now on. A newer callback of a person takes the place of an older one; a mail that of an older mail.</summary>
public sealed record NewHubOutgoing(Guid Id, Guid ContactId, HubOutgoingKind Kind);

/// <summary>Something owed. Holds no address: it is read from the card when it is sent.</summary>
/// <param name="Attempts">Times it was tried, the one under way included.</param>
/// <param name="Problem">Why the last attempt failed, in English, without personal data.</param>
/// <param name="IsDead">Given up; goes out again only when asked to.</param>
public sealed record HubOutgoing(
    long AccountId, Guid Id, Guid ContactId, HubOutgoingKind Kind, int Attempts, DateTimeOffset CreatedAt, string? Problem, bool IsDead);

/// <summary>An account's callback addresses, encrypted, for they hold a secret; null = not called.</summary>
public sealed record StoredCallbacks(string? ProtectedOptIn, string? ProtectedOptOut);

/// <summary>Keeps callback addresses and what is owed to the outside. What is owed is added by <see cref="IHubContactStore.ChangeAsync"/>.</summary>
public interface IHubOutgoingStore
{
    Task<StoredCallbacks> ReadCallbacksAsync(long accountId, CancellationToken ct);

    Task SaveCallbacksAsync(long accountId, StoredCallbacks callbacks, CancellationToken ct);

    /// <summary>Takes what is due, of all accounts; nobody else is handed it before <paramref name="leasedUntil"/>.</summary>
    /// <param name="withMails">Whether mails are taken, too.</param>
    Task<IReadOnlyList<HubOutgoing>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leasedUntil, bool withMails, int count, CancellationToken ct);

    /// <summary>Forgets what was sent, unless something newer has taken its place.</summary>
    Task RemoveAsync(HubOutgoing sent, CancellationToken ct);

    /// <summary>Puts off what failed, or gives it up.</summary>
    Task PutOffAsync(HubOutgoing failed, DateTimeOffset dueAt, string problem, bool dead, CancellationToken ct);

    /// <summary>What is owed to an account's receivers, oldest first.</summary>
    Task<IReadOnlyList<HubOutgoing>> ListAsync(long accountId, int count, CancellationToken ct);

    /// <summary>Makes all that was given up due again.</summary>
    /// <returns>How many.</returns>
    Task<int> ReviveAsync(long accountId, DateTimeOffset now, CancellationToken ct);
}
