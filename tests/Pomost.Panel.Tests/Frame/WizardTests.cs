using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: a platform appears in the wizard by its declaration alone, and what was typed outlives the browser and the node.</summary>
public sealed partial class WizardTests
{
    static readonly PanelTexts T = new(Language.Pl);
    static readonly (string Name, string Value)[] Right =
    [
        ("url", "sklep.example"), ("shop_code", "ABC"), ("way", "key"), ("api_key", "dobry-klucz"), ("shops", "1"), ("shops", "2"), ("page_size", "70"), ("store_name", "Nowy sklep"),
    ];

    [Fact]
    public async Task A_platform_that_no_file_of_the_panel_knows_is_offered_drawn_checked_and_connected()
    {
        await using var host = await StartAsync();
        Assert.Contains("Zmyślona Platforma", await host.Owner.GetStringAsync("/stores/new"), StringComparison.Ordinal);
        var form = await host.Owner.GetStringAsync($"/stores/new/{FakePlatform.Key}");
        foreach (var expected in new[]
                 {
                     "id=\"f-url\" name=\"url\" type=\"url\"", "id=\"f-shop_code\" name=\"shop_code\" type=\"text\"", "id=\"f-api_key\" name=\"api_key\" type=\"password\"",
                     "<option value=\"account\"", "data-when=\"way=account\"", "type=\"checkbox\" id=\"f-shops-2\" name=\"shops\" value=\"2\"", "id=\"f-verify\" name=\"verify\" value=\"true\" checked",
                     "id=\"f-page_size\" name=\"page_size\" type=\"number\" value=\"50\"", "Widać go w panelu.", "Skopiuj klucz", "Nie ma koszyków.", T.Stores.Connect("Zmyślona Platforma"),
                 })
        {
            Assert.Contains(expected, form, StringComparison.Ordinal);
        }

        var draft = await CheckAsync(host, Right);
        var account = await PanelHost.SendAsync(host.Owner, draft + "/account", draft + "/account", ("way", "hub"));
        Assert.Equal(draft + "/look", account.Headers.Location!.ToString());
        var done = await PanelHost.SendAsync(host.Owner, draft + "/look", draft + "/look", ("language", "pl"), ("main", "#123456"), ("additional", "#fedcba"));

        Assert.Equal("/stores/nowy-sklep/connected", done.Headers.Location!.ToString());
        var store = (await host.Get<IStores>().FindBySlugAsync(host.Store.AccountId, "nowy-sklep", default))!;
        Assert.Equal((FakePlatform.Key, "https://sklep.example", "1,2", "70", "false"), (store.Platform, store.Settings["url"], store.Settings["shops"], store.Settings["page_size"], store.Settings["verify"]));
        Assert.DoesNotContain("api_key", store.Settings.Keys);
        Assert.Equal("dobry-klucz", host.Get<StoreSetup>().SettingsOf(store)["api_key"]);
        Assert.Equal("#123456", (await host.Get<StoreLooks>().OfAsync(store, default)).Look.Main);
        Assert.Equal(["store.look-changed", "store.added", "destination.chosen"], await host.AuditAsync());
        Assert.Empty(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
    }

    [Fact]
    public async Task A_platform_is_recognised_by_the_signs_its_connector_declares_and_the_address_goes_on()
    {
        await using var host = await StartAsync();
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        Task<HttpResponseMessage> LookAsync(string address) => PanelHost.SendAsync(host.Owner, "/stores/new", "/stores/new/recognise", ("shop_address", address));
        var home = shop.HttpAddress.AbsoluteUri.TrimEnd('/');

        var found = await (await LookAsync(home)).Content.ReadAsStringAsync();
        var other = await (await LookAsync(home + "/nie-ma-takiej-strony/")).Content.ReadAsStringAsync();
        var nobody = await LookAsync("https://127.0.0.1:1/");
        var nonsense = await LookAsync("ftp://sklep");

        var sign = host.Get<IPlatformCatalogue>().Find("woocommerce")!.Info.Signs[0];
        Assert.Contains(T.Stores.RecognisedBy(sign.Says.Polish), found, StringComparison.Ordinal);
        Assert.Matches("value=\"woocommerce\"[^>]* checked", found);
        Assert.Contains($"name=\"url\" value=\"{home}\"", found, StringComparison.Ordinal);
        Assert.Contains(T.Stores.NotRecognised, other, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nobody.StatusCode);
        Assert.Contains(T.Problems.Unreachable, await nobody.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(T.Common.Url, await nonsense.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var next = await host.Owner.GetAsync($"/stores/new?platform=woocommerce&url={Uri.EscapeDataString(home)}");
        Assert.Contains($"value=\"{home}\"", await host.Owner.GetStringAsync(next.Headers.Location!.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_no_file_of_the_panel_knows_is_recognised_too_by_a_header_behind_a_redirect()
    {
        await using var host = await StartAsync();

        // The panel itself answers like the invented shop: its first page leads to another, with a cookie of a known name.
        var page = await (await PanelHost.SendAsync(host.Owner, "/stores/new", "/stores/new/recognise", ("shop_address", host.Panel.Address.AbsoluteUri))).Content.ReadAsStringAsync();

        Assert.Contains(T.Stores.Recognised("Zmyślona Platforma"), page, StringComparison.Ordinal);
        Assert.Contains(T.Stores.RecognisedBy("ciasteczko pomost_form"), page, StringComparison.Ordinal);
        Assert.Contains("/login\" />", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_Integrate_the_first_events_of_the_store_come_in_and_two_steps_lead_on()
    {
        await using var host = await StartAsync();
        var (address, part) = (host.Address("connected"), new HttpRequestMessage(HttpMethod.Get, host.Address("connected")));
        part.Headers.Add("HX-Request", "true");
        var before = await host.Owner.GetStringAsync(address);
        await Given.ContactAsync(host.Panel, await host.AddStoreAsync("Drugi sklep"), "ola@poczta.example");
        var runs = host.Get<IStoreRuns>();
        await runs.CommitAsync((await runs.BeginAsync(host.Store.Key, default))!, new PageCommit
        {
            Traces = [new TraceWrite(ShopStream.Orders, "4711", null, RecordOutcome.Sent, ReasonCode.OrderConfirmedAndPaid, [], null, null)],
        }, default);
        var after = await (await host.Owner.SendAsync(part)).Content.ReadAsStringAsync();

        Assert.Contains(T.Stores.ConnectedTitle, before, StringComparison.Ordinal);
        Assert.Contains(T.Stores.FirstEventsEmpty, before, StringComparison.Ordinal);
        Assert.Contains($"href=\"{host.Address("export")}\"><svg", before, StringComparison.Ordinal);
        Assert.Contains($"href=\"{host.Address("user-settings")}\"><svg", before, StringComparison.Ordinal);
        Assert.Contains(T.Dashboard.EventOrder("4711"), after, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", after, StringComparison.Ordinal);
        Assert.Equal(1, after.Split("id=\"event-").Length - 1);
    }

    [Theory]
    [InlineData("url", "ftp://sklep", "url")]
    [InlineData("shop_code", "abc", "shop_code")]
    [InlineData("way", "inny", "way")]
    [InlineData("api_key", "", "api_key")]
    [InlineData("page_size", "dużo", "page_size")]
    [InlineData("store_name", "", "store_name")]
    public async Task Bad_input_is_refused_beside_its_field_and_a_secret_is_not_sent_back(string field, string value, string about)
    {
        await using var host = await StartAsync();

        var answer = await PanelHost.SendAsync(
            host.Owner, "/stores/new", $"/stores/new/{FakePlatform.Key}", [.. Right.Where(one => one.Name != field), (field, value)]);

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"id=\"f-{about}-error\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"#f-{about}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("dobry-klucz", page, StringComparison.Ordinal);
        Assert.Empty(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
    }

    [Fact]
    public async Task A_missing_right_is_named_with_its_place_and_the_next_step_stays_closed()
    {
        await using var host = await StartAsync();
        host.Get<FakePlatform>().LacksOrders = true;

        var draft = await CheckAsync(host, Right, ready: false);

        var page = await host.Owner.GetStringAsync(draft);
        Assert.Contains(T.Problems.PermissionMissing("orders:read"), page, StringComparison.Ordinal);
        Assert.Contains("Panel, Klucze, zaznacz orders:read.", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"href=\"{draft}/account\"", page, StringComparison.Ordinal);
        Assert.Equal(draft, (await host.Owner.GetAsync(draft + "/account")).Headers.Location!.ToString());
        Assert.Equal(draft, (await host.Owner.GetAsync(draft + "/look")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task What_was_typed_is_kept_encrypted_for_later_and_belongs_to_its_account()
    {
        await using var host = await StartAsync();
        var draft = await CheckAsync(host, Right);
        var stranger = await host.StrangerAsync();
        var stored = Assert.Single(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
        Assert.DoesNotContain("dobry-klucz", stored.ProtectedValues, StringComparison.Ordinal);

        Assert.Contains($"href=\"{draft}\"", await host.Owner.GetStringAsync("/stores/new"), StringComparison.Ordinal);
        Assert.DoesNotContain("Nowy sklep", await stranger.GetStringAsync("/stores/new"), StringComparison.Ordinal);
        Assert.DoesNotContain("sklep.example", await stranger.GetStringAsync(draft), StringComparison.Ordinal);
        foreach (var step in new[] { "/account", "/look" })
            Assert.Equal(draft, (await PanelHost.SendAsync(stranger, "/stores/new", draft + step, ("way", "hub"))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await PanelHost.SendAsync(stranger, "/stores/new", "/stores/new/forget", ("draft", stored.Id))).StatusCode);
        // Without its key in the form the kept one is used.
        var again = await PanelHost.SendAsync(host.Owner, draft, draft, [.. Right.Where(one => one.Name != "api_key")]);
        Assert.Equal(draft, again.Headers.Location!.ToString());
        Assert.Equal("dobry-klucz", host.Get<FakePlatform>().Checked!["api_key"]);

        await PanelHost.SendAsync(host.Owner, "/stores/new", "/stores/new/forget", ("draft", stored.Id));
        Assert.Equal(("store.draft-removed", stored.Name), ((await host.LastAuditAsync()).Action, (await host.LastAuditAsync()).Subject));
        Assert.Contains(T.Stores.GoneTitle, await host.Owner.GetStringAsync(draft), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_brought_by_redirect_reach_the_draft_they_were_asked_for_once()
    {
        await using var host = await StartAsync();
        var page = await PanelHost.SendAsync(
            host.Owner, "/stores/new", $"/stores/new/{FakePlatform.Key}/connect", ("url", "https://sklep.example"), ("way", "key"), ("store_name", "Nowy sklep"));
        var link = new Uri(WebUtility.HtmlDecode(Way().Match(await page.Content.ReadAsStringAsync()).Groups["href"].Value));
        var asked = System.Web.HttpUtility.ParseQueryString(link.Query);
        Assert.Equal(("sklep.example", $"https://pomost.example/connect/{FakePlatform.Key}"), (link.Host, asked["callback"]));
        var anybody = host.Panel.Browser();

        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync($"/connect/{FakePlatform.Key}?state=zgadnięty&code=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync($"/connect/woocommerce?state={asked["state"]}&code=x")).StatusCode);
        var brought = await anybody.GetAsync($"/connect/{FakePlatform.Key}?state={asked["state"]}&code=dobry-klucz");
        var again = await anybody.GetAsync($"/connect/{FakePlatform.Key}?state={asked["state"]}&code=podmieniony");

        var draft = new Uri(asked["back"]!).AbsolutePath;
        Assert.Equal(draft + "?returned=1", brought.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        await ReadyAsync(host, draft);
        Assert.Equal(("dobry-klucz", "XYZ"), (host.Get<FakePlatform>().Checked!["api_key"], host.Get<FakePlatform>().Checked!["shop_code"]));
    }

    [Fact]
    public async Task WooCommerce_brings_its_keys_to_the_callback_and_the_shop_is_checked_with_them()
    {
        await using var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        await using var host = await StartAsync();
        var page = await PanelHost.SendAsync(
            host.Owner, "/stores/new", "/stores/new/woocommerce/connect", ("url", shop.BaseAddress.ToString()), ("store_name", "Nowy sklep"));
        var link = new Uri(WebUtility.HtmlDecode(Way().Match(await page.Content.ReadAsStringAsync()).Groups["href"].Value));
        var asked = System.Web.HttpUtility.ParseQueryString(link.Query);
        Assert.Equal("/wc-auth/v1/authorize", link.AbsolutePath);

        // The shop's server posts them, as the simulator would to an https address it can reach.
        var brought = await host.Panel.Browser().PostAsJsonAsync("/connect/woocommerce", new
        {
            key_id = 1,
            user_id = asked["user_id"],
            consumer_key = shop.ConsumerKey,
            consumer_secret = shop.ConsumerSecret,
            key_permissions = "read_write",
        });

        Assert.Equal(HttpStatusCode.OK, brought.StatusCode);
        await ReadyAsync(host, new Uri(asked["return_url"]!).AbsolutePath);
    }

    [Fact]
    public async Task Without_an_https_address_of_ours_the_reason_is_said_and_an_owner_who_refused_is_too()
    {
        await using var host = await StartAsync(publicAddress: null);

        var answer = await PanelHost.SendAsync(host.Owner, "/stores/new", "/stores/new/woocommerce/connect", ("url", "https://sklep.example"), ("store_name", "Nowy"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(T.Stores.ConnectNeedsHttps, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var draft = Assert.Single(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
        Assert.Contains(
            T.Stores.ConnectRefused("WooCommerce"), await host.Owner.GetStringAsync($"/stores/new/woocommerce/{draft.Id}?returned=1&success=0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("later")]
    [InlineData("może")]
    public async Task Without_a_yes_no_account_of_the_shop_is_sent_by_itself(string? answer)
    {
        await using var host = await StartAsync();

        var store = await IntegrateAsync(host, answer is null ? [] : [("accounts", answer), ("day", "50"), ("night", "60"), ("from", "7"), ("until", "20")]);

        Assert.Empty(await host.Get<IExportRuns>().ListAsync(store.Key, 10, default));
        Assert.Null(store.Options.ExportBudget);
        Assert.Equal(SharingMode.Everyone, store.Options.Sharing);
        var page = await host.Owner.GetStringAsync($"/stores/{store.Slug}/connected");
        Assert.Contains($"action=\"/stores/{store.Slug}/accounts\"", page, StringComparison.Ordinal);
        var dashboard = await host.Owner.GetStringAsync("/");
        Assert.Contains($"href=\"/stores/{store.Slug}/connected#h-accounts\"", dashboard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_merchant_answers()
    {
        await using var host = await StartAsync();
        var page = await host.Owner.GetStringAsync(await LookStepAsync(host));

        Assert.Matches("type=\"radio\"[^>]*name=\"accounts\" value=\"later\" checked", page);
        Assert.DoesNotMatch("name=\"accounts\" value=\"yes\" checked", page);
        foreach (var (field, preset) in new[] { ("day", "200"), ("night", "1000"), ("from", "6"), ("until", "22") })
            Assert.Matches($"name=\"{field}\"[^>]*value=\"{preset}\"", page);
    }

    [Fact]
    public async Task A_yes_starts_the_contacts_by_itself_with_the_budget_that_spares_the_shop()
    {
        await using var host = await StartAsync();

        var store = await IntegrateAsync(host, ("accounts", "yes"));

        var run = Assert.Single(await host.Get<IExportRuns>().ListAsync(store.Key, 10, default));
        Assert.Equal((ExportKind.Contacts, ExportState.Scheduled, false, "Marta Zielińska"), (run.Kind, run.State, run.Options.DryRun, run.StartedBy));
        Assert.Equal(Enum.GetValues<ConsentState>().Order(), run.Options.Choice.States.Order());
        Assert.Equal((null, null, false), (run.Options.Choice.From, run.Options.Choice.Until, run.Options.Choice.IncludesEarlierSubscribers));
        Assert.Equal(HourlyBudget.Reference.PerTenMinutes, store.Options.ExportBudget!.PerTenMinutes);
        Assert.Contains("export.started", await host.AuditAsync());
        var page = await host.Owner.GetStringAsync($"/stores/{store.Slug}/connected");
        Assert.Contains($"href=\"/stores/{store.Slug}/export/runs/1\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"action=\"/stores/{store.Slug}/accounts\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/stores/{store.Slug}/connected", await host.Owner.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains($"/stores/{store.Slug}/export/runs/1\"", await host.Owner.GetStringAsync($"/stores/{store.Slug}/export"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_yes_takes_the_pace_and_the_people_that_were_chosen_with_it()
    {
        await using var host = await StartAsync();

        var store = await IntegrateAsync(
            host, ("accounts", "yes"), ("sharing", "ConsentedWhenOrdering"), ("day", "30"), ("night", "600"), ("from", "8"), ("until", "20"));

        Assert.Equal(HourlyBudget.DayAndNight(30, 600, 8, 20).PerTenMinutes, store.Options.ExportBudget!.PerTenMinutes);
        Assert.Equal(SharingMode.ConsentedWhenOrdering, store.Options.Sharing);
        Assert.Single(await host.Get<IExportRuns>().ListAsync(store.Key, 10, default));
    }

    [Theory]
    [InlineData("day", "dużo")]
    [InlineData("night", "-1")]
    [InlineData("from", "23")]
    [InlineData("until", "25")]
    [InlineData("sharing", "Wszyscy")]
    public async Task A_pace_that_cannot_be_used_is_refused_beside_its_field_and_connects_nothing(string field, string value)
    {
        await using var host = await StartAsync();
        var look = await LookStepAsync(host);
        (string Name, string Value)[] typed = [("day", "30"), ("night", "600"), ("from", "8"), ("until", "20"), ("sharing", "Everyone")];

        var answer = await PanelHost.SendAsync(host.Owner, look, look, [.. Look, ("accounts", "yes"), .. typed.Where(one => one.Name != field), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains($"id=\"f-{field}-error\"", page, StringComparison.Ordinal);
        Assert.Matches("name=\"accounts\" value=\"yes\" checked", page);
        Assert.Single(await host.Get<IStores>().ListAsync(host.Store.AccountId, default));
        Assert.Single(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
    }

    [Fact]
    public async Task The_question_can_be_answered_later_and_leaves_a_budget_that_was_set_alone()
    {
        await using var host = await StartAsync();
        var (first, own) = (host.Store, HourlyBudget.DayAndNight(7, 9, 5, 23));
        Task<HttpResponseMessage> SayYesAsync(Store store) => PanelHost.SendAsync(
            host.Owner, $"/stores/{store.Slug}/connected", $"/stores/{store.Slug}/accounts", ("day", "40"), ("night", "80"), ("from", "6"), ("until", "22"));
        await host.Get<IStores>().ChangeOptionsAsync(first.Key, options => options with { ExportBudget = own }, default);
        var second = await host.AddStoreAsync("Drugi sklep");

        Assert.Equal($"/stores/{first.Slug}/connected#h-accounts", (await SayYesAsync(first)).Headers.Location!.ToString());
        await SayYesAsync(second);
        await SayYesAsync(second);

        Assert.Equal(own.PerTenMinutes, (await host.StoreNowAsync()).Options.ExportBudget!.PerTenMinutes);
        var now = (await host.Get<IStores>().FindAsync(second.Key, default))!;
        Assert.Equal(HourlyBudget.DayAndNight(40, 80, 6, 22).PerTenMinutes, now.Options.ExportBudget!.PerTenMinutes);
        foreach (var store in new[] { first, second })
            Assert.Equal(ExportKind.Contacts, Assert.Single(await host.Get<IExportRuns>().ListAsync(store.Key, 10, default)).Kind);
        Assert.Equal(["export.started", "store.settings-changed", "export.started"], await host.AuditAsync());
    }

    [Fact]
    public async Task A_second_click_adds_no_second_store()
    {
        await using var host = await StartAsync();
        var draft = await CheckAsync(host, Right);
        await PanelHost.SendAsync(host.Owner, draft + "/account", draft + "/account", ("way", "hub"));
        var token = PanelHost.Token().Match(await host.Owner.GetStringAsync(draft + "/look")).Groups["token"].Value;
        Task<HttpResponseMessage> Click() => host.Owner.PostAsync(draft + "/look", new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("main", "#123456"), new("additional", "#fedcba")]));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Click()));

        Assert.Equal(2, (await host.Get<IStores>().ListAsync(host.Store.AccountId, default)).Count);
    }

    static readonly (string Name, string Value)[] Look = [("language", "pl"), ("main", "#123456"), ("additional", "#fedcba")];

    /// <summary>Goes to the last step; gives its address.</summary>
    static async Task<string> LookStepAsync(SectionHost host)
    {
        var draft = await CheckAsync(host, Right);
        await PanelHost.SendAsync(host.Owner, draft + "/account", draft + "/account", ("way", "hub"));
        return draft + "/look";
    }

    /// <summary>Goes through the wizard to its end; gives the store.</summary>
    static async Task<Store> IntegrateAsync(SectionHost host, params (string Name, string Value)[] answer)
    {
        var look = await LookStepAsync(host);
        Assert.Equal("/stores/nowy-sklep/connected", (await PanelHost.SendAsync(host.Owner, look, look, [.. Look, .. answer])).Headers.Location!.ToString());
        return (await host.Get<IStores>().FindBySlugAsync(host.Store.AccountId, "nowy-sklep", default))!;
    }

    static Task<SectionHost> StartAsync(string? publicAddress = "https://pomost.example") => SectionHost.StartAsync(atHub: true, services =>
    {
        services.AddSingleton<FakePlatform>();
        services.Replace(ServiceDescriptor.Singleton<IPlatformCatalogue, FakePlatform.Catalogue>());
        services.Configure<PanelOptions>(options => options.PublicAddress = () => publicAddress is null ? null : new Uri(publicAddress));
    });

    /// <summary>Sends the access form and waits for the check; gives the draft's address.</summary>
    static async Task<string> CheckAsync(SectionHost host, (string, string)[] fields, bool ready = true)
    {
        var answer = await PanelHost.SendAsync(host.Owner, "/stores/new", $"/stores/new/{FakePlatform.Key}", fields);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var draft = answer.Headers.Location!.ToString();
        if (ready)
            await ReadyAsync(host, draft);
        else
            await UntilAsync(host, draft, page => page.Contains(T.Problems.PermissionMissing("orders:read"), StringComparison.Ordinal));
        return draft;
    }

    static Task ReadyAsync(SectionHost host, string draft) => UntilAsync(host, draft, page => page.Contains($"href=\"{draft}/account\"", StringComparison.Ordinal));

    // The check runs beside the page; the deadline only ends a test that would never pass.
    static async Task UntilAsync(SectionHost host, string address, Func<string, bool> seen)
    {
        var page = "";
        for (var tries = 0; tries < 500; tries++)
        {
            if (seen(page = await host.Owner.GetStringAsync(address)))
                return;
        }

        Assert.Fail($"{address} does not come to what is waited for: {page}");
    }

    [GeneratedRegex("<a class=\"btn btn-primary\" href=\"(?<href>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Way();
}
