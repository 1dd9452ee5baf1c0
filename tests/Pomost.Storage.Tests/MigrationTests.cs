using Pomost.Testing;

namespace Pomost.Storage.Tests;

public sealed class MigrationTests
{
    private static readonly Migration First = new(1, "first", "CREATE TABLE one (id BIGINT PRIMARY KEY); INSERT INTO one VALUES (7)");
    private static readonly Migration Second = new(2, "second", "ALTER TABLE one ADD COLUMN name TEXT");
    private static readonly Migration Hub = new(100, "hub", "CREATE TABLE hub (id BIGINT PRIMARY KEY)");

    private readonly FakeClock clock = new();

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Steps_run_once_in_order_and_are_recorded(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await RunAsync(empty.Database, First, Second);
        await RunAsync(empty.Database, First, Second);
        Assert.Equal([(1, "first"), (2, "second")], await AppliedAsync(empty.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_older_database_comes_forward_with_its_rows(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await RunAsync(empty.Database, First);
        await RunAsync(empty.Database, First, Second);
        var row = await empty.Database.ReadAsync(session => session.Command("SELECT id, name FROM one").QueryAsync(row => (row.Number("id"), row.TextOrNull("name"))));
        Assert.Equal((7, null), Assert.Single(row));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_lower_number_that_arrives_later_still_runs(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await RunAsync(empty.Database, First, Hub);
        await RunAsync(empty.Database, First, Second, Hub);
        Assert.Equal([(1, "first"), (2, "second"), (100, "hub")], await AppliedAsync(empty.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_database_of_a_newer_program_is_refused(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await RunAsync(empty.Database, First, Second);
        var error = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(empty.Database, First));
        Assert.Contains("newer Pomost: it has migration 0002_second", error.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_changed_step_is_refused(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await RunAsync(empty.Database, First);
        var error = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(empty.Database, First with { Sql = "CREATE TABLE other (id BIGINT)" }));
        Assert.Contains("0001_first was applied to this database with another content", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_ends_do_not_change_a_step() =>
        Assert.Equal(new Migration(1, "a", "SELECT 1;\nSELECT 2;").Sha256, new Migration(1, "a", "SELECT 1;\r\nSELECT 2;").Sha256);

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_step_that_fails_is_undone_as_a_whole_and_can_run_again_when_mended(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        var broken = new Migration(2, "second", "CREATE TABLE two (id BIGINT PRIMARY KEY); INSERT INTO nowhere VALUES (1)");
        var error = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(empty.Database, First, broken));
        Assert.Contains("0002_second failed and was undone", error.Message, StringComparison.Ordinal);
        Assert.Equal([(1, "first")], await AppliedAsync(empty.Database));
        await RunAsync(empty.Database, First, broken with { Sql = "CREATE TABLE two (id BIGINT PRIMARY KEY)" });
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Programs_that_start_at_once_migrate_once(Dialect dialect)
    {
        await using var empty = await EmptyAsync(dialect);
        await using var second = Database.OpenUnmigrated(empty.Options, clock);
        await Task.WhenAll(
            Task.Run(() => RunAsync(empty.Database, First, Second)),
            Task.Run(() => RunAsync(second, First, Second)));
        Assert.Equal([(1, "first"), (2, "second")], await AppliedAsync(second));
    }

    [Fact]
    public void Both_databases_have_the_same_steps() => Assert.Equal(
        Migration.Embedded(Dialect.Sqlite).Select(step => (step.Number, step.Name)),
        Migration.Embedded(Dialect.PostgreSql).Select(step => (step.Number, step.Name)));

    [Theory, ClassData(typeof(TestDatabases))]
    public void Every_number_is_given_once(Dialect dialect) =>
        Assert.Equal(Migration.Embedded(dialect).Count, Migration.Embedded(dialect).DistinctBy(step => step.Number).Count());

    private Task<UnmigratedDatabase> EmptyAsync(Dialect dialect) => UnmigratedDatabase.CreateAsync(dialect, clock);

    private static Task RunAsync(Database database, params Migration[] migrations) => new MigrationRunner(database, migrations).RunAsync(default);

    private static Task<List<(int, string)>> AppliedAsync(Database database) => database.ReadAsync(session => session
        .Command("SELECT number, name FROM schema_migration ORDER BY number").QueryAsync(row => (row.Int("number"), row.Text("name"))));
}
