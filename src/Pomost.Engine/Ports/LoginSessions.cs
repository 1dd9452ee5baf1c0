namespace Pomost.Engine;

/// <summary>A log-in that holds.</summary>
/// <param name="Id">Unguessable; stands in the browser's cookie.</param>
/// <param name="Device">Browser and system, for example <c>Firefox, Windows</c>; empty when not known.</param>
/// <param name="Address">Network address it was last used from.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastSeenAt">UTC, to the minute.</param>
public sealed record LoginSession(string Id, string Device, string? Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <summary>How long a log-in holds.</summary>
/// <param name="AfterUse">After its last use.</param>
/// <param name="AtMost">After its beginning, however much it is used.</param>
public sealed record SessionLife(TimeSpan AfterUse, TimeSpan AtMost);

/// <summary>Who asks, as the database knows at this moment: what changed a second ago holds already.</summary>
public sealed record PersonAtWork
{
    public required string SessionId { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    public required Guid UserId { get; init; }

    public required string Email { get; init; }

    public required string FullName { get; init; }

    public required string Language { get; init; }

    public string? Theme { get; init; }

    public string? TimeZone { get; init; }

    public bool IsDense { get; init; }

    public bool HasShortcuts { get; init; }

    public bool IsOperator { get; init; }

    /// <summary>When they last proved in this log-in who they are, by password or passkey, UTC; null = not since it began.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>They have one-time codes, or showed a passkey in this log-in.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>Of whom the account they work in demands a second factor.</summary>
    public SecondFactorDemand SecondFactorOf { get; init; }

    /// <summary>The account demands a second factor of them, and they have none.</summary>
    public bool LacksSecondFactor => !HasSecondFactor && TeamDesk.IsDemandedOf(Place.Role, SecondFactorOf);

    /// <summary>Their place in the account they work in.</summary>
    public required Membership Place { get; init; }

    /// <summary>Accounts they belong to.</summary>
    public required int Accounts { get; init; }
}

/// <summary>Log-ins, each a row that can be ended from elsewhere.</summary>
public interface ILoginSessions
{
    /// <summary>Begins a log-in; gives its id.</summary>
    /// <param name="userId">Who.</param>
    /// <param name="device">Browser and system.</param>
    /// <param name="address">Network address.</param>
    /// <param name="life">How long it holds.</param>
    /// <param name="byPasskey">It began with a passkey.</param>
    /// <param name="ct">Cancels.</param>
    Task<string> BeginAsync(Guid userId, string device, string? address, SessionLife life, bool byPasskey, CancellationToken ct);

    /// <summary>The person behind a log-in; null when it ended, or the person belongs to no account any more.</summary>
    Task<PersonAtWork?> FindAsync(string id, CancellationToken ct);

    /// <summary>Notes that the person has just proved who they are.</summary>
    /// <param name="id">The log-in; no other is touched.</param>
    /// <param name="byPasskey">By a passkey: it stands for password and second factor.</param>
    /// <param name="ct">Cancels.</param>
    Task ConfirmAsync(string id, bool byPasskey, CancellationToken ct);

    /// <summary>Notes that it is used, and prolongs it.</summary>
    Task TouchAsync(string id, string? address, CancellationToken ct);

    /// <summary>Log-ins of a person that hold, last used first.</summary>
    Task<IReadOnlyList<LoginSession>> ListAsync(Guid userId, CancellationToken ct);

    /// <summary>Ends one. False when the person has no such log-in.</summary>
    Task<bool> EndAsync(Guid userId, string id, CancellationToken ct);

    /// <summary>Ends all of a person but one; gives how many.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="kept">The one that stays; null = none does.</param>
    /// <param name="ct">Cancels.</param>
    Task<int> EndOthersAsync(Guid userId, string? kept, CancellationToken ct);

    /// <summary>Works on in another account of the same person. False when the person does not belong to it.</summary>
    Task<bool> SwitchAsync(string id, long accountId, CancellationToken ct);

    /// <summary>Removes what holds no more, at most so many; gives how many.</summary>
    Task<int> RemoveExpiredAsync(int max, CancellationToken ct);
}
