using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlCardHints(Database database) : ICardHints
{
    private const string OfStore = "account_id = @account_id AND store_id = @store_id";

    // A person is looked up in all stores by the index that leads with account and address.
    private static readonly BulkStatement<string> Spread = new BulkStatement<string>("""
        INSERT INTO card_hint (account_id, store_id, email_key, source, received_at, attempts, not_before)
        SELECT c.account_id, c.store_id, c.email_key, @source, @now, 0, 0 FROM {rows} AS r
        JOIN contact AS c ON c.account_id = r.account_id AND c.email_key = r.email_key
        JOIN store AS s ON s.account_id = c.account_id AND s.id = c.store_id
        WHERE s.destination_id = r.destination_id AND s.state = 'Active'
        """)
        .Same("account_id")
        .Same("destination_id")
        .Text("email_key", key => key);

    // An export that sent the person since then has changed the card itself. One look for that is enough, however often the card is listed.
    private static readonly BulkStatement<string> SpreadChanged = new BulkStatement<string>("""
        INSERT INTO card_hint (account_id, store_id, email_key, source, received_at, attempts, not_before)
        SELECT c.account_id, c.store_id, c.email_key, 'ChangedList', @now, 0, CASE WHEN c.is_own THEN @own_not_before ELSE 0 END
        FROM (
          SELECT k.account_id, k.store_id, k.email_key, EXISTS (
            SELECT 1 FROM contact AS e JOIN store AS t ON t.account_id = e.account_id AND t.id = e.store_id
            WHERE e.account_id = k.account_id AND e.email_key = k.email_key AND t.destination_id = s.destination_id AND e.exported_at >= @from) AS is_own
          FROM {rows} AS r
          JOIN contact AS k ON k.account_id = r.account_id AND k.email_key = r.email_key
          JOIN store AS s ON s.account_id = k.account_id AND s.id = k.store_id
          WHERE s.destination_id = r.destination_id AND s.state = 'Active') AS c
        WHERE NOT (c.is_own AND EXISTS (SELECT 1 FROM card_hint AS h WHERE h.account_id = c.account_id AND h.store_id = c.store_id
          AND h.email_key = c.email_key AND h.not_before > @now))
        """)
        .Same("account_id")
        .Same("destination_id")
        .Text("email_key", key => key);

    private static readonly BulkStatement<NewCardHint> Insert = new BulkStatement<NewCardHint>("""
        INSERT INTO card_hint (account_id, store_id, email_key, source, received_at, attempts, not_before)
        SELECT @account_id, @store_id, r.email_key, r.source, @now, 0, 0 FROM {rows} AS r
        """)
        .Text("email_key", hint => hint.EmailKey)
        .Text("source", hint => NameOf(hint.Source));

    private static readonly BulkStatement<long> Delete = new BulkStatement<long>("""
        DELETE FROM card_hint WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", id => id);

    private static readonly BulkStatement<long> PutOff = new BulkStatement<long>("""
        UPDATE card_hint SET attempts = attempts + 1, not_before = @not_before FROM {rows} AS r
        WHERE card_hint.account_id = r.account_id AND card_hint.store_id = r.store_id AND card_hint.id = r.id
        """)
        .PerStore()
        .Number("id", id => id);

    private static readonly BulkStatement<CardReadingWrite> Apply = new BulkStatement<CardReadingWrite>("""
        UPDATE contact SET email_state = r.email_state, email_at = r.email_at, email_source = r.email_source, email_wording = r.email_wording,
          sms_state = r.sms_state, sms_at = r.sms_at, sms_source = r.sms_source, sms_wording = r.sms_wording,
          wanted_hash = r.wanted_hash,
          card_email_state = CASE WHEN contact.card_email_state = 'NoStatement' AND r.card_email_state = 'Withdrawn' AND NOT r.is_email_news
            THEN contact.card_email_state ELSE r.card_email_state END,
          card_sms_state = CASE WHEN contact.card_sms_state = 'NoStatement' AND r.card_sms_state = 'Withdrawn' AND NOT r.is_news
            THEN contact.card_sms_state ELSE r.card_sms_state END,
          held_at = CASE WHEN r.is_held OR (r.is_sms_held AND (r.is_email_news OR contact.held_at IS NULL
              OR contact.email_state <> 'Withdrawn' OR contact.email_source <> 'SalesmanagoCard')) THEN @now
            WHEN r.is_email_news THEN NULL ELSE contact.held_at END,
          changed_at = CASE WHEN r.is_news THEN @now ELSE contact.changed_at END
        FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Consent("email", row => row.Email)
        .Consent("sms", row => row.Sms)
        .Text("wanted_hash", row => row.WantedHash)
        .Text("card_email_state", row => NameOf(row.CardEmail))
        .Text("card_sms_state", row => NameOf(row.CardSms))
        .Flag("is_news", row => row.IsNews)
        .Flag("is_email_news", row => row.IsEmailNews)
        .Flag("is_held", row => row.IsHeld)
        .Flag("is_sms_held", row => row.IsSmsHeld);

    public Task SpreadAsync(long accountId, long destinationId, IReadOnlyCollection<string> emailKeys, CardHintSource source, CancellationToken ct) =>
        database.WriteAsync(
            async session =>
            {
                await session.Bulk(Spread, [.. emailKeys.Distinct(StringComparer.Ordinal)])
                    .With("account_id", accountId).With("destination_id", destinationId).With("source", NameOf(source)).With("now", database.Clock.GetUtcNow())
                    .ExecuteAsync();
                await WakeAsync(session, accountId, destinationId);
            },
            ct);

    public Task SpreadChangedAsync(long accountId, long destinationId, IReadOnlyCollection<string> emailKeys, ChangedPeriod changed, CancellationToken ct) =>
        database.WriteAsync(
            async session =>
            {
                await session.Bulk(SpreadChanged, [.. emailKeys.Distinct(StringComparer.Ordinal)])
                    .With("account_id", accountId).With("destination_id", destinationId).With("from", changed.From).With("own_not_before", changed.OwnNotBefore)
                    .With("now", database.Clock.GetUtcNow()).ExecuteAsync();
                await WakeAsync(session, accountId, destinationId);
            },
            ct);

    public async Task<IReadOnlyList<CardHint>> NextAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT id, email_key, source, claimed_state, received_at, attempts FROM card_hint WHERE {OfStore} AND not_before <= @now ORDER BY id LIMIT @max
            """)
            .For(store).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new CardHint(
                row.Number("id"), row.Text("email_key"), row.Name<CardHintSource>("source"),
                row.TextOrNull("claimed_state") is null ? null : row.Name<ConsentState>("claimed_state"), row.Time("received_at"), row.Int("attempts"))),
        ct);

    public Task PutOffAsync(StoreLease lease, IReadOnlyList<long> ids, DateTimeOffset notBefore, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(PutOff, ids).For(lease.Store).With("not_before", notBefore).ExecuteAsync();
        },
        ct);

    public Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT min(not_before) AS due FROM card_hint WHERE {OfStore}").For(store).FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    public async Task<bool> IsLeadAsync(StoreLease lease, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT id FROM store WHERE account_id = @account_id AND destination_id = @destination_id AND state = 'Active' ORDER BY number LIMIT 1
            """).With("account_id", lease.Store.AccountId).With("destination_id", lease.DestinationId).NumberAsync(),
        ct) == lease.Store.StoreId;

    public Task<SyncCursor?> CursorAsync(long accountId, long destinationId, string name, CancellationToken ct) => database.ReadAsync(
        session => session.Command("""
            SELECT value FROM destination_cursor WHERE account_id = @account_id AND destination_id = @destination_id AND name = @name
            """).With("account_id", accountId).With("destination_id", destinationId).With("name", name).FirstOrDefaultAsync(row => new SyncCursor(row.Text("value"))),
        ct);

    public Task<CardListFacts> FactsAsync(StoreKey store, long destinationId, DateTimeOffset since, CancellationToken ct) => database.ReadAsync(
        async session => new CardListFacts(
            await session.Command("""
                SELECT saved_at FROM destination_cursor WHERE account_id = @account_id AND destination_id = @destination_id AND name = @name
                """).With("account_id", store.AccountId).With("destination_id", destinationId).With("name", ICardHints.ChangedList)
                .FirstOrDefaultAsync(row => row.TimeOrNull("saved_at")),
            await session.Command($"SELECT count(*) FROM consent_line WHERE {OfStore} AND at >= @since AND source = @source")
                .For(store).With("since", since).With("source", NameOf(ConsentSource.SalesmanagoCard)).NumberAsync() ?? 0),
        ct);

    public Task SaveCursorAsync(StoreLease lease, string name, SyncCursor cursor, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Command("""
                INSERT INTO destination_cursor (account_id, destination_id, name, value, saved_at) VALUES (@account_id, @destination_id, @name, @value, @now)
                ON CONFLICT (account_id, destination_id, name) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at
                """)
                .With("account_id", lease.Store.AccountId).With("destination_id", lease.DestinationId).With("name", name).With("value", cursor.Value)
                .With("now", database.Clock.GetUtcNow()).ExecuteAsync();
        },
        ct);

    private async Task WakeAsync(DbSession session, long accountId, long destinationId) => await session.Command("""
        INSERT INTO store_wake (account_id, store_id)
        SELECT s.account_id, s.id FROM store AS s WHERE s.account_id = @account_id AND s.destination_id = @destination_id AND s.state = 'Active'
          AND EXISTS (SELECT 1 FROM card_hint AS h WHERE h.account_id = s.account_id AND h.store_id = s.id AND h.not_before <= @now LIMIT 1 OFFSET 0)
        ON CONFLICT DO NOTHING
        """).With("account_id", accountId).With("destination_id", destinationId).With("now", database.Clock.GetUtcNow()).ExecuteAsync();

    /// <summary>Writes what a page leaves behind of cards, in its transaction.</summary>
    public static async Task WriteAsync(DbSession session, StoreKey store, PageCommit commit, DateTimeOffset now)
    {
        await session.Bulk(Apply, commit.CardReadings).For(store).With("now", now).ExecuteAsync();
        await session.Bulk(Delete, commit.CardHintsDone).For(store).ExecuteAsync();
        await session.Bulk(Insert, commit.CardHints).For(store).With("now", now).ExecuteAsync();
    }
}
