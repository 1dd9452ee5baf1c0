using System.Data.Common;
using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class AuditLogTestsOnSqlite(SqliteFixture storage) : AuditLogTests(storage), IClassFixture<SqliteFixture>;

public sealed class AuditLogTestsOnPostgreSql(PostgreSqlFixture storage) : AuditLogTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class AuditLogTests(StorageFixture storage)
{
    private readonly SqlAuditLog log = new(storage.Database);

    [Fact]
    public async Task Entries_come_newest_first_by_filter_and_page()
    {
        var (mine, other) = (await AccountAsync(), await AccountAsync());
        var user = Guid.NewGuid();
        foreach (var (action, subject) in new[] { ("store.paused", "sklep"), ("storeroom.opened", "sklep"), ("team.invited", "7"), ("store.changed", "inny") })
            await log.AddAsync(Entry(mine) with { Action = action, Subject = subject, UserId = action == "team.invited" ? user : null }, default);
        await log.AddAsync(Entry(other), default);

        Assert.Equal(["store.changed", "team.invited", "storeroom.opened", "store.paused"], await ActionsAsync(mine, new()));
        Assert.Equal(["store.changed", "store.paused"], await ActionsAsync(mine, new(Action: "store.")));
        Assert.Equal(["team.invited"], await ActionsAsync(mine, new(UserId: user)));
        Assert.Equal(["storeroom.opened", "store.paused"], await ActionsAsync(mine, new(Subject: "sklep")));
        var first = await log.ListAsync(mine, new(), null, 2, default);
        Assert.Equal(["storeroom.opened", "store.paused"], (await log.ListAsync(mine, new(), first[^1].Id, 2, default)).Select(kept => kept.Entry.Action));
    }

    [Fact]
    public async Task An_entry_comes_back_as_it_was_kept()
    {
        var account = await AccountAsync();
        var entry = Entry(account) with { UserId = Guid.NewGuid(), Changes = [new("poll", "60", "30"), new("key", null, null)], Origin = "127.0.0.1" };
        await log.AddAsync(entry, default);
        var kept = Assert.Single(await log.ListAsync(account, new(), null, 10, default));
        Assert.Equal(storage.Clock.GetUtcNow(), kept.At);
        Assert.Equal(entry.Changes, kept.Entry.Changes);
        Assert.Equal(entry with { Changes = [] }, kept.Entry with { Changes = [] });
    }

    [Fact]
    public async Task Who_did_something_is_listed_once_by_the_newest_name_and_found_again()
    {
        var (account, user) = (await AccountAsync(), Guid.NewGuid());
        foreach (var (actor, id) in new (string, Guid?)[] { ("command line", null), ("Anna Maj", user), ("API key: nocny", null), ("Anna Kowal", user), ("command line", null) })
            await log.AddAsync(Entry(account) with { Actor = actor, UserId = id }, default);

        Assert.Equal([new AuditActor(user, "Anna Kowal"), new(null, "API key: nocny"), new(null, "command line")], await log.ActorsAsync(account, 100, default));
        Assert.Equal([new AuditActor(user, "Anna Kowal"), new(null, "command line")], await log.ActorsAsync(account, 2, default));
        Assert.Equal(2, (await ActionsAsync(account, new(Actor: "command line"))).Count);
        Assert.Empty(await ActionsAsync(account, new(Actor: "Anna Kowal")));
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'x'")]
    [InlineData("DELETE FROM audit_entry")]
    public async Task The_database_refuses_to_change_it(string sql)
    {
        await log.AddAsync(Entry(await AccountAsync()), default);
        var refused = await Assert.ThrowsAnyAsync<DbException>(() => storage.Database.WriteAsync(session => session.Command(sql).ExecuteAsync()));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
    }

    private static AuditEntry Entry(long account) => new() { AccountId = account, Actor = "Anna Kowal", Action = "store.paused" };

    private async Task<List<string>> ActionsAsync(long account, AuditFilter filter) =>
        [.. (await log.ListAsync(account, filter, null, 10, default)).Select(kept => kept.Entry.Action)];

    private async Task<long> AccountAsync() => (await storage.Accounts.CreateAsync("Konto", (await storage.AddUserAsync()).Id, default)).Id;
}
