using Microsoft.Playwright;

namespace Pomost.Panel.Tests.Browser;

/// <summary>One Chromium for all browser tests: the machine's own, so that nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    IPlaywright? playwright;
    IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var program = Environment.GetEnvironmentVariable("POMOST_CHROMIUM") ?? Places.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The browser tests need Chromium: install the package chromium, or name the program in POMOST_CHROMIUM.");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <param name="locale">"pl-PL" or "en-GB": what the browser asks for.</param>
    /// <param name="script">False: as on a browser with scripts switched off.</param>
    public Task<IBrowserContext> OpenAsync(string locale, bool script = true) => browser!.NewContextAsync(new BrowserNewContextOptions
    {
        Locale = locale,
        TimezoneId = "Europe/Warsaw",
        JavaScriptEnabled = script,
        ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
    });

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
