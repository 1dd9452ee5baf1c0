using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pomost.Engine;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.App.Tests.Fixture;

/// <summary>A node of a cluster: the program with a data folder of its own.</summary>
sealed record Node(Pomost Program, HttpClient Http) : IAsyncDisposable
{
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
    }
}

/// <summary>Several processes of the program on one PostgreSQL, and a simulated shop in a process of its own, connected once per account.</summary>
sealed class Cluster : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<Node> _nodes = [];
    readonly ServiceProvider _services;
    readonly Database _database;
    readonly string _connection;
    readonly Pomost _shop;

    Cluster(PostgreSqlServer server, string connection, Database database, Pomost shop)
    {
        (Server, _connection, _database, _shop) = (server, connection, database, shop);
        _services = new ServiceCollection().AddPomostStorage(database).BuildServiceProvider();
    }

    public PostgreSqlServer Server { get; }

    /// <summary>Starts PostgreSQL and the shop, and connects the shop to as many accounts as wanted; no node runs yet.</summary>
    public static async Task<Cluster> CreateAsync(int accounts, int customers, int orders, double requestsPerSecond)
    {
        var server = await PostgreSqlServer.StartAsync();
        var connection = await server.CreateDatabaseAsync();
        var shop = Pomost.Start("simulate", "woocommerce", "--json", "--customers", Text(customers), "--guests", "0", "--orders", Text(orders));
        var database = await Database.OpenAsync(DatabaseOptions.PostgreSql(connection), TimeProvider.System);
        var cluster = new Cluster(server, connection, database, shop);
        var keys = shop.NextJson();
        for (var number = 1; number <= accounts; number++)
        {
            var account = await cluster.CommandAsync("account", "add", "--email", $"ewa{Text(number)}@example.test");
            await cluster.CommandAsync([.. CommandLineTests.AddStore(keys), "--account", Text(account["account"]!.GetValue<long>())]);
        }

        await cluster.NumberAsync($$"""
            WITH changed AS (UPDATE store SET options = (options::jsonb || '{"requestsPerSecond": {{Text(requestsPerSecond)}}}')::text RETURNING 1)
            SELECT count(*) FROM changed
            """);
        return cluster;
    }

    /// <summary>Starts one more node and waits until it serves.</summary>
    public async Task<Node> StartNodeAsync(params string[] more)
    {
        var data = Directory.CreateDirectory(_folder.File($"node{Text(_nodes.Count + 1)}")).FullName;
        var program = Pomost.Start(
            ["serve", "--json", "--urls", "http://127.0.0.1:0", "--data", data, "--database", _connection, "--allow-private-networks", .. more]);
        var facts = await Task.Run(program.NextJson);
        var node = new Node(program, new HttpClient { BaseAddress = new Uri(facts["panel"]!.GetValue<string>()), Timeout = TimeSpan.FromSeconds(10) });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Runs a command of the program on the cluster's database.</summary>
    public async Task<JsonNode> CommandAsync(params string[] arguments)
    {
        var outcome = await Pomost.RunAsync([.. arguments, "--data", _folder.Path, "--database", _connection, "--json", "--allow-private-networks"]);
        outcome.AssertExit(0);
        return outcome.Json;
    }

    /// <summary>Starts an export of each store as the panel does, at no particular node.</summary>
    public async Task StartExportsAsync(ExportKind kind)
    {
        var runs = _services.GetRequiredService<IStoreRuns>();
        var exports = new Exports(_services.GetRequiredService<IExportRuns>(), new FlagAlone(runs));
        foreach (var account in await _services.GetRequiredService<IAccounts>().ListAsync(default))
        {
            foreach (var store in await _services.GetRequiredService<IStores>().ListAsync(account.Id, default))
                await exports.StartAsync(store.Key, kind, new ExportOptions(), "Ewa", default);
        }
    }

    /// <summary>Waits for a node that works on exports; when all have ended, starts them once more.</summary>
    public async Task<(Node Node, IReadOnlyDictionary<long, long> Epochs)> BusyNodeAsync(IReadOnlyCollection<Node> among)
    {
        var found = await EventuallyAsync(async () =>
        {
            if (await NumberAsync("SELECT count(*) FROM export_run WHERE finished_at IS NULL AND NOT read_to_end") == 0)
            {
                await StartExportsAsync(ExportKind.Contacts);
                await StartExportsAsync(ExportKind.Transactions);
            }

            // Ids are smaller than the number of slices here: the slice is the store.
            var work = await RowsAsync("""
                SELECT f.instance_name, r.store_id, r.epoch FROM qrtz_fired_triggers AS f JOIN store_run AS r ON f.job_name = 'slice-' || r.store_id
                WHERE f.state = 'EXECUTING' AND EXISTS (
                  SELECT 1 FROM export_run AS e WHERE e.account_id = r.account_id AND e.store_id = r.store_id AND e.finished_at IS NULL AND NOT e.read_to_end
                    AND e.read_count < 0.7 * e.total)
                """);
            return among
                .Select(node => (Node: node, Epochs: (IReadOnlyDictionary<long, long>)work
                    .Where(row => ((string)row[0]).Contains($"-{Text(node.Program.Id)}-", StringComparison.Ordinal))
                    .ToDictionary(row => (long)row[1], row => (long)row[2])))
                .MaxBy(entry => entry.Epochs.Count) is { Epochs.Count: > 0 } busiest ? busiest : default((Node, IReadOnlyDictionary<long, long>)?);
        }, TimeSpan.FromSeconds(30), "No node works on an export.");
        return found!.Value;
    }

    /// <summary>Waits until other runs of these stores have begun.</summary>
    public Task MovedAsync(IReadOnlyDictionary<long, long> epochs, TimeSpan patience) => EventuallyAsync(async () =>
    {
        var now = (await RowsAsync("SELECT store_id, epoch FROM store_run")).ToDictionary(row => (long)row[0], row => (long)row[1]);
        return epochs.All(before => now[before.Key] > before.Value) ? true : default(bool?);
    }, patience, $"The stores of the lost node did not go on elsewhere.\n{Logs}");

    public static async Task<T?> EventuallyAsync<T>(Func<Task<T?>> look, TimeSpan patience, string otherwise)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var end = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(end) < patience)
        {
            if (await look() is { } found)
                return found;
            await looks.WaitForNextTickAsync();
        }

        throw new InvalidOperationException(otherwise);
    }

    public async Task<long> NumberAsync(string sql) => Convert.ToInt64((await RowsAsync(sql))[0][0], CultureInfo.InvariantCulture);

    /// <summary>What the nodes wrote to their logs, for a failure's message.</summary>
    public string Logs => string.Join("\n\n", _nodes.Select(node => string.Join(
        '\n', node.Program.Errors.Split('\n').TakeLast(20).Select(line => line[..Math.Min(line.Length, 300)]))));

    public async Task<List<object[]>> RowsAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connection + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _shop.DisposeAsync();
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    sealed class FlagAlone(IStoreRuns runs) : IStoreWaker
    {
        public Task WakeAsync(StoreKey store, CancellationToken ct) => runs.WakeAsync(store, ct);

        public Task NudgeAsync(StoreKey store, CancellationToken ct) => Task.CompletedTask;
    }
}
