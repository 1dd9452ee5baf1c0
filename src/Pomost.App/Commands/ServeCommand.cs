using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Storage;

namespace Pomost.App.Commands;

/// <summary><c>pomost serve</c>: the panel, the hub, the engine and the door for webhooks, in one process.</summary>
static partial class ServeCommand
{
    const string ProxyVariable = "POMOST_TRUSTED_PROXY";
    const string HostVariable = "POMOST_ALLOWED_HOST";

    static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons; https takes --certificate or a self-made certificate.",
        DefaultValueFactory = _ => ["http://127.0.0.1:8080"],
    };

    static readonly Option<string?> Certificate = new("--certificate") { Description = "PKCS#12 file without password, or PEM with certificate and key." };
    static readonly Option<Uri?> PublicAddress = CommonOptions.AddressOption(
        "--public-address", "Address under which people and shops reach this server, for example https://pomost.example or https://shop.example/pomost.");

    static readonly Option<string[]> TrustedProxy = new("--trusted-proxy")
    {
        Description = $"Reverse proxy, or network of proxies, whose X-Forwarded-For and X-Forwarded-Proto are believed, for example 10.0.0.5 or 172.16.0.0/12; may be given several times "
            + $"(default: {ProxyVariable}, separated by commas; else none).",
    };

    static readonly Option<string[]> AllowedHost = new("--allowed-host")
    {
        Description = $"A name to answer under besides that of the public address; may be given several times (default: {HostVariable}, separated by commas).",
    };

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
        var command = new Command("serve", "Run Pomost: panel, hub, engine and webhooks.") { Urls, Certificate, PublicAddress, TrustedProxy, AllowedHost, Roles, NodeDeadAfter };
        command.SetAction((line, ct) => RunAsync(
            common.Choices(line) with
            {
                Urls = Split(line.GetValue(Urls)!),
                Certificate = line.GetValue(Certificate),
                PublicAddress = line.GetValue(PublicAddress),
                TrustedProxies = [.. Several(line.GetValue(TrustedProxy), ProxyVariable).Select(NetworkOf)],
                AllowedHosts = Several(line.GetValue(AllowedHost), HostVariable),
                Roles = line.GetValue(Roles)!,
                NodeDeadAfter = TimeSpan.FromSeconds(Math.Clamp(line.GetValue(NodeDeadAfter), 0.5, 600)),
                Quiet = false,
            },
            line.GetValue(common.Json), ct));
        return command;
    }

    public static IReadOnlyList<string> Split(string[] urls)
        => [.. urls.SelectMany(url => url.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What an option names, once or several times; else what its variable names.</summary>
    static List<string> Several(string[]? typed, string variable)
        => [.. (typed is { Length: > 0 } ? typed : [Environment.GetEnvironmentVariable(variable) ?? ""])
            .SelectMany(text => text.Split([',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>A network, or the one address that was named.</summary>
    static IPNetwork NetworkOf(string typed)
        => IPAddress.TryParse(typed, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(typed, out var network) ? network
            : throw new UsageException($"--trusted-proxy {typed} cannot be read. Write an address such as 10.0.0.5, or a network such as 172.16.0.0/12.");

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
        var code = choices.Roles.Panel ? await app.Services.GetRequiredService<FirstCode>().FindAsync(ct) : null;
        if (code is not null)
            Log.NobodyYet(app.Logger, code);
        if (json)
            Printer.Json(new { panel = address, data = Path.GetFullPath(choices.Data), firstCode = code });
        else
            Printer.Line($"Pomost {ProgramVersion.Text} is running.\n  Panel  {address}\n  Data   {Path.GetFullPath(choices.Data)}{(code is null ? "" : "\n  Code   " + code + " (asked of the first person to register)")}\nStop with Ctrl+C.");
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

    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Nobody has registered yet. The first person to register in the panel is asked for this code: {Code}")]
        public static partial void NobodyYet(ILogger log, string code);
    }
}
