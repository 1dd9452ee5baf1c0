using System.Net;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: an export that would send nobody for want of consents is no success, says which fields the shop has, and leads to the choice of one.
/// Method: the simulated shop behind the panel, its field named wrongly.</summary>
public sealed class ConsentFieldTests
{
    static readonly ExportOptions Dry = new() { DryRun = true };

    [Fact]
    public async Task A_preview_of_nobody_names_the_fields_there_are_and_its_first_button_leads_to_the_choice()
    {
        await using var woo = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions(), TimeProvider.System);
        woo.Seed(new ShopSeedOptions { Customers = 30, Guests = 0, Orders = 0, Products = 5 });
        await using var shop = await PanelShop.StartAsync();
        await ConnectAsync(shop, woo, "moja_wtyczka_newsletter");
        var run = await UndecidedAsync(shop, 30);

        var page = await shop.ReadAsync(shop.AddressOf(run));

        Assert.Contains("Żaden z 30 sprawdzonych klientów nie ma pola moja_wtyczka_newsletter. Pola, które znaleźliśmy: pomost_newsletter_consent (", page, StringComparison.Ordinal);
        Assert.Contains("Stanu zgody 30 osób z 30 nie zaznaczono w eksporcie", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"alert ok\"", page, StringComparison.Ordinal);
        var choice = $"/stores/{shop.Store.Slug}/connection/consents";
        Assert.Equal(choice, new Html(page).One("main .btn-primary").GetAttribute("href"));

        Assert.Contains("Użyj pola pomost_newsletter_consent (", await shop.ReadAsync(choice), StringComparison.Ordinal);
        var chosen = await shop.SendAsync(choice, ("use", PolishShopSeed.NewsletterKey));
        Assert.Equal($"{choice}?done=1", chosen.Headers.Location!.ToString());
        var now = await shop.ReadAsync($"{choice}?done=1");
        Assert.Contains("W polu pomost_newsletter_consent zgodę albo odmowę ma ", now, StringComparison.Ordinal);
        var store = (await shop.Get<IStores>().FindAsync(shop.Store.Key, default))!;
        Assert.Equal((PolishShopSeed.NewsletterKey, StoreState.Active), (store.Settings["email_consent_key"], store.State));
        Assert.Contains("store.changed", await shop.AuditAsync());
    }

    [Fact]
    public async Task Where_the_field_is_right_the_first_button_leads_to_whom_to_send()
    {
        await using var woo = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions(), TimeProvider.System);
        woo.Seed(new ShopSeedOptions { Customers = 30, Guests = 0, Orders = 0, Products = 5 });
        await using var shop = await PanelShop.StartAsync();
        await ConnectAsync(shop, woo, PolishShopSeed.NewsletterKey);
        var run = await UndecidedAsync(shop, 4);

        var page = await shop.ReadAsync(shop.AddressOf(run));

        Assert.DoesNotContain("W sklepie nie widać zgód", page, StringComparison.Ordinal);
        Assert.Equal($"{shop.Address}?copy={run.Number}", new Html(page).One("main .btn-primary").GetAttribute("href"));
        Assert.Contains("class=\"alert warn\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_field_can_have_is_refused_beside_it_and_a_paused_store_stays_paused()
    {
        await using var shop = await PanelShop.StartAsync();
        await shop.SendAsync($"/stores/{shop.Store.Slug}/connection/pause");
        var choice = $"/stores/{shop.Store.Slug}/connection/consents";

        var refused = await shop.SendAsync(choice, ("field", "pole ze spacją"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("litery bez polskich znaków", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()), StringComparison.Ordinal);

        await shop.SendAsync(choice, ("field", "zgoda"));
        var store = (await shop.Get<IStores>().FindAsync(shop.Store.Key, default))!;
        Assert.Equal(("zgoda", StoreState.Paused), (store.Settings["email_consent_key"], store.State));
    }

    [Fact]
    public async Task The_second_step_ticks_the_buyers_that_the_first_one_sent_and_the_run_says_so()
    {
        await using var shop = await PanelShop.StartAsync();
        Assert.Equal(["f-granted-transactions", "f-withdrawn-transactions"], await TickedAsync(shop));

        await shop.RunAsync(ExportKind.Contacts, ExportState.Done, new ExportOptions { Choice = new ExportChoice { States = [ConsentState.Granted] } });
        Assert.Equal(["f-granted-transactions"], await TickedAsync(shop));

        var answer = await shop.SendAsync($"{shop.Address}/transactions", ("export", "1"), ("granted", "1"), ("status", "completed"), ("status", "processing"));
        var page = await shop.ReadAsync(answer.Headers.Location!.ToString());
        Assert.Equal("ze zgodą (opt-in)", new Html(page).Beside("Kupujący, których jeszcze nie ma"));
    }

    [Fact]
    public async Task A_preview_says_how_many_people_something_is_written_of_into_the_shop()
    {
        await using var shop = await PanelShop.StartAsync();
        var none = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, gain => gain with { Read = 3, ToSend = 3 });
        Assert.Contains("żadne: do sklepu nic nie wpiszemy", await shop.ReadAsync(shop.AddressOf(none)), StringComparison.Ordinal);
        var some = await shop.RunAsync(ExportKind.Contacts, ExportState.Done, Dry, gain => gain with { Read = 3, ToSend = 3, ShopWrites = 2 });
        Assert.Contains("po eksporcie u 2 osób", await shop.ReadAsync(shop.AddressOf(some)), StringComparison.Ordinal);
    }

    static async Task<List<string>> TickedAsync(PanelShop shop)
    {
        var page = await shop.ReadAsync(shop.Address);
        return [.. System.Text.RegularExpressions.Regex.Matches(page, "id=\"(?<id>f-(?:granted|withdrawn|none)-transactions)\"[^>]* checked", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["id"].Value)];
    }

    static Task<ExportRun> UndecidedAsync(PanelShop shop, int people) => shop.RunAsync(
        ExportKind.Contacts, ExportState.Done, Dry, gain => gain with
        {
            Read = people,
            Skipped = new Dictionary<ReasonCode, int> { [ReasonCode.ConsentStateNotChosen] = people },
            States = new Dictionary<ConsentState, int> { [ConsentState.NoStatement] = people },
        });

    static async Task ConnectAsync(PanelShop shop, WooCommerceSimulator woo, string field) => await shop.Get<StoreSetup>().ChangeSettingsAsync(
        shop.Store,
        new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["url"] = woo.BaseAddress.AbsoluteUri,
            ["consumer_key"] = woo.ReadWriteKey.ConsumerKey,
            ["consumer_secret"] = woo.ReadWriteKey.ConsumerSecret,
            ["email_consent_key"] = field,
        }),
        default);
}
