using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: no change made in the panel is missing in the audit log. Method: every form the panel takes is in one of the lists below; each of the first is
/// sent, with what it must have written. Besides, <see cref="PanelHost"/> watches every form that any test sends.</summary>
public sealed class AuditConventionTests
{
    const string Owner = "marta@sklep.example";

    /// <summary>Forms that leave nothing behind for anybody else, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> WriteNothing = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/choose/language"] = "a cookie of this browser",
        ["/choose/theme"] = "a cookie of this browser",
        ["/stores/new/{platform}"] = "a check; what was typed is kept in memory alone",
        ["/stores/new/{platform}/{draft}"] = "the same, once more",
    };

    /// <summary>Forms that need more than this host has; named is the test that shows their entry.</summary>
    static readonly IReadOnlyDictionary<string, string> ShownElsewhere = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/stores/new/{platform}/{draft}/account"] = nameof(Browser.AdministrationWalkTests),
    };

    /// <summary>The form, its page, its address, its fields, and what it writes. In an order in which each is possible.</summary>
    static readonly (string Pattern, string Page, string Address, (string, string)[] Fields, string Action)[] Forms =
    [
        ("/logout", "/", "/logout", [], "session.closed"),
        ("/login", "/login", "/login", [("email", Owner), ("password", "zielony rower jedzie")], "session.opened"),
        ("/deliveries/replay", "/deliveries", "/deliveries/replay", [("id", "all")], "deliveries.replayed"),
        ("/stores/{slug}/export/contacts", "/stores/sklep/export", "/stores/sklep/export/contacts", [("granted", "1")], "export.previewed"),
        ("/stores/{slug}/export/transactions", "/stores/sklep/export", "/stores/sklep/export/transactions", [("status", "completed")], "export.previewed"),
        ("/stores/{slug}/export/runs/{number:int}/pause", "/stores/sklep/export", "/stores/sklep/export/runs/1/pause", [], "export.paused"),
        ("/stores/{slug}/export/runs/{number:int}/resume", "/stores/sklep/export", "/stores/sklep/export/runs/1/resume", [], "export.resumed"),
        ("/stores/{slug}/export/runs/{number:int}/cancel", "/stores/sklep/export", "/stores/sklep/export/runs/1/cancel", [], "export.cancelled"),
        ("/stores/{slug}/export/runs/{number:int}/again", "/stores/sklep/export", "/stores/sklep/export/runs/1/again", [], "export.previewed"),
        ("/stores/{slug}/export/runs/{number:int}/start", "/stores/sklep/export", "/stores/sklep/export/runs/1/start", [], "export.started"),
        ("/stores/{slug}/connection/sync", "/stores/sklep/connection", "/stores/sklep/connection/sync", [], "store.synced"),
        ("/stores/{slug}/connection/compare", "/stores/sklep/connection", "/stores/sklep/connection/compare", [], "store.synced"),
        ("/stores/{slug}/connection/pause", "/stores/sklep/connection", "/stores/sklep/connection/pause", [], "store.paused"),
        ("/stores/{slug}/connection/resume", "/stores/sklep/connection", "/stores/sklep/connection/resume", [], "store.resumed"),
        ("/api-keys", "/api-keys", "/api-keys", [("name", "Agencja")], "key.created"),
        ("/api-keys/{id:long}/rotate", "/api-keys", "/api-keys/1/rotate", [], "key.rotated"),
        ("/api-keys/{id:long}/revoke", "/api-keys", "/api-keys/1/revoke", [], "key.revoked"),
        ("/webhooks", "/webhooks", "/webhooks", [("url", "https://127.0.0.1:1/hook"), ("event", "contact.sent")], "webhook.added"),
        ("/webhooks/{id:long}", "/webhooks", "/webhooks/1", [("url", "https://127.0.0.1:1/inny"), ("event", "alert.opened")], "webhook.changed"),
        ("/webhooks/{id:long}/test", "/webhooks", "/webhooks/1/test", [], "webhook.tested"),
        ("/webhooks/{id:long}/rotate", "/webhooks", "/webhooks/1/rotate", [], "webhook.rotated"),
        ("/webhooks/{id:long}/replay", "/webhooks", "/webhooks/1/replay", [], "webhook.replayed"),
        ("/webhooks/{id:long}/pause", "/webhooks", "/webhooks/1/pause", [], "webhook.paused"),
        ("/webhooks/{id:long}/resume", "/webhooks", "/webhooks/1/resume", [], "webhook.resumed"),
        ("/webhooks/{id:long}/remove", "/webhooks", "/webhooks/1/remove", [], "webhook.removed"),
        ("/stores/{slug}/connection/disconnect", "/stores/sklep/connection", "/stores/sklep/connection/disconnect", [("data", "keep")], "store.disconnected"),
    ];

    /// <summary>The form's address, without the slash that a group's own form ends with.</summary>
    public static string PatternOf(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.TrimEnd('/');

    [Fact]
    public async Task Every_form_of_the_panel_is_known_to_write_or_known_to_change_nothing()
    {
        await using var host = await PanelHost.StartAsync();
        var mapped = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(PatternOf).ToHashSet(StringComparer.Ordinal);
        var known = Forms.Select(form => form.Pattern).Append("/register").Concat(ShownElsewhere.Keys).Concat(WriteNothing.Keys).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(mapped.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_change_is_written_once_with_who_made_it_and_from_where()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var (accounts, log) = (host.Services.GetRequiredService<IAccounts>(), host.Services.GetRequiredService<IAuditLog>());
        var account = Assert.Single(await accounts.ListAsync(default)).Id;
        await Given.StoreAsync(host, account, "Sklep");
        Assert.Equal("account.created", (await NewestAsync()).Entry.Action);

        foreach (var form in Forms)
        {
            var before = (await NewestAsync()).Id;
            var answer = await PanelHost.SendAsync(browser, form.Page, form.Address, form.Fields);

            Assert.Equal((form.Address, HttpStatusCode.Redirect), (form.Address, answer.StatusCode));
            var written = (await log.ListAsync(account, new AuditFilter(), null, 10, default)).Where(kept => kept.Id > before).ToList();
            Assert.Equal((form.Address, form.Action), (form.Address, string.Join(' ', written.Select(kept => kept.Entry.Action))));
            var entry = Assert.Single(written).Entry;
            Assert.Equal(("Marta Zielińska", "127.0.0.1"), (entry.Actor, entry.Origin));
            Assert.NotNull(entry.UserId);
        }

        async Task<KeptAuditEntry> NewestAsync() => Assert.Single(await log.ListAsync(account, new AuditFilter(), null, 1, default));
    }

    [Fact]
    public async Task Who_opens_a_card_or_takes_personal_data_away_is_written_by_number_alone()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        var store = await Given.StoreAsync(host, account, "Sklep");
        var contact = await Given.ContactAsync(host, store, "anna.maj@poczta.example");
        foreach (var page in new[] { $"/contacts/{contact}", $"/contacts/{contact}/proof.json" })
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(page)).StatusCode);

        var entries = await host.Services.GetRequiredService<IAuditLog>().ListAsync(account, new AuditFilter("contact."), null, 10, default);

        Assert.Equal(["contact.proven", "contact.viewed"], entries.Select(kept => kept.Entry.Action));
        Assert.All(entries, kept => Assert.Equal($"{contact}", kept.Entry.Subject));
    }
}
