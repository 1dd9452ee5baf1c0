using System.Net;
using System.Text.RegularExpressions;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: a store's data go where a person says, and nothing secret leaves the server. Method: the panel over HTTP, an account in memory.</summary>
public sealed class DestinationSectionTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task A_log_in_with_the_password_of_SALESmanago_connects_and_the_password_is_kept_nowhere()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        var answer = await host.SendAsync("login", "", ("way", "password"), ("email", FakeAccount.Email), ("password", FakeAccount.Password), ("endpoint", "app2.salesmanago.pl"));

        Assert.Equal(host.Address("login?done=moved"), answer.Headers.Location!.ToString());
        var destination = await host.DestinationNowAsync();
        Assert.Equal((false, "https://app3.salesmanago.example/", FakeAccount.ClientId, FakeAccount.Email),
            (destination.IsHub, destination.Endpoint.AbsoluteUri, destination.ClientId, destination.Owner));
        var opened = host.Get<Secrets>().Open(host.Store.AccountId, destination.ProtectedSecrets);
        Assert.Equal(["api_key", "signature", "token", "token_until"], opened.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(FakeAccount.Password, opened.Values);
        Assert.DoesNotContain(FakeAccount.Token, await host.Owner.GetStringAsync(host.Address("login")), StringComparison.Ordinal);
        var entry = await host.LastAuditAsync();
        Assert.Equal("destination.moved", entry.Action);
        Assert.Contains(entry.Changes, change => change is { Field: "destination", Old: "hub", New: "app3.salesmanago.example " + FakeAccount.ClientId });
    }

    [Theory]
    [InlineData("password", "password", "nie to", "destinationCredentials")]
    [InlineData("email", "email", "to nie adres", "email")]
    [InlineData("endpoint", "endpoint", "", "required")]
    public async Task A_refused_log_in_says_so_beside_its_field_and_keeps_what_was_typed(string field, string about, string value, string message)
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var typed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["way"] = "password",
            ["email"] = FakeAccount.Email,
            ["password"] = FakeAccount.Password,
            ["endpoint"] = "app2.salesmanago.pl",
            [field] = value,
        };

        var answer = await host.SendAsync("login", "", [.. typed.Select(pair => (pair.Key, pair.Value))]);

        var page = await answer.Content.ReadAsStringAsync();
        var expected = message switch { "destinationCredentials" => T.Problems.DestinationCredentials, "email" => T.Common.Email, _ => T.Common.Required };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Matches($"id=\"f-{about}-error\">.*?{Regex.Escape(expected)}", page);
        Assert.Contains($"href=\"#f-{about}\"", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{typed["email"]}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeAccount.Password, page, StringComparison.Ordinal);
        Assert.True((await host.DestinationNowAsync()).IsHub);
        Assert.DoesNotContain(await host.AuditAsync(), action => action.StartsWith("destination.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_are_checked_before_they_are_stored()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        (string, string)[] Keys(string secret, string owner)
            => [("way", "key"), ("client_id", FakeAccount.ClientId), ("api_secret", secret), ("key_endpoint", "app3.salesmanago.example"), ("owner", owner)];

        var wrongSecret = await host.SendAsync("login", "", Keys("inny", FakeAccount.Email));
        var wrongOwner = await host.SendAsync("login", "", Keys(FakeAccount.Secret, "ktos@marketing.example"));
        host.Account.IsDown = true;
        var down = await host.SendAsync("login", "", Keys(FakeAccount.Secret, FakeAccount.Email));
        host.Account.IsDown = false;
        Assert.Single(await host.Get<IStores>().ListDestinationsAsync(host.Store.AccountId, default));
        var right = await host.SendAsync("login", "", Keys(FakeAccount.Secret, FakeAccount.Email));

        Assert.Contains("f-api_secret-error", await wrongSecret.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("f-owner-error", await wrongOwner.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("f-key_endpoint-error", await down.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(FakeAccount.ClientId, (await host.DestinationNowAsync()).ClientId);
    }

    [Fact]
    public async Task A_disconnected_account_stops_its_stores_and_the_same_one_connected_again_starts_them()
    {
        await using var host = await SectionHost.StartAsync();
        var second = await host.AddStoreAsync("Drugi sklep");
        Assert.Contains("Drugi sklep", await host.Owner.GetStringAsync(host.Address("login")), StringComparison.Ordinal);

        await host.SendAsync("login", "/disconnect");
        var stopped = await host.Get<IStores>().FindAsync(second.Key, default);
        var page = await host.Owner.GetStringAsync(host.Address("login"));
        var again = await host.SendAsync("login", "",
            ("way", "key"), ("client_id", FakeAccount.ClientId), ("api_secret", FakeAccount.Secret), ("key_endpoint", "app3.salesmanago.example"), ("owner", FakeAccount.Email));

        Assert.Equal((StoreState.NeedsOperator, "NotConnected:destination"), (stopped!.State, stopped.Problem));
        Assert.Contains(T.Problems.NotConnected, page, StringComparison.Ordinal);
        Assert.Equal(host.Address("login?done=connected"), again.Headers.Location!.ToString());
        Assert.Equal(StoreState.Active, (await host.Get<IStores>().FindAsync(second.Key, default))!.State);
        Assert.Equal(StoreState.Active, (await host.StoreNowAsync()).State);
        Assert.Equal(["destination.connected", "destination.disconnected"], await host.AuditAsync());
    }

    [Fact]
    public async Task An_account_known_from_another_store_is_chosen_without_its_secret()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        await host.SendAsync("login", "", ("way", "password"), ("email", FakeAccount.Email), ("password", FakeAccount.Password), ("endpoint", "app2.salesmanago.pl"));
        var known = await host.DestinationNowAsync();
        var second = await host.AddStoreAsync("Drugi sklep");
        var address = $"/stores/{second.Slug}/login";
        Assert.NotEqual(known.Id, second.DestinationId);

        var answer = await PanelHost.SendAsync(host.Owner, address, address, ("way", known.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var foreign = await PanelHost.SendAsync(host.Owner, address, address, ("way", "9999"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(known.Id, (await host.Get<IStores>().FindAsync(second.Key, default))!.DestinationId);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, foreign.StatusCode);
    }

    [Fact]
    public async Task A_key_of_API_v3_comes_with_the_other_keys_and_is_checked_with_them()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        (string, string)[] Keys(string productKey) =>
        [
            ("way", "key"), ("client_id", FakeAccount.ClientId), ("api_secret", FakeAccount.Secret), ("key_endpoint", "app3.salesmanago.example"), ("owner", FakeAccount.Email),
            ("api_v3_key", productKey),
        ];

        var wrong = await host.SendAsync("login", "", Keys("inny-klucz"));
        Assert.Single(await host.Get<IStores>().ListDestinationsAsync(host.Store.AccountId, default));
        var right = await host.SendAsync("login", "", Keys(FakeAccount.ProductKey));
        var again = await host.SendAsync("login", "", Keys(""));

        Assert.Matches($"id=\"f-api_v3_key-error\">.*?{Regex.Escape(T.Problems.DestinationProductKey)}", await wrong.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
        // A key that was not typed again stays.
        Assert.Equal(FakeAccount.ProductKey, host.Get<Connections>().DestinationOf(await host.DestinationNowAsync()).ApiV3Key);
    }

    [Fact]
    public async Task The_way_into_SALESmanago_is_a_redirect_with_a_token_that_no_page_shows()
    {
        await using var host = await SectionHost.StartAsync();

        var opened = await host.Owner.GetAsync(host.Address("login/open"));
        host.Account.IsDown = true;
        await host.SendAsync("login", "/disconnect");
        var closed = await host.Owner.GetAsync(host.Address("login/open"));

        Assert.Equal($"https://app3.salesmanago.example/api/authorization/authorize?t={FakeAccount.Token}", opened.Headers.Location!.ToString());
        Assert.True(opened.Headers.CacheControl!.NoStore);
        Assert.Equal(host.Address("login?problem=open"), closed.Headers.Location!.ToString());
        Assert.Contains("destination.opened", await host.AuditAsync());
    }
}
