using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>
/// Goal: whoever may not, sees nothing and changes nothing, at any address the panel answers to, those that come later included.
/// Method: every mapped address is called; the account's rows are compared before and after.
/// </summary>
public sealed class EndpointWalkTests
{
    const string Secret = "anna.maj";
    const string StoreName = "Lniana Łąka";

    [Fact]
    public async Task Without_log_in_every_address_leads_to_log_in()
    {
        await using var host = await PanelHost.StartAsync();
        var walk = await Walk.BeginAsync(host);
        var nobody = host.Browser();
        foreach (var (method, address) in walk.Addresses)
        {
            var answer = await walk.CallAsync(nobody, method, address);
            Assert.True(
                answer.StatusCode == HttpStatusCode.Unauthorized
                    || answer is { StatusCode: HttpStatusCode.Redirect, Headers.Location: { } to } && new Uri(host.Address, to).PathAndQuery.StartsWith("/login?", StringComparison.Ordinal),
                $"{method} {address}: {answer.StatusCode}");
        }

        await walk.AssertNothingChangedAsync();
    }

    [Fact]
    public async Task Another_account_finds_nothing_and_changes_nothing()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var walk = await Walk.BeginAsync(host);
        var stranger = host.Browser();
        await PanelHost.RegisterAsync(stranger, "obcy@inny.example");
        foreach (var (method, address) in walk.Addresses)
        {
            var answer = await walk.CallAsync(stranger, method, address);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.False(address.Contains(walk.Slug, StringComparison.Ordinal) && answer.IsSuccessStatusCode, $"{method} {address}: {answer.StatusCode}");
            Assert.False(answer.StatusCode == HttpStatusCode.InternalServerError, $"{method} {address} fails");
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(StoreName, text, StringComparison.Ordinal);
        }

        await walk.AssertNothingChangedAsync();
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var walk = await Walk.BeginAsync(host);
        var viewer = await walk.ViewerAsync("patrzy@lniana.example");
        foreach (var (method, address) in walk.Addresses)
        {
            var answer = await walk.CallAsync(viewer, method, address);
            Assert.False(answer.StatusCode == HttpStatusCode.InternalServerError, $"{method} {address} fails");
            if (method == HttpMethod.Get && answer.IsSuccessStatusCode)
                Assert.DoesNotContain(Secret + "@", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await walk.AssertNothingChangedAsync();
    }

    /// <summary>An account with a store, a contact and a run, and every address that speaks of them.</summary>
    sealed class Walk
    {
        // The person's own affairs, and what only records that somebody was there.
        static readonly string[] Personal = ["/logout", "/choose/", "/profile"];
        static readonly string[] Notes = ["audit_entry", "membership"];

        readonly PanelHost host;
        readonly long account;
        Dictionary<string, string> before = [];

        Walk(PanelHost host, Store store, long run, long contact)
        {
            (this.host, account, Slug) = (host, store.AccountId, store.Slug);
            Addresses =
            [
                .. host.Endpoints
                    .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null)
                    .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                        .Select(method => (new HttpMethod(method), AddressOf(endpoint, store, run, contact)))),
            ];
            // Live parts never end.
            Addresses = [.. Addresses.Where(call => call.Address != "/stream").Select(call => (call.Method, call.Address))];
        }

        public IReadOnlyList<(HttpMethod Method, string Address)> Addresses { get; }

        public string Slug { get; }

        public static async Task<Walk> BeginAsync(PanelHost host)
        {
            var owner = host.Browser();
            await PanelHost.RegisterAsync(owner, "marta@sklep.example");
            var tenant = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
            var setup = host.Services.GetRequiredService<StoreSetup>();
            var destination = await setup.AddDestinationAsync(
                tenant.Id, isHub: true, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
            var store = await setup.AddAsync(
                tenant.Id, destination.Id, "woocommerce", StoreName,
                new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new StoreOptions(), default);
            var runs = host.Services.GetRequiredService<IStoreRuns>();
            await runs.CommitAsync((await runs.BeginAsync(store.Key, default))!, new PageCommit
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
            var contact = Assert.Single((await host.Services.GetRequiredService<IViews>().ContactsAsync(tenant.Id, new ContactQuery(), default)).Rows).Id;
            var (run, _) = await host.Services.GetRequiredService<IExportRuns>().CreateAsync(store.Key, ExportKind.Contacts, new ExportOptions(), null, default);
            var walk = new Walk(host, store, run.Number, contact);
            Assert.True(walk.Addresses.Count > 20, $"{walk.Addresses.Count} addresses");
            walk.before = await walk.RowsAsync();
            return walk;
        }

        /// <summary>Logs in somebody who belongs to the account and may only look.</summary>
        public async Task<HttpClient> ViewerAsync(string email)
        {
            await PanelHost.RegisterAsync(host.Browser(), email);
            await host.Database.WriteAsync(session => session.Command("""
                UPDATE membership SET account_id = @account_id, role = 'Viewer' WHERE user_id = (SELECT id FROM app_user WHERE email = @email)
                """).With("account_id", account).With("email", email).ExecuteAsync());
            var browser = host.Browser();
            await PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", "zielony rower jedzie"));
            Assert.Contains(StoreName, await browser.GetStringAsync("/"), StringComparison.Ordinal);
            return browser;
        }

        public async Task<HttpResponseMessage> CallAsync(HttpClient browser, HttpMethod method, string address)
        {
            if (method == HttpMethod.Get || method == HttpMethod.Head)
                return await browser.SendAsync(new HttpRequestMessage(method, address), HttpCompletionOption.ResponseHeadersRead);
            if (Personal.Any(own => address.StartsWith(own, StringComparison.Ordinal)))
                return await browser.GetAsync("/contacts");
            var page = await browser.GetAsync("/");
            var token = PanelHost.Token().Match(await (page.IsSuccessStatusCode ? page : await browser.GetAsync("/login")).Content.ReadAsStringAsync()).Groups["token"].Value;
            // Values that a form of this kind would take, so that nothing but the person's right stands in the way.
            string[] names = ["id", "email", "name", "role", "data", "tags", "tag", "granted", "state", "channel", "reason", "confirm", "kind", "value", "url", "how", "owner", "people", "proof"];
            var fields = names.Select(name => KeyValuePair.Create(name, "all")).Append(KeyValuePair.Create("__RequestVerificationToken", token));
            return await browser.SendAsync(new HttpRequestMessage(method, address) { Content = new FormUrlEncodedContent(fields) });
        }

        public async Task AssertNothingChangedAsync()
        {
            foreach (var (table, rows) in await RowsAsync())
                Assert.True(before[table] == rows, $"{table} changed\n{before[table]}\n{rows}");
        }

        static string AddressOf(RouteEndpoint endpoint, Store store, long run, long contact)
        {
            var address = new StringBuilder();
            foreach (var segment in endpoint.RoutePattern.PathSegments)
            {
                address.Append('/');
                foreach (var part in segment.Parts)
                {
                    address.Append(part switch
                    {
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "slug" } => store.Slug,
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "number" or "run" } => run.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "user" } => Guid.NewGuid().ToString(),
                        _ => contact.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    });
                }
            }

            return address.Length == 0 ? "/" : address.ToString();
        }

        /// <summary>All rows of the account, table by table.</summary>
        async Task<Dictionary<string, string>> RowsAsync() => await host.Database.ReadAsync(async session =>
        {
            var rows = new Dictionary<string, string>(StringComparer.Ordinal);
            var tables = await session.Command("""
                SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS c WHERE c.name = 'account_id')
                """).QueryAsync(row => row.Text("name"));
            foreach (var table in tables.Except(Notes))
            {
                var columns = await session.Command($"SELECT name FROM pragma_table_info('{table}')").QueryAsync(row => row.Text("name"));
                var whole = string.Join(" || '|' || ", columns.Select(column => $"COALESCE(CAST(\"{column}\" AS TEXT), '')"));
                rows[table] = string.Join('\n', await session.Command($"SELECT {whole} AS line FROM {table} WHERE account_id = @account_id ORDER BY 1")
                    .With("account_id", account).QueryAsync(row => row.Text("line")));
            }

            return rows;
        });
    }
}
