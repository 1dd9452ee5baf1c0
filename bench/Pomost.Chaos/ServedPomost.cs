using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Pomost.Chaos;

/// <summary>The program under test: commands, and the server that is killed and started again on the same port and data folder.</summary>
sealed class ServedPomost(string executable, string data) : IAsyncDisposable
{
    readonly int _port = FreePort();
    Process? _server;

    /// <summary>Runs a command to its end and gives the JSON it printed.</summary>
    public async Task<JsonElement> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"pomost {string.Join(' ', arguments.Take(2))} ended with {process.ExitCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task ServeAsync()
    {
        var address = $"http://127.0.0.1:{_port}";
        _server = Start("serve", "--urls", address, "--public-address", address);
        _ = _server.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        for (var wait = 0; wait < 300; wait++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{address}/health/ready"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The server does not become ready.");
    }

    /// <summary>Ends it as a power failure does.</summary>
    public async Task KillAsync()
    {
        if (_server is not { HasExited: false } server)
            return;
        server.Kill();
        await server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _server?.Dispose();
    }

    Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. arguments, "--json", "--data", data, "--allow-private-networks"])
            start.ArgumentList.Add(argument);
        if (arguments[0] == "serve")
            start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        if (arguments[0] == "serve")
            _ = File.WriteAllTextAsync(Path.Combine(data, $"log-{process.Id}.txt"), "").ContinueWith(_ => CopyAsync(process), TaskScheduler.Default);
        return process;
    }

    async Task CopyAsync(Process process)
    {
        await using var file = File.AppendText(Path.Combine(data, $"log-{process.Id}.txt"));
        while (await process.StandardError.ReadLineAsync() is { } line)
            await file.WriteLineAsync(line);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
