using System.Net;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a shop that cannot be connected is told why, and nothing of it is stored. Method: the simulated shop misbehaves during the check.</summary>
public sealed class ConnectingTests
{
    static readonly Uri MetadataService = new("http://169.254.169.254/");

    [Fact]
    public async Task A_shop_in_order_is_ready_with_its_facts_and_counts()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 20, Guests = 5, Orders = 30 } });
        var (check, _) = await CheckAsync(engine, engine.Form);

        Assert.True(check.IsReady, string.Join('\n', check.Lines));
        Assert.Equal(("Sklep pod Lipą", "PLN", "Europe/Warsaw", 30L), (check.Facts.Name, check.Facts.Currency, check.Facts.TimeZone, check.Counts!.Orders));
        // Plain http works, but is said to be unencrypted.
        Assert.Contains(check.Lines, line => line is { State: CheckState.Ready, Problem: ConnectionProblem.NotEncrypted });
    }

    [Theory]
    [InlineData(Fault.HtmlPage, ConnectionProblem.NotAnApi)]
    [InlineData(Fault.LoginWall, ConnectionProblem.NotAnApi)]
    [InlineData(Fault.RedirectLoop, ConnectionProblem.RedirectLoop)]
    [InlineData(Fault.RedirectToOtherHost, ConnectionProblem.Redirected)]
    [InlineData(Fault.EndlessBody, ConnectionProblem.AnswerTooLarge)]
    [InlineData(Fault.ServiceUnavailable, ConnectionProblem.Other)]
    [InlineData(Fault.CutConnection, ConnectionProblem.Other)]
    public async Task A_misbehaving_address_is_named(Fault fault, ConnectionProblem problem)
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Simulator.Faults.WithProbability(fault, 1);
        var (check, missing) = await CheckAsync(engine, engine.Form);

        Assert.False(check.IsReady);
        Assert.Equal((problem, "address"), (missing!.Problem, missing.Key));
        Assert.All(check.Lines.Where(line => line != missing), line => Assert.Equal(CheckState.Skipped, line.State));
    }

    [Fact]
    public async Task Wrong_keys_are_named()
    {
        await using var engine = await RunningEngine.StartAsync();
        var form = engine.Form;
        form["consumer_secret"] = "cs_" + new string('0', 40);
        var (_, missing) = await CheckAsync(engine, form);
        Assert.Equal((ConnectionProblem.CredentialsRefused, "credentials"), (missing!.Problem, missing.Key));
    }

    [Fact]
    public async Task A_key_without_rights_is_named()
    {
        await using var engine = await RunningEngine.StartAsync();
        var form = engine.Form;
        (form["consumer_key"], form["consumer_secret"]) = (engine.Simulator.PowerlessKey.ConsumerKey, engine.Simulator.PowerlessKey.ConsumerSecret);
        var (_, missing) = await CheckAsync(engine, form);
        Assert.Equal(ConnectionProblem.PermissionMissing, missing!.Problem);
    }

    [Fact]
    public async Task A_certificate_nobody_signed_is_named()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Shop = new WooCommerceSimulatorOptions { Https = true },
            TrustsTheShop = false,
        });
        var (_, missing) = await CheckAsync(engine, engine.Form);
        Assert.Equal(ConnectionProblem.CertificateNotTrusted, missing!.Problem);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", ConnectionProblem.Unreachable)]
    [InlineData("http://no-such-shop.invalid/", ConnectionProblem.UnknownHost)]
    public async Task An_address_without_a_shop_is_named(string address, ConnectionProblem problem)
    {
        await using var engine = await RunningEngine.StartAsync();
        var form = engine.Form;
        form["url"] = address;
        var (_, missing) = await CheckAsync(engine, form);
        Assert.Equal((problem, "url"), (missing!.Problem, missing.SettingKey));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://localhost/")]
    [InlineData("http://2130706433/")]
    public async Task An_address_inside_a_private_network_is_refused_before_anything_is_sent(string address)
    {
        using var guarded = new OutgoingHttp(new OutgoingOptions());
        using var http = guarded.Guarded("url");
        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => http.GetAsync(new Uri(address)));
        Assert.Equal((ConnectionProblem.PrivateAddress, "url"), (refusal.Problem, refusal.SettingKey));
    }

    [Fact]
    public async Task A_private_address_is_reached_where_the_operator_allows_it()
    {
        await using var engine = await RunningEngine.StartAsync();
        using var open = new OutgoingHttp(new OutgoingOptions { AllowPrivateNetworks = true });
        using var http = open.Guarded("url");
        using var answer = await http.GetAsync(new Uri(engine.Simulator.BaseAddress, "wp-json/"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_own_certificate_is_trusted_by_what_it_is_under_any_name_and_for_the_own_hub_alone()
    {
        await using var ours = await RunningEngine.StartAsync(new EngineSetup { Shop = new WooCommerceSimulatorOptions { Https = true } });
        await using var others = await RunningEngine.StartAsync(new EngineSetup { Shop = new WooCommerceSimulatorOptions { Https = true } });
        using var http = new OutgoingHttp(new OutgoingOptions { AllowPrivateNetworks = true, OwnCertificate = ours.Simulator.Certificate });
        using var own = http.Own();
        using var guarded = http.Guarded("url");
        var port = ours.Simulator.BaseAddress.Port;
        foreach (var host in new[] { "127.0.0.1", "[::ffff:127.0.0.1]" })
        {
            using var answer = await own.GetAsync(new Uri($"https://{host}:{port}/wp-json/"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var (client, address) in new[] { (guarded, ours.Simulator.BaseAddress), (own, others.Simulator.BaseAddress) })
        {
            var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(address, "wp-json/")));
            Assert.Equal(HttpRequestError.SecureConnectionError, refusal.HttpRequestError);
        }
    }

    [Fact]
    public async Task A_redirect_into_a_private_network_is_not_followed()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Simulator.Faults.RedirectTarget = MetadataService;
        engine.Simulator.Faults.WithProbability(Fault.RedirectToOtherHost, 1);
        var (_, missing) = await CheckAsync(engine, engine.Form);
        Assert.Equal(ConnectionProblem.Redirected, missing!.Problem);
        Assert.StartsWith(MetadataService.ToString(), missing.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up_at_the_limit()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Simulator.Faults.WithProbability(Fault.EndlessBody, 1);
        using var bounded = new OutgoingHttp(new OutgoingOptions { AllowPrivateNetworks = true, MaxAnswerBytes = 1024 * 1024 });
        using var http = bounded.Guarded("url");
        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => http.GetStringAsync(new Uri(engine.Simulator.BaseAddress, "wp-json/")));
        Assert.Equal(ConnectionProblem.AnswerTooLarge, refusal.Problem);
        Assert.InRange(engine.Simulator.Requests.BytesServed, 0, 64L * 1024 * 1024);
    }

    static async Task<(ConnectionCheck Check, CheckLine? Missing)> CheckAsync(RunningEngine engine, IReadOnlyDictionary<string, string?> form)
    {
        var connector = engine.Get<IPlatformCatalogue>().Find("woocommerce")!;
        var (values, problems) = engine.Setup.Read(connector.Info, form);
        Assert.Empty(problems);
        var stores = await engine.CountRowsAsync("store");
        var check = await engine.Setup.CheckAsync(connector, values, null, default);
        Assert.Equal(stores, await engine.CountRowsAsync("store"));
        return (check, check.Lines.FirstOrDefault(line => line is { State: CheckState.Missing, Required: true }));
    }
}
