using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pomost.Load;

/// <summary>What one command printed and cost.</summary>
/// <param name="Output">The JSON document it printed.</param>
/// <param name="Seconds">From start to end of the process.</param>
/// <param name="ProcessorSeconds">Processor time of all its threads.</param>
/// <param name="PeakBytes">Most resident memory; null where the system does not tell.</param>
sealed record CommandResult(JsonElement Output, double Seconds, double ProcessorSeconds, long? PeakBytes);

/// <summary>The product as its users have it: an executable with a data folder.</summary>
sealed class PomostProgram(string executable, string data)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>The executable of this repository's Release build.</summary>
    public static string ReleaseBuild()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pomost.slnx")))
            folder = folder.Parent;
        var name = OperatingSystem.IsWindows() ? "pomost.exe" : "pomost";
        var file = Path.Combine(folder?.FullName ?? ".", "artifacts", "bin", "Pomost.App", "release", name);
        return File.Exists(file) ? file : throw new InvalidOperationException("There is no Release build: dotnet build src/Pomost.App -c Release");
    }

    /// <summary>Starts a command that runs until it is stopped.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. arguments, "--json", "--data", data, "--allow-private-networks"])
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
    }

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed, or printed no JSON.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken ct, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var (processor, peak) = (TimeSpan.Zero, default(long?));
        try
        {
            var ended = process.WaitForExitAsync(ct);
            while (!ended.IsCompleted)
            {
                peak = PeakBytes(process.Id) ?? peak;
                processor = ProcessorTime(process) ?? processor;
                await Task.WhenAny(ended, Task.Delay(LookEvery, ct));
            }

            await ended;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var text = await output;
        if (process.ExitCode is not 0 and not 1 || !text.StartsWith('{'))
            throw new InvalidOperationException($"pomost {string.Join(' ', arguments.Take(2))} ended with {process.ExitCode}: {text}");
        return new CommandResult(JsonDocument.Parse(text).RootElement, seconds, processor.TotalSeconds, peak);
    }

    static TimeSpan? ProcessorTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The high-water mark the kernel keeps; it needs no fine sampling, only a look before the process ends.</summary>
    static long? PeakBytes(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
