using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class TeamTestsOnSqlite(SqliteFixture storage) : TeamTests(storage), IClassFixture<SqliteFixture>;

public sealed class TeamTestsOnPostgreSql(PostgreSqlFixture storage) : TeamTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class TeamTests(StorageFixture storage)
{
    private readonly SqlTeams teams = new(storage.Database);
    private readonly SqlLoginSessions sessions = new(storage.Database);

    [Fact]
    public async Task Members_are_listed_by_role_with_their_stores()
    {
        var (account, owner) = await AccountAsync();
        var viewer = await JoinAsync(account, AccountRole.Viewer, [4, 7]);
        await sessions.BeginAsync(viewer, "", null, new SessionLife(TimeSpan.FromHours(1), TimeSpan.FromDays(7)), byPasskey: false, default);

        var members = await teams.MembersAsync(account, default);
        Assert.Equal([owner, viewer], members.Select(member => member.UserId));
        Assert.Equal((AccountRole.Owner, null, null), (members[0].Role, members[0].Stores, members[0].LastSeenAt));
        Assert.Equal([4, 7], members[1].Stores!);
        Assert.Equal((AccountRole.Viewer, storage.Clock.GetUtcNow(), false), (members[1].Role, members[1].LastSeenAt, members[1].HasSecondFactor));
    }

    [Fact]
    public async Task What_a_person_made_ends_with_their_place_and_nobody_elses_does()
    {
        var keys = new SqlApiKeys(storage.Database);
        var drafts = new SqlStoreDrafts(storage.Database);
        var (account, owner) = await AccountAsync();
        foreach (var (change, left) in new (Func<Guid, Task<TeamOutcome>>, int)[]
        {
            (person => teams.RemoveAsync(account, person, byOwner: true, endsKeys: true, default), 0),
            (person => teams.RemoveAsync(account, person, byOwner: true, endsKeys: false, default), 1),
            (person => teams.ChangeAsync(account, person, AccountRole.Marketer, null, byOwner: true, endsKeys: true, default), 0),
            (person => teams.ChangeAsync(account, person, AccountRole.Owner, null, byOwner: true, endsKeys: true, default), 3),
        })
        {
            var admin = await JoinAsync(account, AccountRole.Administrator, null);
            var (key, mark) = ($"hash-{admin}", admin.ToString());
            await keys.AddAsync(new NewApiKey { AccountId = account, Name = "Agencja", CreatedBy = admin }, "pomost_", key, default);
            await keys.AddAsync(new NewApiKey { AccountId = account, Name = "Cudzy", CreatedBy = owner }, "pomost_", "other" + key, default);
            foreach (var (by, email) in new[] { (admin, $"a{mark}@example.com"), (owner, $"b{mark}@example.com") })
            {
                await teams.InviteAsync(
                    new Invitation { AccountId = account, Email = email, Role = AccountRole.Viewer, Language = "pl", InvitedBy = by, ExpiresAt = storage.Clock.GetUtcNow() + TimeSpan.FromHours(72) }, "h" + email, default);
                await drafts.SaveAsync(new KeptDraft { AccountId = account, Id = "d" + email, Platform = "woocommerce", Name = "Sklep", ProtectedValues = "x", MadeBy = by }, default);
            }

            var behind = await teams.LeftBehindAsync(account, admin, default);
            Assert.Equal(["Agencja"], behind.Keys.Select(one => one.Name));
            Assert.Equal([$"a{mark}@example.com"], behind.Invitations.Select(one => one.Email));

            Assert.Equal(TeamOutcome.Done, await change(admin));
            var found = new[] { await keys.FindAsync(key, default) is not null, await teams.FindInvitationAsync($"ha{mark}@example.com", default) is not null, await drafts.FindAsync(account, $"da{mark}@example.com", default) is not null };
            Assert.Equal(left, found.Count(one => one));
            Assert.NotNull(await keys.FindAsync("other" + key, default));
            Assert.NotNull(await teams.FindInvitationAsync($"hb{mark}@example.com", default));
            Assert.NotNull(await drafts.FindAsync(account, $"db{mark}@example.com", default));
        }
    }

    [Fact]
    public async Task A_second_factor_is_demanded_of_whom_the_account_says()
    {
        var (account, owner) = await AccountAsync();
        var viewer = await JoinAsync(account, AccountRole.Viewer, null);
        var life = new SessionLife(TimeSpan.FromHours(1), TimeSpan.FromDays(7));
        var (ofOwner, ofViewer) = (await sessions.BeginAsync(owner, "", null, life, byPasskey: false, default), await sessions.BeginAsync(viewer, "", null, life, byPasskey: false, default));
        var withPasskey = await sessions.BeginAsync(owner, "", null, life, byPasskey: true, default);
        foreach (var (of, expected) in new[]
        {
            (SecondFactorDemand.Administrators, (true, false)), (SecondFactorDemand.Everybody, (true, true)), (SecondFactorDemand.Nobody, (false, false)),
        })
        {
            await storage.Accounts.DemandSecondFactorAsync(account, of, default);
            Assert.Equal(of, (await storage.Accounts.FindAsync(account, default))!.SecondFactorOf);
            Assert.Equal(expected, ((await sessions.FindAsync(ofOwner, default))!.LacksSecondFactor, (await sessions.FindAsync(ofViewer, default))!.LacksSecondFactor));
            Assert.False((await sessions.FindAsync(withPasskey, default))!.LacksSecondFactor);
        }
    }

    [Fact]
    public async Task A_change_holds_for_log_ins_that_began_before_it()
    {
        var (account, _) = await AccountAsync();
        var person = await JoinAsync(account, AccountRole.Marketer, null);
        var session = await sessions.BeginAsync(person, "", null, new SessionLife(TimeSpan.FromHours(1), TimeSpan.FromDays(7)), byPasskey: false, default);

        Assert.Equal(TeamOutcome.Done, await teams.ChangeAsync(account, person, AccountRole.Agent, [3], byOwner: false, endsKeys: true, default));
        var place = (await sessions.FindAsync(session, default))!.Place;
        Assert.Equal(AccountRole.Agent, place.Role);
        Assert.Equal([3], place.Stores!);
        Assert.Equal(TeamOutcome.Done, await teams.RemoveAsync(account, person, byOwner: false, endsKeys: true, default));
        Assert.Null(await sessions.FindAsync(session, default));
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        var (account, owner) = await AccountAsync();
        Assert.Equal(TeamOutcome.LastOwner, await teams.RemoveAsync(account, owner, byOwner: true, endsKeys: true, default));
        Assert.Equal(TeamOutcome.LastOwner, await teams.ChangeAsync(account, owner, AccountRole.Viewer, null, byOwner: true, endsKeys: true, default));
        var second = await JoinAsync(account, AccountRole.Owner, null);
        Assert.Equal(TeamOutcome.Done, await teams.ChangeAsync(account, owner, AccountRole.Viewer, null, byOwner: true, endsKeys: true, default));
        Assert.Equal(TeamOutcome.LastOwner, await teams.RemoveAsync(account, second, byOwner: true, endsKeys: true, default));
    }

    [Fact]
    public async Task Two_owners_who_remove_each_other_at_once_do_not_both_succeed()
    {
        for (var round = 0; round < 5; round++)
        {
            var (account, owner) = await AccountAsync();
            var second = await JoinAsync(account, AccountRole.Owner, null);

            var outcomes = await Task.WhenAll(teams.RemoveAsync(account, owner, byOwner: true, endsKeys: true, default), teams.RemoveAsync(account, second, byOwner: true, endsKeys: true, default));

            Assert.Equal([TeamOutcome.Done, TeamOutcome.LastOwner], outcomes.Order());
        }
    }

    [Fact]
    public async Task Only_an_owner_touches_owners_or_makes_one()
    {
        var (account, owner) = await AccountAsync();
        await JoinAsync(account, AccountRole.Owner, null);
        var marketer = await JoinAsync(account, AccountRole.Marketer, null);
        Assert.Equal(TeamOutcome.OwnersOnly, await teams.RemoveAsync(account, owner, byOwner: false, endsKeys: true, default));
        Assert.Equal(TeamOutcome.OwnersOnly, await teams.ChangeAsync(account, owner, AccountRole.Viewer, null, byOwner: false, endsKeys: true, default));
        Assert.Equal(TeamOutcome.OwnersOnly, await teams.ChangeAsync(account, marketer, AccountRole.Owner, null, byOwner: false, endsKeys: true, default));
        var invited = await teams.InviteAsync(Invited(account, "nowy@example.com") with { Role = AccountRole.Owner }, "owners-only", default);
        Assert.Equal(TeamOutcome.OwnersOnly, await teams.WithdrawAsync(account, invited.Id, byOwner: false, default));
        Assert.Equal(TeamOutcome.Done, await teams.WithdrawAsync(account, invited.Id, byOwner: true, default));
        Assert.Equal(TeamOutcome.NotThere, await teams.WithdrawAsync(account, invited.Id, byOwner: true, default));
    }

    [Fact]
    public async Task Nobody_of_another_account_is_reached()
    {
        var (mine, _) = await AccountAsync();
        var (other, stranger) = await AccountAsync();
        var invited = await teams.InviteAsync(Invited(other, "nowy@example.com"), "another-account", default);
        Assert.Equal(TeamOutcome.NotThere, await teams.RemoveAsync(mine, stranger, byOwner: true, endsKeys: true, default));
        Assert.Equal(TeamOutcome.NotThere, await teams.WithdrawAsync(mine, invited.Id, byOwner: true, default));
        Assert.Empty(await teams.InvitationsAsync(mine, default));
        Assert.Single(await teams.InvitationsAsync(other, default));
    }

    [Fact]
    public async Task An_invitation_is_accepted_once_and_in_time()
    {
        var (account, _) = await AccountAsync();
        await teams.InviteAsync(Invited(account, "Anna@example.com") with { Stores = [9] }, "first", default);
        await teams.InviteAsync(Invited(account, "anna@example.com") with { Role = AccountRole.Agent }, "second", default);
        Assert.Null(await teams.FindInvitationAsync("first", default));
        Assert.Equal(AccountRole.Agent, Assert.Single(await teams.InvitationsAsync(account, default)).Role);

        var user = (await storage.AddUserAsync()).Id;
        Assert.Null(await teams.AcceptAsync("first", user, default));
        Assert.Equal(new Membership(account, user, AccountRole.Agent), await teams.AcceptAsync("second", user, default));
        Assert.Null(await teams.AcceptAsync("second", user, default));

        await teams.InviteAsync(Invited(account, "ewa@example.com"), "third", default);
        storage.Clock.Advance(TimeSpan.FromHours(72));
        Assert.Null(await teams.FindInvitationAsync("third", default));
        Assert.Null(await teams.AcceptAsync("third", user, default));
        Assert.Empty(await teams.InvitationsAsync(account, default));
        Assert.InRange(await teams.RemoveExpiredAsync(1_000, default), 1, 1_000);
        Assert.Equal(0, await teams.RemoveExpiredAsync(1_000, default));
    }

    [Fact]
    public async Task An_invitation_takes_nothing_from_who_belongs_already()
    {
        var (account, owner) = await AccountAsync();
        await teams.InviteAsync(Invited(account, "wlasciciel@example.com"), "already", default);
        Assert.Equal(AccountRole.Owner, (await teams.AcceptAsync("already", owner, default))!.Role);
    }

    private async Task<(long Account, Guid Owner)> AccountAsync()
    {
        var owner = (await storage.AddUserAsync()).Id;
        return ((await storage.Accounts.CreateAsync("Konto", owner, default)).Id, owner);
    }

    private async Task<Guid> JoinAsync(long account, AccountRole role, IReadOnlyList<long>? stores)
    {
        var (user, token) = ((await storage.AddUserAsync()).Id, Guid.NewGuid().ToString());
        await teams.InviteAsync(Invited(account, token + "@example.com") with { Role = role, Stores = stores }, token, default);
        Assert.NotNull(await teams.AcceptAsync(token, user, default));
        return user;
    }

    private Invitation Invited(long account, string email) => new()
    {
        AccountId = account,
        Email = email,
        Role = AccountRole.Viewer,
        Language = "pl",
        ExpiresAt = storage.Clock.GetUtcNow() + TimeSpan.FromHours(72),
    };
}
