using System.Globalization;
using System.Text.Json;

namespace Pomost.Load;

/// <summary>How large the simulated shop is.</summary>
sealed record ShopSize(int Customers, int Guests, int Orders);

/// <summary>One measurement from an empty database to the second export.</summary>
static class LoadRun
{
    // The fields and order an export asks for, so that the floor moves the same bytes.
    static readonly Dictionary<string, string> CustomerPages = new(StringComparer.Ordinal)
    {
        ["role"] = "all",
        ["orderby"] = "id",
        ["order"] = "asc",
        ["_fields"] = "id,date_created_gmt,date_modified_gmt,email,first_name,last_name,role,billing,is_paying_customer,meta_data",
    };

    static readonly Dictionary<string, string> OrderPages = new(StringComparer.Ordinal)
    {
        ["status"] = "any",
        ["orderby"] = "id",
        ["order"] = "asc",
        ["_fields"] = "id,number,status,currency,date_created_gmt,date_modified_gmt,date_paid_gmt,total,customer_id,billing,"
            + "payment_method,payment_method_title,meta_data,line_items,shipping_lines,refunds",
    };

    public static async Task<LoadReport> MeasureAsync(PomostProgram pomost, ShopSize size, CancellationToken ct)
    {
        var load = LoadAverage();
        using var simulator = pomost.Start("simulate", "woocommerce", "--customers", Text(size.Customers), "--guests", Text(size.Guests), "--orders", Text(size.Orders));
        try
        {
            var shop = JsonDocument.Parse(await simulator.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The simulator ended.")).RootElement;
            var typed = shop.GetProperty("connection");
            var (url, key, secret) = (Field(typed, "url"), Field(typed, "consumer_key"), Field(typed, "consumer_secret"));
            using var raw = new RawShop(new Uri(url), key, secret);
            await raw.ReadAsync("customers", new Dictionary<string, string>(CustomerPages, StringComparer.Ordinal) { ["include"] = "1" }, ct);
            await pomost.RunAsync(ct, "account", "add", "--email", "load@pomost.example");
            await pomost.RunAsync(ct, "store", "add", "woocommerce", "--url", url, "--consumer-key", key, "--consumer-secret", secret);

            var floors = (Contacts: await raw.ReadAsync("customers", CustomerPages, ct), Transactions: await raw.ReadAsync("orders", OrderPages, ct));
            var steps = new List<ExportStep>();
            foreach (var (turn, kind, floor) in new[]
            {
                ("first", "contacts", floors.Contacts), ("first", "transactions", floors.Transactions),
                ("second", "contacts", floors.Contacts), ("second", "transactions", floors.Transactions),
            })
                steps.Add(new ExportStep(turn, kind, await pomost.RunAsync(ct, "export", kind), floor));
            return new LoadReport(size, steps, load, LoadAverage());
        }
        finally
        {
            if (!simulator.HasExited)
                simulator.Kill();
        }
    }

    static string Field(JsonElement document, string name) => document.GetProperty(name).GetString()!;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many threads wanted a processor in the last minute, on average; null where the system does not tell.</summary>
    static double? LoadAverage()
        => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;
}
