using Pomost.Storage;
using Xunit;

namespace Pomost.Testing;

/// <summary>An empty, migrated database for one test or one test class.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;

    private TestDatabase(Database database, DatabaseOptions options, TemporaryFolder? folder)
    {
        Database = database;
        Options = options;
        this.folder = folder;
    }

    public Database Database { get; }

    /// <summary>With these the same database can be opened a second time.</summary>
    public DatabaseOptions Options { get; }

    public static async Task<TestDatabase> CreateAsync(Dialect dialect, TimeProvider clock)
    {
        var temporary = dialect == Dialect.Sqlite ? new TemporaryFolder() : null;
        var options = temporary is null
            ? DatabaseOptions.PostgreSql(await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync())
            : DatabaseOptions.Sqlite(temporary.File("pomost.db"));
        return new TestDatabase(await Database.OpenAsync(options, clock), options, temporary);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (folder is null) await (await PostgreSqlServer.SharedAsync()).DropDatabaseAsync(Options.ConnectionString);
        else folder.Dispose();
    }
}

/// <summary>Both databases, for a theory: <c>[Theory, ClassData(typeof(TestDatabases))]</c>.</summary>
public sealed class TestDatabases : TheoryData<Dialect>
{
    public TestDatabases()
        : base(Dialect.Sqlite, Dialect.PostgreSql)
    {
    }
}
