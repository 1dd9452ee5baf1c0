namespace Pomost.Engine;

/// <summary>A person of an account, as its team sees them.</summary>
public sealed record TeamMember
{
    public required Guid UserId { get; init; }

    public required string FullName { get; init; }

    public required string Email { get; init; }

    public required AccountRole Role { get; init; }

    /// <summary>Ids of the stores they are limited to; null = all.</summary>
    public IReadOnlyList<long>? Stores { get; init; }

    /// <summary>One-time codes or a passkey.</summary>
    public required bool HasSecondFactor { get; init; }

    /// <summary>UTC; null = never logged in.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }
}

/// <summary>Somebody is asked to join an account.</summary>
public sealed record Invitation
{
    public required long AccountId { get; init; }

    /// <summary>0 when not yet stored.</summary>
    public long Id { get; init; }

    public required string Email { get; init; }

    public required AccountRole Role { get; init; }

    /// <summary>Ids of the stores they will be limited to; null = all.</summary>
    public IReadOnlyList<long>? Stores { get; init; }

    /// <summary>Who sent it; null = not known.</summary>
    public Guid? InvitedBy { get; init; }

    /// <summary>Language of its mail.</summary>
    public required string Language { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What a person made in an account, and goes on opening it when they are gone.</summary>
/// <param name="Keys">Their keys that still open something.</param>
/// <param name="Invitations">Invitations they sent that can still be accepted.</param>
public sealed record LeftBehind(IReadOnlyList<ApiKey> Keys, IReadOnlyList<Invitation> Invitations);

/// <summary>How a change of a team ended.</summary>
public enum TeamOutcome
{
    Done,

    /// <summary>The account has no such person or invitation.</summary>
    NotThere,

    /// <summary>An account must keep an owner.</summary>
    LastOwner,

    /// <summary>Only an owner may touch an owner, or make one.</summary>
    OwnersOnly,
}

/// <summary>Who belongs to an account, and who is asked to.</summary>
public interface ITeams
{
    /// <summary>By role, then by name.</summary>
    Task<IReadOnlyList<TeamMember>> MembersAsync(long accountId, CancellationToken ct);

    /// <summary>Changes a person's role and stores at once, for the log-ins they have, too.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="userId">The person.</param>
    /// <param name="role">New role.</param>
    /// <param name="stores">Stores they are limited to; null = all.</param>
    /// <param name="byOwner">Whoever asks is an owner.</param>
    /// <param name="endsKeys">Keys the person may no longer make end with the role.</param>
    /// <param name="ct">Cancels.</param>
    /// <remarks>Invitations they may no longer send, and stores they began to add when they may add none, end in any case.</remarks>
    Task<TeamOutcome> ChangeAsync(
        long accountId, Guid userId, AccountRole role, IReadOnlyList<long>? stores, bool byOwner, bool endsKeys, CancellationToken ct);

    /// <summary>Takes a person out of the account, with their log-ins there, the invitations they sent and the stores they began to add.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="userId">The person.</param>
    /// <param name="byOwner">Whoever asks is an owner.</param>
    /// <param name="endsKeys">The keys they made end, too.</param>
    /// <param name="ct">Cancels.</param>
    Task<TeamOutcome> RemoveAsync(long accountId, Guid userId, bool byOwner, bool endsKeys, CancellationToken ct);

    /// <summary>What a person made that still opens the account.</summary>
    Task<LeftBehind> LeftBehindAsync(long accountId, Guid userId, CancellationToken ct);

    /// <summary>Invitations that can still be accepted, newest first.</summary>
    Task<IReadOnlyList<Invitation>> InvitationsAsync(long accountId, CancellationToken ct);

    /// <summary>Stores an invitation; an earlier one to the same address opens nothing any more.</summary>
    Task<Invitation> InviteAsync(Invitation invitation, string tokenHash, CancellationToken ct);

    /// <summary>The invitation with this hash, when it can still be accepted.</summary>
    Task<Invitation?> FindInvitationAsync(string tokenHash, CancellationToken ct);

    /// <summary>Takes an invitation back.</summary>
    Task<TeamOutcome> WithdrawAsync(long accountId, long invitationId, bool byOwner, CancellationToken ct);

    /// <summary>Makes the person a member as the invitation says, once. Who belongs to the account already keeps their role. Null when it can be
    /// accepted no more.</summary>
    Task<Membership?> AcceptAsync(string tokenHash, Guid userId, CancellationToken ct);

    /// <summary>Removes invitations that can be accepted no more, at most so many; gives how many.</summary>
    Task<int> RemoveExpiredAsync(int max, CancellationToken ct);
}
