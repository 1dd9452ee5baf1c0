using Pomost.Testing;

namespace Pomost.Storage.Tests;

/// <summary>A database without any table, for tests of the migrations themselves.</summary>
internal sealed record UnmigratedDatabase(Database Database, DatabaseOptions Options, TemporaryFolder Folder) : IAsyncDisposable
{
    public static async Task<UnmigratedDatabase> CreateAsync(Dialect dialect, TimeProvider clock)
    {
        var folder = new TemporaryFolder();
        var options = dialect == Dialect.Sqlite
            ? DatabaseOptions.Sqlite(folder.File("pomost.db"))
            : DatabaseOptions.PostgreSql(await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync());
        return new(Database.OpenUnmigrated(options, clock), options, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Folder.Dispose();
    }
}
