using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Testing;

namespace Pomost.Storage.Tests;

/// <summary>Goal: a full disk is one failure, whoever writes. Method: SQLite is held to the pages it has, and answers as on a full disk.</summary>
public sealed class NoRoomTests(SqliteFixture storage) : IClassFixture<SqliteFixture>
{
    private static readonly string Long = new('a', 1_000_000);

    [Fact]
    public async Task A_write_without_room_says_so_and_the_next_that_has_room_ends_it()
    {
        await using var test = await TestDatabase.CreateAsync(Dialect.Sqlite, new FakeClock());
        var database = test.Database;
        await database.WriteAsync(session => session.Command("CREATE TABLE thing (name TEXT)").ExecuteAsync());
        await database.WriteAsync(session => session.Command("PRAGMA max_page_count = 1").ExecuteAsync());
        Assert.False(database.IsFull);

        var failure = await Assert.ThrowsAnyAsync<DbException>(InsertAsync);
        Assert.Equal((NoRoom.SqlState, true), (failure.SqlState, database.IsFull));

        await database.WriteAsync(session => session.Command("PRAGMA max_page_count = 1000000").ExecuteAsync());
        await InsertAsync();
        Assert.False(database.IsFull);

        Task InsertAsync() => database.WriteAsync(session => session.Command("INSERT INTO thing (name) VALUES (@name)").With("name", Long).ExecuteAsync());
    }

    [Fact]
    public async Task People_s_accounts_say_it_in_the_same_words()
    {
        await using var scope = storage.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<PomostIdentityContext>();
        await context.Database.OpenConnectionAsync();
        await context.Database.ExecuteSqlRawAsync("PRAGMA max_page_count = 1");
        context.Users.Add(new PomostUser { Id = Guid.NewGuid(), UserName = "ewa@example.test", Email = "ewa@example.test", PhoneNumber = Long });

        var failure = await Assert.ThrowsAnyAsync<DbException>(() => context.SaveChangesAsync());

        Assert.Equal(NoRoom.SqlState, failure.SqlState);
    }
}
