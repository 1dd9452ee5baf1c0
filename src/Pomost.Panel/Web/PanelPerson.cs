using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Names of the claims the panel puts into the log-in cookie.</summary>
public static class PanelClaims
{
    public const string FullName = "pomost:name";
    public const string Account = "pomost:account";
    public const string Role = "pomost:role";
}

/// <summary>Who may do what (table of roles in the panel's design); names of authorization policies.</summary>
public static class PanelPolicies
{
    /// <summary>Anyone who belongs to an account.</summary>
    public const string Member = "pomost:member";

    /// <summary>Stores and credentials.</summary>
    public const string Administer = "pomost:administer";

    /// <summary>Exports: start, pause, cancel. Tags, looks and modules, too.</summary>
    public const string Export = "pomost:export";

    /// <summary>Sees how stores are set.</summary>
    public const string SeeStores = "pomost:see-stores";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Member, policy => policy.RequireClaim(PanelClaims.Account));
        options.AddPolicy(Administer, policy => policy.RequireClaim(PanelClaims.Role, nameof(AccountRole.Owner), nameof(AccountRole.Administrator)));
        options.AddPolicy(Export, policy => policy.RequireClaim(
            PanelClaims.Role, nameof(AccountRole.Owner), nameof(AccountRole.Administrator), nameof(AccountRole.Marketer)));
        options.AddPolicy(SeeStores, policy => policy.RequireClaim(
            PanelClaims.Role, nameof(AccountRole.Owner), nameof(AccountRole.Administrator), nameof(AccountRole.Marketer), nameof(AccountRole.Viewer)));
    }

    public static long AccountId(this ClaimsPrincipal person)
        => long.Parse(person.FindFirstValue(PanelClaims.Account)!, CultureInfo.InvariantCulture);

    public static AccountRole Role(this ClaimsPrincipal person)
        => Enum.TryParse<AccountRole>(person.FindFirstValue(PanelClaims.Role), out var role) ? role : AccountRole.Viewer;

    public static bool MayAdminister(this ClaimsPrincipal person) => person.Role() is AccountRole.Owner or AccountRole.Administrator;

    public static bool MaySeeStores(this ClaimsPrincipal person) => person.Role() is not AccountRole.Agent;

    public static bool MayExport(this ClaimsPrincipal person) => person.Role() is AccountRole.Owner or AccountRole.Administrator or AccountRole.Marketer;
}

/// <summary>Puts name, account and role into the cookie; Identity draws it up anew every half hour, so a changed role takes effect.</summary>
sealed class PanelPrincipalFactory(UserManager<PomostUser> users, IAccounts accounts, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PomostUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PomostUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(PanelClaims.FullName, user.FullName));
        if ((await accounts.MembershipsAsync(user.Id, CancellationToken.None)) is [var membership, ..])
        {
            identity.AddClaim(new Claim(PanelClaims.Account, membership.AccountId.ToString(CultureInfo.InvariantCulture)));
            identity.AddClaim(new Claim(PanelClaims.Role, membership.Role.ToString()));
        }

        return identity;
    }
}
