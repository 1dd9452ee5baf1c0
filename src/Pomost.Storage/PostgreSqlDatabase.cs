using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Pomost.Storage;

internal sealed class PostgreSqlDatabase(DatabaseOptions options, TimeProvider clock) : Database(options, clock)
{
    private const int Attempts = 8;

    // Any number will do as long as every version of the program uses the same.
    private const long MigrationLock = 7_076_685_783_841;

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(options.ConnectionString);

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await work(new DbSession(Dialect.PostgreSql, new PostgreSqlStatements(connection), ct));
    }

    protected override async Task<T> WriteCoreAsync<T>(Func<DbSession, Task<T>> work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var result = await work(new DbSession(Dialect.PostgreSql, new PostgreSqlStatements(connection), ct));
                await transaction.CommitAsync(ct);
                return result;
            }
            catch (PostgresException error) when (attempt < Attempts && MayBeRunAgain(error))
            {
                var longest = 10 << attempt;
                await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(longest)), Clock, ct);
            }
        }
    }

    internal override async Task WhileMigratingAloneAsync(Func<Task> work, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(@key)", connection, transaction);
        command.Parameters.AddWithValue("key", MigrationLock);
        await command.ExecuteNonQueryAsync(ct);
        await work();
        await transaction.CommitAsync(ct);
    }

    public override void ConfigureEntityFramework(DbContextOptionsBuilder builder) => builder.UseNpgsql(source);

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private static bool MayBeRunAgain(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;
}
