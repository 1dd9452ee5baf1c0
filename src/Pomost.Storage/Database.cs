using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>
/// The one door to the database. Reads run side by side, each statement seeing what is committed; a write is one transaction,
/// committed when the work returns and rolled back when it throws. Do not open a write inside a write.
/// </summary>
public abstract class Database(DatabaseOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly AsyncLocal<bool> insideWrite = new();
    private volatile bool isFull;

    public Dialect Dialect => Options.Dialect;

    /// <summary>True from a write that found no room on the disk until one that did. Every process writes each 15 seconds that it lives.</summary>
    public bool IsFull => isFull;

    /// <summary>Gives the present time to whatever is written, so that tests can set it.</summary>
    public TimeProvider Clock { get; } = clock;

    protected DatabaseOptions Options { get; } = options;

    /// <summary>Opens the database and brings its tables to this program's version.</summary>
    /// <exception cref="MigrationException">The database is newer than the program, or an applied migration was changed.</exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, TimeProvider clock, CancellationToken ct = default)
    {
        var database = OpenUnmigrated(options, clock);
        try
        {
            await new MigrationRunner(database, Migration.Embedded(options.Dialect)).RunAsync(ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    internal static Database OpenUnmigrated(DatabaseOptions options, TimeProvider clock) => options.Dialect switch
    {
        Dialect.Sqlite => new SqliteDatabase(options, clock),
        Dialect.PostgreSql => new PostgreSqlDatabase(options, clock),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    /// <summary>Runs statements that change nothing. On PostgreSQL they are run again when the connection was lost.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct = default);

    /// <summary>
    /// Runs the work in one transaction. On PostgreSQL the work is run again after a serialization failure, a deadlock or a lost connection
    /// (the server also closes that of a frozen process), so it must touch nothing but the database.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct = default)
    {
        if (insideWrite.Value)
            throw new InvalidOperationException("A write was opened inside a write: it would wait for itself. Pass the session on instead.");
        insideWrite.Value = true;
        try
        {
            var result = await WriteCoreAsync(work, ct);
            isFull = false;
            EngineMeters.Writes.Add(1);
            return result;
        }
        catch (Exception failure) when (DiskFullException.Is(failure))
        {
            isFull = true;
            if (failure is DbException { SqlState: NoRoom.SqlState }) throw;
            throw new DiskFullException(failure);
        }
    }

    /// <exception cref="DbException">With <see cref="NoRoom.SqlState"/>: no room was left; nothing was kept.</exception>
    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<DbSession, Task> work, CancellationToken ct = default) => WriteAsync(
        async session =>
        {
            await work(session);
            return true;
        },
        ct);

    /// <summary>Writes what may be left out while the disk is full: when somebody was last seen.</summary>
    internal async Task WriteWhereRoomAsync(Func<DbSession, Task> work, CancellationToken ct)
    {
        try
        {
            await WriteAsync(work, ct);
        }
        catch (DbException failure) when (failure.SqlState == NoRoom.SqlState)
        {
            // Whoever asked only wanted to read.
        }
    }

    /// <summary>Points an Entity Framework context at the same database.</summary>
    public abstract void ConfigureEntityFramework(DbContextOptionsBuilder builder);

    /// <summary>Runs the work while no other process prepares the same database.</summary>
    public abstract Task WhileAloneAsync(Func<Task> work, CancellationToken ct);

    /// <summary>Brings what was removed out of the files that accompany the database. PostgreSQL does so by itself (autovacuum).</summary>
    public virtual Task CheckpointAsync(CancellationToken ct = default) => Task.CompletedTask;

    protected abstract Task<T> WriteCoreAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
