using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Pomost.Storage;

/// <summary>
/// SQLite works synchronously, so all writes share one connection on one thread of their own: nobody waits for a lock inside
/// a thread-pool thread. Readers take pooled connections and see the last commit (write-ahead log).
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private const int RetainedReaders = 8;

    private readonly string connectionString;
    private readonly SqliteSessionFactory writer;
    private readonly BlockingCollection<Action> writes = [];
    private readonly TaskCompletionSource writerStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<SqliteSessionFactory> readers = [];
    private bool disposed;

    public SqliteDatabase(DatabaseOptions options, TimeProvider clock)
        : base(options, clock)
    {
        // Own connections stay open for the life of the database, so the provider's pool would only hold files open afterwards.
        connectionString = new SqliteConnectionStringBuilder(options.ConnectionString) { Pooling = false }.ToString();
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        writer = new SqliteSessionFactory(
            connectionString,
            "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 8000; PRAGMA secure_delete = ON");
        new Thread(RunWrites) { IsBackground = true, Name = "sqlite writer" }.Start();
    }

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct = default)
    {
        if (!readers.TryTake(out var reader))
            reader = new SqliteSessionFactory(connectionString, "PRAGMA busy_timeout = 30000; PRAGMA query_only = ON; PRAGMA cache_size = -4000");
        try
        {
            return await work(reader.Open(ct));
        }
        finally
        {
            if (readers.Count < RetainedReaders) readers.Add(reader);
            else reader.Dispose();
        }
    }

    /// <remarks>Waits for readers up to five seconds; what stays in the log then leaves it with a later checkpoint.</remarks>
    public override async Task CheckpointAsync(CancellationToken ct = default)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync(ct);
    }

    public override async Task ShrinkAsync(CancellationToken ct = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writes.Add(
            () =>
            {
                // Between two transactions: pages in use are never dropped.
                writer.Run("PRAGMA shrink_memory");
                done.SetResult();
            },
            ct);
        await done.Task;
        while (readers.TryTake(out var reader)) reader.Dispose();
    }

    protected override Task<T> WriteCoreAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = ExecutionContext.Capture();
        writes.Add(
            () =>
            {
                if (context is null) WriteNow(work, done, ct);
                else ExecutionContext.Run(context, _ => WriteNow(work, done, ct), null);
            },
            ct);
        return done.Task;
    }

    // Every migration checks again inside its own immediate transaction what is applied, so no further lock is needed.
    public override Task WhileAloneAsync(Func<Task> work, CancellationToken ct) => work();

    public override void ConfigureEntityFramework(DbContextOptionsBuilder builder) => builder.UseSqlite(connectionString);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true)) return;
        writes.CompleteAdding();
        await writerStopped.Task;
        while (readers.TryTake(out var reader)) reader.Dispose();
        writer.Dispose();
        writes.Dispose();
    }

    private void RunWrites()
    {
        foreach (var write in writes.GetConsumingEnumerable()) write();
        writerStopped.SetResult();
    }

    private void WriteNow<T>(Func<DbSession, Task<T>> work, TaskCompletionSource<T> done, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            done.SetCanceled(ct);
            return;
        }
        try
        {
            writer.Run("BEGIN IMMEDIATE");
            // The thread belongs to this transaction until it ends, so waiting for work that went elsewhere blocks nobody.
            var result = work(writer.Open(ct)).GetAwaiter().GetResult();
            writer.Run("COMMIT");
            done.SetResult(result);
        }
        catch (Exception error)
        {
            if (writer.InTransaction) writer.Run("ROLLBACK");
            if (error is OperationCanceledException && ct.IsCancellationRequested) done.SetCanceled(ct);
            else done.SetException(error);
        }
    }
}

/// <summary>One open SQLite connection with the statements prepared on it.</summary>
internal sealed class SqliteSessionFactory : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteStatementCache statements;

    public SqliteSessionFactory(string connectionString, string pragmas)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        statements = new SqliteStatementCache(connection);
        Run(pragmas);
    }

    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public DbSession Open(CancellationToken ct) => new(Dialect.Sqlite, statements, ct);

    public void Run(string sql)
    {
        var command = statements.Take(sql);
        command.ExecuteNonQuery();
        statements.Return(command);
    }

    public void Dispose()
    {
        statements.Dispose();
        connection.Dispose();
    }
}
