using Pomost.Engine;
using Pomost.Panel.Tests.Export;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: a shop that does not answer, and a store that is paused, is shown so on every page that speaks of it.</summary>
public sealed class StoreHealthTests
{
    [Fact]
    public async Task A_shop_that_does_not_answer_is_shown_in_badge_menu_attention_connection_and_health()
    {
        await using var shop = await PanelShop.StartAsync();
        await SilentAsync(shop, TimeSpan.FromMinutes(10));

        var dashboard = await shop.ReadAsync("/");
        Assert.Contains("Lniana Łąka: sklep nie odpowiada od:", dashboard, StringComparison.Ordinal);
        Assert.Contains("Nie odpowiada", new Html(dashboard).Texts("span"));
        Assert.DoesNotContain("Nic. Wszystkie sklepy działają.", dashboard, StringComparison.Ordinal);
        Assert.DoesNotContain("Działa", new Html(dashboard).Texts("*"));
        Assert.Contains("Nie odpowiada:", new Html(dashboard).Texts("span.sr"));
        var connection = await shop.ReadAsync($"/stores/{shop.Store.Slug}/connection");
        Assert.Contains("Nie odpowiada od:", connection, StringComparison.Ordinal);
        Assert.Contains("nie odpowiada od:", await shop.ReadAsync("/system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failed_try_is_no_news()
    {
        await using var shop = await PanelShop.StartAsync();
        await SilentAsync(shop, TimeSpan.FromSeconds(20));

        Assert.DoesNotContain("sklep nie odpowiada od:", await shop.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_store_needs_attention_until_it_is_resumed()
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.SendAsync($"/stores/{shop.Store.Slug}/connection/pause");

        var dashboard = await shop.ReadAsync("/");
        Assert.Contains("Lniana Łąka: sklep wstrzymany", dashboard, StringComparison.Ordinal);
        Assert.DoesNotContain("Nic. Wszystkie sklepy działają.", dashboard, StringComparison.Ordinal);
        Assert.Contains("Nic stąd nie idzie.", await shop.ReadAsync("/system"), StringComparison.Ordinal);

        await shop.SendAsync($"/stores/{shop.Store.Slug}/connection/resume");
        Assert.DoesNotContain("sklep wstrzymany", await shop.ReadAsync("/"), StringComparison.Ordinal);
    }

    static async Task SilentAsync(PanelShop shop, TimeSpan since)
    {
        var now = TimeProvider.System.GetUtcNow();
        var lease = (await shop.Get<IStoreRuns>().BeginAsync(shop.Store.Key, default))!;
        await shop.Get<IStorePaces>().WriteAsync(lease, new PaceState(new Waiting(WaitReason.ShopFails, now.AddMinutes(2)), null), default);
        await shop.Host.Database.WriteAsync(session => session.Command("UPDATE store_pace SET waiting_since = @since").With("since", now - since).ExecuteAsync());
    }
}
