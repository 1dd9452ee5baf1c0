using System.Diagnostics;
using System.Text.Json;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The real program, "pomost serve", in a process of its own on an empty data folder.</summary>
sealed class RunningPomost : IAsyncDisposable
{
    readonly TemporaryFolder data;
    Process process;

    RunningPomost(Process process, TemporaryFolder data, Uri panel) => (this.process, this.data, Panel) = (process, data, panel);

    public Uri Panel { get; }

    /// <summary>The same under a name: a passkey belongs to a name, and an address in numbers has none.</summary>
    public Uri ByName => new UriBuilder(Panel) { Host = "localhost" }.Uri;

    /// <param name="mail">The mail server it sends by; null = none.</param>
    public static async Task<RunningPomost> StartAsync(MailServer? mail = null)
    {
        var folder = new TemporaryFolder();
        var (started, panel) = await StartAsync(folder, "http://127.0.0.1:0", mail);
        return new RunningPomost(started, folder, panel);
    }

    /// <summary>Ends the program as a power failure does.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Starts the killed program again, on the same folder and address.</summary>
    public async Task StartAgainAsync() => (process, _) = await StartAsync(data, Panel.GetLeftPart(UriPartial.Authority), null);

    static async Task<(Process Process, Uri Panel)> StartAsync(TemporaryFolder folder, string address, MailServer? mail)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "pomost.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { program, "serve", "--urls", address, "--data", folder.Path, "--allow-private-networks", "--json" })
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
                throw new InvalidOperationException($"pomost serve ended with {started.ExitCode}:\n{errors}");
        }

        using var said = JsonDocument.Parse(first);
        return (started, new Uri(said.RootElement.GetProperty("panel").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        data.Dispose();
    }
}
