using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Testing;

namespace Pomost.App.Tests.Fixture;

/// <summary>What a finished command left behind.</summary>
sealed record Outcome(int ExitCode, string Output, string Errors)
{
    /// <summary>The one JSON document of the output.</summary>
    public JsonNode Json => JsonNode.Parse(Assert.Single(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;

    public void AssertExit(int code) => Assert.True(ExitCode == code, $"Exit code {ExitCode}, not {code}.\n{Output}\n{Errors}");
}

/// <summary>The built program, run as a process of its own.</summary>
sealed class Pomost : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly BlockingCollection<string?> _lines = [];
    readonly StringBuilder _errors = new();
    readonly Task _reading;

    Pomost(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    public int Id => _process.Id;

    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Where the build put the program.</summary>
    static string Executable
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var path = Path.Combine(output.Parent!.Parent!.FullName, "Pomost.App", output.Name, OperatingSystem.IsWindows() ? "pomost.exe" : "pomost");
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} was not built.");
        }
    }

    public static Pomost Start(params string[] arguments) => Start(null, arguments);

    /// <summary>Starts the program.</summary>
    /// <param name="temporaryFolder">Where it puts temporary files; null = where everybody does.</param>
    /// <param name="arguments">Command line.</param>
    public static Pomost Start(string? temporaryFolder, string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("POMOST_DATA");
        start.Environment.Remove("POMOST_DATABASE");
        if (temporaryFolder is not null)
            start.Environment["TMPDIR"] = temporaryFolder;
        return new Pomost(Process.Start(start)!);
    }

    /// <summary>Starts the program with one more variable in its environment.</summary>
    public static Pomost StartWith(string variable, string value, params string[] arguments)
        => StartWith(new Dictionary<string, string>(StringComparer.Ordinal) { [variable] = value }, arguments);

    /// <summary>Starts the program with more variables in its environment.</summary>
    public static Pomost StartWith(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("POMOST_DATA");
        start.Environment.Remove("POMOST_DATABASE");
        foreach (var (variable, value) in variables)
            start.Environment[variable] = value;
        return new Pomost(Process.Start(start)!);
    }

    /// <summary>Starts the program with a mail server.</summary>
    /// <param name="mail">The server.</param>
    /// <param name="input">What it reads from standard input; null = it has none.</param>
    /// <param name="arguments">Command line.</param>
    public static Pomost StartWith(MailServer? mail, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null, UseShellExecute = false };
        start.Environment.Remove("POMOST_DATA");
        start.Environment.Remove("POMOST_DATABASE");
        if (mail is not null)
        {
            start.Environment["POMOST_SMTP_HOST"] = "127.0.0.1";
            start.Environment["POMOST_SMTP_PORT"] = mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            start.Environment["POMOST_SMTP_FROM"] = "pomost@sklep.example";
            start.Environment["POMOST_SMTP_TLS"] = "false";
        }

        var process = Process.Start(start)!;
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        return new Pomost(process);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        return await program.EndAsync();
    }

    /// <summary>The next line of standard output as JSON.</summary>
    public JsonNode NextJson() => _lines.TryTake(out var line, Patience) && line is not null
        ? JsonNode.Parse(line)!
        : throw new InvalidOperationException($"No line came.\n{Errors}");

    /// <summary>Asks the program to end, as a service manager does.</summary>
    public void Terminate() => Signal("-TERM");

    /// <summary>Stops the program's threads where they are, as a suspended virtual machine does.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>Lets a frozen program go on.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Ends the program as a power failure does. False when it had ended by itself.</summary>
    public bool Kill()
    {
        if (_process.HasExited)
            return false;
        _process.Kill();
        return true;
    }

    public async Task<Outcome> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return new Outcome(_process.ExitCode, string.Join('\n', _lines.Where(line => line is not null)), Errors);
    }

    /// <summary>True when the program ended within the time.</summary>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _lines.Dispose();
    }

    void Signal(string name)
    {
        using var kill = Process.Start("kill", [name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Add(line);
        _lines.Add(null);
    }

    async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
                _errors.AppendLine(line);
        }
    }
}
