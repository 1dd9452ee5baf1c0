using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Pomost.Testing;

/// <summary>
/// A temporary PostgreSQL of the test process's own, reached by a socket in a temporary folder, so that any number can run side by side.
/// </summary>
/// <remarks>
/// A small shell holds the server and waits for the end of its standard input: when the test process ends, in whatever way,
/// it stops the server and deletes the folder.
/// </remarks>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgreSqlServer>> SharedServer = new(() => StartAsync());

    private readonly Process keeper;
    private readonly string socketFolder;
    private int databases;

    private PostgreSqlServer(Process keeper, string socketFolder)
    {
        this.keeper = keeper;
        this.socketFolder = socketFolder;
    }

    /// <summary>The server all tests of this process share; started at the first use, gone seconds after the process.</summary>
    public static Task<PostgreSqlServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a server for one test alone.</summary>
    /// <param name="durable">True where the test kills the server and looks for what was committed; else nothing waits for the disk.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool durable = false)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(KeeperScript);
        start.Environment["POMOST_PG_SETTINGS"] = durable ? "" : "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";
        var process = Process.Start(start)!;
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors) errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        if (await process.StandardOutput.ReadLineAsync() is not { } folder)
        {
            await process.WaitForExitAsync();
            lock (errors) throw new InvalidOperationException($"PostgreSQL did not start. eng/install-test-dependencies.sh installs it.\n{errors}");
        }
        return new PostgreSqlServer(process, folder);
    }

    /// <summary>Creates an empty database and gives its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref databases)}");
        await AdministerAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Removes a database made here.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        AdministerAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Stops the server as an operator does: connections are cut, what was committed stays.</summary>
    public Task StopAsync() => TellKeeperAsync("stop");

    /// <summary>Starts the stopped server again; returns when it answers.</summary>
    public Task StartAgainAsync() => TellKeeperAsync("start");

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    private async Task TellKeeperAsync(string command)
    {
        await keeper.StandardInput.WriteLineAsync(command);
        await keeper.StandardInput.FlushAsync();
        if (await keeper.StandardOutput.ReadLineAsync() != command) throw new InvalidOperationException($"PostgreSQL did not {command}.");
    }

    private async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) =>
        $"Host={socketFolder};Username=pomost;Database={database};Maximum Pool Size=20;Include Error Detail=true";

    // PostgreSQL refuses to run as root, so root hands the server to the account that its package made.
    private const string KeeperScript = """
        set -u
        trap '' INT TERM HUP
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
        [ -n "$bin" ] && PATH="$bin:$PATH"
        folder=$(mktemp -d /tmp/pomost-pg-XXXXXX)
        as=()
        if [ "$(id -u)" = 0 ]; then
          chown postgres "$folder"
          as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        fi
        cd "$folder"
        finish() { rm -rf "$folder"; exit "$1"; }
        "${as[@]}" initdb -D "$folder/data" -U pomost -A trust -E UTF8 --locale=C --no-sync --no-instructions >"$folder/log" 2>&1 ||
          { cat "$folder/log" >&2; finish 1; }
        start() {
          "${as[@]}" postgres -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 -c shared_buffers=64MB \
            $POMOST_PG_SETTINGS >>"$folder/log" 2>&1 </dev/null &
          server=$!
          until psql -h "$folder" -U pomost -d postgres -c 'SELECT 1' >/dev/null 2>&1; do
            kill -0 $server 2>/dev/null || { cat "$folder/log" >&2; finish 1; }
            sleep 0.05
          done
        }
        start
        echo "$folder"
        while read -r command; do
          case "$command" in
            stop) kill -INT $server; wait $server; echo stop ;;
            start) start; echo start ;;
          esac
        done
        kill -QUIT $server 2>/dev/null
        wait $server
        finish 0
        """;
}
