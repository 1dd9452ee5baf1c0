using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Pomost.Engine;

/// <summary>
/// Sends what is owed to subscriptions: each by itself, so that a slow receiver delays nobody. A message is tried for 24 hours with growing waits of pure
/// chance; while a receiver fails altogether, one message at a time finds out whether it is back. Nothing is ever switched off by itself.
/// </summary>
public sealed partial class WebhookSender(
    IOutgoingWebhooks webhooks, StandardWebhook post, WebhookDesk desk, TimeProvider clock, Random chance, ILogger<WebhookSender> log)
{
    const int AtOnce = 8;

    /// <summary>Failures in a row after which the receiver is taken to be down.</summary>
    const int Down = 3;

    static readonly TimeSpan Round = TimeSpan.FromSeconds(20);
    static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    /// <summary>Sends what is due, until nothing is or a round is over.</summary>
    public async Task SendDueAsync(CancellationToken ct)
    {
        var until = clock.GetUtcNow() + Round;
        var active = new Dictionary<(long Account, long Id), Task>();
        while (true)
        {
            foreach (var (key, done) in active.Where(pair => pair.Value.IsCompleted).ToList())
            {
                active.Remove(key);
                await done;
            }

            if (!ct.IsCancellationRequested && clock.GetUtcNow() < until && active.Count < AtOnce)
            {
                var due = await webhooks.DueAsync(AtOnce * 2, ct);
                foreach (var next in due.Where(next => !active.ContainsKey((next.AccountId, next.Id))).Take(AtOnce - active.Count).ToList())
                    active[(next.AccountId, next.Id)] = SendToAsync(next, until, ct);
            }

            if (active.Count == 0)
                return;
            await Task.WhenAny([.. active.Values, Task.Delay(SecondLook, clock, CancellationToken.None)]);
        }
    }

    /// <summary>Sends a trial at once, whatever waits. It is not tried again.</summary>
    public async Task<WebhookAttempt> TestAsync(WebhookSubscription subscription, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var payload = new JsonObject { ["type"] = WebhookEvent.Test.Name(), ["timestamp"] = now, ["data"] = new JsonObject { ["webhook"] = subscription.Id } };
        var message = new WebhookMessage(0, $"msg_{Guid.CreateVersion7(now):N}", WebhookEvent.Test, payload.ToJsonString(), 0, now);
        var (attempt, _) = await TryAsync(subscription, message, ct);
        await webhooks.SettleAsync(subscription, message, attempt, attempt.Succeeded ? WebhookOutcome.Delivered : WebhookOutcome.GivenUp, now, null, CancellationToken.None);
        return attempt;
    }

    async Task SendToAsync(WebhookSubscription subscription, DateTimeOffset until, CancellationToken ct)
    {
        var failures = subscription.Failures;
        while (!ct.IsCancellationRequested && clock.GetUtcNow() < until && await webhooks.NextAsync(subscription, ct) is { } message)
        {
            var (attempt, asked) = await TryAsync(subscription, message, ct);
            var now = clock.GetUtcNow();
            failures = attempt.Succeeded ? 0 : failures + 1;
            var outcome = attempt.Succeeded ? WebhookOutcome.Delivered : Backoff.IsSpent(message.CreatedAt, now) ? WebhookOutcome.GivenUp : WebhookOutcome.PutOff;
            var notBefore = now + Backoff.After(Backoff.Webhooks, message.Attempts + 1, asked, chance);
            var hold = failures < Down ? null : now + Shorter(Backoff.After(Backoff.Webhooks, failures - Down + 1, asked, chance), LongestHold) as DateTimeOffset?;
            if (!attempt.Succeeded)
                Log.NotTaken(log, subscription.AccountId, subscription.Id, message.Event.Name(), message.Attempts + 1, attempt.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? attempt.Problem ?? "");
            // Not cancellable: a message that was taken must not go out again because of a shutdown.
            await webhooks.SettleAsync(subscription, message, attempt, outcome, notBefore, hold, CancellationToken.None);
            if (hold is not null)
                return;
        }
    }

    async Task<(WebhookAttempt Attempt, TimeSpan? Asked)> TryAsync(WebhookSubscription subscription, WebhookMessage message, CancellationToken ct)
    {
        var body = await BodyAsync(subscription, message, ct);
        var at = clock.GetUtcNow();
        var result = await post.PostAsync(subscription.Url, desk.SecretsOf(subscription), message.MessageId, body, ct);
        EngineMeters.Webhooks.Add(1, new KeyValuePair<string, object?>("outcome", result.Succeeded ? "taken" : "refused"));
        return (new WebhookAttempt(message.MessageId, message.Event, at, result.Status, result.Problem, result.Milliseconds), result.RetryAfter);
    }

    /// <summary>The message as it goes out. Addresses are looked up now: they are kept in no queue, and of an erased person there is none.</summary>
    async Task<byte[]> BodyAsync(WebhookSubscription subscription, WebhookMessage message, CancellationToken ct)
    {
        if (!subscription.TellsEmail)
            return System.Text.Encoding.UTF8.GetBytes(message.Payload);
        var payload = JsonNode.Parse(message.Payload)!;
        var people = Objects(payload).Where(one => one["contact"] is JsonValue).ToList();
        var emails = await webhooks.EmailsAsync(subscription.AccountId, [.. people.Select(NumberOf).Distinct()], ct);
        foreach (var person in people)
        {
            if (emails.TryGetValue(NumberOf(person), out var email))
                person["email"] = email;
        }

        return System.Text.Encoding.UTF8.GetBytes(payload.ToJsonString());

        static long NumberOf(JsonObject person) => person["contact"]!.GetValue<long>();
    }

    static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(pair => Objects(pair.Value)).Prepend(one),
        JsonArray many => many.SelectMany(Objects),
        _ => [],
    };

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "Account {AccountId}: webhook {WebhookId} did not take {Event}, attempt {Attempt}: {Reason}")]
        public static partial void NotTaken(ILogger log, long accountId, long webhookId, string @event, int attempt, string reason);
    }
}

/// <summary>Sends outgoing webhooks.</summary>
sealed class WebhookHousekeeping(WebhookSender sender) : IHousekeeping
{
    public string Name => "webhooks";

    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public Task RunAsync(CancellationToken ct) => sender.SendDueAsync(ct);
}
