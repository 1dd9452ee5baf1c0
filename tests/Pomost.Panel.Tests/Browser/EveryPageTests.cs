using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Playwright;
using Pomost.Panel.Tests.Frame;

namespace Pomost.Panel.Tests.Browser;

/// <summary>
/// Goal: what holds for pages holds for every page there is, those that come later included.
/// Method: from page to page of a demo by the links on them, one of each kind; then a look at which addresses of the panel were not among them.
/// </summary>
public sealed class EveryPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    const int MostBytes = 100_000;

    static readonly string[] NoPages =
    [
        "/assets/{file}", "/audit/file.csv", "/contacts/{id:long}/destination", "/contacts/{id:long}/held.json", "/contacts/{id:long}/proof.json",
        "/deliveries/rejected/{key}.csv", "/deliveries/{name}/data", "/erasures/{number:int}.json", "/stores/{slug}/account/lists", "/stores/{slug}/account/plugins/pomost-hub.php",
        "/stores/{slug}/export/held.csv",
        "/stores/{slug}/export/runs/{number:int}/records/{list}.csv", "/stores/{slug}/export/runs/{number:int}/rejected.csv", "/stores/{slug}/integrations/logo",
        "/stores/{slug}/user-settings/state", "/stream",
    ];

    // To these leads a letter, another program, or a state the demo is not in; the walks look at them.
    static readonly string[] NotLinked =
    [
        "/confirm", "/connect/{platform}", "/deliveries/rejected/{key}", "/erasures/{number:int}/", "/invite/{token}", "/login", "/password", "/password/new", "/profile/second-factor", "/register",
        "/stores/new/{platform}", "/stores/new/{platform}/{draft}", "/stores/new/{platform}/{draft}/account", "/stores/new/{platform}/{draft}/look",
        "/stores/{slug}/export/import/{file:long}", "/stores/{slug}/export/runs/{number:int}/examples", "/stores/{slug}/export/runs/{number:int}/records/{list}",
        "/stores/{slug}/export/runs/{number:int}/rejected", "/stores/{slug}/export/runs/{number:int}/rejected/{id:long}", "/stores/{slug}/login/open",
        "/system/mail/{id:long}", "/verify", "/webhooks/{id:long}",
    ];

    [Fact]
    public async Task Is_accessible_in_both_themes_fits_a_telephone_asks_nobody_else_and_is_light()
    {
        await using var pomost = await RunningPomost.StartDemoAsync();
        await using var context = await chromium.OpenAsync("pl-PL");
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var watch = new PageWatch(page, pomost.Panel, ColorScheme.Light, ColorScheme.Dark);
        await page.GotoAsync(new Uri(pomost.Panel, "/login").ToString());
        await page.Locator("#f-email").FillAsync(pomost.Said.GetProperty("email").GetString()!);
        await page.Locator("#f-password").FillAsync(pomost.Said.GetProperty("password").GetString()!);
        await page.Locator("main form button.btn-primary").ClickAsync();
        await page.WaitForURLAsync("**/stores/sklep-pod-lipa/integrations");
        var weight = await Weight.OfAsync(page);

        // To the last three no link leads: one follows the wizard, one stands in a letter, and in the demo nobody is unsubscribed.
        var found = new List<string> { "/", "/stores/sklep-pod-lipa/connected", "/confirm/address", "/stores/sklep-pod-lipa/export/held" };
        var kinds = new HashSet<string>(found, StringComparer.Ordinal);
        for (var next = 0; next < found.Count; next++)
        {
            weight.Begin();
            await page.GotoAsync(new Uri(pomost.Panel, found[next]).ToString());
            // Everything comes anew, as on a first visit.
            Assert.True(weight.Bytes <= MostBytes, $"{found[next]} weighs {weight.Bytes} bytes");
            await watch.LookAsync(found[next]);
            foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin && !a.target).map(a => a.pathname)"))
            {
                if (kinds.Add(KindOf(link)) && !link.Contains('.', StringComparison.Ordinal))
                    found.Add(link);
            }
        }

        watch.AssertNothingWrong();
        Assert.Equal(string.Join('\n', NoPages.Concat(NotLinked).Order(StringComparer.Ordinal)), string.Join('\n', await NotAmongAsync(found)));
    }

    static string KindOf(string path) => string.Join('/', path.Split('/').Select(part => part.Any(char.IsAsciiDigit) ? "#" : part));

    static async Task<string[]> NotAmongAsync(IReadOnlyList<string> visited)
    {
        await using var host = await PanelHost.StartAsync();
        return [.. host.Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? false)
            .Select(endpoint => endpoint.RoutePattern)
            .Where(pattern => !visited.Any(path => new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch(path, [])))
            .Select(pattern => pattern.RawText!).Order(StringComparer.Ordinal)];
    }

    /// <summary>Bytes over the wire since the last beginning, headers included, with no cache.</summary>
    sealed class Weight
    {
        long bytes;

        public long Bytes => Interlocked.Read(ref bytes);

        public static async Task<Weight> OfAsync(IPage page)
        {
            var weight = new Weight();
            var wire = await page.Context.NewCDPSessionAsync(page);
            await wire.SendAsync("Network.enable");
            await wire.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
            wire.Event("Network.loadingFinished").OnEvent += (_, said) => Interlocked.Add(ref weight.bytes, (long)said!.Value.GetProperty("encodedDataLength").GetDouble());
            return weight;
        }

        public void Begin() => Interlocked.Exchange(ref bytes, 0);
    }
}
