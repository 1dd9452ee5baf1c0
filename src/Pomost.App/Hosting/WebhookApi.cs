using System.Globalization;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>An address that wants to be told.</summary>
sealed record NewWebhookRequest(string? Url, IReadOnlyList<string>? Events, bool Email);

/// <summary><c>/api/v1/webhooks</c>: the same as the panel's page. They concern the whole account.</summary>
static class WebhookApi
{
    const int LongestUrl = 2_000;
    const int AttemptsShown = 50;

    public static void Map(RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").AddEndpointFilter((context, next) => ApiAudit.KeyOf(context.HttpContext).StoreIds is null
            ? next(context) : ValueTask.FromResult<object?>(ApiEndpoints.ForAllStoresOnly()));
        webhooks.MapGet("", ListAsync).WithSummary("Addresses that are told what happens.");
        webhooks.MapPost("", AddAsync).WithSummary("Adds one; its secret is told this once.");
        webhooks.MapGet("/{id:long}/attempts", async (long id, HttpContext http, IOutgoingWebhooks all, CancellationToken ct)
            => await FindAsync(http, all, id, ct) is { } one
                ? ApiEndpoints.Json((await all.AttemptsAsync(one.AccountId, id, AttemptsShown, ct)).Select(Shown)) : None(id)).WithSummary("Its newest tries.");
        webhooks.MapPost("/{id:long}/{action}", ActAsync).WithSummary("test, pause, resume, replay (what was given up) or rotate (the secret).");
        webhooks.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes it with what waits for it.");
    }

    static async Task<IResult> ListAsync(HttpContext http, IOutgoingWebhooks all, CancellationToken ct)
    {
        var account = ApiAudit.KeyOf(http).AccountId;
        var queues = await all.QueuesAsync(account, ct);
        return ApiEndpoints.Json((await all.ListAsync(account, ct)).Select(one => Shown(one, queues.GetValueOrDefault(one.Id))));
    }

    static async Task<IResult> AddAsync(NewWebhookRequest? asked, HttpContext http, IOutgoingWebhooks all, WebhookDesk desk, CancellationToken ct)
    {
        var account = ApiAudit.KeyOf(http).AccountId;
        if (asked?.Url?.Length > LongestUrl || !Uri.TryCreate(asked?.Url, UriKind.Absolute, out var address) || !desk.MayBe(address))
            return ApiEndpoints.Problem(400, "url is missing or no https address; nothing was added.", "url");
        var events = (asked!.Events ?? []).Select(WebhookEvents.Find).Distinct().ToList();
        if (events.Count == 0 || !events.TrueForAll(one => one is { } known && WebhookEvents.All.Contains(known)))
            return ApiEndpoints.Problem(400, $"events names nothing, or something unknown. There are {string.Join(", ", WebhookEvents.All.Select(one => one.Name()))}.", "events");
        if ((await all.ListAsync(account, ct)).Count >= WebhookDesk.Most)
            return ApiEndpoints.Problem(409, $"An account has at most {WebhookDesk.Most} webhooks; nothing was added.");
        var (made, secret) = await desk.AddAsync(account, address, [.. events.OfType<WebhookEvent>()], asked.Email, ct);
        ApiAudit.Note(
            http, "webhook.added", made.Url.Host, new AuditChange("events", null, string.Join(' ', made.Events.Select(one => one.Name()))),
            new AuditChange("email", "no", made.TellsEmail ? "yes" : "no"));
        return ApiEndpoints.Json(new { webhook = Shown(made, null), secret }, StatusCodes.Status201Created);
    }

    static async Task<IResult> ActAsync(long id, string action, HttpContext http, IOutgoingWebhooks all, WebhookDesk desk, WebhookSender sender, CancellationToken ct)
    {
        if (await FindAsync(http, all, id, ct) is not { } one)
            return None(id);
        switch (action)
        {
            case "test":
                var attempt = await sender.TestAsync(one, ct);
                ApiAudit.Note(http, "webhook.tested", one.Url.Host);
                return ApiEndpoints.Json(Shown(attempt));
            case "pause" or "resume":
                await all.UpdateAsync(one with { IsPaused = action == "pause" }, ct);
                ApiAudit.Note(http, action == "pause" ? "webhook.paused" : "webhook.resumed", one.Url.Host);
                return ApiEndpoints.Json(new { id, paused = action == "pause" });
            case "replay":
                var count = await all.ReviveAsync(one.AccountId, id, ct);
                ApiAudit.Note(http, "webhook.replayed", one.Url.Host, new AuditChange("records", null, count.ToString(CultureInfo.InvariantCulture)));
                return ApiEndpoints.Json(new { id, replayed = count });
            case "rotate":
                var secret = await desk.RotateAsync(one, ct);
                ApiAudit.Note(http, "webhook.rotated", one.Url.Host);
                return ApiEndpoints.Json(new { id, secret });
            default:
                return ApiEndpoints.Problem(404, "A webhook can be asked to test, pause, resume, replay or rotate.");
        }
    }

    static async Task<IResult> RemoveAsync(long id, HttpContext http, IOutgoingWebhooks all, CancellationToken ct)
    {
        if (await FindAsync(http, all, id, ct) is not { } one || !await all.RemoveAsync(one.AccountId, id, ct))
            return None(id);
        ApiAudit.Note(http, "webhook.removed", one.Url.Host);
        return ApiEndpoints.Json(new { id, removed = true });
    }

    /// <summary>A subscription for programs.</summary>
    public static object Shown(WebhookSubscription one, WebhookQueue? queue) => new
    {
        id = one.Id,
        url = one.Url,
        events = one.Events.Select(happened => happened.Name()),
        email = one.TellsEmail,
        paused = one.IsPaused,
        waiting = queue?.Waiting ?? 0,
        givenUp = queue?.GivenUp ?? 0,
        failingSince = one.FailingSince,
        lastSuccessAt = one.LastSuccessAt,
    };

    static object Shown(WebhookAttempt attempt)
        => new { message = attempt.MessageId, @event = attempt.Event.Name(), at = attempt.At, succeeded = attempt.Succeeded, status = attempt.Status, problem = attempt.Problem, milliseconds = attempt.Milliseconds };

    static Task<WebhookSubscription?> FindAsync(HttpContext http, IOutgoingWebhooks all, long id, CancellationToken ct) => all.FindAsync(ApiAudit.KeyOf(http).AccountId, id, ct);

    static IResult None(long id) => ApiEndpoints.Problem(404, string.Create(CultureInfo.InvariantCulture, $"There is no webhook {id}. See GET /api/v1/webhooks."));
}
