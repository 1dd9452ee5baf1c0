using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class LoginSessionTestsOnSqlite(SqliteFixture storage) : LoginSessionTests(storage), IClassFixture<SqliteFixture>;

public sealed class LoginSessionTestsOnPostgreSql(PostgreSqlFixture storage) : LoginSessionTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class LoginSessionTests(StorageFixture storage)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private readonly SqlLoginSessions sessions = new(storage.Database);
    private readonly SqlTeams teams = new(storage.Database);

    [Fact]
    public async Task A_log_in_tells_who_the_person_is_now()
    {
        var user = await storage.AddUserAsync();
        var account = await storage.Accounts.CreateAsync("Konto", user.Id, default);
        var id = await sessions.BeginAsync(user.Id, "Firefox, Linux", "192.0.2.7", new SessionLife(Life, Longest), byPasskey: false, default);

        var person = (await sessions.FindAsync(id, default))!;
        Assert.Equal((user.Id, user.Email, user.FullName, 1, true), (person.UserId, person.Email, person.FullName, person.Accounts, person.HasShortcuts));
        Assert.Equal(new Membership(account.Id, user.Id, AccountRole.Owner), person.Place);
        Assert.Null(await sessions.FindAsync("x" + id, default));
    }

    [Fact]
    public async Task It_holds_from_use_to_use_and_no_longer()
    {
        var user = await MemberAsync();
        var id = await sessions.BeginAsync(user, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        storage.Clock.Advance(Life - TimeSpan.FromMinutes(1));
        await sessions.TouchAsync(id, "192.0.2.8", default);
        storage.Clock.Advance(Life - TimeSpan.FromMinutes(1));
        Assert.NotNull(await sessions.FindAsync(id, default));
        Assert.Equal("192.0.2.8", Assert.Single(await sessions.ListAsync(user, default)).Address);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await sessions.FindAsync(id, default));
        Assert.Empty(await sessions.ListAsync(user, default));
        Assert.InRange(await sessions.RemoveExpiredAsync(1_000, default), 1, 1_000);
        Assert.Equal(0, await sessions.RemoveExpiredAsync(1_000, default));
    }

    [Fact]
    public async Task One_is_ended_by_its_person_alone_and_the_others_all_at_once()
    {
        var (user, other) = (await MemberAsync(), await MemberAsync());
        var mine = await sessions.BeginAsync(user, "Firefox", null, new SessionLife(Life, Longest), byPasskey: false, default);
        var lost = await sessions.BeginAsync(user, "Chrome", null, new SessionLife(Life, Longest), byPasskey: false, default);
        await sessions.BeginAsync(user, "Safari", null, new SessionLife(Life, Longest), byPasskey: false, default);
        var theirs = await sessions.BeginAsync(other, "Edge", null, new SessionLife(Life, Longest), byPasskey: false, default);

        Assert.False(await sessions.EndAsync(other, lost, default));
        Assert.True(await sessions.EndAsync(user, lost, default));
        Assert.Equal(1, await sessions.EndOthersAsync(user, mine, default));
        Assert.Equal(mine, Assert.Single(await sessions.ListAsync(user, default)).Id);
        Assert.NotNull(await sessions.FindAsync(theirs, default));
        Assert.Equal(1, await sessions.EndOthersAsync(other, null, default));
        Assert.Null(await sessions.FindAsync(theirs, default));
    }

    [Fact]
    public async Task Who_belongs_to_two_accounts_works_in_the_chosen_one_and_falls_back_when_taken_out_of_it()
    {
        var user = await storage.AddUserAsync();
        var first = await storage.Accounts.CreateAsync("Pierwsze", user.Id, default);
        var second = await storage.Accounts.CreateAsync("Drugie", (await storage.AddUserAsync()).Id, default);
        var stranger = await storage.AddAccountAsync();
        await teams.InviteAsync(Invited(second.Id, "ktos@example.com"), "hash-of-two-accounts", default);
        await teams.AcceptAsync("hash-of-two-accounts", user.Id, default);
        var id = await sessions.BeginAsync(user.Id, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        Assert.Equal(first.Id, (await sessions.FindAsync(id, default))!.Place.AccountId);

        Assert.True(await sessions.SwitchAsync(id, second.Id, default));
        Assert.Equal((second.Id, AccountRole.Viewer, 2), await PlaceAsync());
        Assert.False(await sessions.SwitchAsync(id, stranger.Id, default));
        Assert.Equal(TeamOutcome.Done, await teams.RemoveAsync(second.Id, user.Id, byOwner: true, endsKeys: true, default));
        // The person logs in anew for the account that is left.
        Assert.Null(await sessions.FindAsync(id, default));

        async Task<(long, AccountRole, int)> PlaceAsync()
        {
            var person = (await sessions.FindAsync(id, default))!;
            return (person.Place.AccountId, person.Place.Role, person.Accounts);
        }
    }

    [Fact]
    public async Task It_ends_for_good_however_much_it_is_used()
    {
        var user = await MemberAsync();
        var id = await sessions.BeginAsync(user, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        for (var hours = 11; hours < Longest.TotalHours; hours += 11)
        {
            storage.Clock.Advance(TimeSpan.FromHours(11));
            Assert.NotNull(await sessions.FindAsync(id, default));
            await sessions.TouchAsync(id, null, default);
        }

        storage.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Null(await sessions.FindAsync(id, default));
        Assert.Empty(await sessions.ListAsync(user, default));
        Assert.InRange(await sessions.RemoveExpiredAsync(1_000, default), 1, 1_000);
    }

    [Fact]
    public async Task A_confirmation_belongs_to_one_log_in_and_a_passkey_is_remembered()
    {
        var user = await MemberAsync();
        var id = await sessions.BeginAsync(user, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        var other = await sessions.BeginAsync(user, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        Assert.Null((await sessions.FindAsync(id, default))!.ConfirmedAt);

        await sessions.ConfirmAsync(id, byPasskey: true, default);
        await sessions.ConfirmAsync(id, byPasskey: false, default);

        var person = (await sessions.FindAsync(id, default))!;
        Assert.Equal((storage.Clock.GetUtcNow(), true), (person.ConfirmedAt!.Value, person.HasSecondFactor));
        person = (await sessions.FindAsync(other, default))!;
        Assert.Equal((null, false), (person.ConfirmedAt, person.HasSecondFactor));
    }

    [Fact]
    public async Task Who_belongs_nowhere_is_out()
    {
        var user = await storage.AddUserAsync();
        var id = await sessions.BeginAsync(user.Id, "", null, new SessionLife(Life, Longest), byPasskey: false, default);
        Assert.Null(await sessions.FindAsync(id, default));
    }

    private async Task<Guid> MemberAsync()
    {
        var user = await storage.AddUserAsync();
        await storage.Accounts.CreateAsync("Konto", user.Id, default);
        return user.Id;
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
