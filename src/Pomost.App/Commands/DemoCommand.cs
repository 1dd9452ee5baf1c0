using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.App.Commands;

/// <summary><c>pomost demo</c>: a simulated shop, an account already made, an import that finishes, then a shop that keeps living.</summary>
static class DemoCommand
{
    const string Email = "demo@pomost.example";
    const string StoreName = "Sklep pod Lipą";
    const int PreferredPort = 8080;

    static readonly Option<string> Platform = PlatformOption();
    static readonly Option<string[]?> Urls = new("--urls") { Description = "Addresses to listen on (default: port 8080 of this machine, or any free one)." };
    static readonly Option<bool> Once = new("--once") { Description = "Import, export a second time, print the numbers and end." };
    static readonly Option<int> Customers = new("--customers") { Description = "People with an account in the simulated shop.", DefaultValueFactory = _ => 2_000 };
    static readonly Option<int> Guests = new("--guests") { Description = "People who order without one.", DefaultValueFactory = _ => 600 };
    static readonly Option<int> Orders = new("--orders") { Description = "Orders of two years.", DefaultValueFactory = _ => 6_000 };
    static readonly Option<double> Living = new("--living") { Description = "Seconds between things that happen in the shop afterwards.", DefaultValueFactory = _ => 3 };

    public static Command Make(CommonOptions common)
    {
        var command = new Command("demo", "Look around: a simulated shop, its import, and the panel.") { Platform, Urls, Once, Customers, Guests, Orders, Living };
        command.SetAction(async (line, ct) =>
        {
            var named = line.GetValue(common.Data);
            var data = named ?? Path.Combine(Path.GetTempPath(), $"pomost-demo-{Guid.NewGuid():N}");
            try
            {
                return await RunAsync(common, line, common.Choices(line) with { Data = data }, ct);
            }
            finally
            {
                if (named is null && Directory.Exists(data))
                    Directory.Delete(data, recursive: true);
            }
        });
        return command;
    }

    static async Task<int> RunAsync(CommonOptions common, ParseResult line, HostChoices choices, CancellationToken ct)
    {
        var (json, once) = (line.GetValue(common.Json), line.GetValue(Once));
        using var engineLock = EngineLock.TryTake(choices)
            ?? throw new UsageException($"Another Pomost already works on {choices.Data}. Stop it first, or give this one its own --data.");
        var platform = SimulatorCatalogue.Find(line.GetValue(Platform)!)!;
        await using var shop = await platform.StartAsync(new SimulatorOptions { ShopName = StoreName }, TimeProvider.System, ct);
        shop.Seed(new ShopSeedOptions { Customers = line.GetValue(Customers), Guests = line.GetValue(Guests), Orders = line.GetValue(Orders) });
        await using var app = await PomostHost.BuildAsync(
            choices with
            {
                Urls = line.GetValue(Urls) is { Length: > 0 } urls ? ServeCommand.Split(urls) : [FreeAddress()],
                AllowPrivateNetworks = true,
                PublicAddressIsOwn = true,
            },
            ct);
        await using var database = app.Services.GetRequiredService<Database>();
        await app.StartAsync(ct);
        var people = await PeopleAsync(app.Services, ct);
        var connector = app.Services.GetRequiredService<IPlatformCatalogue>().Find(platform.Key)
            ?? throw new InvalidOperationException($"{platform.Name} can be simulated and not connected.");
        var store = await ConnectAsync(app.Services, people.Account, connector.Info, shop, ct);
        var panel = OwnAddress.Of(app.Services.GetRequiredService<IServer>());
        if (!json)
            Welcome(panel, people.Password, platform.Name, shop.BaseAddress);

        var watch = Stopwatch.StartNew();
        var first = await ImportAsync(app.Services, store, connector, json, ct);
        if (once)
        {
            var second = await ImportAsync(app.Services, store, connector, json, ct);
            var result = new Result(Numbers.Of(first.Contacts), Numbers.Of(first.Transactions),
                new Second(Numbers.Of(second.Contacts), Numbers.Of(second.Transactions)), Math.Round(watch.Elapsed.TotalSeconds, 2));
            if (json)
                Printer.Json(result);
            else
                Summarise(result);
            await app.StopAsync(CancellationToken.None);
            return IsDone(first) && IsDone(second) ? ExitCodes.Done : ExitCodes.DoneWithRejects;
        }

        if (json)
            Printer.Json(await ProgramFactsAsync(app.Services, panel, people.Password, store, shop.BaseAddress, ct));
        else
            Printer.Line("\nThe import is done. The shop goes on living: watch new people and orders arrive in the panel.\nStop with Ctrl+C.");
        await using var life = shop.StartLiving(TimeSpan.FromSeconds(line.GetValue(Living)));
        await ServeCommand.WaitForStopAsync(app, ct);
        return ExitCodes.Done;
    }

    static Option<string> PlatformOption()
    {
        var option = new Option<string>("--platform") { Description = "Platform of the simulated shop.", DefaultValueFactory = _ => "woocommerce" };
        return option.AcceptOnlyFromAmong([.. SimulatorCatalogue.All.Select(platform => platform.Key)]);
    }

    static bool IsDone((ExportRun Contacts, ExportRun? Transactions) runs)
        => runs.Contacts.State == ExportState.Done && runs.Transactions is null or { State: ExportState.Done };

    static async Task<(Account Account, string Password)> PeopleAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.GetRequiredService<IAccounts>().ListAsync(ct) is [var known, ..])
            return (known, "(as shown when this data folder was made)");
        var made = await AccountCommands.AddAsync(services, Email, "Demo", null, AccountCommands.UsualZone, ct);
        return (made.Account, made.MadePassword!);
    }

    /// <summary>Connects the simulated shop; in a kept data folder the store is already there, only its address and keys are new.</summary>
    static async Task<Store> ConnectAsync(IServiceProvider services, Account account, PlatformInfo platform, IShopSimulator shop, CancellationToken ct)
    {
        var setup = services.GetRequiredService<StoreSetup>();
        var (values, problems) = setup.Read(platform, shop.Connection.ToDictionary(typed => typed.Key, typed => (string?)typed.Value, StringComparer.Ordinal));
        if (problems.Count > 0)
            throw new InvalidOperationException($"The simulated shop does not fit the form: {problems[0].Key}.");
        if (await services.GetRequiredService<IStores>().ListAsync(account.Id, ct) is [var known, ..])
        {
            return known.Platform == platform.Key
                ? await setup.ChangeSettingsAsync(known, values, ct)
                : throw new UsageException($"The data folder holds a demo of {known.Platform}. Name that with --platform, or give this one its own --data.");
        }

        var destination = await setup.HubDestinationAsync(account, Email, ct) ?? throw new InvalidOperationException("The hub account exists already.");
        return await setup.AddAsync(account.Id, destination.Id, platform.Key, StoreName, values, new StoreOptions { PollSeconds = 5 }, ct);
    }

    static async Task<(ExportRun Contacts, ExportRun? Transactions)> ImportAsync(
        IServiceProvider services, Store store, IPlatformConnector connector, bool json, CancellationToken ct)
    {
        var contacts = await ExportAsync(services, store, ExportKind.Contacts, json, ct);
        return (contacts, connector is IReadsOrders ? await ExportAsync(services, store, ExportKind.Transactions, json, ct) : null);
    }

    static async Task<ExportRun> ExportAsync(IServiceProvider services, Store store, ExportKind kind, bool json, CancellationToken ct)
    {
        var (run, _) = await services.GetRequiredService<Exports>().StartAsync(store.Key, kind, new ExportOptions(), "Demo", ct);
        return await ExportDisplay.FollowAsync(services.GetRequiredService<IExportRuns>(), run, !json, ct);
    }

    static async Task<object> ProgramFactsAsync(IServiceProvider services, Uri panel, string password, Store store, Uri shop, CancellationToken ct)
    {
        var stores = services.GetRequiredService<IStores>();
        var destination = await stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct) ?? throw new InvalidOperationException("The hub account is gone.");
        var connection = services.GetRequiredService<Connections>().DestinationOf(destination);
        // A new one at each start: of a kept data folder nobody has the old one.
        var login = await services.GetRequiredService<PluginAccess>().SetPasswordAsync(destination, null, ct) ?? throw new InvalidOperationException("The hub account is gone.");
        return new
        {
            panel,
            email = Email,
            password,
            hub = new
            {
                endpoint = connection.Endpoint,
                clientId = connection.ClientId,
                apiSecret = connection.ApiSecret,
                owner = connection.Owner,
                login = new { email = login.Email, password = login.Password },
            },
            shop,
        };
    }

    static void Welcome(Uri panel, string password, string platform, Uri shop) => Printer.Line(
        $"""
        Pomost {ProgramVersion.Text}, demo

          Panel     {panel}
          E-mail    {Email}
          Password  {password}
          Shop      {shop} (simulated {platform})

        """);

    static void Summarise(Result result)
    {
        Printer.Line($"Contacts      {result.Contacts}");
        if (result.Transactions is { } transactions)
            Printer.Line($"Transactions  {transactions}");
        var also = result.Second.Transactions is { } again ? $" and {again.Sent} transactions" : "";
        Printer.Line($"Second export sent {result.Second.Contacts.Sent} contacts{also}. {result.Seconds} s in all.");
    }

    /// <summary>Port 8080, unless somebody has it.</summary>
    static string FreeAddress()
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, PreferredPort);
            probe.Start();
            probe.Stop();
            return $"http://127.0.0.1:{PreferredPort}";
        }
        catch (SocketException)
        {
            return "http://127.0.0.1:0";
        }
    }

    sealed record Numbers(long Read, long Sent, long Skipped, long Rejected)
    {
        [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(run))]
        public static Numbers? Of(ExportRun? run) => run is null ? null : new(run.Read, run.Sent, run.SkippedTotal, run.Rejected);

        public override string ToString() => $"read {Read}, sent {Sent}, skipped {Skipped}, rejected {Rejected}";
    }

    sealed record Second(Numbers Contacts, Numbers? Transactions);

    sealed record Result(Numbers Contacts, Numbers? Transactions, Second Second, double Seconds);
}
