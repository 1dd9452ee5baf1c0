using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Webhooks;

/// <summary>Addresses that want to be told what happens.</summary>
static class WebhooksEndpoints
{
    const int AttemptsShown = 50;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var webhooks = panel.MapGroup("/webhooks").RequireAuthorization(PanelPolicies.Administer);
        webhooks.MapGet("", (string? removed, PanelRequest r, IOutgoingWebhooks all) => List(r, all, new WebhookForm(), null, removed == "1"));
        webhooks.MapPost("", Add);
        webhooks.MapGet("/{id:long}", (long id, string? done, PanelRequest r, IOutgoingWebhooks all, ShownOnce once) => Show(id, r, all, null, null, done, once.Take()));
        webhooks.MapPost("/{id:long}", Change);
        MapAction("pause", "webhook.paused", "paused", (one, all, _, r) => all.UpdateAsync(one with { IsPaused = true }, r.Http.RequestAborted));
        MapAction("resume", "webhook.resumed", "resumed", (one, all, _, r) => all.UpdateAsync(one with { IsPaused = false }, r.Http.RequestAborted));
        MapAction("test", "webhook.tested", "tested", (one, _, sender, r) => sender.TestAsync(one, r.Http.RequestAborted));
        webhooks.MapPost("/{id:long}/rotate", Rotate);
        webhooks.MapPost("/{id:long}/replay", Again);
        webhooks.MapPost("/{id:long}/remove", Remove);

        void MapAction(string verb, string action, string done, Func<WebhookSubscription, IOutgoingWebhooks, WebhookSender, PanelRequest, Task> act)
            => webhooks.MapPost("/{id:long}/" + verb, async Task<IResult> (long id, PanelRequest r, IOutgoingWebhooks all, WebhookSender sender, PanelAudit audit) =>
            {
                if (await all.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } one)
                    return Page.Missing();
                await act(one, all, sender, r);
                await audit.WriteAsync(action, one.Url.Host);
                return Page.See(AddressOf(one, done));
            });
    }

    static async Task<IResult> List(PanelRequest r, IOutgoingWebhooks all, WebhookForm form, IReadOnlyDictionary<string, string>? errors, bool removed)
    {
        var account = r.User.AccountId();
        var page = new
        {
            Rows = await all.ListAsync(account, r.Http.RequestAborted),
            Queues = await all.QueuesAsync(account, r.Http.RequestAborted),
            Form = form,
            Errors = errors ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Removed = removed,
        };
        return errors is null ? Page.Of<WebhooksPage>(page) : Page.Refused<WebhooksPage>(page);
    }

    static async Task<IResult> Add(PanelRequest r, IOutgoingWebhooks all, WebhookDesk desk, PanelAudit audit, ShownOnce once)
    {
        var form = WebhookForm.From(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted));
        var (address, errors) = form.Check(r.T, desk);
        if (address is not null && (await all.ListAsync(r.User.AccountId(), r.Http.RequestAborted)).Count >= WebhookDesk.Most)
            (address, errors) = (null, new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = r.T.Webhooks.TooMany });
        if (address is null)
            return await List(r, all, form, errors, removed: false);
        var (made, secret) = await desk.AddAsync(r.User.AccountId(), address, form.Events, form.TellsEmail, r.Http.RequestAborted);
        await audit.WriteAsync("webhook.added", made.Url.Host, new AuditChange("events", null, Names(form.Events)), new AuditChange("email", "no", form.TellsEmail ? "yes" : "no"));
        once.Put(secret);
        return Page.See(AddressOf(made, "added"));
    }

    static async Task<IResult> Show(
        long id, PanelRequest r, IOutgoingWebhooks all, WebhookForm? form, IReadOnlyDictionary<string, string>? errors, string? done, string? secret)
    {
        var account = r.User.AccountId();
        if (await all.FindAsync(account, id, r.Http.RequestAborted) is not { } one)
            return Page.Missing();
        var page = new
        {
            One = one,
            Queue = (await all.QueuesAsync(account, r.Http.RequestAborted)).GetValueOrDefault(id) ?? new WebhookQueue(0, 0),
            Attempts = await all.AttemptsAsync(account, id, AttemptsShown, r.Http.RequestAborted),
            Form = form ?? WebhookForm.Of(one),
            Errors = errors ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Done = done,
            Secret = secret,
        };
        return errors is null ? Page.Of<WebhookPage>(page) : Page.Refused<WebhookPage>(page);
    }

    static async Task<IResult> Change(long id, PanelRequest r, IOutgoingWebhooks all, WebhookDesk desk, PanelAudit audit)
    {
        if (await all.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } one)
            return Page.Missing();
        var form = WebhookForm.From(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted));
        var (address, errors) = form.Check(r.T, desk);
        if (address is null)
            return await Show(id, r, all, form, errors, null, null);
        await all.UpdateAsync(one with { Url = address, Events = form.Events, TellsEmail = form.TellsEmail }, r.Http.RequestAborted);
        // An address may carry a secret in its path: the log says only that it changed, and where it leads.
        var moved = one.Url == address ? [] : new[] { one.Url.Host == address.Host ? AuditChange.OfSecret("address") : new AuditChange("address", one.Url.Host, address.Host) };
        await audit.WriteAsync(
            "webhook.changed", address.Host,
            [.. moved, new AuditChange("events", Names(one.Events), Names(form.Events)), new AuditChange("email", one.TellsEmail ? "yes" : "no", form.TellsEmail ? "yes" : "no")]);
        return Page.See(AddressOf(one, "saved"));
    }

    static async Task<IResult> Rotate(long id, PanelRequest r, IOutgoingWebhooks all, WebhookDesk desk, PanelAudit audit, ShownOnce once)
    {
        if (await all.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } one)
            return Page.Missing();
        once.Put(await desk.RotateAsync(one, r.Http.RequestAborted));
        await audit.WriteAsync("webhook.rotated", one.Url.Host);
        return Page.See(AddressOf(one, "rotated"));
    }

    static async Task<IResult> Again(long id, PanelRequest r, IOutgoingWebhooks all, PanelAudit audit)
    {
        if (await all.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } one)
            return Page.Missing();
        var count = await all.ReviveAsync(one.AccountId, id, r.Http.RequestAborted);
        await audit.WriteAsync("webhook.replayed", one.Url.Host, new AuditChange("records", null, count.ToString(CultureInfo.InvariantCulture)));
        return Page.See(AddressOf(one, "replayed"));
    }

    static async Task<IResult> Remove(long id, PanelRequest r, IOutgoingWebhooks all, PanelAudit audit)
    {
        if (await all.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is not { } one || !await all.RemoveAsync(one.AccountId, id, r.Http.RequestAborted))
            return Page.Missing();
        await audit.WriteAsync("webhook.removed", one.Url.Host);
        return Page.See("/webhooks?removed=1");
    }

    static string Names(IEnumerable<WebhookEvent> events) => string.Join(' ', events.Select(happened => happened.Name()));

    static string AddressOf(WebhookSubscription one, string done) => string.Create(CultureInfo.InvariantCulture, $"/webhooks/{one.Id}?done={done}");
}
