using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost callbacks show|test</c>: the two URLs to enter at SALESmanago, and whether they can be reached.</summary>
static class CallbackCommands
{
    public static Command Make(CommonOptions common)
    {
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var store = new Option<string?>("--store") { Description = "Tell this store alone; without it every store that knows the person is told." };
        var server = CommonOptions.AddressOption("--server", "Where SALESmanago reaches this server, for example https://pomost.example.com.");
        server.Required = true;
        var show = new Command("show", "Show the opt-in and opt-out callback URLs, ready to be entered at SALESmanago.") { account, store, server };
        var test = new Command("test", "Call both URLs as SALESmanago would, with an address nobody has, and say what came of it.") { account, store, server };
        show.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var (callbacks, address) = await AddressAsync(session, line.GetValue(account), line.GetValue(store), ct);
            var urls = callbacks.UrlsOf(address, line.GetValue(server)!);
            await session.AuditAsync(address.AccountId, "callbacks.shown");
            if (line.GetValue(common.Json))
                Printer.Json(new { optIn = urls.OptIn, optOut = urls.OptOut });
            else
            {
                Printer.Line("Enter these at SALESmanago: Integration Center, Callbacks.");
                Printer.Line($"  Opt-in:  {urls.OptIn}");
                Printer.Line($"  Opt-out: {urls.OptOut}");
            }

            return ExitCodes.Done;
        });
        test.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var (_, address) = await AddressAsync(session, line.GetValue(account), line.GetValue(store), ct);
            var trial = session.Services.GetRequiredService<CallbackTrial>();
            var optIn = Told(await trial.CallAsync(address, ConsentState.Granted, line.GetValue(server)!, isOwn: true, ct));
            var optOut = Told(await trial.CallAsync(address, ConsentState.Withdrawn, line.GetValue(server)!, isOwn: true, ct));
            var works = optIn == Works && optOut == Works;
            if (line.GetValue(common.Json))
                Printer.Json(new { works, optIn, optOut });
            else
            {
                Printer.Line($"Opt-in:  {optIn}");
                Printer.Line($"Opt-out: {optOut}");
            }

            return works ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return new Command("callbacks", "Opt-ins and opt-outs made at SALESmanago.") { show, test };
    }

    const string Works = "works";

    static async Task<(Callbacks Callbacks, CallbackAddress Address)> AddressAsync(Session session, long? account, string? slug, CancellationToken ct)
    {
        var callbacks = session.Services.GetRequiredService<Callbacks>();
        var tenant = await session.AccountAsync(account, ct);
        var store = slug is null ? null : await session.StoreAsync(account, slug, ct);
        return (callbacks, await callbacks.AddressOfAsync(tenant.Id, store?.Id, ct));
    }

    static string Told(Trial trial) => trial.Outcome switch
    {
        TrialOutcome.Works => Works,
        TrialOutcome.SomebodyElse => $"answered {trial.Status}: another server, or another installation of Pomost, listens there",
        _ => "not reached: start the server (pomost serve) and check the address, the firewall and the certificate",
    };
}
