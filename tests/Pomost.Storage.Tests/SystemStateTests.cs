using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class SystemStateTestsOnSqlite(SqliteFixture storage) : SystemStateTests(storage), IClassFixture<SqliteFixture>;

public sealed class SystemStateTestsOnPostgreSql(PostgreSqlFixture storage) : SystemStateTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class SystemStateTests(StorageFixture storage)
{
    private readonly SqlSystemState state = new(storage.Database);

    [Fact]
    public async Task What_processes_asked_in_a_minute_is_added_up_and_forgotten_after_an_hour()
    {
        var (mine, other) = ((await storage.AddAccountAsync()).Id, (await storage.AddAccountAsync()).Id);
        var minute = storage.Clock.GetUtcNow();
        await state.SeeAsync(Node("a"), [new(mine, "store 1", 3), new(mine, "destination 1", 4), new(other, "store 1", 50)], false, default);
        await state.SeeAsync(Node("b"), [new(mine, "store 1", 2)], false, default);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await state.SeeAsync(Node("a"), [new(mine, "store 1", 1)], false, default);

        Assert.Equal(new Dictionary<string, long> { ["store 1"] = 5, ["destination 1"] = 4 }, await state.UseAsync(mine, minute, default));
        Assert.Equal(new Dictionary<string, long> { ["store 1"] = 1 }, await state.UseAsync(mine, storage.Clock.GetUtcNow(), default));
        storage.Clock.Advance(TimeSpan.FromMinutes(60));
        await state.SeeAsync(Node("a"), [], false, default);
        Assert.Empty(await state.UseAsync(mine, minute, default));
    }

    [Fact]
    public async Task A_process_comes_back_as_it_said_it_lives()
    {
        var node = Node("maszyna/17") with { Version = "0.1.0", Roles = "engine,panel", ClockAhead = TimeSpan.FromMilliseconds(-1_234) };
        await state.SeeAsync(node, [], true, default);
        Assert.Equal(node, Assert.Single(await state.NodesAsync(default)));
        await state.LeaveAsync(node.Name, default);
        Assert.Empty(await state.NodesAsync(default));
    }

    [Fact]
    public async Task The_database_tells_its_size_and_its_time()
    {
        var facts = await state.DatabaseAsync(default);
        Assert.InRange(facts.Bytes, 100_000, 1L << 30);
        var difference = await state.ClockAsync(default) - (storage.Database.Dialect == Dialect.Sqlite ? storage.Clock : TimeProvider.System).GetUtcNow();
        Assert.InRange(difference, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    private NodeFacts Node(string name) => new(name, "", "", storage.Clock.GetUtcNow(), storage.Clock.GetUtcNow(), TimeSpan.Zero);
}
