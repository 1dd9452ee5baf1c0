namespace Pomost.Engine;

/// <summary>A store being added, as it is kept. What was typed is encrypted.</summary>
public sealed record KeptDraft
{
    public required long AccountId { get; init; }

    /// <summary>Unguessable.</summary>
    public required string Id { get; init; }

    public required string Platform { get; init; }

    public required string Name { get; init; }

    /// <summary>Values of the platform's form, encrypted.</summary>
    public required string ProtectedValues { get; init; }

    /// <summary>Where its data will go; null = not chosen yet.</summary>
    public long? DestinationId { get; init; }

    /// <summary>SHA-256 of the one-time value that a connection by redirect brings back; null = none is under way.</summary>
    public string? StateHash { get; init; }

    /// <summary>What the connector must have again at the end of the redirect, encrypted.</summary>
    public string? ProtectedPending { get; init; }

    /// <summary>Until when the redirect may come back, UTC.</summary>
    public DateTimeOffset? StateUntil { get; init; }

    /// <summary>Who typed what it holds; null = not known.</summary>
    public Guid? MadeBy { get; init; }

    /// <summary>When it was last changed, UTC; also tells whether another node changed it.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Stores being added.</summary>
public interface IStoreDrafts
{
    /// <summary>Writes a draft, new or changed; gives it with the time of writing.</summary>
    Task<KeptDraft> SaveAsync(KeptDraft draft, CancellationToken ct);

    Task<KeptDraft?> FindAsync(long accountId, string id, CancellationToken ct);

    /// <summary>The draft whose redirect comes back with this value, while it may.</summary>
    Task<KeptDraft?> FindByStateAsync(string stateHash, CancellationToken ct);

    /// <summary>Drafts of an account, newest first.</summary>
    Task<IReadOnlyList<KeptDraft>> ListAsync(long accountId, CancellationToken ct);

    /// <summary>Takes a draft away. False when it was not there: of two who ask at once, one is told true.</summary>
    Task<bool> RemoveAsync(long accountId, string id, CancellationToken ct);

    /// <summary>Forgets drafts of all accounts that nobody touched since.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken ct);
}
