using System.CommandLine;
using Pomost.App.Output;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.App.Commands;

/// <summary><c>pomost simulate &lt;platform&gt;</c>: a shop to try things on.</summary>
static class SimulateCommand
{
    public static Command Make(CommonOptions common)
    {
        var port = new Option<int>("--port") { Description = "Port on this machine (default: any free one)." };
        var customers = new Option<int>("--customers") { Description = "People with an account.", DefaultValueFactory = _ => 2_000 };
        var guests = new Option<int>("--guests") { Description = "People who order without one.", DefaultValueFactory = _ => 600 };
        var orders = new Option<int>("--orders") { Description = "Orders.", DefaultValueFactory = _ => 6_000 };
        var https = new Option<bool>("--https") { Description = "Serve https with a self-made certificate." };
        var odd = new Option<bool>("--odd-records") { Description = "Add records that break careless readers." };
        var living = new Option<double>("--living") { Description = "Seconds between things that happen in the shop; 0 = nothing happens." };
        var woo = new Command("woocommerce", "A WooCommerce shop.") { port, customers, guests, orders, https, odd, living };
        woo.SetAction(async (line, ct) =>
        {
            await using var shop = await WooCommerceSimulator.StartAsync(
                new WooCommerceSimulatorOptions { Port = line.GetValue(port), Https = line.GetValue(https) }, TimeProvider.System, ct);
            shop.Seed(new ShopSeedOptions
            {
                Customers = line.GetValue(customers),
                Guests = line.GetValue(guests),
                Orders = line.GetValue(orders),
                OddRecords = line.GetValue(odd),
            });
            var seconds = line.GetValue(living);
            await using var life = new LivingShop(shop.Shop, TimeSpan.FromSeconds(seconds > 0 ? seconds : 1), TimeProvider.System);
            if (seconds > 0)
                life.Start();
            if (line.GetValue(common.Json))
                Printer.Json(new { platform = "woocommerce", url = shop.BaseAddress, consumerKey = shop.ConsumerKey, consumerSecret = shop.ConsumerSecret });
            else
                Printer.Line($"A simulated WooCommerce shop is open.\n  Address          {shop.BaseAddress}\n  Consumer key     {shop.ConsumerKey}\n  Consumer secret  {shop.ConsumerSecret}\nStop with Ctrl+C.");
            await Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return ExitCodes.Done;
        });
        return new Command("simulate", "Run a simulated shop.") { woo };
    }
}
