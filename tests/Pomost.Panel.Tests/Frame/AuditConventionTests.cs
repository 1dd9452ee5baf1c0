using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: no change made in the panel is missing in the audit log. Method: every form that the panel takes, those that come later included, has a handler that is
/// given the log, or stands below with the reason why not; the forms of administration, exports and connections are sent, with what each must have written.</summary>
public sealed class AuditConventionTests
{
    const string Owner = "marta@sklep.example";

    /// <summary>Forms whose handlers write nothing, and why.</summary>
    static readonly IReadOnlyDictionary<string, string> WriteNothing = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/choose/account"] = "which of the person's accounts this log-in looks at",
        ["/choose/language"] = "how the person likes to read",
        ["/choose/theme"] = "how the person likes to read",
        ["/confirm/resend"] = "a mail alone",
        ["/connect/{platform}"] = "a shop hands over keys for a draft",
        ["/login"] = "every log-in is written where it begins (PanelSessions)",
        ["/login/passkey"] = "every log-in is written where it begins (PanelSessions)",
        ["/login/passkey/options"] = "a question to the browser",
        ["/look/preview"] = "draws what was typed",
        ["/password"] = "a mail alone",
        ["/profile/confirm/options"] = "a question to the browser",
        ["/profile/passkeys/options"] = "a question to the browser",
        ["/stores/new/recognise"] = "looks at a shop from outside",
        ["/stores/new/{platform}"] = "a check; what was typed is a draft",
        ["/stores/new/{platform}/connect"] = "a draft",
        ["/stores/new/{platform}/{draft}"] = "a check; what was typed is a draft",
        ["/stores/new/{platform}/{draft}/connect"] = "a draft",
        ["/stores/{slug}/export/contacts/fill"] = "fills the form",
        ["/stores/{slug}/export/transactions/fill"] = "fills the form",
        ["/stores/{slug}/settings/chips"] = "draws what was typed",
        ["/stores/{slug}/settings/find"] = "looks up",
        ["/tags/read"] = "draws what was typed",
        ["/verify"] = "every log-in is written where it begins (PanelSessions)",
    };

    /// <summary>A form, the page it stands on, its address, its fields, and what it writes. In an order in which each is possible.</summary>
    static readonly (string Pattern, string Page, string Address, (string, string)[] Fields, string Action)[] Forms =
    [
        ("/logout", "/", "/logout", [], "session.closed"),
        ("/login", "/login", "/login", [("email", Owner), ("password", "zielony rower jedzie")], "session.opened"),
        ("/deliveries/replay", "/deliveries", "/deliveries/replay", [("id", "all")], "delivery.replayed"),
        ("/stores/{slug}/export/contacts", "/stores/sklep/export", "/stores/sklep/export/contacts", [("export", "1"), ("granted", "1")], "export.previewed"),
        ("/stores/{slug}/export/transactions", "/stores/sklep/export", "/stores/sklep/export/transactions", [("export", "1"), ("granted", "1"), ("status", "completed")], "export.previewed"),
        ("/stores/{slug}/export/runs/{number:int}/pause", "/stores/sklep/export", "/stores/sklep/export/runs/1/pause", [], "export.paused"),
        ("/stores/{slug}/export/runs/{number:int}/resume", "/stores/sklep/export", "/stores/sklep/export/runs/1/resume", [], "export.resumed"),
        ("/stores/{slug}/export/runs/{number:int}/cancel", "/stores/sklep/export", "/stores/sklep/export/runs/1/cancel", [], "export.cancelled"),
        ("/stores/{slug}/export/runs/{number:int}/again", "/stores/sklep/export", "/stores/sklep/export/runs/1/again", [], "export.previewed"),
        ("/stores/{slug}/connection/sync", "/stores/sklep/connection", "/stores/sklep/connection/sync", [], "store.synced"),
        ("/stores/{slug}/connection/compare", "/stores/sklep/connection", "/stores/sklep/connection/compare", [], "store.synced"),
        ("/stores/{slug}/connection/consents", "/contacts", "/stores/sklep/connection/consents", [("field", "wp_newsletter")], "store.changed"),
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

    [Fact]
    public async Task Every_form_of_the_panel_is_given_the_log_or_has_a_reason_not_to_be()
    {
        await using var host = await PanelHost.StartAsync();
        var forms = host.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(endpoint => (Pattern: PatternOf(endpoint), Writes: endpoint.Metadata.GetMetadata<MethodInfo>()!.GetParameters()
                .Any(parameter => parameter.ParameterType == typeof(PanelAudit) || parameter.ParameterType == typeof(IAuditLog)))).ToList();

        Assert.True(forms.Count > 60, $"{forms.Count} forms");
        Assert.Empty(forms.Where(form => !form.Writes && !WriteNothing.ContainsKey(form.Pattern)).Select(form => form.Pattern));
        // A reason that no longer holds is taken out.
        Assert.Empty(WriteNothing.Keys.Except(forms.Where(form => !form.Writes).Select(form => form.Pattern)));
        Assert.Empty(Forms.Select(form => form.Pattern).Except(forms.Select(form => form.Pattern)));
    }

    // Without the slash that a group's own form ends with.
    static string PatternOf(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.TrimEnd('/');

    [Fact]
    public async Task Each_change_is_written_once_with_who_made_it_and_from_where()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        var (accounts, log) = (host.Services.GetRequiredService<IAccounts>(), host.Services.GetRequiredService<IAuditLog>());
        var account = Assert.Single(await accounts.ListAsync(default)).Id;
        await Given.StoreAsync(host, account, "Sklep");
        Assert.Equal(["session.opened", "account.created"], (await log.ListAsync(account, new AuditFilter(), null, 2, default)).Select(kept => kept.Entry.Action));

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

        Assert.Equal(["contact.proof_saved", "contact.viewed"], entries.Select(kept => kept.Entry.Action));
        Assert.All(entries, kept => Assert.Equal($"{contact}", kept.Entry.Subject));
    }
}
