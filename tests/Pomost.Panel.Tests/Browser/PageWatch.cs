using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Browser;

/// <summary>What must hold on every page: accessible in both themes, no sideways scroll on a telephone, nothing the security policy refuses,
/// nothing asked of another host.</summary>
sealed class PageWatch
{
    static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // Our frames let no script run, axe's neither: it would wait for its answer for ever. What they hold is looked at by itself.
    const string RunAxe = """
        async () => {
          const options = {
            iframes: false,
            resultTypes: ['violations'],
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
          }
          const { violations } = await axe.run(document, options)
          return violations.map((found) => `${found.id}: ${found.help} at ${found.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`)
        }
        """;

    // A cell whose words stand a letter a line. Heads of tables are hidden there.
    const string NarrowCells = """
        () => [...document.querySelectorAll('main td, main dd, main tbody th, main dt')]
          .filter((cell) => cell.offsetParent !== null && cell.innerText.trim().length >= 12 && cell.clientWidth < 40)
          .slice(0, 3).map((cell) => `${cell.clientWidth} px, ${cell.innerText.trim().slice(0, 60)}`)
        """;

    readonly IPage page;
    readonly ColorScheme[] themes;
    readonly List<string> wrongs = [];
    readonly HashSet<string> refused = new(StringComparer.Ordinal);

    public PageWatch(IPage page, Uri panel, params ColorScheme[] themes)
    {
        (this.page, this.themes) = (page, themes);
        page.Console += (_, message) =>
        {
            // A refused form answers 422, which the browser logs although it is what we want.
            if (message.Type == "error" && !message.Text.Contains("422", StringComparison.Ordinal) && !refused.Any(path => message.Location.Contains(path, StringComparison.Ordinal)))
                wrongs.Add($"console on {page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => wrongs.Add($"script on {page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } asked && asked.Authority != panel.Authority)
                wrongs.Add($"{page.Url} asked {request.Url}");
        };
    }

    /// <summary>For a walk that is made in both languages: one sees all of it in the light theme, the other in the dark one.</summary>
    public static PageWatch For(Language language, IPage page, Uri panel) => new(page, panel, language == Language.Pl ? ColorScheme.Light : ColorScheme.Dark);

    /// <summary>The page at this path is meant to answer with a refusal, which the browser logs, too.</summary>
    public void Refuses(string path) => refused.Add(path);

    /// <param name="name">What the page is called in a failure.</param>
    /// <param name="narrow">Look at it on a telephone, too, where tables become cards.</param>
    public async Task LookAsync(string name, bool narrow = false)
    {
        var size = page.ViewportSize!;
        await SeeWholeAsync(size.Width);
        await RunAxeAsync(name);
        foreach (var width in new[] { 390, 360 })
        {
            await page.SetViewportSizeAsync(width, 800);
            wrongs.AddRange((await page.EvaluateAsync<string[]>(NarrowCells)).Select(cell => $"{name} at {width} px: narrower than a word: {cell}"));
        }

        if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"))
            wrongs.Add($"{name}: scrolls sideways at 360 px");
        if (narrow)
        {
            await SeeWholeAsync(360);
            await RunAxeAsync($"{name} at 360 px");
        }

        await page.SetViewportSizeAsync(size.Width, size.Height);
    }

    // Scrolled, the bars at the top and the bottom lie over parts of what passes below them, which then count as too small.
    async Task SeeWholeAsync(int width)
        => await page.SetViewportSizeAsync(width, Math.Max(800, await page.EvaluateAsync<int>("document.documentElement.scrollHeight")));

    async Task RunAxeAsync(string name)
    {
        foreach (var theme in themes)
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
                await page.EvaluateAsync(Axe);
            wrongs.AddRange((await page.EvaluateAsync<string[]>(RunAxe)).Select(violation => $"{name}, {theme}: {violation}"));
        }
    }

    public void AssertNothingWrong() => Assert.True(wrongs.Count == 0, string.Join('\n', wrongs.Distinct(StringComparer.Ordinal)));
}
