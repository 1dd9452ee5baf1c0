using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class InboxTestsOnSqlite(SqliteFixture storage) : InboxTests(storage), IClassFixture<SqliteFixture>;

public sealed class InboxTestsOnPostgreSql(PostgreSqlFixture storage) : InboxTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class InboxTests(StorageFixture storage)
{
    private static readonly AnnouncedChange Change = new(ShopStream.Orders, ChangeKind.Changed, "7") { Facts = """{"e":"ż"}""" };

    [Fact]
    public async Task A_change_is_committed_when_the_call_returns()
    {
        var store = (await storage.AddStoreAsync()).Key;
        await storage.Inbox.AddAsync(store, InboxSource.Module, [Change], default);
        await using var another = await Database.OpenAsync(storage.Options, storage.Clock);
        await using var inbox = new SqlInbox(another);
        var entry = Assert.Single(await inbox.NextAsync(store, 10, default));
        Assert.Equal((store, InboxSource.Module, Change, storage.Clock.GetUtcNow(), 0), (entry.Store, entry.Source, entry.Change, entry.ReceivedAt, entry.Attempts));
    }

    [Fact]
    public async Task A_change_wakes_its_store()
    {
        var lease = await storage.BeginAsync();
        await storage.Runs.EndAsync(lease, storage.Clock.GetUtcNow().AddHours(1), default);
        await storage.Inbox.AddAsync(lease.Store, InboxSource.Webhook, [Change], default);
        Assert.Contains(new DueStore(lease.Store, Woken: true), await storage.Runs.DueAsync(0, 1, 1000, default));
    }

    [Fact]
    public async Task Calls_at_once_all_arrive_each_in_its_own_order()
    {
        var stores = new[] { (await storage.AddStoreAsync()).Key, (await storage.AddStoreAsync()).Key };
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => storage.Inbox.AddAsync(
            stores[i % 2], InboxSource.Webhook, [Change with { SourceId = $"{i}-a" }, Change with { SourceId = $"{i}-b" }], default)));
        foreach (var store in stores)
        {
            var ids = (await storage.Inbox.NextAsync(store, 1000, default)).Select(entry => entry.Change.SourceId!).ToList();
            Assert.Equal(500, ids.Count);
            Assert.All(ids.Where(id => id.EndsWith("-a", StringComparison.Ordinal)), id => Assert.Equal(ids.IndexOf(id) + 1, ids.IndexOf(id.Replace("-a", "-b", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task The_oldest_come_first_and_no_more_than_asked()
    {
        var store = (await storage.AddStoreAsync()).Key;
        foreach (var id in new[] { "1", "2", "3" }) await storage.Inbox.AddAsync(store, InboxSource.Webhook, [Change with { SourceId = id }], default);
        Assert.Equal(["1", "2"], (await storage.Inbox.NextAsync(store, 2, default)).Select(entry => entry.Change.SourceId));
    }

    [Fact]
    public async Task An_entry_put_off_comes_back_at_its_time_with_one_attempt_more()
    {
        var lease = await storage.BeginAsync();
        await storage.Inbox.AddAsync(lease.Store, InboxSource.Webhook, [Change], default);
        var id = Assert.Single(await storage.Inbox.NextAsync(lease.Store, 10, default)).Id;
        await storage.Inbox.PutOffAsync(lease, [id], storage.Clock.GetUtcNow().AddMinutes(1), default);
        Assert.Empty(await storage.Inbox.NextAsync(lease.Store, 10, default));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Assert.Single(await storage.Inbox.NextAsync(lease.Store, 10, default)).Attempts);
    }

    [Fact]
    public async Task An_entry_that_is_done_is_removed_with_the_page()
    {
        var lease = await storage.BeginAsync();
        await storage.Inbox.AddAsync(lease.Store, InboxSource.Webhook, [Change, Change with { SourceId = "8" }], default);
        var entries = await storage.Inbox.NextAsync(lease.Store, 10, default);
        await storage.CommitAsync(lease, new PageCommit { InboxDone = [entries[0].Id] });
        Assert.Equal("8", Assert.Single(await storage.Inbox.NextAsync(lease.Store, 10, default)).Change.SourceId);
    }

    [Fact]
    public async Task One_store_does_not_see_or_remove_another_s_entries()
    {
        var mine = await storage.BeginAsync();
        var theirs = (await storage.AddStoreAsync()).Key;
        await storage.Inbox.AddAsync(theirs, InboxSource.Webhook, [Change], default);
        Assert.Empty(await storage.Inbox.NextAsync(mine.Store, 10, default));
        var id = Assert.Single(await storage.Inbox.NextAsync(theirs, 10, default)).Id;
        await storage.CommitAsync(mine, new PageCommit { InboxDone = [id] });
        Assert.Single(await storage.Inbox.NextAsync(theirs, 10, default));
    }

    [Fact]
    public async Task When_the_database_is_gone_the_caller_is_told()
    {
        var database = await Database.OpenAsync(storage.Options, storage.Clock);
        await using var inbox = new SqlInbox(database);
        await database.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => inbox.AddAsync(new StoreKey(1, 1), InboxSource.Webhook, [Change], default));
    }
}
