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
    const int Kills = 10;

    [Fact]
    public async Task An_export_killed_ten_times_brings_every_contact_and_purchase_exactly_once()
    {
        using var folder = new TemporaryFolder();
        await using var shop = Fixture.Pomost.Start(
            "simulate", "woocommerce", "--json", "--customers", Text(Customers), "--guests", "0", "--orders", Text(Orders));
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await CommandLineTests.OkAsync(folder, CommandLineTests.AddStore(shop.NextJson()));
        var whole = await MeasureAsync(folder);

        // Seeded, so that a failure can be told from another; what is hit differs with the machine all the same.
        var chance = new Random(20_260_302);
        var killed = 0;
        foreach (var kind in new[] { "contacts", "transactions" })
        {
            for (var kill = 0; kill < Kills / 2; kill++)
            {
                await using var program = Start(folder, kind);
                // From the start of the program to a little before its usual end.
                if (!program.EndsWithin(whole * (0.2 + (0.8 * chance.NextDouble()))) && program.Kill())
                    killed++;
            }

            var run = await CommandLineTests.OkAsync(folder, "export", kind);
            Assert.Equal("done", run["state"]!.GetValue<string>());
            Assert.Equal(Number(run, "read"), Number(run, "sent") + Number(run, "skipped") + Number(run, "rejected"));
        }

        Assert.True(killed >= Kills / 2, $"Only {killed} runs were killed; the others were faster.");
        foreach (var (kind, read) in new[] { ("contacts", Customers), ("transactions", Orders) })
        {
            var again = await CommandLineTests.OkAsync(folder, "export", kind);
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

    static Fixture.Pomost Start(TemporaryFolder folder, string kind, params string[] more)
        => Fixture.Pomost.Start(["export", kind, "--data", folder.Path, "--json", "--allow-private-networks", .. more]);

    /// <summary>How long one whole export takes on this machine now; a dry run leaves nothing behind.</summary>
    static async Task<TimeSpan> MeasureAsync(TemporaryFolder folder)
    {
        var start = TimeProvider.System.GetTimestamp();
        await using var program = Start(folder, "transactions", "--dry-run");
        (await program.EndAsync()).AssertExit(0);
        return TimeProvider.System.GetElapsedTime(start);
    }

    static async Task<long> CountAsync(TemporaryFolder folder, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.File("pomost.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static long Number(JsonNode run, string name) => run[name]!.GetValue<long>();

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
