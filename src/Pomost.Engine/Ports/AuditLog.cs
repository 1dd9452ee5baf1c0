namespace Pomost.Engine;

/// <summary>One value that was changed.</summary>
/// <param name="Field">Key of the field, as the form names it.</param>
/// <param name="Old">What it was; null = nothing, or a secret.</param>
/// <param name="New">What it is; null = nothing; <see cref="Hidden"/> = a secret.</param>
public sealed record AuditChange(string Field, string? Old, string? New)
{
    /// <summary>Stands for the new value of a secret.</summary>
    public const string Hidden = "***";

    /// <summary>A secret that was changed.</summary>
    public static AuditChange OfSecret(string field) => new(field, null, Hidden);
}

/// <summary>Somebody did something in an account. Holds no secrets and no contact's address: people are named by their number.</summary>
public sealed record AuditEntry
{
    public required long AccountId { get; init; }

    /// <summary>The person; null = a key or the command line.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Who, as people know them: a name, <c>API key: nightly export</c>, <c>command line</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done: <c>subject.verb</c> in lower case, for example <c>store.paused</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what: a store's slug, a contact's number, a key's name; empty = to the account as a whole.</summary>
    public string Subject { get; init; } = "";

    public IReadOnlyList<AuditChange> Changes { get; init; } = [];

    /// <summary>Network address of the caller; null when not known.</summary>
    public string? Origin { get; init; }
}

/// <summary>An entry as it was kept.</summary>
/// <param name="Id">Rises with time.</param>
/// <param name="At">UTC.</param>
/// <param name="Entry">What was kept.</param>
public sealed record KeptAuditEntry(long Id, DateTimeOffset At, AuditEntry Entry);

/// <summary>What to look for in the audit log.</summary>
/// <param name="Action">Beginning of the action, <c>store.</c> for all about stores; null = all.</param>
/// <param name="UserId">Only what this person did; null = everybody.</param>
/// <param name="Subject">Only what was done to this; null = all.</param>
/// <param name="Actor">Only what a key or the command line did under this name; null = all.</param>
public sealed record AuditFilter(string? Action = null, Guid? UserId = null, string? Subject = null, string? Actor = null);

/// <summary>Somebody who stands in the log.</summary>
/// <param name="UserId">The person; null = a key or the command line.</param>
/// <param name="Name">As they were called when they last did something.</param>
public sealed record AuditActor(Guid? UserId, string Name);

/// <summary>The audit log of accounts. It is only ever added to; the database refuses anything else.</summary>
public interface IAuditLog
{
    Task AddAsync(AuditEntry entry, CancellationToken ct);

    /// <summary>Entries, newest first.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only entries with a smaller number; null = from the newest.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyList<KeptAuditEntry>> ListAsync(long accountId, AuditFilter filter, long? before, int count, CancellationToken ct);

    /// <summary>Who did something among the newest entries, by name.</summary>
    /// <param name="accountId">Whose log.</param>
    /// <param name="among">How many entries are looked at: the log may be long.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyList<AuditActor>> ActorsAsync(long accountId, int among, CancellationToken ct);
}
