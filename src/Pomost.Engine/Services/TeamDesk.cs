using System.Security.Cryptography;
using System.Text;

namespace Pomost.Engine;

/// <summary>Invitations to an account: made for 72 hours, known by a token that is stored as its hash alone.</summary>
public sealed class TeamDesk(ITeams teams, TimeProvider clock)
{
    const int TokenBytes = 24;

    public static readonly TimeSpan InvitationLife = TimeSpan.FromHours(72);

    /// <summary>Invites somebody; gives the token of the link. Null when whoever asks may not give that role.</summary>
    public async Task<(Invitation Invitation, string Token)?> InviteAsync(
        long accountId, string email, AccountRole role, IReadOnlyList<long>? stores, string language, AccountRole by, CancellationToken ct, Guid? byUser = null)
    {
        if (role == AccountRole.Owner && by != AccountRole.Owner)
            return null;
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var invitation = await teams.InviteAsync(
            new Invitation
            {
                AccountId = accountId,
                Email = email,
                Role = role,
                Stores = MayBeLimited(role) ? stores : null,
                Language = language,
                InvitedBy = byUser,
                ExpiresAt = clock.GetUtcNow() + InvitationLife,
            },
            HashOf(token), ct);
        return (invitation, token);
    }

    /// <summary>The invitation a link opens, when it can still be accepted.</summary>
    public Task<Invitation?> FindAsync(string token, CancellationToken ct) => teams.FindInvitationAsync(HashOf(token), ct);

    /// <summary>Makes the person a member; null when the link opens nothing any more.</summary>
    public Task<Membership?> AcceptAsync(string token, Guid userId, CancellationToken ct) => teams.AcceptAsync(HashOf(token), userId, ct);

    public Task<TeamOutcome> ChangeAsync(
        long accountId, Guid userId, AccountRole role, IReadOnlyList<long>? stores, AccountRole by, bool endsKeys, CancellationToken ct)
        => teams.ChangeAsync(accountId, userId, role, MayBeLimited(role) ? stores : null, by == AccountRole.Owner, endsKeys, ct);

    /// <summary>Who makes keys, invites people and adds stores.</summary>
    public static bool MayAdminister(AccountRole role) => role is AccountRole.Owner or AccountRole.Administrator;

    /// <summary>True when an account demands a second factor of this role.</summary>
    public static bool IsDemandedOf(AccountRole role, SecondFactorDemand of) => of switch
    {
        SecondFactorDemand.Nobody => false,
        SecondFactorDemand.Administrators => MayAdminister(role),
        SecondFactorDemand.Everybody => true,
        _ => throw new ArgumentOutOfRangeException(nameof(of), of, "A demand without people."),
    };

    /// <summary>Owners and administrators decide who sees what: a limit would not hold them.</summary>
    public static bool MayBeLimited(AccountRole role) => !MayAdminister(role);

    static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
