using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Team;

/// <summary>Who belongs to the account, who is invited, and what they may do.</summary>
static class TeamEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var team = panel.MapGroup("/team").RequireAuthorization(PanelPolicies.Team);
        team.MapGet("", Show);
        team.MapPost("/invite", Invite);
        team.MapPost("/second-factor", Demand);
        team.MapPost("/invitations/{id:long}/withdraw", Withdraw);
        team.MapGet("/{user:guid}", Member);
        team.MapPost("/{user:guid}", Change);
        team.MapPost("/{user:guid}/remove", Remove);
    }

    /// <summary>Invitations an account sends within a day.</summary>
    const int MostInvitationsPerDay = 30;

    static async Task<IResult> Show(string? done, PanelRequest r, ITeams teams, StoreDirectory stores, IAccounts accounts)
        => Page.Of<TeamPage>(new { View = await ViewAsync(r, teams, stores, accounts) with { Done = done } });

    static async Task<IResult> Demand(PanelRequest r, ITeams teams, StoreDirectory stores, IAccounts accounts, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (r.User.Role() != AccountRole.Owner)
            return Page.Refused<TeamPage>(new { View = await ViewAsync(r, teams, stores, accounts) with { Problem = r.T.Team.OwnersOnly } });
        var before = (await accounts.FindAsync(r.User.AccountId(), cancel))!.SecondFactorOf;
        if (!Enum.TryParse<SecondFactorDemand>((await r.Http.Request.ReadFormAsync(cancel))["second_factor"], out var of) || !Enum.IsDefined(of))
            return Page.Missing();
        await accounts.DemandSecondFactorAsync(r.User.AccountId(), of, cancel);
        await audit.WriteAsync("team.second_factor", "", new AuditChange("second_factor", before.ToString(), of.ToString()));
        return Page.See("/team?done=demand");
    }

    // The audit log knows how many were sent, on every node and after a restart.
    static async Task<bool> MayInviteAsync(PanelRequest r, IAuditLog log)
        => (await log.ListAsync(r.User.AccountId(), new AuditFilter("team.invited"), null, MostInvitationsPerDay, r.Http.RequestAborted))
            .Count(kept => kept.At > r.Now - TimeSpan.FromDays(1)) < MostInvitationsPerDay;

    static async Task<IResult> Invite(
        PanelRequest r, ITeams teams, TeamDesk desk, StoreDirectory stores, IAccounts accounts, Letters letters, MailRoom mail, LoginAttempts attempts, IAuditLog log, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var view = await ViewAsync(r, teams, stores, accounts);
        var form = await r.Http.Request.ReadFormAsync(cancel);
        var email = form["email"].ToString().Trim();
        var choice = TeamChoice.Read(form, view.Stores);
        var errors = choice.Check(r);
        if (email.Length == 0 || !RegistrationInput.IsAddress(email))
            errors["email"] = email.Length == 0 ? r.T.Common.Required : r.T.Common.Email;
        else if (view.Members.Any(member => string.Equals(member.Email, email, StringComparison.OrdinalIgnoreCase)))
            errors["email"] = r.T.Team.AlreadyMember;
        if (errors.Count == 0 && !await MayInviteAsync(r, log))
            errors["email"] = r.T.Team.TooManyInvitations(r.F.Number(MostInvitationsPerDay));
        if (errors.Count == 0 && !attempts.MayMail(email))
            errors["email"] = r.T.Team.TooManyLetters;
        if (errors.Count > 0 || await desk.InviteAsync(r.User.AccountId(), email, choice.Role, choice.Limit, Texts.Languages.Code(r.Language), r.User.Role(), cancel, r.User.UserId()) is not ({ } invitation, { } token))
            return Page.Refused<TeamPage>(new { View = view with { Email = TypedText.Cut(email, TypedText.LongestEmail), Choice = choice, Errors = errors } });

        var account = (await accounts.FindAsync(invitation.AccountId, cancel))!;
        await letters.InviteAsync(invitation, account.Name, r.PersonName, token, CancellationToken.None);
        await audit.WriteAsync("team.invited", invitation.Id.ToString(CultureInfo.InvariantCulture), new AuditChange("role", null, invitation.Role.ToString()));
        // The link is shown this once, and only when nobody would get it by mail: of the token the hash alone is kept.
        return mail.Sends
            ? Page.See("/team?done=invited")
            : Page.Of<TeamPage>(new { View = await ViewAsync(r, teams, stores, accounts) with { Done = "invited", Link = letters.InvitationLink(token) } });
    }

    static async Task<IResult> Withdraw(long id, PanelRequest r, ITeams teams, StoreDirectory stores, IAccounts accounts, PanelAudit audit)
    {
        var outcome = await teams.WithdrawAsync(r.User.AccountId(), id, r.User.Role() == AccountRole.Owner, r.Http.RequestAborted);
        if (outcome == TeamOutcome.Done)
            await audit.WriteAsync("team.invitation_withdrawn", id.ToString(CultureInfo.InvariantCulture));
        return outcome switch
        {
            TeamOutcome.Done => Page.See("/team?done=withdrawn"),
            TeamOutcome.NotThere => Page.Missing(),
            _ => Page.Refused<TeamPage>(new { View = await ViewAsync(r, teams, stores, accounts) with { Problem = r.T.Team.OwnersOnly } }),
        };
    }

    static async Task<IResult> Member(Guid user, PanelRequest r, ITeams teams, StoreDirectory stores)
        => await FindAsync(user, r, teams, stores) is { } view ? Page.Of<MemberPage>(new { View = view }) : Page.Missing();

    static async Task<IResult> Change(Guid user, PanelRequest r, ITeams teams, TeamDesk desk, StoreDirectory stores, PanelAudit audit)
    {
        if (await FindAsync(user, r, teams, stores) is not { } view)
            return Page.Missing();
        var before = view.Member;
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var choice = TeamChoice.Read(form, view.Stores);
        var endsKeys = EndsKeys(form);
        var errors = choice.Check(r);
        if (errors.Count > 0)
            return Page.Refused<MemberPage>(new { View = view with { Choice = choice, Errors = errors } });
        var outcome = await desk.ChangeAsync(r.User.AccountId(), user, choice.Role, choice.Limit, r.User.Role(), endsKeys, r.Http.RequestAborted);
        if (outcome == TeamOutcome.Done)
        {
            await audit.WriteAsync(
                "team.changed", before.FullName,
                new AuditChange("role", before.Role.ToString(), choice.Role.ToString()),
                new AuditChange("stores", NamesOf(before.Stores, view.Stores), NamesOf(TeamDesk.MayBeLimited(choice.Role) ? choice.Limit : null, view.Stores)),
                new AuditChange("keys", null, endsKeys && !TeamDesk.MayAdminister(choice.Role) ? NamesOf(view.Left.Keys) : null));
        }

        return After(outcome, "changed", r, view with { Choice = choice });
    }

    static async Task<IResult> Remove(Guid user, PanelRequest r, ITeams teams, StoreDirectory stores, PanelAudit audit)
    {
        if (await FindAsync(user, r, teams, stores) is not { } view)
            return Page.Missing();
        var endsKeys = EndsKeys(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted));
        var outcome = await teams.RemoveAsync(r.User.AccountId(), user, r.User.Role() == AccountRole.Owner, endsKeys, r.Http.RequestAborted);
        if (outcome == TeamOutcome.Done)
            await audit.WriteAsync("team.removed", view.Member.FullName, new AuditChange("role", view.Member.Role.ToString(), null), new AuditChange("keys", null, endsKeys ? NamesOf(view.Left.Keys) : null));
        return After(outcome, "removed", r, view);
    }

    // Ended unless somebody chose to keep them: a form that does not ask ends them.
    static bool EndsKeys(IFormCollection form) => form["asks_keys"] != "1" || form["end_keys"] == "1";

    static string? NamesOf(IReadOnlyList<ApiKey> keys) => keys.Count == 0 ? null : string.Join(", ", keys.Select(key => key.Name));

    static IResult After(TeamOutcome outcome, string done, PanelRequest r, MemberView view) => outcome switch
    {
        TeamOutcome.Done => Page.See("/team?done=" + done),
        TeamOutcome.LastOwner => Page.Refused<MemberPage>(new { View = view with { Problem = r.T.Team.LastOwner } }),
        TeamOutcome.OwnersOnly => Page.Refused<MemberPage>(new { View = view with { Problem = r.T.Team.OwnersOnly } }),
        _ => Page.Missing(),
    };

    static async Task<TeamView> ViewAsync(PanelRequest r, ITeams teams, StoreDirectory stores, IAccounts accounts) => new()
    {
        SecondFactorOf = (await accounts.FindAsync(r.User.AccountId(), r.Http.RequestAborted))!.SecondFactorOf,
        Members = await teams.MembersAsync(r.User.AccountId(), r.Http.RequestAborted),
        Invitations = await teams.InvitationsAsync(r.User.AccountId(), r.Http.RequestAborted),
        Stores = await stores.ListAsync(r.User, r.Http.RequestAborted),
    };

    static async Task<MemberView?> FindAsync(Guid user, PanelRequest r, ITeams teams, StoreDirectory stores)
    {
        var known = await stores.ListAsync(r.User, r.Http.RequestAborted);
        return (await teams.MembersAsync(r.User.AccountId(), r.Http.RequestAborted)).FirstOrDefault(member => member.UserId == user) is { } member
            ? new MemberView { Member = member, Stores = known, Left = await teams.LeftBehindAsync(r.User.AccountId(), user, r.Http.RequestAborted), Choice = new TeamChoice { Role = member.Role, IsLimited = member.Stores is not null, Stores = member.Stores ?? [] } }
            : null;
    }

    static string NamesOf(IReadOnlyList<long>? limit, IReadOnlyList<StoreLink> stores)
        => limit is null ? "*" : string.Join(", ", stores.Where(store => limit.Contains(store.Store.Id)).Select(store => store.Slug));
}

/// <summary>Role and stores, as chosen in a form.</summary>
public sealed record TeamChoice
{
    public AccountRole Role { get; init; } = AccountRole.Viewer;

    public bool IsLimited { get; init; }

    /// <summary>Ids of the stores that were ticked.</summary>
    public IReadOnlyList<long> Stores { get; init; } = [];

    public IReadOnlyList<long>? Limit => IsLimited ? Stores : null;

    public static TeamChoice Read(IFormCollection form, IReadOnlyList<StoreLink> stores) => new()
    {
        Role = Enum.TryParse<AccountRole>(form["role"], out var role) && Enum.IsDefined(role) ? role : AccountRole.Viewer,
        IsLimited = form["which"] == "some",
        Stores = [.. stores.Where(store => form["store"].Contains(store.Slug, StringComparer.Ordinal)).Select(store => store.Store.Id)],
    };

    public Dictionary<string, string> Check(PanelRequest r)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (IsLimited && Stores.Count == 0 && TeamDesk.MayBeLimited(Role))
            errors["stores"] = r.T.Team.ChooseStores;
        if (Role == AccountRole.Owner && r.User.Role() != AccountRole.Owner)
            errors["role"] = r.T.Team.OwnersOnly;
        return errors;
    }
}

/// <summary>What the page of the team shows.</summary>
public sealed record TeamView
{
    public required IReadOnlyList<TeamMember> Members { get; init; }

    public required IReadOnlyList<Invitation> Invitations { get; init; }

    public required IReadOnlyList<StoreLink> Stores { get; init; }

    /// <summary>Of whom the account demands a second factor.</summary>
    public required SecondFactorDemand SecondFactorOf { get; init; }

    public string? Email { get; init; }

    public TeamChoice Choice { get; init; } = new();

    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Problem { get; init; }

    public string? Done { get; init; }

    /// <summary>The link of the invitation just made, to be handed over by hand.</summary>
    public Uri? Link { get; init; }
}

/// <summary>What the page of one member shows.</summary>
public sealed record MemberView
{
    public required TeamMember Member { get; init; }

    /// <summary>What they made that still opens the account.</summary>
    public required LeftBehind Left { get; init; }

    public required IReadOnlyList<StoreLink> Stores { get; init; }

    public required TeamChoice Choice { get; init; }

    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Problem { get; init; }
}
