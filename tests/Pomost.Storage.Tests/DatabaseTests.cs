using Pomost.Testing;

namespace Pomost.Storage.Tests;

public sealed class DatabaseTests
{
    private readonly FakeClock clock = new();

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_write_is_seen_by_the_next_read(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await InsertAsync(test.Database, 1, "one");
        Assert.Equal(["one"], await NamesAsync(test.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_write_that_throws_leaves_nothing_behind(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await Assert.ThrowsAsync<InvalidDataException>(() => test.Database.WriteAsync(async session =>
        {
            await session.Command("INSERT INTO thing (id, name) VALUES (1, 'one')").ExecuteAsync();
            throw new InvalidDataException();
        }));
        Assert.Empty(await NamesAsync(test.Database));
        await InsertAsync(test.Database, 2, "two");
        Assert.Equal(["two"], await NamesAsync(test.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_write_inside_a_write_is_refused_instead_of_waiting_for_itself(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync(_ => InsertAsync(test.Database, 1, "one")));
        await InsertAsync(test.Database, 1, "one");
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_cancelled_write_is_not_committed(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Database.WriteAsync(
            async session =>
            {
                await session.Command("INSERT INTO thing (id, name) VALUES (1, 'one')").ExecuteAsync();
                await cancel.CancelAsync();
                cancel.Token.ThrowIfCancellationRequested();
            },
            cancel.Token));
        Assert.Empty(await NamesAsync(test.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Hundreds_of_writes_at_once_all_arrive(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await InsertAsync(test.Database, 0, "counter");
        await Task.WhenAll(Enumerable.Range(1, 300).Select(id => InsertAsync(test.Database, id, "row")));
        Assert.Equal(301, (await NamesAsync(test.Database)).Count);
    }

    [Fact]
    public async Task A_deadlock_on_PostgreSql_is_run_again()
    {
        await using var test = await OpenWithTableAsync(Dialect.PostgreSql);
        await InsertAsync(test.Database, 1, "");
        await InsertAsync(test.Database, 2, "");
        // Each work takes its first row, waits until the other has done so, then asks for the other's row.
        var attempts = 0;
        var bothHoldOne = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task CrossAsync(int first, int second) => test.Database.WriteAsync(async session =>
        {
            await AppendAsync(session, first);
            if (Interlocked.Increment(ref attempts) == 2) bothHoldOne.SetResult();
            await bothHoldOne.Task;
            await AppendAsync(session, second);
        });
        var both = Task.WhenAll(CrossAsync(1, 2), CrossAsync(2, 1));
        await bothHoldOne.Task;
        while (!both.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(both, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        await both;
        Assert.Equal(3, attempts);
        Assert.Equal(["xx", "xx"], await NamesAsync(test.Database));

        static Task AppendAsync(DbSession session, int id) =>
            session.Command("UPDATE thing SET name = name || 'x' WHERE id = @id").With("id", id).ExecuteAsync();
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Every_kind_of_value_comes_back_as_it_went_in(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        var time = new DateTimeOffset(2026, 3, 2, 10, 0, 0, 123, TimeSpan.Zero);
        var bytes = new byte[] { 0, 255, 7 };
        await test.Database.WriteAsync(session => session
            .Command("INSERT INTO thing (id, name, flag, amount, at, raw) VALUES (@id, @name, @flag, @amount, @at, @raw)")
            .With("id", 1).With("name", "żółw 🐢").With("flag", true).With("amount", 0.10m).With("at", time).With("raw", bytes).ExecuteAsync());
        await test.Database.ReadAsync(session => session.Command("SELECT * FROM thing").FirstOrDefaultAsync(row =>
        {
            Assert.Equal("żółw 🐢", row.Text("name"));
            Assert.True(row.Flag("flag"));
            Assert.Equal(0.10m, row.Amount("amount"));
            Assert.Equal(time, row.Time("at"));
            Assert.Equal(bytes, row.Bytes("raw"));
            return row.Number("id");
        }));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Null_comes_back_as_null(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await test.Database.WriteAsync(session => session
            .Command("INSERT INTO thing (id, name, flag, amount, at, raw) VALUES (@id, @name, @flag, @amount, @at, @raw)")
            .With("id", 1).With("name", (string?)null).With("flag", (bool?)null).With("amount", (decimal?)null)
            .With("at", (DateTimeOffset?)null).With("raw", (byte[]?)null).ExecuteAsync());
        var rows = await test.Database.ReadAsync(session => session.Command("SELECT * FROM thing").QueryAsync(row =>
            (row.TextOrNull("name"), row.FlagOrNull("flag"), row.AmountOrNull("amount"), row.TimeOrNull("at"), row.BytesOrNull("raw"))));
        Assert.Equal((null, null, null, null, null), Assert.Single(rows));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_bulk_statement_inserts_and_updates_by_key(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await UpsertAsync(test.Database, [(1, "one", 1.5m), (2, null, null)]);
        await UpsertAsync(test.Database, [(2, "two", 2.25m), (3, "three", 3m)]);
        var rows = await test.Database.ReadAsync(session => session.Command("SELECT id, name, amount, note FROM thing ORDER BY id")
            .QueryAsync(row => (row.Number("id"), row.TextOrNull("name"), row.AmountOrNull("amount"), row.Text("note"))));
        Assert.Equal([(1, "one", 1.5m, "bulk"), (2, "two", 2.25m, "bulk"), (3, "three", 3m, "bulk")], rows);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_bulk_statement_returns_what_it_changed(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        var insert = new BulkStatement<long>("INSERT INTO thing (id) SELECT r.id FROM {rows} AS r WHERE true ON CONFLICT DO NOTHING RETURNING id").Number("id", id => id);
        var first = await test.Database.WriteAsync(session => session.Bulk(insert, [1, 2]).QueryAsync(row => row.Number("id")));
        var second = await test.Database.WriteAsync(session => session.Bulk(insert, [2, 3]).QueryAsync(row => row.Number("id")));
        Assert.Equal([1, 2], first.Order());
        Assert.Equal([3], second);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_bulk_statement_keeps_every_kind_of_value_and_tells_empty_from_null(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        var time = new DateTimeOffset(2026, 3, 2, 10, 0, 0, 123, TimeSpan.Zero);
        Everything[] rows =
        [
            new(1, "żółw 🐢", true, -0.10m, time, [0, 255, 7]), new(2, "", false, 79228162514264337593543950335m, DateTimeOffset.UnixEpoch, []),
            new(3, null, null, null, null, null), new(4, new string('ż', 5000), true, 0m, time, [1]),
        ];
        var insert = new BulkStatement<Everything>("INSERT INTO thing (id, name, flag, amount, at, raw) SELECT r.id, r.name, r.flag, r.amount, r.at, r.raw FROM {rows} AS r")
            .Number("id", row => row.Id).Text("name", row => row.Name).Flag("flag", row => row.Flag).Amount("amount", row => row.Amount)
            .Time("at", row => row.At).Bytes("raw", row => row.Raw);
        Assert.Equal(4, await test.Database.WriteAsync(session => session.Bulk(insert, rows).ExecuteAsync()));
        var read = await test.Database.ReadAsync(session => session.Command("SELECT * FROM thing ORDER BY id").QueryAsync(row => new Everything(
            row.Number("id"), row.TextOrNull("name"), row.FlagOrNull("flag"), row.AmountOrNull("amount"), row.TimeOrNull("at"), row.BytesOrNull("raw"))));
        Assert.Equivalent(rows, read, strict: true);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_bulk_statement_deletes_and_joins_by_its_rows(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        await UpsertAsync(test.Database, [(1, "one", null), (2, "two", null), (3, "three", null)]);
        var find = new BulkStatement<long>("SELECT t.name FROM {rows} AS r JOIN thing AS t ON t.id = r.id").Number("id", id => id);
        Assert.Equal(["one", "three"], (await test.Database.ReadAsync(session => session.Bulk(find, [1, 3, 9]).QueryAsync(row => row.Text("name")))).Order());
        var delete = new BulkStatement<string>("DELETE FROM thing WHERE (id, name) IN (SELECT r.id, r.name FROM {rows} AS r)").Same("id").Text("name", name => name);
        Assert.Equal(1, await test.Database.WriteAsync(session => session.Bulk(delete, ["one", "two"]).With("id", 1).ExecuteAsync()));
        delete = new BulkStatement<string>("DELETE FROM thing WHERE name IN (SELECT r.name FROM {rows} AS r)").Text("name", name => name);
        Assert.Equal(1, await test.Database.WriteAsync(session => session.Bulk(delete, ["three", "nine"]).ExecuteAsync()));
        Assert.Equal(["two"], await NamesAsync(test.Database));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_bulk_statement_that_fails_tells_why_undoes_all_and_works_again(Dialect dialect)
    {
        await using var test = await OpenWithTableAsync(dialect);
        var insert = new BulkStatement<long>("INSERT INTO thing (id) SELECT r.id FROM {rows} AS r").Number("id", id => id);
        var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => test.Database.WriteAsync(session => session.Bulk(insert, [1, 2, 1]).ExecuteAsync()));
        Assert.Contains("unique", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, await test.Database.WriteAsync(session => session.Bulk(insert, [1, 2]).ExecuteAsync()));
    }

    [Fact]
    public async Task A_SQLite_file_is_written_through_the_log_and_synced_at_every_commit()
    {
        await using var test = await OpenWithTableAsync(Dialect.Sqlite);
        var settings = await test.Database.WriteAsync(async session => (
            await session.Command("PRAGMA journal_mode").TextAsync(),
            await session.Command("PRAGMA synchronous").NumberAsync(),
            await session.Command("PRAGMA foreign_keys").NumberAsync()));
        Assert.Equal(("wal", 2, 1), settings);
    }

    [Fact]
    public async Task A_read_cannot_write_on_SQLite()
    {
        await using var test = await OpenWithTableAsync(Dialect.Sqlite);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            test.Database.ReadAsync(session => session.Command("INSERT INTO thing (id) VALUES (1)").ExecuteAsync()));
    }

    private sealed record Everything(long Id, string? Name, bool? Flag, decimal? Amount, DateTimeOffset? At, byte[]? Raw);

    private async Task<TestDatabase> OpenWithTableAsync(Dialect dialect)
    {
        var test = await TestDatabase.CreateAsync(dialect, clock);
        await test.Database.WriteAsync(session => session.Command(session.ByDialect(
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, flag INTEGER, amount TEXT, at INTEGER, raw BLOB, note TEXT)",
            "CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT, flag BOOLEAN, amount NUMERIC, at BIGINT, raw BYTEA, note TEXT)")).ExecuteAsync());
        return test;
    }

    private static Task<int> InsertAsync(Database database, long id, string name) => database.WriteAsync(session =>
        session.Command("INSERT INTO thing (id, name) VALUES (@id, @name)").With("id", id).With("name", name).ExecuteAsync());

    private static Task<int> UpsertAsync(Database database, (long Id, string? Name, decimal? Amount)[] rows) => database.WriteAsync(session =>
        session.Bulk(Upsert, rows).With("note", "bulk").ExecuteAsync());

    private static readonly BulkStatement<(long Id, string? Name, decimal? Amount)> Upsert =
        new BulkStatement<(long Id, string? Name, decimal? Amount)>("""
            INSERT INTO thing (id, name, amount, note) SELECT r.id, r.name, r.amount, @note FROM {rows} AS r WHERE true
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount
            """)
        .Number("id", row => row.Id).Text("name", row => row.Name).Amount("amount", row => row.Amount);

    private static Task<List<string>> NamesAsync(Database database) =>
        database.ReadAsync(session => session.Command("SELECT name FROM thing ORDER BY id").QueryAsync(row => row.Text("name")));
}
