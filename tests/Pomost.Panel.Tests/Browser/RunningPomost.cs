using System.Diagnostics;
using System.Text.Json;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The real program in a process of its own on an empty data folder: "pomost serve", or "pomost demo" with a small shop.</summary>
sealed class RunningPomost : IAsyncDisposable
{
    readonly TemporaryFolder data;
    Process process;

    RunningPomost(Process process, TemporaryFolder data, JsonElement said) => (this.process, this.data, Said) = (process, data, said);

    public Uri Panel => new(Said.GetProperty("panel").GetString()!);

    /// <summary>What it says when it is ready: "panel", and of a demo "email" and "password", too.</summary>
    public JsonElement Said { get; }

    /// <summary>The same under a name: a passkey belongs to a name, and an address in numbers has none.</summary>
    public Uri ByName => new UriBuilder(Panel) { Host = "localhost" }.Uri;

    /// <summary>What the first person to register must show.</summary>
    public string FirstCode => Said.GetProperty("firstCode").GetString()!;

    /// <param name="mail">The mail server it sends by; null = none.</param>
    public static async Task<RunningPomost> StartAsync(MailServer? mail = null)
    {
        var folder = new TemporaryFolder();
        var (started, said) = await StartAsync(folder, ["serve", "--allow-private-networks", "--urls", "http://127.0.0.1:0"], mail);
        return new RunningPomost(started, folder, said);
    }

    /// <summary>A demo whose import is done.</summary>
    public static async Task<RunningPomost> StartDemoAsync()
    {
        var folder = new TemporaryFolder();
        var (started, said) = await StartAsync(folder, ["demo", "--urls", "http://127.0.0.1:0", "--customers", "60", "--guests", "20", "--orders", "150"], null);
        return new RunningPomost(started, folder, said);
    }

    /// <summary>Ends the program as a power failure does.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Starts the killed program again, on the same folder and address.</summary>
    public async Task StartAgainAsync() => (process, _) = await StartAsync(data, ["serve", "--allow-private-networks", "--urls", Panel.GetLeftPart(UriPartial.Authority)], null);

    static async Task<(Process Process, JsonElement Said)> StartAsync(TemporaryFolder folder, string[] command, MailServer? mail)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "pomost.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments = [program, .. command, "--data", folder.Path, "--json"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (mail is not null)
        {
            start.Environment["POMOST_SMTP_HOST"] = "127.0.0.1";
            start.Environment["POMOST_SMTP_PORT"] = mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            start.Environment["POMOST_SMTP_FROM"] = "pomost@sklep.example";
            start.Environment["POMOST_SMTP_TLS"] = "false";
        }

        var started = Process.Start(start)!;
        var errors = new System.Text.StringBuilder();
        started.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
                errors.AppendLine(line.Data);
        };
        started.BeginErrorReadLine();
        var first = await started.StandardOutput.ReadLineAsync();
        if (first is null)
        {
            await started.WaitForExitAsync();
            lock (errors)
                throw new InvalidOperationException($"pomost {command[0]} ended with {started.ExitCode}:\n{errors}");
        }

        using var said = JsonDocument.Parse(first);
        return (started, said.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        data.Dispose();
    }
}
