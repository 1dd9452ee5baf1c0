using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Looks at every account once a minute, opens and resolves its alerts, and tells each change of state once.</summary>
/// <remarks>Told by e-mail and by a posted JSON message, signed like every outgoing webhook (<see cref="StandardWebhook"/>). A channel that fails is tried
/// again at the next look, both channels with it.</remarks>
public sealed partial class AlertWatch(
    IAccounts accounts, IStores stores, IDeadLetters letters, IWebhookStates webhooks, IStorePaces paces, IOutgoingWebhooks outgoing, IAlerts alerts, MailRoom mail,
    IMailServer server, StandardWebhook post, Secrets secrets, TimeProvider clock, ILogger<AlertWatch> log)
{
    const string SecretKey = "alert_secret";

    static readonly TimeSpan WebhookPatience = TimeSpan.FromHours(1);

    /// <summary>Looks at all accounts. A failure in one does not keep the others from their alerts.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var account in await accounts.ListAsync(ct))
        {
            await LookAsync(account.Id, ct);
            await TellAsync(account, ct);
        }
    }

    /// <summary>Writes an account's choices; gives the secret of its webhook messages, made on first use.</summary>
    public async Task<string> SaveAsync(long accountId, AlertOptions options, CancellationToken ct)
    {
        var kept = (await alerts.SettingsAsync(accountId, ct)).ProtectedSecret;
        kept ??= secrets.Protect(
            accountId, new Dictionary<string, string>(StringComparer.Ordinal) { [SecretKey] = StandardWebhook.NewSecret() });
        await alerts.SaveAsync(accountId, new AlertSettings(options, kept), ct);
        return secrets.Open(accountId, kept)[SecretKey];
    }

    /// <summary>Sends a trial message by every channel that is set. Gives how each ended; empty when none is set.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TestAsync(Account account, CancellationToken ct)
    {
        var settings = await alerts.SettingsAsync(account.Id, ct);
        var trial = new Alert(0, new StoreKey(account.Id, 0), AlertKind.Test, AlertState.Open, null, clock.GetUtcNow(), null, null);
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.Options.Email is not null)
            results["email"] = await TryMailAsync(LetterOf(account, settings, trial, null, isHub: false), ct);
        if (settings.Options.Webhook is not null)
            results["webhook"] = await ResultAsync(() => PostAsync(account, settings, trial, null, isHub: false, ct));
        return results;
    }

    async Task LookAsync(long accountId, CancellationToken ct)
    {
        var options = (await alerts.SettingsAsync(accountId, ct)).Options;
        var now = clock.GetUtcNow();
        var queues = (await letters.QueuesAsync(accountId, ct)).ToDictionary(queue => queue.Store);
        var lost = await webhooks.LostSinceAsync(accountId, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1), ct);
        var (silent, parts) = (await paces.SilentSinceAsync(accountId, ct), await paces.PartFailsSinceAsync(accountId, ct));
        var holding = new Dictionary<(StoreKey, AlertKind), string?>();
        foreach (var store in await stores.ListAsync(accountId, ct))
        {
            if (store.State is StoreState.Disconnected or StoreState.Paused)
                continue;
            if (store.State == StoreState.NeedsOperator)
                holding[(store.Key, AlertKind.StandsStill)] = store.Problem;
            if (silent.TryGetValue(store.Key, out var since) && now - since >= ShopSilence.ToldAfter)
                holding[(store.Key, AlertKind.ShopSilent)] = Number((long)(now - since).TotalMinutes);
            if (parts.TryGetValue(store.Key, out var failing) && now - failing >= ShopSilence.ToldAfter)
                holding[(store.Key, AlertKind.PartFails)] = Number((long)(now - failing).TotalMinutes);
            if (!queues.TryGetValue(store.Key, out var queue))
                continue;
            if (queue.OldestAt is { } oldest && now - oldest > TimeSpan.FromMinutes(options.LagMinutes))
                holding[(store.Key, AlertKind.Lag)] = Number((long)(now - oldest).TotalMinutes);
            if (queue.ToShopOldestAt is { } owed && now - owed > TimeSpan.FromMinutes(options.LagMinutes))
                holding[(store.Key, AlertKind.ShopLag)] = Number((long)(now - owed).TotalMinutes);
            if (queue.Dead > options.GivenUp)
                holding[(store.Key, AlertKind.GivenUp)] = Number(queue.Dead);
            if (queue.PutBackField is { } field)
                holding[(store.Key, AlertKind.ShopPutsBack)] = field;
            if (lost.GetValueOrDefault(store.Key) is var missed && missed > options.WebhooksLost)
                holding[(store.Key, AlertKind.WebhooksLost)] = Number(missed);
        }

        var closed = (await outgoing.ListAsync(accountId, ct)).Where(one => !one.IsPaused && now - one.FailingSince > WebhookPatience).Select(one => one.Url.Host).Distinct(StringComparer.Ordinal);
        if (string.Join(", ", closed) is { Length: > 0 } hosts)
            holding[(new StoreKey(accountId, 0), AlertKind.WebhookFails)] = hosts;
        var open = await alerts.OpenAsync(accountId, ct);
        foreach (var (condition, detail) in holding)
            await alerts.RaiseAsync(condition.Item1, condition.Item2, detail, ct);
        foreach (var alert in open.Where(alert => !holding.ContainsKey((alert.Store, alert.Kind))))
            await alerts.ResolveAsync(alert, ct);
    }

    async Task TellAsync(Account account, CancellationToken ct)
    {
        var untold = await alerts.UntoldAsync(account.Id, ct);
        if (untold.Count == 0)
            return;
        var settings = await alerts.SettingsAsync(account.Id, ct);
        foreach (var alert in untold)
        {
            // Came and went before anybody was told: no news.
            if (alert is { State: AlertState.Resolved, Told: null } || await TellAsync(account, settings, alert, ct))
                await alerts.ToldAsync(alert, ct);
        }
    }

    async Task<bool> TellAsync(Account account, AlertSettings settings, Alert alert, CancellationToken ct)
    {
        var store = await stores.FindAsync(alert.Store, ct);
        var isHub = store is not null && (await stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct))?.IsHub == true;
        try
        {
            if (settings.Options.Webhook is not null)
                await PostAsync(account, settings, alert, store, isHub, ct);
            if (settings.Options.Email is not null)
                await mail.PostAsync(MailKind.Alert, LetterOf(account, settings, alert, store, isHub), ct);
            return true;
        }
        catch (ConnectorException e)
        {
            Log.NotTold(log, account.Id, alert.Kind, e.Message);
            // A message that no channel takes is given up: it stands in the panel all the same.
            return Backoff.IsSpent(alert.ResolvedAt ?? alert.OpenedAt, clock.GetUtcNow());
        }
    }

    static async Task<string> ResultAsync(Func<Task> send)
    {
        try
        {
            await send();
            return "sent";
        }
        catch (ConnectorException e)
        {
            return e.Message;
        }
    }

    /// <summary>A trial goes past the queue, so that it can say how it ended.</summary>
    async Task<string> TryMailAsync(Letter letter, CancellationToken ct)
    {
        if (server.IsSet)
            return await ResultAsync(() => server.SendAsync(letter.To, letter.Subject, letter.ToText(), letter.ToHtml(), ct));
        await mail.PostAsync(MailKind.Alert, letter, ct);
        return "no mail server is set; kept in the panel";
    }

    // Nobody knows which language the reader of this address speaks.
    static Letter LetterOf(Account account, AlertSettings settings, Alert alert, Store? store, bool isHub)
    {
        var (polish, english) = AlertWords.Of(alert, TypedText.InMail(store?.Name ?? account.Name), isHub);
        return new Letter(settings.Options.Email!, $"[Pomost] {polish.Title} / {english.Title}",
            [new LetterPart("pl", polish.Title, [polish.Body]), new LetterPart("en", english.Title, [english.Body])]);
    }

    async Task PostAsync(Account account, AlertSettings settings, Alert alert, Store? store, bool isHub, CancellationToken ct)
    {
        var text = AlertWords.Of(alert, store?.Name ?? account.Name, isHub).English;
        var happened = alert.Kind == AlertKind.Test ? WebhookEvent.Test : alert.State == AlertState.Open ? WebhookEvent.AlertOpened : WebhookEvent.AlertClosed;
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = happened.Name(),
            timestamp = alert.ResolvedAt ?? alert.OpenedAt,
            data = new
            {
                alert = alert.Id,
                kind = alert.Kind.ToString(),
                store = store?.Slug,
                detail = alert.Detail,
                openedAt = alert.OpenedAt,
                closedAt = alert.ResolvedAt,
                title = text.Title,
                text = text.Body,
            },
        });
        var secret = secrets.Open(account.Id, settings.ProtectedSecret!)[SecretKey];
        // The same at each try, so that the receiver knows a message it has had before.
        var id = alert.Kind == AlertKind.Test ? $"msg_{Guid.CreateVersion7(alert.OpenedAt):N}" : string.Create(CultureInfo.InvariantCulture, $"alert_{alert.Id}_{alert.State}");
        var result = await post.PostAsync(settings.Options.Webhook!, [secret], id, body, ct);
        if (!result.Succeeded)
            throw new RetryLaterException(result.Status is { } status ? $"The alert address answered {status}." : $"The alert address could not be reached ({result.Problem}).");
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "Account {AccountId}: alert {Kind} could not be told: {Reason}")]
        public static partial void NotTold(ILogger log, long accountId, AlertKind kind, string reason);
    }
}
