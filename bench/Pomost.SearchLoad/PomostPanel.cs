using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pomost.SearchLoad;

/// <summary>The product as its users have it, with a person logged in.</summary>
sealed partial class PomostPanel(string executable, string data, string? database)
{
    /// <summary>The executable of this repository's Release build.</summary>
    public static string ReleaseBuild()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pomost.slnx")))
            folder = folder.Parent;
        var file = Path.Combine(folder?.FullName ?? ".", "artifacts", "bin", "Pomost.App", "release", OperatingSystem.IsWindows() ? "pomost.exe" : "pomost");
        return File.Exists(file) ? file : throw new InvalidOperationException("There is no Release build: dotnet build src/Pomost.App -c Release");
    }

    /// <summary>Starts the program, logs in, lets the visitor ask, and ends the program.</summary>
    public async Task VisitAsync(string email, string password, Func<HttpClient, Task> visit, CancellationToken ct)
    {
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "serve", "--urls", "http://127.0.0.1:0", "--data", data, "--json" }.Concat(database is null ? [] : ["--database", database]))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("pomost serve ended at once.");
            using var handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
            using var browser = new HttpClient(handler) { BaseAddress = new Uri(JsonDocument.Parse(line).RootElement.GetProperty("panel").GetString()!) };
            var token = Token().Match(await browser.GetStringAsync("/login", ct)).Groups["token"].Value;
            using var form = new FormUrlEncodedContent([new("email", email), new("password", password), new("__RequestVerificationToken", token)]);
            using var answer = await browser.PostAsync("/login", form, ct);
            if (answer.StatusCode != HttpStatusCode.Redirect)
                throw new InvalidOperationException($"The log-in was answered with {answer.StatusCode}.");
            await visit(browser);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
