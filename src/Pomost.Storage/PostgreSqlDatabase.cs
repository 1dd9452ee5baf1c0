using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Pomost.Storage;

internal sealed class PostgreSqlDatabase(DatabaseOptions options, TimeProvider clock) : Database(options, clock)
{
    private const string IdleInTransaction = "25P03";
    private const int Attempts = 7;

    // Any number will do as long as every version of the program uses the same.
    private const long MigrationLock = 7_076_685_783_841;

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(options.ConnectionString);

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                return await work(new DbSession(Dialect.PostgreSql, new PostgreSqlStatements(connection), ct));
            }
            catch (NpgsqlException error) when (attempt < Attempts && error.IsTransient)
            {
                await PauseAsync(attempt, ct);
            }
        }
    }

    protected override async Task<T> WriteCoreAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isCommitting = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var result = await work(new DbSession(Dialect.PostgreSql, new PostgreSqlStatements(connection), ct));
                isCommitting = true;
                await transaction.CommitAsync(ct);
                return result;
            }
            catch (NpgsqlException error) when (attempt < Attempts && MayBeRunAgain(error, isCommitting))
            {
                await PauseAsync(attempt, ct);
            }
        }
    }

    public override async Task WhileAloneAsync(Func<Task> work, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_advisory_xact_lock(@key)", connection, transaction);
        command.Parameters.AddWithValue("key", MigrationLock);
        await command.ExecuteNonQueryAsync(ct);
        await work();
        await transaction.CommitAsync(ct);
    }

    public override void ConfigureEntityFramework(DbContextOptionsBuilder builder) => builder.UseNpgsql(source);

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>A connection lost while the commit was on its way leaves open whether it happened: that is for the caller to find out.</summary>
    private static bool MayBeRunAgain(NpgsqlException error, bool isCommitting) =>
        error is PostgresException
        {
            SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or IdleInTransaction,
        } ||
        (error.IsTransient && !isCommitting);

    /// <summary>All pauses together outlast a restart of the server, some three seconds on average.</summary>
    private Task PauseAsync(int attempt, CancellationToken ct)
    {
        var longest = 50 << attempt;
        return Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(longest / 2, longest)), Clock, ct);
    }
}
