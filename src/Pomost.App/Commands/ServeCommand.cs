using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Storage;

namespace Pomost.App.Commands;

/// <summary><c>pomost serve</c>: the panel, the hub, the engine and the door for webhooks, in one process.</summary>
static class ServeCommand
{
    static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons; https takes --certificate or a self-made certificate.",
        DefaultValueFactory = _ => ["http://127.0.0.1:8080"],
    };

    static readonly Option<string?> Certificate = new("--certificate") { Description = "PKCS#12 file without password, or PEM with certificate and key." };
    static readonly Option<Uri?> PublicAddress = CommonOptions.AddressOption(
        "--public-address", "Address under which shops reach this server for webhooks, for example https://pomost.example.");

    static readonly Option<NodeRoles> Roles = new("--roles")
    {
        Description = "What this process does, of intake, engine and panel, separated by commas; less than all only with --database.",
        DefaultValueFactory = _ => NodeRoles.All,
        CustomParser = result =>
        {
            var typed = result.Tokens[0].Value;
            if (NodeRoles.Read(typed) is { } roles)
                return roles;
            result.AddError($"--roles {typed} cannot be read. Write some of intake,engine,panel.");
            return null;
        },
    };

    static readonly Option<double> NodeDeadAfter = new("--node-dead-after")
    {
        Description = "Seconds after a missed check-in until other nodes take over (with --database); more on crowded machines.",
        DefaultValueFactory = _ => 2,
    };

    public static Command Make(CommonOptions common)
    {
        var command = new Command("serve", "Run Pomost: panel, hub, engine and webhooks.") { Urls, Certificate, PublicAddress, Roles, NodeDeadAfter };
        command.SetAction((line, ct) => RunAsync(
            common.Choices(line) with
            {
                Urls = Split(line.GetValue(Urls)!),
                Certificate = line.GetValue(Certificate),
                PublicAddress = line.GetValue(PublicAddress),
                Roles = line.GetValue(Roles)!,
                NodeDeadAfter = TimeSpan.FromSeconds(Math.Clamp(line.GetValue(NodeDeadAfter), 0.5, 600)),
                Quiet = false,
            },
            line.GetValue(common.Json), ct));
        return command;
    }

    public static IReadOnlyList<string> Split(string[] urls)
        => [.. urls.SelectMany(url => url.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    static async Task<int> RunAsync(HostChoices choices, bool json, CancellationToken ct)
    {
        if (choices.Database is null && choices.Roles != NodeRoles.All)
            throw new UsageException("One process with a SQLite file does everything: --roles needs --database and other processes for the rest.");
        using var engineLock = EngineLock.TryTake(choices)
            ?? throw new UsageException($"Another Pomost already works on {choices.Data}. Stop it first, or give this one its own --data.");
        await using var app = await PomostHost.BuildAsync(choices, ct);
        await using var database = app.Services.GetRequiredService<Database>();
        await app.StartAsync(ct);
        var address = OwnAddress.Of(app.Services.GetRequiredService<IServer>());
        if (json)
            Printer.Json(new { panel = address, data = Path.GetFullPath(choices.Data) });
        else
            Printer.Line($"Pomost {ProgramVersion.Text} is running.\n  Panel  {address}\n  Data   {Path.GetFullPath(choices.Data)}\nStop with Ctrl+C.");
        await WaitForStopAsync(app, ct);
        return ExitCodes.Done;
    }

    /// <summary>Runs until Ctrl+C or SIGTERM; then readiness goes first, store runs next, the server last.</summary>
    public static async Task WaitForStopAsync(WebApplication app, CancellationToken ct)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        catch (OperationCanceledException)
        {
            app.Services.GetRequiredService<Readiness>().IsLeaving = true;
            await app.StopAsync(CancellationToken.None);
        }
    }
}
