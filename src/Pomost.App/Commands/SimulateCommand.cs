using System.CommandLine;
using Pomost.App.Output;
using Pomost.Simulators;

namespace Pomost.App.Commands;

/// <summary><c>pomost simulate &lt;platform&gt;</c>: a shop to try things on.</summary>
static class SimulateCommand
{
    public static Command Make(CommonOptions common)
    {
        var command = new Command("simulate", "Run a simulated shop.");
        foreach (var platform in SimulatorCatalogue.All)
            command.Add(Make(common, platform));
        return command;
    }

    static Command Make(CommonOptions common, SimulatedPlatform platform)
    {
        var port = new Option<int>("--port") { Description = "Port on this machine (default: any free one)." };
        var customers = new Option<int>("--customers") { Description = "People with an account.", DefaultValueFactory = _ => 2_000 };
        var guests = new Option<int>("--guests") { Description = "People who order without one.", DefaultValueFactory = _ => 600 };
        var orders = new Option<int>("--orders") { Description = "Orders.", DefaultValueFactory = _ => 6_000 };
        var https = new Option<bool>("--https") { Description = "Serve https with a self-made certificate." };
        var odd = new Option<bool>("--odd-records") { Description = "Add records that break careless readers." };
        var living = new Option<double>("--living") { Description = "Seconds between things that happen in the shop; 0 = nothing happens." };
        var command = new Command(platform.Key, $"A {platform.Name} shop.") { port, customers, guests, orders, odd, living };
        if (platform.OffersHttps)
            command.Add(https);
        command.SetAction(async (line, ct) =>
        {
            var options = new SimulatorOptions { Port = line.GetValue(port), Https = platform.OffersHttps && line.GetValue(https) };
            await using var shop = await platform.StartAsync(options, TimeProvider.System, ct);
            shop.Seed(new ShopSeedOptions
            {
                Customers = line.GetValue(customers),
                Guests = line.GetValue(guests),
                Orders = line.GetValue(orders),
                OddRecords = line.GetValue(odd),
            });
            var seconds = line.GetValue(living);
            await using var life = seconds > 0 ? shop.StartLiving(TimeSpan.FromSeconds(seconds)) : null;
            if (line.GetValue(common.Json))
                Printer.Json(new { platform = platform.Key, url = shop.BaseAddress, connection = shop.Connection });
            else
                Printer.Line(Told(platform, shop));
            await Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return ExitCodes.Done;
        });
        return command;
    }

    static string Told(SimulatedPlatform platform, IShopSimulator shop)
    {
        var options = shop.Connection.Select(typed => $" {StoreCommands.OptionName(typed.Key)} {typed.Value}");
        return $"""
            A simulated {platform.Name} shop is open: {shop.BaseAddress}
            Connect it with:
              pomost store add {platform.Key}{string.Concat(options)} --allow-private-networks
            Stop with Ctrl+C.
            """;
    }
}
