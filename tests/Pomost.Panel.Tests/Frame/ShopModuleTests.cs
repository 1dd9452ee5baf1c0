using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: the module comes with the store's secret inside, the same at each download, and the secret stands nowhere else. Method: the panel over HTTP.</summary>
public sealed class ShopModuleTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task The_module_holds_the_stores_secret_and_inbox_and_stays_the_same()
    {
        await using var host = await SectionHost.StartAsync();
        var page = WebUtility.HtmlDecode(await host.Owner.GetStringAsync(host.Address("login")));
        Assert.Contains(T.Destination.ModuleDownload, page, StringComparison.Ordinal);
        Assert.Contains("Wyślij wtyczkę na serwer", page, StringComparison.Ordinal);
        Assert.False(host.Get<ShopModules>().IsBuilt(await host.StoreNowAsync()));

        var answer = await host.SendAsync("login", "/module");
        var again = await host.SendAsync("login", "/module");

        Assert.Equal((HttpStatusCode.OK, "application/zip", "no-store"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
        Assert.Equal($"pomost-{host.Store.Slug}.zip", answer.Content.Headers.ContentDisposition!.FileName);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes, await again.Content.ReadAsByteArrayAsync());
        var secret = SecretIn(bytes);
        var store = await host.StoreNowAsync();
        Assert.Equal(secret, host.Get<Connections>().ModuleSecretOf(store));
        Assert.DoesNotContain(secret, store.ProtectedSecrets + string.Join(' ', store.Settings.Values), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await host.Owner.GetStringAsync(host.Address("login")), StringComparison.Ordinal);
        var written = await host.AuditAsync();
        Assert.Equal(2, written.Count(action => action == "store.module_downloaded"));
        Assert.DoesNotContain(secret, (await host.LastAuditAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_store_has_a_secret_of_its_own_and_a_stranger_gets_none()
    {
        await using var host = await SectionHost.StartAsync();
        var other = await host.AddStoreAsync("Druga Łąka");

        var first = SecretIn(await (await host.SendAsync("login", "/module")).Content.ReadAsByteArrayAsync());
        var second = SecretIn(await (await PanelHost.SendAsync(host.Owner, "/", $"/stores/{other.Slug}/login/module")).Content.ReadAsByteArrayAsync());
        var stranger = await PanelHost.SendAsync(await host.StrangerAsync(), "/", host.Address("login/module"));

        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task Secrets_are_replaced_and_the_former_ones_open_nothing()
    {
        await using var host = await SectionHost.StartAsync();
        const string Page = "connection/secrets";
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(Page, "/module")).StatusCode);
        var first = SecretIn(await (await host.SendAsync("login", "/module")).Content.ReadAsByteArrayAsync());
        var before = await host.StoreNowAsync();
        Assert.Contains(T.Operation.ReplaceSecret, WebUtility.HtmlDecode(await host.Owner.GetStringAsync(host.Address(Page))), StringComparison.Ordinal);

        Assert.Equal(host.Address(Page) + "?done=module", (await host.SendAsync(Page, "/module")).Headers.Location!.ToString());
        var second = SecretIn(await (await host.SendAsync("login", "/module")).Content.ReadAsByteArrayAsync());
        Assert.NotEqual(first, second);
        Assert.Equal(host.Address(Page) + "?done=later", (await host.SendAsync(Page, "/webhooks")).Headers.Location!.ToString());

        var after = await host.StoreNowAsync();
        Assert.Null(await host.Get<IStores>().FindByWebhookTokenAsync(before.WebhookToken, default));
        Assert.NotEqual(host.Get<Connections>().WebhookSecretOf(before), host.Get<Connections>().WebhookSecretOf(after));
        Assert.Equal(second, host.Get<Connections>().ModuleSecretOf(after));
        Assert.Contains(T.Operation.WebhooksLater, WebUtility.HtmlDecode(await host.Owner.GetStringAsync(host.Address(Page) + "?done=later")), StringComparison.Ordinal);
        Assert.Contains(T.Operation.WebhooksMoved, WebUtility.HtmlDecode(await host.Owner.GetStringAsync(host.Address(Page) + "?done=moved")), StringComparison.Ordinal);
        Assert.Equal(2, (await host.AuditAsync()).Count(action => action == "store.secret_replaced"));
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(await host.StrangerAsync(), "/", host.Address(Page) + "/webhooks")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await host.ColleagueAsync(AccountRole.Marketer)).GetAsync(host.Address(Page))).StatusCode);
    }

    static string SecretIn(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var reader = new StreamReader(archive.GetEntry("pomost/pomost-config.php")!.Open());
        var match = Regex.Match(reader.ReadToEnd(), "'secret' => '(?<secret>[0-9a-f]{64})'", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(match.Success);
        return match.Groups["secret"].Value;
    }
}
