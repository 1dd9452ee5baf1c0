using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlWriteBacks(Database database) : IWriteBacks
{
    private const string Pending = "account_id = @account_id AND store_id = @store_id AND state = 'Pending' AND (kind = 'Tags') = @tags";

    // The doubt about an older one outlives it.
    private static readonly BulkStatement<NewWriteBack> Insert = new BulkStatement<NewWriteBack>("""
        INSERT INTO write_back (account_id, store_id, kind, email_key, payload, state, attempts, not_before, created_at, begun_at)
        SELECT @account_id, @store_id, r.kind, r.email_key, r.payload, 'Pending', 0, 0, @now, (
          SELECT min(w.begun_at) FROM write_back AS w WHERE w.account_id = @account_id AND w.store_id = @store_id AND w.email_key = r.email_key
            AND w.kind = r.kind AND w.state = 'Pending')
        FROM {rows} AS r
        """)
        .Text("kind", row => NameOf(row.Kind))
        .Text("email_key", row => row.EmailKey)
        .Text("payload", row => row.Payload);

    private static readonly BulkStatement<NewWriteBack> DropReplaced = new BulkStatement<NewWriteBack>("""
        DELETE FROM write_back WHERE state = 'Pending' AND (account_id, store_id, email_key, kind) IN (
          SELECT r.account_id, r.store_id, r.email_key, r.kind FROM {rows} AS r)
          AND EXISTS (SELECT 1 FROM write_back AS n WHERE n.account_id = write_back.account_id AND n.store_id = write_back.store_id
            AND n.email_key = write_back.email_key AND n.kind = write_back.kind AND n.state = 'Pending' AND n.id > write_back.id)
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("kind", row => NameOf(row.Kind));

    private static readonly BulkStatement<WriteBack> MarkBegun = new BulkStatement<WriteBack>("""
        UPDATE write_back SET begun_at = COALESCE(begun_at, @now) FROM {rows} AS r
        WHERE write_back.account_id = r.account_id AND write_back.store_id = r.store_id AND write_back.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.Id);

    // What the shop said while our own writing was in doubt was not believed, so it is read again.
    private static readonly BulkStatement<string> ReadAgain = new BulkStatement<string>("""
        INSERT INTO inbox (account_id, store_id, source, stream, kind, source_id, facts, received_at, attempts, not_before)
        SELECT @account_id, @store_id, 'Repeat', 'Contacts', 'Changed', r.source_id, NULL, @now, 0, 0 FROM {rows} AS r
        """)
        .Text("source_id", id => id);

    private static readonly BulkStatement<WriteBack> Delete = new BulkStatement<WriteBack>("""
        DELETE FROM write_back WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", row => row.Id);

    private static readonly BulkStatement<(WriteBack WriteBack, string Reason)> Bury = new BulkStatement<(WriteBack WriteBack, string Reason)>("""
        UPDATE write_back SET state = 'Dead', attempts = attempts + 1, problem = r.problem, put_back_field = @put_back_field FROM {rows} AS r
        WHERE write_back.account_id = r.account_id AND write_back.store_id = r.store_id AND write_back.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.WriteBack.Id)
        .Text("problem", row => row.Reason);

    private static readonly BulkStatement<WriteBack> PutOff = new BulkStatement<WriteBack>("""
        UPDATE write_back SET attempts = attempts + 1, not_before = @not_before, problem = @problem FROM {rows} AS r
        WHERE write_back.account_id = r.account_id AND write_back.store_id = r.store_id AND write_back.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.Id);

    private static readonly BulkStatement<WriteBack> SeenEmail = Seen("seen_email_state");

    private static readonly BulkStatement<WriteBack> SeenSms = Seen("seen_sms_state");

    private static readonly BulkStatement<ShopMemoryWrite> RememberEmail = Remember("email_memory", "seen_email_state");

    private static readonly BulkStatement<ShopMemoryWrite> RememberSms = Remember("sms_memory", "seen_sms_state");

    public async Task<IReadOnlyList<WriteBack>> NextAsync(StoreKey store, bool tags, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT id, kind, email_key, payload, attempts, created_at, begun_at, problem FROM write_back WHERE {Pending} AND not_before <= @now ORDER BY id LIMIT @max
            """)
            .For(store).With("tags", tags).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new WriteBack(
                row.Number("id"), row.Name<WriteBackKind>("kind"), row.Text("email_key"), row.Text("payload"), row.Int("attempts"), row.Time("created_at"),
                row.TextOrNull("problem"))
            { BegunAt = row.TimeOrNull("begun_at") }),
        ct);

    public Task MarkBegunAsync(StoreLease lease, IReadOnlyList<WriteBack> rows, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(MarkBegun, rows).For(lease.Store).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
        },
        ct);

    public Task SettleAsync(StoreLease lease, WriteBackSettlement settlement, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(Delete, settlement.Done).For(lease.Store).ExecuteAsync();
            await session.Bulk(SeenEmail, [.. settlement.Done.Where(row => row.Kind == WriteBackKind.EmailConsent)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(SeenSms, [.. settlement.Done.Where(row => row.Kind == WriteBackKind.SmsConsent)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(RememberEmail, [.. settlement.Memories.Where(row => row.Channel == ConsentChannel.Email)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(RememberSms, [.. settlement.Memories.Where(row => row.Channel == ConsentChannel.Sms)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(Bury, settlement.Dead).For(lease.Store).With("put_back_field", settlement.PutBackField).ExecuteAsync();
            await WebhookOutbox.RejectedAsync(
                session, lease.Store,
                [.. settlement.Dead.Select(dead => (
                    string.Create(CultureInfo.InvariantCulture, $"w{dead.WriteBack.Id}"), NameOf(DeadLetterKind.WriteBack), dead.WriteBack.EmailKey, dead.WriteBack.EmailKey, dead.Reason))],
                database.Clock.GetUtcNow());
            await TagColumns.ForgetAsync(
                session, lease.Store, [.. settlement.Dead.Where(row => row.WriteBack.Kind == WriteBackKind.Tags).Select(row => row.WriteBack.EmailKey)]);
            await session.Bulk(PutOff, settlement.PutOff).For(lease.Store)
                .With("not_before", settlement.NotBefore ?? database.Clock.GetUtcNow()).With("problem", settlement.PutOffReason).ExecuteAsync();
            var doubted = settlement.Done.Concat(settlement.Dead.Select(dead => dead.WriteBack)).Where(row => row.BegunAt is not null && row.Kind != WriteBackKind.Tags)
                .Select(row => WriteBackPayload.Consent(row.Payload).SourceId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            await session.Bulk(ReadAgain, doubted).For(lease.Store).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            await TraceTable.AddAsync(session, lease.Store, settlement.Traces, database.Clock.GetUtcNow());
        },
        ct);

    public Task<DateTimeOffset?> NextDueAsync(StoreKey store, bool tags, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT min(not_before) AS due FROM write_back WHERE {Pending}").For(store).With("tags", tags).FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    /// <summary>Adds the write-backs of a page, in its transaction.</summary>
    public static async Task AddAsync(DbSession session, StoreKey store, IReadOnlyList<NewWriteBack> writeBacks, DateTimeOffset now)
    {
        if (writeBacks.Count == 0) return;
        var last = writeBacks.Reverse().DistinctBy(row => (row.EmailKey, row.Kind)).Reverse().ToList();
        await session.Bulk(Insert, last).For(store).With("now", now).ExecuteAsync();
        await session.Bulk(DropReplaced, last).For(store).ExecuteAsync();
    }

    private static BulkStatement<ShopMemoryWrite> Remember(string memory, string seen) => new BulkStatement<ShopMemoryWrite>($$"""
        UPDATE contact SET {{memory}} = r.memory, {{seen}} = COALESCE(r.seen, contact.{{seen}}) FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("memory", row => StorageJson.Of(row.Memory))
        .Text("seen", row => row.Memory.Seen is { } state ? NameOf(state.State) : null);

    private static BulkStatement<WriteBack> Seen(string column) => new BulkStatement<WriteBack>($$"""
        UPDATE contact SET {{column}} = r.state FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("state", row => NameOf(WriteBackPayload.Consent(row.Payload).Consent.State));
}
