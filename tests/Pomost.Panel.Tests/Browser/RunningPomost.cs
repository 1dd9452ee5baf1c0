using System.Diagnostics;
using System.Text.Json;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Browser;

/// <summary>The real program, "pomost serve", in a process of its own on an empty data folder.</summary>
sealed class RunningPomost : IAsyncDisposable
{
    readonly Process process;
    readonly TemporaryFolder data;

    RunningPomost(Process process, TemporaryFolder data, Uri panel) => (this.process, this.data, Panel) = (process, data, panel);

    public Uri Panel { get; }

    public static async Task<RunningPomost> StartAsync()
    {
        var data = new TemporaryFolder();
        var program = Path.Combine(AppContext.BaseDirectory, "pomost.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { program, "serve", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--allow-private-networks", "--json" })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
                errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        var first = await process.StandardOutput.ReadLineAsync();
        if (first is null)
        {
            await process.WaitForExitAsync();
            lock (errors)
                throw new InvalidOperationException($"pomost serve ended with {process.ExitCode}:\n{errors}");
        }

        using var said = JsonDocument.Parse(first);
        return new RunningPomost(process, data, new Uri(said.RootElement.GetProperty("panel").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        data.Dispose();
    }
}
