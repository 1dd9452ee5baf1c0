using System.Net;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: callbacks, owner, form and consent download are shown and changed truthfully.</summary>
public sealed partial class AccountSectionTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task Callback_addresses_are_shown_rotated_and_the_former_ones_live_on_for_a_day()
    {
        await using var host = await SectionHost.StartAsync();
        var before = OptOut(await host.Owner.GetStringAsync(host.Address("account")));

        var answer = await host.SendAsync("account", "/callbacks/rotate");
        var after = OptOut(await host.Owner.GetStringAsync(host.Address("account")));

        Assert.Equal(host.Address("account?done=rotated"), answer.Headers.Location!.ToString());
        Assert.NotEqual(before, after);
        var callbacks = host.Get<ICallbacks>();
        Assert.NotNull(await callbacks.FindAsync(TokenOf(before), default));
        Assert.NotNull(await callbacks.FindAsync(TokenOf(after), default));
        Assert.Contains("callback.rotated", await host.AuditAsync());
    }

    [Fact]
    public async Task A_trial_says_what_came_of_it_and_the_last_call_is_shown()
    {
        await using var host = await SectionHost.StartAsync();
        Assert.Contains(T.AccountSettings.NeverCalled, await host.Owner.GetStringAsync(host.Address("account")), StringComparison.Ordinal);

        // This host maps the panel alone, so something else answers at the address.
        var answer = await host.SendAsync("account", "/callbacks/try", ("kind", "opt-out"));
        var address = await host.Get<Callbacks>().AddressOfAsync(host.Store.AccountId, null, default);
        await host.Get<Callbacks>().AcceptAsync(address.Token, ConsentState.Withdrawn, "anna@poczta.example", "zły", default);
        var page = await host.Owner.GetStringAsync(answer.Headers.Location!.ToString());

        Assert.Contains(T.AccountSettings.TrialSomebodyElse, page, StringComparison.Ordinal);
        Assert.Contains(T.AccountSettings.OutcomeWrongKey, page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("account", "/callbacks/try", ("kind", "inny"))).StatusCode);
    }

    [Fact]
    public async Task The_owner_is_one_of_the_users_of_the_account()
    {
        await using var host = await SectionHost.StartAsync();
        var lists = await host.Owner.GetStringAsync(host.Address("account/lists"));
        Assert.NotEmpty(new Html(lists).All("option[value='ola@marketing.example']"));
        Assert.Contains("17: Formularz wiosenny", lists, StringComparison.Ordinal);

        var wrong = await host.SendAsync("account", "/owner", ("owner", "nikt@marketing.example"));
        var notAnAddress = await host.SendAsync("account", "/owner", ("owner", "nikt"));
        var right = await host.SendAsync("account", "/owner", ("owner", "ola@marketing.example"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains(T.Problems.DestinationOwner, await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(T.Common.Email, await notAnAddress.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal("ola@marketing.example", (await host.DestinationNowAsync()).Owner);
        Assert.Equal("destination.owner-changed", (await host.LastAuditAsync()).Action);
    }

    [Fact]
    public async Task An_owner_who_left_the_account_is_named()
    {
        await using var host = await SectionHost.StartAsync();
        host.Account.Users.Remove(FakeAccount.Email);

        Assert.Contains(T.AccountSettings.OwnerGone, await host.Owner.GetStringAsync(host.Address("account?lists=1")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_is_chosen_from_the_list_only()
    {
        await using var host = await SectionHost.StartAsync();

        var wrong = await host.SendAsync("account", "/push-form", ("push_form", "99"));
        var right = await host.SendAsync("account", "/push-form", ("push_form", "17"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal("17", (await host.StoreNowAsync()).Options.PushForm);
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_is_said_to_and_the_page_stands()
    {
        await using var host = await SectionHost.StartAsync();
        host.Account.IsDown = true;

        Assert.Contains(T.Problems.DestinationTimedOut, await host.Owner.GetStringAsync(host.Address("account?lists=1")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consent_download_is_switched_and_written_into_the_audit_log()
    {
        await using var host = await SectionHost.StartAsync();

        await host.SendAsync("account", "/consent-download");
        Assert.False((await host.StoreNowAsync()).Options.DownloadsConsent);
        await host.SendAsync("account", "/consent-download", ("downloads", "1"));

        Assert.True((await host.StoreNowAsync()).Options.DownloadsConsent);
        Assert.Equal(new AuditChange("downloads_consent", "off", "on"), Assert.Single((await host.LastAuditAsync()).Changes));
        Assert.Equal(host.Address("account?done=asked"), (await host.SendAsync("account", "/consent-download/now")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_period_of_the_download_belongs_to_the_account_and_holds_at_once()
    {
        await using var host = await SectionHost.StartAsync();
        var second = await host.AddStoreAsync("Drugi sklep");
        var address = $"/stores/{second.Slug}/account";

        var wrong = await PanelHost.SendAsync(host.Owner, address, address + "/consent-download", ("downloads", "1"), ("every", "7"));
        Assert.Null((await host.DestinationNowAsync()).ConsentMinutes);
        var right = await PanelHost.SendAsync(host.Owner, address, address + "/consent-download", ("downloads", "1"), ("every", "240"));

        Assert.Contains("id=\"f-every-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(240, (await host.DestinationNowAsync()).ConsentMinutes);
        Assert.Equal([new AuditChange("consent_minutes", null, "240")], (await host.LastAuditAsync()).Changes);
        Assert.Single(new Html(await host.Owner.GetStringAsync(host.Address("account"))).All("option[value='240'][selected]"));
        // The first store reads the list for both.
        Assert.Single(await host.Get<IInbox>().NextAsync(host.Store.Key, 10, default));
        await PanelHost.SendAsync(host.Owner, address, address + "/consent-download/now");
        Assert.Equal(2, (await host.Get<IInbox>().NextAsync(host.Store.Key, 10, default)).Count);
    }

    [Fact]
    public async Task A_key_of_API_v3_is_checked_kept_encrypted_and_never_shown()
    {
        await using var host = await SectionHost.StartAsync();

        var empty = await host.SendAsync("account", "/product-key");
        var wrong = await host.SendAsync("account", "/product-key", ("api_v3_key", "inny-klucz"));
        Assert.False(host.Get<DestinationSetup>().HasProductKey(await host.DestinationNowAsync()));
        var right = await host.SendAsync("account", "/product-key", ("api_v3_key", $" {FakeAccount.ProductKey} "));

        Assert.Contains(T.Common.Required, await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var refused = await wrong.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains(T.Problems.DestinationProductKey, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("inny-klucz", refused, StringComparison.Ordinal);
        Assert.Equal(host.Address("account?done=product_key"), right.Headers.Location!.ToString());
        var destination = await host.DestinationNowAsync();
        Assert.DoesNotContain(FakeAccount.ProductKey, destination.ProtectedSecrets, StringComparison.Ordinal);
        Assert.Equal(FakeAccount.ProductKey, host.Get<Connections>().DestinationOf(destination).ApiV3Key);
        var page = await host.Owner.GetStringAsync(host.Address("account"));
        Assert.DoesNotContain(FakeAccount.ProductKey, page, StringComparison.Ordinal);
        Assert.Contains(T.Common.SavedSecret, page, StringComparison.Ordinal);
        var entry = await host.LastAuditAsync();
        Assert.Equal(("destination.product-key-changed", AuditChange.OfSecret("api_v3_key")), (entry.Action, Assert.Single(entry.Changes)));
        // The catalogue does not wait for the night.
        Assert.Contains(await host.Get<IInbox>().NextAsync(host.Store.Key, 10, default), kept => kept.Change.Stream == ShopStream.Products);
    }

    [Fact]
    public async Task The_built_in_hub_takes_no_key_of_a_person()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        Assert.Contains(T.AccountSettings.ProductsOfHub, await host.Owner.GetStringAsync(host.Address("account")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("account", "/product-key", ("api_v3_key", FakeAccount.ProductKey))).StatusCode);
    }

    static string OptOut(string page) => WebUtility.HtmlDecode(OptOutUrl().Match(page).Groups["url"].Value);

    static string TokenOf(string url) => new Uri(url).Segments[2].Trim('/');

    [GeneratedRegex("value=\"(?<url>[^\"]+/opt-out[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptOutUrl();
}
