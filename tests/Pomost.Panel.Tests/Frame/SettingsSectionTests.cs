using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;
using StoreOptions = Pomost.Engine.StoreOptions;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: what a person chooses is what rules are asked with, bad input is refused field by field, and nothing is half-saved.</summary>
public sealed partial class SettingsSectionTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task Tags_are_read_forgivingly_kept_by_event_and_shown_as_they_are_stored()
    {
        await using var host = await SectionHost.StartAsync();

        var answer = await host.SendAsync("settings", "/tags",
            ("tags_registration", " vip klient ;VIP KLIENT, wiosna"), ("tags_registration_on", "1"), ("tags_newsletter", "list"), ("tags_purchase", ""), ("tags_purchase_on", "1"),
            ("tags_guest_purchase", "gość"), ("tags_guest_purchase_on", "1"), ("tags_abandoned_cart", "koszyk"), ("tags_abandoned_cart_on", "1"));

        Assert.Equal(host.Address("settings?done=Tags#tags"), answer.Headers.Location!.ToString());
        var options = (await host.StoreNowAsync()).Options;
        Assert.Equal(["VIP_KLIENT", "WIOSNA"], options.TagsFor(TagEvent.Registration));
        Assert.Equal(["LIST"], options.TypedTags(TagEvent.Newsletter));
        Assert.Empty(options.TagsFor(TagEvent.Newsletter));
        Assert.Equal(["GOŚĆ"], options.TagsFor(TagEvent.GuestPurchase));
        Assert.Equal(["KOSZYK"], options.TagsFor(TagEvent.AbandonedCart));
        Assert.False(options.AutomaticTags);
        var page = await host.Owner.GetStringAsync(host.Address("settings"));
        Assert.Contains("value=\"VIP_KLIENT, WIOSNA\"", page, StringComparison.Ordinal);
        var entry = await host.LastAuditAsync();
        Assert.Equal(("store.settings-changed", host.Store.Slug), (entry.Action, entry.Subject));
        Assert.Contains(new AuditChange("tags_registration", "", "VIP_KLIENT, WIOSNA"), entry.Changes);
        Assert.Contains(new AuditChange("tags_newsletter_on", "on", "off"), entry.Changes);
    }

    [Fact]
    public async Task Chips_say_while_one_types_what_will_be_stored()
    {
        await using var host = await SectionHost.StartAsync();
        async Task<HttpResponseMessage> Type(string name, string value)
        {
            var token = PanelHost.Token().Match(await host.Owner.GetStringAsync(host.Address("settings"))).Groups["token"].Value;
            using var asks = new HttpRequestMessage(HttpMethod.Post, host.Address("settings/chips"))
            {
                Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new(name, value)]),
            };
            asks.Headers.Add("HX-Request", "true");
            asks.Headers.Add("HX-Trigger-Name", name);
            return await host.Owner.SendAsync(asks);
        }

        var mended = await (await Type("tags_purchase", "nowy klient, vip, vip")).Content.ReadAsStringAsync();
        var refused = await (await Type("tags_purchase", "a<b")).Content.ReadAsStringAsync();

        Assert.Contains("NOWY_KLIENT", mended, StringComparison.Ordinal);
        Assert.Contains(T.Tags.Mended($"{T.Tags.Spaces(1)}, {T.Tags.Repeats(1)}"), mended, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(T.Tags.BadSign("a<b", "<")), refused, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Type("inne", "x")).StatusCode);
        Assert.Empty((await host.StoreNowAsync()).Options.PurchaseTags);
    }

    [Theory]
    [InlineData("tags", "tags_purchase", "dobry, zły\"tag", "tags_purchase")]
    [InlineData("carts", "cart_minutes", "9", "cart_minutes")]
    [InlineData("carts", "cart_minutes", "1441", "cart_minutes")]
    [InlineData("carts", "cart_minutes", "godzina", "cart_minutes")]
    [InlineData("carts", "cart_minutes", "", "cart_minutes")]
    [InlineData("orders", "status", "zmyślony", "status")]
    [InlineData("sharing", "sharing", "7", "sharing-Everyone")]
    [InlineData("pace", "pace", "Szybko", "pace-Off")]
    [InlineData("pace", "day", "-1", "day")]
    [InlineData("pace", "night", "1000000", "night")]
    [InlineData("pace", "from", "24", "from")]
    [InlineData("pace", "until", "5", "from")]
    public async Task Bad_input_is_refused_beside_its_field_and_nothing_is_saved(string card, string field, string value, string about)
    {
        await using var host = await SectionHost.StartAsync();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["pace"] = "DayAndNight",
            ["day"] = "100",
            ["night"] = "900",
            ["from"] = "6",
            ["until"] = "22",
            ["cart_minutes"] = "60",
            ["carts"] = "1",
            ["sharing"] = "Everyone",
            ["tags_registration"] = "nowy",
            ["status"] = "completed",
            [field] = value,
        };

        var answer = await host.SendAsync("settings", "/" + card, [.. fields.Select(pair => (pair.Key, pair.Value))]);

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"href=\"#f-{about}\"", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"f-{about}\"", page, StringComparison.Ordinal);
        if (field is not ("status" or "sharing" or "pace"))
            Assert.Contains($"value=\"{WebUtility.HtmlEncode(value)}\"", page, StringComparison.Ordinal);
        Assert.Equivalent(new StoreOptions(), (await host.StoreNowAsync()).Options, strict: true);
        Assert.Empty(await host.AuditAsync());
    }

    [Fact]
    public async Task Twenty_four_hours_are_a_budget_and_a_wrong_hour_is_named()
    {
        await using var host = await SectionHost.StartAsync();
        (string, string)[] Hours(Func<int, string> of) => [("pace", "Hours"), .. Enumerable.Range(0, 24).Select(hour => (string.Create(CultureInfo.InvariantCulture, $"h{hour}"), of(hour)))];

        var wrong = await host.SendAsync("settings", "/pace", Hours(hour => hour == 7 ? "dużo" : "10"));
        var zeros = await host.SendAsync("settings", "/pace", Hours(_ => "0"));
        Assert.Null((await host.StoreNowAsync()).Options.ExportBudget);
        var right = await host.SendAsync("settings", "/pace", Hours(hour => (hour * 10).ToString(CultureInfo.InvariantCulture)));

        Assert.Contains("id=\"f-h7-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(T.Settings.NeverSends, await zeros.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(Enumerable.Range(0, 24).Select(hour => hour * 10), (await host.StoreNowAsync()).Options.ExportBudget!.PerTenMinutes);
        var page = await host.Owner.GetStringAsync(host.Address("settings"));
        Assert.Matches("value=\"Hours\"[^>]* checked", page);
        Assert.Equal(24, Bar().Count(page));
    }

    [Theory]
    [InlineData(300, 2000, 7, 20)]
    [InlineData(0, 500, 1, 24)]
    [InlineData(500, 500, 6, 22)]
    public async Task Day_and_night_come_back_as_they_were_typed(int day, int night, int from, int until)
    {
        await using var host = await SectionHost.StartAsync();
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

        await host.SendAsync("settings", "/pace", ("pace", "DayAndNight"), ("day", Text(day)), ("night", Text(night)), ("from", Text(from)), ("until", Text(until)));

        var page = await host.Owner.GetStringAsync(host.Address("settings"));
        Assert.Equal(HourlyBudget.DayAndNight(day, night, from, until).PerTenMinutes, (await host.StoreNowAsync()).Options.ExportBudget!.PerTenMinutes);
        Assert.Matches("value=\"DayAndNight\"[^>]* checked", page);
        foreach (var (field, number) in new[] { ("day", day), ("night", night), ("from", from), ("until", until) })
            Assert.Matches($"id=\"f-{field}\"[^>]* value=\"{number}\"", page);
        await host.SendAsync("settings", "/pace", ("pace", "Off"));
        Assert.Null((await host.StoreNowAsync()).Options.ExportBudget);
    }

    [Fact]
    public async Task Whom_to_send_carts_and_statuses_are_saved_card_by_card()
    {
        await using var host = await SectionHost.StartAsync();

        await host.SendAsync("settings", "/sharing", ("sharing", "ConsentedWhenOrdering"));
        await host.SendAsync("settings", "/carts", ("cart_minutes", "90"));
        await host.SendAsync("settings", "/orders", ("status", "completed"), ("status", "on-hold"));

        var options = (await host.StoreNowAsync()).Options;
        Assert.Equal((SharingMode.ConsentedWhenOrdering, 90, false), (options.Sharing, options.AbandonedCartMinutes, options.SendsCarts));
        Assert.Equal(["completed", "on-hold"], options.OrderStatuses!);
        Assert.True(options.AutomaticTags);
        var defaults = host.Get<IPlatformCatalogue>().Find("woocommerce")!.Info.OrderStatuses.Where(status => status.Stage == OrderStage.ConfirmedAndPaid);
        await host.SendAsync("settings", "/orders", [.. defaults.Select(status => ("status", status.Value))]);
        Assert.Null((await host.StoreNowAsync()).Options.OrderStatuses);
    }

    [Fact]
    public async Task The_catalogue_is_switched_off_and_on_and_read_at_once_when_it_is_on_again()
    {
        await using var host = await SectionHost.StartAsync();
        async Task<int> AskedAsync() => (await host.Get<IInbox>().NextAsync(host.Store.Key, 10, default)).Count(kept => kept.Change.Stream == ShopStream.Products);

        var off = await host.SendAsync("settings", "/products");
        Assert.False((await host.StoreNowAsync()).Options.SendsProducts);
        Assert.Equal((host.Address("settings?done=Products#products"), 0), (off.Headers.Location!.ToString(), await AskedAsync()));
        await host.SendAsync("settings", "/products", ("products", "1"));
        Assert.True((await host.StoreNowAsync()).Options.SendsProducts);
        Assert.Equal(new AuditChange("products", "off", "on"), Assert.Single((await host.LastAuditAsync()).Changes));
        Assert.Equal(1, await AskedAsync());

        var now = await host.SendAsync("settings", "/products/now");
        Assert.Equal(2, await AskedAsync());
        Assert.Contains(T.Settings.ProductsAsked, await host.Owner.GetStringAsync(now.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Equal("store.products-asked", (await host.LastAuditAsync()).Action);
    }

    [Fact]
    public async Task What_keeps_the_catalogue_from_being_sent_is_said_with_the_way_to_mend_it()
    {
        await using var host = await SectionHost.StartAsync();
        var lease = (await host.Get<IStoreRuns>().BeginAsync(host.Store.Key, default))!;
        await host.Get<IProducts>().SaveRouteAsync(lease, new ProductRoute(host.Store.DestinationId, null, "InvalidSetting:api_v3_key", null), default);

        var owner = await host.Owner.GetStringAsync(host.Address("settings"));
        var marketer = await (await host.ColleagueAsync(AccountRole.Marketer)).GetStringAsync(host.Address("settings"));

        Assert.Contains(T.Problems.DestinationNoProductKey, owner, StringComparison.Ordinal);
        Assert.Contains($"href=\"{host.Address("account#products")}\"", owner, StringComparison.Ordinal);
        Assert.Contains(T.Problems.DestinationNoProductKey, marketer, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Address("account#products"), marketer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_changed_meanwhile_are_not_overwritten_unseen()
    {
        await using var host = await SectionHost.StartAsync();
        var seen = Seen().Match(await host.Owner.GetStringAsync(host.Address("settings"))).Groups["seen"].Value;
        await host.SendAsync("settings", "/carts", ("cart_minutes", "90"), ("seen", seen));

        var refused = await host.SendAsync("settings", "/sharing", ("sharing", "ConsentedWhenOrdering"), ("seen", seen));
        var page = await refused.Content.ReadAsStringAsync();
        var now = Seen().Match(page).Groups["seen"].Value;
        Assert.Equal(SharingMode.Everyone, (await host.StoreNowAsync()).Options.Sharing);
        var saved = await host.SendAsync("settings", "/sharing", ("sharing", "ConsentedWhenOrdering"), ("seen", now));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("Marta Zielińska", page, StringComparison.Ordinal);
        Assert.Matches("value=\"ConsentedWhenOrdering\"[^>]* checked", page);
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
    }

    [Fact]
    public async Task The_settings_are_tried_on_a_contact_named_by_number()
    {
        await using var host = await SectionHost.StartAsync();
        await host.SendAsync("settings", "/tags", ("tags_registration", "nowy"), ("tags_registration_on", "1"), ("automatic", "1"));
        var runs = host.Get<IStoreRuns>();
        var lease = (await runs.BeginAsync(host.Store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                new ContactWrite
                {
                    EmailKey = "anna.maj@poczta.example", Contact = new ShopContact { SourceId = "7", Email = "anna.maj@poczta.example", HasAccount = true },
                    EmailConsent = Consent.None, SmsConsent = Consent.None, Outcome = RecordOutcome.Withheld, Code = ReasonCode.NoRelation,
                },
            ],
        }, default);

        var unknown = await host.SendAsync("settings", "/find", ("contact_email", "nikt@poczta.example"));
        var noAddress = await host.SendAsync("settings", "/find", ("contact_email", "nikt"));
        var found = await host.SendAsync("settings", "/find", ("contact_email", "Anna.Maj@poczta.example"));

        Assert.Contains(T.Settings.TryUnknown, await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(T.Common.Email, await noAddress.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var address = found.Headers.Location!.ToString();
        Assert.DoesNotContain("anna", address, StringComparison.OrdinalIgnoreCase);
        var page = await host.Owner.GetStringAsync(address);
        Assert.Contains(">NOWY</span> " + T.Reasons.TagOfSettings, page, StringComparison.Ordinal);
        Assert.Contains(">REJESTRACJA</span> " + T.Reasons.TagAutomatic, page, StringComparison.Ordinal);
    }

    [GeneratedRegex("name=\"seen\" value=\"(?<seen>[0-9a-f]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Seen();

    [GeneratedRegex("<rect class=\"bar-[a-z]+\" data-hour=", RegexOptions.None, 1000)]
    private static partial Regex Bar();
}
