using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: an export survives being killed at any moment without losing or doubling a record. Method: SIGKILL at ten random moments.</summary>
public sealed class KillTests
{
    const int Customers = 1_500;
    const int Orders = 2_500;
    const int KillsPerExport = 5;

    [Fact]
    public async Task An_export_killed_ten_times_brings_every_contact_and_purchase_exactly_once()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start(
            "simulate", "woocommerce", "--json", "--customers", Text(Customers), "--guests", "0", "--orders", Text(Orders));
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await CommandLineTests.OkAsync(folder, CommandLineTests.AddStore(shop.NextJson()));
        // Seeded, so that a failure can be told from another; what is hit differs with the machine all the same.
        var chance = new Random(20_260_302);
        foreach (var (kind, records) in new[] { ("contacts", Customers), ("transactions", Orders) })
        {
            for (var kill = 0; kill < KillsPerExport; kill++)
            {
                // Each record is counted when it is read and when it is sent: all kills together fit into half an export.
                var moment = await ProgressAsync(folder, kind) + chance.Next(records / KillsPerExport);
                await using var program = Start(folder, kind);
                while (await ProgressAsync(folder, kind) < moment)
                    Assert.False(program.EndsWithin(TimeSpan.FromMilliseconds(5)), "The export ended before it was killed.");
                Assert.True(program.Kill(), "The export ended before it was killed.");
            }

            var run = await CommandLineTests.OkAsync(folder, ["export", kind, .. Everybody]);
            Assert.Equal("done", run["state"]!.GetValue<string>());
            Assert.Equal(Number(run, "read"), Number(run, "sent") + Number(run, "skipped") + Number(run, "rejected"));
        }

        foreach (var (kind, read) in new[] { ("contacts", Customers), ("transactions", Orders) })
        {
            var again = await CommandLineTests.OkAsync(folder, ["export", kind, .. Everybody]);
            Assert.Equal((read, 0L), (Number(again, "read"), Number(again, "sent")));
        }

        // The mirror says which orders count; the hub must hold each of them once, and each person once.
        var paid = await CountAsync(folder, "SELECT count(*) FROM shop_order WHERE outcome = 'Sent'");
        Assert.InRange(paid, Orders / 2, Orders);
        Assert.Equal(Orders - paid, await CountAsync(folder, "SELECT count(*) FROM shop_order WHERE outcome = 'Withheld'"));
        Assert.Equal(paid, await CountAsync(folder, "SELECT count(*) FROM hub_event"));
        Assert.Equal(paid, await CountAsync(folder, "SELECT count(DISTINCT external_id) FROM hub_event"));
        Assert.Equal(Customers, await CountAsync(folder, "SELECT count(*) FROM hub_contact"));
        Assert.Equal(Customers, await CountAsync(folder, "SELECT count(DISTINCT email_key) FROM hub_contact"));
        Assert.Equal(0, await CountAsync(folder, "SELECT count(*) FROM delivery"));
        Assert.Equal(0, await CountAsync(folder, "SELECT count(*) FROM event_ledger WHERE state <> 'Confirmed'"));
    }

    static readonly string[] Everybody = ["--consent", "Granted", "Withdrawn", "NoStatement"];

    static Fixture.Pomost Start(TemporaryFolder folder, string kind)
        => Fixture.Pomost.Start(["export", kind, .. Everybody, "--data", folder.Path, "--json", "--allow-private-networks"]);

    /// <summary>What is committed of the export: records read and records sent.</summary>
    static Task<long> ProgressAsync(TemporaryFolder folder, string kind)
        => CountAsync(folder, $"SELECT coalesce(sum(read_count + sent), 0) FROM export_run WHERE lower(kind) = '{kind}'");

    static async Task<long> CountAsync(TemporaryFolder folder, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.File("pomost.db")};Mode=ReadOnly;Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static long Number(JsonNode run, string name) => run[name]!.GetValue<long>();

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
