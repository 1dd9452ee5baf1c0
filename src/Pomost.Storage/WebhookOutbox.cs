using System.Text.Json;
using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>
/// Puts what happened into the queues of those who want to be told, in the transaction that makes it happen. An account without subscriptions
/// pays one look at an empty table. Contacts are named by number: addresses are looked up when a message goes out.
/// </summary>
internal static class WebhookOutbox
{
    /// <summary>Records told in one message.</summary>
    private const int PerMessage = 500;

    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web);

    private static readonly BulkStatement<string> Numbers = new BulkStatement<string>("""
        SELECT c.id, c.email_key FROM {rows} AS r JOIN contact AS c ON c.account_id = r.account_id AND c.email_key = r.email_key AND c.store_id = r.store_id
        """)
        .PerStore()
        .Text("email_key", key => key);

    public static async Task ContactsSentAsync(DbSession session, StoreKey store, IReadOnlyList<Delivery> taken, DateTimeOffset now)
    {
        var people = taken.Where(delivery => delivery.Kind == DeliveryKind.Contact).Select(delivery => delivery.EmailKey).Distinct(StringComparer.Ordinal).ToList();
        if (people.Count == 0 || !await IsHeardAsync(session, store.AccountId, WebhookEvent.ContactSent)) return;
        var (slug, numbers) = (await SlugAsync(session, store), await NumbersAsync(session, store, people));
        foreach (var some in numbers.Values.Order().Chunk(PerMessage))
            await TellAsync(session, store.AccountId, WebhookEvent.ContactSent, new { Store = slug, Contacts = some.Select(contact => new { Contact = contact }) }, now);
    }

    public static async Task ConsentsChangedAsync(DbSession session, StoreKey store, IReadOnlyList<ConsentWrite> consents, DateTimeOffset now)
    {
        var changed = consents.Where(line => line.Previous != line.Consent.State).ToList();
        if (changed.Count == 0 || !await IsHeardAsync(session, store.AccountId, WebhookEvent.ConsentChanged)) return;
        var slug = await SlugAsync(session, store);
        var numbers = await NumbersAsync(session, store, [.. changed.Select(line => line.EmailKey).Distinct(StringComparer.Ordinal)]);
        foreach (var some in changed.Where(line => numbers.ContainsKey(line.EmailKey)).Chunk(PerMessage))
        {
            await TellAsync(
                session, store.AccountId, WebhookEvent.ConsentChanged,
                new
                {
                    Store = slug,
                    Changes = some.Select(line => new
                    {
                        Contact = numbers[line.EmailKey],
                        Channel = NameOf(line.Channel),
                        From = NameOf(line.Previous),
                        To = NameOf(line.Consent.State),
                        line.Consent.At,
                        Source = NameOf(line.Consent.Source),
                    }),
                },
                now);
        }
    }

    /// <param name="session">The transaction.</param>
    /// <param name="store">Whose.</param>
    /// <param name="records">Name of the dead letter, its kind, id of the shop's record, whose it is, and what the other side said.</param>
    /// <param name="now">Present.</param>
    public static async Task RejectedAsync(
        DbSession session, StoreKey store, IReadOnlyList<(string Letter, string Kind, string SourceId, string EmailKey, string Reason)> records, DateTimeOffset now)
    {
        if (records.Count == 0 || !await IsHeardAsync(session, store.AccountId, WebhookEvent.DeliveryRejected)) return;
        var slug = await SlugAsync(session, store);
        var numbers = await NumbersAsync(session, store, [.. records.Select(record => record.EmailKey).Distinct(StringComparer.Ordinal)]);
        foreach (var some in records.Chunk(PerMessage))
        {
            await TellAsync(
                session, store.AccountId, WebhookEvent.DeliveryRejected,
                new
                {
                    Store = slug,
                    Records = some.Select(record => new
                    {
                        record.Letter,
                        record.Kind,
                        // Of a person without an account the shop's id is the address.
                        Record = record.SourceId == record.EmailKey ? null : record.SourceId,
                        Contact = numbers.TryGetValue(record.EmailKey, out var number) ? number : (long?)null,
                        Reason = record.Reason.Replace(record.EmailKey, "…", StringComparison.OrdinalIgnoreCase),
                    }),
                },
                now);
        }
    }

    public static async Task ExportFinishedAsync(DbSession session, ExportRun run, DateTimeOffset now)
    {
        if (run.Options.DryRun || !await IsHeardAsync(session, run.Store.AccountId, WebhookEvent.ExportFinished)) return;
        await TellAsync(
            session, run.Store.AccountId, WebhookEvent.ExportFinished,
            new
            {
                Store = await SlugAsync(session, run.Store),
                Export = run.Number,
                Kind = NameOf(run.Kind),
                State = NameOf(run.State),
                run.Problem,
                run.Read,
                run.Sent,
                run.Held,
                Skipped = run.SkippedTotal,
                run.Rejected,
                run.StartedAt,
                run.FinishedAt,
            },
            now);
    }

    public static async Task StoreNeedsOperatorAsync(DbSession session, StoreKey store, string? problem, DateTimeOffset now)
    {
        if (!await IsHeardAsync(session, store.AccountId, WebhookEvent.StoreNeedsOperator)) return;
        var parts = problem?.Split(':', 2) ?? [];
        await TellAsync(
            session, store.AccountId, WebhookEvent.StoreNeedsOperator,
            new { Store = await SlugAsync(session, store), Problem = parts.ElementAtOrDefault(0), Setting = parts.ElementAtOrDefault(1) }, now);
    }

    public static async Task AlertAsync(DbSession session, Alert alert, DateTimeOffset now)
    {
        var happened = alert.State == AlertState.Open ? WebhookEvent.AlertOpened : WebhookEvent.AlertClosed;
        if (!await IsHeardAsync(session, alert.Store.AccountId, happened)) return;
        await TellAsync(
            session, alert.Store.AccountId, happened,
            new { Alert = alert.Id, Kind = NameOf(alert.Kind), Store = await SlugAsync(session, alert.Store), alert.Detail, alert.OpenedAt, ClosedAt = alert.ResolvedAt }, now);
    }

    private static async Task<bool> IsHeardAsync(DbSession session, long accountId, WebhookEvent happened) => await session
        .Command("SELECT 1 AS one FROM webhook_subscription WHERE account_id = @account_id AND NOT is_paused AND events LIKE @heard LIMIT 1")
        .With("account_id", accountId).With("heard", Heard(happened)).NumberAsync() is not null;

    private static async Task TellAsync(DbSession session, long accountId, WebhookEvent happened, object data, DateTimeOffset now) => await session.Command("""
        INSERT INTO webhook_message (account_id, subscription_id, message_id, event, payload, state, attempts, not_before, created_at)
        SELECT account_id, id, @message_id, @event, @payload, 'Waiting', 0, @now, @now FROM webhook_subscription
        WHERE account_id = @account_id AND NOT is_paused AND events LIKE @heard
        """)
        .With("account_id", accountId).With("message_id", $"msg_{Guid.CreateVersion7(now):N}").With("event", happened.Name())
        .With("payload", JsonSerializer.Serialize(new { Type = happened.Name(), Timestamp = now, Data = data }, Shape)).With("heard", Heard(happened)).With("now", now)
        .ExecuteAsync();

    private static string Heard(WebhookEvent happened) => $"%\"{happened.Name()}\"%";

    private static Task<string?> SlugAsync(DbSession session, StoreKey store) =>
        session.Command("SELECT slug FROM store WHERE account_id = @account_id AND id = @store_id").For(store).TextAsync();

    private static async Task<Dictionary<string, long>> NumbersAsync(DbSession session, StoreKey store, IReadOnlyList<string> emailKeys) => (await session
        .Bulk(Numbers, emailKeys).For(store).QueryAsync(row => (Key: row.Text("email_key"), Id: row.Number("id")))).ToDictionary(row => row.Key, row => row.Id, StringComparer.Ordinal);
}
