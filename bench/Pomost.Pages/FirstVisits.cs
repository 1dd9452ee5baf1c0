using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Pomost.Pages;

/// <summary>What first visits to a page cost.</summary>
/// <param name="Address">Path of the page.</param>
/// <param name="Bytes">Most bytes over the wire, headers included.</param>
/// <param name="Requests">Requests until the page was loaded.</param>
/// <param name="Median">Milliseconds from the beginning of the visit until the load event: scripts have run, forms and links work.</param>
/// <param name="Longest">The same, the slowest visit.</param>
sealed record PageCost(string Address, long Bytes, int Requests, double Median, double Longest);

/// <summary>Visits every page of a demo, each time with an empty cache, logged in by cookie.</summary>
static class FirstVisits
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public static async Task<List<PageCost>> MeasureAsync(string executable, int visits, CancellationToken ct)
    {
        using var demo = Start(executable);
        try
        {
            var facts = JsonDocument.Parse(await demo.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The demo did not start.")).RootElement;
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("POMOST_CHROMIUM") ?? Places.FirstOrDefault(File.Exists),
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            });
            var panel = new Uri(facts.GetProperty("panel").GetString()!);
            var (state, addresses) = await LogInAsync(browser, panel, facts);
            var costs = new List<PageCost>();
            foreach (var address in addresses)
                costs.Add(await VisitAsync(browser, panel, address, address is "/login" or "/register" ? null : state, visits));
            return costs;
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
        }
    }

    static Process Start(string executable)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "demo", "--json", "--urls", "http://127.0.0.1:0", "--customers", "200", "--guests", "50", "--orders", "400" })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Logs in, and gathers the pages that the menu and the pages behind it lead to: one of each kind.</summary>
    static async Task<(string State, List<string> Addresses)> LogInAsync(IBrowser browser, Uri panel, JsonElement facts)
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(panel, "/login").ToString());
        await page.Locator("input[name=email]").FillAsync(facts.GetProperty("email").GetString()!);
        await page.Locator("input[name=password]").FillAsync(facts.GetProperty("password").GetString()!);
        await page.Locator("form:has(input[name=password]) button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(panel.ToString());
        var found = new List<string> { "/login", "/register", "/" };
        var kinds = new HashSet<string>(found, StringComparer.Ordinal);
        for (var next = 2; next < found.Count; next++)
        {
            await page.GotoAsync(new Uri(panel, found[next]).ToString());
            foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]')].map(a => a.pathname)"))
            {
                var kind = string.Join('/', link.Split('/').Select(part => part.Any(char.IsAsciiDigit) ? "#" : part));
                if (kinds.Add(kind) && !link.Contains('.', StringComparison.Ordinal) && link != "/logout")
                    found.Add(link);
            }
        }

        return (await context.StorageStateAsync(), found);
    }

    static async Task<PageCost> VisitAsync(IBrowser browser, Uri panel, string address, string? state, int visits)
    {
        var (times, bytes, requests) = (new List<double>(), 0L, 0);
        for (var visit = 0; visit < visits; visit++)
        {
            await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { StorageState = state });
            var page = await context.NewPageAsync();
            var wire = await context.NewCDPSessionAsync(page);
            await wire.SendAsync("Network.enable");
            var (received, count) = (0L, 0);
            wire.Event("Network.loadingFinished").OnEvent += (_, said) =>
            {
                Interlocked.Add(ref received, (long)said!.Value.GetProperty("encodedDataLength").GetDouble());
                Interlocked.Increment(ref count);
            };
            await page.GotoAsync(new Uri(panel, address).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            times.Add(await page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].loadEventStart"));
            (bytes, requests) = (Math.Max(bytes, Interlocked.Read(ref received)), Math.Max(requests, Volatile.Read(ref count)));
        }

        times.Sort();
        return new PageCost(address, bytes, requests, times[times.Count / 2], times[^1]);
    }
}
