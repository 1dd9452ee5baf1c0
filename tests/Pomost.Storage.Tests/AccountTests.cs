using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class AccountTestsOnSqlite(SqliteFixture storage) : AccountTests(storage), IClassFixture<SqliteFixture>;

public sealed class AccountTestsOnPostgreSql(PostgreSqlFixture storage) : AccountTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class AccountTests(StorageFixture storage)
{
    [Fact]
    public async Task Who_creates_an_account_owns_it()
    {
        var user = await storage.AddUserAsync();
        var account = await storage.Accounts.CreateAsync("Herbaciarnia", user.Id, default);
        Assert.Equal(account, await storage.Accounts.FindAsync(account.Id, default));
        Assert.Equal(storage.Clock.GetUtcNow(), account.CreatedAt);
        Assert.Equal([new Membership(account.Id, user.Id, AccountRole.Owner)], await storage.Accounts.MembershipsAsync(user.Id, default));
    }

    [Fact]
    public async Task Memberships_come_oldest_account_first()
    {
        var user = await storage.AddUserAsync();
        var first = await storage.Accounts.CreateAsync("Z", user.Id, default);
        var second = await storage.Accounts.CreateAsync("A", user.Id, default);
        Assert.Equal([first.Id, second.Id], (await storage.Accounts.MembershipsAsync(user.Id, default)).Select(membership => membership.AccountId));
        Assert.Equal([first, second], (await storage.Accounts.ListAsync(default)).Where(account => account.Id >= first.Id));
    }

    [Fact]
    public async Task An_account_for_nobody_is_refused_and_leaves_nothing()
    {
        var before = await storage.Accounts.ListAsync(default);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => storage.Accounts.CreateAsync("Nikt", Guid.NewGuid(), default));
        Assert.Equal(before, await storage.Accounts.ListAsync(default));
    }

    [Fact]
    public async Task An_unknown_account_is_null() => Assert.Null(await storage.Accounts.FindAsync(987_654, default));
}
