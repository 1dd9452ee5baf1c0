using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Names of the claims of the person of a request. The cookie holds the log-in's id alone; the rest is read anew each time.</summary>
public static class PanelClaims
{
    public const string Session = "pomost:session";
    public const string FullName = "pomost:name";
    public const string Account = "pomost:account";
    public const string Role = "pomost:role";

    /// <summary>Ids of the stores the person is limited to, separated by commas; absent = all.</summary>
    public const string Stores = "pomost:stores";

    /// <summary>Present for the operator of the installation.</summary>
    public const string Operator = "pomost:operator";

    internal static ClaimsPrincipal Of(PersonAtWork person)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, person.UserId.ToString()),
                new Claim(ClaimTypes.Name, person.Email),
                new Claim(Session, person.SessionId),
                new Claim(FullName, person.FullName),
                new Claim(Account, person.Place.AccountId.ToString(CultureInfo.InvariantCulture)),
                new Claim(Role, person.Place.Role.ToString()),
            ],
            IdentityConstants.ApplicationScheme);
        if (person.Place.Stores is { } stores)
            identity.AddClaim(new Claim(Stores, string.Join(',', stores.Select(store => store.ToString(CultureInfo.InvariantCulture)))));
        if (person.IsOperator)
            identity.AddClaim(new Claim(Operator, "1"));
        return new ClaimsPrincipal(identity);
    }
}

/// <summary>Who may do what (table of roles in the panel's design); names of authorization policies.</summary>
public static class PanelPolicies
{
    /// <summary>Anyone who belongs to an account.</summary>
    public const string Member = "pomost:member";

    /// <summary>Runs the installation; no role of an account.</summary>
    public const string Operator = "pomost:operator";

    /// <summary>Stores and credentials.</summary>
    public const string Administer = "pomost:administer";

    /// <summary>How stores are set.</summary>
    public const string SeeStores = "pomost:see-stores";

    /// <summary>Exports as they are: runs, numbers, rejected rows.</summary>
    public const string SeeExports = "pomost:see-exports";

    /// <summary>Exports: start, pause, cancel.</summary>
    public const string Export = "pomost:export";

    /// <summary>Tags, looks and modules of a store.</summary>
    public const string Market = "pomost:market";

    /// <summary>Contacts of the account. Agents see those of their own conversations, there and not here.</summary>
    public const string SeeContacts = "pomost:see-contacts";

    /// <summary>Consents and tags of a contact.</summary>
    public const string ChangeContacts = "pomost:change-contacts";

    /// <summary>Forgetting a contact for good.</summary>
    public const string EraseContacts = "pomost:erase-contacts";

    /// <summary>Queues, deliveries and what was rejected.</summary>
    public const string SeeDeliveries = "pomost:see-deliveries";

    /// <summary>Sending again what was rejected.</summary>
    public const string Replay = "pomost:replay";

    /// <summary>Conversations.</summary>
    public const string Chat = "pomost:chat";

    /// <summary>Who belongs to the account. Only owners touch owners.</summary>
    public const string Team = "pomost:team";

    public const string ApiKeys = "pomost:api-keys";

    public const string SeeAudit = "pomost:see-audit";

    public const string SeeSystem = "pomost:see-system";

    static readonly AccountRole[] Administrators = [AccountRole.Owner, AccountRole.Administrator];
    static readonly AccountRole[] Marketers = [.. Administrators, AccountRole.Marketer];

    static readonly Dictionary<string, AccountRole[]> Roles = new(StringComparer.Ordinal)
    {
        [Administer] = Administrators,
        [SeeStores] = [.. Marketers, AccountRole.Viewer],
        [SeeExports] = [.. Marketers, AccountRole.Viewer],
        [Export] = Marketers,
        [Market] = Marketers,
        [SeeContacts] = [.. Marketers, AccountRole.Viewer],
        [ChangeContacts] = Marketers,
        [EraseContacts] = Administrators,
        [SeeDeliveries] = [.. Marketers, AccountRole.Viewer],
        [Replay] = Marketers,
        [Chat] = [.. Marketers, AccountRole.Agent],
        [Team] = Administrators,
        [ApiKeys] = Administrators,
        [SeeAudit] = [.. Administrators, AccountRole.Viewer],
        [SeeSystem] = [.. Administrators, AccountRole.Viewer],
    };

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Member, policy => policy.RequireClaim(PanelClaims.Account));
        options.AddPolicy(Operator, policy => policy.RequireClaim(PanelClaims.Account).RequireClaim(PanelClaims.Operator));
        foreach (var (name, roles) in Roles)
            options.AddPolicy(name, policy => policy.RequireClaim(PanelClaims.Role, roles.Select(role => role.ToString())));
    }

    /// <summary>Roles a policy asks for; empty for one that asks for none.</summary>
    public static IReadOnlyList<AccountRole> RolesOf(string policy) => Roles.GetValueOrDefault(policy) ?? [];

    /// <summary>True when the person meets a policy: pages show only what one may do.</summary>
    public static bool May(this ClaimsPrincipal person, string policy) => policy switch
    {
        Member => person.HasClaim(claim => claim.Type == PanelClaims.Account),
        Operator => person.IsOperator(),
        _ => person.HasClaim(claim => claim.Type == PanelClaims.Role) && Roles[policy].Contains(person.Role()),
    };

    public static long AccountId(this ClaimsPrincipal person)
        => long.Parse(person.FindFirstValue(PanelClaims.Account)!, CultureInfo.InvariantCulture);

    public static Guid UserId(this ClaimsPrincipal person)
        => Guid.Parse(person.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    public static AccountRole Role(this ClaimsPrincipal person)
        => Enum.TryParse<AccountRole>(person.FindFirstValue(PanelClaims.Role), out var role) ? role : AccountRole.Viewer;

    public static bool IsOperator(this ClaimsPrincipal person) => person.HasClaim(claim => claim.Type == PanelClaims.Operator);

    /// <summary>Ids of the stores the person is limited to; null = all of the account.</summary>
    public static IReadOnlyList<long>? Stores(this ClaimsPrincipal person) => person.FindFirstValue(PanelClaims.Stores) is { } stores
        ? [.. stores.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture))]
        : null;

    /// <summary>False for a store of another account, and for one the person is not to see.</summary>
    public static bool MaySee(this ClaimsPrincipal person, StoreKey store)
        => store.AccountId == person.AccountId() && person.Stores() is var stores && (stores is null || stores.Contains(store.StoreId));

    /// <summary>Stores a question is limited to: the one chosen, else those the person may see; null = all.</summary>
    public static IReadOnlyList<long>? StoresOf(this ClaimsPrincipal person, StoreLink? chosen) => chosen is null ? person.Stores() : [chosen.Store.Id];

    /// <summary>The audit log speaks of the whole account: nothing for those limited to some of its stores.</summary>
    public static bool MaySeeAudit(this ClaimsPrincipal person) => person.May(SeeAudit) && person.Stores() is null;

    public static bool MayAdminister(this ClaimsPrincipal person) => person.May(Administer);

    public static bool MaySeeStores(this ClaimsPrincipal person) => person.May(SeeStores);

    public static bool MayExport(this ClaimsPrincipal person) => person.May(Export);
}
